//! The spec, made ready to judge by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

const SPEC: &str = include_str!("spec.json");
const OPERATION: &str = "revoke_token";

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the document is part of this crate, and a test reads it"
    )]
    Contract::read(SPEC).expect("the embedded spec is readable")
});

/// What the spec says of the one operation.
pub(crate) struct Contract {
    path: String,
    method: String,
    media_types: Vec<String>,
    headers: Vec<String>,
    names: BTreeSet<String>,
    request: Validator,
    responses: BTreeMap<u16, Documented>,
}

struct Documented {
    schema: Option<Validator>,
    example: Option<Value>,
}

impl Contract {
    pub(crate) fn get() -> &'static Self {
        &CONTRACT
    }

    fn read(spec: &str) -> Result<Self, String> {
        let mut spec: Value = serde_json::from_str(spec).map_err(|e| e.to_string())?;
        if let Some(schemas) = spec.pointer_mut("/components/schemas") {
            to_json_schema(schemas);
        }
        let (path, method, operation) = find_operation(&spec).ok_or("the operation is missing")?;
        let content = operation
            .pointer("/requestBody/content")
            .and_then(Value::as_object)
            .ok_or("the request body is missing")?;
        let schema = content
            .values()
            .find_map(|media| media.get("schema"))
            .ok_or("the request schema is missing")?;

        let mut responses = BTreeMap::new();
        for (status, response) in members(&operation["responses"]) {
            let Ok(status) = status.parse() else { continue };
            let media = members(&response["content"]).map(|(_, media)| media).next();
            responses.insert(
                status,
                Documented {
                    schema: media
                        .and_then(|media| media.get("schema"))
                        .map(|schema| validator(&spec, schema))
                        .transpose()?,
                    example: media.and_then(example).cloned(),
                },
            );
        }

        let mut headers: Vec<String> = [operation, &spec["paths"][path]]
            .into_iter()
            .filter_map(|owner| owner["parameters"].as_array())
            .flatten()
            .filter(|parameter| parameter["in"] == "header")
            .filter_map(|parameter| Some(parameter["name"].as_str()?.to_ascii_lowercase()))
            .collect();
        if members(&spec["components"]["securitySchemes"]).any(|(_, s)| s["type"] == "http") {
            headers.push("authorization".into());
        }

        Ok(Self {
            path: path.into(),
            method: method.to_ascii_uppercase(),
            media_types: content.keys().cloned().collect(),
            headers,
            names: members(&spec["components"]["schemas"])
                .flat_map(|(_, schema)| members(&schema["properties"]))
                .map(|(name, _)| name.clone())
                .collect(),
            request: validator(&spec, schema)?,
            responses,
        })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    pub(crate) fn takes(&self, media_type: &str) -> bool {
        self.media_types.iter().any(|known| known == media_type)
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|known| known == name)
    }

    /// Whether the spec uses this name for a member: such a name may be shown, another may be a
    /// secret that lost its way.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// What is wrong with the parameters of a request; no value is quoted.
    pub(crate) fn faults_of_request(&self, parameters: &Value) -> Vec<String> {
        faults(&self.request, parameters)
    }

    /// What is wrong with an answer. A status that the spec does not know can have any body.
    pub(crate) fn faults_of_answer(&self, status: u16, body: &Value) -> Vec<String> {
        self.responses
            .get(&status)
            .and_then(|documented| documented.schema.as_ref())
            .map_or_else(Vec::new, |schema| faults(schema, body))
    }

    /// The spec's example of an answer with this status.
    pub(crate) fn example(&self, status: u16) -> Option<&Value> {
        self.responses.get(&status)?.example.as_ref()
    }
}

fn faults(validator: &Validator, instance: &Value) -> Vec<String> {
    validator
        .iter_errors(instance)
        .map(|error| match error.instance_path().as_str() {
            "" => format!("the body does not fit the schema: {}", error.masked()),
            path => format!("`{path}` does not fit the schema: {}", error.masked()),
        })
        .collect()
}

