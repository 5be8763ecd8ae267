//! `cargo xtask bless`: runs the tests that compare files, in a mode in which they write those files instead.
//!
//! [`artefacts`] lists these tests, and has the function with which they compare or write.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use spec_tools::drift;
use spec_tools::report::{Report, Status, Style, colour};

use self::artefacts::{OWNERS, Owner, Scope, VARIABLE};

pub mod artefacts;

/// The text of each file, by its path from the workspace root.
type Texts = BTreeMap<String, String>;

/// Updates the files of `scope`, and reports what changed in them. `notice` is called with a line to show
/// before each test run, because compiling may take long.
#[must_use]
pub fn run(root: &Path, scope: Scope, style: Style, notice: impl Fn(&str)) -> Report {
    let cargo =
        || Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    match update(root, cargo, &owners(scope), style, notice) {
        // After `generate --snapshots`, which has its own next step.
        Ok(report) if scope == Scope::Spec || report.output == UP_TO_DATE => report,
        Ok(mut report) => {
            report.output += "next: review them with `git diff`, then commit\n";
            report
        }
        Err(error) => Report::failed(format!("error: {error}\n")),
    }
}

/// The owners of the files that a scope includes.
fn owners(scope: Scope) -> Vec<&'static Owner> {
    OWNERS.iter().filter(|owner| owner.scope <= scope).collect()
}

const UP_TO_DATE: &str = "all files are up to date\n";

fn update(
    root: &Path,
    cargo: impl Fn() -> Command,
    owners: &[&Owner],
    style: Style,
    notice: impl Fn(&str),
) -> Result<Report, String> {
    let read = || texts(root, owners).map_err(|error| format!("cannot read {error}"));
    let before = read()?;
    let mut errors = String::new();
    for owner in owners {
        let files = owner.files.join("`, `");
        notice(&format!("running the tests that write `{files}`\n"));
        if let Err(error) = compile(root, cargo(), owner) {
            // The tests of other owners are unlikely to compile. Cargo has printed the reason.
            errors = errors + &error + "\n";
            break;
        }
        // Continue after a failure: owners are independent.
        if let Err(error) = test(root, cargo(), owner) {
            errors = errors + &error + "\n";
        }
    }
    let mut report = Report::ok(changes(&before, &read()?, style));
    if !errors.is_empty() {
        report.status = Status::Failed;
        report.errors = errors + "fix the failures above, then run the same command again\n";
    }
    Ok(report)
}

/// Compiles the tests of `owner`.
fn compile(root: &Path, mut cargo: Command, owner: &Owner) -> Result<(), String> {
    let status = cargo
        .args(["test", "--quiet", "--no-run"])
        .args(owner.target)
        .current_dir(root)
        .status()
        .map_err(|error| format!("error: cannot run cargo: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let target = owner.target.join(" ");
    Err(format!("error: `cargo test {target}` does not compile"))
}

/// Runs the tests of `owner`. The error is their output, or why they did not run.
fn test(root: &Path, mut cargo: Command, owner: &Owner) -> Result<(), String> {
    let output = cargo
        .args(["test", "--quiet"])
        .args(owner.target)
        .arg("--")
        .args(owner.tests)
        .env(VARIABLE, "1")
        .env("INSTA_UPDATE", "always")
        // It would let a changed inline snapshot pass, and a test run cannot rewrite that.
        .env_remove("INSTA_FORCE_PASS")
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("error: cannot run cargo: {error}"))?;
    let output_text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let target = owner.target.join(" ");
        return Err(format!("{output_text}\nerror: `cargo test {target}` fails"));
    }
    if count(&output_text) == 0 {
        let tests = owner.tests.join(" ");
        return Err(format!(
            "error: no test matches `{tests}`: correct the table in `xtask/src/bless/artefacts.rs`"
        ));
    }
    Ok(())
}

/// The number of tests that ran, from the output of the test harness.
fn count(output: &str) -> usize {
    output
        .lines()
        .filter_map(|line| line.strip_prefix("running ")?.split(' ').next())
        .filter_map(|number| number.parse::<usize>().ok())
        .sum()
}

fn texts(root: &Path, owners: &[&Owner]) -> io::Result<Texts> {
    let mut texts = Texts::new();
    for name in owners.iter().flat_map(|owner| owner.files) {
        let mut names = vec![(*name).to_owned()];
        if root.join(name).is_dir() {
            names.clear();
            for entry in fs::read_dir(root.join(name))? {
                let file = entry?.path();
                if file.extension().is_some_and(|it| it == "snap") {
                    let file = file.file_name().unwrap_or_default();
                    names.push(format!("{name}/{}", file.to_string_lossy()));
                }
            }
        }
        for name in names {
            match fs::read_to_string(root.join(&name)) {
                Ok(text) => drop(texts.insert(name, text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(io::Error::other(format!("`{name}`: {error}"))),
            }
        }
    }
    Ok(texts)
}

fn changes(before: &Texts, after: &Texts, style: Style) -> String {
    let mut diffs = String::new();
    let mut changed = String::new();
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for name in names {
        let text = |texts: &Texts| texts.get(name).cloned().unwrap_or_default();
        let (old, new) = (text(before), text(after));
        if old != new {
            diffs += &drift::unified(name, &old, &new, ["before", "after"], style);
            let _ = writeln!(changed, "  {name}");
        }
    }
    if changed.is_empty() {
        return UP_TO_DATE.to_owned();
    }
    let title = style.paint(colour::BOLD, "updated files:");
    format!("{diffs}{title}\n{changed}")
}

#[cfg(test)]
mod tests;
