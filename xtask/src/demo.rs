//! `cargo xtask demo`: from the spec to a revoked token.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use spec_tools::commands::generate::{self, Generated};
use spec_tools::render::text;
use spec_tools::report::{Report, Status, Style, colour};
use spec_tools::spec::Spec;

use crate::project::{SPEC, project};

/// The steps before the example: checks the spec, and compares the generated files with it.
#[must_use]
pub fn steps(root: &Path, style: Style) -> Report {
    let (spec, files) = match generate::plan(&project(root)) {
        Ok(plan) => plan,
        Err(refused) => return Report::failed(text::refused(&refused, style)),
    };
    let mut report = Report::ok(format!(
        "{}\n{}",
        heading(1, "The spec is checked", style),
        about(&spec)
    ));
    for file in files.iter().filter(|file| !file.is_current()) {
        report.status = Status::Failed;
        let _ = writeln!(
            report.errors,
            "`{}` is out of date with `{SPEC}`\nrun `cargo xtask generate --check` to see the difference, `cargo xtask generate` to update it",
            file.name,
        );
    }
    if report.status == Status::Ok {
        let title = heading(2, "The generated code is up to date", style);
        let _ = writeln!(report.output, "\n{title}");
        for Generated { name, new, .. } in &files {
            let _ = writeln!(report.output, "  {name}: {} lines", new.lines().count());
        }
        let title = "A DigiLocker sandbox issues a token, and the client revokes it";
        let _ = writeln!(report.output, "\n{}", heading(3, title, style));
    }
    report
}

fn heading(step: u8, title: &str, style: Style) -> String {
    style.paint(colour::BOLD, &format!("{step}. {title}"))
}

fn about(spec: &Spec) -> String {
    let info = &spec.openapi.info;
    let mut text = format!("  {SPEC}: {}, version {}\n", info.title, info.version);
    for operation in spec.document.operations() {
        let _ = writeln!(
            text,
            "  {}: {} {}",
            operation.name(),
            operation.method.to_uppercase(),
            operation.path
        );
    }
    text
}

/// The last step: runs the wrapper's example `demo`, which inherits standard output.
///
/// It is run through cargo because xtask does not depend on generated code. It is built before, without `--quiet`:
/// that may take long.
///
/// # Errors
///
/// Cargo cannot be run, or the example does not compile or fails.
pub fn example(root: &Path) -> Result<(), String> {
    cargo(root, &["build"], "the example does not compile")?;
    cargo(root, &["run", "--quiet"], "the example failed")
}

fn cargo(root: &Path, command: &[&str], failure: &str) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let status = Command::new(cargo)
        .args(command)
        .args(["--package", "digilocker", "--example", "demo"])
        // The sandbox speaks plain HTTP, and building TLS would double the time of the first build.
        .arg("--no-default-features")
        .current_dir(root)
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{failure} ({status})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_name_the_spec_and_its_operations() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let report = steps(&root, Style::Plain);
        assert_eq!(report.status, Status::Ok, "{}", report.errors);
        let output = report.output;
        let spec = "1. The spec is checked\n  spec/digilocker.yaml: ";
        assert!(output.starts_with(spec), "{output}");
        let operation = "  revoke_token: POST /public/oauth2/1/revoke\n";
        assert!(output.contains(operation), "{output}");
        let last = "\n3. A DigiLocker sandbox issues a token";
        assert!(output.contains(last), "{output}");
    }

    #[test]
    fn drift_stops_before_the_example() -> std::io::Result<()> {
        let dir = tempfile::tempdir()?;
        std::fs::create_dir(dir.path().join("spec"))?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        std::fs::copy(root.join(SPEC), dir.path().join(SPEC))?;
        let report = steps(dir.path(), Style::Plain);
        assert_eq!(report.status, Status::Failed);
        let remedy = "`cargo xtask generate` to update it\n";
        assert!(report.errors.contains(remedy), "{report:?}");
        assert!(!report.output.contains("3. "), "{report:?}");
        Ok(())
    }
}
