//! Compares versions with the minimum that the verdicts require.

use semver::{BuildMetadata, Prerelease, Version};

use super::change::{RustImpact, WireImpact};

/// The part of a version that must be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// None.
    None,
    /// The last number.
    Patch,
    /// The middle number; in 0.x versions the last one.
    Minor,
    /// The first number; in 0.x versions the middle one.
    Major,
}

/// A version at the base, now, and its required minimum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCheck {
    /// Where the version is written.
    pub name: &'static str,
    /// The version at the base; `None` if unknown.
    pub base: Option<String>,
    /// The current version.
    pub now: String,
    /// The required minimum; `None` if the base's version is unknown or invalid.
    pub least: Option<Version>,
    /// The bump that the verdict requires.
    pub bump: Bump,
    /// Whether the current version is too low.
    pub short: bool,
}

/// The lowest version after `base` that is a `bump` by Cargo's rules, where the first non-zero number is the major
/// one.
fn bumped(base: &Version, bump: Bump) -> Version {
    let mut next = base.clone();
    next.build = BuildMetadata::EMPTY;
    if bump == Bump::None {
        return next;
    }
    next.pre = Prerelease::EMPTY;
    match (bump, base.major, base.minor) {
        (Bump::Major, 0, 0) | (Bump::Patch | Bump::None, ..) | (Bump::Minor, 0, _) => {
            next.patch += 1;
        }
        (Bump::Major, 0, _) | (Bump::Minor, ..) => {
            next.minor += 1;
            next.patch = 0;
        }
        (Bump::Major, ..) => next = Version::new(base.major + 1, 0, 0),
    }
    next
}

impl Bump {
    /// The name of the bump.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// The bump of `info.version`.
#[must_use]
pub fn of_wire(wire: Option<WireImpact>) -> Bump {
    match wire {
        None => Bump::None,
        Some(WireImpact::Cosmetic) => Bump::Patch,
        Some(WireImpact::Compatible) => Bump::Minor,
        Some(WireImpact::Breaking) => Bump::Major,
    }
}

/// The bump of the crates' version. A breaking wire change requires at least a patch release, because clients must
/// be rebuilt.
#[must_use]
pub fn of_rust(rust: RustImpact, wire: Option<WireImpact>) -> Bump {
    let bump = match rust {
        RustImpact::None => Bump::None,
        RustImpact::Patch => Bump::Patch,
        RustImpact::Minor => Bump::Minor,
        // No code at all breaks every user.
        RustImpact::Major | RustImpact::Ungenerable => Bump::Major,
    };
    match wire {
        Some(WireImpact::Breaking) => bump.max(Bump::Patch),
        _ => bump,
    }
}

/// Checks that `now` is at least `base` raised by `bump`. Pre-releases of the minimum are accepted.
#[must_use]
pub fn check(name: &'static str, base: Option<String>, now: String, bump: Bump) -> VersionCheck {
    let parsed = base.as_deref().and_then(|base| Version::parse(base).ok());
    let least = parsed.map(|base| bumped(&base, bump));
    let short = bump != Bump::None
        && match (&least, Version::parse(&now)) {
            (Some(least), Ok(now)) => {
                (now.major, now.minor, now.patch) < (least.major, least.minor, least.patch)
            }
            (Some(_), Err(_)) => true,
            // An invalid base version counts as too low, a missing one does not.
            (None, _) => base.is_some(),
        };
    VersionCheck {
        name,
        base,
        now,
        least,
        bump,
        short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bumps_follow_cargo() {
        let next = |version: &str, bump| {
            let version = Version::parse(version).expect("a version");
            bumped(&version, bump).to_string()
        };
        let all = |version| {
            [Bump::None, Bump::Patch, Bump::Minor, Bump::Major].map(|bump| next(version, bump))
        };
        assert_eq!(all("1.2.3"), ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]);
        assert_eq!(all("0.2.3"), ["0.2.3", "0.2.4", "0.2.4", "0.3.0"]);
        assert_eq!(all("0.0.3"), ["0.0.3", "0.0.4", "0.0.4", "0.0.4"]);
        assert_eq!(
            all("1.2.3-rc.1+build"),
            ["1.2.3-rc.1", "1.2.4", "1.3.0", "2.0.0"]
        );
    }

    #[test]
    fn versions_below_the_minimum_are_too_low() {
        let short = |base: &str, now: &str, bump| {
            check("x", Some(base.to_owned()), now.to_owned(), bump).short
        };
        assert!(short("1.0.0", "1.0.0", Bump::Patch));
        assert!(short("1.0.0", "1.9.0", Bump::Major));
        assert!(!short("1.0.0", "2.0.0", Bump::Major));
        assert!(!short("0.1.0", "0.2.0", Bump::Major));
        assert!(!short("1.0.0", "1.0.0", Bump::None));
        assert!(short("one", "two", Bump::Patch));
        assert!(!short("1.0.0", "2.0.0-rc.1", Bump::Major));
    }
}
