//! Runs the command.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write;
#[cfg(unix)]
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

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

/// The command, configured to call the sandbox.
pub(crate) fn digilocker_for(sandbox: &Sandbox) -> Command {
    let mut command = digilocker();
    command
        .env("DIGILOCKER_ENV", sandbox.base_url())
        .env("DIGILOCKER_CLIENT_ID", sandbox.client_id())
        .env("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret());
    command
}

/// Runs a script in a shell, in this directory. In it, `$0` is the command, with its environment.
#[cfg(unix)]
pub(crate) fn run_in_shell(command: &Command, dir: &Path, script: &str) -> Run {
    let mut shell = Command::new("sh");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.env("HOME", dir).current_dir(dir);
    let command = command.get_program().to_str().unwrap();
    run(shell, ["-c", script, command], b"")
}

/// The text after this key in a YAML file, where it is first.
pub(crate) fn yaml_value<'a>(yaml: &'a str, key: &str) -> &'a str {
    let mut lines = yaml.lines();
    lines
        .find_map(|line| line.trim().strip_prefix(key))
        .unwrap()
}

/// The items of the list below this key in a YAML file.
pub(crate) fn yaml_items<'a>(yaml: &'a str, key: &str) -> Vec<&'a str> {
    let lines = yaml.lines().map(str::trim).skip_while(|line| *line != key);
    let items = lines.skip(1).map_while(|line| line.strip_prefix("- "));
    items.map(|item| item.trim_matches('"')).collect()
}

/// Waits until the condition holds. Panics after a minute.
#[track_caller]
pub(crate) fn wait_until(mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed().as_secs() < 60, "waited for a minute");
        thread::sleep(Duration::from_millis(1));
    }
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
