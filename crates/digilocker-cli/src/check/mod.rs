//! `digilocker check`: is a batch ready to start?

mod exchange;

use std::path::PathBuf;

use digilocker::{Error, ErrorKind, Revoked, Token};

use self::exchange::Exchange;
use crate::connection::{self, ConnectionArgs};
use crate::exit::{Exit, Failure};
use crate::runtime::block_on;
use crate::summary::Summary;
use crate::{cause, interrupt, outcome, revoke, secret};

/// Check whether a batch is ready to start
///
/// Revokes a random token, which the server cannot know, twice: once as `revoke` does, and once
/// through a relay on loopback that shows the whole response. Reports the connection, TLS, whether
/// the credentials were accepted, the shape of the response (documented, RFC 6749, partner or
/// other), and where it departs from the OpenAPI document. The exit code is 0 only if a batch can
/// start.
///
/// Examples, with DIGILOCKER_ENV, DIGILOCKER_CLIENT_ID and DIGILOCKER_CLIENT_SECRET set:
///
///   digilocker check
///   digilocker check --json
///   digilocker check --record exchange.json
///
/// The record has the request and the response without token, client id, secret and cookies: attach it
/// to an issue if the server departs from the document.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = connection::help())]
pub(crate) struct Args {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,

    /// Write the redacted request and response to this file, as JSON
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let client = args.connection.client()?;
    let token = random_token()?;
    let (result, exchange) = block_on(async {
        let mut interrupts = interrupt::listen()?;
        let call = async {
            let result = client.revoke(token.clone()).await;
            if outcome::status(&result).is_none() {
                return Ok((result, None));
            }
            let recorded = exchange::record(&args.connection, token.clone()).await;
            let failed = |error| format!("cannot record the response: {error}");
            let exchange = recorded.map_err(|error| Failure::new(Exit::Live, failed(error)))?;
            Ok((result, Some(exchange)))
        };
        tokio::select! {
            done = call => done,
            () = interrupts.next() => Err(Failure::new(Exit::Interrupted, "interrupted")),
        }
    })?;
    if let (Some(path), Some(exchange)) = (&args.record, &exchange) {
        let record = exchange.redacted(&args.connection.secrets(&token)?);
        std::fs::write(path, format!("{record:#}\n"))
            .map_err(|error| Failure::io(format!("cannot write `{}`: {error}", path.display())))?;
    }
    report(args, &result, exchange.as_ref())
}

/// 128 random bits. The prefix tells the operator of the server what it is.
fn random_token() -> Result<Token, Failure> {
    let bytes = u128::from_be_bytes(*secret::random()?);
    let token = format!("digilocker-check-{bytes:032x}");
    Token::new(token).map_err(|error| Failure::io(error.to_string()))
}

fn report(
    args: &Args,
    result: &Result<Revoked, Error>,
    exchange: Option<&Exchange>,
) -> Result<Exit, Failure> {
    let error = result.as_ref().err();
    let kind = error.map(Error::kind);
    let shape = exchange.map(Exchange::shape);
    let status = exchange.map(|exchange| exchange.response.status().as_u16());
    let environment = &args.connection.env;
    let is_https = environment.base_url().starts_with("https:");
    let (connection, tls) = match (exchange, kind) {
        (Some(_), _) if is_https => ("ok", "ok"),
        (Some(_), _) => ("ok", "none"),
        (None, Some(ErrorKind::Tls)) => ("ok", "failed"),
        (None, _) => ("failed", if is_https { "unknown" } else { "none" }),
    };
    let is_recognised = matches!(shape, Some("documented" | "rfc6749" | "partner"));
    let is_ready = match kind {
        None => is_recognised,
        Some(ErrorKind::InvalidToken) => true,
        // Its errors have no code.
        Some(_) => shape == Some("partner") && matches!(status, Some(200 | 400)),
    };
    let credentials = match kind {
        Some(ErrorKind::Unauthorized) => "refused",
        _ if !is_ready => "unknown",
        _ if args.connection.client_id.is_none() => "none",
        _ => "accepted",
    };
    let reason = match error {
        _ if is_ready => None,
        Some(error) => Some(cause::message(error)),
        None => Some(
            "the response has no shape of a revocation endpoint: is it from a gateway?".to_owned(),
        ),
    };
    let exit = if is_ready { Exit::Success } else { Exit::Live };

    let mut summary = Summary::new("Readiness for a batch");
    summary.add("environment", environment.to_string());
    summary.add("host", environment.base_url());
    summary.add("connection", connection);
    summary.add("tls", tls);
    summary.add("credentials", credentials);
    summary.add("status", status);
    summary.add("shape", shape);
    let departures = exchange.map_or_else(Vec::new, Exchange::departures);
    for departure in &departures {
        let text = match &departure.spec_location {
            Some(place) => format!("{departure} ({place})"),
            None => departure.to_string(),
        };
        summary.row("departure", &text);
    }
    summary.value("departures", departures);
    let is_verbose = args.connection.verbose;
    summary.value(
        "error",
        error.map(|error| outcome::error_json(error, is_verbose)),
    );
    summary.value("ready", is_ready);
    summary.row("ready", if is_ready { "yes" } else { "no" });
    summary.add("reason", reason);
    if let Some(error) = error.filter(|_| is_verbose) {
        for line in cause::lines(error, true) {
            summary.row("", &line);
        }
    }
    let help = error.filter(|_| !is_ready).and_then(revoke::next_step);
    summary.add("help", help);
    if let Some(path) = args.record.as_ref().filter(|_| exchange.is_some()) {
        summary.add("record", path.display().to_string());
    }
    summary.print(args.json, exit)?;
    Ok(exit)
}
