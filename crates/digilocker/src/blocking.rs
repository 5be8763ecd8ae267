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
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop;

use crate::{ClientBuilder, Environment, Error, Revoked, Token, TokenTypeHint, call};

/// Revokes tokens, on a thread that waits. Build it once and clone it where it is needed.
///
/// Clones share one background thread, which keeps the connections. The calls refuse to run within
/// an asynchronous task, whose thread must not wait: use [`digilocker::Client`](crate::Client)
/// there.
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
    /// As for the asynchronous call; and [`Config`](crate::ErrorKind::Config) within an asynchronous
    /// task.
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
        if is_in_task() {
            return Err(Error::config(
                "a blocking call within an asynchronous task: use `digilocker::Client`, or `spawn_blocking`",
            ));
        }
        let ended = || Error::config("the background thread has ended");
        let runtime = self.client.runtime.0.as_ref().ok_or_else(ended)?;
        let call = call::revoke(self.revoke);
        if Handle::try_current().is_err() {
            return runtime.block_on(call);
        }
        // Within another runtime, if not within a task of its, `block_on` may still panic (a future
        // can be `unconstrained`). Waiting for a channel never does.
        let (send, receive) = mpsc::channel();
        runtime.spawn(async move { send.send(call.await) });
        receive.recv().unwrap_or_else(|_| Err(ended()))
    }
}

/// Whether this thread is polling a task, and must not wait.
///
/// A thread of `spawn_blocking`, one within `block_in_place` and one that has only entered a runtime
/// belong to a runtime too, and may wait. Tokio tells them apart by what it limits: a task alone has a
/// budget of steps, after which it has to yield, and which can be spent and given back.
fn is_in_task() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(_gives_back_all) = coop::poll_proceed(&mut context) else {
        return true;
    };
    // No budget is larger: Tokio keeps it in a byte.
    (0..=u8::MAX).any(|_| match coop::poll_proceed(&mut context) {
        Poll::Ready(step) => {
            step.made_progress();
            false
        }
        Poll::Pending => true,
    })
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
