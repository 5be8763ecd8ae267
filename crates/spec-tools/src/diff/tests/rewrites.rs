//! Rewrites that keep the meaning of a document: no change by itself, and no change of another edit's verdict.

use serde_json::{Map, Value, json};

use super::super::change::WireImpact;
use super::super::compare::values;
use super::edit::Edit;
use super::{BASE, cases, meaning};
use crate::document::METHODS;

/// Edits a part of a document.
type Edits<'a> = &'a mut dyn FnMut(&mut Value);

/// Edits all parts of one kind in a document.
type Parts = fn(&mut Value, Edits<'_>);

/// Rewrites a part in place.
type Rewrite = fn(&mut Value);

/// Each rewrite, the parts that it is made in, and what it does to each part.
const REWRITES: &[(&str, Parts, Rewrite)] = &[
    ("hoist schemas", whole, |document| {
        hoist(document, "schemas", schemas);
    }),
    ("hoist parameters", whole, |document| {
        hoist(document, "parameters", parameters);
    }),
    ("hoist bodies", whole, |document| {
        hoist(document, "requestBodies", bodies);
    }),
    ("hoist responses", whole, |document| {
        hoist(document, "responses", responses);
    }),
    ("inline schemas", whole, inline_schemas),
    ("wrap references", references, |schema| {
        *schema = json!({"description": "Wrapped", "allOf": [schema.take()]});
    }),
    ("wrap schemas in `oneOf`", schemas, |schema| {
        // `additionalProperties: {}` is a default by itself only.
        if *schema != json!({}) {
            *schema = json!({"oneOf": [schema.take()]});
        }
    }),
    ("siblings of references", references, |schema| {
        schema["nullable"] = json!(true);
    }),
    ("split objects", schemas, split_object),
    ("spell out schema defaults", definitions, |schema| {
        let defaults = json!({"nullable": false, "uniqueItems": false, "readOnly": false,
            "minLength": 0, "minItems": 0, "deprecated": false});
        fill(schema, &defaults);
    }),
    ("spell out operation defaults", operations, |operation| {
        fill(operation, &json!({"deprecated": false}));
    }),
    ("spell out body defaults", bodies, |body| {
        fill(body, &json!({"required": false}));
    }),
    ("spell out parameter defaults", parameters, |parameter| {
        let style = match parameter["in"].as_str() {
            Some("query") => json!({"style": "form", "explode": true}),
            _ => json!({"style": "simple", "explode": false}),
        };
        fill(parameter, &style);
        let more = json!({"required": false, "allowReserved": false});
        fill(parameter, &more);
    }),
    ("reorder", everything, |value| {
        for key in [
            "required",
            "enum",
            "oneOf",
            "anyOf",
            "allOf",
            "parameters",
            "servers",
            "security",
        ] {
            if let Some(Value::Array(items)) = value.get_mut(key) {
                items.reverse();
            }
        }
    }),
    ("describe schemas", definitions, |schema| {
        schema["description"] = json!("Described");
        schema["title"] = json!("Titled");
        schema["externalDocs"] = json!({"url": "https://docs.example"});
        schema["xml"] = json!({"attribute": true});
    }),
    ("describe operations", operations, |operation| {
        operation["summary"] = json!("Described");
        operation["externalDocs"] = json!({"url": "https://docs.example"});
        operation["tags"] = json!(["described"]);
    }),
    ("move parameters to the path", paths, |item| {
        let methods = METHODS.iter().filter(|method| item.get(method).is_some());
        let methods: Vec<_> = methods.collect();
        if let ([method], None) = (methods.as_slice(), item.get("parameters"))
            && let Some(parameters) = item[**method]
                .as_object_mut()
                .and_then(|it| it.remove("parameters"))
        {
            item["parameters"] = parameters;
        }
    }),
    ("change the case of parameters", parameters, |parameter| {
        if parameter["in"] == "header" {
            let name = parameter["name"].as_str().map(str::to_uppercase);
            parameter["name"] = json!(name);
        }
    }),
    ("change the case of media types", everything, |value| {
        rename(value, "content", |name| {
            name.replace("application/json", "Application/JSON; charset=UTF-8")
        });
    }),
    ("change the case of headers", everything, |value| {
        rename(value, "headers", str::to_uppercase);
    }),
    ("rename security schemes", whole, |document| {
        let renamed = |name: &str| format!("My{name}");
        rename(&mut document["components"], "securitySchemes", renamed);
        everything(document, &mut |value| {
            for requirement in list(value, "security") {
                let names = requirement.as_object().into_iter().flatten();
                *requirement = names
                    .map(|(name, scopes)| (renamed(name), scopes.clone()))
                    .collect();
            }
        });
    }),
    ("inherit security and servers", whole, |document| {
        let usual = json!([{"url": "/"}]);
        let servers = document.get("servers").cloned().unwrap_or(usual);
        document["servers"] = json!([{"url": "https://other.example"}]);
        let security = document.get("security").cloned().unwrap_or(json!([]));
        document["security"] = json!([{"other": []}]);
        paths(document, &mut |item| {
            fill(item, &json!({"servers": servers}));
        });
        operations(document, &mut |operation| {
            fill(operation, &json!({"security": security}));
        });
    }),
];

/// Renames the members of the object `key` in `value`.
fn rename(value: &mut Value, key: &str, new: fn(&str) -> String) {
    if let Some(Value::Object(map)) = value.get_mut(key) {
        *map = map
            .iter()
            .map(|(key, value)| (new(key), value.clone()))
            .collect();
    }
}

/// Adds the members of `defaults` that `value` does not have.
fn fill(value: &mut Value, defaults: &Value) {
    if let (Some(map), Some(defaults)) = (value.as_object_mut(), defaults.as_object()) {
        for (key, default) in defaults {
            map.entry(key).or_insert_with(|| default.clone());
        }
    }
}

fn list<'a>(value: &'a mut Value, key: &str) -> Vec<&'a mut Value> {
    let items = value.get_mut(key).and_then(Value::as_array_mut);
    items.into_iter().flatten().collect()
}

