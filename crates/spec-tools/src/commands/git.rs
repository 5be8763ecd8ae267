//! Reads files of git revisions.

use std::path::Path;
use std::process::{Command, Output};

/// The text of `file`, relative to `root`, at `revision`.
///
/// # Errors
///
/// Git cannot be run, or the repository, the revision or the file does not exist.
pub(super) fn show(root: &Path, revision: &str, file: &str) -> Result<String, String> {
    let inside = git(root, &["rev-parse", "--git-dir"])?;
    if !inside.status.success() {
        return Err(format!(
            "not a git repository: `{}`; pass a file with `--base FILE`",
            root.display()
        ));
    }
    let commit = format!("{revision}^{{commit}}");
    let known = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ];
    if !git(root, &known)?.status.success() {
        return Err(format!(
            "neither a revision nor a file: `{revision}`; run `git log --oneline` to list revisions"
        ));
    }
    // `./` is relative to the directory in which git runs, which may be below the repository's root.
    let object = format!("{revision}:./{file}");
    let found = git(root, &["show", "--end-of-options", &object])?;
    if !found.status.success() {
        return Err(format!("no `{file}` at revision `{revision}`"));
    }
    String::from_utf8(found.stdout)
        .map_err(|_| format!("`{file}` at revision `{revision}` is not UTF-8"))
}

fn git(root: &Path, arguments: &[&str]) -> Result<Output, String> {
    Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .map_err(|error| format!("cannot run `git`: {error}"))
}
