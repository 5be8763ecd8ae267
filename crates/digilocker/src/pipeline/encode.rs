//! Encodes the body of a request: the generated client's JSON, unchanged or as a form, with the client's
//! parameters if they are sent in the body.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http_body::Body as _;
use reqwest::Request;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use zeroize::Zeroizing;

use super::Authentication;

/// How the body of a request is encoded. The default depends on the
/// [`Environment`](crate::Environment): form for the production host, JSON for all others.
///
/// ```
/// # use digilocker::{BodyEncoding, Client, Environment};
/// let client = Client::builder(Environment::Production)
///     .body_encoding(BodyEncoding::Json)
///     .build()?;
/// # Ok::<(), digilocker::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyEncoding {
    /// `application/json`: what the published reference documents.
    Json,
    /// `application/x-www-form-urlencoded`: what RFC 7009 §2.1 and the partner specification ask for.
    Form,
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Encodes the body of a generated request. Its buffers are zeroed when the HTTP stack drops them; copies
/// made by the HTTP stack are not zeroed.
pub(super) fn encode(
    request: &mut Request,
    encoding: BodyEncoding,
    authentication: &Authentication,
) -> Result<(), &'static str> {
    let Some(body) = take_body(request)? else {
        return Ok(());
    };
    let parameters = parameters(authentication);
    let is_form = (request.headers().get(CONTENT_TYPE))
        .is_some_and(|content_type| content_type.as_bytes().starts_with(FORM.as_bytes()));
    let encoded = match (is_form, encoding) {
        (false, BodyEncoding::Json) => extend_json(body, parameters)?,
        (false, BodyEncoding::Form) => {
            let form = HeaderValue::from_static(FORM);
            request.headers_mut().insert(CONTENT_TYPE, form);
            json_to_form(&body, parameters)?
        }
        // A form in the spec stays a form.
        (true, _) => extend_form(body, parameters),
    };
    *request.body_mut() = Some(Bytes::from_owner(encoded).into());
    Ok(())
}

type Buffer = Zeroizing<Vec<u8>>;

/// The client's parameters: at most `client_id` and `client_secret`.
type Parameters<'a> = [Option<(&'static str, &'a str)>; 2];

fn parameters(authentication: &Authentication) -> Parameters<'_> {
    match authentication {
        Authentication::None | Authentication::Header(_) => [None, None],
        Authentication::Body { id, secret } => [
            Some(("client_id", id)),
            (secret.as_ref()).map(|secret| ("client_secret", secret.as_str())),
        ],
    }
}

/// Takes the body that the generated code serialised, without copying it if this is the only owner.
fn take_body(request: &mut Request) -> Result<Option<Buffer>, &'static str> {
    let Some(mut body) = request.body_mut().take() else {
        return Ok(None);
    };
    // A buffered body is one frame, ready at once.
    match Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(None) => Ok(Some(Buffer::default())),
        Poll::Ready(Some(Ok(frame))) if body.is_end_stream() => match frame.into_data() {
            Ok(data) => Ok(Some(Zeroizing::new(Vec::from(data)))),
            Err(_) => Err("the body of the request holds no data"),
        },
        Poll::Ready(Some(_)) | Poll::Pending => Err("the body of the request is a stream"),
    }
}

const NOT_AN_OBJECT: &str =
    "the body of the request is not a JSON object: the client's parameters cannot be added";

