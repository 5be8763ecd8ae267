//! Files that a test compares with what it sees, and that `cargo xtask bless` has it write.
//!
//! Snapshots are compared by insta, all others by [`check`].

use std::fs;
use std::path::Path;

use spec_tools::drift;
use spec_tools::report::Style;

/// Set by `cargo xtask bless` for the tests that it runs, and by nothing else.
pub const VARIABLE: &str = "XTASK_BLESS";

/// How much to accept; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// What follows from the spec: `cargo xtask generate --snapshots`.
    Spec,
    /// All but the slow ones: `cargo xtask bless`.
    Usual,
    /// All: `cargo xtask bless --proof`.
    Proof,
}

/// Tests, and the files that they write when blessed.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// The smallest scope that includes them.
    pub scope: Scope,
    /// Where they are, as `cargo test` is told it.
    pub target: &'static [&'static str],
    /// Which of the tests there, as the test harness is told it.
    pub tests: &'static [&'static str],
    /// The files, from the workspace's root; a directory stands for the snapshots in it.
    pub files: &'static [&'static str],
}

/// Directories that hold snapshots of the same package are listed once for each owner that writes there.
pub const OWNERS: [Owner; 7] = [
    Owner {
        scope: Scope::Spec,
        target: &["-p", "integration-tests", "--test", "snapshots"],
        tests: &["--skip", "second"],
        files: &["tests/snapshots/snapshots"],
    },
    Owner {
        // Its spec is a file of its own: after an edit of the real one, these tests first ask for the
        // same edit there.
        scope: Scope::Usual,
        target: &["-p", "integration-tests", "--test", "snapshots"],
        tests: &["second"],
        files: &[
            "tests/second_operation/client.rs",
            "tests/second_operation/mock.rs",
            "tests/snapshots/snapshots",
        ],
    },
    Owner {
        scope: Scope::Usual,
        target: &["-p", "spec-tools", "--lib"],
        tests: &["lint::", "codegen::"],
        files: &[
            "tests/specs/lint/findings",
            "crates/spec-tools/src/codegen/snapshots",
            "crates/spec-tools/src/lint/snapshots",
        ],
    },
    Owner {
        scope: Scope::Usual,
        target: &["-p", "xtask", "--lib"],
        tests: &["project::"],
        files: &["spec/RULES.md"],
    },
    Owner {
        scope: Scope::Usual,
        target: &["-p", "integration-tests", "--test", "failure_table"],
        tests: &["documentation"],
        files: &["crates/digilocker/src/failures.md"],
    },
    Owner {
        // Only the log lines: the tables of this file are what its tests expect.
        scope: Scope::Usual,
        target: &["-p", "integration-tests", "--test", "observability"],
        tests: &["examples"],
        files: &["crates/digilocker/src/observability.md"],
    },
    Owner {
        scope: Scope::Proof,
        target: &["-p", "spec-tools", "--lib"],
        tests: &["proof", "--ignored"],
        files: &["crates/spec-tools/src/diff/proved.md"],
    },
];

/// Compares `text` with the file `name` below `root`. Under `cargo xtask bless` it writes the file
/// instead.
///
/// # Errors
///
/// What differs, and the command that accepts it. Or the file cannot be written, or has no owner.
pub fn check(root: &Path, name: &str, text: &str) -> Result<(), String> {
    let blessed = std::env::var_os(VARIABLE).is_some();
    compare(root, name, text, blessed)
}

fn compare(root: &Path, name: &str, text: &str, blessed: bool) -> Result<(), String> {
    let owner = OWNERS.iter().find(|owner| owner.files.contains(&name));
    let Some(owner) = owner else {
        return Err(format!(
            "`{name}` has no owner: add it to `xtask/src/bless/artefacts.rs`"
        ));
    };
    let path = root.join(name);
    // A checkout with CRLF is no difference.
    let old = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if old == text {
        return Ok(());
    }
    if blessed {
        return fs::write(&path, text).map_err(|error| format!("cannot write `{name}`: {error}"));
    }
    let flag = if owner.scope == Scope::Proof {
        " --proof"
    } else {
        ""
    };
    let diff = drift::unified(name, &old, text, ["accepted", "seen"], Style::Plain);
    Err(format!(
        "`{name}` is not what the test sees: run `cargo xtask bless{flag}` to accept it\n{diff}"
    ))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_difference_names_the_command_that_accepts_it() -> Result<(), String> {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(dir.path().join("crates/spec-tools/src/diff")).expect("to make it");
        fs::create_dir(dir.path().join("spec")).expect("to make it");
        let (rules, proved) = ("spec/RULES.md", "crates/spec-tools/src/diff/proved.md");
        assert_eq!(
            compare(dir.path(), rules, "new\n", false),
            Err(
                "`spec/RULES.md` is not what the test sees: run `cargo xtask bless` to accept it\n\
                 --- spec/RULES.md (accepted)\n+++ spec/RULES.md (seen)\n@@ -0,0 +1 @@\n+new\n"
                    .to_owned()
            )
        );
        let slow = compare(dir.path(), proved, "new\n", false).expect_err("a difference");
        assert!(slow.contains("run `cargo xtask bless --proof`"), "{slow}");
        let nobody = compare(dir.path(), "spec/nothing.md", "", true).expect_err("no owner");
        assert!(nobody.contains("has no owner"), "{nobody}");
        // Not even an empty file was written for them.
        assert!(!dir.path().join(rules).exists() && !dir.path().join(proved).exists());

        compare(dir.path(), rules, "new\n", true)?;
        compare(dir.path(), rules, "new\n", false)?;
        fs::write(dir.path().join(rules), "new\r\n").expect("to write");
        compare(dir.path(), rules, "new\n", true)?;
        let there = fs::read_to_string(dir.path().join(rules));
        assert_eq!(there.expect("to read"), "new\r\n");
        Ok(())
    }

    /// All `.snap` files below `dir`, build output aside.
    fn snapshots(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                snapshots(&path, found);
            } else if name.ends_with(".snap") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_accepted_file_has_an_owner() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for name in OWNERS.iter().flat_map(|owner| owner.files) {
            assert!(root.join(name).exists(), "{name}");
        }
        let mut found = Vec::new();
        snapshots(&root, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for path in found {
            let dir = path.parent().and_then(|dir| dir.strip_prefix(&root).ok());
            let is_owned =
                |owner: &Owner| owner.files.iter().any(|name| dir == Some(Path::new(name)));
            assert!(OWNERS.iter().any(is_owned), "{}", path.display());
        }
    }
}
