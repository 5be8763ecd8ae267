//! `digilocker sandbox`: a mock of the endpoint, with a web page and a control API.
//!
//! - `control`: the control API, described by `sandbox/openapi.json`
//! - `fault`: deserializes faults
//! - `guard`: rejects requests of other web sites
//! - `page`: the web page and its live updates
//! - `start`: the text printed at start-up

mod control;
mod fault;
mod guard;
mod page;
mod start;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode};
use axum::response::IntoResponse;
use clap::builder::NonEmptyStringValueParser;
use digilocker_mock::{Dialect, Sandbox, SandboxBuilder};
use tower::ServiceExt;
use zeroize::Zeroizing;

use self::control::Refused;
use self::guard::{Guard, PublicUrl};
use crate::exit::{Exit, Failure};
use crate::runtime::block_on;
use crate::{interrupt, output};

/// Run a sandbox of the revocation endpoint, for tests in any language
///
/// The sandbox issues grants, revokes tokens, injects faults, and validates each request against the
/// OpenAPI document of the endpoint. It serves a web page at `/`, and a control API for tests under
/// `/sandbox/`, described at `/sandbox/openapi.json`.
///
/// Examples:
///
///   digilocker sandbox
///   digilocker sandbox --port 0 --json
///   digilocker sandbox --port 0 --seed 42 --dialect partner
///   digilocker sandbox --listen 0.0.0.0 --public-url http://sandbox:4010
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Port to listen on; 0 picks a free port
    #[arg(long, default_value_t = 4010)]
    port: u16,

    /// Address to listen on; if it is not loopback, others on the network can control the sandbox
    #[arg(long, default_value_t = IpAddr::from(Ipv4Addr::LOCALHOST), value_name = "ADDRESS")]
    listen: IpAddr,

    /// Additional host name to accept besides `localhost`, such as that of a container
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<Authority>,

    /// URL at which clients reach the sandbox, printed instead of the address it listens on
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,

    /// Id of the registered client [default: random]
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    client_id: Option<String>,

    /// File with the secret of the registered client [default: random]
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,

    /// Accept the client id without a secret
    #[arg(long)]
    public: bool,

    /// Format of response bodies: `documented`, `rfc6749` or `partner`
    #[arg(long, default_value_t = Dialect::Documented)]
    dialect: Dialect,

    /// Seed for reproducible credentials and tokens
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Number of latest exchanges to keep, about 1 KiB each
    #[arg(long, default_value = "1000", value_name = "N")]
    journal_size: NonZeroUsize,

    /// Print one line of JSON when the sandbox is ready
    #[arg(long)]
    json: bool,
}

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    // No external and no inline resources, no framing.
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    // Responses contain tokens and change with each request.
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut builder = configure(args)?;
    if !args.listen.to_canonical().is_loopback() {
        output::warning(&format!(
            "anyone who can reach {} can control this sandbox and read its tokens",
            args.listen
        ));
    }
    let guard = Guard::new(args.listen, &args.allow_host, args.public_url.as_ref());
    let guard = Arc::new(guard);
    let routes = control::routes().merge(page::routes());
    builder = builder.fallback(move |sandbox, request| {
        let (guard, routes) = (guard.clone(), routes.clone());
        async move {
            if !is_control_path(request.uri().path()) {
                return None;
            }
            let (head, body) = request.into_parts();
            let mut response = match guard.check(&head) {
                Ok(()) => {
                    let routes: Router = routes.with_state(Arc::new(sandbox));
                    let Ok(response) = routes.oneshot(Request::from_parts(head, body)).await;
                    response
                }
                Err(reason) => Refused(StatusCode::FORBIDDEN, reason.to_owned()).into_response(),
            };
            response.headers_mut().extend(HEADERS);
            Some(response)
        }
    });
    block_on(async {
        // Before the start-up text: its reader may send a signal at once.
        let mut interrupts = interrupt::listen()?;
        let sandbox = builder.try_start().map_err(|error| {
            let address = SocketAddr::from((args.listen, args.port));
            Failure::io(format!("cannot listen on {address}: {error}"))
                .help("`--port 0` picks a free port")
        })?;
        start::announce(&sandbox, args.json)?;
        interrupts.next().await;
        Ok(Exit::Success)
    })
}

fn configure(args: &Args) -> Result<SandboxBuilder, Failure> {
    let mut builder = Sandbox::builder()
        .address(args.listen)
        .port(args.port)
        .dialect(args.dialect)
        .journal_size(args.journal_size.get());
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    if args.public {
        builder = builder.public_client();
    }
    if let Some(url) = &args.public_url {
        builder = builder.public_url(&url.origin);
    }
    // An empty text is replaced by a random one.
    let id = args.client_id.as_deref().unwrap_or_default();
    let secret = match &args.client_secret_file {
        Some(path) => crate::secret::from_file(path)?,
        None => Zeroizing::default(),
    };
    Ok(builder.client(id, secret.as_str()))
}

/// Whether this module serves the path. A request to any other path is validated by the sandbox. Browsers
/// request `/favicon.ico` and `/.well-known/appspecific/` unprompted.
fn is_control_path(path: &str) -> bool {
    let prefixes = ["/sandbox/", "/.well-known/appspecific/"];
    ["/", "/sandbox", "/favicon.ico"].contains(&path)
        || prefixes.iter().any(|prefix| path.starts_with(prefix))
}
