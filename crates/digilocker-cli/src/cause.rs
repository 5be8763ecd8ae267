//! The causes of an error: its sources.

use std::error::Error as StdError;

use digilocker::Error;

/// The error in one line, naming options of this command instead of methods of the library.
pub(crate) fn text(error: &Error) -> String {
    let text = error.to_string();
    let credentials = "`--client-id` and `--client-secret-file`";
    text.replace("`ClientBuilder::credentials`", credentials)
        .replace("`timeout`", "`--timeout`")
}

/// The error and its cause in one line.
pub(crate) fn message(error: &Error) -> String {
    match error.cause() {
        Some(cause) => format!("{}; cause: {cause}", text(error)),
        None => text(error),
    }
}

/// The sources, outermost first.
pub(crate) fn sources(error: &Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |source: &&'_ (dyn StdError + 'static)| {
        (*source).source()
    })
}

/// The innermost source or all sources, for the lines after an error.
pub(crate) fn lines(error: &Error, is_verbose: bool) -> Vec<String> {
    if is_verbose {
        let lines = sources(error).map(|source| format!("caused by: {source}"));
        return lines.collect();
    }
    let cause = error.cause().map(|cause| format!("cause: {cause}"));
    cause.into_iter().collect()
}

/// Whether the name of the host could not be resolved.
pub(crate) fn is_name_resolution(error: &Error) -> bool {
    sources(error).any(|source| source.to_string() == "dns error")
}
