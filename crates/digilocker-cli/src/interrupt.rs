//! Handles Ctrl-C, SIGTERM, and SIGHUP (the terminal was closed).

use crate::exit::Failure;

/// Installs the handlers. [`Interrupts::next`] completes at the next signal.
pub(crate) fn listen() -> Result<Interrupts, Failure> {
    Interrupts::new().map_err(|error| Failure::io(format!("cannot listen for signals: {error}")))
}

#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Interrupts {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// `None` under `nohup`.
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interrupts {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hang_up = SignalKind::hangup();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if is_ignored(hang_up.as_raw_value()) {
                None
            } else {
                Some(signal(hang_up)?)
            },
        })
    }

    pub(crate) async fn next(&mut self) {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = hang_up => {}
        }
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
