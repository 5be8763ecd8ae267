//! Assigns public differences of the generated code to changes, by the names that the generator derives from the
//! spec.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use serde_json::Value;

use super::change::{Change, RustImpact, Side, WireImpact};
use super::evidence::{Evidence, normalized};
use crate::document::METHODS;
use crate::yaml::unescape;

/// Cosmetic rules that may still change the generated code.
const NAMES: [&str; 6] = [
    "notation-changed",
    "path-parameter-renamed",
    "operation-id-changed",
    "schema-renamed",
    "component-added",
    "component-removed",
];

/// Sets the items and the Rust verdict of each change. Returns the items that belong to no change.
pub(super) fn attribute(
    changes: &mut [Change],
    evidence: &Evidence,
    old: &Value,
    new: &Value,
) -> Vec<String> {
    let index = Index::new(evidence, &names(&[old, new]));
    let mut taken = BTreeSet::new();
    let alone = changes.len() == 1;
    for change in changes.iter_mut() {
        let document = match change.side {
            Side::Base => old,
            Side::Working => new,
        };
        let subject = Subject::of(change, document, old);
        let found = if alone {
            (0..evidence.lines.len()).collect()
        } else if change.wire == WireImpact::Cosmetic && !NAMES.contains(&change.rule.id) {
            BTreeSet::new()
        } else {
            index.lines(&subject, evidence)
        };
        let verdict = found.iter().map(|at| evidence.lines[*at].verdict).max();
        let text_differs = if alone {
            !evidence.texts.is_empty()
        } else {
            subject
                .owners
                .iter()
                .any(|owner| index.texts.contains(owner))
        };
        change.rust = verdict.unwrap_or(if text_differs {
            RustImpact::Patch
        } else {
            RustImpact::None
        });
        change.items = found
            .iter()
            .map(|at| evidence.lines[*at].text.clone())
            .collect();
        taken.extend(found);
    }
    let rest = (0..evidence.lines.len()).filter(|at| !taken.contains(at));
    rest.map(|at| evidence.lines[at].text.clone()).collect()
}

/// What a change is about, as normalized names.
struct Subject {
    /// Types, or `client.` and an operation.
    owners: Vec<String>,
    /// A field or variant of the owner.
    part: Option<String>,
}

impl Subject {
    fn of(change: &Change, document: &Value, old: &Value) -> Self {
        let mut owners = Vec::new();
        let mut part = None;
        for seen in &change.seen {
            let steps: Vec<String> = seen.split('/').skip(1).map(unescape).collect();
            let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
            match steps.as_slice() {
                // No code is generated from them.
                ["paths", _, _, "servers" | "security", ..] => {}
                ["components", _, name, rest @ ..] => {
                    owners.push(normalized(name));
                    if let [.., "properties", property] | ["properties", property, ..] = rest {
                        part = Some(normalized(property));
                    }
                }
                ["paths", path, rest @ ..] => {
                    for document in [document, old] {
                        let item = document.get("paths").and_then(|paths| paths.get(path));
                        // A change of the path itself affects all of its operations.
                        let operations = METHODS
                            .iter()
                            .filter(|method| rest.first().is_none_or(|this| this == *method))
                            .filter_map(|method| item?.get(method)?.get("operationId")?.as_str());
                        for id in operations {
                            owners.extend([format!("client.{}", normalized(id)), normalized(id)]);
                        }
                    }
                    if let [_, "responses", status] = rest {
                        part = Some(normalized(response_name(status)));
                    }
                }
                ["info", ..] => owners.push("client".to_owned()),
                _ => {}
            }
        }
        owners.extend(change.old_name.as_deref().map(normalized));
        let value = change.enum_value.as_deref().map(normalized);
        Self {
            owners,
            part: value.or(part),
        }
    }
}

/// The generator's name of a response in the mock: the reason phrase of its status, or the class of a range.
fn response_name(status: &str) -> &str {
    let code = status.parse::<StatusCode>().ok();
    let reason = code.and_then(|code| code.canonical_reason());
    reason.unwrap_or(match status.as_bytes() {
        [b'1', ..] => "informational",
        [b'2', ..] => "success",
        [b'3', ..] => "redirect",
        [b'4', ..] => "client_error",
        [b'5', ..] => "server_error",
        _ => "default_response",
    })
}

