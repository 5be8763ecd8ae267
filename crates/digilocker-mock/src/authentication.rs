//! Client authentication (RFC 6749 section 2.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::body::Parameters;
use crate::contract::Contract;
use crate::findings::Findings;
use crate::refusal::Refusal;

/// The scheme of HTTP Basic, with the separator.
const SCHEME: &[u8] = b"basic ";

/// The credentials of the one client, and the accepted methods of authentication.
pub(crate) struct Authentication {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) accepts: Accepts,
}

/// Methods of authentication that are accepted in addition to the two with a secret.
#[derive(Clone, Copy, Default)]
pub(crate) struct Accepts {
    /// A client id alone is accepted.
    pub(crate) public: bool,
    /// A request without credentials is accepted.
    pub(crate) optional: bool,
    /// HTTP Basic without form-encoding is accepted too.
    pub(crate) raw_basic: bool,
}

impl Authentication {
    /// Checks the credentials of a request.
    pub(crate) fn check(
        &self,
        headers: &HeaderMap,
        parameters: &Parameters,
        findings: &mut Findings,
    ) -> Result<(), Refusal> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let header = values.next();
        if values.next().is_some() {
            findings.add("`Authorization` is given more than once", security());
            return Err(Refusal::InvalidRequest);
        }
        let id = parameters.client_id.as_deref();
        let accepted = match (header, id, parameters.client_secret.as_deref()) {
            (Some(_), _, Some(_)) => {
                let what = "the client authenticates twice, by header and by body \
                            (RFC 6749 section 2.3)";
                findings.add(what, security());
                return Err(Refusal::InvalidRequest);
            }
            (Some(header), id, None) => {
                if id.is_some_and(|id| id != self.id) {
                    return Err(Refusal::InvalidClient);
                }
                self.basic(header.as_bytes(), findings)
            }
            (None, None, Some(_)) => {
                findings.add("`client_secret` comes without `client_id`", None);
                return Err(Refusal::InvalidRequest);
            }
            (None, Some(id), Some(secret)) => id == self.id && secret == self.secret,
            (None, Some(id), None) => {
                (self.accepts.public || self.accepts.optional) && id == self.id
            }
            (None, None, None) => self.accepts.optional,
        };
        if accepted {
            Ok(())
        } else {
            Err(Refusal::InvalidClient)
        }
    }

    fn basic(&self, header: &[u8], findings: &mut Findings) -> bool {
        let basic = Contract::get().basic().map(str::to_owned);
        if !is_basic(header) {
            let what = "the scheme of `Authorization` is not in the spec: use `Basic`";
            findings.add(what, security());
            return false;
        }
        let decoded = STANDARD.decode(header[SCHEME.len()..].trim_ascii()).ok();
        let Some((id, secret)) = decoded.as_deref().and_then(split_at_colon) else {
            let what = "`Authorization` is not base64 of `id:secret`";
            findings.add(what, basic);
            return false;
        };
        if unescape(id) == self.id && unescape(secret) == self.secret {
            return true;
        }
        // An id that is not encoded may contain a colon: compare the whole text.
        let raw = format!("{}:{}", self.id, self.secret);
        let is_raw = decoded.as_deref() == Some(raw.as_bytes());
        if is_raw && !self.accepts.raw_basic {
            let what = "the id and the secret in `Authorization` are not form-encoded \
                        (RFC 6749 section 2.3.1)";
            findings.add(what, basic);
        }
        is_raw && self.accepts.raw_basic
    }
}

fn is_basic(header: &[u8]) -> bool {
    let scheme = header.get(..SCHEME.len());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
}

fn security() -> String {
    Contract::get().security_location().to_owned()
}

/// The method of authentication of a request, whether or not its credentials are right. `parameters` is
/// `None` if the body could not be decoded.
pub(crate) fn method_of(headers: &HeaderMap, parameters: Option<&Parameters>) -> &'static str {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let id = parameters.is_some_and(|parameters| parameters.client_id.is_some());
    let secret = parameters.is_some_and(|parameters| parameters.client_secret.is_some());
    match (values.next(), values.next()) {
        (Some(header), None) if !secret && is_basic(header.as_bytes()) => "basic",
        (Some(_), _) => "other",
        (None, _) if parameters.is_none() => "unknown",
        (None, _) => match (id, secret) {
            (true, true) => "body",
            (true, false) => "public",
            (false, true) => "other",
            (false, false) => "none",
        },
    }
}

fn split_at_colon(credentials: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = credentials.iter().position(|byte| *byte == b':')?;
    Some((&credentials[..colon], &credentials[colon + 1..]))
}

/// Decodes form-encoding, in which a space is `+` or `%20`.
fn unescape(text: &[u8]) -> String {
    // Escaped for the parser, which would split the text at `&` and `=`.
    let escaped: Vec<u8> = text
        .iter()
        .flat_map(|byte| match byte {
            b'&' => b"%26".to_vec(),
            b'=' => b"%3D".to_vec(),
            other => vec![*other],
        })
        .collect();
    form_urlencoded::parse(&escaped)
        .map(|(name, _)| name.into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn unescaping_drops_nothing() {
        assert_eq!(unescape(b"a+b%20c%2B%E2%82%AC"), "a b c+€");
        assert_eq!(unescape(b"a&b=c&&=d"), "a&b=c&&=d");
        assert_eq!(unescape(b"100%"), "100%");
    }
}
