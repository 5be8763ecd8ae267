//! `cargo xtask ci`: runs the checks of a pull request.

use std::path::Path;
use std::process::Command;

/// Runs `.ci/run`.
///
/// # Errors
///
/// `.ci/run` cannot be started, or fails.
pub fn run(root: &Path) -> Result<(), String> {
    let status = Command::new("bash")
        .arg(".ci/run")
        .current_dir(root)
        .status()
        .map_err(|error| format!("cannot run `bash .ci/run`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`.ci/run` failed ({status})"))
    }
}
