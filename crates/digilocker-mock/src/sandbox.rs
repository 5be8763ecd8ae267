//! A running sandbox.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::contract::Contract;
use crate::coverage::Coverage;
use crate::error::SandboxError;
use crate::exchange::Exchange;
use crate::fault::{Fault, Schedule};
use crate::grants::{Grant, GrantStatus};
use crate::server::Server;
use crate::state::{Shared, State};

/// A mock of DigiLocker's revocation endpoint, on its own loopback port.
///
/// It revokes whole grants, authenticates its one client by HTTP Basic or by parameters in the body,
/// accepts JSON and forms, responds with 400 to a token that is unknown or already revoked, and
/// validates each request against the spec. Sandboxes share no state. Dropping one closes its port
/// and its connections.
///
/// See the [crate documentation](crate) for examples.
pub struct Sandbox {
    shared: Arc<Shared>,
    /// `None` in a handle.
    _server: Option<Server>,
}

#[expect(clippy::must_use_candidate, reason = "plain accessors")]
impl Sandbox {
    pub(crate) fn new(shared: Arc<Shared>, server: Option<Server>) -> Self {
        Self {
            shared,
            _server: server,
        }
    }

    /// Scheme, address and port, without a slash at the end. Loopback if the sandbox listens on all
    /// addresses. [`SandboxBuilder::public_url`](crate::SandboxBuilder::public_url) replaces it.
    pub fn base_url(&self) -> &str {
        &self.shared.config.base_url
    }

    /// The address that the sandbox listens on.
    pub fn address(&self) -> SocketAddr {
        self.shared.config.address
    }

    /// The URL of the revocation endpoint: the base URL and the spec's path.
    pub fn endpoint(&self) -> String {
        format!("{}{}", self.base_url(), Contract::get().path)
    }

    /// The id of the one client.
    pub fn client_id(&self) -> &str {
        &self.shared.config.client.id
    }

    /// The secret of the one client.
    pub fn client_secret(&self) -> &str {
        &self.shared.config.client.secret
    }

    /// Issues a grant with two new tokens.
    #[must_use = "the grant contains its tokens"]
    pub fn issue_grant(&self) -> Grant {
        self.shared.update(|state| state.grants.issue())
    }

    /// Issues many grants at once.
    #[must_use = "the grants contain their tokens"]
    pub fn issue_grants(&self, count: usize) -> Vec<Grant> {
        let issue = |state: &mut State| (0..count).map(|_| state.grants.issue()).collect();
        self.shared.update(issue)
    }

    /// Issues a grant with these tokens.
    ///
    /// # Panics
    ///
    /// If the grant cannot be issued; see [`try_issue_grant_with`](Self::try_issue_grant_with).
    #[track_caller]
    pub fn issue_grant_with(&self, access: impl Into<String>, refresh: impl Into<String>) -> Grant {
        match self.try_issue_grant_with(access, refresh) {
            Ok(grant) => grant,
            Err(error) => panic!("cannot issue the grant: {error}"),
        }
    }

    /// As [`issue_grant_with`](Self::issue_grant_with), without the panic.
    ///
    /// # Errors
    ///
    /// If a token is invalid by the spec or already issued, or if both are equal.
    pub fn try_issue_grant_with(
        &self,
        access: impl Into<String>,
        refresh: impl Into<String>,
    ) -> Result<Grant, SandboxError> {
        let tokens = [access.into(), refresh.into()];
        self.shared.update(|state| {
            let grant = state.grants.issue_with(tokens)?;
            state.secrets.insert(grant.access_token());
            state.secrets.insert(grant.refresh_token());
            Ok(grant)
        })
    }

    /// The last issued grants, in the order of issue; all of them with [`usize::MAX`].
    pub fn last_grants(&self, limit: usize) -> Vec<GrantStatus> {
        self.shared.read(|state| state.grants.last(limit))
    }

    /// How many grants are live.
    pub fn live_grants(&self) -> usize {
        self.shared.read(|state| state.grants.live)
    }

    /// Whether the token can still be used. `false` for one that was never issued.
    pub fn is_live(&self, token: &str) -> bool {
        self.shared.read(|state| state.grants.is_live(token))
    }

    /// Makes the next revocation request fail with the fault. Faults queue up, first in, first out.
    /// Requests with another path or method get none.
    pub fn fail_next(&self, fault: Fault) {
        self.shared.update(|state| state.faults.push(fault));
    }

