//! Schemas with one generated name. The generator makes one type of them, or two of one name.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::generator::CodeGenerator;
use super::marks::{self, Marked};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::spec::Spec;
use crate::yaml::escape;

/// Reported if two different schemas become one type.
pub static TYPES_MERGED: Rule = Rule::error(
    "types-merged",
    "the generator makes one type of both: the fields and values of one of them are lost",
    "make one of them a component of another name, or give it another `title`",
);

/// Reported if two parts become items of one name.
pub static NAME_COLLISION: Rule = Rule::error(
    "name-collision",
    "two items of one name do not compile",
    "use names that differ in more than case style",
);

/// Schemas that share a type with a different one, found by generating each inline schema under a name of its own.
pub(super) fn types(spec: &Spec, generator: &CodeGenerator<'_>) -> Vec<Finding> {
    let document = &spec.document;
    if !may_merge(document) {
        return Vec::new();
    }
    let parts = marks::parts(document);
    let generate = |titled| marks::generate(document, &parts, generator, titled);
    let (Some(real), Some(apart)) = (generate(false), generate(true)) else {
        return Vec::new();
    };
    let kept = by_mark(&real);
    let mut findings = Vec::new();
    for (mark, name) in by_mark(&apart) {
        if kept.contains_key(&mark) || !marks::is_schema(&parts[mark]) {
            continue;
        }
        let other = type_in_place_of(&name, &kept, &real, &apart);
        let Some((shared, Some(other))) = other else {
            continue;
        };
        let [lost, found] = [mark, other].map(|mark| document.value.pointer(&parts[mark]));
        if lost.map(marks::bare) != found.map(marks::bare) {
            let message = format!("this schema and another one become the type `{shared}`");
            let finding = Finding::new(&TYPES_MERGED, document.span(&parts[mark]), message);
            findings.push(finding.related(document.span(&parts[other]), "the other one"));
        }
    }
    findings
}

/// The name of each marked item.
fn by_mark(marked: &Marked) -> BTreeMap<usize, String> {
    let items = marked.items.iter();
    items
        .filter_map(|(name, mark)| Some(((*mark)?, name.clone())))
        .collect()
}

/// The type, and its mark, that the real code has where `apart` has the type `name`: the lines that use it are the
/// same but for the names of types.
fn type_in_place_of(
    name: &str,
    kept: &BTreeMap<usize, String>,
    real: &Marked,
    apart: &Marked,
) -> Option<(String, Option<usize>)> {
    let names: HashMap<&str, &str> = apart
        .items
        .iter()
        .filter_map(|(name, mark)| Some((name.as_str(), kept.get(&(*mark)?)?.as_str())))
        .collect();
    let is_free = |word: &str| word.starts_with("Mark") && word.ends_with('x');
    // A field or function, and not the type itself or what is in it.
    let uses = apart.lines.iter().filter(|line| {
        let start = if line.contains("fn ") { "(" } else { ": " };
        let types = line.split_once(start).map(|(_, types)| types);
        types.is_some_and(|types| words(types).any(|word| word == name))
    });
    for line in uses {
        let wanted: Vec<&str> = words(line)
            .map(|word| *names.get(word).unwrap_or(&word))
            .collect();
        let Some(at) = wanted.iter().rposition(|word| *word == name) else {
            continue;
        };
        for line in &real.lines {
            let found: Vec<&str> = words(line).collect();
            let mut pairs = found.iter().zip(&wanted);
            if found.len() == wanted.len()
                && pairs.all(|(one, other)| one == other || is_free(other))
            {
                let shared = real.items.iter().find(|(name, _)| name == found[at]);
                if let Some((name, mark)) = shared {
                    return Some((name.clone(), *mark));
                }
            }
        }
    }
    None
}

/// The names in a line. Whether a function takes a type by reference depends on the type.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|letter: char| !letter.is_alphanumeric() && !"_'".contains(letter));
    words.filter(|word| !word.is_empty() && !word.starts_with('\''))
}

