//! Which row an item belongs to, by the names that the generator makes of the spec's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Rust, Side, Wire};
use super::evidence::{Evidence, plain};
use crate::document::METHODS;

/// What the rows are about that only has another name: the code may well differ.
const NAMES: [&str; 6] = [
    "path-parameter-renamed",
    "reference-changed",
    "operation-id-changed",
    "schema-renamed",
    "component-added",
    "component-removed",
];

/// Gives each row its items and its verdict; what belongs to no row is given back.
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
        } else if change.wire == Wire::Cosmetic && !NAMES.contains(&change.rule.id) {
            BTreeSet::new()
        } else {
            index.lines(&subject, evidence)
        };
        let verdict = found.iter().map(|at| evidence.lines[*at].verdict).max();
        let text_differs = if alone {
            !evidence.texts.is_empty()
        } else {
            subject.owners.iter().any(|owner| index.text(owner))
        };
        change.rust = verdict.unwrap_or(if text_differs {
            Rust::Patch
        } else {
            Rust::None
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

/// What a row is about, in plain names.
struct Subject {
    /// Types, `client.` and an operation.
    owners: Vec<String>,
    /// A field or variant of it.
    part: Option<String>,
}

impl Subject {
    fn of(change: &Change, document: &Value, old: &Value) -> Self {
        let steps: Vec<String> = change
            .pointer
            .split('/')
            .skip(1)
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let mut owners = Vec::new();
        let mut part = None;
        match steps.as_slice() {
            ["components", _, name, rest @ ..] => {
                owners.push(plain(name));
                if let [.., "properties", property] | ["properties", property, ..] = rest {
                    part = Some(plain(property));
                }
            }
            ["paths", path, rest @ ..] => {
                for document in [document, old] {
                    let item = document.get("paths").and_then(|paths| paths.get(path));
                    // A path by itself is about all of its operations.
                    let operations = METHODS
                        .iter()
                        .filter(|method| rest.first().is_none_or(|this| this == *method))
                        .filter_map(|method| item?.get(method)?.get("operationId")?.as_str());
                    for id in operations {
                        owners.extend([format!("client.{}", plain(id)), plain(id)]);
                    }
                }
                if let [_, "responses", status, ..] = rest {
                    part = Some(plain(reason(status)));
                }
            }
            ["info", ..] => owners.push("client".to_owned()),
            _ => {}
        }
        if change.rule.id == "schema-renamed" {
            let from = change.message.split('`').nth(1);
            owners.extend(from.map(plain));
        }
        if change.rule.id.starts_with("enum-value") {
            part = change.message.split('`').nth(1).map(plain);
        }
        Self { owners, part }
    }
}

/// The name that the mock has for a status.
fn reason(status: &str) -> &str {
    let code = status.parse::<u16>().ok();
    let reason = code.and_then(http_reason);
    reason.unwrap_or(status)
}

fn http_reason(code: u16) -> Option<&'static str> {
    Some(match code {
        200 => "ok",
        201 => "created",
        202 => "accepted",
        204 => "no_content",
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        409 => "conflict",
        422 => "unprocessable_entity",
        429 => "too_many_requests",
        500 => "internal_server_error",
        502 => "bad_gateway",
        503 => "service_unavailable",
        504 => "gateway_timeout",
        _ => return None,
    })
}

/// Lines and texts by the plain name of what they belong to.
struct Index {
    lines: BTreeMap<String, Vec<usize>>,
    mentions: BTreeMap<String, Vec<usize>>,
    texts: BTreeSet<String>,
}

impl Index {
    fn new(evidence: &Evidence, names: &BTreeSet<String>) -> Self {
        let mut lines: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut mentions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, line) in evidence.lines.iter().enumerate() {
            for owner in owners(&line.text) {
                lines.entry(subject(&owner, names)).or_default().push(at);
            }
            let words = line.text.split(|c: char| !c.is_alphanumeric() && c != '_');
            for word in words.collect::<BTreeSet<_>>() {
                mentions.entry(plain(word)).or_default().push(at);
            }
        }
        Self {
            lines,
            mentions,
            texts: evidence
                .texts
                .iter()
                .map(|name| subject(name, names))
                .collect(),
        }
    }

    /// The lines of the subject: of its part, if any is; else of itself and of the types that were
    /// named after it; else those that mention it.
    fn lines(&self, subject: &Subject, evidence: &Evidence) -> BTreeSet<usize> {
        let mut own = BTreeSet::new();
        for owner in &subject.owners {
            own.extend(self.lines.get(owner).into_iter().flatten().copied());
        }
        if own.is_empty() {
            for owner in &subject.owners {
                own.extend(self.mentions.get(owner).into_iter().flatten().copied());
            }
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
                    || name(line).is_some_and(|name| plain(name) == *part)
                    || of_inline()
            })
            .collect();
        if of_part.is_empty() { own } else { of_part }
    }

    fn text(&self, owner: &str) -> bool {
        self.texts.contains(owner)
    }
}

/// What the generator names things after: components and operations, of both sides.
fn names(documents: &[&Value]) -> BTreeSet<String> {
    let members = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
    let mut names = BTreeSet::from(["client".to_owned()]);
    for document in documents {
        for (_, kind) in members(document.get("components")).into_iter().flatten() {
            let components = kind.as_object().into_iter().flatten();
            names.extend(components.map(|(name, _)| plain(name)));
        }
        for (_, item) in members(document.get("paths")).into_iter().flatten() {
            for (_, operation) in item.as_object().into_iter().flatten() {
                if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
                    names.extend([plain(id), format!("client.{}", plain(id))]);
                }
            }
        }
    }
    names
}

/// The longest of `names` that `name` starts with: `RequestKind` is a part of `Request`, unless there
/// is a component of that name.
fn subject(name: &str, names: &BTreeSet<String>) -> String {
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

/// Its last name.
fn name(line: &str) -> Option<&str> {
    path(line)?.rsplit(['.', ':']).next()
}

/// Who a line belongs to: a type, or `client.` and an operation.
fn owners(line: &str) -> Vec<String> {
    // `impl From<Request> for String` is about both.
    if let Some((implemented, owner)) = line.split_once(" for ")
        && line.contains(" impl ")
    {
        let inner = implemented.split_once('<').map_or("", |(_, inner)| inner);
        let words = inner.split(|c: char| !c.is_alphanumeric() && c != '_');
        let words = words.filter(|word| !word.is_empty());
        return words.chain([owner]).map(plain).collect();
    }
    let Some(path) = path(line) else {
        return Vec::new();
    };
    let words: Vec<&str> = path
        .split(['.', ':'])
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        ["Client", method] => vec![format!("client.{}", plain(method))],
        ["types" | "operations", owner, ..] | ["MockServerExt", owner] | [owner] => {
            vec![plain(owner)]
        }
        _ => Vec::new(),
    }
}
