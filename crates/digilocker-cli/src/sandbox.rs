//! `digilocker sandbox`: a stand-in for the endpoint as a process, with a page and a control API.
//!
//! - `control`: the control API, as `sandbox/openapi.json` describes it
//! - `fault`: a fault from its JSON
//! - `guard`: which requests may see and control the sandbox
//! - `page`: the page for people; `events`: what keeps it up to date
//! - `start`: what is printed at the start

mod control;
mod events;
mod fault;
mod guard;
mod page;
mod start;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::{Request, StatusCode};
use clap::builder::NonEmptyStringValueParser;
use digilocker_mock::{Dialect, Sandbox, SandboxBuilder};
use tower::ServiceExt;

use crate::exit::{Exit, Failure};
use crate::{block_on, interrupt, output};

/// Run a sandbox of the revocation endpoint, for tests in any language
///
/// It issues grants, revokes them, fails on request, and validates each request against the OpenAPI
/// document of the endpoint. A page for people is at `/`, a control API for tests under `/sandbox/`,
/// its description at `/sandbox/openapi.json`.
///
/// Examples:
///
///   digilocker sandbox
///   digilocker sandbox --port 0 --json
///   digilocker sandbox --port 0 --seed 42 --dialect partner
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Port to listen on; 0 is any free one
    #[arg(long, default_value_t = 4010)]
    port: u16,

    /// Address to listen on: one that is not loopback lets others on the network control it
    #[arg(long, default_value_t = IpAddr::from(Ipv4Addr::LOCALHOST), value_name = "ADDRESS")]
    listen: IpAddr,

    /// Host name that requests may use beside `localhost`, such as a container's
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    allow_host: Vec<String>,

    /// Id of the client that the sandbox knows [default: random]
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    client_id: Option<String>,

    /// File that holds the secret of that client [default: random]
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,

    /// Accept a client id without a secret
    #[arg(long)]
    public: bool,

    /// Form of successes and errors: `documented`, `rfc6749` or `partner`
    #[arg(long, default_value_t = Dialect::Documented)]
    dialect: Dialect,

    /// Make credentials and tokens the same in each run
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Number of exchanges that are kept, the newest ones: about 1 KiB each
    #[arg(long, default_value = "1000", value_name = "N")]
    journal_size: NonZeroUsize,

    /// Print one line of JSON when it listens
    #[arg(long)]
    json: bool,
}

fn host_name(text: &str) -> Result<String, String> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_name) {
        Ok(text.to_owned())
    } else {
        Err("not a host name; it has no scheme and no port".to_owned())
    }
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut builder = configure(args)?;
    if !args.listen.to_canonical().is_loopback() {
        output::warning(&format!(
            "everyone who can reach {} can control this sandbox and read its tokens",
            args.listen
        ));
    }
    let guard = guard::Guard::new(args.listen, &args.allow_host);
    builder = builder.fallback(move |sandbox, request| {
        let guard = guard.clone();
        async move {
            if !owns(request.uri().path()) {
                return None;
            }
            let (head, body) = request.into_parts();
            if let Err(reason) = guard.check(&head) {
                return Some(control::error(StatusCode::FORBIDDEN, reason));
            }
            let request = Request::from_parts(head, body);
            let Ok(response) = router(sandbox).oneshot(request).await;
            Some(response)
        }
    });
    block_on(async {
        // Before anything is printed: whoever reads it may send a signal at once.
        let mut interrupts = interrupt::listen()?;
        let sandbox = builder
            .try_start()
            .map_err(|error| cannot_listen(args, &error))?;
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
    if let Some(id) = &args.client_id {
        builder = builder.client_id(id);
    }
    if let Some(path) = &args.client_secret_file {
        builder = builder.client_secret(crate::secret::from_file(path)?.as_str());
    }
    Ok(builder)
}

fn cannot_listen(args: &Args, error: &io::Error) -> Failure {
    let address = SocketAddr::from((args.listen, args.port));
    let failure = Failure::io(format!("cannot listen on {address}: {error}"));
    if error.kind() == io::ErrorKind::AddrInUse {
        failure.help("choose another port: `--port 0` takes any free one")
    } else {
        failure
    }
}

/// Other paths are left to the sandbox: a request to one is a violation. The last two are asked for by
/// browsers on their own.
fn owns(path: &str) -> bool {
    path == "/"
        || path == "/sandbox"
        || path.starts_with("/sandbox/")
        || path == "/favicon.ico"
        || path.starts_with("/.well-known/appspecific/")
}

fn router(sandbox: Sandbox) -> Router {
    let sandbox = Arc::new(sandbox);
    control::routes()
        .merge(page::routes())
        .merge(events::routes())
        .with_state(sandbox)
}
