//! The versions that the verdicts ask for, and those that there are.

use semver::{BuildMetadata, Prerelease, Version};

use super::change::{Rust, Wire};

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

/// The next version after `base` that says `bump`, by the rules of Cargo: the first number that is not zero
/// counts. A pre-release of it will do.
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

/// Compares `now` with what `bump` makes of `base`.
#[must_use]
pub fn asked(name: &'static str, base: Option<String>, now: String, bump: Bump) -> Asked {
    let parsed = base.as_deref().and_then(|base| Version::parse(base).ok());
    let least = parsed.map(|base| bumped(&base, bump));
    let short = bump != Bump::None
        && match (&least, Version::parse(&now)) {
            (Some(least), Ok(now)) => {
                (now.major, now.minor, now.patch) < (least.major, least.minor, least.patch)
            }
            (Some(_), Err(_)) => true,
            // Nothing to compare with.
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
        assert!(!short("1.0.0", "2.0.0-rc.1", Bump::Major));
    }
}
