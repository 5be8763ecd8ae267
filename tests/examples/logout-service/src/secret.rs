//! Secrets from the environment.

use std::env;
use std::fs;

use anyhow::Context as _;
use zeroize::Zeroizing;

/// Reads a secret from the variable, or from the file that `<variable>_FILE` names. `None` if neither is set.
///
/// Prefer a file: processes of the same user can read environment variables, and child processes inherit
/// them.
pub(crate) fn read(variable: &str) -> anyhow::Result<Option<Zeroizing<String>>> {
    let file_variable = format!("{variable}_FILE");
    match (env::var_os(variable), env::var_os(&file_variable)) {
        (Some(_), Some(_)) => anyhow::bail!("set `{variable}` or `{file_variable}`, not both"),
        (Some(text), None) => match text.into_string() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            // The error of `env::var` would quote the secret.
            Err(_) => anyhow::bail!("`{variable}` is not UTF-8"),
        },
        (None, Some(path)) => {
            let text = fs::read_to_string(path)
                .with_context(|| format!("cannot read the file in `{file_variable}`"))?;
            let text = Zeroizing::new(text);
            // Editors and `echo` end a file with a line break that is not part of the secret.
            let trimmed = text.trim_end_matches(['\r', '\n']);
            Ok(Some(Zeroizing::new(trimmed.to_owned())))
        }
        (None, None) => Ok(None),
    }
}
