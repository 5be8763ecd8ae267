//! The same client for code that does not await.
//!
//! ```
//! use digilocker::{Credentials, Token, blocking};
//! # use digilocker_mock::Sandbox;
//! # let sandbox = Sandbox::start();
//! # let grant = sandbox.issue_grant();
//!
//! let client = blocking::Client::builder(sandbox.base_url().parse()?)
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .build()?;
//! client.revoke(Token::new(grant.refresh_token())?).send()?;
//! assert!(!sandbox.is_live(grant.access_token()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::error::Report;
use crate::{
    ClientBuilder, Environment, Error, ErrorKind, Revoked, Token, TokenState, TokenTypeHint, call,
    trace,
};

/// Revokes tokens, on a thread that waits. Build it once and clone it where it is needed.
///
/// Clones share one background thread, which makes the calls. They can be waited for anywhere, within
/// `spawn_blocking` too; but a task that waits holds up its runtime's thread: there, use
/// [`digilocker::Client`](crate::Client).
///
/// ```
/// # use digilocker::{Environment, blocking};
/// let client = blocking::Client::builder(Environment::Beta).build()?;
/// # Ok::<(), digilocker::Error>(())
/// ```
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    runtime: Arc<Background>,
}

/// A runtime that can be dropped anywhere, also within an asynchronous task.
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// A builder of a client for this environment.
    ///
    /// ```
    /// # use digilocker::{Environment, blocking};
    /// let client = blocking::Client::builder(Environment::Production).build()?;
    /// # Ok::<(), digilocker::Error>(())
    /// ```
    pub fn builder(environment: Environment) -> ClientBuilder<Self> {
        ClientBuilder::new(environment)
    }

    /// Revokes one token, once it is sent. See [`digilocker::Client::revoke`](crate::Client::revoke).
    ///
    /// ```
    /// # use digilocker::{Credentials, Token, blocking};
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # let client = blocking::Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let revoked = client.revoke(token).send()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn revoke(&self, token: Token) -> Revoke<'_> {
        Revoke {
            client: self,
            revoke: self.client.revoke(token),
        }
    }
}

impl ClientBuilder<Client> {
    /// Builds the client. No connection is made yet.
    ///
    /// # Errors
    ///
    /// As for the asynchronous client, and if the system gives no thread.
    ///
    /// ```
    /// # use digilocker::{Environment, blocking};
    /// let client = blocking::Client::builder(Environment::Beta).build()?;
    /// # Ok::<(), digilocker::Error>(())
    /// ```
    pub fn build(self) -> Result<Client, Error> {
        let client = crate::Client::new(Arc::new(self.shared()?));
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("digilocker")
            .enable_all()
            .build()
            .map_err(|cause| Error::config(format!("no background thread: {cause}")))?;
        Ok(Client {
            client,
            runtime: Arc::new(Background(Some(runtime))),
        })
    }
}

/// One revocation, to be sent. Made by [`Client::revoke`].
///
/// ```
/// # use std::time::Duration;
/// # use digilocker::{Credentials, Token, TokenTypeHint, blocking};
/// # use digilocker_mock::Sandbox;
/// # let sandbox = Sandbox::start();
/// # let client = blocking::Client::builder(sandbox.base_url().parse()?)
/// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
/// #     .build()?;
/// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
/// let revoked = client
///     .revoke(token)
///     .hint(TokenTypeHint::RefreshToken)
///     .timeout(Duration::from_secs(3))
///     .send()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is revoked until this is sent"]
pub struct Revoke<'a> {
    client: &'a Client,
    revoke: crate::Revoke,
}

impl Revoke<'_> {
    /// What kind of token it is. Defaults to none.
    ///
    /// ```
    /// # use digilocker::{Credentials, Token, TokenTypeHint, blocking};
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # let client = blocking::Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// client.revoke(token).hint(TokenTypeHint::AccessToken).send()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.revoke = self.revoke.hint(hint);
        self
    }

    /// How long this call may take: all attempts and the waits between them. Defaults to the
    /// client's [`timeout`](ClientBuilder::timeout).
    ///
    /// ```
    /// # use digilocker::{Credentials, Token, TokenTypeHint, blocking};
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # let client = blocking::Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// client.revoke(token).timeout(std::time::Duration::from_secs(3)).send()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.revoke = self.revoke.timeout(timeout);
        self
    }

    /// Makes the call, and waits for its end.
    ///
    /// # Errors
    ///
    /// As for the asynchronous call.
    ///
    /// ```
    /// # use digilocker::{Credentials, Token, TokenTypeHint, blocking};
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # let client = blocking::Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let revoked = client.revoke(token).send()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(self) -> Result<Revoked, Error> {
        // Not `block_on`, which panics within an asynchronous task, and cannot tell one from
        // `spawn_blocking`.
        let (ended, end) = mpsc::sync_channel(1);
        let call = call::revoke(self.revoke);
        if let Some(runtime) = &self.client.runtime.0 {
            runtime.spawn(trace::from_here(async move {
                let _ = ended.send(call.await);
            }));
        }
        end.recv().unwrap_or_else(|_| {
            let report = Report::new(ErrorKind::Protocol, TokenState::Unknown, false);
            Err(report.detail("the background thread ended").into())
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
