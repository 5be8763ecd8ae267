//! Inputs, journals, and the command on a counting server.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::counting_server::CountingServer;
use crate::support::{Run, digilocker, run};

/// Begins each token, so that one test finds them all.
pub(crate) const MARK: &str = "tkn-";

/// The token of a line, counted from 1.
pub(crate) fn token(line: usize) -> String {
    // Of a common length, and unlike its neighbours.
    format!(
        "{MARK}{:016x}-{line}",
        (line as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    )
}

/// A directory with `tokens.txt`.
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    pub(crate) fn with_tokens(count: usize) -> Self {
        let text: String = (1..=count).map(|line| token(line) + "\n").collect();
        Self::with("tokens.txt", &text)
    }

    pub(crate) fn with(name: &str, text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = Self { dir };
        place.write(name, text);
        place
    }

    /// A file for its owner alone: others give a warning.
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

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `digilocker revoke-all`, for this server, in this directory.
    pub(crate) fn command(&self, server: &CountingServer) -> Command {
        let mut command = digilocker();
        command
            .env("DIGILOCKER_ENV", server.url())
            .current_dir(&self.dir)
            .args(["revoke-all", "--round-wait", "0"]);
        command
    }

    /// Runs it with more arguments, split at spaces.
    #[track_caller]
    pub(crate) fn run(&self, server: &CountingServer, args: &str) -> Run {
        let done = run(self.command(server), args.split_whitespace(), b"");
        self.holds_no_token(&done);
        done
    }

    /// Starts it, with pipes for what it writes.
    pub(crate) fn start(&self, server: &CountingServer, args: &str) -> Child {
        self.command(server)
            .args(args.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(&self, child: Child) -> Run {
        let done = child.wait_with_output().unwrap().into();
        self.holds_no_token(&done);
        done
    }

    /// `digilocker report`.
    #[track_caller]
    pub(crate) fn report(&self, args: &str) -> Run {
        let mut command = digilocker();
        command.current_dir(&self.dir).arg("report");
        let done = run(command, args.split_whitespace(), b"");
        self.holds_no_token(&done);
        done
    }

    /// Not in what the command wrote to its outputs, nor in any file but the input.
    #[track_caller]
    pub(crate) fn holds_no_token(&self, done: &Run) {
        assert!(!done.stdout.contains(MARK), "{done:?}");
        assert!(!done.stderr.contains(MARK), "{done:?}");
        for entry in fs::read_dir(self.dir()).unwrap() {
            let path = entry.unwrap().path();
            let is_input = path.file_stem().is_some_and(|stem| stem == "tokens");
            let bytes = if path.is_file() && !is_input {
                fs::read(&path).unwrap()
            } else {
                continue;
            };
            let found = (bytes.windows(MARK.len())).any(|window| window == MARK.as_bytes());
            assert!(!found, "a token is in {}", path.display());
        }
    }
}

/// The first bytes of a journal.
pub(crate) const HEADER: usize = 2048;
pub(crate) const RECORD: usize = 32;

/// The kind of the last record of each line that a journal has: 1 revoked, 2 not recognised, 3 alive,
/// 4 unknown.
pub(crate) fn journal_lines(path: &Path) -> HashMap<usize, u8> {
    let bytes = fs::read(path).unwrap_or_default();
    bytes
        .get(HEADER..)
        .unwrap_or_default()
        .as_chunks::<RECORD>()
        .0
        .iter()
        .filter(|record| (1..=4).contains(&record[26]))
        .map(|record| {
            let mut line = [0; 8];
            line[..6].copy_from_slice(&record[16..22]);
            (
                usize::try_from(u64::from_le_bytes(line)).unwrap(),
                record[26],
            )
        })
        .collect()
}

/// Sends a signal, by its name.
#[cfg(unix)]
pub(crate) fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}