/// Lines and texts by the normalized name of their owner.
struct Index {
    lines: BTreeMap<String, Vec<usize>>,
    texts: BTreeSet<String>,
}

impl Index {
    fn new(evidence: &Evidence, names: &BTreeSet<String>) -> Self {
        let mut lines: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, line) in evidence.lines.iter().enumerate() {
            for owner in owners(&line.text) {
                lines
                    .entry(longest_prefix(&owner, names))
                    .or_default()
                    .push(at);
            }
        }
        Self {
            lines,
            texts: evidence
                .texts
                .iter()
                .map(|name| longest_prefix(name, names))
                .collect(),
        }
    }

    /// The lines of the subject: those of its part if there are any, else those of the owner and of types named
    /// after it.
    fn lines(&self, subject: &Subject, evidence: &Evidence) -> BTreeSet<usize> {
        let mut own = BTreeSet::new();
        for owner in &subject.owners {
            own.extend(self.lines.get(owner).into_iter().flatten().copied());
        }
        let Some(part) = &subject.part else {
            return own;
        };
        let of_part: BTreeSet<usize> = own
            .iter()
            .copied()
            .filter(|at| {
                let line = &evidence.lines[*at].text;
                let of_inline = || {
                    let named = |owner: &String| {
                        let inline = format!("{owner}{part}");
                        owners(line).iter().any(|name| name.starts_with(&inline))
                    };
                    subject.owners.iter().any(named)
                };
                line.contains(" impl ")
                    || name(line).is_some_and(|name| normalized(name) == *part)
                    || of_inline()
            })
            .collect();
        if of_part.is_empty() { own } else { of_part }
    }
}

/// Names from which the generator derives names: components and operations of both sides.
fn names(documents: &[&Value]) -> BTreeSet<String> {
    let members = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
    let mut names = BTreeSet::from(["client".to_owned()]);
    for document in documents {
        for (_, kind) in members(document.get("components")).into_iter().flatten() {
            let components = kind.as_object().into_iter().flatten();
            names.extend(components.map(|(name, _)| normalized(name)));
        }
        for (_, item) in members(document.get("paths")).into_iter().flatten() {
            for (_, operation) in item.as_object().into_iter().flatten() {
                if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
                    names.extend([normalized(id), format!("client.{}", normalized(id))]);
                }
            }
        }
    }
    names
}

/// The longest of `names` that is a prefix of `name`: `RequestKind` belongs to `Request`, unless there is a
/// component `RequestKind`.
fn longest_prefix(name: &str, names: &BTreeSet<String>) -> String {
    let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
    let mut starts = ends
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .map(|end| &name[..end]);
    starts
        .find(|start| names.contains(*start))
        .unwrap_or(name)
        .to_owned()
}

/// The path in a line: `types::Request.id` in `+ field types::Request.id: String`.
fn path(line: &str) -> Option<&str> {
    let line = line.get(2..)?;
    let line = line.strip_prefix("mock: ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let path = line.split_once(' ')?.1;
    let end = path.find(['(', '<', ' ']).unwrap_or(path.len());
    Some(path[..end].trim_end_matches(':'))
}

/// The last segment of the path in a line.
fn name(line: &str) -> Option<&str> {
    path(line)?.rsplit(['.', ':']).next()
}

/// The owners of a line: types, or `client.` and an operation.
fn owners(line: &str) -> Vec<String> {
    // `impl From<Request> for String` belongs to both types.
    if let Some((implemented, owner)) = line.split_once(" for ")
        && line.contains(" impl ")
    {
        let inner = implemented.split_once('<').map_or("", |(_, inner)| inner);
        let words = inner.split(|c: char| !c.is_alphanumeric() && c != '_');
        let words = words.filter(|word| !word.is_empty());
        return words.chain([owner]).map(normalized).collect();
    }
    let Some(path) = path(line) else {
        return Vec::new();
    };
    let words: Vec<&str> = path
        .split(['.', ':'])
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        ["Client", method] => vec![format!("client.{}", normalized(method))],
        ["types" | "operations", owner, ..] | ["MockServerExt", owner] | [owner] => {
            vec![normalized(owner)]
        }
        _ => Vec::new(),
    }
}
