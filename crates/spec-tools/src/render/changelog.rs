//! An entry for `CHANGELOG.md`, in the format of <https://keepachangelog.com>.

use std::fmt::Write as _;

use crate::diff::Diff;
use crate::diff::change::{Change, RustImpact, WireImpact};
use crate::diff::versions::{Bump, VersionCheck};

/// The sections, in the order of that format.
const SECTIONS: [&str; 4] = ["Added", "Changed", "Deprecated", "Removed"];

/// Renders the result of `diff`.
#[must_use]
pub fn diff(diff: &Diff) -> String {
    let mut out = "## [Unreleased]\n".to_owned();
    for section in SECTIONS {
        let changes: Vec<&Change> = diff
            .changes
            .iter()
            .filter(|change| self::section(change.rule.id) == Some(section))
            .collect();
        if !changes.is_empty() {
            let _ = writeln!(out, "\n### {section}\n");
        }
        for change in changes {
            let _ = writeln!(out, "- {}{}.", breaking(change), line(change));
        }
    }
    for version in &diff.versions {
        let VersionCheck {
            name, now, bump, ..
        } = version;
        if *bump != Bump::None {
            let least = version.least.as_ref().map(ToString::to_string);
            let to = if version.short { least.as_ref() } else { None }.unwrap_or(now);
            let _ = writeln!(out, "\n<!-- {name}: {to} ({}) -->", bump.name());
        }
    }
    out
}

/// The section of a rule's changes; `None` for changes that users need not know.
fn section(rule: &str) -> Option<&'static str> {
    match rule {
        "documentation-changed"
        | "notation-changed"
        | "info-version-changed"
        | "cannot-be-generated" => None,
        "deprecated" => Some("Deprecated"),
        rule if rule.contains("-added") => Some("Added"),
        rule if rule.ends_with("-removed") => Some("Removed"),
        _ => Some("Changed"),
    }
}

fn breaking(change: &Change) -> &'static str {
    match (change.wire, change.rust) {
        (WireImpact::Breaking, RustImpact::Major) => "**Breaking, on the wire and in Rust:** ",
        (WireImpact::Breaking, _) => "**Breaking on the wire:** ",
        (_, RustImpact::Major) => "**Breaking in Rust:** ",
        _ => "",
    }
}

fn line(change: &Change) -> String {
    format!("{} (`{}`)", change.message, change.pointer)
}
