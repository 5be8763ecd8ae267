//! A sandbox on its own, for clients in any language.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use digilocker_mock::Sandbox;

const HELP: &str = "\
A stand-in for DigiLocker's token revocation endpoint, on loopback, until Ctrl-C.

Usage: digilocker-mock [--port PORT]

Options:
  --port PORT  Port to listen on; 0 is any free one [default: 4010]
  --help       Show this and stop

Besides the endpoint it answers:
  POST /sandbox/grants          a new grant: {\"access_token\": …, \"refresh_token\": …}
  GET  /sandbox/tokens/{token}  {\"live\": true}, or false
  GET  /sandbox/violations      every way in which a request broke the spec

Exit codes: 1 the port cannot be had, 2 the arguments are wrong
";

#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Serve { port: u16 },
}

fn main() -> ExitCode {
    match parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => match io::stdout().write_all(HELP.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Ok(Command::Serve { port }) => match serve(port) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(1, &format!("cannot listen on 127.0.0.1:{port}: {error}")),
        },
        Err(message) => complain(2, &format!("{message}\nTry `digilocker-mock --help`")),
    }
}

fn complain(code: u8, message: &str) -> ExitCode {
    // Where standard error is closed, the code must do.
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::from(code)
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut port = 4010;
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let arg = arg.to_string_lossy().into_owned();
        if arg == "--help" || arg == "-h" {
            return Ok(Command::Help);
        }
        let value = if arg == "--port" {
            args.next()
                .map(|value| value.to_string_lossy().into_owned())
        } else if let Some(value) = arg.strip_prefix("--port=") {
            Some(value.to_owned())
        } else {
            return Err(format!("unknown argument: `{arg}`"));
        };
        port = value
            .as_deref()
            .and_then(|value| value.parse().ok())
            .ok_or("`--port` needs a number from 0 to 65535")?;
    }
    Ok(Command::Serve { port })
}

fn serve(port: u16) -> io::Result<()> {
    let sandbox = Sandbox::builder()
        .port(port)
        .control_endpoints()
        .try_start()?;
    announce(&sandbox)?;
    // Until a signal ends the process.
    loop {
        thread::park();
    }
}

/// Its secrets open nothing but itself: they are meant to be seen.
fn announce(sandbox: &Sandbox) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "base URL       {}", sandbox.base_url())?;
    writeln!(out, "client id      {}", sandbox.client_id())?;
    writeln!(out, "client secret  {}", sandbox.client_secret())?;
    for number in 1..=2 {
        let grant = sandbox.issue_grant();
        writeln!(out, "grant {number}")?;
        writeln!(out, "  access token   {}", grant.access_token())?;
        writeln!(out, "  refresh token  {}", grant.refresh_token())?;
    }
    writeln!(out, "\nRevoke one of them:")?;
    writeln!(
        out,
        "  curl {}/public/oauth2/1/revoke -u {}:{} --json '{{\"token\": \"…\"}}'",
        sandbox.base_url(),
        sandbox.client_id(),
        sandbox.client_secret()
    )?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], expected: Result<Command, &str>) {
        let parsed = parse(args.iter().map(OsString::from));
        assert_eq!(parsed, expected.map_err(str::to_owned), "{args:?}");
    }

    #[test]
    fn arguments() {
        const BAD_PORT: &str = "`--port` needs a number from 0 to 65535";
        check(&[], Ok(Command::Serve { port: 4010 }));
        check(&["--port", "0"], Ok(Command::Serve { port: 0 }));
        check(&["--port=8080"], Ok(Command::Serve { port: 8080 }));
        check(&["--port", "1", "--help"], Ok(Command::Help));
        check(&["--port"], Err(BAD_PORT));
        check(&["--port", "65536"], Err(BAD_PORT));
        check(&["--ports", "1"], Err("unknown argument: `--ports`"));
        check(&["serve"], Err("unknown argument: `serve`"));
    }
}
