//! Who the client is (RFC 6749 section 2.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::body::Parameters;
use crate::refusal::Refusal;

/// The client that a sandbox knows, and the ways in which it may show itself.
#[derive(Clone)]
pub(crate) struct Authentication {
    pub(crate) id: String,
    pub(crate) secret: String,
    /// A client id alone will do.
    pub(crate) public: bool,
    /// Nothing at all will do.
    pub(crate) optional: bool,
    /// HTTP Basic without the form-encoding will do, too.
    pub(crate) raw_basic: bool,
}

impl Authentication {
    /// Checks the one way in which the request authenticates.
    pub(crate) fn check(
        &self,
        headers: &HeaderMap,
        parameters: &Parameters,
        findings: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let header = values.next();
        if values.next().is_some() {
            findings.push("`Authorization` is given more than once".into());
            return Err(Refusal::INVALID_REQUEST);
        }
        let id = parameters.client_id.as_deref();
        let accepted = match (header, id, parameters.client_secret.as_deref()) {
            (Some(_), _, Some(_)) => {
                findings.push(
                    "the client authenticates twice, by header and by body \
                     (RFC 6749 section 2.3)"
                        .into(),
                );
                return Err(Refusal::INVALID_REQUEST);
            }
            (Some(header), id, None) => {
                if id.is_some_and(|id| id != self.id) {
                    return Err(Refusal::INVALID_CLIENT);
                }
                self.basic(header.as_bytes(), findings)
            }
            (None, None, Some(_)) => {
                findings.push("`client_secret` comes without `client_id`".into());
                return Err(Refusal::INVALID_REQUEST);
            }
            (None, Some(id), Some(secret)) => id == self.id && secret == self.secret,
            (None, Some(id), None) => (self.public || self.optional) && id == self.id,
            (None, None, None) => self.optional,
        };
        if accepted {
            Ok(())
        } else {
            Err(Refusal::INVALID_CLIENT)
        }
    }

    fn basic(&self, header: &[u8], findings: &mut Vec<String>) -> bool {
        let (scheme, credentials) = header.split_at(header.len().min(6));
        if !scheme.eq_ignore_ascii_case(b"basic ") {
            findings.push("the scheme of `Authorization` is not in the spec: use `Basic`".into());
            return false;
        }
        let decoded = STANDARD.decode(credentials.trim_ascii()).ok();
        let Some((id, secret)) = decoded.as_deref().and_then(split_at_colon) else {
            findings.push("`Authorization` does not hold base64 of `id:secret`".into());
            return false;
        };
        if unescape(id) == self.id && unescape(secret) == self.secret {
            return true;
        }
        // A raw id may hold a colon: compare the whole.
        let raw = format!("{}:{}", self.id, self.secret);
        let is_raw = decoded.as_deref() == Some(raw.as_bytes());
        if is_raw && !self.raw_basic {
            findings.push(
                "the id and the secret in `Authorization` are not form-encoded \
                 (RFC 6749 section 2.3.1)"
                    .into(),
            );
        }
        is_raw && self.raw_basic
    }
}

fn split_at_colon(credentials: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = credentials.iter().position(|byte| *byte == b':')?;
    Some((&credentials[..colon], &credentials[colon + 1..]))
}

/// Undoes form-encoding, in which a space is `+` or `%20`.
fn unescape(text: &[u8]) -> String {
    // `&` and `=` must not separate here: in a form-encoded text they are escaped.
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
