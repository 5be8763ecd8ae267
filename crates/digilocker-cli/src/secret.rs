//! Secrets from files and from standard input.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use digilocker::Token;
use zeroize::Zeroizing;

use crate::exit::Failure;
use crate::{field, output};

/// Larger than any secret or token: a larger file is the wrong file.
const MAX_BYTES: usize = 64 * 1024;

/// The secret in a file, without the line break at its end.
pub(crate) fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let shown = path.display();
    let failed = |error: io::Error| Failure::io(format!("cannot read `{shown}`: {error}"));
    let file = File::open(path).map_err(failed)?;
    warn_if_others_can_read(path, &file);
    let secret = read(file).map_err(failed)?;
    if secret.is_empty() {
        return Err(Failure::usage(format!("`{shown}` is empty")));
    }
    Ok(secret)
}

/// Reads one token from standard input. At a terminal, prompts for it without echo.
pub(crate) fn token_from_stdin() -> Result<Token, Failure> {
    let failed = |error: io::Error| Failure::io(format!("cannot read standard input: {error}"));
    let text = if io::stdin().is_terminal() {
        Zeroizing::new(rpassword::prompt_password("Token (not shown): ").map_err(failed)?)
    } else {
        read(io::stdin().lock()).map_err(failed)?
    };
    if text.is_empty() {
        return Err(Failure::io("standard input is empty")
            .help("pass the token on standard input: `digilocker revoke … < token-file`"));
    }
    if text.contains(['\n', '\r']) {
        return Err(Failure::io("standard input has more than one line")
            .help("`digilocker revoke` takes one token; `digilocker revoke-all` takes many"));
    }
    field::line(text.as_bytes())
        .map_err(|reason| Failure::io(format!("cannot use standard input: {reason}")))
}

pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, Failure> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes)
        .map_err(|error| Failure::io(format!("cannot generate random numbers: {error}")))?;
    Ok(bytes)
}

/// Reads all input and removes the line break at the end.
fn read(mut input: impl Read) -> io::Result<Zeroizing<String>> {
    // Allocated at its maximum size: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(MAX_BYTES + 1));
    input
        .by_ref()
        .take(MAX_BYTES as u64 + 1)
        .read_to_string(&mut text)?;
    if text.len() > MAX_BYTES {
        return Err(io::Error::other(format!("more than {MAX_BYTES} bytes")));
    }
    let end = text.strip_suffix('\n').map_or(text.len(), |line| {
        line.strip_suffix('\r').unwrap_or(line).len()
    });
    text.truncate(end);
    Ok(text)
}

/// Warns if other users can read the file.
#[cfg(unix)]
pub(crate) fn warn_if_others_can_read(path: &Path, file: &File) {
    use std::os::unix::fs::MetadataExt;
    // The permissions of pipes such as `/dev/stdin` mean nothing.
    let readable = file
        .metadata()
        .is_ok_and(|meta| meta.is_file() && meta.mode() & 0o044 != 0);
    if readable {
        output::warning(&format!(
            "other users can read `{0}`: run `chmod 600 {0}`",
            path.display()
        ));
    }
}

#[cfg(not(unix))]
pub(crate) fn warn_if_others_can_read(_path: &Path, _file: &File) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_trailing_line_break_is_removed() {
        for (input, expected) in [
            ("abc", "abc"),
            ("abc\n", "abc"),
            ("abc\r\n", "abc"),
            ("abc\n\n", "abc\n"),
            (" abc ", " abc "),
            ("", ""),
        ] {
            let text = read(input.as_bytes()).unwrap();
            assert_eq!(text.as_str(), expected, "{input:?}");
        }
    }
}
