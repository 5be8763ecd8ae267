//! The cost of `revoke-all` relative to a bare loop over `Client::revoke_all`. Server, loop and command are
//! separate processes.
//!
//! ```text
//! cargo test --release -p digilocker-cli --test cli -- --ignored --nocapture --test-threads 1 bench
//! ```
#![cfg(target_os = "linux")]
#![expect(clippy::print_stderr, reason = "prints results")]

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use digilocker::{Client, Token};
use futures_util::{StreamExt, stream};
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::support::TestDir;
use crate::counting_server::{SUCCESS, response};
use crate::http_server::Server;
use crate::support::digilocker;

const URL: &str = "DIGILOCKER_BENCH_URL";
const INPUT: &str = "DIGILOCKER_BENCH_INPUT";

/// A server that sends the documented success in response to each request, and its URL.
fn serve() -> (Server, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = |request: Request<Incoming>| async {
        request
            .into_body()
            .collect()
            .await
            .map_err(io::Error::other)?;
        Ok(response(200, SUCCESS))
    };
    (Server::start(listener, service).unwrap(), url)
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
    while let Some((_, result)) = results.next().await {
        result.unwrap();
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
    let dir = TestDir::with_tokens(lines as usize);
    let (_server, url) = serve();
    let bare = |_| {
        let mut this_binary = Command::new(std::env::current_exe().unwrap());
        let test = "revoke_all::bench::bare_loop";
        let command = this_binary
            .args(["--ignored", "--exact", test])
            .env(URL, &url)
            .env(INPUT, dir.path("tokens.txt"));
        measure(command)
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
    let few = TestDir::with_tokens(1000);
    let many = TestDir::with_tokens(lines as usize);
    let (_server, url) = serve();
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
