//! The expected request of a call, and the expected result for a response.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::instances::{Shape, instance};
use super::server::{Reply, Sent};
use crate::document::Document;
use crate::lint::{snake, validator};

/// One call and its expected outcome.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// For each argument, an array with its value, or an empty array.
    pub(super) arguments: Vec<Value>,
    pub(super) reply: Reply,
    expected: Expected,
}

#[derive(Clone, Debug)]
struct Expected {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Option<(String, Value)>,
    outcome: Value,
}

/// The media type of a body, and its schema.
type Content<'a> = (&'a str, &'a Value);

/// The calls of the operation of `document`, whose function takes `arguments`: one for each response, one with
/// other alternatives, and one with required values only. Calls without a valid value are left out.
pub(super) fn cases(document: &Document, arguments: &[String]) -> Result<Vec<Case>, String> {
    let responses = responses(document);
    let mut cases = Vec::new();
    for response in &responses {
        cases.extend(case(document, arguments, response, Shape::FULL)?);
    }
    let first = responses.first().ok_or("there is no response")?;
    let other = Shape {
        alternative: 1,
        ..Shape::FULL
    };
    let minimal = Shape {
        is_minimal: true,
        ..Shape::FULL
    };
    for shape in [other, minimal] {
        cases.extend(case(document, arguments, first, shape)?);
    }
    Ok(cases)
}

/// Each response, with a status that it covers.
fn responses(document: &Document) -> Vec<(u16, Option<Content<'_>>)> {
    let operations = document.operations();
    let Some(operation) = operations.first() else {
        return Vec::new();
    };
    let listed = operation.value.get("responses").and_then(Value::as_object);
    let names: Vec<&str> = listed
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    let is_free = |status: &u16| {
        let range = format!("{}XX", status / 100);
        !names
            .iter()
            .any(|name| **name == status.to_string() || **name == range)
    };
    let mut found = Vec::new();
    for (name, response) in listed.into_iter().flatten() {
        let content = response.get("content").and_then(content);
        let in_range = |class: u16| {
            let mut some = [0, 1, 3, 6].map(|end| class * 100 + end).into_iter();
            some.find(|status| !names.contains(&status.to_string().as_str()))
        };
        let statuses: Vec<u16> = match name.as_str() {
            "default" => [200, 400, 500].into_iter().filter(is_free).collect(),
            range if range.ends_with("XX") => {
                let class = range[..1].parse().ok();
                class.and_then(in_range).into_iter().collect()
            }
            status => status.parse().into_iter().collect(),
        };
        found.extend(statuses.into_iter().map(|status| (status, content)));
    }
    found
}

fn content(content: &Value) -> Option<Content<'_>> {
    let (media, content) = content.as_object()?.iter().next()?;
    Some((media, content.get("schema")?))
}

