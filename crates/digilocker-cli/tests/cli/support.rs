//! Runs the command.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use digilocker_mock::Sandbox;

/// The command, without settings from the environment of the tests.
pub(crate) fn digilocker() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_digilocker"));
    for variable in ["ENV", "CLIENT_ID", "CLIENT_SECRET"] {
        command.env_remove(format!("DIGILOCKER_{variable}"));
    }
    for proxy in ["http", "https", "all", "no"] {
        command
            .env_remove(format!("{proxy}_proxy"))
            .env_remove(format!("{proxy}_proxy").to_uppercase());
    }
    command
}

/// A full disk: every write to it fails.
#[cfg(target_os = "linux")]
pub(crate) fn full_disk() -> std::fs::File {
    std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap()
}

/// The command, configured to call the sandbox.
pub(crate) fn digilocker_for(sandbox: &Sandbox) -> Command {
    let mut command = digilocker();
    command
        .env("DIGILOCKER_ENV", sandbox.base_url())
        .env("DIGILOCKER_CLIENT_ID", sandbox.client_id())
        .env("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret());
    command
}

/// Another program, with the environment of this command.
pub(crate) fn with_env_of(command: &Command, program: impl AsRef<OsStr>) -> Command {
    let mut other = Command::new(program);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
    other
}

/// The exit code and the output of a run.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "code {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.code, self.stdout, self.stderr
        )
    }
}

impl Run {
    /// Asserts that standard output contains this text.
    #[track_caller]
    pub(crate) fn prints(&self, text: impl AsRef<str>) {
        let text = text.as_ref();
        assert!(self.stdout.contains(text), "{text}: {self:?}");
    }

    /// Asserts that standard error contains this text.
    #[track_caller]
    pub(crate) fn warns(&self, text: impl AsRef<str>) {
        let text = text.as_ref();
        assert!(self.stderr.contains(text), "{text}: {self:?}");
    }

    /// Parses standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs the command with these arguments and this standard input.
pub(crate) fn run<A: AsRef<OsStr>>(
    mut command: Command,
    args: impl IntoIterator<Item = A>,
    input: &[u8],
) -> Run {
    let mut child = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Fails if the command refuses its arguments and does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap().into()
}
