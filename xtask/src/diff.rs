//! `cargo xtask diff`: what an edit of the spec means, for the wire and for Rust.
//!
//! | module | does |
//! |---|---|
//! | [`compare`](mod@compare) | two documents → the rows, each with a rule and a wire verdict |
//! | [`evidence`](mod@evidence) | two generated codes → what differs in public, and the Rust verdict |
//! | `attribute` | which row an item belongs to |
//! | [`versions`] | the versions that the verdicts ask for |
//! | [`show`] | all of it as text, JSON, markdown, SARIF, or an entry for the changelog |

use std::path::Path;

use self::change::{Change, Rust, Side, Wire};
use self::evidence::Code;
use self::versions::{Asked, asked, of_manifest, of_rust, of_wire};
use crate::document::Document;
use crate::finding;
use crate::progress;
use crate::report::{Report, Status, Style};
use crate::source::Source;
use crate::threads;
use crate::workspace::SPEC;

mod attribute;
mod body;
pub mod change;
pub mod compare;
pub mod evidence;
mod git;
mod operation;
mod reach;
mod rename;
pub mod rules;
mod schema;
mod security;
pub mod show;
pub mod versions;
mod walk;

/// What the result is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
    /// For a pull request.
    Markdown,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For `CHANGELOG.md`.
    Changelog,
}

/// What to compare with, and what to do with the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// A git revision, or the path of a file.
    pub base: String,
    /// What to write.
    pub format: Format,
    /// Whether versions that are short are a failure.
    pub enforce: bool,
}

/// The result.
#[derive(Clone, Debug)]
pub struct Diff {
    /// What the working spec was compared with.
    pub base: Document,
    /// The working spec.
    pub working: Document,
    /// The rows.
    pub changes: Vec<Change>,
    /// Public items that came and went and belong to no row.
    pub rest: Vec<String>,
    /// The largest wire verdict; `None` if nothing changed.
    pub wire: Option<Wire>,
    /// The verdict on the generated code as a whole.
    pub rust: Rust,
    /// The versions, and what they have to be.
    pub versions: Vec<Asked>,
}

/// Compares two specs, and the code that they make.
#[must_use]
pub fn diff(base: Document, working: Document) -> Diff {
    // The same text makes the same code: none has to be made.
    if base.source.text == working.source.text {
        return weigh(base, working, Ok(&Code::default()), Ok(&Code::default()));
    }
    // One side knows nothing of the other.
    let (new, old) = threads::beside(|| Code::of(working.clone()), || Code::of(base.clone()));
    weigh(base, working, old.as_ref(), new.as_ref())
}

/// The same, with the code, or why there is none.
fn weigh(
    base: Document,
    working: Document,
    old: Result<&Code, &String>,
    new: Result<&Code, &String>,
) -> Diff {
    progress::step("comparing".to_owned());
    let mut changes = compare::compare(&base, &working);
    let mut others = Vec::new();
    let mut rust = Rust::None;
    match (old, new) {
        (Ok(old), Ok(new)) => {
            let evidence = evidence::evidence(old, new);
            rust = evidence.verdict();
            others = attribute::attribute(&mut changes, &evidence, &base.value, &working.value);
        }
        // If nothing changed, both sides are as bad as before.
        _ if changes.is_empty() => {}
        (old, new) => {
            rust = Rust::Ungenerable;
            for change in &mut changes {
                change.rust = rust;
            }
            let sides = [
                (new.err(), Side::Working, &working),
                (old.err(), Side::Base, &base),
            ];
            for (why, side, document) in sides {
                let row = why.map(|why| refused(why, side, document));
                changes.splice(0..0, row);
            }
        }
    }
    Diff {
        wire: changes.iter().map(|change| change.wire).max(),
        base,
        working,
        changes,
        rest: others,
        rust,
        versions: Vec::new(),
    }
}

/// The row that says that there is no code of a side.
fn refused(why: &str, side: Side, document: &Document) -> Change {
    let which = match side {
        Side::Base => "the base",
        Side::Working => "the spec",
    };
    let message = format!("{which} cannot be generated: {why}");
    Change {
        side,
        span: document.span(""),
        rust: Rust::Ungenerable,
        ..Change::new("cannot-be-generated", "", Wire::Cosmetic, message)
    }
}

impl Diff {
    /// Holds the versions that there are against those that the verdicts ask for; of a base without
    /// a manifest, the spec's alone.
    fn hold(&mut self, base_manifest: Option<&str>, manifest: Option<&str>) {
        let info = |document: &Document| {
            let version = document.value.pointer("/info/version")?;
            version.as_str().map(str::to_owned)
        };
        let now = info(&self.working).unwrap_or_default();
        let bump = of_wire(self.wire);
        self.versions = vec![asked("info.version", info(&self.base), now, bump)];
        if let (Some(base), Some(now)) = (base_manifest, manifest) {
            let now = of_manifest(now).unwrap_or_default();
            let bump = of_rust(self.rust, self.wire);
            self.versions
                .push(asked("Cargo.toml", of_manifest(base), now, bump));
        }
    }
}

/// Runs the command on the workspace at `root`.
#[must_use]
pub fn run(root: &Path, options: &Options, style: Style) -> Report {
    let (base, manifest) = match base(root, &options.base) {
        Ok(base) => base,
        Err(error) => return Report::usage(format!("error: {error}\n")),
    };
    let working = match Source::read(root, SPEC) {
        Ok(source) => source,
        Err(findings) => {
            return Report::failed(finding::render(&Source::new(SPEC, ""), &findings, style));
        }
    };
    let parse = |source| {
        Document::parse(source).map_err(|(source, findings)| {
            Report::failed(finding::render(&source, &findings, style))
        })
    };
    let (base, working) = match (parse(base), parse(working)) {
        (Ok(base), Ok(working)) => (base, working),
        (_, Err(report)) | (Err(report), _) => return report,
    };
    let mut diff = diff(base, working);
    let now = std::fs::read_to_string(root.join("Cargo.toml")).ok();
    diff.hold(manifest.as_deref(), now.as_deref());
    let mut report = Report::ok(show::show(&diff, options.format, style));
    if options.enforce {
        for version in diff.versions.iter().filter(|version| version.short) {
            report.status = Status::Failed;
            report.errors += &show::short(version);
        }
        if diff.rust == Rust::Ungenerable {
            report.status = Status::Failed;
            report.errors += "error: one of the specs cannot be generated\n";
        }
    }
    report
}

/// The spec to compare with, and of a revision its manifest.
fn base(root: &Path, base: &str) -> Result<(Source, Option<String>), String> {
    // As the user gave it first: they may be anywhere below the root.
    let here = Path::new(base);
    let below = root.join(base);
    for file in [here, below.as_path()] {
        if file.is_file() {
            let text = std::fs::read_to_string(file)
                .map_err(|error| format!("cannot read `{base}`: {error}"))?;
            return Ok((Source::new(base, &text), None));
        }
    }
    let text = git::show(root, base, SPEC)?;
    let manifest = git::show(root, base, "Cargo.toml").ok();
    Ok((Source::new(&format!("{base}:{SPEC}"), &text), manifest))
}

#[cfg(test)]
mod tests;
