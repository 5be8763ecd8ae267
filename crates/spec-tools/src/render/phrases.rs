//! Phrases that several output formats share.

use crate::diff::versions::{Bump, VersionCheck};

/// Summarizes the check of one version.
pub(crate) fn version_summary(version: &VersionCheck) -> String {
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
pub(crate) fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
