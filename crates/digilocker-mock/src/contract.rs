//! The contract of the operation, read from the embedded OpenAPI document.

mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use crate::findings::Finding;
use schema::Schema;

const SPEC: &str = include_str!("spec.json");
const OPERATION: &str = "revoke_token";
const HINT: &str = "token_type_hint";

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the document is part of this crate, and a test reads it"
    )]
    Contract::read(SPEC).expect("the embedded spec is readable")
});

/// The operation in the spec.
pub(crate) struct Contract {
    path: String,
    method: String,
    /// JSON pointer to the operation.
    operation: String,
    media_types: Vec<String>,
    headers: Vec<String>,
    names: BTreeSet<String>,
    hints: Vec<String>,
    hint_is_optional: bool,
    security: Security,
    request: Schema,
    responses: BTreeMap<u16, Documented>,
}

#[derive(Default)]
struct Security {
    /// JSON pointer to the requirements.
    location: String,
    /// Whether the spec allows a request without credentials.
    optional: bool,
    /// JSON pointer to the scheme of HTTP Basic.
    basic: Option<String>,
}

struct Documented {
    schema: Option<Schema>,
    example: Option<Value>,
}

impl Contract {
    pub(crate) fn get() -> &'static Self {
        &CONTRACT
    }

    fn read(spec: &str) -> Result<Self, String> {
        let spec: Value = serde_json::from_str(spec).map_err(|e| e.to_string())?;
        let (path, method, operation) = find_operation(&spec).ok_or("the operation is missing")?;
        let location = pointer("#/paths", &[path, method]);
        let content = &operation["requestBody"]["content"];
        let (media_type, schema) = members(content)
            .find_map(|(media_type, media)| Some((media_type, media.get("schema")?)))
            .ok_or("the request schema is missing")?;
        let request_at = ["requestBody", "content", media_type, "schema"];

        let mut responses = BTreeMap::new();
        for (status, response) in members(&operation["responses"]) {
            let Ok(code) = status.parse() else { continue };
            let media = members(&response["content"]).next();
            let schema = media.and_then(|(name, media)| Some((name, media.get("schema")?)));
            let schema = schema.map(|(media_type, schema)| {
                let at = ["responses", status, "content", media_type, "schema"];
                Schema::new(&spec, schema, pointer(&location, &at))
            });
            let documented = Documented {
                schema: schema.transpose()?,
                example: media.and_then(|(_, media)| example(media)).cloned(),
            };
            responses.insert(code, documented);
        }

        Ok(Self {
            path: path.into(),
            method: method.to_ascii_uppercase(),
            media_types: members(content).map(|(name, _)| name.clone()).collect(),
            headers: headers(&spec, path, operation),
            names: members(&spec["components"]["schemas"])
                .flat_map(|(_, schema)| members(&schema["properties"]))
                .map(|(name, _)| name.clone())
                .collect(),
            hints: hints(&spec, schema),
            hint_is_optional: !is_required(resolve(&spec, schema), HINT),
            security: security(&spec, operation, &location),
            request: Schema::new(&spec, schema, pointer(&location, &request_at))?,
            responses,
            operation: location,
        })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    pub(crate) fn media_types(&self) -> &[String] {
        &self.media_types
    }

    pub(crate) fn statuses(&self) -> impl Iterator<Item = u16> {
        self.responses.keys().copied()
    }

    /// The documented values of `token_type_hint`.
    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    pub(crate) fn hint_is_optional(&self) -> bool {
        self.hint_is_optional
    }

    pub(crate) fn authentication_is_optional(&self) -> bool {
        self.security.optional
    }

    /// JSON pointer to the security requirements.
    pub(crate) fn security_location(&self) -> &str {
        &self.security.location
    }

    /// JSON pointer to the scheme of HTTP Basic.
    pub(crate) fn basic(&self) -> Option<&str> {
        self.security.basic.as_deref()
    }

    /// JSON pointer to a place within the operation.
    pub(crate) fn location(&self, segments: &[&str]) -> String {
        pointer(&self.operation, segments)
    }

    /// JSON pointer to the path of the operation.
    pub(crate) fn path_location(&self) -> String {
        pointer("#/paths", &[&self.path])
    }

    pub(crate) fn accepts(&self, media_type: &str) -> bool {
        self.media_types.iter().any(|known| known == media_type)
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|known| known == name)
    }

    /// Whether the spec has a member of this name. Other names may be secrets, and are not shown.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Validates the parameters of a request.
    pub(crate) fn request_errors(&self, parameters: &Value) -> Vec<Finding> {
        self.request.errors(parameters)
    }

    /// Validates the body of a response. `None`: the status is not in the spec.
    pub(crate) fn response_errors(&self, status: u16, body: &Value) -> Option<Vec<Finding>> {
        let documented = self.responses.get(&status)?;
        let schema = documented.schema.as_ref();
        Some(schema.map_or_else(Vec::new, |schema| schema.errors(body)))
    }

    /// The spec's example of a response with this status.
    pub(crate) fn example(&self, status: u16) -> Option<&Value> {
        self.responses.get(&status)?.example.as_ref()
    }
}