fn members<'a>(value: &'a mut Value, key: &str) -> Vec<&'a mut Value> {
    let map = value.get_mut(key).and_then(Value::as_object_mut);
    map.into_iter().flat_map(Map::values_mut).collect()
}

fn whole(document: &mut Value, edit: Edits<'_>) {
    edit(document);
}

fn everything(value: &mut Value, edit: Edits<'_>) {
    edit(value);
    match value {
        Value::Object(map) => map.values_mut().for_each(|value| everything(value, edit)),
        Value::Array(items) => items.iter_mut().for_each(|item| everything(item, edit)),
        _ => {}
    }
}

fn paths(document: &mut Value, edit: Edits<'_>) {
    members(document, "paths").into_iter().for_each(edit);
}

fn operations(document: &mut Value, edit: Edits<'_>) {
    paths(document, &mut |item| {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                edit(operation);
            }
        }
    });
}

fn parameters(document: &mut Value, edit: Edits<'_>) {
    operations(document, &mut |operation| {
        list(operation, "parameters")
            .into_iter()
            .for_each(&mut *edit);
    });
}

fn bodies(document: &mut Value, edit: Edits<'_>) {
    operations(document, &mut |operation| {
        let body = operation.get_mut("requestBody");
        body.into_iter().for_each(&mut *edit);
    });
}

fn responses(document: &mut Value, edit: Edits<'_>) {
    operations(document, &mut |operation| {
        members(operation, "responses")
            .into_iter()
            .for_each(&mut *edit);
    });
}

/// Edits each schema that is a reference.
fn references(document: &mut Value, edit: Edits<'_>) {
    schemas(document, &mut |schema| {
        if schema.get("$ref").is_some() {
            edit(schema);
        }
    });
}

/// Edits each schema that is not a reference.
fn definitions(document: &mut Value, edit: Edits<'_>) {
    schemas(document, &mut |schema| {
        if schema.get("$ref").is_none() {
            edit(schema);
        }
    });
}

