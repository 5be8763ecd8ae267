//! Handles Ctrl-C and SIGTERM. SIGHUP is left to the system: a closed terminal ends the process, as a kill does,
//! unless it runs under `nohup`.

use std::io;

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
}

#[cfg(unix)]
impl Interrupts {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
#[derive(Debug)]
pub(crate) struct Interrupts(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Interrupts {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    pub(crate) async fn next(&mut self) {
        self.0.recv().await;
    }
}