fn extend_json(mut body: Buffer, parameters: Parameters<'_>) -> Result<Buffer, &'static str> {
    if parameters[0].is_none() {
        return Ok(body);
    }
    if body.pop() != Some(b'}') {
        return Err(NOT_AN_OBJECT);
    }
    let mut is_empty = body.last() == Some(&b'{');
    let mut extended = buffer_for(body.len() + 1, parameters, 6);
    extended.extend_from_slice(&body);
    for (name, value) in parameters.into_iter().flatten() {
        extended.extend_from_slice(if is_empty { b"\"" } else { b",\"" });
        extended.extend_from_slice(name.as_bytes());
        extended.extend_from_slice(b"\":");
        serde_json::to_writer(&mut *extended, value).map_err(|_| NOT_AN_OBJECT)?;
        is_empty = false;
    }
    extended.push(b'}');
    Ok(extended)
}

fn extend_form(body: Buffer, parameters: Parameters<'_>) -> Buffer {
    if parameters[0].is_none() {
        return body;
    }
    let mut extended = buffer_for(body.len(), parameters, 3);
    extended.extend_from_slice(&body);
    for (name, value) in parameters.into_iter().flatten() {
        // No parameter is sent twice (RFC 6749 §3.1).
        if !form_urlencoded::parse(&body).any(|(present, _)| present == name) {
            append(&mut extended, name, value);
        }
    }
    extended
}

/// A JSON object of strings, numbers and booleans as a form: the same members, in the same order.
fn json_to_form(body: &[u8], parameters: Parameters<'_>) -> Result<Buffer, &'static str> {
    // Percent-encoding turns one byte into at most three.
    let mut form = buffer_for(body.len() * 3, parameters, 3);
    let mut json = serde_json::Deserializer::from_slice(body);
    json.deserialize_map(Members(&mut form))
        .map_err(|_| "the body of the request cannot be a form: it holds more than strings, numbers and booleans")?;
    for (name, value) in parameters.into_iter().flatten() {
        append(&mut form, name, value);
    }
    Ok(form)
}

/// A buffer for a body of this length and the parameters, whose encoding turns one byte into at most
/// `growth`. It must not reallocate: that would leave a copy that is not zeroed.
fn buffer_for(length: usize, parameters: Parameters<'_>, growth: usize) -> Buffer {
    let parameters: usize = (parameters.iter().flatten())
        .map(|(name, value)| name.len() + value.len() * growth + 8)
        .sum();
    Zeroizing::new(Vec::with_capacity(length + parameters))
}

fn append(form: &mut Vec<u8>, name: &str, value: &str) {
    if !form.is_empty() {
        form.push(b'&');
    }
    push_encoded(form, name);
    form.push(b'=');
    push_encoded(form, value);
}

fn push_encoded(form: &mut Vec<u8>, text: &str) {
    for piece in form_urlencoded::byte_serialize(text.as_bytes()) {
        form.extend_from_slice(piece.as_bytes());
    }
}

/// Appends each member of an object to a form.
struct Members<'a>(&'a mut Vec<u8>);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = members.next_key()? {
            let form = &mut *self.0;
            members.next_value_seed(Value { form, name: &name })?;
        }
        Ok(())
    }
}

