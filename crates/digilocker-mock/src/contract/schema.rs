//! A compiled schema of the spec.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use crate::violation::Violation;

pub(crate) struct Schema {
    validator: Validator,
    /// Where the schema is in the spec: a JSON pointer.
    location: String,
}

impl Schema {
    /// Compiles one schema, together with the components that it refers to.
    pub(crate) fn new(spec: &Value, schema: &Value, location: String) -> Result<Self, String> {
        let mut schema = schema.clone();
        to_json_schema(&mut schema);
        let mut components = spec["components"].clone();
        if let Some(schemas) = components.get_mut("schemas") {
            to_json_schema(schemas);
        }
        // OpenAPI 3.0 uses JSON Schema draft 5, which is the same as draft 4.
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .build(&json!({ "allOf": [schema], "components": components }))
            .map_err(|e| e.to_string())?;
        Ok(Self {
            validator,
            location,
        })
    }

    /// The errors of the instance. No value is quoted.
    pub(crate) fn errors(&self, instance: &Value) -> Vec<Violation> {
        self.validator
            .iter_errors(instance)
            .map(|error| Violation {
                what: match error.instance_path().as_str() {
                    "" => format!("the body does not fit the schema: {}", error.masked()),
                    path => format!("`{path}` does not fit the schema: {}", error.masked()),
                },
                spec_location: Some(self.locate(error.schema_path().as_str())),
            })
            .collect()
    }

    /// Converts a location in the compiled schema to one in the spec.
    fn locate(&self, compiled: &str) -> String {
        match compiled.strip_prefix("/allOf/0") {
            Some(inline) => format!("{}{inline}", self.location),
            None => format!("#{compiled}"),
        }
    }
}

/// Converts `nullable: true` of OpenAPI 3.0 to the second type `null` of JSON Schema.
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(schema: &Value, instance: &Value, valid: bool) {
        let compiled = Schema::new(&json!({ "components": {} }), schema, "#".into()).unwrap();
        let errors = compiled.errors(instance);
        assert_eq!(errors.is_empty(), valid, "{schema} {instance}");
    }

    #[test]
    fn openapi_3_0_keywords_are_supported() {
        let nullable = json!({ "type": "string", "nullable": true });
        check(&nullable, &json!(null), true);
        check(&nullable, &json!("a"), true);
        check(&nullable, &json!(1), false);
        check(&json!({ "oneOf": [nullable] }), &json!(null), true);
        let above = json!({ "type": "integer", "minimum": 1, "exclusiveMinimum": true });
        check(&above, &json!(1), false);
        check(&above, &json!(2), true);
        let date = json!({ "type": "string", "format": "date-time" });
        check(&date, &json!("2025-01-01T00:00:00Z"), true);
        check(&date, &json!("yesterday"), false);
        // Properties may have the names of keywords.
        let named = json!({ "properties": { "type": { "type": "string" }, "nullable": { "type": "boolean" } } });
        check(&named, &json!({ "type": "x", "nullable": true }), true);
        check(&named, &json!({ "type": 1 }), false);
    }

    #[test]
    fn errors_are_located_in_inline_and_in_shared_schemas() {
        let spec = json!({ "components": { "schemas": { "Text": { "type": "string" } } } });
        let schema = json!({ "required": ["a"], "properties": {
            "b": { "$ref": "#/components/schemas/Text" },
            "c": { "type": "string" },
        } });
        let compiled = Schema::new(&spec, &schema, "#/here".into()).unwrap();
        let mut locations: Vec<_> = compiled
            .errors(&json!({ "b": 1, "c": 1 }))
            .into_iter()
            .map(|violation| violation.spec_location.unwrap())
            .collect();
        locations.sort();
        assert_eq!(
            locations,
            [
                "#/components/schemas/Text/type",
                "#/here/properties/c/type",
                "#/here/required"
            ]
        );
    }
}
