//! `cargo xtask generate [--check]`: the spec made into code.

use std::fmt::Write as _;
use std::path::Path;

use crate::codegen;
use crate::drift;
use crate::files;
use crate::finding;
use crate::progress;
use crate::report::{Report, Status, Style, colour};
use crate::spec::{Refused, Spec};
use crate::workspace::{CLIENT, MOCK, MOCK_SPEC, SPEC};

/// What runs write.
const FILES: [&str; 3] = [CLIENT, MOCK, MOCK_SPEC];

const FINISHED: &str = "an earlier run was stopped half-way: finished it first\n";

/// The last line of a run that wrote something.
pub const NEXT: &str =
    "next: `cargo xtask bless` accepts the new snapshots; or cargo test and cargo insta review\n";

/// What to do with the code that the spec makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write it.
    Write,
    /// Write nothing; say whether the files hold it.
    Check,
}

/// One generated file: what it should hold, and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Its path from the workspace's root.
    pub name: &'static str,
    /// As it is on disk; `None` if it is not there.
    pub old: Option<String>,
    /// As the spec makes it.
    pub new: String,
}

impl Generated {
    fn read(root: &Path, name: &'static str, new: String) -> Self {
        let bytes = std::fs::read(root.join(name)).ok();
        // A checkout with CRLF is no drift.
        let old = bytes.map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
        Self { name, old, new }
    }

    /// Whether the file is what it should be.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.old.as_ref() == Some(&self.new)
    }

    fn old(&self) -> &str {
        self.old.as_deref().unwrap_or_default()
    }
}

/// The code that the spec makes, beside what is on disk. Writes nothing.
///
/// # Errors
///
/// What is wrong with the spec.
pub fn plan(root: &Path) -> Result<(Spec, [Generated; 3]), Refused> {
    let spec = Spec::load(root, SPEC)?;
    let code = codegen::generate(&spec)?;
    let files = [
        Generated::read(root, CLIENT, code.client),
        Generated::read(root, MOCK, code.mock),
        Generated::read(root, MOCK_SPEC, code.spec),
    ];
    Ok((spec, files))
}

/// Runs the command on the workspace at `root`.
#[must_use]
pub fn run(root: &Path, mode: Mode, style: Style) -> Report {
    match mode {
        Mode::Check => check(root, style),
        Mode::Write => {
            // Held from before the spec is read: the last run writes what the last spec says.
            let lock = match files::lock(root) {
                Ok(lock) => lock,
                Err(error) => return Report::failed(format!("error: {error}\n")),
            };
            let report = match files::recover(root, &FILES) {
                Ok(finished) => {
                    let mut report = write(root, style);
                    if finished {
                        report.output.insert_str(0, FINISHED);
                    }
                    report
                }
                Err(error) => Report::failed(format!("error: {error}\n")),
            };
            drop(lock);
            report
        }
    }
}

fn check(root: &Path, style: Style) -> Report {
    // To finish it would be to write.
    if files::is_pending(root) {
        return Report::failed(
            "error: an earlier `cargo xtask generate` was stopped half-way: old and new files may be \
             mixed\nfinish it with: cargo xtask generate\n"
                .to_owned(),
        );
    }
    let (spec, files) = match plan(root) {
        Ok(plan) => plan,
        Err(refused) => return Report::failed(refused.render(style)),
    };
    let drifted: Vec<_> = files.iter().filter(|file| !file.is_current()).collect();
    let mut report = Report::ok(String::new());
    report.errors = finding::render(&spec.document.source, &spec.warnings, style);
    for file in &drifted {
        let sides = ["as it is", "as the spec makes it"];
        report.output += &drift::unified(file.name, file.old(), &file.new, sides, style);
        let items = drift::public_items(file.old(), &file.new, style);
        if !items.is_empty() {
            let _ = write!(report.output, "public items of `{}`:\n{items}", file.name);
        }
    }
    if drifted.is_empty() {
        report.output = format!("{} files are what `{SPEC}` makes them\n", files.len());
    } else {
        report.status = Status::Failed;
        let names: Vec<_> = drifted
            .iter()
            .map(|file| format!("`{}`", file.name))
            .collect();
        let _ = writeln!(
            report.errors,
            "{}: not what `{SPEC}` makes of it; mend it with: cargo xtask generate",
            names.join(", "),
        );
    }
    report
}

fn write(root: &Path, style: Style) -> Report {
    let (spec, files) = match plan(root) {
        Ok(plan) => plan,
        Err(refused) => return Report::failed(refused.render(style)),
    };
    let targets: Vec<_> = files
        .iter()
        .filter(|file| !file.is_current())
        .map(|file| (file.name, file.new.as_str()))
        .collect();
    if let Err(error) = files::write_all(root, &targets) {
        return Report::failed(format!("error: {error}\n"));
    }
    progress::step("comparing with what was there".to_owned());
    let mut output = String::new();
    for file in &files {
        let _ = writeln!(output, "{}: {}", file.name, change(file, style));
        if !file.is_current() {
            output += &drift::public_items(file.old(), &file.new, style);
        }
    }
    if !targets.is_empty() {
        output += NEXT;
    }
    let mut report = Report::ok(output);
    report.errors = finding::render(&spec.document.source, &spec.warnings, style);
    report
}

fn change(file: &Generated, style: Style) -> String {
    match &file.old {
        _ if file.is_current() => "unchanged".to_owned(),
        None => style.paint(colour::BOLD, "created"),
        Some(old) => {
            let (added, removed) = drift::count(old, &file.new);
            style.paint(
                colour::BOLD,
                &format!("updated (+{added} \u{2212}{removed} lines)"),
            )
        }
    }
}

#[cfg(test)]
mod tests;
