//! A soak: 200,000 calls against a server that restarts, resets, stalls and responds with 503 at random, for five
//! minutes. `cargo test --release -p integration-tests --test failure_modes -- --ignored --nocapture soak`

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use digilocker::{Client, RetryPolicy, Token, TokenState};
use fastrand::Rng;
use futures_util::{StreamExt as _, stream};
use integration_tests::response;
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const CALLS: u32 = 200_000;
const MINUTES_5: Duration = Duration::from_secs(300);
const TIMEOUT: Duration = Duration::from_secs(10);

/// The numbers of the tokens that the server has revoked.
type Revoked = Arc<Mutex<HashSet<u32>>>;

/// What the server does with a request.
enum Fate {
    Revoke,
    RevokeAndReset,
    Reset,
    Stall,
    Unavailable,
}

impl Fate {
    fn choose(random: &mut Rng) -> Self {
        match random.u32(..1000) {
            0..20 => Self::Unavailable,
            20..30 => Self::Reset,
            30..40 => Self::RevokeAndReset,
            40..42 => Self::Stall,
            _ => Self::Revoke,
        }
    }
}

/// Two sockets on one port: one listens, the other keeps the port while the server restarts.
fn bind(address: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.bind(&address.into()).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

async fn serve(kept: Socket, revoked: Revoked) {
    let address = kept.local_addr().unwrap().as_socket().unwrap();
    let mut seed = 1;
    loop {
        let socket = bind(address);
        socket.listen(1024).unwrap();
        let listener = TcpListener::from_std(socket.into()).unwrap();
        let mut connections = JoinSet::new();
        let up = tokio::time::sleep(Duration::from_secs(5));
        tokio::pin!(up);
        loop {
            tokio::select! {
                () = &mut up => break,
                accepted = listener.accept() => {
                    let Ok((stream, _)) = accepted else { continue };
                    seed += 1;
                    connections.spawn(connection(stream, Rng::with_seed(seed), Arc::clone(&revoked)));
                }
            }
        }
        // A restart: every connection breaks, and new ones are refused.
        drop((listener, connections));
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

async fn connection(mut stream: TcpStream, mut random: Rng, revoked: Revoked) {
    let mut buffer = Vec::new();
    while let Some(token) = request(&mut stream, &mut buffer).await {
        let fate = Fate::choose(&mut random);
        if matches!(fate, Fate::Revoke | Fate::RevokeAndReset) {
            revoked.lock().unwrap().insert(token);
        }
        let reply = match fate {
            Fate::Revoke => response(200, &[], r#"{"revoked": true}"#),
            Fate::Unavailable => response(503, &[], ""),
            Fate::Reset | Fate::RevokeAndReset => {
                socket2::SockRef::from(&stream)
                    .set_linger(Some(Duration::ZERO))
                    .unwrap();
                return;
            }
            Fate::Stall => {
                // Until the client gives up.
                let _ = stream.read_to_end(&mut buffer).await;
                return;
            }
        };
        if stream.write_all(&reply).await.is_err() {
            return;
        }
    }
}

/// Reads a request, and returns the number in its token.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<u32> {
    buffer.clear();
    loop {
        // The body is one JSON object, the last thing of a request.
        if buffer.ends_with(b"\"}") {
            let text = String::from_utf8_lossy(buffer);
            let token = text.rsplit_once("soak-")?.1;
            return token.strip_suffix("\"}")?.parse().ok();
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// The number of open files, and the resident memory in KiB.
fn resources() -> (usize, usize) {
    let files = std::fs::read_dir("/proc/self/fd").unwrap().count();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let memory = line.unwrap().split_whitespace().next().unwrap();
    (files, memory.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes five minutes"]
#[expect(clippy::print_stdout, reason = "reports what was measured")]
async fn soak() {
    let kept = bind(([127, 0, 0, 1], 0).into());
    let url = format!("http://{}", kept.local_addr().unwrap().as_socket().unwrap());
    let revoked = Revoked::default();
    let server = tokio::spawn(serve(kept, Arc::clone(&revoked)));
    let client = Client::builder(url.parse().unwrap())
        .attempt_timeout(Duration::from_secs(1))
        .timeout(TIMEOUT)
        .retry(RetryPolicy::default().budget(1000))
        .build()
        .unwrap();

    let start = Instant::now();
    // At an even rate, so that the calls meet all restarts of five minutes.
    let due = |number: u32| MINUTES_5 / CALLS * number;
    let calls = stream::iter(0..CALLS).map(|number| {
        let client = &client;
        async move {
            tokio::time::sleep_until((start + due(number)).into()).await;
            let began = Instant::now();
            let result = client
                .revoke(Token::new(format!("soak-{number}")).unwrap())
                .await;
            (number, result, began.elapsed())
        }
    });
    let mut calls = calls.buffer_unordered(256);
    let (mut early, mut ok, mut live, mut unknown, mut slowest) = ((0, 0), 0, 0, 0, Duration::ZERO);
    while let Some((number, result, took)) = calls.next().await {
        slowest = slowest.max(took);
        let is_revoked = revoked.lock().unwrap().contains(&number);
        match result.map_err(|error| error.token_state()) {
            Ok(_) => {
                ok += 1;
                assert!(is_revoked, "token {number} was reported as revoked");
            }
            Err(TokenState::Live) => {
                live += 1;
                assert!(!is_revoked, "token {number} was reported as live");
            }
            Err(TokenState::Unknown) => unknown += 1,
            Err(TokenState::NotRecognised) => panic!("no response says so"),
        }
        if ok + live + unknown == CALLS / 5 {
            early = resources();
        }
    }
    let late = resources();
    server.abort();
    println!(
        "{ok} revoked, {live} live, {unknown} unknown in {:?}; slowest {slowest:?}; \
         files and KiB: {early:?} after a fifth, {late:?} at the end",
        start.elapsed()
    );
    assert_eq!(ok + live + unknown, CALLS);
    assert!(ok > CALLS * 95 / 100);
    assert!(slowest < TIMEOUT + Duration::from_secs(1), "{slowest:?}");
    assert!(late.0 < early.0 + 100, "{early:?} {late:?}");
    // The server's own set of numbers grows to about 4 MiB.
    assert!(late.1 < early.1 + 16 * 1024, "{early:?} {late:?}");
}
