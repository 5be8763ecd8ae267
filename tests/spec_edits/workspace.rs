//! A copy of the workspace, in which cargo runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

/// The copy, at a path that does not change: later runs compile only what changed.
pub(crate) struct Workspace {
    root: PathBuf,
    names: Vec<String>,
}

const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/spec-edits");

impl Workspace {
    /// Copies all files that git tracks or would track.
    pub(crate) fn copy() -> Self {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = Path::new(TARGET).join("workspace");
        let listed = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(&from)
            .output()
            .unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let names = listed.split_terminator('\0').map(str::to_owned);
        let names = names.filter(|name| from.join(name).is_file()).collect();
        let copy = Self { root, names };
        let stale = walk(&copy.root).into_iter();
        for path in
            stale.filter(|path| !copy.names.iter().any(|name| *path == copy.root.join(name)))
        {
            fs::remove_file(path).unwrap();
        }
        for name in &copy.names {
            let (from, to) = (from.join(name), copy.root.join(name));
            // An equal file keeps its time, and is not compiled again.
            if fs::read(&from).unwrap() != fs::read(&to).unwrap_or_default() || !to.exists() {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(from, to).unwrap();
            }
        }
        copy
    }

    /// All files with their contents.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = walk(&self.root).into_iter();
        paths
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root.join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.root.join(name), text).unwrap();
    }

    /// Runs cargo, which must succeed, and returns what it printed.
    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let (is_success, output) = self.cargo(arguments);
        assert!(is_success, "cargo {}\n{output}", arguments.join(" "));
        output
    }

    /// Runs cargo, which must fail, and returns what it printed.
    #[track_caller]
    pub(crate) fn fail(&self, arguments: &[&str]) -> String {
        let (is_success, output) = self.cargo(arguments);
        assert!(!is_success, "cargo {}\n{output}", arguments.join(" "));
        output
    }

    #[expect(clippy::print_stderr, reason = "the time of each step, for people")]
    fn cargo(&self, arguments: &[&str]) -> (bool, String) {
        let start = Instant::now();
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(env!("CARGO"))
            .args(arguments)
            .env("CARGO_TARGET_DIR", Path::new(TARGET).join("target"))
            .env_remove("INSTA_UPDATE")
            .env_remove("XTASK_BLESS")
            .env("RUST_BACKTRACE", "0")
            .current_dir(&self.root)
            .output()
            .unwrap();
        let (seconds, command) = (start.elapsed().as_secs(), arguments.join(" "));
        eprintln!("{seconds:>4} s: cargo {command}");
        let text = [stderr, stdout].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (status.success(), text.concat())
    }
}

/// All files below a directory, except those that tests leave behind where git ignores them.
fn walk(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    let kept = paths.filter(|path| !path.ends_with("target"));
    kept.flat_map(|path| {
        if path.is_dir() {
            walk(&path)
        } else {
            vec![path]
        }
    })
    .collect()
}
