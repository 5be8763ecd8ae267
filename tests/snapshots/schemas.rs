//! The JSON Schemas of the generated types: one snapshot each, and a comparison with the spec's schemas, which must
//! accept and reject the same documents.

use digilocker_client::types;
use insta::assert_snapshot;
use jsonschema::{Validator, options};
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

fn spec() -> Value {
    serde_json::from_str(integration_tests::SPEC).unwrap()
}

/// The name of each schema of the spec, with the schema of the type generated from it.
fn generated() -> Vec<(&'static str, Schema)> {
    vec![
        ("ErrorDetail", schema_for!(types::ErrorDetail)),
        ("Revocation", schema_for!(types::Revocation)),
        ("RevocationError", schema_for!(types::RevocationError)),
        ("RevocationRequest", schema_for!(types::RevocationRequest)),
        ("RevocationSuccess", schema_for!(types::RevocationSuccess)),
        ("Token", schema_for!(digilocker_client::Token)),
        ("TokenTypeHint", schema_for!(types::TokenTypeHint)),
    ]
}

#[test]
fn schemas_of_generated_types() {
    for (name, schema) in generated() {
        assert_snapshot!(name, serde_json::to_string_pretty(&schema).unwrap());
    }
}

#[test]
fn every_schema_of_the_spec_has_a_type() {
    let spec = spec();
    let names: Vec<_> = spec["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    let mut generated: Vec<_> = generated().into_iter().map(|(name, _)| name).collect();
    generated.sort_unstable();
    let mut names: Vec<_> = names.into_iter().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, generated);
}

fn validator(schema: &Value) -> Validator {
    options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap()
}

/// Validators of the spec's schema with this name, and of the generated type's schema.
fn both(name: &str) -> (Validator, Validator) {
    let mut of_spec = json!({ "$ref": format!("#/components/schemas/{name}") });
    of_spec["components"] = spec()["components"].clone();
    let (_, derived) = generated()
        .into_iter()
        .find(|(known, _)| *known == name)
        .unwrap();
    (validator(&of_spec), validator(derived.as_value()))
}

/// All examples of the spec, of its operation and of its components.
fn examples() -> Vec<(String, Value)> {
    let spec = spec();
    let mut found = Vec::new();
    for (name, schema) in spec["components"]["schemas"].as_object().unwrap() {
        found.push((name.clone(), schema["example"].clone()));
    }
    let operation = &spec["paths"]["/public/oauth2/1/revoke"]["post"];
    let responses = operation["responses"].as_object().unwrap().values();
    for body in std::iter::once(&operation["requestBody"]).chain(responses) {
        let media_type = &body["content"]["application/json"];
        let name = media_type["schema"]["$ref"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap();
        for example in media_type["examples"].as_object().unwrap().values() {
            found.push((name.to_owned(), example["value"].clone()));
        }
    }
    found
}

#[test]
fn spec_and_types_accept_every_example() {
    let examples = examples();
    assert_eq!(examples.len(), 13);
    for (name, example) in examples {
        let (of_spec, derived) = both(&name);
        assert!(of_spec.is_valid(&example), "spec: {name}: {example}");
        assert!(derived.is_valid(&example), "types: {name}: {example}");
    }
}

#[test]
fn spec_and_types_reject_the_same_documents() {
    #[track_caller]
    fn check(name: &str, document: &Value) {
        let (of_spec, derived) = both(name);
        assert!(!of_spec.is_valid(document), "spec: {name}: {document}");
        assert!(!derived.is_valid(document), "types: {name}: {document}");
    }
    for document in [
        json!(""),
        json!(" a"),
        json!("a "),
        json!("a\n"),
        json!("é"),
        json!(1),
        json!(null),
    ] {
        check("Token", &document);
        check("RevocationRequest", &json!({ "token": document }));
    }
    check("TokenTypeHint", &json!("id_token"));
    check("RevocationRequest", &json!({}));
    check(
        "RevocationRequest",
        &json!({ "token": "a", "token_type_hint": "id_token" }),
    );
    check("RevocationRequest", &json!([]));

    let data = json!({ "id": "a", "created_at": "2025-01-01T00:00:00Z" });
    check(
        "RevocationSuccess",
        &json!({ "success": false, "data": data }),
    );
    check(
        "RevocationSuccess",
        &json!({ "success": "true", "data": data }),
    );
    check("RevocationSuccess", &json!({ "success": true }));
    check("RevocationSuccess", &json!({ "data": data }));
    check(
        "RevocationSuccess",
        &json!({ "success": true, "data": null }),
    );
    check("Revocation", &json!({ "id": "a" }));
    check(
        "Revocation",
        &json!({ "id": 1, "created_at": "2025-01-01T00:00:00Z" }),
    );
    check(
        "Revocation",
        &json!({ "id": "a", "created_at": "yesterday" }),
    );

    let error = json!({ "code": "a", "message": "b" });
    check(
        "RevocationError",
        &json!({ "success": true, "error": error }),
    );
    check("RevocationError", &json!({ "success": false }));
    check(
        "RevocationError",
        &json!({ "success": false, "error": "a" }),
    );
    check("ErrorDetail", &json!({ "code": "a" }));
    check("ErrorDetail", &json!({ "code": 1, "message": "b" }));
}
