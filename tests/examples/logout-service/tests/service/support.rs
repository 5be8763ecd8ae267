//! Starts, kills and restarts the service on the same queue.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use digilocker_mock::Sandbox;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any step takes on a busy machine. A test that reaches it has failed.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) const KEY: &str = "a3f1c25d9e0b47688f1a2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071";

/// The environment of a service.
pub(crate) struct Setup {
    directory: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Setup {
    /// A setup with short delays between retries.
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        Self::for_server(
            sandbox.base_url(),
            sandbox.client_id(),
            sandbox.client_secret(),
        )
    }

    pub(crate) fn for_server(base_url: &str, id: &str, secret: &str) -> Self {
        let setup = Self {
            directory: TempDir::new().unwrap(),
            variables: Vec::new(),
        };
        let queue = setup.queue().to_str().unwrap().to_owned();
        setup
            .with("DIGILOCKER_ENV", base_url)
            .with("DIGILOCKER_CLIENT_ID", id)
            .with("DIGILOCKER_CLIENT_SECRET", secret)
            .with("LOGOUT_LISTEN", "127.0.0.1:0")
            .with("LOGOUT_QUEUE", &queue)
            .with("LOGOUT_QUEUE_KEY", KEY)
            .with("LOGOUT_DRAIN_SECONDS", "0.02")
            .with("LOGOUT_BACKOFF_SECONDS", "0.02")
            .with("LOGOUT_BACKOFF_MAX_SECONDS", "0.1")
    }

    /// Sets a variable, or replaces it.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.variables.retain(|(name, _)| *name != variable);
        self.variables.push((variable, value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, variable: &'static str) -> Self {
        self.variables.retain(|(name, _)| *name != variable);
        self
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn queue(&self) -> PathBuf {
        self.directory().join("queue.db")
    }

    fn spawn(&self) -> Process {
        let mut child = Command::new(env!("CARGO_BIN_EXE_logout-service"))
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Process {
            stdout: Output::collect(child.stdout.take().unwrap()),
            stderr: Output::collect(child.stderr.take().unwrap()),
            child,
        }
    }

    /// Starts the service, and waits until it listens.
    pub(crate) fn start(&self) -> Service {
        let process = self.spawn();
        let line = process.stderr.wait_for("listening on ");
        let (_, address) = line
            .split_once("listening on ")
            .expect("the service does not start");
        Service {
            address: address.to_owned(),
            http: reqwest::Client::new(),
            process,
        }
    }

    /// Starts a service that must fail. Returns its standard error.
    pub(crate) fn start_fails(&self) -> String {
        let mut process = self.spawn();
        let status = process.wait();
        assert_eq!(status.code(), Some(1));
        process.stderr.all()
    }
}

pub(crate) struct Service {
    address: String,
    http: reqwest::Client,
    process: Process,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Health {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Health {
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.body[name].as_u64().unwrap()
    }
}

impl Service {
    /// Signs out a session of one token. An error means that the response was lost.
    pub(crate) async fn try_sign_out(&self, token: &str) -> reqwest::Result<StatusCode> {
        let request = self.post(&json!({ "refresh_token": token }));
        Ok(request.send().await?.status())
    }

    pub(crate) async fn sign_out(&self, token: &str) {
        assert_eq!(
            self.try_sign_out(token).await.unwrap(),
            StatusCode::ACCEPTED
        );
    }

    pub(crate) fn post(&self, session: &Value) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}/logout", self.address))
            .json(session)
    }

    pub(crate) async fn health(&self) -> Health {
        let response = self
            .http
            .get(format!("{}/health", self.address))
            .send()
            .await
            .unwrap();
        Health {
            status: response.status(),
            body: response.json().await.unwrap(),
        }
    }

    pub(crate) async fn wait_until_drained(&self) {
        wait_until("the queue is empty", async || {
            self.health().await.count("queued") == 0
        })
        .await;
    }

    /// Sends SIGKILL. Returns the output.
    pub(crate) fn kill(mut self) -> [String; 2] {
        self.process.child.kill().unwrap();
        self.process.wait();
        self.process.output()
    }

    pub(crate) fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.process.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// Sends SIGTERM and waits for the end. Returns the output.
    pub(crate) fn shut_down(mut self) -> [String; 2] {
        self.terminate();
        let status = self.process.wait();
        assert_eq!(status.code(), Some(0), "{}", self.process.stderr.all());
        self.process.output()
    }

    pub(crate) fn log(&self) -> String {
        self.process.stderr.all()
    }
}

struct Process {
    child: Child,
    stdout: Output,
    stderr: Output,
}

impl Process {
    fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < end,
                "the service does not end: {}",
                self.stderr.all()
            );
            thread::sleep(POLL);
        }
    }

    /// Standard output and standard error of a process that has ended.
    fn output(&self) -> [String; 2] {
        [self.stdout.all(), self.stderr.all()]
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines that a process writes, collected by a thread.
struct Output(Arc<(Mutex<Lines>, Condvar)>);

#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    is_closed: bool,
}

impl Output {
    fn collect(pipe: impl Read + Send + 'static) -> Self {
        let shared = Arc::new((Mutex::new(Lines::default()), Condvar::new()));
        let collected = Arc::clone(&shared);
        thread::spawn(move || {
            let (lines, changed) = &*collected;
            for line in BufReader::new(pipe).lines() {
                lines.lock().unwrap().lines.push(line.unwrap());
                changed.notify_all();
            }
            lines.lock().unwrap().is_closed = true;
            changed.notify_all();
        });
        Self(shared)
    }

    /// The first line with this text.
    fn wait_for(&self, text: &str) -> String {
        let (lines, changed) = &*self.0;
        let find = |lines: &Lines| lines.lines.iter().find(|line| line.contains(text)).cloned();
        let pending = |lines: &mut Lines| find(lines).is_none() && !lines.is_closed;
        let waited = changed.wait_timeout_while(lines.lock().unwrap(), DEADLINE, pending);
        let (lines, _) = waited.unwrap();
        find(&lines).unwrap_or_else(|| panic!("no `{text}` in: {}", lines.lines.join("\n")))
    }

    /// The output so far. Waits briefly for the process to close it.
    fn all(&self) -> String {
        let (lines, changed) = &*self.0;
        let pending = |lines: &mut Lines| !lines.is_closed;
        let waited = changed.wait_timeout_while(lines.lock().unwrap(), POLL * 10, pending);
        waited.unwrap().0.lines.join("\n")
    }
}

const POLL: Duration = Duration::from_millis(10);

/// Waits until the condition is true.
#[track_caller]
pub(crate) fn wait_until(
    what: &'static str,
    mut condition: impl AsyncFnMut() -> bool,
) -> impl Future<Output = ()> {
    let end = Instant::now() + DEADLINE;
    async move {
        while !condition().await {
            assert!(Instant::now() < end, "not in time: {what}");
            tokio::time::sleep(POLL).await;
        }
    }
}

/// Asserts that no file in the directory contains a secret, and that the files of the queue exist.
pub(crate) fn assert_absent_from_files(directory: &Path, secrets: &[&str]) {
    let mut sizes = Vec::new();
    for entry in directory.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "a secret is in {}", path.display());
        }
        let name = path.file_name().and_then(OsStr::to_str).unwrap().to_owned();
        sizes.push((name, bytes.len()));
    }
    for name in ["queue.db", "queue.db-wal"] {
        let found = sizes.iter().any(|(found, size)| found == name && *size > 0);
        assert!(found, "`{name}` was not searched: {sizes:?}");
    }
}
