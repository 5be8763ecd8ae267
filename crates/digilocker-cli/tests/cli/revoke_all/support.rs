//! Runs the command against a counting server in a temporary directory, and reads journals.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::counting_server::{CountingServer, Reply};
#[cfg(unix)]
use crate::support::wait_until;
use crate::support::{Run, digilocker, run};

/// The prefix of every token, by which leaked tokens are found.
pub(crate) const TOKEN_PREFIX: &str = "tkn-";

/// The token of a line, counted from 1.
pub(crate) fn token(line: usize) -> String {
    // Realistic length, and different from its neighbours.
    format!(
        "{TOKEN_PREFIX}{:016x}-{line}",
        (line as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    )
}

/// The line of a token.
pub(crate) fn line(token: &str) -> usize {
    token.rsplit('-').next().unwrap().parse().unwrap()
}

/// A directory with `tokens.txt`, and the server that revokes its tokens.
pub(crate) struct TestDir {
    dir: TempDir,
    pub(crate) server: CountingServer,
}

impl TestDir {
    pub(crate) fn with_tokens(count: usize) -> Self {
        let dir = Self::with("tokens.txt", "");
        let mut file = BufWriter::new(File::create(dir.path("tokens.txt")).unwrap());
        for line in 1..=count {
            writeln!(file, "{}", token(line)).unwrap();
        }
        file.flush().unwrap();
        dir
    }

    pub(crate) fn with(name: &str, text: impl AsRef<[u8]>) -> Self {
        let dir = Self {
            dir: tempfile::tempdir().unwrap(),
            server: CountingServer::start(|_, _| Reply::Revoke),
        };
        dir.write(name, text);
        dir
    }

    /// Replaces the server by one that responds like this to a token, and to how often it was sent.
    pub(crate) fn scripted(
        mut self,
        script: impl Fn(&str, u32) -> Reply + Send + Sync + 'static,
    ) -> Self {
        self.server = CountingServer::start(script);
        self
    }

    /// Writes a file with mode 0600: other modes give a warning.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `digilocker revoke-all` with the server, in the directory.
    pub(crate) fn command(&self) -> Command {
        let mut command = digilocker();
        command
            .env("DIGILOCKER_ENV", self.server.url())
            .current_dir(&self.dir)
            .args(["revoke-all", "--round-wait", "0"]);
        command
    }

    /// Runs `revoke-all` with more arguments, separated by spaces.
    #[track_caller]
    pub(crate) fn run(&self, args: impl AsRef<str>) -> Run {
        self.run_with_input(args, b"")
    }

    /// Runs `revoke-all` with this standard input.
    #[track_caller]
    pub(crate) fn run_with_input(&self, args: impl AsRef<str>, input: &[u8]) -> Run {
        let done = run(self.command(), args.as_ref().split_whitespace(), input);
        self.assert_no_token(&done);
        done
    }

    /// Starts `revoke-all` with piped input and output.
    pub(crate) fn start(&self, args: &str) -> Child {
        self.command()
            .args(args.split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts a run of this many tokens, and waits until this many calls are in flight.
    #[cfg(unix)]
    pub(crate) fn start_held(tokens: usize, args: &str, in_flight: usize) -> (Self, Child) {
        let dir = Self::with_tokens(tokens);
        dir.server.hold();
        let child = dir.start(args);
        wait_until(|| dir.server.requests() == in_flight);
        (dir, child)
    }

    /// Asserts the exit code of a run, and the number of requests so far.
    #[track_caller]
    pub(crate) fn assert_end(&self, done: &Run, code: i32, requests: usize) {
        let end = (done.code, self.server.requests());
        assert_eq!(end, (Some(code), requests), "{done:?}");
    }

    /// Asserts that the run of these arguments, resumed, revokes all tokens of the journal `j`.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn assert_resumes(&self, args: &str, tokens: usize) {
        let done = self.run(args);
        assert_eq!(done.code, Some(0), "{done:?}");
        let report = self.report("j");
        report.prints(format!("revoked         {tokens}\n"));
        assert!((1..=tokens).all(|line| self.server.times(&token(line)) >= 1));
    }

    /// Waits until the process ends.
    #[track_caller]
    pub(crate) fn end(&self, child: Child) -> Run {
        let done = child.wait_with_output().unwrap().into();
        self.assert_no_token(&done);
        done
    }

    /// `digilocker report`.
    #[track_caller]
    pub(crate) fn report(&self, args: impl AsRef<str>) -> Run {
        let mut command = digilocker();
        command.current_dir(&self.dir).arg("report");
        let done = run(command, args.as_ref().split_whitespace(), b"");
        self.assert_no_token(&done);
        done
    }

    /// Asserts that no token is in the output of the run, or in any file except the input.
    #[track_caller]
    pub(crate) fn assert_no_token(&self, done: &Run) {
        assert!(!done.stdout.contains(TOKEN_PREFIX), "{done:?}");
        assert!(!done.stderr.contains(TOKEN_PREFIX), "{done:?}");
        for entry in fs::read_dir(self.root()).unwrap() {
            let path = entry.unwrap().path();
            let is_input = path.file_stem().is_some_and(|stem| stem == "tokens");
            if path.is_file() && !is_input {
                let bytes = fs::read(&path).unwrap();
                let mut parts = bytes.windows(TOKEN_PREFIX.len());
                let found = parts.any(|part| part == TOKEN_PREFIX.as_bytes());
                assert!(!found, "a token is in {}", path.display());
            }
        }
    }
}

/// Opens a journal as `sqlite3` would. `None` if it has no tables yet.
pub(crate) fn open_journal(path: &Path) -> Option<Connection> {
    // Read-only: it must not recover the journal in place of the command.
    let journal = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    journal.table_exists(None, "token").ok()?.then_some(journal)
}

/// The outcome of each line in a journal.
pub(crate) fn journal_lines(path: &Path) -> HashMap<usize, String> {
    let Some(journal) = open_journal(path) else {
        return HashMap::new();
    };
    let mut query = journal.prepare("SELECT line, outcome FROM token").unwrap();
    let mut rows = query.query([]).unwrap();
    let mut lines = HashMap::new();
    while let Some(row) = rows.next().unwrap() {
        let line: i64 = row.get(0).unwrap();
        let other = lines.insert(usize::try_from(line).unwrap(), row.get(1).unwrap());
        assert_eq!(other, None, "line {line} has two rows");
    }
    lines
}

#[cfg(unix)]
pub(crate) fn signal(child: &Child, signal: rustix::process::Signal) {
    rustix::process::kill_process(rustix::process::Pid::from_child(child), signal).unwrap();
}

/// Reads standard error until it contains this text.
pub(crate) fn read_until(child: &mut Child, text: &str) -> String {
    let stderr = child.stderr.as_mut().unwrap();
    let (mut read, mut byte) = (Vec::new(), [0]);
    while !read.ends_with(text.as_bytes()) {
        let ended = stderr.read(&mut byte).unwrap() == 0;
        assert!(!ended, "no {text:?}: {}", String::from_utf8_lossy(&read));
        read.push(byte[0]);
    }
    String::from_utf8(read).unwrap()
}
