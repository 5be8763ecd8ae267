//! How the client authenticates (RFC 6749 §2.3).

use std::collections::HashMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::Error;
use crate::redact::Encodings;

/// The characters that `application/x-www-form-urlencoded` escapes. A space becomes `%20`, which every
/// decoder understands. `+` needs a form decoder, and some servers do not use one for the header.
const FORM_ESCAPES: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// The client's credentials, and the method by which requests carry them.
///
/// DigiLocker's partner specification asks for [`basic`](Self::basic). The published reference of the
/// endpoint shows no authentication.
///
/// `Debug` shows the method and the client id, never the secret. The secret is zeroed on drop; the
/// `Authorization` header is not.
///
/// In a configuration file, `method` is the name of a constructor.
///
/// ```
/// # use digilocker::Credentials;
/// let credentials = Credentials::basic("client-id", "s€cret: 100%");
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { method: Basic, id: "client-id", .. }"#);
///
/// let json = r#"{"method": "basic", "id": "client-id", "secret": "s€cret: 100%"}"#;
/// let configured: Credentials = serde_json::from_str(json)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    method: Method,
    id: String,
    secret: Option<Zeroizing<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    Basic,
    BasicUnencoded,
    Body,
    Public,
}

/// The credentials as a request carries them: in a header or in the body, never both (RFC 6749 §2.3).
#[derive(Default)]
pub(crate) struct Authentication {
    /// The `Authorization` header.
    pub(crate) header: Option<HeaderValue>,
    /// Parameters of the body.
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Zeroizing<String>>,
    /// What is redacted from server messages: the client secret, and the base64 of the pairs that a header may
    /// contain. The client id is not a secret: messages may show it.
    pub(crate) secrets: Encodings,
}

impl Credentials {
    /// HTTP Basic as OAuth defines it: id and secret are form-encoded, joined with `:` and
    /// base64-encoded (RFC 6749 §2.3.1).
    pub fn basic(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::new(Method::Basic, id.into(), Some(secret.into()))
    }

    /// HTTP Basic without the form-encoding, for a server that does not decode it (RFC 7617). The id
    /// cannot contain a `:`.
    pub fn basic_unencoded(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::new(Method::BasicUnencoded, id.into(), Some(secret.into()))
    }

    /// `client_id` and `client_secret` as parameters of the body (RFC 6749 §2.3.1, which prefers
    /// Basic).
    pub fn body(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::new(Method::Body, id.into(), Some(secret.into()))
    }

    /// A public client, which has no secret: `client_id` as a parameter of the body (RFC 6749 §2.1,
    /// RFC 7009 §2.1).
    pub fn public(id: impl Into<String>) -> Self {
        Self::new(Method::Public, id.into(), None)
    }

    fn new(method: Method, id: String, secret: Option<String>) -> Self {
        let secret = secret.map(Zeroizing::new);
        Self { method, id, secret }
    }

    /// The credentials as requests carry them, computed once per client.
    pub(crate) fn prepare(&self) -> Result<Authentication, Error> {
        let Self { method, id, secret } = self;
        check("client id", id)?;
        let mut authentication = Authentication::default();
        let Some(secret) = secret else {
            authentication.client_id = Some(id.clone());
            return Ok(authentication);
        };
        check("client secret", secret)?;
        let form_encoded = |text| utf8_percent_encode(text, FORM_ESCAPES);
        let encoded = Zeroizing::new(format!("{}:{}", form_encoded(id), form_encoded(secret)));
        let plain = Zeroizing::new(format!("{id}:{}", secret.as_str()));
        authentication.secrets = Encodings::of(secret);
        authentication.secrets.add_base64(&plain);
        if encoded != plain {
            authentication.secrets.add_base64(&encoded);
        }
        match method {
            Method::Basic => authentication.header = Some(basic(&encoded)?),
            Method::BasicUnencoded if id.contains(':') => {
                return Err(Error::config(
                    "a client id with a `:` cannot be sent unencoded (RFC 7617 §2): use `Credentials::basic`",
                ));
            }
            Method::BasicUnencoded => authentication.header = Some(basic(&plain)?),
            Method::Body | Method::Public => {
                authentication.client_id = Some(id.clone());
                authentication.client_secret = Some(secret.clone());
            }
        }
        Ok(authentication)
    }
}

