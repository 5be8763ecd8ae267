//! A mock of DigiLocker's token revocation endpoint, for tests.
//!
//! [`Sandbox`] is an HTTP server on loopback that follows DigiLocker's documentation: it issues grants,
//! authenticates its client, revokes whole grants, and validates each request against the OpenAPI document
//! of the endpoint.
//!
//! ```
//! use digilocker_mock::Sandbox;
//! # use reqwest::blocking::Client;
//! # use serde_json::json;
//!
//! let sandbox = Sandbox::start();
//! let grant = sandbox.issue_grant();
//!
//! let response = Client::new()
//!     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
//!     .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
//!     .json(&json!({ "token": grant.refresh_token() }))
//!     .send()?;
//!
//! assert_eq!(response.status(), 200);
//! assert!(!sandbox.is_live(grant.access_token())); // the whole grant is revoked
//! sandbox.verify(); // panics if a request broke the spec
//! sandbox.require_coverage(["status:200", "auth:basic"]); // panics if the test missed a part
//! # Ok::<(), reqwest::Error>(())
//! ```
//!
//! In an async test, write `Sandbox::start_async().await`. A sandbox runs on its own thread and needs no
//! runtime; dropping it closes its port. [`Sandbox::exchanges`] shows what it received.
//!
//! # Faults
//!
//! [`Sandbox::fail_next`] queues a [`Fault`] for the next revocation request:
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
//! assert!(revoke(grant.access_token()).is_err()); // the connection is closed without a response …
//! assert!(!sandbox.is_live(grant.access_token())); // … but the grant is revoked
//!
//! // A retry gets the documented response for a token that is not live.
//! assert_eq!(revoke(grant.access_token())?.status(), 400);
//! # Ok::<(), reqwest::Error>(())
//! ```
//!
//! | to test | use |
//! |---|---|
//! | an outage, with or without `Retry-After` | `Fault::status(503).retry_after(d)`, `.times(3)` |
//! | a connection that is closed | [`Fault::disconnect`] |
//! | a revocation whose response is lost | [`Fault::lost_success`], or any fault with [`Fault::after_revoking`] |
//! | a slow server | [`Fault::slow`]; without sleeping, [`Fault::held`] |
//! | a gateway's HTML page | `Fault::status(502).header("content-type", "text/html").body("<h1>…")` |
//! | an error in another form | [`Fault::envelope`], [`Fault::rfc6749`], [`SandboxBuilder::dialect`] |
//! | one token of many | [`Fault::for_token`] |
//! | a share of all requests, reproducibly | [`Sandbox::fail_randomly`] |
//!
//! # The contract
//!
//! Path, method, media types, security and schemas are read from the OpenAPI document. The sandbox also
//! validates its own responses. It sends these statuses that are not in the document:
//!
//! | status | reason |
//! |---|---|
//! | 404 | the path is not in the spec: RFC 9110 section 15.5.5 |
//! | 405 | the method is not in the spec: RFC 9110 section 15.5.6 |
//! | 406 | `Accept` excludes JSON: RFC 9110 section 15.5.7 |
//! | 413 | the body is larger than 1 MiB: RFC 9110 section 15.5.14 |
//! | 415 | the body is neither JSON nor a form: RFC 9110 section 15.5.16 |
//!
//! A request that is not valid HTTP is not recorded as an exchange: the server refuses it with 400, 414 or
//! 431, without a body.
//!
//! # Exact responses
//!
//! [`MockServerExt`] adds typed mocks of the operation to any [`httpmock::MockServer`]:
//!
//! ```
//! use digilocker_client::types::RevocationError;
//! use digilocker_mock::MockServerExt;
//! use httpmock::MockServer;
//! use serde_json::json;
//!
//! // From JSON: a struct literal would not compile after the spec gains an optional member.
//! let error = json!({ "code": "invalid_client", "message": "Who?" });
//! let body: RevocationError = serde_json::from_value(json!({ "success": false, "error": error }))?;
//! let server = MockServer::start();
//! let mock = server.revoke_token(|_when, then| {
//!     then.unauthorized(&body);
//! });
//! # let response = reqwest::blocking::Client::new().post(server.url("/public/oauth2/1/revoke")).send()?;
//! # assert_eq!(response.status(), 401);
//! mock.assert();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Without Rust
//!
//! `digilocker sandbox` (crate `digilocker-cli`) runs a sandbox as a process, with a page and a
//! control API.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests: a panic says where"))]

mod body;
mod builder;
mod contract;
mod coverage;
mod credentials;
mod dialect;
mod endpoint;
mod error;
mod exchange;
mod fault;
mod grants;
mod redact;
mod respond;
mod sandbox;
mod server;
mod state;
mod validate;
mod violation;

#[allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "the output of the generator, not hand-written"
)]
#[rustfmt::skip]
mod generated;

pub use builder::SandboxBuilder;
pub use contract::response_violations;
pub use coverage::{Coverage, CoverageRow};
pub use dialect::Dialect;
pub use error::SandboxError;
pub use exchange::Exchange;
pub use fault::Fault;
pub use generated::*;
pub use grants::{Grant, GrantStatus};
pub use sandbox::Sandbox;
pub use violation::Violation;
