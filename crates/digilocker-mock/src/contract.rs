//! The contract of the operation, read from the embedded OpenAPI document.

mod schema;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::violation::Violation;
use schema::Schema;

const SPEC: &str = include_str!("spec.json");
pub(crate) const HINT: &str = "token_type_hint";

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a test reads the document")]
    Contract::read(SPEC).expect("the embedded spec is readable")
});

/// The operation in the spec. Locations are JSON pointers with a leading `#`.
pub(crate) struct Contract {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) media_types: Vec<String>,
    /// The documented values of `token_type_hint`.
    pub(crate) hints: Vec<String>,
    pub(crate) hint_is_optional: bool,
    /// Whether the spec allows a request without credentials.
    pub(crate) authentication_is_optional: bool,
    pub(crate) security_location: String,
    /// Where the scheme of HTTP Basic is.
    pub(crate) basic: Option<String>,
    /// In lower case.
    pub(crate) headers: Vec<String>,
    /// The names of parameters. Other names may be secrets, and are not shown.
    pub(crate) parameters: Vec<String>,
    request: Body,
    /// By status, range (`4XX`) or `default`.
    responses: BTreeMap<String, Body>,
    pub(crate) path_location: String,
    location: String,
}

/// The body of the request or of a response.
struct Body {
    media_types: Vec<String>,
    schema: Option<Schema>,
    examples: Vec<Value>,
}

impl Contract {
    pub(crate) fn get() -> &'static Self {
        &CONTRACT
    }

    fn read(spec: &str) -> Result<Self, String> {
        let spec: Value = serde_json::from_str(spec).map_err(|e| e.to_string())?;
        let (path, method, operation) = find_operation(&spec).ok_or("the operation is missing")?;
        let path_location = pointer("#/paths", &[path]);
        let location = pointer(&path_location, &[method]);
        let at = pointer(&location, &["requestBody"]);
        let content = &resolve(&spec, &operation["requestBody"])["content"];
        let request = members(content).next().map(|(_, media)| &media["schema"]);
        let request = resolve(&spec, request.ok_or("the request has no media type")?);
        let responses = members(&operation["responses"]).map(|(status, response)| {
            let at = pointer(&location, &["responses", status]);
            Ok((status.clone(), Body::read(&spec, response, &at)?))
        });
        let (security_location, requirements) = match operation.get("security") {
            Some(own) => (pointer(&location, &["security"]), own),
            None => ("#/security".to_owned(), &spec["security"]),
        };
        let requirements = items(requirements);
        let schemes = &spec["components"]["securitySchemes"];
        let mut names_of_schemes = requirements.iter().flat_map(members).map(|(name, _)| name);
        let basic = names_of_schemes.find(|name| schemes[name.as_str()]["scheme"] == "basic");
        let hints = items(&resolve(&spec, &request["properties"][HINT])["enum"]).iter();
        let hints = hints.filter_map(|hint| Some(hint.as_str()?.to_owned()));
        Ok(Self {
            path: path.clone(),
            method: method.to_ascii_uppercase(),
            media_types: names(content),
            hints: hints.collect(),
            hint_is_optional: !items(&request["required"]).contains(&json!(HINT)),
            authentication_is_optional: requirements.contains(&json!({})),
            security_location,
            basic: basic.map(|name| pointer("#/components/securitySchemes", &[name])),
            headers: header_names(&spec, path, operation),
            parameters: names(&request["properties"]),
            request: Body::read(&spec, &operation["requestBody"], &at)?,
            responses: responses.collect::<Result<_, String>>()?,
            path_location,
            location,
        })
    }

    /// The location of a place within the operation.
    pub(crate) fn location(&self, segments: &[&str]) -> String {
        pointer(&self.location, segments)
    }

    /// Validates the parameters of a request.
    pub(crate) fn request_errors(&self, parameters: &Value) -> Vec<Violation> {
        self.request.errors(parameters)
    }

    /// The documented statuses, without ranges.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = u16> {
        let keys = self.responses.keys();
        keys.filter_map(|status| status.parse().ok())
    }

    fn response(&self, status: u16) -> Option<&Body> {
        let range = format!("{}XX", status / 100);
        let keys = [&status.to_string(), &range, "default"];
        keys.into_iter().find_map(|key| self.responses.get(key))
    }

    /// The spec's examples of a response with this status.
    pub(crate) fn examples(&self, status: u16) -> &[Value] {
        self.response(status).map_or(&[], |body| &body.examples)
    }

    /// An example of an error, whatever its status.
    pub(crate) fn error_example(&self) -> Option<&Value> {
        let errors = self.statuses().filter(|status| *status >= 400);
        errors.flat_map(|status| self.examples(status)).next()
    }
}

