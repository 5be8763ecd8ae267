//! The calls whose spans and events are tested.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use digilocker::{ClientBuilder, Credentials, RetryPolicy, Revoked, Token, blocking};
use futures_util::{StreamExt as _, stream};
use integration_tests::certificates::{Authority, expired};
use integration_tests::raw_server::{ClosedPort, RawServer, Step};
use integration_tests::{SECRET, TOKEN, failure_table, response, truncated};
use rcgen::{CertificateParams, SanType};
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::filter::LevelFilter;

use crate::recorder::{Record, record};

/// A call and the records that it emitted.
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) records: Vec<Record>,
    /// The requests that the server read.
    pub(crate) requests: Vec<String>,
}

impl Call {
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.is_ours())
    }

    pub(crate) fn spans(&self) -> impl Iterator<Item = &Record> {
        self.ours().filter(|record| record.metadata.is_span())
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &Record> {
        self.ours().filter(|record| record.metadata.is_event())
    }
}

/// Runs the servers: a blocking client blocks its own thread.
static SERVERS: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
});

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

pub(crate) fn token() -> Token {
    Token::new(TOKEN).unwrap()
}

/// A server that clients call as `https://digilocker.example`.
pub(crate) struct Server {
    /// The root certificate that the client trusts.
    root: Option<String>,
    address: SocketAddr,
    /// Keeps the port bound.
    port: Result<RawServer, ClosedPort>,
}

fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().unwrap()
}

impl Server {
    /// Plays these steps, one entry per connection. The last entry is repeated.
    pub(crate) fn start(steps: Vec<Vec<Step>>) -> Self {
        Self::with_certificate("digilocker.example", |_| {}, steps)
    }

    fn with_certificate(
        name: &str,
        change: fn(&mut CertificateParams),
        steps: Vec<Vec<Step>>,
    ) -> Self {
        let authority = Authority::new();
        let tls = authority.acceptor(name, change);
        let script = move |connection: usize| steps[connection.min(steps.len() - 1)].clone();
        let server = SERVERS.block_on(RawServer::start_tls(tls, script));
        Self {
            root: Some(authority.root().to_owned()),
            address: address(&server.url()),
            port: Ok(server),
        }
    }

    /// Sends this response to each request.
    pub(crate) fn responding(status: u16, body: &str) -> Self {
        Self::start(vec![responding(status, body)])
    }

    /// Refuses connections.
    pub(crate) fn refusing() -> Self {
        // `ClosedPort::bind` needs a runtime.
        let port = SERVERS.block_on(async { ClosedPort::bind() });
        Self {
            root: None,
            address: address(&port.url()),
            port: Err(port),
        }
    }

    /// Has a certificate that the client does not trust.
    pub(crate) fn untrusted() -> Self {
        let server = Self::responding(200, "");
        Self {
            root: None,
            ..server
        }
    }

    pub(crate) fn configure<C>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let backoff = Duration::from_millis(1);
        let http = reqwest::Client::builder()
            .no_proxy()
            .resolve("digilocker.example", self.address);
        let builder = builder
            .http(http)
            .credentials(Credentials::basic("client-id", SECRET))
            .retry(RetryPolicy::default().backoff(backoff, backoff));
        match &self.root {
            Some(root) => builder.root_certificate(root),
            None => builder,
        }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        self.configure(failure_table::builder("https://digilocker.example"))
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.port.as_ref().map_or(Vec::new(), RawServer::requests)
    }
}

/// The steps of a connection on which each request gets this response.
pub(crate) fn responding(status: u16, body: &str) -> Vec<Step> {
    [Step::Read, Step::Send(response(status, &[], body))]
        .into_iter()
        .cycle()
        .take(16)
        .collect()
}

/// Runs `calls` in a span of the caller.
fn call(name: &'static str, server: &Server, calls: impl FnOnce()) -> Call {
    let in_span = || tracing::info_span!("caller").in_scope(calls);
    let ((), records) = record(LevelFilter::TRACE, in_span);
    Call {
        name,
        records,
        requests: server.requests(),
    }
}

/// Makes one call with the asynchronous client.
fn one(name: &'static str, server: &Server, configure: fn(ClientBuilder) -> ClientBuilder) -> Call {
    let client = configure(server.builder()).build().unwrap();
    call(name, server, || {
        let _: Result<Revoked, _> = block_on(async { client.revoke(token()).await });
    })
}

fn of_many_hosts(params: &mut CertificateParams) {
    let name = |number| SanType::DnsName(format!("host-{number}.example").try_into().unwrap());
    params.subject_alt_names = (0..100).map(name).collect();
}

/// The calls, made once for all tests.
pub(crate) static CALLS: LazyLock<Vec<Call>> = LazyLock::new(|| {
    let ok = || responding(200, "");
    let unchanged = |builder| builder;
    let with_certificate =
        |change| Server::with_certificate("digilocker.example", change, vec![ok()]);
    vec![
        one("success", &Server::responding(200, ""), unchanged),
        one(
            "503, then 200",
            &Server::start(vec![[&responding(503, "")[..2], &ok()[..2]].concat(), ok()]),
            unchanged,
        ),
        one("connection refused", &Server::refusing(), unchanged),
        one("untrusted", &Server::untrusted(), unchanged),
        one("expired", &with_certificate(expired), unchanged),
        one("other hosts", &with_certificate(of_many_hosts), unchanged),
        one(
            "token gone",
            &Server::responding(400, r#"{"error": "invalid_token"}"#),
            unchanged,
        ),
        one("401", &Server::responding(401, ""), unchanged),
        one(
            "attempt timeout",
            &Server::start(vec![vec![Step::Read, Step::Stall]]),
            |builder| {
                builder
                    .attempt_timeout(Duration::from_secs(1))
                    .retry(RetryPolicy::none())
            },
        ),
        one(
            "503, broken body",
            &Server::start(vec![vec![Step::Read, Step::Send(truncated(503, "{"))]]),
            |builder| builder.retry(RetryPolicy::none()),
        ),
        dropped(&Server::start(vec![vec![Step::Read, Step::Stall]])),
        batch(&Server::responding(200, "")),
        blocking_call(&Server::responding(200, "")),
        blocking_batch(&Server::responding(200, "")),
    ]
});

/// A call whose future is dropped once the server has the request.
fn dropped(server: &Server) -> Call {
    let client = server.builder().build().unwrap();
    call("dropped", server, || {
        block_on(async {
            let sent = async {
                while server.requests().is_empty() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            let call = client.revoke(token()).into_future();
            tokio::select! {
                _ = call => panic!("the server does not respond"),
                () = sent => {}
            }
        });
    })
}

fn batch(server: &Server) -> Call {
    let client = server.builder().build().unwrap();
    call("revoke_all", server, || {
        let tokens = stream::iter([(1, token()), (2, token())]);
        let results: Vec<_> = block_on(client.revoke_all(tokens).collect());
        assert!(results.iter().all(|(_, result)| result.is_ok()));
    })
}

fn blocking_client(server: &Server) -> blocking::Client {
    let environment = "https://digilocker.example".parse().unwrap();
    let builder = server.configure(blocking::Client::builder(environment));
    builder.build().unwrap()
}

fn blocking_call(server: &Server) -> Call {
    let client = blocking_client(server);
    call("blocking", server, || {
        client.revoke(token()).send().unwrap();
    })
}

fn blocking_batch(server: &Server) -> Call {
    let client = blocking_client(server);
    call("blocking revoke_all", server, || {
        let tokens = [(1, token()), (2, token())];
        assert!(client.revoke_all(tokens).all(|(_, result)| result.is_ok()));
    })
}
