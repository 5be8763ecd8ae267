//! A stand-in for DigiLocker's token revocation endpoint, for tests.
//!
//! # A first test
//!
//! [`Sandbox`] is a small server on loopback that behaves as DigiLocker is documented to: it issues
//! grants, knows its client, revokes whole grants, and holds every request against the OpenAPI
//! document of the endpoint. Point the code under test at it:
//!
//! ```
//! use digilocker_mock::Sandbox;
//! # use reqwest::blocking::Client;
//! # use serde_json::json;
//!
//! let sandbox = Sandbox::start();
//! let grant = sandbox.issue_grant();
//!
//! let answer = Client::new()
//!     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
//!     .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
//!     .json(&json!({ "token": grant.refresh_token() }))
//!     .send()?;
//!
//! assert_eq!(answer.status(), 200);
//! assert!(!sandbox.is_live(grant.access_token())); // the whole grant went with it
//! sandbox.verify(); // panics, listing every request that broke the spec
//! # Ok::<(), reqwest::Error>(())
//! ```
//!
//! In an async test, write `Sandbox::start_async().await`. A sandbox has a thread of its own and
//! needs no runtime; dropping it closes its port.
//!
//! # When things go wrong
//!
//! [`Sandbox::fail_next`] queues a [`Fault`], and the next revocation request meets it:
//!
//! ```
//! use std::time::Duration;
//! use digilocker_mock::{Fault, Sandbox};
//! # use reqwest::blocking::Client;
//! # use serde_json::json;
//!
//! let sandbox = Sandbox::start();
//! let grant = sandbox.issue_grant();
//! # let revoke = |token: &str| Client::new()
//! #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
//! #     .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
//! #     .json(&json!({ "token": token }))
//! #     .send();
//!
//! sandbox.fail_next(Fault::status(503).retry_after(Duration::from_secs(1)));
//! sandbox.fail_next(Fault::lost_success());
//!
//! assert_eq!(revoke(grant.access_token())?.headers()["retry-after"], "1");
//! assert!(sandbox.is_live(grant.access_token()));
//!
//! assert!(revoke(grant.access_token()).is_err()); // the connection was closed without an answer …
//! assert!(!sandbox.is_live(grant.access_token())); // … but the grant is gone
//!
//! // So a retry is told what DigiLocker documents for such a token.
//! assert_eq!(revoke(grant.access_token())?.status(), 400);
//! # Ok::<(), reqwest::Error>(())
//! ```
//!
//! | to test | write |
//! |---|---|
//! | an outage, and what the client makes of `Retry-After` | `Fault::status(503).retry_after(d)`, `.times(3)` |
//! | an answer that never comes | [`Fault::disconnect`] |
//! | a revocation whose answer is lost | [`Fault::lost_success`], or any fault with [`Fault::after_revoking`] |
//! | a slow server | [`Fault::slow`] |
//! | a gateway's HTML page | `Fault::status(502).header("content-type", "text/html").body("<h1>…")` |
//! | an error in the documented form, or in that of RFC 6749 | [`Fault::envelope`], [`Fault::rfc6749`] |
//! | a server that fails a third of all calls, the same ones each time | [`Sandbox::fail_randomly`] |
//!
//! # It cannot drift
//!
//! Path, method, media type and the schemas of requests and answers are read from the OpenAPI
//! document when the first sandbox starts. The sandbox's own answers are held to it, too: one that
//! does not fit counts as a violation, and [`Sandbox::verify`] reports it.
//!
//! # Exact answers
//!
//! Below the sandbox, [`MockServerExt`] adds the operation, with typed bodies, to any
//! [`httpmock::MockServer`]:
//!
//! ```
//! use digilocker_client::{ConstBool, types};
//! use digilocker_mock::MockServerExt;
//! use httpmock::MockServer;
//!
//! let server = MockServer::start();
//! let mock = server.revoke_token(|_when, then| {
//!     then.unauthorized(&types::RevocationError {
//!         success: ConstBool,
//!         error: types::ErrorDetail { code: "invalid_client".into(), message: "Who?".into() },
//!     });
//! });
//! # let answer = reqwest::blocking::Client::new().post(server.url("/public/oauth2/1/revoke")).send()?;
//! # assert_eq!(answer.status(), 401);
//! mock.assert();
//! # Ok::<(), reqwest::Error>(())
//! ```
//!
//! # Without Rust
//!
//! `digilocker sandbox` (crate `digilocker-cli`) runs a sandbox as a process, with a page and a
//! control API.

mod answer;
mod authentication;
mod body;
mod builder;
mod contract;
mod fallback;
mod fault;
mod grants;
mod headers;
mod random;
mod refusal;
mod response;
mod sandbox;
mod schedule;
mod server;
mod state;
mod violation;

#[allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "the generator's output, held to the generator's standards"
)]
#[rustfmt::skip]
mod generated;

pub use builder::SandboxBuilder;
pub use fault::Fault;
pub use generated::*;
pub use grants::Grant;
pub use sandbox::Sandbox;
pub use violation::Violation;