/// Edits each schema, the innermost first.
fn schemas(document: &mut Value, edit: Edits<'_>) {
    fn schema(value: &mut Value, edit: Edits<'_>) {
        for one in members(value, "properties") {
            schema(one, edit);
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            for one in list(value, key) {
                schema(one, edit);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(one) = value.get_mut(key).filter(|one| one.is_object()) {
                schema(one, edit);
            }
        }
        edit(value);
    }
    operations(document, &mut |operation| {
        everything(operation, &mut |value| {
            if let Some(one) = value.get_mut("schema") {
                schema(one, edit);
            }
        });
    });
    if let Some(components) = document.get_mut("components") {
        for one in members(components, "schemas") {
            schema(one, edit);
        }
    }
}

/// Moves the parts that `each` edits into components of this kind.
fn hoist(document: &mut Value, kind: &str, each: Parts) {
    let mut components = Map::new();
    each(document, &mut |part| {
        if part.get("$ref").is_none() {
            let name = format!("Hoisted{}", components.len());
            let reference = json!({"$ref": format!("#/components/{kind}/{name}")});
            components.insert(name, std::mem::replace(part, reference));
        }
    });
    fill(&mut document["components"], &json!({kind: {}}));
    fill(&mut document["components"][kind], &components.into());
}

/// Replaces each reference by a copy of its target, one level deep.
fn inline_schemas(document: &mut Value) {
    let whole = document.clone();
    schemas(document, &mut |schema| {
        let target = schema.get("$ref").and_then(Value::as_str);
        if let Some(target) =
            target.and_then(|target| whole.pointer(target.trim_start_matches('#')))
        {
            *schema = target.clone();
        }
    });
}

/// Writes an object as `allOf` of two, the second of which has its last property.
fn split_object(schema: &mut Value) {
    let is_plain = [
        "$ref",
        "additionalProperties",
        "nullable",
        "anyOf",
        "oneOf",
        "allOf",
    ]
    .iter()
    .all(|key| schema.get(key).is_none());
    let Some(Value::Object(properties)) = schema.get_mut("properties").filter(|_| is_plain) else {
        return;
    };
    if let Some((name, last)) = properties.clone().iter().next_back() {
        properties.remove(name);
        let other = json!({"properties": {name: last}});
        *schema = json!({"allOf": [schema.take(), other]});
    }
}

/// The largest effect on the wire. No change and a cosmetic one are the same.
fn wire(old: &Value, new: &Value) -> Option<WireImpact> {
    let changes = values(old, new, &[]);
    // `deprecated` is announced where it is written, and has no effect.
    let effects = changes
        .iter()
        .filter(|change| change.rule.id != "deprecated");
    let largest = effects.map(|change| change.wire).max();
    largest.max(Some(WireImpact::Cosmetic))
}

/// The name, the base and the working document of each edit, and of none.
fn pairs() -> Vec<(String, Value, Value)> {
    let same = |edit: &Edit| {
        let document = &edit.working;
        (
            edit.name.clone() + ", no edit",
            document.clone(),
            document.clone(),
        )
    };
    let unedited: Vec<_> = meaning::all().iter().map(same).collect();
    let edits = cases::all().into_iter().chain(meaning::all());
    let edited = edits.map(|edit| (edit.name, edit.base, edit.working));
    let spec = BASE.value.clone();
    let whole = ("the whole spec".to_owned(), spec.clone(), spec);
    edited.chain(unedited).chain([whole]).collect()
}

#[test]
fn rewrites_do_not_change_the_verdict_of_an_edit() {
    let mut wrong = Vec::new();
    let mut counts = vec![0; REWRITES.len()];
    for (case, old, new) in pairs() {
        let expected = wire(&old, &new);
        for ((name, parts, rewrite), count) in REWRITES.iter().zip(&mut counts) {
            let mut other = new.clone();
            parts(&mut other, &mut |part| rewrite(part));
            *count += usize::from(other != new);
            let mut found = vec![wire(&old, &other)];
            if old == new {
                found.push(wire(&other, &old));
            }
            if found.iter().any(|wire| *wire != expected) {
                wrong.push(format!("{case}: {name}: {found:?}, expected {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(
        !counts.contains(&0),
        "a rewrite that rewrites nothing: {counts:?}"
    );
}
