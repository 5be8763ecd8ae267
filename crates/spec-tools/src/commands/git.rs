//! What a file held at a revision.

use std::path::Path;
use std::process::{Command, Output};

/// The text of `file` (from `root`) at `revision`.
///
/// # Errors
///
/// A sentence for the user: no git, no repository, no such revision, no such file then.
pub(super) fn show(root: &Path, revision: &str, file: &str) -> Result<String, String> {
    let inside = git(root, &["rev-parse", "--git-dir"])?;
    if !inside.status.success() {
        return Err(format!(
            "not a git repository: `{}`; name a file instead, with `--base FILE`",
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
            "unknown revision, and no file: `{revision}`; see `git log --oneline` for those there are"
        ));
    }
    // `./`: from where git is run, which need not be the repository's root.
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
