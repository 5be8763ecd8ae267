//! Compares two specs: impact on the HTTP API (the wire) and on Rust code.
//!
//! | module | does |
//! |---|---|
//! | `normal` | a document → what it means, however it is written |
//! | [`compare`](mod@compare) | two documents → changes, each with a rule and a wire verdict |
//! | `notation` | differences without a meaning → cosmetic changes |
//! | [`evidence`](mod@evidence) | generated code of both sides → public differences and the Rust verdict |
//! | `attribute` | assigns public differences to changes |
//! | [`versions`] | the versions that the verdicts require |
//!
#![doc = include_str!("diff.md")]

use self::change::{Change, RustImpact, Side, WireImpact};
use self::evidence::Code;
use self::versions::{VersionCheck, of_rust, of_wire};
use crate::document::Document;
use crate::manifest;
use crate::project::Project;
use crate::threads;

mod attribute;
mod body;
pub mod change;
pub mod compare;
pub mod evidence;
mod media;
mod normal;
mod notation;
mod operation;
mod parameter;
mod reach;
mod rename;
pub mod rules;
mod schema;
mod security;
pub mod versions;
mod walk;

/// The result of a comparison.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The spec that is compared with.
    pub base: Document,
    /// The working spec.
    pub working: Document,
    /// All changes, in the order of the working spec.
    pub changes: Vec<Change>,
    /// Added and removed public items that belong to no single change.
    pub unattributed: Vec<String>,
    /// The largest wire verdict; `None` if nothing changed.
    pub wire: Option<WireImpact>,
    /// The verdict on the generated code as a whole.
    pub rust: RustImpact,
    /// The versions, and their required minimum.
    pub versions: Vec<VersionCheck>,
}

/// Compares two specs, and the code that is generated from them.
#[must_use]
pub fn diff(project: &Project, base: Document, working: Document) -> Diff {
    // Equal texts generate equal code: skip the generator.
    if base.source.text == working.source.text {
        let code = Code::default();
        return evaluate(project, base, working, Ok(&code), Ok(&code));
    }
    let (new, old) = threads::join(
        || Code::of(project, working.clone()),
        || Code::of(project, base.clone()),
    );
    evaluate(project, base, working, old.as_ref(), new.as_ref())
}

/// Compares two specs, given the code of each side or why there is none.
fn evaluate(
    project: &Project,
    base: Document,
    working: Document,
    old: Result<&Code, &String>,
    new: Result<&Code, &String>,
) -> Diff {
    let mut changes = compare::compare(&base, &working, &project.extensions);
    let mut others = Vec::new();
    let mut rust = RustImpact::None;
    match (old, new) {
        (Ok(old), Ok(new)) => {
            let evidence = evidence::evidence(old, new);
            rust = evidence.verdict();
            others = attribute::attribute(&mut changes, &evidence, &base.value, &working.value);
        }
        // Nothing changed, so it does not matter that there is no code.
        _ if changes.is_empty() => {}
        (old, new) => {
            rust = RustImpact::Ungenerable;
            for change in &mut changes {
                change.rust = rust;
            }
            let sides = [
                (new.err(), Side::Working, &working),
                (old.err(), Side::Base, &base),
            ];
            for (why, side, document) in sides {
                let row = why.map(|why| cannot_be_generated(why, side, document));
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

/// The change `cannot-be-generated` for one side.
fn cannot_be_generated(why: &str, side: Side, document: &Document) -> Change {
    let which = match side {
        Side::Base => "the base",
        Side::Working => "the spec",
    };
    let message = format!("{which} cannot be generated: {why}");
    Change {
        side,
        span: document.span(""),
        rust: RustImpact::Ungenerable,
        ..Change::new(
            &rules::CANNOT_BE_GENERATED,
            "",
            WireImpact::Cosmetic,
            message,
        )
    }
}

impl Diff {
    /// Compares the versions with the minimum that the verdicts require. Without a manifest on both sides, only
    /// `info.version` is checked.
    pub fn check_versions(&mut self, base_manifest: Option<&str>, manifest: Option<&str>) {
        let info = |document: &Document| {
            let version = document.value.pointer("/info/version")?;
            version.as_str().map(str::to_owned)
        };
        let now = info(&self.working).unwrap_or_default();
        let bump = of_wire(self.wire);
        self.versions = vec![versions::check("info.version", info(&self.base), now, bump)];
        if let (Some(base), Some(now)) = (base_manifest, manifest) {
            let now = manifest::version(now).unwrap_or_default();
            let bump = of_rust(self.rust, self.wire);
            self.versions.push(versions::check(
                "Cargo.toml",
                manifest::version(base),
                now,
                bump,
            ));
        }
    }
}

#[cfg(test)]
mod tests;