fn find_operation(spec: &Value) -> Option<(&String, &String, &Value)> {
    members(&spec["paths"]).find_map(|(path, item)| {
        members(item)
            .find(|(_, operation)| operation["operationId"] == OPERATION)
            .map(|(method, operation)| (path, method, operation))
    })
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn example(media: &Value) -> Option<&Value> {
    media
        .get("example")
        .or_else(|| members(&media["examples"]).find_map(|(_, example)| example.get("value")))
}

/// A validator for one schema, with the components that it refers to beside it.
fn validator(spec: &Value, schema: &Value) -> Result<Validator, String> {
    let mut schema = schema.clone();
    to_json_schema(&mut schema);
    // OpenAPI 3.0 schemas are those of draft 5, which changed nothing in draft 4.
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(&json!({ "allOf": [schema], "components": spec["components"] }))
        .map_err(|e| e.to_string())
}

/// OpenAPI 3.0 says `nullable: true` where JSON Schema has a second type.
fn to_json_schema(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("nullable") == Some(&Value::Bool(true))
                && let Some(kind @ Value::String(_)) = members.get_mut("type")
            {
                *kind = json!([kind.take(), "null"]);
            }
            members.values_mut().for_each(to_json_schema);
        }
        Value::Array(items) => items.iter_mut().for_each(to_json_schema),
        _ => {}
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_spec_is_readable() {
        let contract = Contract::read(SPEC).unwrap();
        assert_eq!(contract.path(), "/public/oauth2/1/revoke");
        assert_eq!(contract.method(), "POST");
        assert!(contract.takes("application/json"));
        assert!(contract.has_header("authorization"));
        assert!(contract.has_name("token_type_hint"));
    }

    #[test]
    fn every_example_of_an_answer_fits_its_schema() {
        let contract = Contract::get();
        for status in contract.responses.keys() {
            let example = contract.example(*status).unwrap();
            assert_eq!(contract.faults_of_answer(*status, example), [""; 0]);
        }
        assert_eq!(contract.responses.len(), 4);
    }

    #[track_caller]
    fn check(schema: &Value, instance: &Value, fits: bool) {
        let validator = validator(&json!({ "components": {} }), schema).unwrap();
        assert_eq!(validator.is_valid(instance), fits, "{schema} {instance}");
    }

    #[test]
    fn openapi_3_0_is_understood() {
        let nullable = json!({ "type": "string", "nullable": true });
        check(&nullable, &json!(null), true);
        check(&nullable, &json!("a"), true);
        check(&nullable, &json!(1), false);
        let above = json!({ "type": "integer", "minimum": 1, "exclusiveMinimum": true });
        check(&above, &json!(1), false);
        check(&above, &json!(2), true);
        let date = json!({ "type": "string", "format": "date-time" });
        check(&date, &json!("2025-01-01T00:00:00Z"), true);
        check(&date, &json!("yesterday"), false);
        // Properties may bear the names of keywords.
        let named = json!({ "properties": { "type": { "type": "string" }, "nullable": { "type": "boolean" } } });
        check(&named, &json!({ "type": "x", "nullable": true }), true);
        check(&named, &json!({ "type": 1 }), false);
    }

    #[test]
    fn a_fault_of_an_answer_is_seen() {
        let wrong = json!({ "success": false, "data": { "id": "a", "created_at": "yesterday" } });
        assert_eq!(Contract::get().faults_of_answer(200, &wrong).len(), 2);
    }

    #[test]
    fn no_value_is_quoted() {
        let faults = Contract::get()
            .faults_of_request(&json!({ "token": "sécret", "token_type_hint": "sécret" }));
        assert_eq!(faults.len(), 2);
        assert!(
            faults.iter().all(|fault| !fault.contains("cret")),
            "{faults:?}"
        );
    }
}
