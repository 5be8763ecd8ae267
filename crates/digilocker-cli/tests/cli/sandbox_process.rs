//! `digilocker sandbox` as a child process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running sandbox, which is killed on drop.
pub(crate) struct SandboxProcess {
    pub(crate) child: Child,
    /// The line of JSON that it prints when it is ready.
    pub(crate) start: Value,
}

impl SandboxProcess {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_digilocker"))
            .args(["sandbox", "--port", "0", "--json"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let start = serde_json::from_str(&line).unwrap();
        Self { child, start }
    }

    /// A member of the start-up JSON.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.start[name].as_str().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text("base_url"))
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