/// Types and functions that are generated twice, with both places.
pub(super) fn twice(spec: &Spec, generator: &CodeGenerator<'_>) -> Vec<Finding> {
    let document = &spec.document;
    let parts = marks::parts(document);
    let Some(marked) = marks::generate(document, &parts, generator, false) else {
        return Vec::new();
    };
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut findings = Vec::new();
    for (name, mark) in &marked.items {
        let Some(mark) = *mark else { continue };
        if let Some(first) = seen.insert(name, mark) {
            let place = |mark: usize| document.span(&parts[mark]);
            let message = format!("this and another part both become `{name}`");
            let finding = Finding::new(&NAME_COLLISION, place(mark), message);
            findings.push(finding.related(place(first), "the other one"));
        }
    }
    findings
}

/// Whether any two schemas may have one name, by the names that the generator makes from theirs. If not, there is
/// no need to ask it.
fn may_merge(document: &Document) -> bool {
    let mut names = Names::default();
    let schemas = document
        .value
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        names.insert(name);
        names.inner(schema, name);
    }
    for operation in document.operations() {
        let id = operation
            .value
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut parts = vec![(
            format!("{}/requestBody", operation.pointer),
            "body".to_owned(),
        )];
        let responses = operation.value.get("responses").and_then(Value::as_object);
        let responses = responses.into_iter().flat_map(|responses| responses.keys());
        parts.extend(responses.map(|status| {
            let pointer = format!("{}/responses/{}", operation.pointer, escape(status));
            (pointer, "response".to_owned())
        }));
        for (pointer, parameter) in document.parameters(&operation) {
            let name = parameter.get("name").and_then(Value::as_str);
            parts.push((pointer, name.unwrap_or_default().to_owned()));
        }
        for (pointer, name) in parts {
            let Some((_, holder)) = document.resolve(&pointer) else {
                continue;
            };
            let content = holder.get("content").and_then(Value::as_object);
            let media = content.into_iter().flat_map(|content| content.values());
            for schema in media
                .chain([holder])
                .filter_map(|holder| holder.get("schema"))
            {
                names.schema(schema, &format!("{id}_{name}"));
            }
        }
    }
    names.are_ambiguous
}

/// The names of types, without case and underscores.
#[derive(Default)]
struct Names {
    seen: HashSet<String>,
    are_ambiguous: bool,
}

impl Names {
    fn insert(&mut self, name: &str) {
        let letters = name.chars().filter(|letter| letter.is_alphanumeric());
        self.are_ambiguous |= !self
            .seen
            .insert(letters.flat_map(char::to_lowercase).collect());
    }

    /// Adds the name of an inline schema, its title or else its place, if it may become a type.
    fn schema(&mut self, schema: &Value, place: &str) {
        if schema.get("$ref").is_some() {
            return;
        }
        let name = schema.get("title").and_then(Value::as_str).unwrap_or(place);
        let plain = [
            "type",
            "format",
            "description",
            "nullable",
            "items",
            "default",
            "example",
        ];
        let fields = schema.as_object().into_iter().flatten();
        if fields
            .map(|(key, _)| key.as_str())
            .any(|key| !plain.contains(&key))
        {
            self.insert(name);
        }
        self.inner(schema, name);
    }

    fn inner(&mut self, schema: &Value, name: &str) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (property, value) in properties.into_iter().flatten() {
            self.schema(value, &format!("{name}_{property}"));
        }
        for (field, end) in [("items", "item"), ("additionalProperties", "value")] {
            if let Some(value) = schema.get(field) {
                self.schema(value, &format!("{name}_{end}"));
            }
        }
        for field in ["allOf", "oneOf", "anyOf"] {
            let members = schema.get(field).and_then(Value::as_array);
            for (index, value) in members.into_iter().flatten().enumerate() {
                let end = if field == "oneOf" {
                    "variant"
                } else {
                    "subtype"
                };
                self.schema(value, &format!("{name}_{end}{index}"));
            }
        }
    }
}