/// Appends to a JSON pointer (RFC 6901).
fn pointer(base: &str, segments: &[&str]) -> String {
    segments.iter().fold(base.to_owned(), |pointer, segment| {
        format!(
            "{pointer}/{}",
            segment.replace('~', "~0").replace('/', "~1")
        )
    })
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Follows a reference within the document.
fn resolve<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"]
        .as_str()
        .and_then(|reference| spec.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

fn find_operation(spec: &Value) -> Option<(&String, &String, &Value)> {
    members(&spec["paths"]).find_map(|(path, item)| {
        members(item)
            .find(|(_, operation)| operation["operationId"] == OPERATION)
            .map(|(method, operation)| (path, method, operation))
    })
}

fn example(media: &Value) -> Option<&Value> {
    media
        .get("example")
        .or_else(|| members(&media["examples"]).find_map(|(_, example)| example.get("value")))
}

/// The request headers of the operation, in lower case.
fn headers(spec: &Value, path: &str, operation: &Value) -> Vec<String> {
    let parameters = [operation, &spec["paths"][path]]
        .into_iter()
        .filter_map(|owner| owner["parameters"].as_array())
        .flatten()
        .filter(|parameter| parameter["in"] == "header")
        .filter_map(|parameter| Some(parameter["name"].as_str()?.to_ascii_lowercase()));
    let http_scheme =
        members(&spec["components"]["securitySchemes"]).any(|(_, s)| s["type"] == "http");
    parameters
        .chain(http_scheme.then(|| "authorization".to_owned()))
        .collect()
}

fn hints(spec: &Value, request: &Value) -> Vec<String> {
    let hint = resolve(spec, &resolve(spec, request)["properties"][HINT]);
    let values = hint["enum"].as_array().into_iter().flatten();
    values
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema["required"].as_array();
    required.is_some_and(|names| names.iter().any(|known| known == name))
}

fn security(spec: &Value, operation: &Value, location: &str) -> Security {
    let (location, requirements) = match operation.get("security") {
        Some(own) => (pointer(location, &["security"]), own),
        None => ("#/security".to_owned(), &spec["security"]),
    };
    let mut security = Security {
        location,
        ..Security::default()
    };
    for requirement in requirements.as_array().into_iter().flatten() {
        security.optional |= members(requirement).next().is_none();
        for (name, _) in members(requirement) {
            let scheme = &spec["components"]["securitySchemes"][name];
            if scheme["type"] == "http" && scheme["scheme"] == "basic" {
                security.basic = Some(pointer("#/components/securitySchemes", &[name]));
            }
        }
    }
    security
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn embedded_spec_is_read() {
        let contract = Contract::read(SPEC).unwrap();
        assert_eq!(contract.path(), "/public/oauth2/1/revoke");
        assert_eq!(contract.method(), "POST");
        assert!(contract.accepts("application/json"));
        assert!(contract.has_header("authorization"));
        assert!(contract.has_name(HINT));
        assert_eq!(contract.hints(), ["access_token", "refresh_token"]);
        assert!(contract.authentication_is_optional());
        assert!(contract.basic().is_some());
    }

    #[test]
    fn locations_are_in_the_spec() {
        let spec: Value = serde_json::from_str(SPEC).unwrap();
        let contract = Contract::get();
        for location in [
            contract.basic().unwrap().to_owned(),
            contract.path_location(),
            contract.location(&["requestBody", "content", "application/json", "schema"]),
            contract.security_location().to_owned(),
        ] {
            let pointer = location.strip_prefix('#').unwrap();
            assert!(spec.pointer(pointer).is_some(), "{location}");
        }
    }

    #[test]
    fn every_response_example_fits_its_schema() {
        let contract = Contract::get();
        for status in contract.statuses() {
            let example = contract.example(status).unwrap();
            assert_eq!(contract.response_errors(status, example), Some(Vec::new()));
        }
        assert_eq!(contract.statuses().count(), 4);
    }

    #[test]
    fn response_errors_are_found() {
        let wrong = json!({ "success": false, "data": { "id": "a", "created_at": "yesterday" } });
        let errors = Contract::get().response_errors(200, &wrong);
        assert_eq!(errors.unwrap().len(), 2);
        assert_eq!(Contract::get().response_errors(404, &wrong), None);
    }

    #[test]
    fn request_errors_quote_no_value() {
        let errors = Contract::get()
            .request_errors(&json!({ "token": "sécret", "token_type_hint": "sécret" }));
        assert_eq!(errors.len(), 2);
        assert!(!format!("{errors:?}").contains("cret"), "{errors:?}");
    }
}
