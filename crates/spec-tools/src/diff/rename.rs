//! Renamed parts, recognized by their content.
//!
//! Before anything else is compared, the base is rewritten to the new names, with one change per rename. Otherwise
//! every reference to a renamed schema would be a change.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::change::{Change, WireImpact};
use super::rules;
use crate::document::{METHODS, local, template_names};
use crate::yaml::escape;

/// The kinds of components that can be renamed.
const KINDS: [&str; 6] = [
    "schemas",
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "examples",
];

/// Renames parts of `old` to the names that they have in `new`, and returns the renames as changes.
pub(super) fn rename(old: &mut Value, new: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    // A schema that differs only by a renamed reference is found in the next round. Chains are short, and each
    // round takes linear time.
    for _ in 0..8 {
        let before = changes.len();
        for kind in KINDS {
            components(old, new, kind, &mut changes);
        }
        if changes.len() == before {
            break;
        }
    }
    path_parameters(old, new, &mut changes);
    paths(old, new, &mut changes);
    methods(old, new, &mut changes);
    changes
}

fn components(old: &mut Value, new: &Value, kind: &str, changes: &mut Vec<Change>) {
    let pointer = format!("/components/{kind}");
    let members = |value: &Value| value.pointer(&pointer).and_then(Value::as_object).cloned();
    let (Some(before), Some(after)) = (members(old), members(new)) else {
        return;
    };
    let prefix = format!("#{pointer}/");
    let renamed = pairs(&before, &after, |name, value| {
        // A recursive schema contains its own name.
        let own = format!("\"$ref\":\"{prefix}{name}\"");
        value.to_string().replace(&own, "\"$ref\":\"#\"")
    });
    if renamed.is_empty() {
        return;
    }
    rekey(old.pointer_mut(&pointer), &renamed);
    let references = renamed
        .iter()
        .map(|(from, to)| (format!("{prefix}{from}"), format!("{prefix}{to}")))
        .collect();
    redirect(old, &references);
    for (from, to) in renamed {
        let (rule, what) = match kind {
            "schemas" => (&rules::SCHEMA_RENAMED, "schema"),
            _ => (&rules::COMPONENT_RENAMED, "component"),
        };
        let message = format!("{what} `{from}` → `{to}`");
        let pointer = format!("{pointer}/{}", escape(&to));
        changes.push(Change {
            old_name: (kind == "schemas").then_some(from),
            ..Change::new(rule, &pointer, WireImpact::Cosmetic, message)
        });
    }
}

fn paths(old: &mut Value, new: &Value, changes: &mut Vec<Change>) {
    let members = |value: &Value| value.get("paths").and_then(Value::as_object).cloned();
    let (Some(before), Some(after)) = (members(old), members(new)) else {
        return;
    };
    let renamed = pairs(&before, &after, |_, item| item.to_string());
    rekey(old.get_mut("paths"), &renamed);
    for (from, to) in renamed {
        let message = format!("path `{from}` → `{to}`");
        let pointer = format!("/paths/{}", escape(&to));
        changes.push(Change::new(
            &rules::PATH_RENAMED,
            &pointer,
            WireImpact::Breaking,
            message,
        ));
    }
}

/// Renames path parameters. Their names are not sent, so the URLs stay the same.
fn path_parameters(old: &mut Value, new: &Value, changes: &mut Vec<Change>) {
    let members = |value: &Value| value.get("paths").and_then(Value::as_object).cloned();
    let (Some(before), Some(after)) = (members(old), members(new)) else {
        return;
    };
    let renamed = pairs(&before, &after, |path, _| {
        let erase = |path: String, name| path.replace(&format!("{{{name}}}"), "{}");
        names(path).into_iter().fold(path.to_owned(), erase)
    });
    for (from, to) in &renamed {
        let (names, others) = (names(from), names(to));
        if names.is_empty() || names.len() != others.len() {
            continue;
        }
        let by_old: HashMap<&str, &str> = names.into_iter().zip(others).collect();
        rekey(old.get_mut("paths"), &[(from.clone(), to.clone())]);
        let item = old.get_mut("paths").and_then(|paths| paths.get_mut(to));
        if let Some(item) = item {
            for pointer in rename_parameters(item, &by_old) {
                // Other paths may use the component: rename it only if the new document does.
                let name = |document: &Value| document.pointer(&pointer)?.get("name").cloned();
                let other = name(new);
                if other != name(old)
                    && let Some(component) = old.pointer_mut(&pointer)
                {
                    rename_parameter(component, &by_old);
                }
            }
        }
        let message = format!("path parameters of `{from}` → `{to}`");
        let pointer = format!("/paths/{}", escape(to));
        changes.push(Change::new(
            &rules::PATH_PARAMETER_RENAMED,
            &pointer,
            WireImpact::Cosmetic,
            message,
        ));
    }
}

