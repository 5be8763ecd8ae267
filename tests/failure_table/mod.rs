//! The failure table: server behaviours, and the result of a call for each.
//!
//! Each row is a test of the target `failure_table`, and `crates/digilocker/src/failures.md` is rendered
//! from the same rows.

mod bodies;
mod broken_bodies;
pub mod documentation;
mod error_bodies;
mod error_codes;
mod large_bodies;
mod other_servers;
mod outcome;
mod retry_after;
mod statuses;
mod success_bodies;
mod success_members;
mod tls;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use digilocker::{Client, ClientBuilder, Credentials, Error, RetryPolicy, Revoked, Token};

use crate::TOKEN;
use crate::certificates::Authority;
use crate::raw_server::{ClosedPort, RawServer, Script, Step};

pub use outcome::{Failure, Outcome};
use outcome::{confirmed, failed, revoked};
use tls::Certificate;

/// A titled part of the table.
#[derive(Debug)]
pub struct Section {
    /// The heading in the documentation.
    pub title: &'static str,
    /// What the rows have in common, printed below the heading.
    pub summary: &'static str,
    /// The rows, in the order of the documentation.
    pub rows: Vec<Row>,
}

/// A server behaviour, and the result that a call must have.
#[derive(Debug)]
pub struct Row {
    /// Describes the server behaviour. Unique: it is also the name of the test.
    pub name: String,
    /// The expected result.
    pub expected: Outcome,
    server: TestServer,
    configure: fn(ClientBuilder) -> ClientBuilder,
}

/// The server that a row calls.
enum TestServer {
    /// None: connections are refused.
    ClosedPort,
    /// Plain HTTP.
    Http(Script),
    /// HTTPS.
    Https(Script, Certificate),
    /// No TLS on the port of an HTTPS URL.
    HttpsWithoutTls(Script),
}

impl std::fmt::Debug for TestServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ClosedPort => "ClosedPort",
            Self::Http(_) => "Http",
            Self::Https(..) => "Https",
            Self::HttpsWithoutTls(_) => "HttpsWithoutTls",
        })
    }
}

impl Row {
    fn new(name: impl Into<String>, server: TestServer, expected: Outcome) -> Self {
        Self {
            name: name.into(),
            expected,
            server,
            configure: |builder| builder,
        }
    }

    /// A server that sends this response to each request.
    #[must_use]
    pub fn response(name: impl Into<String>, response: Vec<u8>, expected: Outcome) -> Self {
        Self::responses(name, response.clone(), response, expected)
    }

    /// A server that sends one response to the first request and another to each later one.
    fn responses(
        name: impl Into<String>,
        first: Vec<u8>,
        further: Vec<u8>,
        expected: Outcome,
    ) -> Self {
        Self::script(
            name,
            move |connection| {
                let first = if connection == 0 { &first } else { &further };
                // The connection stays open: a close would race with the next request.
                [first, &further, &further, &further]
                    .into_iter()
                    .flat_map(|response| [Step::Read, Step::Send(response.clone())])
                    .collect()
            },
            expected,
        )
    }

    /// A server that plays the same steps to each connection.
    fn steps(name: impl Into<String>, steps: Vec<Step>, expected: Outcome) -> Self {
        Self::script(name, move |_| steps.clone(), expected)
    }

    fn script(
        name: impl Into<String>,
        script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static,
        expected: Outcome,
    ) -> Self {
        Self::new(name, TestServer::Http(Arc::new(script)), expected)
    }

    /// Changes the client's settings.
    #[must_use]
    pub fn configure(mut self, configure: fn(ClientBuilder) -> ClientBuilder) -> Self {
        self.configure = configure;
        self
    }

