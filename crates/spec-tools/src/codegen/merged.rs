//! Schemas with one generated name. The generator makes one type of them, or two of one name.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::generator::CodeGenerator;
use super::marks::{self, Marked};
use crate::document::Document;
use crate::finding::Finding;
use crate::lint;
use crate::rule::Rule;
use crate::spec::Spec;
use crate::yaml::unescape;

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

/// Types and functions that are generated twice, with both places, if that is the `error`.
pub(super) fn twice(spec: &Spec, generator: &CodeGenerator<'_>, error: &str) -> Vec<Finding> {
    let document = &spec.document;
    let parts = marks::parts(document);
    let generate = || marks::generate(document, &parts, generator, false);
    let Some(marked) = error.ends_with(" twice").then(generate).flatten() else {
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
    let mut names: HashMap<String, String> = HashMap::new();
    let mut seen = HashSet::new();
    for pointer in lint::schemas(document) {
        let schema = document.value.pointer(&pointer).unwrap_or(&Value::Null);
        let is_type = !marks::is_inline(&pointer) || !is_plain(schema);
        let title = schema.get("title").and_then(Value::as_str);
        let title = title.map(str::to_owned);
        match title.or_else(|| name(document, &pointer, &names)) {
            Some(name) => {
                let letters = name.chars().filter(|letter| letter.is_alphanumeric());
                let letters: String = letters.flat_map(char::to_lowercase).collect();
                if is_type && !seen.insert(letters) {
                    return true;
                }
                names.insert(pointer, name);
            }
            // In a component that several operations may use.
            None if is_type => return true,
            None => {}
        }
    }
    false
}

/// Whether no type is generated from an inline schema.
fn is_plain(schema: &Value) -> bool {
    let plain = [
        "type",
        "format",
        "description",
        "nullable",
        "items",
        "default",
        "example",
    ];
    let mut keys = schema.as_object().into_iter().flat_map(|map| map.keys());
    keys.all(|key| plain.contains(&key.as_str()))
}

/// The name of the schema at `pointer`: its component, its place in the schema around it, which is one of `names`,
/// or its place in an operation.
fn name(document: &Document, pointer: &str, names: &HashMap<String, String>) -> Option<String> {
    let mut ends = pointer.rmatch_indices('/').map(|(at, _)| at);
    if let Some((outer, end)) = ends.find_map(|at| Some((names.get(&pointer[..at])?, at))) {
        let place = match pointer[end + 1..].split_once('/') {
            Some(("properties", property)) => unescape(property),
            Some(("oneOf", index)) => format!("variant{index}"),
            Some((_, index)) => format!("subtype{index}"),
            None if pointer.ends_with("/items") => "item".to_owned(),
            None => "value".to_owned(),
        };
        return Some(format!("{outer}_{place}"));
    }
    let steps: Vec<&str> = pointer.split('/').collect();
    let text = |pointer: &str| document.value.pointer(pointer)?.as_str();
    match steps.as_slice() {
        ["", "components", "schemas", name] => Some(unescape(name)),
        ["", "paths", path, method, part, rest @ ..] => {
            let operation = format!("/paths/{path}/{method}");
            let id = text(&format!("{operation}/operationId"))?;
            let place = match (*part, rest) {
                ("parameters", [index, ..]) => {
                    text(&format!("{operation}/parameters/{index}/name"))?
                }
                ("requestBody", _) => "body",
                _ => "response",
            };
            Some(format!("{id}_{place}"))
        }
        _ => None,
    }
}