fn names(path: &str) -> Vec<&str> {
    template_names(path).unwrap_or_default()
}

/// Renames the path parameters in `item` and its operations. Returns the pointers to the components that they refer
/// to.
fn rename_parameters(item: &mut Value, renames: &HashMap<&str, &str>) -> Vec<String> {
    let mut components = Vec::new();
    let of_operations = METHODS.iter().map(|method| format!("/{method}/parameters"));
    for pointer in of_operations.chain(["/parameters".to_owned()]) {
        let list = item.pointer_mut(&pointer).and_then(Value::as_array_mut);
        for parameter in list.into_iter().flatten() {
            let reference = parameter.get("$ref").and_then(Value::as_str);
            components.extend(reference.and_then(local));
            rename_parameter(parameter, renames);
        }
    }
    components
}

fn rename_parameter(parameter: &mut Value, renames: &HashMap<&str, &str>) {
    let is_path = parameter.get("in").is_some_and(|place| place == "path");
    if let (true, Some(Value::String(name))) = (is_path, parameter.get_mut("name"))
        && let Some(to) = renames.get(name.as_str())
    {
        name.replace_range(.., to);
    }
}

fn methods(old: &mut Value, new: &Value, changes: &mut Vec<Change>) {
    let items = old.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in items.into_iter().flatten() {
        let Some(after) = new
            .get("paths")
            .and_then(|paths| paths.get(path)?.as_object())
        else {
            continue;
        };
        let Some(before) = item.as_object() else {
            continue;
        };
        let only = |map: &Map<String, Value>| -> Map<String, Value> {
            map.iter()
                .filter(|(name, _)| METHODS.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        let renamed = pairs(&only(before), &only(after), |_, value| value.to_string());
        rekey(Some(item), &renamed);
        for (from, to) in renamed {
            let message = format!(
                "method of `{path}`: {} → {}",
                from.to_uppercase(),
                to.to_uppercase()
            );
            let pointer = format!("/paths/{}/{to}", escape(path));
            changes.push(Change::new(
                &rules::METHOD_CHANGED,
                &pointer,
                WireImpact::Breaking,
                message,
            ));
        }
    }
}

/// Pairs of a removed and an added name with equal content, if the match is unambiguous.
fn pairs(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    content: impl Fn(&str, &Value) -> String,
) -> Vec<(String, String)> {
    let only = |these: &Map<String, Value>, those: &Map<String, Value>| {
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in these.iter().filter(|(name, _)| !those.contains_key(*name)) {
            let names = found.entry(content(name, value)).or_default();
            names.push(name.clone());
        }
        found
    };
    let removed = only(before, after);
    let mut pairs = BTreeSet::new();
    for (content, added) in only(after, before) {
        if let ([to], Some([from])) = (added.as_slice(), removed.get(&content).map(Vec::as_slice)) {
            pairs.insert((from.clone(), to.clone()));
        }
    }
    pairs.into_iter().collect()
}

fn rekey(map: Option<&mut Value>, renamed: &[(String, String)]) {
    let Some(map) = map.and_then(Value::as_object_mut) else {
        return;
    };
    for (from, to) in renamed {
        if let Some(value) = map.remove(from) {
            map.insert(to.clone(), value);
        }
    }
}

fn redirect(value: &mut Value, references: &HashMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "$ref" => {
                        if let Some(to) = references.get(text) {
                            text.clone_from(to);
                        }
                    }
                    value => redirect(value, references),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, references)),
        _ => {}
    }
}
