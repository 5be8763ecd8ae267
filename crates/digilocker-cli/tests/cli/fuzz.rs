//! Fuzzing: random requests do not make the sandbox panic or exit.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use fastrand::Rng;

use crate::sandbox_process::SandboxProcess;

const METHODS: [&str; 6] = ["GET", "POST", "DELETE", "PUT", "OPTIONS", "B\u{e9}"];
const PATHS: [&str; 14] = [
    "/",
    "/public/oauth2/1/revoke",
    "/sandbox/grants",
    "/sandbox/tokens/",
    "/sandbox/faults",
    "/sandbox/exchanges",
    "/sandbox/violations",
    "/sandbox/coverage",
    "/sandbox/openapi.json",
    "/sandbox/events",
    "/sandbox/reset",
    "/sandbox/page.js",
    "/favicon.ico",
    "*",
];
const HEADERS: [&str; 10] = [
    "content-type: application/json",
    "content-type: application/x-www-form-urlencoded",
    "content-type: multipart/form-data; boundary=",
    "accept: text/html;q=0",
    "authorization: Basic Og==",
    "authorization: Bearer abc",
    "origin: http://127.0.0.1",
    "host: evil.test",
    "transfer-encoding: chunked",
    "token_type_hint: ",
];
const BODIES: [&str; 9] = [
    "",
    "{}",
    r#"{"token": "abc", "token_type_hint": "access_token"}"#,
    r#"{"access_token": "a", "refresh_token": "b"}"#,
    r#"{"status": 503, "times": 2}"#,
    r#"{"delay_ms": 1, "times": 4294967295}"#,
    r#"{"status": 200, "headers": {"a": "b"}, "body": "x"}"#,
    "token=abc&token_type_hint=",
    "[[[[[[[[",
];

/// One of these texts, with up to three bytes replaced or inserted.
fn mutated(random: &mut Rng, texts: &[&str]) -> Vec<u8> {
    let mut bytes = random.choice(texts).unwrap().as_bytes().to_vec();
    for _ in 0..random.usize(..4) {
        let place = random.usize(..=bytes.len());
        let byte = random.u8(..);
        bytes.splice(place..(place + random.usize(..2)).min(bytes.len()), [byte]);
    }
    bytes
}

fn request(random: &mut Rng, address: &str) -> Vec<u8> {
    let mut request = format!("{} ", random.choice(METHODS).unwrap()).into_bytes();
    request.extend(mutated(random, &PATHS));
    request.extend(b" HTTP/1.1\r\nconnection: close\r\n");
    if random.usize(..8) > 0 {
        request.extend(format!("host: {address}\r\n").into_bytes());
    }
    for _ in 0..random.usize(..4) {
        request.extend(mutated(random, &HEADERS));
        request.extend(b"\r\n");
    }
    let body = mutated(random, &BODIES);
    request.extend(format!("content-length: {}\r\n\r\n", body.len()).into_bytes());
    request.extend(body);
    request
}

#[test]
fn random_requests_do_not_make_the_sandbox_panic() {
    let mut sandbox = SandboxProcess::start(&[]);
    let address = sandbox.text("base_url").replace("http://", "");
    let mut random = Rng::with_seed(1);
    for _ in 0..2_000 {
        let request = request(&mut random, &address);
        let mut stream = TcpStream::connect(&address).unwrap();
        let timeout = Some(Duration::from_secs(30));
        stream.set_read_timeout(timeout).unwrap();
        let _ = stream.write_all(&request);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        // One read only: an event stream never ends, and a fault may close the connection.
        let _ = stream.read(&mut [0; 64]);
    }
    assert_eq!(sandbox.stop(), "");
}
