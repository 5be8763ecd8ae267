//! Runs calls in this process, sequentially or concurrently.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use digilocker::{Revoked, Token};
use futures_util::{Stream, StreamExt as _, stream};

use crate::child::{self, Cpu};
use crate::clients::{Client, token, wrapper};
use crate::{Outcome, runtime};

/// The name of the batch that uses `Client::revoke_all`. Other names are clients that are called in a loop.
pub(crate) const REVOKE_ALL: &str = "revoke_all";

/// Makes `calls` calls sequentially, for valgrind.
pub(crate) fn sequence(name: &str, server: SocketAddr, calls: u64) -> Outcome<()> {
    runtime()?.block_on(async {
        let client = Client::new(name, server)?;
        for index in 0..calls {
            client.call(index).await?;
        }
        Ok(())
    })
}

/// Returns calls per second, CPU microseconds per call, the median and the 99th percentile of the duration of a
/// call in microseconds, and the peak resident memory in KiB.
pub(crate) fn measure(
    name: &str,
    server: SocketAddr,
    in_flight: usize,
    calls: u64,
) -> Outcome<String> {
    runtime()?.block_on(async {
        let client = Client::new(name, server)?;
        timed_calls(&client, in_flight, in_flight as u64 * 4).await?;
        let run = Run::start()?;
        let mut durations = timed_calls(&client, in_flight, calls).await?;
        let [rate, cpu] = run.end(calls)?;
        durations.sort_unstable();
        let percentile = |percent: usize| {
            let duration = durations.get(durations.len() * percent / 100).copied();
            duration.unwrap_or_default().as_secs_f64() * 1e6
        };
        let (p50, p99) = (percentile(50), percentile(99));
        Ok(format!(
            "{rate} {cpu} {p50} {p99} {}",
            child::memory("VmHWM")?
        ))
    })
}

async fn timed_calls(client: &Client, in_flight: usize, calls: u64) -> Outcome<Vec<Duration>> {
    let mut calls = stream::iter(0..calls)
        .map(|index| async move {
            let start = Instant::now();
            client.task(index).await.map(|()| start.elapsed())
        })
        .buffer_unordered(in_flight);
    let mut durations = Vec::new();
    while let Some(duration) = calls.next().await {
        durations.push(duration?);
    }
    Ok(durations)
}

/// Returns calls per second, CPU microseconds per call, and the peak resident memory in KiB. Calls are not
/// timed individually, because `revoke_all` does not support it.
pub(crate) fn measure_batch(
    name: &str,
    server: SocketAddr,
    in_flight: usize,
    calls: u64,
) -> Outcome<String> {
    runtime()?.block_on(async {
        let batch = Batch::new(name, server)?;
        batch.run(in_flight, in_flight as u64 * 4).await?;
        let run = Run::start()?;
        batch.run(in_flight, calls).await?;
        let [rate, cpu] = run.end(calls)?;
        Ok(format!("{rate} {cpu} {}", child::memory("VmHWM")?))
    })
}

/// Returns the resident memory in KiB after a tenth, half and all of the tokens, and calls per second.
pub(crate) fn memory_of_revoke_all(server: SocketAddr, calls: u64) -> Outcome<String> {
    runtime()?.block_on(async {
        let client = wrapper(server)?;
        let mut output = String::new();
        let start = Instant::now();
        let mut results = revoke_all(&client, 64, calls);
        let mut ended = 0;
        while let Some(result) = results.next().await {
            result?;
            ended += 1;
            if [calls / 10, calls / 2, calls].contains(&ended) {
                write!(output, "{} ", child::memory("VmRSS")?)?;
            }
        }
        write!(output, "{}", rate(calls, start.elapsed()))?;
        Ok(output)
    })
}

enum Batch {
    RevokeAll(digilocker::Client),
    Loop(Client),
}

impl Batch {
    fn new(name: &str, server: SocketAddr) -> Outcome<Self> {
        Ok(match name {
            REVOKE_ALL => Self::RevokeAll(wrapper(server)?),
            name => Self::Loop(Client::new(name, server)?),
        })
    }

    async fn run(&self, in_flight: usize, calls: u64) -> Outcome<()> {
        let mut ended = 0;
        match self {
            Self::RevokeAll(client) => {
                let mut results = revoke_all(client, in_flight, calls);
                while let Some(result) = results.next().await {
                    result?;
                    ended += 1;
                }
            }
            Self::Loop(client) => {
                let mut results = stream::iter(0..calls)
                    .map(|index| client.call(index))
                    .buffer_unordered(in_flight);
                while let Some(result) = results.next().await {
                    result?;
                    ended += 1;
                }
            }
        }
        (ended == calls)
            .then_some(())
            .ok_or_else(|| "tokens were lost".into())
    }
}

fn revoke_all(
    client: &digilocker::Client,
    in_flight: usize,
    calls: u64,
) -> impl Stream<Item = Result<Revoked, digilocker::Error>> + Unpin {
    // An invalid token ends the stream, which shows in the number of results.
    let tokens = stream::iter((0..calls).map_while(|index| Token::new(token(index)).ok()));
    let results = client.revoke_all(tokens.enumerate()).concurrency(in_flight);
    results.map(|(_, result)| result)
}

struct Run {
    start: Instant,
    cpu: f64,
}

impl Run {
    fn start() -> Outcome<Self> {
        let cpu = child::cpu_seconds(&Cpu::Own)?;
        Ok(Self {
            start: Instant::now(),
            cpu,
        })
    }

    /// Returns calls per second and CPU microseconds per call.
    fn end(&self, calls: u64) -> Outcome<[f64; 2]> {
        let elapsed = self.start.elapsed();
        let cpu = child::cpu_seconds(&Cpu::Own)? - self.cpu;
        Ok([rate(calls, elapsed), cpu * 1e6 / to_f64(calls)])
    }
}

fn rate(calls: u64, elapsed: Duration) -> f64 {
    to_f64(calls) / elapsed.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
