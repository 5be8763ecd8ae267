//! Decodes the body of a request.

use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::contract::Contract;
use crate::findings::Findings;
use crate::headers;
use crate::refusal::Refusal;

/// The maximum size of a body, far larger than any real token.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// The bytes of a body, or why there are none.
pub(crate) type Received = Result<Bytes, Unreadable>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The connection was closed or the framing is wrong.
    Incomplete,
    TooLarge,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters of a request: those in the spec, and the client's credentials.
#[derive(Default)]
pub(crate) struct Parameters {
    pub(crate) in_spec: Value,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
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
    findings: &mut Findings,
) -> Result<Parameters, Refusal> {
    let body = match request.body() {
        Ok(body) => body,
        Err(Unreadable::Incomplete) => {
            findings.add("the body is incomplete", None);
            return Err(Refusal::InvalidRequest);
        }
        Err(Unreadable::TooLarge) => {
            findings.add("the body is larger than 1 MiB", None);
            return Err(Refusal::ContentTooLarge);
        }
    };
    if request.headers().get_all(CONTENT_TYPE).iter().count() > 1 {
        findings.add("`Content-Type` is given more than once", content());
        return Err(Refusal::InvalidRequest);
    }
    let Some((media_type, charset)) = headers::media_type(request.headers()) else {
        findings.add("`Content-Type` is missing", content());
        return Err(Refusal::UnsupportedMediaType);
    };
    if charset.is_some() {
        findings.add("the body's charset is not UTF-8", content());
    }
    let (decoded, encoding) = if media_type == FORM {
        (form(body, findings)?, "form")
    } else if Contract::get().accepts(&media_type) {
        (json(body, findings)?, "json")
    } else {
        let what = "`Content-Type` is neither `application/json` nor a form";
        findings.add(what, content());
        return Err(Refusal::UnsupportedMediaType);
    };
    findings.encoding = Some(encoding);
    split(decoded, findings)
}

/// JSON pointer to the media types of the request.
fn content() -> String {
    Contract::get().location(&["requestBody", "content"])
}

/// Separates the credentials, which are not in the spec's schema.
fn split(mut members: Value, findings: &mut Findings) -> Result<Parameters, Refusal> {
    let mut credentials = [None, None];
    if let Some(object) = members.as_object_mut() {
        for (name, place) in ["client_id", "client_secret"]
            .into_iter()
            .zip(&mut credentials)
        {
            match object.remove(name) {
                None => {}
                Some(Value::String(text)) => *place = Some(text),
                Some(_) => {
                    findings.add(format!("`{name}` is not a string"), None);
                    return Err(Refusal::InvalidRequest);
                }
            }
        }
    }
    let [client_id, client_secret] = credentials;
    Ok(Parameters {
        in_spec: members,
        client_id,
        client_secret,
    })
}

fn json(body: &[u8], findings: &mut Findings) -> Result<Value, Refusal> {
    let Ok(strict) = serde_json::from_slice::<Strict>(body) else {
        // The parser's message may quote the body.
        findings.add("the body is not JSON", content());
        return Err(Refusal::InvalidRequest);
    };
    reject_repeated(&strict.repeated, "member", findings)?;
    Ok(strict.value)
}

/// RFC 6749 section 3.1: a parameter occurs at most once, and an empty one is ignored.
fn form(body: &[u8], findings: &mut Findings) -> Result<Value, Refusal> {
    let mut seen = BTreeSet::new();
    let mut repeated = Vec::new();
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(body).into_owned() {
        if !seen.insert(name.clone()) {
            repeated.push(name);
        } else if !value.is_empty() {
            members.insert(name, Value::String(value));
        }
    }
    reject_repeated(&repeated, "parameter", findings)?;
    Ok(Value::Object(members))
}

fn reject_repeated(names: &[String], what: &str, findings: &mut Findings) -> Result<(), Refusal> {
    for name in names {
        let is_credential = name == "client_id" || name == "client_secret";
        let what = if is_credential || Contract::get().has_name(name) {
            format!("{what} `{name}` is given more than once")
        } else {
            format!("a {what} is given more than once")
        };
        findings.add(what, content());
    }
    if names.is_empty() {
        Ok(())
    } else {
        Err(Refusal::InvalidRequest)
    }
}

/// A JSON value, and the names that occur more than once in an object, where `serde_json` silently uses the
/// last.
struct Strict {
    value: Value,
    repeated: Vec<String>,
}

impl From<Value> for Strict {
    fn from(value: Value) -> Self {
        Self {
            value,
            repeated: Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Value::from(value).into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Value::from(value).into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Value::from(value).into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Value::from(value).into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Value::from(value).into())
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Value::Null.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
        let mut items = Vec::new();
        let mut repeated = Vec::new();
        while let Some(item) = seq.next_element::<Strict>()? {
            items.push(item.value);
            repeated.extend(item.repeated);
        }
        Ok(Strict {
            value: items.into(),
            repeated,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut members = Map::new();
        let mut repeated = Vec::new();
        while let Some((name, member)) = map.next_entry::<String, Strict>()? {
            repeated.extend(member.repeated);
            if members.insert(name.clone(), member.value).is_some() {
                repeated.push(name);
            }
        }
        Ok(Strict {
            value: members.into(),
            repeated,
        })
    }
}
