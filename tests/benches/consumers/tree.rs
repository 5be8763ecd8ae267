//! The crates that a consumer compiles, from `cargo tree`. Nothing is built.

use std::collections::BTreeSet;

use super::{Consumer, Package, REQWEST, TOKIO};
use crate::Outcome;

/// Crates that run a C compiler in build scripts.
const C_COMPILERS: [&str; 2] = ["cc", "cmake"];

/// The crates that a dependency adds to a program that already uses `reqwest` with `json`.
pub(crate) struct Added {
    /// Names, with the version if the program already has another version of the crate.
    pub(crate) crates: Vec<String>,
    pub(crate) compiling_c: Vec<String>,
}

impl Added {
    pub(crate) fn by(consumer: &Consumer) -> Outcome<Self> {
        let before = Package::new(&[REQWEST, TOKIO], "fn main() {}")?.crates()?;
        let names: BTreeSet<_> = before.iter().map(|package| name(package)).collect();
        let title = |package: &String| {
            if names.contains(name(package)) {
                package.clone()
            } else {
                name(package).to_owned()
            }
        };
        let package = Package::new(&[REQWEST, TOKIO, consumer.dependencies], "fn main() {}")?;
        let crates = package.crates()?;
        let compiling_c = package.compiling_c(&crates)?;
        Ok(Self {
            crates: crates.difference(&before).map(title).collect(),
            compiling_c: compiling_c.difference(&before).map(title).collect(),
        })
    }
}

impl Package {
    /// All crates compiled for this machine as `name version`, including those of build scripts, without the
    /// package itself.
    pub(super) fn crates(&self) -> Outcome<BTreeSet<String>> {
        let mut crates = self.tree(&[])?;
        crates.retain(|package| name(package) != "consumer");
        Ok(crates)
    }

    /// The crates whose build scripts run a C compiler.
    fn compiling_c(&self, crates: &BTreeSet<String>) -> Outcome<BTreeSet<String>> {
        let mut compiling_c = BTreeSet::new();
        for compiler in C_COMPILERS {
            if crates.iter().any(|package| name(package) == compiler) {
                compiling_c.append(&mut self.tree(&["--invert", compiler, "--depth=1"])?);
            }
        }
        compiling_c.retain(|package| !C_COMPILERS.contains(&name(package)));
        Ok(compiling_c)
    }

    fn tree(&self, arguments: &[&str]) -> Outcome<BTreeSet<String>> {
        let tree = [
            "tree",
            "--prefix=none",
            "--edges=normal,build",
            "--format={p}",
        ];
        let lines = self.cargo(&[&tree, arguments].concat())?;
        // `name vVERSION (more)`
        let package = |line: &str| {
            let mut words = line.split_whitespace();
            let (name, version) = (words.next()?, words.next()?);
            Some(format!("{name} {}", version.trim_start_matches('v')))
        };
        Ok(lines.lines().filter_map(package).collect())
    }
}

fn name(package: &str) -> &str {
    package.split_once(' ').map_or(package, |(name, _)| name)
}