/// The name of a member, borrowed from the body if it has no escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Appends the value of one member, without copying it.
struct Value<'a> {
    form: &'a mut Vec<u8>,
    name: &'a str,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number or a boolean")
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        append(self.form, self.name, value);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        append(self.form, self.name, if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        append(self.form, self.name, &value.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        append(self.form, self.name, &value.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        append(self.form, self.name, &value.to_string());
        Ok(())
    }

    /// `null` is an absent parameter (RFC 6749 §3.1).
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;
    use http::Method;
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;

    /// Encodes a request, and returns its content type and body.
    fn encoded(
        content_type: &'static str,
        body: &'static str,
        encoding: BodyEncoding,
        authentication: &Authentication,
    ) -> Result<(String, String), &'static str> {
        let url = "http://localhost/".parse().unwrap();
        let mut request = Request::new(Method::POST, url);
        let header = HeaderValue::from_static(content_type);
        request.headers_mut().insert(CONTENT_TYPE, header);
        *request.body_mut() = Some(body.into());
        encode(&mut request, encoding, authentication)?;
        let body = request.body().unwrap().as_bytes().unwrap().to_vec();
        let content_type = request.headers()[CONTENT_TYPE].to_str().unwrap();
        Ok((content_type.to_owned(), String::from_utf8(body).unwrap()))
    }

    fn in_body() -> Authentication {
        Authentication::Body {
            id: "a&b".to_owned(),
            secret: Some(Zeroizing::new("c\"d é".to_owned())),
        }
    }

    #[test]
    fn json_gets_the_client_parameters_and_becomes_a_form_on_request() {
        #[track_caller]
        fn check(body: &'static str, authentication: &Authentication, json: &str, form: &str) {
            let found = |encoding| encoded("application/json", body, encoding, authentication);
            let expected = ("application/json".to_owned(), json.to_owned());
            assert_eq!(found(BodyEncoding::Json), Ok(expected));
            assert_eq!(
                found(BodyEncoding::Form),
                Ok((FORM.to_owned(), form.to_owned()))
            );
        }
        let none = Authentication::None;
        check(
            r#"{"token":"a+b"}"#,
            &none,
            r#"{"token":"a+b"}"#,
            "token=a%2Bb",
        );
        check(
            r#"{"t\u0061":"\u00e9 \"","n":-1,"u":7,"f":1.5,"yes":true,"no":false,"nothing":null}"#,
            &none,
            r#"{"t\u0061":"\u00e9 \"","n":-1,"u":7,"f":1.5,"yes":true,"no":false,"nothing":null}"#,
            "ta=%C3%A9+%22&n=-1&u=7&f=1.5&yes=true&no=false",
        );
        check(
            r#"{"token":"a"}"#,
            &in_body(),
            r#"{"token":"a","client_id":"a&b","client_secret":"c\"d é"}"#,
            "token=a&client_id=a%26b&client_secret=c%22d+%C3%A9",
        );
        check(
            "{}",
            &in_body(),
            r#"{"client_id":"a&b","client_secret":"c\"d é"}"#,
            "client_id=a%26b&client_secret=c%22d+%C3%A9",
        );
    }

    #[test]
    fn a_generated_form_stays_a_form() {
        for encoding in [BodyEncoding::Json, BodyEncoding::Form] {
            let body =
                |authentication| encoded(FORM, "code=a", encoding, authentication).unwrap().1;
            assert_eq!(body(&Authentication::None), "code=a");
            assert_eq!(
                body(&in_body()),
                "code=a&client_id=a%26b&client_secret=c%22d+%C3%A9"
            );
            let twice = encoded(FORM, "client_id=a%26b&code=a", encoding, &in_body());
            assert_eq!(
                twice.unwrap().1,
                "client_id=a%26b&code=a&client_secret=c%22d+%C3%A9"
            );
        }
    }

    #[test]
    fn bodies_that_cannot_be_encoded_are_refused() {
        for body in [r#"{"a":[1]}"#, r#"{"a":{}}"#, "[]", "7", ""] {
            let none = Authentication::None;
            let form = encoded("application/json", body, BodyEncoding::Form, &none);
            assert!(form.is_err(), "{body}: {form:?}");
        }
        for body in ["[]", "7"] {
            let json = encoded("application/json", body, BodyEncoding::Json, &in_body());
            assert!(json.is_err(), "{body}: {json:?}");
        }
    }

    #[test]
    fn a_streamed_body_is_refused() {
        let pieces = ["{\"token\":", "\"a\"}"]
            .map(|piece| Ok::<_, Infallible>(Frame::data(Bytes::from(piece))));
        let body = reqwest::Body::wrap(StreamBody::new(stream::iter(pieces)));
        let mut request = Request::new(Method::POST, "http://localhost/".parse().unwrap());
        *request.body_mut() = Some(body);
        let encoded = encode(&mut request, BodyEncoding::Json, &Authentication::None);
        assert_eq!(encoded, Err("the body of the request is a stream"));
    }

    #[test]
    fn a_request_without_a_body_is_unchanged() {
        let mut request = Request::new(Method::GET, "http://localhost/".parse().unwrap());
        encode(&mut request, BodyEncoding::Form, &in_body()).unwrap();
        assert!(request.body().is_none());
    }

    #[test]
    fn buffers_do_not_reallocate() {
        let body = format!(r#"{{"token":"{}"}}"#, "+".repeat(1000));
        let authentication = Authentication::Body {
            id: "\u{1}".repeat(1000),
            secret: None,
        };
        let parameters = parameters(&authentication);
        let room = body.len() * 3 + "client_id".len() + 1000 * 3 + 8;
        assert_eq!(
            json_to_form(body.as_bytes(), parameters)
                .unwrap()
                .capacity(),
            room
        );
        let room = body.len() + "client_id".len() + 1000 * 6 + 8;
        let json = extend_json(Zeroizing::new(body.into_bytes()), parameters);
        assert_eq!(json.unwrap().capacity(), room);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
#[path = "encode_zeroing.rs"]
mod zeroing;
