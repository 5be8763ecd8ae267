//! The answer to a revocation that was carried out.

use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::answer::Receipt;

/// The token is no longer valid, and where it applies, neither are the others of its grant.
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
/// assert!(revoked.id().is_some());
/// assert!(revoked.created_at().is_some());
/// assert_eq!(revoked.attempts(), 1);
/// assert_eq!(revoked.status(), http::StatusCode::OK);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    id: Option<String>,
    created_at: Option<DateTime<Utc>>,
    attempts: u32,
    status: StatusCode,
}

impl Revoked {
    pub(crate) fn new(receipt: Receipt, attempts: u32, status: StatusCode) -> Self {
        let Receipt { id, created_at } = receipt;
        Self {
            id,
            created_at,
            attempts,
            status,
        }
    }

    /// The server's name for this revocation (`data.id`), where it sent one. At most 128 bytes.
    ///
    /// A 200 is a revocation whatever its body is (RFC 7009 §2.2), and so would be the page of a gateway
    /// that sends its refusals with a 200. Where such a gateway may stand between, take the absence of
    /// an id for a doubt: DigiLocker documents one in every success.
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Token};
    /// # use digilocker_mock::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let revoked = client.revoke(token).await?;
    /// assert!(revoked.id().is_some());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// When the server recorded the revocation (`data.created_at`), where it said.
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Token};
    /// # use digilocker_mock::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let revoked = client.revoke(token).await?;
    /// assert!(revoked.created_at().is_some());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.created_at
    }

    /// How many attempts it took. If more than one, an earlier one may have revoked the token.
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Token};
    /// # use digilocker_mock::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let revoked = client.revoke(token).await?;
    /// assert_eq!(revoked.attempts(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The HTTP status of the answer.
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Token};
    /// # use digilocker_mock::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let revoked = client.revoke(token).await?;
    /// assert_eq!(revoked.status(), http::StatusCode::OK);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}
