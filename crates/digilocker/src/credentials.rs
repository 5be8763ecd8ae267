//! How the client says who it is (RFC 6749 §2.3).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::Error;
use crate::redact::{self, Form};

/// What `application/x-www-form-urlencoded` leaves as it is. A space becomes `%20`, which every
/// decoder reads; `+` is read by form decoders only, and some servers use another for the header.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// The client's credentials, and the one way in which each request carries them.
///
/// `Debug` shows the way and the client id, never the secret. Secrets are zeroed on drop.
///
/// ```
/// # use digilocker::Credentials;
/// let credentials = Credentials::basic("client-id", "client-secret");
/// assert_eq!(format!("{credentials:?}"), r#"Credentials::basic("client-id", …)"#);
/// ```
#[derive(Clone)]
pub struct Credentials(Method);

#[derive(Clone)]
enum Method {
    Basic(String, Zeroizing<String>),
    BasicUnencoded(String, Zeroizing<String>),
    Body(String, Zeroizing<String>),
    Public(String),
}

impl Credentials {
    /// HTTP Basic as OAuth wants it: id and secret form-encoded each, then joined with `:` and
    /// base64-encoded (RFC 6749 §2.3.1). Any character is possible.
    ///
    /// ```
    /// # use digilocker::Credentials;
    /// let credentials = Credentials::basic("client-id", "s€cret: 100%");
    /// ```
    pub fn basic(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self(Method::Basic(id.into(), Zeroizing::new(secret.into())))
    }

    /// HTTP Basic without the form-encoding, for a server that does not decode it (RFC 7617). The
    /// id cannot hold a `:`, and neither part a control character: `build()` refuses those.
    ///
    /// ```
    /// # use digilocker::Credentials;
    /// let credentials = Credentials::basic_unencoded("client-id", "client+secret");
    /// ```
    pub fn basic_unencoded(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self(Method::BasicUnencoded(
            id.into(),
            Zeroizing::new(secret.into()),
        ))
    }

    /// `client_id` and `client_secret` as parameters of the body (RFC 6749 §2.3.1, which prefers
    /// Basic).
    ///
    /// ```
    /// # use digilocker::Credentials;
    /// let credentials = Credentials::body("client-id", "client-secret");
    /// ```
    pub fn body(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self(Method::Body(id.into(), Zeroizing::new(secret.into())))
    }

    /// A public client, which has no secret: `client_id` as a parameter of the body (RFC 6749 §2.1,
    /// RFC 7009 §2.1).
    ///
    /// ```
    /// # use digilocker::Credentials;
    /// let credentials = Credentials::public("client-id");
    /// ```
    pub fn public(id: impl Into<String>) -> Self {
        Self(Method::Public(id.into()))
    }

    /// What a request carries, computed once for a client.
    pub(crate) fn prepare(&self) -> Result<Authentication, Error> {
        match &self.0 {
            Method::Basic(id, secret) => {
                non_empty("client id", id)?;
                basic(&encoded_pair(id, secret))
            }
            Method::BasicUnencoded(id, secret) => {
                non_empty("client id", id)?;
                if id.contains(':') {
                    return Err(Error::config(
                        "a client id with a `:` cannot be sent unencoded (RFC 7617 §2): use `Credentials::basic`",
                    ));
                }
                if [id, secret.as_str()]
                    .iter()
                    .any(|part| part.contains(char::is_control))
                {
                    return Err(Error::config(
                        "credentials with a control character cannot be sent unencoded (RFC 7617 §2): use `Credentials::basic`",
                    ));
                }
                basic(&Zeroizing::new(format!("{id}:{}", secret.as_str())))
            }
            Method::Body(id, secret) => {
                non_empty("client id", id)?;
                // An empty parameter counts as absent (RFC 6749 §3.1).
                non_empty("client secret", secret)?;
                Ok(Authentication::Body {
                    id: id.clone(),
                    secret: Some(secret.clone()),
                })
            }
            Method::Public(id) => {
                non_empty("client id", id)?;
                Ok(Authentication::Body {
                    id: id.clone(),
                    secret: None,
                })
            }
        }
    }

    /// What must not come back in a server's words: the secret, and the pairs whose base64 a header
    /// holds.
    pub(crate) fn secrets(&self) -> Vec<Form> {
        let (id, secret) = match &self.0 {
            Method::Basic(id, secret)
            | Method::BasicUnencoded(id, secret)
            | Method::Body(id, secret) => (id, secret),
            Method::Public(_) => return Vec::new(),
        };
        let pair = Zeroizing::new(format!("{id}:{}", secret.as_str()));
        let mut forms: Vec<_> = [secret, &pair, &encoded_pair(id, secret)]
            .into_iter()
            .flat_map(|secret| redact::forms(secret))
            .collect();
        forms.sort_unstable_by(|one, other| one.as_slice().cmp(other));
        forms.dedup();
        forms
    }
}

/// Id and secret, form-encoded each (RFC 6749 §2.3.1).
fn encoded_pair(id: &str, secret: &str) -> Zeroizing<String> {
    let (id, secret) = (
        utf8_percent_encode(id, FORM),
        utf8_percent_encode(secret, FORM),
    );
    Zeroizing::new(format!("{id}:{secret}"))
}

fn non_empty(name: &str, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return Err(Error::config(format!("the {name} is empty")));
    }
    Ok(())
}

fn basic(pair: &str) -> Result<Authentication, Error> {
    let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
    let mut header = HeaderValue::from_str(&value)
        .map_err(|_| Error::config("the credentials cannot be sent in a header"))?;
    header.set_sensitive(true);
    Ok(Authentication::Header(header))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Method::Basic(id, _) => write!(f, "Credentials::basic({id:?}, …)"),
            Method::BasicUnencoded(id, _) => write!(f, "Credentials::basic_unencoded({id:?}, …)"),
            Method::Body(id, _) => write!(f, "Credentials::body({id:?}, …)"),
            Method::Public(id) => write!(f, "Credentials::public({id:?})"),
        }
    }
}

/// The client's credentials as a request carries them: one method, never two (RFC 6749 §2.3).
pub(crate) enum Authentication {
    None,
    /// The `Authorization` header.
    Header(HeaderValue),
    /// Parameters of the body.
    Body {
        id: String,
        secret: Option<Zeroizing<String>>,
    },
}
