//! Schemas.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Normalizer, Part, reference};
use crate::document::local;

/// Keywords that allow and refuse no value. `readOnly` and `writeOnly` are kept by [`Normalizer::access`].
const ANNOTATIONS: [&str; 8] = [
    "title",
    "description",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// Maximum number of schemas that are merged into one.
const MAX_PARTS: usize = 64;

/// Compositions of which one with a single member, and nothing beside it, means that member.
const COMPOSITIONS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

impl<'a> Normalizer<'a> {
    /// The schema with its keywords only. A reference is all that counts beside its siblings (OpenAPI 3.0.3,
    /// section 4.7.23), and a composition of one member is that member.
    pub(super) fn schema(&mut self, part: &Part<'a>) -> Value {
        if let Some(reference) = reference(part.value) {
            return json!({"$ref": self.past_aliases(reference)});
        }
        if !part.value.is_object() {
            return part.value.clone();
        }
        if let Some((word, member)) = self.only_member(part.value) {
            let from = format!("{}/{word}/0", part.from);
            let member = self.place(member, part.to.clone(), from);
            return self.schema(&member);
        }
        let mut parts = Vec::new();
        if !self.parts(part, &mut parts) || !self.are_mergeable(&parts) {
            parts = vec![part.clone()];
        }
        self.merged(&parts)
    }

    /// The keywords of a schema that differ from their default.
    fn keywords(&self, schema: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let map = schema.as_object().into_iter().flatten();
        map.map(|(key, value)| (key.as_str(), value))
            .filter(|(key, value)| self.is_keyword(key, value))
            .filter(|(key, value)| *key != "additionalProperties" || !self.is_anything(value))
            .collect()
    }

    fn is_keyword(&self, key: &str, value: &Value) -> bool {
        !(ANNOTATIONS.contains(&key)
            || self.is_dropped(key)
            || key == "xml" && !self.has_xml
            || is_default(key, value))
    }

    /// Whether every value is allowed.
    fn is_anything(&self, schema: &'a Value) -> bool {
        match self.target(schema).map_or(schema, |(target, _)| target) {
            Value::Object(map) => map.iter().all(|(key, value)| !self.is_keyword(key, value)),
            other => *other == json!(true),
        }
    }

    /// The only member of a composition that has no other keyword beside it.
    fn only_member(&self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let [(word, members)] = self.keywords(schema)[..] else {
            return None;
        };
        match members.as_array()?.as_slice() {
            [member] if COMPOSITIONS.contains(&word) => Some((word, member)),
            _ => None,
        }
    }

    /// The component that `reference` means, past components that only refer to another one.
    fn past_aliases(&self, reference: &'a str) -> &'a str {
        let mut target = reference;
        for _ in 0..32 {
            let mut schema = local(target).and_then(|pointer| self.document.pointer(&pointer));
            while let Some((_, member)) = schema.and_then(|schema| self.only_member(schema)) {
                schema = Some(member);
            }
            match schema.and_then(super::reference) {
                Some(next) => target = next,
                None => break,
            }
        }
        target
    }

    /// Adds the members of the schema's `allOf`, and the schema itself. `false` if there are too many: a recursive
    /// schema has no end.
    fn parts(&self, part: &Part<'a>, parts: &mut Vec<Part<'a>>) -> bool {
        let Some(part) = self
            .resolved(part.clone())
            .filter(|_| parts.len() < MAX_PARTS)
        else {
            return false;
        };
        // Counted before its members, so that a cycle ends.
        let at = parts.len();
        parts.push(part.clone());
        let members = part.value.get("allOf").and_then(Value::as_array);
        let mut members = members.into_iter().flatten().enumerate();
        let all = members.all(|(index, value)| {
            let from = format!("{}/allOf/{index}", part.from);
            self.parts(
                &Part {
                    value,
                    from,
                    to: part.to.clone(),
                },
                parts,
            )
        });
        parts[at..].rotate_left(1);
        all
    }

    /// The schema that `part` means, past references and compositions of one member.
    fn resolved(&self, mut part: Part<'a>) -> Option<Part<'a>> {
        for _ in 0..32 {
            if let Some(reference) = reference(part.value) {
                part.from = local(self.past_aliases(reference))?;
                part.value = self.document.pointer(&part.from)?;
            } else if let Some((word, member)) = self.only_member(part.value) {
                part.from = format!("{}/{word}/0", part.from);
                part.value = member;
            } else {
                return part.value.is_object().then_some(part);
            }
        }
        None
    }

    /// Whether the keywords of `parts` can be written in one schema: no keyword has two values, but `properties`
    /// and `required`, which are added up.
    fn are_mergeable(&self, parts: &[Part<'a>]) -> bool {
        let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
        let mut properties: BTreeMap<&str, &Value> = BTreeMap::new();
        parts.len() == 1
            || parts
                .iter()
                .flat_map(|part| self.keywords(part.value))
                .all(|(key, value)| match key {
                    "allOf" | "required" | "nullable" => value.is_array() || value.is_boolean(),
                    // It speaks of the properties beside it.
                    "additionalProperties" => false,
                    "properties" => value.as_object().is_some_and(|map| {
                        map.iter()
                            .all(|(name, one)| *properties.entry(name).or_insert(one) == one)
                    }),
                    // Each must hold, so one of them only.
                    "oneOf" | "anyOf" | "not" => seen.insert(key, value).is_none(),
                    _ => *seen.entry(key).or_insert(value) == value,
                })
    }

    /// One schema with the keywords of all `parts`, the last of which is the schema itself.
    fn merged(&mut self, parts: &[Part<'a>]) -> Value {
        let mut schema = json!({});
        for part in parts {
            for (key, value) in self.keywords(part.value) {
                let field = part.child(key, value);
                match (key, value) {
                    ("allOf" | "nullable", _) if parts.len() > 1 => {}
                    ("properties", Value::Object(_)) => {
                        for (name, property) in field.members() {
                            let property = self.place(property.value, property.to, property.from);
                            schema["properties"][name] = self.schema(&property);
                            self.access(name, property.value, &mut schema);
                        }
                    }
                    ("required", Value::Array(names)) if names.iter().all(Value::is_string) => {
                        for name in names.iter().filter_map(Value::as_str) {
                            schema["required"][name] = json!(true);
                        }
                    }
                    _ => {
                        let field = self.place(value, field.to, field.from);
                        schema[key] = self.keyword(key, &field);
                    }
                }
            }
        }
        if parts.len() > 1 && is_nullable(parts) {
            schema["nullable"] = json!(true);
        }
        schema
    }

    fn keyword(&mut self, key: &str, field: &Part<'a>) -> Value {
        match (key, field.value) {
            ("items" | "not" | "additionalProperties", _) => self.schema(field),
            ("allOf" | "oneOf" | "anyOf", Value::Array(members)) => {
                let members = members.iter().enumerate();
                members
                    .map(|(index, member)| self.schema(&field.child(&index.to_string(), member)))
                    .collect()
            }
            ("discriminator", Value::Object(_)) => discriminator(field.value),
            (_, Value::Number(number)) => whole(number).map_or(field.value.clone(), Value::from),
            (_, value) => value.clone(),
        }
    }

    /// Lists `name` in `schema` under `readOnly` or `writeOnly`, if the property is.
    fn access(&self, name: &str, property: &'a Value, schema: &mut Value) {
        for flag in ["readOnly", "writeOnly"] {
            if self.has_flag(property, flag) {
                schema[flag][name] = json!(true);
            }
        }
    }

    fn has_flag(&self, property: &'a Value, flag: &str) -> bool {
        let is_set = |schema: &Value| schema.get(flag) == Some(&json!(true));
        let mut schema = property;
        for _ in 0..32 {
            if let Some((target, _)) = self.target(schema) {
                schema = target;
            }
            let members = schema.get("allOf").and_then(Value::as_array);
            if is_set(schema) || members.into_iter().flatten().any(is_set) {
                return true;
            }
            match self.only_member(schema) {
                Some((_, member)) => schema = member,
                None => return false,
            }
        }
        false
    }
}

/// Whether the schema itself, or else each part with a type, allows `null`.
fn is_nullable(parts: &[Part<'_>]) -> bool {
    let nullable = |part: &Part<'_>| part.value.get("nullable").and_then(Value::as_bool);
    let mut typed = parts
        .iter()
        .filter(|part| part.value.get("type").is_some())
        .peekable();
    let all = typed.peek().is_some() && typed.all(|part| nullable(part) == Some(true));
    parts.last().and_then(nullable).unwrap_or(all)
}

/// A `discriminator` without the entries of `mapping` that are implied by the names of the components.
fn discriminator(value: &Value) -> Value {
    let mut discriminator = value.clone();
    if let Some(Value::Object(mapping)) = discriminator.get_mut("mapping") {
        // A name stands for the component.
        mapping.retain(|tag, target| {
            let name = target
                .as_str()
                .map(|it| it.trim_start_matches("#/components/schemas/"));
            name != Some(tag)
        });
    }
    if let Value::Object(fields) = &mut discriminator {
        fields.retain(|_, value| *value != json!({}));
    }
    discriminator
}

/// Whether `value` is the default of the keyword (OpenAPI 3.0.3, section 4.7.24; JSON Schema validation 00,
/// section 5). `password` is a hint for display.
fn is_default(key: &str, value: &Value) -> bool {
    match key {
        "minLength" | "minItems" | "minProperties" => value.as_f64() == Some(0.0),
        "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" | "nullable" => {
            *value == json!(false)
        }
        "properties" => *value == json!({}),
        "required" => *value == json!([]),
        "format" => value == "password",
        _ => false,
    }
}

/// `10.0` is `10`.
fn whole(number: &serde_json::Number) -> Option<i64> {
    let text = number.to_string();
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}
