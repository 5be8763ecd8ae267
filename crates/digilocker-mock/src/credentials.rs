//! Client authentication (RFC 6749 section 2.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::body::Parameters;
use crate::contract::Contract;
use crate::dialect::Refusal;
use crate::violation::Violation;

/// The scheme of HTTP Basic, with the separator.
const SCHEME: &[u8] = b"basic ";

/// The one client of a sandbox, and how it may authenticate in addition to the two methods with a secret.
#[derive(Clone, Default)]
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) secret: String,
    /// A client id alone is accepted.
    pub(crate) public: bool,
    /// A request without credentials is accepted.
    pub(crate) optional: bool,
    /// HTTP Basic without form-encoding is accepted too.
    pub(crate) raw_basic: bool,
}

impl Registered {
    /// The method of authentication, as in [`Exchange::authentication`](crate::Exchange::authentication),
    /// and whether the client is accepted. `parameters` is `None` if the body could not be decoded.
    pub(crate) fn check(
        &self,
        headers: &HeaderMap,
        parameters: Option<&Parameters>,
        violations: &mut Vec<Violation>,
    ) -> (&'static str, Result<(), Refusal>) {
        let security = || Some(Contract::get().security_location.clone());
        let mut refuse = |what: &str, location| {
            violations.push(Violation::new(what, location));
            ("other", Err(Refusal::InvalidRequest))
        };
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let header = values.next();
        if values.next().is_some() {
            return refuse("`Authorization` is given more than once", security());
        }
        let id = parameters.and_then(|parameters| parameters.client_id.as_ref());
        let secret = parameters.and_then(|parameters| parameters.client_secret.as_ref());
        for (name, value) in [("client_id", id), ("client_secret", secret)] {
            if value.is_some_and(|value| !value.is_string()) {
                return refuse(&format!("`{name}` is not a string"), None);
            }
        }
        let is_id = |id: &Value| *id == self.id;
        let (method, accepted) = match (header, id, secret) {
            (Some(_), _, Some(_)) => {
                let what = "the client authenticates twice, by header and by body \
                            (RFC 6749 section 2.3)";
                return refuse(what, security());
            }
            (Some(header), ..) if !is_basic(header.as_bytes()) => {
                let what = "the scheme of `Authorization` is not in the spec: use `Basic`";
                violations.push(Violation::new(what, security()));
                ("other", false)
            }
            (Some(header), id, None) => {
                let is_client = id.is_none_or(is_id) && self.basic(header.as_bytes(), violations);
                ("basic", is_client)
            }
            (None, None, Some(_)) => {
                return refuse("`client_secret` comes without `client_id`", None);
            }
            (None, Some(id), Some(secret)) => ("body", is_id(id) && *secret == self.secret),
            (None, Some(id), None) => ("public", (self.public || self.optional) && is_id(id)),
            (None, None, None) if parameters.is_none() => ("unknown", self.optional),
            (None, None, None) => ("none", self.optional),
        };
        (method, accepted.then_some(()).ok_or(Refusal::InvalidClient))
    }

    fn basic(&self, header: &[u8], violations: &mut Vec<Violation>) -> bool {
        let location = Contract::get().basic.clone();
        let decoded = STANDARD.decode(header[SCHEME.len()..].trim_ascii());
        let decoded = String::from_utf8(decoded.unwrap_or_default()).unwrap_or_default();
        let Some((id, secret)) = decoded.split_once(':') else {
            let what = "`Authorization` is not base64 of `id:secret`";
            violations.push(Violation::new(what, location));
            return false;
        };
        if form_decode(id) == self.id && form_decode(secret) == self.secret {
            return true;
        }
        // An id that is not encoded may contain a colon: compare the whole text.
        let is_raw = decoded == format!("{}:{}", self.id, self.secret);
        if is_raw && !self.raw_basic {
            let what = "the id and the secret in `Authorization` are not form-encoded \
                        (RFC 6749 section 2.3.1)";
            violations.push(Violation::new(what, location));
        }
        is_raw && self.raw_basic
    }
}

fn is_basic(header: &[u8]) -> bool {
    let scheme = header.get(..SCHEME.len());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
}

/// Decodes form-encoding, in which a space is `+` or `%20`.
fn form_decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}
