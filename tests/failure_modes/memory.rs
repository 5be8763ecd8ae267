//! No copy of a token is left in memory after its call. The call is made in a child process, so that the server
//! and the harness hold no copy, and gets the token inverted, so that it has no other.
//!
//! The middle of the token is searched for: the allocator overwrites the beginning of a buffer that is freed.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::process::Stdio;

use digilocker::{BodyEncoding, Client, Credentials, RetryPolicy, Token};
use integration_tests::raw_server::RawServer;
use integration_tests::response;

use super::in_child;

const URL: &str = "DIGILOCKER_TEST_URL";
const ENCODING: &str = "DIGILOCKER_TEST_ENCODING";

fn inverted(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| !byte).collect()
}

/// The number of copies of the middle of a token, given inverted, in the writable memory of this process.
fn copies(inverted_token: &[u8]) -> usize {
    let middle = &inverted_token[inverted_token.len() / 2 - 8..][..16];
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut found = 0;
    let mut page = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).unwrap());
        page.resize(usize::try_from(end - start).unwrap(), 0);
        if memory.read_exact_at(&mut page, start).is_err() {
            continue;
        }
        // Inverted in place: what this function reads is no copy for its next read.
        for byte in &mut page {
            *byte = !*byte;
        }
        found += page
            .windows(middle.len())
            .filter(|bytes| *bytes == middle)
            .count();
        page.fill(0);
    }
    found
}

/// Makes a call, and prints the number of copies during and after it.
#[tokio::test]
#[ignore = "run by the test below in a child process"]
#[expect(clippy::print_stdout, reason = "its result")]
async fn call() {
    let mut token = Vec::new();
    std::io::stdin().read_to_end(&mut token).unwrap();
    let mut builder = Client::builder(std::env::var(URL).unwrap().parse().unwrap())
        .body_encoding(BodyEncoding::Json)
        .retry(RetryPolicy::none());
    match std::env::var(ENCODING).unwrap().as_str() {
        "form" => builder = builder.body_encoding(BodyEncoding::Form),
        "json with credentials" => builder = builder.credentials(Credentials::body("id", "secret")),
        _ => {}
    }
    let client = builder.build().unwrap();
    let call = client.revoke(Token::new(String::from_utf8(inverted(&token)).unwrap()).unwrap());
    let before = copies(&token);
    call.await.unwrap();
    println!("copies: {before} {}", copies(&token));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_copy_of_a_token_is_left_after_a_call() {
    let server = RawServer::respond_with(response(200, &[], "")).await;
    for encoding in ["json", "json with credentials", "form"] {
        for length in [20, 100, 200, 1000, 10_000] {
            let numbers = (1000..).map(|number: usize| number.to_string());
            let token: String = numbers.take(length / 4).collect();
            let mut child = in_child("memory::call");
            child
                .env(URL, server.url())
                .env(ENCODING, encoding)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped());
            let token = inverted(token.as_bytes());
            let output = tokio::task::spawn_blocking(move || {
                let mut child = child.spawn().unwrap();
                child.stdin.take().unwrap().write_all(&token).unwrap();
                child.wait_with_output().unwrap()
            });
            let output = String::from_utf8(output.await.unwrap().stdout).unwrap();
            let copies = output
                .lines()
                .find_map(|line| line.strip_prefix("copies: "));
            assert_eq!(copies, Some("1 0"), "{encoding}, {length} bytes: {output}");
        }
    }
}