    /// Makes the call. Returns its result, and the requests that the server read.
    pub async fn run(
        self,
        credentials: Option<Credentials>,
    ) -> (Result<Revoked, Error>, Vec<String>) {
        let (server, builder) = match self.server {
            TestServer::ClosedPort => {
                let port = ClosedPort::bind();
                let call = call((self.configure)(builder(&port.url())), credentials);
                return (call.await, Vec::new());
            }
            TestServer::Http(script) => {
                let server = RawServer::start(move |connection| script(connection)).await;
                let url = server.url();
                (server, builder(&url))
            }
            TestServer::Https(script, certificate) => {
                let authority = Authority::new();
                let tls = authority.acceptor(certificate.name, certificate.change);
                let server = RawServer::start_tls(tls, move |connection| script(connection)).await;
                let url = server.tls_url("127.0.0.1");
                let mut builder = builder(&url).connect_timeout(PATIENCE);
                if certificate.trusted {
                    builder = builder.root_certificate(authority.root());
                }
                (server, builder)
            }
            TestServer::HttpsWithoutTls(script) => {
                let server = RawServer::start(move |connection| script(connection)).await;
                let url = server.tls_url("127.0.0.1");
                (server, builder(&url))
            }
        };
        let result = call((self.configure)(builder), credentials).await;
        (result, server.requests())
    }
}

async fn call(
    mut builder: ClientBuilder,
    credentials: Option<Credentials>,
) -> Result<Revoked, Error> {
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    let client = builder.build().unwrap();
    client.revoke(Token::new(TOKEN).unwrap()).await
}

/// A client with almost no delay between its three attempts, and with timeouts that only a stalled server
/// exceeds.
pub fn builder(url: &str) -> ClientBuilder {
    let backoff = Duration::from_millis(1);
    Client::builder(url.parse().unwrap())
        .retry(RetryPolicy::default().backoff(backoff, backoff))
        .attempt_timeout(PATIENCE)
        .timeout(PATIENCE * 3)
}

/// The timeout of rows about something else, also on a machine that is very busy.
const PATIENCE: Duration = Duration::from_secs(100);

/// The table.
#[must_use]
pub fn sections() -> Vec<Section> {
    vec![
        Section {
            title: "Connection failures and invalid HTTP",
            summary: "`Live` only if nothing was sent.",
            rows: transport::rows(),
        },
        Section {
            title: "TLS failures",
            summary: "Nothing is sent before the handshake has succeeded.",
            rows: tls::rows(),
        },
        Section {
            title: "Status codes without a body",
            summary: "Without further information, the status decides. The states of the attempts of a call \
                are combined: `NotRecognised` if an attempt has that state, else `Unknown` if an attempt has \
                that state, else `Live`.",
            rows: statuses::rows(),
        },
        Section {
            title: "`Retry-After`",
            summary: "",
            rows: retry_after::rows(),
        },
        Section {
            title: "Error codes",
            summary: "The code determines the kind, because servers disagree on the status (RFC 6749 §5.2). \
                There are three limits. `VALIDATION_ERROR` and `invalid_request` count under 400 and 2xx \
                only. `invalid_token` refers to the token under 400 and 2xx only; under other statuses it \
                may refer to the request (RFC 6750 §3.1). Under 5xx the status determines the state, \
                because a failing server may not know it. Unless a row says otherwise, the body is the \
                documented error body.",
            rows: error_codes::rows(),
        },
        Section {
            title: "Bodies under other statuses",
            summary: "Without a known error code, the status decides, whatever the body contains.",
            rows: error_bodies::rows(),
        },
        Section {
            title: "Bodies beyond 64 KiB",
            summary: "An error under 2xx only. Under other statuses, the incomplete body is ignored.",
            rows: large_bodies::rows(),
        },
        Section {
            title: "Truncated bodies and body timeouts",
            summary: "An error under 2xx only. Under other statuses, the incomplete body is ignored.",
            rows: broken_bodies::rows(),
        },
        Section {
            title: "`success` and `revoked` under 2xx",
            summary: "`true`, `\"true\"` and `1` confirm the success. `false`, `\"false\"` and `0` make it \
                an error. `null` is ignored. Any other value, and a contradiction, leaves the state unknown.",
            rows: success_members::rows(),
        },
        Section {
            title: "Members of other servers under 2xx",
            summary: "Zero values of `error`, `errors` and `error_description` are no error. Other values of \
                them, `\"status\": \"error\"` and the like, and `\"ok\": false` speak of a failure, and \
                contradict a success.",
            rows: other_servers::rows(),
        },
        Section {
            title: "Bodies under 2xx",
            summary: "A success for every body (RFC 7009 §2.2), unless the body contradicts it.",
            rows: success_bodies::rows(),
        },
    ]
}