    /// Makes a share of the revocation requests fail with the fault, if no fault of
    /// [`fail_next`](Self::fail_next) applies. A second call replaces the first.
    ///
    /// The seed determines which requests fail.
    ///
    /// # Panics
    ///
    /// If the ratio is not from 0 to 1.
    #[track_caller]
    pub fn fail_randomly(&self, seed: u64, ratio: f64, fault: Fault) {
        let valid = (0.0..=1.0).contains(&ratio);
        assert!(valid, "the ratio must be from 0 to 1: {ratio}");
        self.shared
            .update(|state| state.faults.randomly(seed, ratio, fault));
    }

    /// The faults that wait for a request, such as `status 503, 2 times`.
    pub fn pending_faults(&self) -> Vec<String> {
        self.shared.read(|state| state.faults.descriptions())
    }

    /// Removes all faults, random ones included. Held responses stay held.
    pub fn clear_faults(&self) {
        self.shared
            .update(|state| state.faults = Schedule::default());
    }

    /// Sends every response that is [held](Fault::held).
    pub fn release_held(&self) {
        self.shared.released.send_replace(());
    }

    /// How many requests have arrived, invalid ones and retries included.
    pub fn requests(&self) -> usize {
        self.shared.read(|state| state.exchanges.count)
    }

    /// The latest exchanges, oldest first, without tokens and secrets.
    /// [`SandboxBuilder::journal_size`](crate::SandboxBuilder::journal_size) sets how many are kept.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.last_exchanges(usize::MAX)
    }

    /// The last of [`exchanges`](Self::exchanges).
    pub fn last_exchanges(&self, limit: usize) -> Vec<Exchange> {
        self.shared.read(|state| state.exchanges.last(limit))
    }

    /// Checks that every request was valid. Wrong credentials, unknown tokens and
    /// [deviations](Exchange::deviations) are accepted.
    ///
    /// # Panics
    ///
    /// If a request broke the spec. The message lists the violations, without tokens and secrets.
    ///
    /// ```should_panic
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # reqwest::blocking::get(sandbox.base_url()).unwrap();
    /// sandbox.verify(); // panics: path `/` is not in the spec
    /// ```
    #[track_caller]
    pub fn verify(&self) {
        let violations = self.violations().join("\n  ");
        assert!(
            violations.is_empty(),
            "the sandbox received requests that break the spec:\n  {violations}"
        );
    }

    /// One line for each of the latest violations, such as ``request 1: path `/` is not in the spec``, oldest first.
    /// If older ones are no longer kept, the first line says how many.
    pub fn violations(&self) -> Vec<String> {
        self.shared.read(|state| {
            let kept = state.violations.last(usize::MAX);
            let dropped = state.violations.count - kept.len();
            let note =
                (dropped > 0).then(|| format!("earlier violations, no longer kept: {dropped}"));
            note.into_iter().chain(kept).collect()
        })
    }

    /// Which parts of the contract the requests so far have exercised. Not limited by the journal size.
    pub fn coverage(&self) -> Coverage {
        self.shared.read(|state| state.coverage.clone())
    }

    /// Checks that these parts of the contract were exercised; the keys are those of [`Coverage`].
    ///
    /// # Panics
    ///
    /// If a part was not exercised, with the missing keys and the coverage table; or if a key is unknown.
    ///
    /// ```should_panic
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// sandbox.require_coverage(["status:503", "hint:none", "encoding:form"]);
    /// ```
    #[track_caller]
    pub fn require_coverage(&self, keys: impl IntoIterator<Item = impl AsRef<str>>) {
        let keys: Vec<_> = keys.into_iter().collect();
        let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
        self.coverage().require(&keys);
    }

    /// Forgets grants, faults, exchanges, violations and coverage, and counts requests from 1 again.
    /// Releases held responses. The client's credentials stay; new tokens differ from earlier ones.
    pub fn reset(&self) {
        self.reset_keeping_coverage();
        self.shared.update(|state| state.coverage.clear());
    }

    /// As [`reset`](Self::reset), but keeps the [coverage](Self::coverage): for a suite that resets before each
    /// test, and requires coverage at its end.
    pub fn reset_keeping_coverage(&self) {
        self.shared.update(|state| {
            state.grants.clear();
            state.faults = Schedule::default();
            state.exchanges.clear();
            state.violations.clear();
        });
        self.release_held();
    }

    /// Waits until the revision of the state differs from `revision`, and returns it. A sandbox starts with
    /// revision 0; every request, grant and fault changes it.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let revision = sandbox.changed_since(u64::MAX).await; // the current one
    /// # let _grant = sandbox.issue_grant();
    /// let next = sandbox.changed_since(revision).await; // after a change
    /// # assert_eq!((revision, next), (0, 1));
    /// # });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub async fn changed_since(&self, revision: u64) -> u64 {
        self.shared.changed_since(revision).await
    }
}

/// Without the client's secret and without tokens.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sandbox({})", self.base_url())
    }
}
