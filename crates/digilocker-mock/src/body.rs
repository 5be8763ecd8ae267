//! From the bytes of a request to its parameters.

use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::contract::Contract;
use crate::headers;
use crate::refusal::Refusal;

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters of a request: those that the spec knows, and the client's credentials.
#[derive(Default)]
pub(crate) struct Parameters {
    pub(crate) of_spec: Value,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
}

/// Decodes a JSON body, as the spec has it, or a form, as partners send it.
pub(crate) fn decode(
    request: &Request<Bytes>,
    findings: &mut Vec<String>,
) -> Result<Parameters, Refusal> {
    if request.headers().get_all(CONTENT_TYPE).iter().count() > 1 {
        findings.push("`Content-Type` is given more than once".into());
        return Err(Refusal::INVALID_REQUEST);
    }
    let Some((media_type, charset)) = headers::media_type(request.headers()) else {
        findings.push("`Content-Type` is missing".into());
        return Err(Refusal::UNSUPPORTED_MEDIA_TYPE);
    };
    if charset.is_some() {
        findings.push("the body's charset is not UTF-8".into());
    }
    let decoded = if Contract::get().takes(&media_type) {
        json(request.body(), findings)?
    } else if media_type == FORM {
        form(request.body(), findings)?
    } else {
        findings.push("`Content-Type` is neither `application/json` nor a form".into());
        return Err(Refusal::UNSUPPORTED_MEDIA_TYPE);
    };
    split(decoded, findings)
}

/// Takes the credentials out: the spec's schema is about the rest.
fn split(mut members: Value, findings: &mut Vec<String>) -> Result<Parameters, Refusal> {
    let mut taken = [None, None];
    if let Some(object) = members.as_object_mut() {
        for (name, place) in ["client_id", "client_secret"].into_iter().zip(&mut taken) {
            match object.remove(name) {
                None => {}
                Some(Value::String(text)) => *place = Some(text),
                Some(_) => {
                    findings.push(format!("`{name}` is not a string"));
                    return Err(Refusal::INVALID_REQUEST);
                }
            }
        }
    }
    let [client_id, client_secret] = taken;
    Ok(Parameters {
        of_spec: members,
        client_id,
        client_secret,
    })
}

fn json(body: &[u8], findings: &mut Vec<String>) -> Result<Value, Refusal> {
    let Ok(strict) = serde_json::from_slice::<Strict>(body) else {
        // The parser's words may quote the body.
        findings.push("the body is not JSON".into());
        return Err(Refusal::INVALID_REQUEST);
    };
    reject_repeated(&strict.repeated, "member", findings)?;
    Ok(strict.value)
}

/// RFC 6749 section 3.1: no parameter twice, and an empty one counts as left out.
fn form(body: &[u8], findings: &mut Vec<String>) -> Result<Value, Refusal> {
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

fn reject_repeated(
    names: &[String],
    what: &str,
    findings: &mut Vec<String>,
) -> Result<(), Refusal> {
    for name in names {
        let of_credentials = name == "client_id" || name == "client_secret";
        findings.push(if of_credentials || Contract::get().has_name(name) {
            format!("{what} `{name}` is given more than once")
        } else {
            format!("a {what} is given more than once")
        });
    }
    if names.is_empty() {
        Ok(())
    } else {
        Err(Refusal::INVALID_REQUEST)
    }
}

/// A JSON value that remembers which names occurred twice in one object: `serde_json` takes the
/// last and is silent.
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
