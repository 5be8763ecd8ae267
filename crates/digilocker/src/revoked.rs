//! The result of a successful revocation.

use chrono::{DateTime, Utc};
use http::StatusCode;

/// The token is no longer valid and, where it applies, neither are the other tokens of its grant.
///
/// A 200 means that the token was revoked, whatever its body is (RFC 7009 §2.2). A gateway that responds
/// with 200 to everything therefore looks like a success: if there may be one in front of DigiLocker, check
/// [`is_confirmed`](Self::is_confirmed).
///
/// ```
/// # use digilocker::{Client, Token};
/// # use digilocker_mock::Sandbox;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = Sandbox::start_async().await;
/// # let client = Client::builder(sandbox.base_url().parse()?)
/// #     .credentials(digilocker::Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
/// #     .build()?;
/// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
/// let revoked = client.revoke(token).await?;
/// assert!(revoked.is_confirmed());
/// assert!(revoked.id().is_some());
/// assert!(revoked.created_at().is_some());
/// assert_eq!(revoked.attempts(), 1);
/// assert_eq!(revoked.status(), digilocker::http::StatusCode::OK);
/// assert_eq!(revoked.request_id(), None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    pub(crate) id: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) is_confirmed: bool,
    pub(crate) attempts: u32,
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
}

impl Revoked {
    /// The server's id of this revocation (`data.id`), redacted. At most 128 bytes. `None` if the response
    /// has none.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// When the server recorded the revocation (`data.created_at`). `None` if the response has none.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.created_at
    }

    /// Whether the body confirms that the token was revoked: the documented success, or `"revoked": true`.
    /// If not, only the status does.
    pub fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// The number of attempts. If it is more than one, an earlier attempt may have revoked the token.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The HTTP status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The request id that the server or a gateway assigned, for support tickets: the `X-Request-Id`
    /// header or a similar one, redacted. At most 128 bytes. `None` if the response has none.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
