//! `digilocker completions`.

use clap_complete::Shell;

use crate::exit::{Exit, Failure};
use crate::output;

/// Print shell completions
///
/// Examples:
///
///   digilocker completions bash > ~/.local/share/bash-completion/completions/digilocker
///   digilocker completions zsh > "${fpath[1]}/_digilocker"
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    shell: Shell,
}

pub(crate) fn run(args: &Args, command: &mut clap::Command) -> Result<Exit, Failure> {
    // Into memory first: clap_complete panics if the output is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "digilocker", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Success)
}
