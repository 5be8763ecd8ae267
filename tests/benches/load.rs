//! Runs of calls, in this process: one after the other, or many in flight.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};

use crate::child::{self, Cpu};
use crate::clients::{Client, token};
use crate::{Outcome, runtime};

/// `calls` calls, one after the other: for callgrind.
pub(crate) fn sequence(name: &str, address: SocketAddr, calls: u64) -> Outcome<()> {
    runtime()?.block_on(async {
        let client = Client::new(name, address)?;
        for index in 0..calls {
            client.call(index).await?;
        }
        Ok(())
    })
}

/// Prints calls a second, CPU microseconds a call, the median and the 99th percentile of the time of
/// a call in microseconds, and the peak of resident memory in KiB.
pub(crate) fn measure(
    name: &str,
    address: SocketAddr,
    in_flight: usize,
    calls: u64,
) -> Outcome<String> {
    runtime()?.block_on(async {
        let client = Client::new(name, address)?;
        let warm = in_flight as u64 * 4;
        run(&client, in_flight, warm).await?;
        let (cpu, start) = (child::cpu_seconds(&Cpu::Own)?, Instant::now());
        let mut times = run(&client, in_flight, calls).await?;
        let (seconds, cpu) = (start.elapsed(), child::cpu_seconds(&Cpu::Own)? - cpu);
        times.sort_unstable();
        line(calls, seconds, cpu, &times)
    })
}

async fn run(client: &Client, in_flight: usize, calls: u64) -> Outcome<Vec<Duration>> {
    let mut calls = stream::iter(0..calls)
        .map(|index| async move {
            let start = Instant::now();
            client.call(index).await.map(|()| start.elapsed())
        })
        .buffer_unordered(in_flight);
    let mut times = Vec::new();
    while let Some(time) = calls.next().await {
        times.push(time?);
    }
    Ok(times)
}

/// The same for `revoke_all`, whose calls have no times of their own.
pub(crate) fn measure_revoke_all(
    address: SocketAddr,
    in_flight: usize,
    calls: u64,
) -> Outcome<String> {
    runtime()?.block_on(async {
        let Client::Digilocker(client) = Client::new("digilocker", address)? else {
            return Err("not ours".into());
        };
        revoke_all(&client, in_flight, in_flight as u64 * 4, |_| Ok(())).await?;
        let (cpu, start) = (child::cpu_seconds(&Cpu::Own)?, Instant::now());
        revoke_all(&client, in_flight, calls, |_| Ok(())).await?;
        let (seconds, cpu) = (start.elapsed(), child::cpu_seconds(&Cpu::Own)? - cpu);
        line(calls, seconds, cpu, &[])
    })
}

/// Prints the resident memory in KiB after a tenth, a half and all of the tokens, and calls a second.
pub(crate) fn memory_of_revoke_all(address: SocketAddr, calls: u64) -> Outcome<String> {
    runtime()?.block_on(async {
        let Client::Digilocker(client) = Client::new("digilocker", address)? else {
            return Err("not ours".into());
        };
        let mut output = String::new();
        let start = Instant::now();
        revoke_all(&client, 64, calls, |ended| {
            if [calls / 10, calls / 2, calls].contains(&ended) {
                write!(output, "{} ", child::memory("VmRSS")?)?;
            }
            Ok(())
        })
        .await?;
        write!(output, "{}", rate(calls, start.elapsed()))?;
        Ok(output)
    })
}

async fn revoke_all(
    client: &digilocker::Client,
    in_flight: usize,
    calls: u64,
    mut after: impl FnMut(u64) -> Outcome<()>,
) -> Outcome<()> {
    // A token that cannot be made would end the stream, and the count below would say so.
    let tokens =
        stream::iter((0..calls).map_while(|index| digilocker::Token::new(token(index)).ok()));
    let mut outcomes = client.revoke_all(tokens).concurrency(in_flight);
    let mut ended = 0;
    while let Some((_, outcome)) = outcomes.next().await {
        outcome?;
        ended += 1;
        after(ended)?;
    }
    (ended == calls)
        .then_some(())
        .ok_or_else(|| "tokens were lost".into())
}

fn line(calls: u64, seconds: Duration, cpu: f64, times: &[Duration]) -> Outcome<String> {
    let percentile = |percent: usize| {
        let time = times.get(times.len() * percent / 100).copied();
        time.unwrap_or_default().as_secs_f64() * 1e6
    };
    Ok(format!(
        "{} {} {} {} {}",
        rate(calls, seconds),
        cpu * 1e6 / to_f64(calls),
        percentile(50),
        percentile(99),
        child::memory("VmHWM")?,
    ))
}

fn rate(calls: u64, seconds: Duration) -> f64 {
    to_f64(calls) / seconds.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
