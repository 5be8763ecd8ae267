//! The JSON Schemas of the generated types: one snapshot, and a comparison with the spec's schemas, which must
//! accept and reject the same documents.

use std::collections::BTreeMap;

use digilocker_client::types;
use insta::assert_snapshot;
use integration_tests::SPEC;
use jsonschema::{Validator, options};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use xtask::exposure::{operation, resolve};

/// The JSON Schema of each generated type, by the name of the spec's schema: those of the operation, with all that
/// they refer to.
fn generated() -> BTreeMap<String, Value> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<types::RevocationRequest>();
    generator.subschema_for::<types::RevocationSuccess>();
    generator.subschema_for::<types::RevocationError>();
    generator.take_definitions(true).into_iter().collect()
}

#[test]
fn schemas_of_generated_types() {
    assert_snapshot!(
        "schemas",
        serde_json::to_string_pretty(&generated()).unwrap()
    );
}

/// The schemas of the spec.
fn schemas() -> impl Iterator<Item = (&'static String, &'static Value)> {
    SPEC["components"]["schemas"].as_object().unwrap().iter()
}

#[test]
fn every_schema_of_the_spec_has_a_type() {
    let names: Vec<_> = schemas().map(|(name, _)| name.clone()).collect();
    assert_eq!(names, generated().into_keys().collect::<Vec<_>>());
}

fn validator(schema: &Value) -> Validator {
    options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap()
}

/// Validators of the spec's schema with this name, and of the generated type's schema.
fn both(name: &str) -> (Validator, Validator) {
    let of_spec = json!({
        "$ref": format!("#/components/schemas/{name}"),
        "components": SPEC["components"],
    });
    let derived = json!({ "$ref": format!("#/$defs/{name}"), "$defs": generated() });
    (validator(&of_spec), validator(&derived))
}

/// All examples of the spec, of its operation and of its components, with the names of their schemas.
fn examples() -> Vec<(String, Value)> {
    let mut found: Vec<_> = schemas()
        .filter_map(|(name, schema)| Some((name.clone(), schema.get("example")?.clone())))
        .collect();
    let operation = operation(&SPEC).unwrap();
    let responses = operation["responses"].as_object().unwrap().values();
    for body in std::iter::once(&operation["requestBody"]).chain(responses) {
        let content = resolve(&SPEC, body)["content"].as_object();
        for media_type in content.into_iter().flat_map(|content| content.values()) {
            let Some(schema) = media_type["schema"]["$ref"].as_str() else {
                continue;
            };
            let name = schema.rsplit('/').next().unwrap();
            let examples = media_type["examples"].as_object().into_iter().flatten();
            let values = examples.map(|(_, example)| &resolve(&SPEC, example)["value"]);
            found.extend(values.map(|value| (name.to_owned(), value.clone())));
        }
    }
    found
}

/// The document with one change each: a member removed, or a value replaced by one of another type, or by text that
/// is no token, no date and no listed value.
fn mutations(document: &Value) -> Vec<Value> {
    let texts = ["", " a", "a ", "a\n", "é", "a"].map(Value::from);
    let others = [
        json!(null),
        json!(1),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
    ];
    let mut mutations: Vec<_> = texts.into_iter().chain(others).collect();
    for (name, member) in document.as_object().into_iter().flatten() {
        let mut without = document.clone();
        without.as_object_mut().unwrap().remove(name);
        mutations.push(without);
        mutations.extend(self::mutations(member).into_iter().map(|member| {
            let mut document = document.clone();
            document[name] = member;
            document
        }));
    }
    mutations
}

#[test]
fn spec_and_types_accept_the_same_documents() {
    let examples = examples();
    for (name, _) in schemas() {
        let has_example = examples.iter().any(|(of, _)| of == name);
        assert!(has_example, "{name} has no example");
    }
    for (name, example) in examples {
        let (of_spec, derived) = both(&name);
        assert!(of_spec.is_valid(&example), "spec: {name}: {example}");
        assert!(derived.is_valid(&example), "types: {name}: {example}");
        let mut rejected = 0;
        for document in mutations(&example) {
            let is_valid = of_spec.is_valid(&document);
            // `null` is an absent member to serde.
            let is_valid = is_valid || of_spec.is_valid(&without_nulls(&document));
            assert_eq!(derived.is_valid(&document), is_valid, "{name}: {document}");
            rejected += u32::from(!is_valid);
        }
        assert!(rejected > 0, "{name}");
    }
}

fn without_nulls(document: &Value) -> Value {
    match document {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, member)| !member.is_null());
            let members = members.map(|(name, member)| (name.clone(), without_nulls(member)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}
