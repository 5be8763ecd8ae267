//! The rows of the table of faults: a server, and what a call comes to under it.

use std::time::Duration;

use digilocker::{
    Client, ClientBuilder, Credentials, Error, ErrorKind, RetryPolicy, Revoked, Token, TokenState,
};
use integration_tests::TOKEN;
use integration_tests::raw_server::RawServer;

/// A fault, and what a call must come to under it.
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    pub(crate) server: Server,
    pub(crate) expected: Outcome,
}

/// What the call meets.
pub(crate) enum Server {
    /// A server that is there.
    Raw(Box<dyn FnOnce() -> Starting>),
    /// The port is closed.
    ClosedPort,
}

/// A server that is starting, and how the client is set up for it.
pub(crate) type Starting = std::pin::Pin<Box<dyn Future<Output = (RawServer, ClientBuilder)>>>;

/// All that an error, or a success, says.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Revoked { status: u16, attempts: u32 },
    Failed(Failure),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) attempts: u32,
    pub(crate) retryable: bool,
    pub(crate) state: TokenState,
}

pub(crate) fn revoked(status: u16, attempts: u32) -> Outcome {
    Outcome::Revoked { status, attempts }
}

/// An outcome without a code and without `Retry-After`.
pub(crate) fn failed(
    kind: ErrorKind,
    status: impl Into<Option<u16>>,
    attempts: u32,
    retryable: bool,
    state: TokenState,
) -> Outcome {
    Outcome::Failed(Failure {
        kind,
        status: status.into(),
        code: None,
        retry_after: None,
        attempts,
        retryable,
        state,
    })
}

impl Outcome {
    pub(crate) fn code(mut self, code: &str) -> Self {
        if let Self::Failed(failure) = &mut self {
            failure.code = Some(code.to_owned());
        }
        self
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        if let Self::Failed(failure) = &mut self {
            failure.retry_after = Some(Duration::from_secs(seconds));
        }
        self
    }
}

impl From<Result<Revoked, Error>> for Outcome {
    fn from(result: Result<Revoked, Error>) -> Self {
        match result {
            Ok(revoked) => Self::Revoked {
                status: revoked.status().as_u16(),
                attempts: revoked.attempts(),
            },
            Err(error) => Self::Failed(Failure {
                kind: error.kind(),
                status: error.status().map(|status| status.as_u16()),
                code: error.code().map(str::to_owned),
                retry_after: error.retry_after(),
                attempts: error.attempts(),
                retryable: error.is_retryable(),
                state: error.token_state(),
            }),
        }
    }
}

/// A client that waits for nothing between its three attempts, and long within them.
pub(crate) fn builder(url: &str) -> ClientBuilder {
    let backoff = Duration::from_millis(1);
    Client::builder(url.parse().unwrap())
        .retry(RetryPolicy::default().backoff(backoff, backoff))
        .attempt_timeout(Duration::from_secs(20))
        .timeout(Duration::from_secs(60))
}

/// Makes the call of one row. Gives its result, and the requests that the server read.
pub(crate) async fn run_with(
    server: Server,
    credentials: Option<Credentials>,
) -> (Result<Revoked, Error>, Vec<String>) {
    let (server, mut builder) = match server {
        Server::Raw(start) => {
            let (server, builder) = start().await;
            (Some(server), builder)
        }
        Server::ClosedPort => {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            drop(listener);
            (None, builder(&url))
        }
    };
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    let client = builder.build().unwrap();
    let result = client.revoke(Token::new(TOKEN).unwrap()).await;
    (
        result,
        server.map_or_else(Vec::new, |server| server.requests()),
    )
}

pub(crate) fn rows() -> Vec<(&'static str, Vec<Row>)> {
    vec![
        ("The server refuses, or fails", super::http::statuses()),
        ("The server says `Retry-After`", super::http::retry_after()),
        (
            "A 200 is a success whatever its body is, unless the body says otherwise",
            super::http::bodies_of_200(),
        ),
        (
            "An error's body says more than its status",
            super::http::bodies_of_errors(),
        ),
        ("The connection fails", super::transport::rows()),
        ("The connection cannot be trusted", super::tls::rows()),
    ]
}
