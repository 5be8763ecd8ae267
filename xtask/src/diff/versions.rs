//! The versions that the verdicts ask for, and those that there are.

use std::fmt;

use super::change::{Rust, Wire};

/// A version, as far as bumps go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

/// How much of a version has to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing.
    None,
    /// The last number.
    Patch,
    /// The middle one; of a 0.x version the last.
    Minor,
    /// The first; of a 0.x version the middle one.
    Major,
}

/// One version: at the base, now, and as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where it is written.
    pub name: &'static str,
    /// At the base; `None` if that is not known.
    pub base: Option<String>,
    /// Now.
    pub now: String,
    /// The least that will do; `None` if the base's is not known, or no version.
    pub least: Option<Version>,
    /// What moved it there.
    pub bump: Bump,
    /// Whether what there is now is less.
    pub short: bool,
}

impl Version {
    /// Reads `1.2.3`, whatever follows after `-` or `+`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let core = text.split(['-', '+']).next()?;
        let mut parts = core.split('.').map(|part| part.parse::<u64>().ok());
        let version = Self {
            major: parts.next()??,
            minor: parts.next()??,
            patch: parts.next()??,
        };
        parts.next().is_none().then_some(version)
    }

    /// The next one that says `bump`, by the rules of Cargo: the first number that is not zero counts.
    #[must_use]
    pub fn bumped(self, bump: Bump) -> Self {
        let Self {
            major,
            minor,
            patch,
        } = self;
        let (major, minor, patch) = match (bump, major, minor) {
            (Bump::None, ..) => (major, minor, patch),
            (Bump::Major, 0, 0) | (Bump::Patch, ..) | (Bump::Minor, 0, _) => {
                (major, minor, patch + 1)
            }
            (Bump::Major, 0, _) | (Bump::Minor, ..) => (major, minor + 1, 0),
            (Bump::Major, ..) => (major + 1, 0, 0),
        };
        Self {
            major,
            minor,
            patch,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Bump {
    /// Its name, for people.
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

/// What the document's own version has to say: what clients out there have to know.
#[must_use]
pub fn of_wire(wire: Option<Wire>) -> Bump {
    match wire {
        None => Bump::None,
        Some(Wire::Cosmetic) => Bump::Patch,
        Some(Wire::Compatible) => Bump::Minor,
        Some(Wire::Breaking) => Bump::Major,
    }
}

/// What the crates' version has to say. A break of the wire is at least a release of them: code that
/// is not rebuilt is code that is broken.
#[must_use]
pub fn of_rust(rust: Rust, wire: Option<Wire>) -> Bump {
    let bump = match rust {
        Rust::None => Bump::None,
        Rust::Patch => Bump::Patch,
        Rust::Minor => Bump::Minor,
        // No code is less than any.
        Rust::Major | Rust::Ungenerable => Bump::Major,
    };
    match wire {
        Some(Wire::Breaking) => bump.max(Bump::Patch),
        _ => bump,
    }
}

/// Holds `now` against what `bump` makes of `base`.
#[must_use]
pub fn asked(name: &'static str, base: Option<String>, now: String, bump: Bump) -> Asked {
    let least = base
        .as_deref()
        .and_then(Version::parse)
        .map(|base| base.bumped(bump));
    let short = bump != Bump::None
        && match (least, Version::parse(&now)) {
            (Some(least), Some(now)) => now < least,
            (Some(_), None) => true,
            // Nothing to hold it against.
            (None, _) => base.is_some(),
        };
    Asked {
        name,
        base,
        now,
        least,
        bump,
        short,
    }
}

/// `[workspace.package]`'s version in a `Cargo.toml`.
#[must_use]
pub fn of_manifest(text: &str) -> Option<String> {
    let package = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[workspace.package]")
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    let mut versions = package.filter_map(|line| {
        let value = line
            .strip_prefix("version")?
            .trim_start()
            .strip_prefix('=')?;
        value.split('"').nth(1).map(str::to_owned)
    });
    versions.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bumps_follow_cargo() {
        let next = |version: &str, bump| {
            Version::parse(version).map(|version| version.bumped(bump).to_string())
        };
        let all = |version| {
            [Bump::None, Bump::Patch, Bump::Minor, Bump::Major]
                .map(|bump| next(version, bump).unwrap_or_default())
        };
        assert_eq!(all("1.2.3"), ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]);
        assert_eq!(all("0.2.3"), ["0.2.3", "0.2.4", "0.2.4", "0.3.0"]);
        assert_eq!(all("0.0.3"), ["0.0.3", "0.0.4", "0.0.4", "0.0.4"]);
        assert_eq!(Version::parse("1.2"), None);
        assert_eq!(Version::parse("1.2.3.4"), None);
    }

    #[test]
    fn the_workspaces_version_is_found() {
        let manifest = include_str!("../../../Cargo.toml");
        assert_eq!(
            of_manifest(manifest).as_deref(),
            Some(env!("CARGO_PKG_VERSION"))
        );
        assert_eq!(of_manifest("[package]\nversion = \"1.0.0\"\n"), None);
    }

    #[test]
    fn what_is_short_is_said_to_be() {
        let short = |base: &str, now: &str, bump| {
            asked("x", Some(base.to_owned()), now.to_owned(), bump).short
        };
        assert!(short("1.0.0", "1.0.0", Bump::Patch));
        assert!(short("1.0.0", "1.9.0", Bump::Major));
        assert!(!short("1.0.0", "2.0.0", Bump::Major));
        assert!(!short("0.1.0", "0.2.0", Bump::Major));
        assert!(!short("1.0.0", "1.0.0", Bump::None));
        assert!(short("one", "two", Bump::Patch));
    }
}
