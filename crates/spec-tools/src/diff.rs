//! What an edit of a spec means, for the wire and for Rust.
//!
//! | module | does |
//! |---|---|
//! | [`compare`](mod@compare) | two documents → the rows, each with a rule and a wire verdict |
//! | [`evidence`](mod@evidence) | two generated codes → what differs in public, and the Rust verdict |
//! | `attribute` | which row an item belongs to |
//! | [`versions`] | the versions that the verdicts ask for |
//!
#![doc = include_str!("diff.md")]

use self::change::{Change, Rust, Side, Wire};
use self::evidence::Code;
use self::versions::{Asked, asked, of_rust, of_wire};
use crate::document::Document;
use crate::manifest;
use crate::progress;
use crate::project::Project;
use crate::threads;

mod attribute;
mod body;
pub mod change;
pub mod compare;
mod defaults;
pub mod evidence;
mod media;
mod operation;
mod parameter;
mod reach;
mod rename;
pub mod rules;
mod schema;
mod security;
pub mod versions;
mod walk;

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
    pub unattributed: Vec<String>,
    /// The largest wire verdict; `None` if nothing changed.
    pub wire: Option<Wire>,
    /// The verdict on the generated code as a whole.
    pub rust: Rust,
    /// The versions, and what they have to be.
    pub versions: Vec<Asked>,
}

/// Compares two specs, and the code that they make.
#[must_use]
pub fn diff(project: &Project, base: Document, working: Document) -> Diff {
    // The same text makes the same code: none has to be made.
    if base.source.text == working.source.text {
        let code = Code::default();
        return evaluate(project, base, working, Ok(&code), Ok(&code));
    }
    // One side knows nothing of the other.
    let (new, old) = threads::join(
        || Code::of(project, working.clone()),
        || Code::of(project, base.clone()),
    );
    evaluate(project, base, working, old.as_ref(), new.as_ref())
}

/// The same, with the code, or why there is none.
fn evaluate(
    project: &Project,
    base: Document,
    working: Document,
    old: Result<&Code, &String>,
    new: Result<&Code, &String>,
) -> Diff {
    progress::step("comparing".to_owned());
    let mut changes = compare::compare(&base, &working, &project.extensions);
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
        unattributed: others,
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
        ..Change::new(&rules::CANNOT_BE_GENERATED, "", Wire::Cosmetic, message)
    }
}

impl Diff {
    /// Compares the versions that there are with those that the verdicts ask for; without a manifest on
    /// both sides, the spec's alone.
    pub fn check_versions(&mut self, base_manifest: Option<&str>, manifest: Option<&str>) {
        let info = |document: &Document| {
            let version = document.value.pointer("/info/version")?;
            version.as_str().map(str::to_owned)
        };
        let now = info(&self.working).unwrap_or_default();
        let bump = of_wire(self.wire);
        self.versions = vec![asked("info.version", info(&self.base), now, bump)];
        if let (Some(base), Some(now)) = (base_manifest, manifest) {
            let now = manifest::version(now).unwrap_or_default();
            let bump = of_rust(self.rust, self.wire);
            self.versions
                .push(asked("Cargo.toml", manifest::version(base), now, bump));
        }
    }
}

#[cfg(test)]
mod tests;
