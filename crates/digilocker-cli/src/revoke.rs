//! `digilocker revoke`: one token.

use digilocker::{Error, ErrorKind, Revoked, TokenState, TokenTypeHint};

use crate::connection::{self, ConnectionArgs};
use crate::exit::{Exit, Failure};
use crate::runtime::block_on;
use crate::{cause, interrupt, outcome, output, secret};

/// Revoke the token on standard input
///
/// Examples, with DIGILOCKER_ENV, DIGILOCKER_CLIENT_ID and DIGILOCKER_CLIENT_SECRET set:
///
///   digilocker revoke < token.txt
///   digilocker revoke --hint refresh_token --json < token.txt
///   digilocker revoke --client-secret-file secret.txt < token.txt
///
/// The token is never an argument: `ps` and the shell history show arguments.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = connection::help())]
pub(crate) struct Args {
    /// Kind of the token [default: no hint]
    #[arg(long, value_parser = crate::hint::values())]
    hint: Option<TokenTypeHint>,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    // Report invalid settings before asking for the token.
    let client = args.connection.client()?;
    let token = secret::token_from_stdin()?;
    let result = block_on(async {
        let mut interrupts = interrupt::listen()?;
        let mut call = client.revoke(token);
        if let Some(hint) = args.hint {
            call = call.hint(hint);
        }
        let message = "interrupted: the token may still be valid";
        tokio::select! {
            result = call.into_future() => Ok(result),
            () = interrupts.next() => Err(Failure::new(Exit::Interrupted, message)
                .help("run the same command again: revoking a token twice does no harm")),
        }
    })?;
    report(&result, args)?;
    Ok(outcome::exit(&result))
}

fn report(result: &Result<Revoked, Error>, args: &Args) -> Result<(), Failure> {
    let is_verbose = args.connection.verbose;
    if args.json {
        return output::json(&outcome::json(result, is_verbose));
    }
    match result {
        Ok(revoked) => {
            let id = revoked
                .id()
                .map(|id| format!(", id `{id}`"))
                .unwrap_or_default();
            let how = if revoked.is_confirmed() {
                ""
            } else {
                ", not confirmed by the response body"
            };
            output::line(&format!("revoked{how}{id}"))
        }
        Err(error) => {
            output::error(&Failure {
                causes: cause::lines(error, is_verbose),
                help: next_step(error).map(str::to_owned),
                ..Failure::new(outcome::exit(result), cause::text(error))
            });
            Ok(())
        }
    }
}

pub(crate) fn next_step(error: &Error) -> Option<&'static str> {
    match error.token_state() {
        TokenState::NotRecognised => {
            Some("nothing is left to revoke if `--env` and the credentials match the token")
        }
        _ if error.kind() == ErrorKind::Unauthorized => {
            Some("check the client id, the client secret and `--auth`")
        }
        _ if error.kind() == ErrorKind::Tls => Some(
            "trust the certificate of the server or proxy with `SSL_CERT_FILE`, or correct `--env`",
        ),
        _ if cause::is_name_resolution(error) => {
            Some("check the host name in `--env`, the name server and `HTTPS_PROXY`")
        }
        _ if error.kind() == ErrorKind::Connect && connection::has_proxy() => {
            Some("check the proxy in `HTTPS_PROXY`, or run the same command again later")
        }
        _ if error.kind() == ErrorKind::Connect => {
            Some("check the network and `--env`, or run the same command again later")
        }
        _ if error.is_retryable() => Some("run the same command again later"),
        TokenState::Live | TokenState::Unknown => None,
    }
}
