//! Handles Ctrl-C, SIGTERM, and SIGHUP (the terminal was closed).

#[cfg(unix)]
use std::task::Poll;

use crate::exit::Failure;

/// Installs the handlers. [`Interrupts::next`] completes at the next signal.
pub(crate) fn listen() -> Result<Interrupts, Failure> {
    Interrupts::new().map_err(|error| Failure::io(format!("cannot listen for signals: {error}")))
}

#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Interrupts(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Interrupts {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        // Under `nohup`, it is ignored.
        if !is_ignored(SignalKind::hangup().as_raw_value()) {
            kinds.push(SignalKind::hangup());
        }
        kinds
            .into_iter()
            .map(signal)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(crate) async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let mut signals = self.0.iter_mut();
            if signals.any(|signal| signal.poll_recv(context).is_ready()) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

/// Whether the process was started with the signal ignored, as under `nohup`. A handler would undo that.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    // Only Linux reports this without an unsafe call.
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))
            .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    })
}

#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct Interrupts(());

#[cfg(not(unix))]
impl Interrupts {
    fn new() -> std::io::Result<Self> {
        Ok(Self(()))
    }

    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
