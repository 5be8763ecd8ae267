//! `generate`: generates code from the spec, and writes or checks the files.

use std::fmt::Write as _;

use super::settings;
use crate::codegen;
use crate::drift;
use crate::files;
use crate::finding::Findings;
use crate::project::Project;
use crate::render::phrases::plural;
use crate::render::{findings, text};
use crate::report::{Report, Status, Style, colour};
use crate::spec::Spec;

/// What to do with the generated code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write the files.
    Write,
    /// Write nothing; report files that differ.
    Check,
}

impl Mode {
    /// `Check` if `is_check`, else `Write`.
    #[must_use]
    pub fn of(is_check: bool) -> Self {
        if is_check { Self::Check } else { Self::Write }
    }
}

/// One generated file, with its current and expected text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The path from the project's root.
    pub name: String,
    /// The text on disk; `None` if the file cannot be read.
    pub old: Option<String>,
    /// The generated text.
    pub new: String,
}

impl Generated {
    fn read(project: &Project, name: &str, new: String) -> Self {
        let bytes = std::fs::read(project.root.join(name)).ok();
        // Line endings of a checkout with CRLF do not count.
        let old = bytes.map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
        Self {
            name: name.to_owned(),
            old,
            new,
        }
    }

    /// Whether the file on disk is up to date.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.old.as_ref() == Some(&self.new)
    }

    fn old(&self) -> &str {
        self.old.as_deref().unwrap_or_default()
    }
}

/// Generates all files and reads the current ones. Writes nothing.
///
/// # Errors
///
/// The findings in the spec.
pub fn plan(project: &Project) -> Result<(Spec, Vec<Generated>), Findings> {
    let spec = Spec::load(project)?;
    let code = codegen::generate(project, &spec)?;
    let mut files = vec![Generated::read(project, &project.client.code, code.client)];
    if let Some((mock, text)) = project.mock.as_ref().zip(code.mock) {
        files.push(Generated::read(project, &mock.output.code, text));
    }
    if let Some(name) = &project.spec_json {
        files.push(Generated::read(project, name, code.spec));
    }
    Ok((spec, files))
}

/// Runs the command.
#[must_use]
pub fn run(project: &Project, mode: Mode, style: Style) -> Report {
    if let Some(report) = settings::refused(project) {
        return report;
    }
    match mode {
        Mode::Check => check(project, style),
        Mode::Write => {
            // Locked before the spec is read, so that the last run writes code of the latest spec.
            let lock = match files::lock(&project.root) {
                Ok(lock) => lock,
                Err(error) => return Report::failed(format!("error: {error}\n")),
            };
            let report = write(project, style);
            drop(lock);
            report
        }
    }
}

fn check(project: &Project, style: Style) -> Report {
    let (spec, files) = match plan(project) {
        Ok(plan) => plan,
        Err(refused) => return Report::failed(text::refused(&refused, style)),
    };
    let drifted: Vec<_> = files.iter().filter(|file| !file.is_current()).collect();
    let mut report = Report::ok(String::new());
    report.errors = findings::findings(&spec.document.source, &spec.warnings, style);
    for file in &drifted {
        let sides = ["current", "expected"];
        report.output += &drift::unified(&file.name, file.old(), &file.new, sides, style);
        let items = drift::public_items(file.old(), &file.new, style);
        if !items.is_empty() {
            let _ = write!(report.output, "public items of `{}`:\n{items}", file.name);
        }
    }
    if drifted.is_empty() {
        let count = plural(files.len(), "file");
        report.output = format!("{count} up to date with `{}`\n", project.spec);
    } else {
        report.status = Status::Failed;
        let names: Vec<_> = drifted
            .iter()
            .map(|file| format!("`{}`", file.name))
            .collect();
        let _ = writeln!(
            report.errors,
            "out of date with `{}`: {}; run `{}` to update",
            project.spec,
            names.join(", "),
            project.command(),
        );
    }
    report
}

fn write(project: &Project, style: Style) -> Report {
    let (spec, files) = match plan(project) {
        Ok(plan) => plan,
        Err(refused) => return Report::failed(text::refused(&refused, style)),
    };
    let targets: Vec<_> = files
        .iter()
        .filter(|file| !file.is_current())
        .map(|file| (file.name.as_str(), file.new.as_str()))
        .collect();
    if let Err(error) = files::write_all(&project.root, &targets) {
        return Report::failed(format!("error: {error}\n"));
    }
    let mut output = String::new();
    for file in &files {
        let _ = writeln!(output, "{}: {}", file.name, change(file, style));
        if !file.is_current() {
            output += &drift::public_items(file.old(), &file.new, style);
        }
    }
    let spec_json = files
        .iter()
        .find(|file| project.spec_json.as_ref() == Some(&file.name));
    if let (Some(next), Some(spec)) = (project.next_step, spec_json)
        && !spec.is_current()
    {
        output += &next(&project.root, [spec.old(), &spec.new]);
    }
    let mut report = Report::ok(output);
    report.errors = findings::findings(&spec.document.source, &spec.warnings, style);
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
