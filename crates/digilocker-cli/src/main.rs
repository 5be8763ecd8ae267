//! The `digilocker` command.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests: a panic says where"))]

mod cause;
mod check;
mod completions;
mod connection;
mod exit;
mod field;
mod hint;
mod interrupt;
mod journal;
mod outcome;
mod output;
mod report;
mod revoke;
mod revoke_all;
mod runtime;
mod sandbox;
mod secret;
mod summary;

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use crate::exit::Failure;

/// Revoke DigiLocker OAuth 2.0 tokens.
#[derive(Parser)]
#[command(
    name = "digilocker",
    version,
    after_help = exit::HELP,
    propagate_version = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Revoke(revoke::Args),
    Sandbox(sandbox::Args),
    RevokeAll(revoke_all::Args),
    Report(report::Args),
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let result = arguments().and_then(|cli| match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Revoke(args) => revoke::run(&args),
        Command::Sandbox(args) => sandbox::run(&args),
        Command::RevokeAll(args) => revoke_all::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
    });
    let exit = result.unwrap_or_else(|failure| {
        output::error(&failure);
        failure.exit
    });
    (exit as u8).into()
}

fn arguments() -> Result<Cli, Failure> {
    Cli::try_parse().map_err(|error| {
        let unexpected = match error.kind() {
            ErrorKind::UnknownArgument => error.get(ContextKind::InvalidArg),
            ErrorKind::InvalidSubcommand => error.get(ContextKind::InvalidSubcommand),
            _ => None,
        };
        match unexpected {
            // It may be a token, which clap would print.
            Some(ContextValue::String(text)) if !text.starts_with('-') => Failure::usage(
                "unexpected argument",
            )
            .help(
                "see `digilocker --help`; tokens are read from standard input or a file, because \
                     `ps` shows arguments",
            ),
            _ => error.exit(),
        }
    })
}