/// Refuses values that no server registers. With the newline at the end of a mounted secret file, for
/// instance, every response would be a 401.
fn check(name: &str, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return Err(Error::config(format!("the {name} is empty")));
    }
    if let Some((at, character)) = value.char_indices().find(|(_, c)| c.is_control()) {
        return Err(Error::config(format!(
            "the {name} has a control character (U+{:04X}) at byte {at}: trim it first",
            u32::from(character)
        )));
    }
    Ok(())
}

/// The `Authorization` header (RFC 7617 §2).
fn basic(pair: &str) -> Result<HeaderValue, Error> {
    let base64 = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    let value = Zeroizing::new(format!("Basic {}", base64.as_str()));
    let mut header = HeaderValue::from_str(&value)
        .map_err(|_| Error::config("the credentials cannot be sent in a header"))?;
    header.set_sensitive(true);
    Ok(header)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("method", &self.method)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// `{method = "basic", id = "…", secret = "…"}`; `method` is `basic`, `basic_unencoded`, `body` or
/// `public`, which has no `secret`. The errors name the invalid member, and never quote a value.
impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let invalid = |reason: &str| D::Error::custom(format!("credentials: {reason}"));
        // The source error is dropped: it quotes the value, which may be the secret.
        let mut members = HashMap::<String, Value>::deserialize(deserializer)
            .map_err(|_| invalid("must be a map with `method`, `id` and `secret`"))?;
        let mut member = |name| match members.remove(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            // A file without quotation marks around digits.
            Some(Value::Number(digits)) if digits.is_u64() => Ok(Some(digits.to_string())),
            Some(Value::Null) | None => Ok(None),
            Some(_) => Err(invalid(&format!("`{name}` must be a string"))),
        };
        let (method, id, secret) = (member("method")?, member("id")?, member("secret")?);
        let method = method.map(|method| Method::deserialize(Value::String(method)));
        let reason = match (method, id, secret) {
            _ if !members.is_empty() => "there is a member other than `method`, `id` and `secret`",
            (None, ..) => "`method` is missing",
            (Some(Err(_)), ..) => "`method` must be `basic`, `basic_unencoded`, `body` or `public`",
            (Some(Ok(Method::Public)), _, Some(_)) => {
                "`secret` is set, but a `public` client has none"
            }
            (Some(Ok(method)), _, None) if method != Method::Public => "`secret` is missing",
            (_, None, _) => "`id` is missing",
            (Some(Ok(method)), Some(id), secret) => {
                let credentials = Self::new(method, id, secret);
                // `build()` checks this too, but only the deserializer can name the position in the file.
                credentials.prepare().map_err(D::Error::custom)?;
                return Ok(credentials);
            }
        };
        Err(invalid(reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Secrets;

    #[test]
    fn deserialization_errors_quote_no_secret() {
        #[track_caller]
        fn check(json: &str, expected: &str) {
            for error in [
                serde_json::from_str::<Credentials>(json).unwrap_err(),
                serde_json::from_value::<Credentials>(serde_json::from_str(json).unwrap())
                    .unwrap_err(),
            ] {
                let error = error.to_string();
                assert!(error.starts_with(expected), "{error}");
                assert!(!error.contains("123456789"), "{error}");
            }
        }
        check(
            r#"{"method": "basic", "id": "a", "secret": ["123456789"]}"#,
            "credentials: `secret` must be a string",
        );
        check(
            r#"{"method": "basic", "id": {"123456789": 1}, "secret": "b"}"#,
            "credentials: `id` must be a string",
        );
        check(
            r#"{"method": "basic", "id": "a", "secret": 123456789.5}"#,
            "credentials: `secret` must be a string",
        );
        check(
            r#"{"method": "123456789", "id": "a", "secret": "b"}"#,
            "credentials: `method` must be `basic`, `basic_unencoded`, `body` or `public`",
        );
        check(
            r#"{"method": "basic", "id": "a", "secret": "b", "123456789": "c"}"#,
            "credentials: there is a member other than `method`, `id` and `secret`",
        );
        check(
            r#"{"method": "basic", "id": "a"}"#,
            "credentials: `secret` is missing",
        );
        check(
            r#"{"id": "a", "secret": "123456789"}"#,
            "credentials: `method` is missing",
        );
        check(
            r#"{"method": "body", "secret": "123456789"}"#,
            "credentials: `id` is missing",
        );
        check(
            r#"{"method": "public", "id": "a", "secret": "123456789"}"#,
            "credentials: `secret` is set, but a `public` client has none",
        );
        for json in [r#""123456789""#, "123456789"] {
            check(
                json,
                "credentials: must be a map with `method`, `id` and `secret`",
            );
        }
        check(
            r#"{"method": "basic", "id": "a", "secret": "123456789\n"}"#,
            "invalid client configuration: the client secret has a control character (U+000A) at byte 9: trim it first",
        );
        check(
            r#"{"method": "basic", "id": "", "secret": "123456789"}"#,
            "invalid client configuration: the client id is empty",
        );
    }

    #[test]
    fn each_method_is_deserialized() {
        for (json, debug) in [
            (
                r#"{"method": "basic", "id": "a", "secret": "b"}"#,
                r#"Credentials { method: Basic, id: "a", .. }"#,
            ),
            (
                r#"{"secret": "b", "id": "a", "method": "basic_unencoded"}"#,
                r#"Credentials { method: BasicUnencoded, id: "a", .. }"#,
            ),
            (
                r#"{"method": "body", "id": "a", "secret": "b"}"#,
                r#"Credentials { method: Body, id: "a", .. }"#,
            ),
            (
                r#"{"method": "public", "id": "a", "secret": null}"#,
                r#"Credentials { method: Public, id: "a", .. }"#,
            ),
        ] {
            let credentials: Credentials = serde_json::from_str(json).unwrap();
            assert_eq!(format!("{credentials:?}"), debug);
        }
    }

    #[test]
    fn digits_are_accepted_as_text() {
        let json = r#"{"method": "body", "id": 7, "secret": 123456789}"#;
        let credentials: Credentials = serde_json::from_str(json).unwrap();
        let secret = credentials.secret.as_ref().map(|secret| secret.as_str());
        assert_eq!((&*credentials.id, secret), ("7", Some("123456789")));
    }

    #[test]
    fn invalid_credentials_are_refused() {
        #[track_caller]
        fn check(credentials: &Credentials, expected: &str) {
            let error = credentials.prepare().err().unwrap().to_string();
            let detail = error
                .strip_prefix("invalid client configuration: ")
                .unwrap();
            assert_eq!(detail, expected);
        }
        check(&Credentials::basic("", "b"), "the client id is empty");
        check(&Credentials::public(""), "the client id is empty");
        check(&Credentials::body("a", ""), "the client secret is empty");
        check(
            &Credentials::public("a\u{7f}"),
            "the client id has a control character (U+007F) at byte 1: trim it first",
        );
        check(
            &Credentials::basic_unencoded("a:b", "c"),
            "a client id with a `:` cannot be sent unencoded (RFC 7617 §2): use `Credentials::basic`",
        );
    }

    #[test]
    fn each_encoding_of_the_secret_is_redacted_but_not_the_id() {
        const ID: &str = "client-id: 1";
        const SECRET: &str = "client-secret: 1234";
        let encoded = "client%2Did%3A%201:client%2Dsecret%3A%201234".replace("%2D", "-");
        for credentials in [
            Credentials::basic(ID, SECRET),
            Credentials::body(ID, SECRET),
        ] {
            let secrets = credentials.prepare().unwrap().secrets;
            let redact = |text: &str| Secrets::new(&secrets, "").redact(text.to_owned(), 1024);
            for echo in [
                SECRET.to_owned(),
                STANDARD
                    .encode(format!("{ID}:{SECRET}"))
                    .trim_end_matches('=')
                    .to_owned(),
                STANDARD.encode(&encoded).trim_end_matches('=').to_owned(),
            ] {
                assert_eq!(redact(&format!("no {echo}")), "no [redacted]", "{echo}");
            }
            assert_eq!(redact(ID), ID);
        }
        let public = Credentials::public(ID).prepare().unwrap().secrets;
        assert_eq!(Secrets::new(&public, "").redact(ID.to_owned(), 1024), ID);
    }
}