impl Body {
    /// Reads the first media type of a request body or a response.
    fn read(spec: &Value, owner: &Value, location: &str) -> Result<Self, String> {
        let content = &resolve(spec, owner)["content"];
        let mut body = Self {
            media_types: names(content),
            schema: None,
            examples: Vec::new(),
        };
        if let Some((media_type, media)) = members(content).next() {
            let named = members(&media["examples"]);
            let named = named.filter_map(|(_, example)| resolve(spec, example).get("value"));
            let examples = media.get("example").into_iter().chain(named);
            body.examples = examples.cloned().collect();
            let location = pointer(location, &["content", media_type, "schema"]);
            let schema = media.get("schema");
            let schema = schema.map(|schema| Schema::new(spec, schema, location));
            body.schema = schema.transpose()?;
        }
        Ok(body)
    }

    fn errors(&self, body: &Value) -> Vec<Violation> {
        let errors = self.schema.as_ref().map(|schema| schema.errors(body));
        errors.unwrap_or_default()
    }
}

/// Validates a response of the endpoint against the OpenAPI document, and returns how it breaks it.
///
/// Checks the status, the media type and the body. A body that the document does not describe is accepted.
///
/// ```
/// use digilocker_mock::response_violations;
///
/// let violations = response_violations(200, Some("application/json"), br#"{"success": true}"#);
/// assert_eq!(violations[0].spec_location.as_deref(), Some("#/components/schemas/RevocationSuccess/required"));
/// ```
#[must_use]
pub fn response_violations(status: u16, content_type: Option<&str>, body: &[u8]) -> Vec<Violation> {
    let contract = Contract::get();
    let response = contract.response(status);
    let media_type = content_type.unwrap_or_default().split(';').next();
    let media_type = media_type.unwrap_or_default().trim().to_ascii_lowercase();
    let what = match response {
        None => format!("the status {status} is not in the spec"),
        Some(response) if response.schema.is_none() => return Vec::new(),
        Some(response) if !response.media_types.contains(&media_type) => {
            let expected = response.media_types.join("` or `");
            format!("`Content-Type` is not `{expected}`")
        }
        Some(response) => match serde_json::from_slice(body) {
            Ok(body) => return response.errors(&body),
            Err(_) => "the body is not JSON".to_owned(),
        },
    };
    vec![Violation::new(what, contract.location(&["responses"]))]
}

/// Appends to a JSON pointer (RFC 6901).
fn pointer(base: &str, segments: &[&str]) -> String {
    segments.iter().fold(base.to_owned(), |pointer, segment| {
        let segment = segment.replace('~', "~0").replace('/', "~1");
        format!("{pointer}/{segment}")
    })
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn names(value: &Value) -> Vec<String> {
    members(value).map(|(name, _)| name.clone()).collect()
}

/// The items of an array.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
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
            .find(|(_, operation)| operation["operationId"] == "revoke_token")
            .map(|(method, operation)| (path, method, operation))
    })
}

/// The request headers of the operation, in lower case.
fn header_names(spec: &Value, path: &str, operation: &Value) -> Vec<String> {
    let own = items(&operation["parameters"]);
    let parameters = own.iter().chain(items(&spec["paths"][path]["parameters"]));
    let parameters = parameters
        .map(|parameter| resolve(spec, parameter))
        .filter(|parameter| parameter["in"] == "header")
        .filter_map(|parameter| Some(parameter["name"].as_str()?.to_ascii_lowercase()));
    let schemes = &spec["components"]["securitySchemes"];
    let authorization = members(schemes).any(|(_, scheme)| scheme["type"] == "http");
    parameters
        .chain(authorization.then(|| "authorization".to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_the_default_are_documented_statuses() {
        let mut spec: Value = serde_json::from_str(SPEC).unwrap();
        let responses = &mut spec["paths"]["/public/oauth2/1/revoke"]["post"]["responses"];
        responses["4XX"] = responses["400"].clone();
        let contract = Contract::read(&spec.to_string()).unwrap();
        assert!(contract.response(418).is_some() && contract.response(599).is_none());
        assert!(contract.statuses().all(|status| status != 418));
    }

    #[test]
    fn violations_of_a_response_are_found() {
        let whats = |status, content_type, body: &str| -> Vec<String> {
            let violations = response_violations(status, content_type, body.as_bytes());
            violations.iter().map(ToString::to_string).collect()
        };
        let json = Some("Application/JSON; charset=utf-8");
        let wrong = json!({ "success": false, "data": { "id": "a", "created_at": "yesterday" } });
        assert_eq!(whats(200, json, &wrong.to_string()).len(), 2);
        let expected = "`Content-Type` is not `application/json`";
        assert_eq!(whats(200, None, "{}"), [expected]);
        assert_eq!(whats(200, Some("text/html"), "{}"), [expected]);
        assert_eq!(whats(200, json, "<h1>"), ["the body is not JSON"]);
        assert_eq!(
            whats(599, json, "{}"),
            ["the status 599 is not in the spec"]
        );
    }
}
