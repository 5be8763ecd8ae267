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

#[derive(Clone, Copy)]
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

/// Runs `revoke-all` with these arguments, separated by spaces.
fn revoke_all(dir: &TestDir, url: &str, args: &str) -> Cost {
    let mut command = digilocker();
    command
        .current_dir(dir.root())
        .env("DIGILOCKER_ENV", url)
        .args(["revoke-all", "--input", "tokens.txt"])
        .args(args.split_whitespace());
    measure(&mut command)
}

fn lines(default: u32) -> u32 {
    std::env::var("DIGILOCKER_BENCH_LINES").map_or(default, |text| text.parse().unwrap())
}

/// Prints costs, and what they are relative to the first.
fn print(lines: u32, costs: &[(&str, Cost)]) {
    eprintln!("{lines} lines                 seconds  ratio   peak memory  more bytes per line");
    let (_, base) = costs[0];
    for (name, cost) in costs {
        eprintln!(
            "{name:<26} {:>9.1} {:>6.2} {:>10.1} MB {:>20.2}",
            cost.seconds,
            cost.seconds / base.seconds,
            cost.bytes / 1e6,
            (cost.bytes - base.bytes) / f64::from(lines),
        );
    }
}

#[test]
#[ignore = "takes minutes"]
fn throughput_and_memory_of_a_million_lines() {
    let lines = lines(1_000_000);
    let dir = TestDir::with_tokens(lines as usize);
    let (_server, url) = serve();
    let bare_loop = || {
        let mut this_binary = Command::new(std::env::current_exe().unwrap());
        let test = "revoke_all::bench::bare_loop";
        let command = this_binary
            .args(["--ignored", "--exact", test])
            .env(URL, &url)
            .env(INPUT, dir.path("tokens.txt"));
        measure(command)
    };
    // Alternating, so that other load affects all alike. The best run of each counts.
    let rounds = [0, 1, 2, 3].map(|round| {
        let run = |args: &str| revoke_all(&dir, &url, args);
        [bare_loop(), run(""), run(&format!("--journal j{round}"))]
    });
    let best = |index: usize| {
        let costs = rounds.iter().map(|round| round[index]);
        let best = costs.min_by(|a, b| a.seconds.total_cmp(&b.seconds));
        best.unwrap()
    };
    let costs = [
        ("bare loop over revoke_all", best(0)),
        ("revoke-all", best(1)),
        ("revoke-all --journal", best(2)),
    ];
    print(lines, &costs);
}

#[test]
#[ignore = "takes minutes"]
fn memory_of_ten_million_lines() {
    let lines = lines(10_000_000);
    let few = TestDir::with_tokens(1000);
    let many = TestDir::with_tokens(lines as usize);
    let (_server, url) = serve();
    let args = "--journal j --concurrency 32";
    let resume = "--journal j --resume";
    let costs = [
        ("1000 lines", revoke_all(&few, &url, args)),
        ("--dry-run", revoke_all(&many, &url, "--dry-run")),
        ("--journal", revoke_all(&many, &url, args)),
        ("--resume, nothing left", revoke_all(&many, &url, resume)),
    ];
    print(lines, &costs);
}