fn case(
    document: &Document,
    arguments: &[String],
    (status, content): &(u16, Option<Content<'_>>),
    shape: Shape,
) -> Result<Option<Case>, String> {
    let operations = document.operations();
    let operation = operations.first().ok_or("there is no operation")?;
    let mut values = BTreeMap::new();
    let mut all_valid = true;
    let mut make = |schema: &Value, shape| {
        let value = instance(document, schema, shape);
        all_valid &= is_valid(document, schema, &value);
        value
    };
    let mut expected = Expected {
        method: operation.method.to_uppercase(),
        path: operation.path.to_owned(),
        query: Vec::new(),
        headers: BTreeMap::new(),
        body: None,
        outcome: Value::Null,
    };
    let parameters = operation.value.get("parameters").and_then(Value::as_array);
    for parameter in parameters.into_iter().flatten() {
        let field = |name: &str| parameter.get(name).and_then(Value::as_str);
        let (Some(name), Some(place)) = (field("name"), field("in")) else {
            continue;
        };
        if shape.is_minimal && parameter.get("required") != Some(&Value::Bool(true)) {
            continue;
        }
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        let full = Shape {
            is_minimal: false,
            ..shape
        };
        let value = make(schema, full);
        match place {
            "path" if !expected.path.contains(&format!("{{{name}}}")) => {
                return Err(format!("`{name}` is never sent"));
            }
            "path" => {
                let path = expected.path.replace(&format!("{{{name}}}"), &text(&value));
                expected.path = path;
            }
            "query" => expected.query.push((name.to_owned(), text(&value))),
            "header" => {
                expected.headers.insert(name.to_lowercase(), text(&value));
            }
            _ => {}
        }
        values.insert(normalized(&snake(name)), value);
    }
    if let Some((media, schema)) = operation
        .value
        .pointer("/requestBody/content")
        .and_then(self::content)
    {
        let value = make(schema, shape);
        expected.body = Some((media.to_owned(), value.clone()));
        values.insert("body".to_owned(), value);
    }
    let arguments = arguments
        .iter()
        .map(|name| {
            let name = normalized(name);
            // The generator adds a letter before a leading digit.
            let value = values.get(&name).or_else(|| values.get(&name[1..]));
            value.map_or_else(|| json!([]), |value| json!([value]))
        })
        .collect();
    let is_head = operation.method == "head";
    let (read, reply) = match content {
        None => (Value::Null, None),
        Some((media, schema)) => {
            let value = make(schema, shape);
            let is_json = media.split(';').next() == Some("application/json");
            let body = if is_json {
                value.to_string()
            } else {
                text(&value)
            };
            let read = match () {
                // A response to HEAD has no body.
                () if is_head && is_json => value,
                () if is_head => json!(""),
                () if is_json => value,
                () => body.clone().into(),
            };
            (read, Some(((*media).to_owned(), body)))
        }
    };
    let end = if (200..300).contains(status) {
        "ok"
    } else {
        "error"
    };
    expected.outcome = json!({end: status, "value": read});
    let reply = Reply {
        status: *status,
        content: reply,
    };
    Ok(all_valid.then_some(Case {
        arguments,
        reply,
        expected,
    }))
}

fn is_valid(document: &Document, schema: &Value, value: &Value) -> bool {
    let validator = validator(document, schema);
    validator.is_ok_and(|validator| validator.is_valid(value))
}

/// A name without case and underscores.
fn normalized(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The text of a parameter or form field.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Case {
    /// Why the call, or that with the mock, failed; `None` if both match the spec.
    pub(super) fn failure(
        &self,
        sent: Option<&Sent>,
        outcome: &Value,
        mocked: &Value,
    ) -> Option<String> {
        if let Some(why) = self.unexpected(outcome) {
            return Some(why);
        }
        let Some(sent) = sent else {
            return Some("no request was sent".to_owned());
        };
        if let Some(why) = self.expected.differs(sent) {
            return Some(why);
        }
        match (self.mock_limit(sent), self.unexpected(mocked)) {
            (None, Some(why)) => Some(format!("with the mock: {why}")),
            (Some(limit), None) => Some(format!("works with the mock, although it {limit}")),
            _ => None,
        }
    }

    /// What the generated mock does other than the spec says, so that it cannot serve this call.
    fn mock_limit(&self, sent: &Sent) -> Option<&'static str> {
        let is_json = |media: &str| media.starts_with("application/json");
        let (body, reply) = (&self.expected.body, &self.reply.content);
        let body = body.as_ref().map(|(media, _)| media);
        if body.is_some_and(|media| !is_json(media) && !media.starts_with("text/plain")) {
            Some("expects forms and bytes as JSON")
        } else if reply.as_ref().is_some_and(|(media, _)| !is_json(media)) {
            Some("sends text and bytes as JSON")
        } else if !sent.target.starts_with(&self.expected.path) {
            Some("expects path parameters without escapes")
        } else {
            None
        }
    }

    /// The status and the value that the call is expected to return.
    pub(super) fn response(&self) -> Value {
        json!([self.reply.status, [self.expected.outcome["value"]]])
    }

    fn unexpected(&self, outcome: &Value) -> Option<String> {
        if let Some(why) = outcome.get("failed").and_then(Value::as_str) {
            return Some(why.to_owned());
        }
        let expected = &self.expected.outcome;
        (expected != outcome).then(|| format!("the result is `{outcome}`, expected `{expected}`"))
    }
}

impl Expected {
    fn differs(&self, sent: &Sent) -> Option<String> {
        let unequal = |what: &str, sent: String, expected: String| {
            (sent != expected).then(|| format!("{what} `{sent}` was sent, expected `{expected}`"))
        };
        let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut expected = self.query.clone();
        pairs.sort();
        expected.sort();
        unequal("the method", sent.method.clone(), self.method.clone())
            .or_else(|| unequal("the path", path.into_owned(), self.path.clone()))
            .or_else(|| unequal("the query", format!("{pairs:?}"), format!("{expected:?}")))
            .or_else(|| {
                self.headers.iter().find_map(|(name, expected)| {
                    let sent = sent.header(name).unwrap_or_default();
                    unequal(
                        &format!("the header {name}"),
                        sent.to_owned(),
                        expected.clone(),
                    )
                })
            })
            .or_else(|| self.body_differs(&sent.body))
    }

    fn body_differs(&self, sent: &str) -> Option<String> {
        let Some((media, expected)) = &self.body else {
            return (!sent.is_empty())
                .then(|| format!("the body `{sent}` was sent, expected none"));
        };
        let (sent, expected) = match media.split(';').next() {
            Some("application/json") => (
                serde_json::from_str(sent).unwrap_or_default(),
                expected.clone(),
            ),
            Some("application/x-www-form-urlencoded") => {
                let pairs = form_urlencoded::parse(sent.as_bytes());
                let sent = pairs
                    .map(|(name, value)| (name.into_owned(), json!(value)))
                    .collect();
                let fields = expected.as_object().into_iter().flatten();
                let fields = fields
                    .map(|(name, value)| (name.clone(), json!(text(value))))
                    .collect();
                (Value::Object(sent), Value::Object(fields))
            }
            _ => (json!(sent), json!(text(expected))),
        };
        (sent != expected).then(|| format!("the body `{sent}` was sent, expected `{expected}`"))
    }
}
