//! Starts, kills and restarts the service on the same queue.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use digilocker_mock::Sandbox;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any step takes on a busy machine. A test that reaches it has failed.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) const KEY: &str = "o/HCXZ4LR2iPGiw9Tl9gcYKTpLXG1+j5ChssPU5fYHE=";

/// The environment of a service.
pub(crate) struct Setup {
    directory: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Setup {
    /// A setup with short delays between retries.
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        let setup = Self {
            directory: TempDir::new().unwrap(),
            variables: Vec::new(),
        };
        let queue = setup.queue().to_str().unwrap().to_owned();
        setup
            .with("DIGILOCKER_ENV", sandbox.base_url())
            .with("DIGILOCKER_CLIENT_ID", sandbox.client_id())
            .with("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret())
            .with("LOGOUT_LISTEN", "127.0.0.1:0")
            .with("LOGOUT_QUEUE", &queue)
            .with("LOGOUT_QUEUE_KEY", KEY)
            .with("LOGOUT_BACKOFF_SECONDS", "0.02")
    }

    /// Sets a variable, or replaces it.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.variables.retain(|(name, _)| *name != variable);
        self.variables.push((variable, value.to_owned()));
        self
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn queue(&self) -> PathBuf {
        self.directory().join("queue.db")
    }

    /// Everything that the process writes.
    fn output(&self) -> PathBuf {
        self.directory().join("output")
    }

    fn spawn(&self) -> Child {
        let output = File::create(self.output()).unwrap();
        Command::new(env!("CARGO_BIN_EXE_logout-service"))
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap()
    }

    /// Starts the service, and waits until it listens.
    pub(crate) async fn start(&self) -> Service {
        let child = self.spawn();
        let mut address = None;
        wait_until("the service listens", async || {
            let output = fs::read_to_string(self.output()).unwrap();
            let line = output.split_once("listening on ").map(|(_, rest)| rest);
            address = line.and_then(|line| Some(line.split_once('\n')?.0.to_owned()));
            address.is_some()
        })
        .await;
        Service {
            address: address.unwrap(),
            output: self.output(),
            child,
        }
    }

    /// Starts a service that must fail. Returns its output.
    pub(crate) fn start_fails(&self) -> String {
        let status = self.spawn().wait().unwrap();
        assert_eq!(status.code(), Some(1));
        fs::read_to_string(self.output()).unwrap()
    }
}

pub(crate) struct Service {
    address: String,
    output: PathBuf,
    child: Child,
}

impl Service {
    pub(crate) async fn post(&self, session: &Value) -> reqwest::Response {
        let request = reqwest::Client::new().post(format!("{}/logout", self.address));
        request.json(session).send().await.unwrap()
    }

    /// Signs out a session of one token.
    pub(crate) async fn sign_out(&self, token: &str) {
        let response = self.post(&json!({ "refresh_token": token })).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
    }

    pub(crate) async fn health(&self) -> (StatusCode, Value) {
        let response = reqwest::get(format!("{}/health", self.address));
        let response = response.await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Waits until the queue has this number of tokens, and this number needs review.
    pub(crate) async fn wait_for_queue(&self, queued: u32, needs_review: u32) {
        wait_until("the state of the queue", async || {
            let (_, health) = self.health().await;
            health["queued"] == queued && health["needs_review"] == needs_review
        })
        .await;
    }

    pub(crate) async fn wait_for_output(&self, text: &str) {
        wait_until(text, async || self.read_output().contains(text)).await;
    }

    fn read_output(&self) -> String {
        fs::read_to_string(&self.output).unwrap()
    }

    /// Sends SIGKILL. Returns the output.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.read_output()
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// Waits for the end. Returns the output.
    pub(crate) async fn wait(mut self) -> String {
        wait_until("the service ends", async || {
            self.child.try_wait().unwrap().is_some()
        })
        .await;
        let output = self.read_output();
        assert!(self.child.wait().unwrap().success(), "{output}");
        output
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until the condition is true.
pub(crate) async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !condition().await {
        assert!(Instant::now() < end, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
