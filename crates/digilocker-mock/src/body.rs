//! Decodes the body of a request.

use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::contract::Contract;
use crate::dialect::Refusal;
use crate::violation::Violation;

/// The maximum size of a body, far larger than any real token.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// The bytes of a body, or how a request without them is refused.
pub(crate) type Received = Result<Bytes, Refusal>;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const CREDENTIALS: [&str; 2] = ["client_id", "client_secret"];

/// The parameters of a request: those in the spec, and the client's credentials.
pub(crate) struct Parameters {
    /// `json` or `form`.
    pub(crate) encoding: &'static str,
    pub(crate) in_spec: Value,
    pub(crate) client_id: Option<Value>,
    pub(crate) client_secret: Option<Value>,
}

/// The name of an encoding: `json`, `form`, or the media type itself.
pub(crate) fn encoding(media_type: &str) -> &str {
    match media_type {
        JSON => "json",
        FORM => "form",
        other => other,
    }
}

/// Decodes a JSON body, as documented, or a form, as partners send.
pub(crate) fn decode(
    request: &Request<Received>,
    violations: &mut Vec<Violation>,
) -> Result<Parameters, Refusal> {
    let contract = Contract::get();
    let content = contract.location(&["requestBody", "content"]);
    let body = request.body().as_ref().map_err(|refusal| {
        let what = match refusal {
            Refusal::Http(_) => "the body is larger than 1 MiB",
            _ => "the body is incomplete",
        };
        violations.push(Violation::new(what, None));
        *refusal
    })?;
    let mut add = |what: &str| violations.push(Violation::new(what, content.clone()));
    if request.headers().get_all(CONTENT_TYPE).iter().count() > 1 {
        add("`Content-Type` is given more than once");
        return Err(Refusal::InvalidRequest);
    }
    let (media_type, other_charset) = media_type(request.headers()).unwrap_or_default();
    if other_charset {
        add("the body's charset is not UTF-8");
    }
    let mut repeated = BTreeSet::new();
    let (encoding, mut in_spec) = if media_type == FORM {
        ("form", decode_form(body, &mut repeated))
    } else if contract.media_types.contains(&media_type) {
        let Ok(json) = serde_json::from_slice::<Json>(body) else {
            // The parser's message may quote the body.
            add("the body is not JSON");
            return Err(Refusal::InvalidRequest);
        };
        ("json", json.into_value(&mut repeated))
    } else {
        add(match media_type.as_str() {
            "" => "`Content-Type` is missing",
            _ => "`Content-Type` is neither `application/json` nor a form",
        });
        return Err(Refusal::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    };
    for name in &repeated {
        // Other names may be secrets.
        let known = contract.parameters.contains(name) || CREDENTIALS.contains(&name.as_str());
        let name = if known { name } else { "…" };
        add(&format!("parameter `{name}` is given more than once"));
    }
    if !repeated.is_empty() {
        return Err(Refusal::InvalidRequest);
    }
    // The credentials are not in the spec's schema.
    let [client_id, client_secret] = CREDENTIALS.map(|name| in_spec.as_object_mut()?.remove(name));
    Ok(Parameters {
        encoding,
        in_spec,
        client_id,
        client_secret,
    })
}

/// The media type of the body, in lower case, and whether its charset is another than UTF-8.
fn media_type(headers: &HeaderMap) -> Option<(String, bool)> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = value.split(';').map(str::trim);
    let media_type = parts.next()?.to_ascii_lowercase();
    let mut parameters = parts.filter_map(|parameter| parameter.split_once('='));
    let other_charset = parameters.any(|(name, value)| {
        let is_utf8 = value.trim_matches('"').eq_ignore_ascii_case("utf-8");
        name.eq_ignore_ascii_case("charset") && !is_utf8
    });
    Some((media_type, other_charset))
}

/// RFC 6749 section 3.1: a parameter occurs at most once, and an empty one is ignored.
fn decode_form(body: &[u8], repeated: &mut BTreeSet<String>) -> Value {
    let mut seen = BTreeSet::new();
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(body).into_owned() {
        if !seen.insert(name.clone()) {
            repeated.insert(name);
        } else if !value.is_empty() {
            members.insert(name, Value::String(value));
        }
    }
    members.into()
}

/// A JSON value that keeps repeated members. `serde_json` silently uses the last.
#[derive(Deserialize)]
#[serde(untagged)]
enum Json {
    Object(Members),
    Array(Vec<Self>),
    Scalar(Value),
}

struct Members(Vec<(String, Json)>);

impl Json {
    fn into_value(self, repeated: &mut BTreeSet<String>) -> Value {
        match self {
            Self::Object(Members(members)) => {
                let mut object = Map::new();
                for (name, member) in members {
                    let member = member.into_value(repeated);
                    if object.insert(name.clone(), member).is_some() {
                        repeated.insert(name);
                    }
                }
                object.into()
            }
            Self::Array(items) => items
                .into_iter()
                .map(|item| item.into_value(repeated))
                .collect(),
            Self::Scalar(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
