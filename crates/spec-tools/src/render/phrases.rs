//! Phrases that several output formats share.

use crate::diff::versions::{Bump, VersionCheck};

/// The error of `--enforce` for a version that is too low.
#[must_use]
pub fn too_low(version: &VersionCheck) -> String {
    let VersionCheck {
        name, now, bump, ..
    } = version;
    let base = version.base.as_deref().unwrap_or_default();
    match &version.least {
        Some(least) => format!(
            "error: `{name}` is too low: `{now}`; a {} change from `{base}` requires at least `{least}`\n",
            bump.name()
        ),
        None => format!("error: `{name}` at the base is not a semantic version: `{base}`\n"),
    }
}

/// Summarizes the check of one version.
pub(super) fn version_summary(version: &VersionCheck) -> String {
    let VersionCheck {
        name, now, bump, ..
    } = version;
    match (&version.base, &version.least) {
        _ if *bump == Bump::None => format!("{name} {now}: no change required"),
        (Some(base), Some(least)) if version.short => {
            format!(
                "{name} {base} → {now}: too low, a {} change requires at least {least}",
                bump.name()
            )
        }
        (Some(base), Some(_)) => format!(
            "{name} {base} → {now}: high enough for a {} change",
            bump.name()
        ),
        _ => format!(
            "{name} {now}: unknown version at the base, a {} change requires a higher one",
            bump.name()
        ),
    }
}

/// `3 errors`, `1 error`.
pub(super) fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
