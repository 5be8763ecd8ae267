//! Sentences that several forms share.

use crate::diff::versions::{Asked, Bump};

/// What `--enforce` has to say about a version that is short.
#[must_use]
pub fn short(version: &Asked) -> String {
    let Asked {
        name, now, bump, ..
    } = version;
    let base = version.base.as_deref().unwrap_or_default();
    match &version.least {
        Some(least) => format!(
            "error: the version of `{name}` is short: `{now}`, `{base}` at the base; the change is {}: make it `{least}`\n",
            bump.name()
        ),
        None => format!(
            "error: the version of `{name}` is no version of three numbers at the base: `{base}`\n"
        ),
    }
}

/// One version, as a sentence.
pub(super) fn sentence(version: &Asked) -> String {
    let Asked {
        name, now, bump, ..
    } = version;
    match (&version.base, &version.least) {
        _ if *bump == Bump::None => format!("{name} {now}: may stay"),
        (Some(base), Some(least)) if version.short => {
            format!(
                "{name} {base} → {now}: too low, a {} change asks for at least {least}",
                bump.name()
            )
        }
        (Some(base), Some(_)) => format!("{name} {base} → {now}: enough for {}", bump.name()),
        _ => format!(
            "{name} {now}: the base's is not known, {} asks for more",
            bump.name()
        ),
    }
}

/// `3 changes`, `1 change`.
pub(super) fn counted(count: usize) -> String {
    match count {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    }
}

/// `3 errors`, `1 error`.
pub(super) fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
