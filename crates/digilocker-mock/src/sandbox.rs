//! The stand-in itself.

use std::fmt::{self, Write};
use std::sync::Arc;

use crate::builder::SandboxBuilder;
use crate::fault::Fault;
use crate::grants::Grant;
use crate::server::Server;
use crate::state::State;
use crate::violation::Violation;

/// A stand-in for DigiLocker's revocation endpoint, on a loopback port of its own.
///
/// It revokes whole grants, knows the credentials of its one client in every form that RFC 6749
/// has (HTTP Basic, parameters in the body), takes JSON and forms, answers 400 for a token that is
/// unknown or revoked already, and holds every request against the spec. Every sandbox has a state
/// of its own; dropping it closes its port and its connections.
///
/// See the [crate's documentation](crate) for a tour.
///
/// ```
/// use digilocker_mock::Sandbox;
///
/// let sandbox = Sandbox::start();
/// let grant = sandbox.issue_grant();
/// assert!(sandbox.is_live(grant.access_token()));
/// sandbox.verify();
/// ```
pub struct Sandbox {
    state: Arc<State>,
    base_url: String,
    /// `None` in a handle.
    _server: Option<Server>,
}

impl Sandbox {
    pub(crate) fn new(state: Arc<State>, server: Server) -> Self {
        Self {
            state,
            base_url: server.base_url(),
            _server: Some(server),
        }
    }

    /// A value with the same state whose drop stops nothing.
    pub(crate) fn handle(state: Arc<State>, base_url: String) -> Self {
        Self {
            state,
            base_url,
            _server: None,
        }
    }

    /// Starts a sandbox. It listens when this returns.
    ///
    /// # Panics
    ///
    /// If the system gives no port or no thread.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::start();
    /// ```
    #[must_use = "a sandbox stops when it is dropped"]
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// As [`start`](Self::start), in the words of an async test.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let sandbox = Sandbox::start_async().await;
    /// assert_eq!(sandbox.requests(), 0);
    /// # });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub async fn start_async() -> Self {
        Self::builder().start_async().await
    }

    /// Sets up a sandbox that is not the usual one.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().unknown_tokens_succeed().start();
    /// ```
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    /// Where it listens: scheme, address and port, with no slash at the end.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
    /// ```
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The id of the one client that it knows.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// assert!(sandbox.client_id().starts_with("client-"));
    /// ```
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.state.rules.authentication.id
    }

    /// The secret of the one client that it knows.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// assert!(!format!("{sandbox:?}").contains(sandbox.client_secret()));
    /// ```
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.state.rules.authentication.secret
    }

    /// Issues a grant to the client, with two new tokens.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// let grant = sandbox.issue_grant();
    /// assert_ne!(grant.access_token(), grant.refresh_token());
    /// ```
    #[must_use = "nobody else knows the tokens of the grant"]
    pub fn issue_grant(&self) -> Grant {
        self.state.ledger().grants.issue()
    }

    /// Whether the token could still be used by someone. One that was never issued could not.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// assert!(sandbox.is_live(sandbox.issue_grant().refresh_token()));
    /// assert!(!sandbox.is_live("made up"));
    /// ```
    #[must_use]
    pub fn is_live(&self, token: &str) -> bool {
        self.state.ledger().grants.is_live(token)
    }

    /// Lets the next revocation request meet the fault. Faults queue up, first in, first out; a
    /// request to another path or with another method meets none.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// sandbox.fail_next(Fault::status(503).times(2)); // the next two requests
    /// sandbox.fail_next(Fault::disconnect()); // and the one after them
    /// ```
    pub fn fail_next(&self, fault: Fault) {
        self.state.ledger().faults.push(fault);
    }

    /// From now on, lets a share of the revocation requests meet the fault, whenever
    /// [`fail_next`](Self::fail_next) has nothing for them. A second call replaces the first; a
    /// ratio of 0 ends it.
    ///
    /// Whether the first, second, third … request is hit is a function of the seed: the same seed
    /// hits the same number of requests, in the same places, in any order of their arrival.
    ///
    /// # Panics
    ///
    /// If the ratio is not from 0 to 1.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// sandbox.fail_randomly(42, 1.0 / 3.0, Fault::status(503));
    /// ```
    #[track_caller]
    pub fn fail_randomly(&self, seed: u64, ratio: f64, fault: Fault) {
        assert!(
            (0.0..=1.0).contains(&ratio),
            "a ratio is from 0 to 1: {ratio}"
        );
        self.state.ledger().faults.randomly(seed, ratio, fault);
    }

    /// How many requests have arrived, good and bad, retries included.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// assert_eq!(sandbox.requests(), 0);
    /// ```
    #[must_use]
    pub fn requests(&self) -> usize {
        self.state.ledger().requests
    }

    /// Everything that was wrong with the requests so far, in the order of their arrival.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// reqwest::blocking::get(sandbox.base_url())?;
    /// assert_eq!(sandbox.violations()[0].to_string(), "request 1: path `/` is not in the spec");
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.state.ledger().violations.clone()
    }

    /// Ends a test: was every request as the spec has it? Wrong credentials and unknown tokens are
    /// no offence.
    ///
    /// # Panics
    ///
    /// If a request broke the spec; the message lists all that did, without tokens and secrets.
    ///
    /// ```should_panic
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # reqwest::blocking::get(sandbox.base_url()).unwrap();
    /// sandbox.verify(); // panics: path `/` is not in the spec
    /// ```
    #[track_caller]
    pub fn verify(&self) {
        let violations = self.violations();
        if violations.is_empty() {
            return;
        }
        let mut list = String::new();
        for violation in &violations {
            let _ = write!(list, "\n  {violation}");
        }
        panic!("the sandbox saw requests that break the spec:{list}");
    }
}

/// Without the client's secret and without tokens.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url)
            .field("client_id", &self.client_id())
            .field("requests", &self.requests())
            .finish_non_exhaustive()
    }
}
