//! JSON values that are valid against a schema.

use serde_json::{Map, Value, json};

use crate::document::Document;

/// Selects a value of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The index of the member of `oneOf` and `anyOf`.
    pub(super) alternative: usize,
    /// Whether to use required values only, and `null` where it is allowed.
    pub(super) is_minimal: bool,
}

impl Shape {
    pub(super) const FULL: Self = Self {
        alternative: 0,
        is_minimal: false,
    };
}

/// Maximum depth of a sample.
const DEPTH: usize = 12;

/// A value of `schema`.
pub(super) fn instance(document: &Document, schema: &Value, shape: Shape) -> Value {
    value(document, schema, shape, DEPTH)
}

fn value(document: &Document, schema: &Value, shape: Shape, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    if let Some(target) = target(document, schema) {
        return value(document, target, shape, depth - 1);
    }
    if shape.is_minimal && schema.get("nullable") == Some(&Value::Bool(true)) {
        return Value::Null;
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let mut values = values.iter().filter(|value| !value.is_null());
        let chosen = if shape.is_minimal {
            values.next_back()
        } else {
            values.next()
        };
        return chosen.cloned().unwrap_or_default();
    }
    let members = |word| schema.get(word).and_then(Value::as_array);
    if let Some(parts) = members("allOf") {
        let is_typed = |part: &&Value| !is_untyped(document, part);
        let parts = parts.iter().filter(is_typed);
        return parts.fold(own(document, schema, shape, depth), |whole, part| {
            merged(whole, value(document, part, shape, depth - 1))
        });
    }
    for word in ["oneOf", "anyOf"] {
        let Some(choices) = members(word).filter(|choices| !choices.is_empty()) else {
            continue;
        };
        let chosen = &choices[shape.alternative % choices.len()];
        let mut whole = own(document, schema, shape, depth);
        if is_untyped(document, chosen) && whole.is_object() {
            // The member only lists required properties.
            let names = |choice: &Value| -> Vec<String> {
                let names = choice.get("required").and_then(Value::as_array);
                let names = names.into_iter().flatten().filter_map(Value::as_str);
                names.map(str::to_owned).collect()
            };
            let wanted = names(chosen);
            let full = Shape {
                is_minimal: false,
                ..shape
            };
            let all = own(document, schema, full, depth);
            if let Value::Object(map) = &mut whole {
                for name in choices.iter().flat_map(names) {
                    map.remove(&name);
                }
                for name in wanted {
                    map.insert(name.clone(), all.get(&name).cloned().unwrap_or_default());
                }
            }
            return whole;
        }
        return merged(whole, value(document, chosen, shape, depth - 1));
    }
    typed(document, schema, shape, depth)
}

/// The value from the keywords of `schema` itself, without its compositions.
fn own(document: &Document, schema: &Value, shape: Shape, depth: usize) -> Value {
    if schema.get("properties").is_some() || schema.get("type").is_some() {
        typed(document, schema, shape, depth)
    } else {
        Value::Null
    }
}

fn typed(document: &Document, schema: &Value, shape: Shape, depth: usize) -> Value {
    let kind = schema.get("type").and_then(Value::as_str);
    let has = |field| schema.get(field).is_some();
    match kind {
        Some("string") => text(schema).into(),
        Some("integer") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("array") => items(document, schema, shape, depth),
        None if has("items") => items(document, schema, shape, depth),
        Some("object") => object(document, schema, shape, depth),
        None if has("properties") || has("additionalProperties") => {
            object(document, schema, shape, depth)
        }
        _ => json!({"any": [1]}),
    }
}

fn text(schema: &Value) -> &'static str {
    match schema.get("format").and_then(Value::as_str) {
        Some("date") => "2020-01-02",
        Some("date-time") => "2020-01-02T03:04:05Z",
        Some("uuid") => "67e55044-10b1-426f-9247-bb680e5fe0c8",
        Some("byte") => "YWI=",
        Some("ipv4") => "127.0.0.1",
        Some("uri") => "https://a.example/b",
        _ if schema.get("pattern").is_some() => "a",
        // Two of the three characters must be escaped in a path or query.
        _ => "a/&",
    }
}

fn items(document: &Document, schema: &Value, shape: Shape, depth: usize) -> Value {
    let least = schema.get("minItems").and_then(Value::as_u64);
    let count = least.unwrap_or(u64::from(!shape.is_minimal));
    let one = || match schema.get("items") {
        Some(items) => value(document, items, shape, depth - 1),
        None => json!(1),
    };
    (0..count).map(|_| one()).collect()
}

fn object(document: &Document, schema: &Value, shape: Shape, depth: usize) -> Value {
    let mut map = Map::new();
    let required = schema.get("required").and_then(Value::as_array);
    let names = || {
        let names = required.into_iter().flatten();
        names.filter_map(Value::as_str)
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        // A property with a default is always sent.
        if !shape.is_minimal || names().any(|one| one == name) || property.get("default").is_some()
        {
            map.insert(name.clone(), value(document, property, shape, depth - 1));
        }
    }
    for name in names() {
        map.entry(name).or_insert_with(|| json!({"any": [1]}));
    }
    match schema.get("additionalProperties") {
        Some(more @ Value::Object(_)) if !shape.is_minimal => {
            map.insert("more".to_owned(), value(document, more, shape, depth - 1));
        }
        None if properties.is_none() && !shape.is_minimal => {
            map.insert("more".to_owned(), json!("b"));
        }
        _ => {}
    }
    Value::Object(map)
}

/// Merges two objects; otherwise returns the value that is not null, or the object.
fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, Value::Null) | (one @ Value::Object(_), _) => one,
        (_, other) => other,
    }
}

/// Whether `schema` does not constrain the type.
fn is_untyped(document: &Document, schema: &Value) -> bool {
    let schema = target(document, schema).unwrap_or(schema);
    let is_bare = |map: &Map<String, Value>| {
        let known = ["required", "description", "nullable", "not"];
        map.keys().all(|name| known.contains(&name.as_str()))
    };
    // `type: object` alone adds no properties.
    let is_open = |map: &Map<String, Value>| map.len() == 1 && schema["type"] == "object";
    schema
        .as_object()
        .is_some_and(|map| is_bare(map) || is_open(map))
}

fn target<'a>(document: &'a Document, schema: &Value) -> Option<&'a Value> {
    let reference = schema.get("$ref")?.as_str()?;
    document.value.pointer(&crate::document::local(reference)?)
}
