//! Revokes DigiLocker tokens at sign-out, in a program without `async`.
//!
//! Copy [`SignOuts`]: a thread that revokes tokens, with a queue in memory for tokens that may still be
//! alive. `sign_out` returns immediately. The queue is lost if the process is killed; `logout-service` has a
//! persistent queue.
//!
//! The program reads tokens from the lines of standard input. A web server would take them from sessions
//! instead. The program fails if a token may still be alive at the end.

#![forbid(unsafe_code)]
#![allow(clippy::print_stderr, reason = "the log of a command")]

use std::collections::BTreeMap;
use std::env;
use std::io;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use digilocker::blocking::Client;
use digilocker::{Credentials, Error, ErrorKind, Token, TokenState};

/// The delay between two rounds of calls.
const PAUSE: Duration = Duration::from_secs(1);

/// Maximum time to wait for the queue at the end of the program.
const SHUTDOWN: Duration = Duration::from_secs(15);

/// Revokes tokens in a separate thread.
struct SignOuts {
    tokens: Sender<Token>,
    thread: JoinHandle<usize>,
}

impl SignOuts {
    fn new(client: Client) -> io::Result<Self> {
        let (tokens, receiver) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sign-outs".to_owned())
            .spawn(move || Worker::new(client).run(&receiver))?;
        Ok(Self { tokens, thread })
    }

    /// Queues a token, and returns immediately. Fails only if the thread has panicked.
    fn sign_out(&self, token: Token) -> anyhow::Result<()> {
        let sent = self.tokens.send(token);
        // The original error contains the token.
        sent.map_err(|_| anyhow::anyhow!("the sign-out thread has ended"))
    }

    /// Waits for the queue, up to [`SHUTDOWN`]. Returns the number of tokens that may still be alive.
    fn finish(self) -> anyhow::Result<usize> {
        drop(self.tokens);
        let left = self.thread.join();
        left.map_err(|_| anyhow::anyhow!("the sign-out thread has panicked"))
    }
}

struct Worker {
    client: Client,
    /// Keyed by order of arrival.
    queue: BTreeMap<u64, Entry>,
    arrived: u64,
    /// Tokens that no further call can revoke.
    needs_review: usize,
    /// Whether no call can succeed until the configuration changes.
    is_stopped: bool,
}

struct Entry {
    token: Token,
    /// The number of calls that failed with an error that is not retryable.
    refusals: u32,
}

impl Worker {
    fn new(client: Client) -> Self {
        Self {
            client,
            queue: BTreeMap::new(),
            arrived: 0,
            needs_review: 0,
            is_stopped: false,
        }
    }

    fn run(mut self, tokens: &Receiver<Token>) -> usize {
        loop {
            match tokens.recv_timeout(PAUSE) {
                Ok(token) => {
                    self.add(token);
                    for token in tokens.try_iter() {
                        self.add(token);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.round();
        }
        let deadline = Instant::now() + SHUTDOWN;
        while !self.queue.is_empty() && !self.is_stopped && Instant::now() + PAUSE < deadline {
            thread::sleep(PAUSE);
            self.round();
        }
        self.queue.len() + self.needs_review
    }

    fn add(&mut self, token: Token) {
        let entry = Entry { token, refusals: 0 };
        self.queue.insert(self.arrived, entry);
        self.arrived += 1;
    }

    /// Makes one call for each token in the queue.
    fn round(&mut self) {
        if self.is_stopped {
            return;
        }
        let tokens: Vec<_> = (self.queue.iter())
            .map(|(key, entry)| (*key, entry.token.clone()))
            .collect();
        for (key, result) in self.client.revoke_all(tokens) {
            match result {
                Ok(_) => self.forget(key),
                Err(error) => self.failed(key, &error),
            }
            if self.is_stopped {
                // Cancels the calls in flight: they would fail in the same way.
                return;
            }
        }
    }

    fn forget(&mut self, key: u64) {
        self.queue.remove(&key);
    }

    fn failed(&mut self, key: u64, error: &Error) {
        match (error.kind(), error.token_state()) {
            (ErrorKind::Unauthorized | ErrorKind::Config, _) => {
                eprintln!("no token is revoked until the configuration changes: {error}");
                self.is_stopped = true;
            }
            (_, TokenState::NotRecognised) => self.forget(key),
            _ if error.is_retryable() => eprintln!("sign-out {key}, to be retried: {error}"),
            _ => {
                eprintln!("sign-out {key}: {error}");
                let Some(entry) = self.queue.get_mut(&key) else {
                    return;
                };
                entry.refusals += 1;
                // Retried once only: further calls would fail forever.
                if entry.refusals > 1 {
                    self.needs_review += 1;
                    self.forget(key);
                }
            }
        }
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let environment: String = variable("DIGILOCKER_ENV")?;
    let client = Client::builder(environment.parse()?)
        .credentials(Credentials::basic(
            variable("DIGILOCKER_CLIENT_ID")?,
            variable("DIGILOCKER_CLIENT_SECRET")?,
        ))
        .timeout(SHUTDOWN / 2)
        .build()?;
    let sign_outs = SignOuts::new(client)?;
    let mut invalid = 0;
    for (number, line) in (1..).zip(io::stdin().lines()) {
        match Token::new(line.context("cannot read standard input")?) {
            Ok(token) => sign_outs.sign_out(token)?,
            Err(error) => {
                eprintln!("line {number}: {error}");
                invalid += 1;
            }
        }
    }
    let left = sign_outs.finish()?;
    if left + invalid == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("tokens that may still be alive: {left}; lines that are not tokens: {invalid}");
    Ok(ExitCode::FAILURE)
}

fn variable(name: &str) -> anyhow::Result<String> {
    // The error of `env::var` would quote the value.
    env::var(name).map_err(|_| anyhow::anyhow!("`{name}` is not set, or not UTF-8"))
}
