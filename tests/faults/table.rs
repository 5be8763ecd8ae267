//! The table of faults: each row is run, and what is seen is what the documentation says.

use std::fmt::Write as _;
use std::time::Duration;

use digilocker::{
    Client, ClientBuilder, Error, ErrorKind, RetryPolicy, Revoked, Token, TokenState,
};
use integration_tests::TOKEN;
use integration_tests::wire::Wire;

/// Where the documentation keeps the table.
const DOCUMENTED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/digilocker/src/faults.md"
);

/// A fault, and what a call must come to under it.
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    pub(crate) server: Server,
    pub(crate) expected: Outcome,
}

/// What the call meets.
pub(crate) enum Server {
    /// A server that is there.
    Wire(Box<dyn FnOnce() -> Starting>),
    /// Nobody: the port is closed.
    Nobody,
}

/// A server that is starting, and how the client is set up for it.
pub(crate) type Starting = std::pin::Pin<Box<dyn Future<Output = (Wire, ClientBuilder)>>>;

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

/// Makes the call of one row.
pub(crate) async fn run(server: Server) -> Result<Revoked, Error> {
    let (_wire, builder) = match server {
        Server::Wire(start) => {
            let (wire, builder) = start().await;
            (Some(wire), builder)
        }
        Server::Nobody => {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            drop(listener);
            (None, builder(&url))
        }
    };
    builder
        .build()
        .unwrap()
        .revoke(Token::new(TOKEN).unwrap())
        .await
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
        ("The connection fails", super::wire::rows()),
        ("The connection cannot be trusted", super::tls::rows()),
    ]
}

/// Each row holds, and the documentation says the same: with `UPDATE_FAULTS=1` it is written anew.
#[tokio::test]
async fn each_row_holds_and_is_documented() {
    let mut found = String::new();
    let mut wrong = Vec::new();
    for (title, rows) in rows() {
        let _ = write!(
            found,
            "\n## {title}\n\n| fault | outcome | status | code | retry after | attempts | retryable | token state |\n\
             |---|---|---|---|---|---|---|---|\n"
        );
        for Row {
            fault,
            server,
            expected,
        } in rows
        {
            let outcome = Outcome::from(run(server).await);
            if outcome != expected {
                wrong.push(format!(
                    "{fault}:\n  expected {expected:?}\n  found    {outcome:?}"
                ));
            }
            found.push_str(&line(fault, &outcome));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );

    let found = found.trim_start().to_owned();
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(DOCUMENTED, &found).unwrap();
    }
    let documented = std::fs::read_to_string(DOCUMENTED)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        documented == found,
        "crates/digilocker/src/faults.md is not what was seen: \
         run `UPDATE_FAULTS=1 cargo test -p integration-tests --test faults table`, and review the difference"
    );
}

fn line(fault: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Revoked { status, attempts } => {
            format!("| {fault} | revoked | {status} | | | {attempts} | | |\n")
        }
        Outcome::Failed(failure) => {
            let status = failure
                .status
                .map_or(String::new(), |status| status.to_string());
            let code = failure
                .code
                .as_ref()
                .map_or(String::new(), |code| format!("`{code}`"));
            let after = failure
                .retry_after
                .map_or(String::new(), |after| format!("{} s", after.as_secs()));
            let retryable = if failure.retryable { "yes" } else { "no" };
            format!(
                "| {fault} | `{:?}` | {status} | {code} | {after} | {} | {retryable} | `{:?}` |\n",
                failure.kind, failure.attempts, failure.state
            )
        }
    }
}
