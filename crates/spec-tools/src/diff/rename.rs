//! Renamed parts, recognized by their content.
//!
//! Before anything else is compared, the base is rewritten to the new names, with one change per rename. Otherwise
//! every reference to a renamed schema would be a change.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::change::{Change, WireImpact};
use super::normal::{reference, replaced};
use super::rules;
use crate::document::{METHODS, local, template_names};
use crate::rule::Rule;
use crate::yaml::escape;

const SCHEMAS: &str = "/components/schemas";

/// The base with the names of the working document.
pub(super) struct Renamed {
    /// The document.
    pub(super) document: Value,
    /// The renames.
    pub(super) changes: Vec<Change>,
    /// The names that it had.
    pub(super) names: Names,
}

/// The pointers of renamed parts: new → old.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// The pointer in the document before it was renamed.
    pub(super) fn original(&self, pointer: &str) -> String {
        replaced(&self.0, pointer)
    }
}

/// Renames parts of `old` to the names that they have in `new`.
pub(super) fn rename(old: &Value, new: &Value) -> Renamed {
    let mut renamed = Renamed {
        document: old.clone(),
        changes: Vec::new(),
        names: Names::default(),
    };
    // A schema that differs only by a renamed reference is found in the next round. Chains are short, and each
    // round takes linear time.
    for _ in 0..8 {
        let before = renamed.changes.len();
        renamed.schemas(new);
        if renamed.changes.len() == before {
            break;
        }
    }
    renamed.path_parameters(new);
    renamed
}

impl Renamed {
    /// Renames the member `from` of the object at `pointer`, and adds a change.
    fn note(
        &mut self,
        pointer: &str,
        (from, to): (&str, &str),
        rule: &'static Rule,
        message: String,
    ) {
        let map = self
            .document
            .pointer_mut(pointer)
            .and_then(Value::as_object_mut);
        if let Some(map) = map
            && let Some(value) = map.remove(from)
        {
            map.insert(to.to_owned(), value);
        }
        let place = format!("{pointer}/{}", escape(to));
        let before = format!("{pointer}/{}", escape(from));
        self.names.0.insert(place.clone(), before);
        self.changes.push(Change {
            seen: vec![place.clone()],
            ..Change::new(rule, &place, WireImpact::Cosmetic, message)
        });
    }

    fn schemas(&mut self, new: &Value) {
        let (before, after) = (members(&self.document, SCHEMAS), members(new, SCHEMAS));
        let prefix = format!("#{SCHEMAS}/");
        let renamed = pairs(&before, &after, |name, value| {
            // A recursive schema contains its own name.
            let own = format!("\"$ref\":\"{prefix}{name}\"");
            value.to_string().replace(&own, "\"$ref\":\"#\"")
        });
        if renamed.is_empty() {
            return;
        }
        let references = renamed
            .iter()
            .map(|(from, to)| (format!("{prefix}{from}"), format!("{prefix}{to}")))
            .collect();
        redirect(&mut self.document, &references);
        for (from, to) in renamed {
            let message = format!("schema `{from}` → `{to}`");
            self.note(SCHEMAS, (&from, &to), &rules::SCHEMA_RENAMED, message);
            if let Some(change) = self.changes.last_mut() {
                change.old_name = Some(from);
            }
        }
    }

    /// Renames path parameters. Their names are not sent, so the URLs stay the same.
    fn path_parameters(&mut self, new: &Value) {
        let (before, after) = (members(&self.document, "/paths"), members(new, "/paths"));
        let renamed = pairs(&before, &after, |path, _| {
            let erase = |path: String, name| path.replace(&format!("{{{name}}}"), "{}");
            names(path).into_iter().fold(path.to_owned(), erase)
        });
        for (from, to) in &renamed {
            let (names, others) = (names(from), names(to));
            if names.is_empty() || names.len() != others.len() {
                continue;
            }
            let message = format!("path parameters of `{from}` → `{to}`");
            let rule = &rules::PATH_PARAMETER_RENAMED;
            self.note("/paths", (from, to), rule, message);
            let by_old: HashMap<&str, &str> = names.into_iter().zip(others).collect();
            let item = self
                .document
                .get_mut("paths")
                .and_then(|paths| paths.get_mut(to));
            for pointer in item
                .map(|item| rename_parameters(item, &by_old))
                .unwrap_or_default()
            {
                // Other paths may use the component: rename it only if the new document does.
                let name = |document: &Value| document.pointer(&pointer)?.get("name").cloned();
                if name(new) != name(&self.document)
                    && let Some(component) = self.document.pointer_mut(&pointer)
                {
                    rename_parameter(component, &by_old);
                }
            }
        }
    }
}

/// The members of the object at `pointer`; none if there is no object.
fn members(document: &Value, pointer: &str) -> Map<String, Value> {
    let map = document.pointer(pointer).and_then(Value::as_object);
    map.cloned().unwrap_or_default()
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
            components.extend(reference(parameter).and_then(local));
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

/// Redirects all references, those of a discriminator's `mapping` too.
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
                    Value::Object(mapping) if key == "mapping" => {
                        for target in mapping.values_mut() {
                            let to = target.as_str().and_then(|target| references.get(target));
                            if let Some(to) = to.cloned() {
                                *target = to.into();
                            }
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
