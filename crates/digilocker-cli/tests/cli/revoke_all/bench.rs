//! The cost of `revoke-all` relative to a bare loop over `Client::revoke_all`. Server, loop and command are
//! separate processes.
//!
//! ```text
//! cargo test --release -p digilocker-cli --test cli -- --ignored --nocapture --test-threads 1 bench
//! ```
#![cfg(target_os = "linux")]
#![expect(clippy::print_stderr, reason = "prints results")]

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use digilocker::{Client, Token};
use futures_util::{StreamExt, stream};

use super::support::{TestDir, token};
use crate::support::digilocker;

const URL: &str = "DIGILOCKER_BENCH_URL";
const INPUT: &str = "DIGILOCKER_BENCH_INPUT";

/// Runs one of the tests below in another process of this test binary.
fn role(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = format!("revoke_all::bench::{name}");
    command.args(["--ignored", "--exact", "--nocapture", &test]);
    command
}

#[test]
#[ignore = "run by the benchmarks in a child process"]
fn server() {
    if std::env::var_os(URL).is_none() {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    eprintln!("http://{}", listener.local_addr().unwrap());
    for stream in listener.incoming().flatten() {
        thread::spawn(move || respond(stream).ok());
    }
}

/// Sends the documented success in response to each request.
fn respond(mut stream: TcpStream) -> std::io::Result<()> {
    let body = r#"{"success":true,"data":{"id":"1","created_at":"2026-01-01T00:00:00Z"}}"#;
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 16 * 1024];
    let mut filled = 0;
    loop {
        let count = stream.read(&mut buffer[filled..])?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        // The client sends one request at a time, so it is complete with its body.
        let head = buffer[..filled]
            .windows(4)
            .position(|end| end == b"\r\n\r\n");
        let Some(head) = head else { continue };
        let text = std::str::from_utf8(&buffer[..head])
            .unwrap()
            .to_ascii_lowercase();
        let (_, length) = text.split_once("content-length: ").unwrap();
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        if filled == head + 4 + length {
            stream.write_all(response.as_bytes())?;
            filled = 0;
        }
    }
}

#[tokio::test]
#[ignore = "run by the benchmarks in a child process"]
async fn bare_loop() {
    let (Ok(url), Ok(input)) = (std::env::var(URL), std::env::var(INPUT)) else {
        return;
    };
    let client = Client::builder(url.parse().unwrap()).build().unwrap();
    let lines = BufReader::new(File::open(input).unwrap()).lines();
    let tokens = stream::iter(
        lines
            .map(|line| Token::new(line.unwrap()).unwrap())
            .enumerate(),
    );
    let mut results = client.revoke_all(tokens);
    let mut revoked = 0_u64;
    while let Some((_, result)) = results.next().await {
        revoked += u64::from(result.is_ok());
    }
    eprintln!("{revoked} revoked");
}

struct Server(Child);

impl Server {
    fn start() -> (Self, String) {
        let mut child = role("server")
            .env(URL, "")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        (Self(child), url.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Cost {
    seconds: f64,
    /// Peak resident memory.
    bytes: f64,
}

/// Runs a command until it ends.
fn measure(command: &mut Command) -> Cost {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut kilobytes = 0.0_f64;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(peak) = peak {
            let number = peak.trim().trim_end_matches(" kB");
            kilobytes = kilobytes.max(number.parse().unwrap());
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().unwrap().success());
    Cost {
        seconds: started.elapsed().as_secs_f64(),
        bytes: kilobytes * 1024.0,
    }
}

fn dir(lines: u32) -> TestDir {
    let dir = TestDir::with("tokens.txt", "");
    let mut file = BufWriter::new(File::create(dir.path("tokens.txt")).unwrap());
    for line in 1..=lines {
        writeln!(file, "{}", token(line as usize)).unwrap();
    }
    file.flush().unwrap();
    dir
}

fn revoke_all(dir: &TestDir, url: &str, args: &[&str]) -> Command {
    let mut command = digilocker();
    command
        .current_dir(dir.root())
        .env("DIGILOCKER_ENV", url)
        .args(["revoke-all", "--input", "tokens.txt"])
        .args(args);
    command
}

fn lines(default: u32) -> u32 {
    std::env::var("DIGILOCKER_BENCH_LINES").map_or(default, |text| text.parse().unwrap())
}

#[test]
#[ignore = "takes minutes"]
fn throughput_and_memory_of_a_million_lines() {
    let lines = lines(1_000_000);
    let dir = dir(lines);
    let (_server, url) = Server::start();
    let bare = |_| {
        measure(
            role("bare_loop")
                .env(URL, &url)
                .env(INPUT, dir.path("tokens.txt")),
        )
    };
    let plain = |_| measure(&mut revoke_all(&dir, &url, &[]));
    let journal = |round: usize| {
        measure(&mut revoke_all(
            &dir,
            &url,
            &["--journal", &format!("j{round}")],
        ))
    };
    let variants: [(&str, &dyn Fn(usize) -> Cost); 3] = [
        ("bare loop over revoke_all", &bare),
        ("revoke-all", &plain),
        ("revoke-all --journal", &journal),
    ];
    // Alternating, so that other load affects all alike. The best run of each counts.
    let mut best: Vec<Cost> = Vec::new();
    for round in 0..4 {
        for (index, (_, run)) in variants.iter().enumerate() {
            let cost = run(round);
            match best.get_mut(index) {
                None => best.push(cost),
                Some(so_far) if cost.seconds < so_far.seconds => *so_far = cost,
                Some(_) => {}
            }
        }
    }
    eprintln!("{lines} lines                 seconds  tokens/s  ratio   peak memory  ratio");
    for ((name, _), cost) in variants.iter().zip(&best) {
        eprintln!(
            "{name:<26} {:>9.1} {:>9.0} {:>6.2} {:>10.1} MB {:>6.2}",
            cost.seconds,
            f64::from(lines) / cost.seconds,
            cost.seconds / best[0].seconds,
            cost.bytes / 1e6,
            cost.bytes / best[0].bytes,
        );
    }
}

#[test]
#[ignore = "takes minutes"]
fn memory_of_ten_million_lines() {
    let lines = lines(10_000_000);
    let (few, many) = (dir(1000), dir(lines));
    let (_server, url) = Server::start();
    let args = ["--journal", "j", "--concurrency", "32"];
    let base = measure(&mut revoke_all(&few, &url, &args));
    let dry = measure(&mut revoke_all(&many, &url, &["--dry-run"]));
    let run = measure(&mut revoke_all(&many, &url, &args));
    let again = measure(&mut revoke_all(
        &many,
        &url,
        &["--journal", "j", "--resume"],
    ));
    eprintln!("{lines} lines                seconds   peak memory  bytes/token beyond 1000 lines");
    for (name, cost) in [
        ("1000 lines", &base),
        ("--dry-run", &dry),
        ("--journal", &run),
        ("--resume, nothing left", &again),
    ] {
        let each = (cost.bytes - base.bytes) / f64::from(lines);
        eprintln!(
            "{name:<26} {:>9.1} {:>10.1} MB {each:>10.2}",
            cost.seconds,
            cost.bytes / 1e6
        );
    }
}
