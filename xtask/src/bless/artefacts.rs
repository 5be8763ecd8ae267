//! Files that tests compare with what they produce. Under `cargo xtask bless` the tests write them instead.
//!
//! Insta compares snapshots, [`check`] all other files.

use std::fs;
use std::path::Path;

use spec_tools::drift;
use spec_tools::report::Style;

/// The environment variable that `cargo xtask bless` sets for the tests that it runs.
pub const VARIABLE: &str = "XTASK_BLESS";

/// Which files to update. Each scope includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Files that depend on the spec only: `cargo xtask generate --snapshots`.
    Spec,
    /// All but those of slow tests: `cargo xtask bless`.
    Usual,
    /// All files: `cargo xtask bless --proof`.
    Proof,
}

/// Tests, and the files that they compare or write.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// The smallest scope that includes the files.
    pub scope: Scope,
    /// Arguments of `cargo test` that select the test target.
    pub target: &'static [&'static str],
    /// Arguments of the test harness that select the tests.
    pub tests: &'static [&'static str],
    /// The files, from the workspace root. A directory stands for the snapshots in it.
    pub files: &'static [&'static str],
}

/// All owners. A directory with snapshots of several owners is listed for each of them.
pub const OWNERS: [Owner; 7] = [
    Owner {
        scope: Scope::Spec,
        target: &["-p", "integration-tests", "--test", "snapshots"],
        tests: &[],
        files: &["tests/snapshots/snapshots"],
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
        target: &["-p", "integration-tests", "--test", "contract"],
        tests: &["exposure"],
        files: &["spec/EXPOSURE.md"],
    },
    Owner {
        scope: Scope::Usual,
        target: &["-p", "integration-tests", "--test", "failure_table"],
        tests: &["documentation"],
        files: &["crates/digilocker/src/failures.md"],
    },
    Owner {
        // Writes the log lines only: the tables of this file are hand-written.
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
/// The file differs, cannot be written, or has no owner. The message has the difference and the command that
/// updates the file.
pub fn check(root: &Path, name: &str, text: &str) -> Result<(), String> {
    let blessed = std::env::var_os(VARIABLE).is_some();
    compare(root, name, text, blessed)
}

fn compare(root: &Path, name: &str, text: &str, blessed: bool) -> Result<(), String> {
    let owner = OWNERS.iter().find(|owner| owner.files.contains(&name));
    let Some(owner) = owner else {
        return Err(format!(
            "`{name}` has no owner: add it to `OWNERS` in `xtask/src/bless/artefacts.rs`"
        ));
    };
    let path = root.join(name);
    // Line endings of a checkout with CRLF do not count.
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
    let diff = drift::unified(name, &old, text, ["current", "expected"], Style::Plain);
    Err(format!(
        "`{name}` is out of date: run `cargo xtask bless{flag}` to update it\n{diff}"
    ))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_difference_names_the_command_that_updates_the_file() -> Result<(), String> {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(dir.path().join("crates/spec-tools/src/diff")).expect("to make it");
        fs::create_dir(dir.path().join("spec")).expect("to make it");
        let (rules, proved) = ("spec/RULES.md", "crates/spec-tools/src/diff/proved.md");
        let usual = compare(dir.path(), rules, "new\n", false).expect_err("a difference");
        assert_eq!(
            usual,
            "`spec/RULES.md` is out of date: run `cargo xtask bless` to update it\n\
             --- spec/RULES.md (current)\n+++ spec/RULES.md (expected)\n@@ -0,0 +1 @@\n+new\n"
        );
        let slow = compare(dir.path(), proved, "new\n", false).expect_err("a difference");
        assert!(slow.contains("run `cargo xtask bless --proof`"), "{slow}");
        let unowned = compare(dir.path(), "spec/nothing.md", "", true).expect_err("no owner");
        assert!(unowned.contains("has no owner"), "{unowned}");
        // No file was created.
        assert!(!dir.path().join(rules).exists() && !dir.path().join(proved).exists());

        compare(dir.path(), rules, "new\n", true)?;
        compare(dir.path(), rules, "new\n", false)?;
        fs::write(dir.path().join(rules), "new\r\n").expect("to write");
        compare(dir.path(), rules, "new\n", true)?;
        let there = fs::read_to_string(dir.path().join(rules));
        assert_eq!(there.expect("to read"), "new\r\n");
        Ok(())
    }

    /// All `.snap` files below `dir`, build output excluded.
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
    fn every_snapshot_has_an_owner() {
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
