//! The crates that a consumer compiles, by `cargo tree`: nothing is built.

use std::collections::BTreeSet;

use super::{Consumer, Package, REQWEST, TOKIO};
use crate::Outcome;

/// The crates by which build scripts run a C compiler.
const C_COMPILERS: [&str; 2] = ["cc", "cmake"];

/// What a dependency adds to the crates of a program that uses `reqwest` with `json` already.
pub(crate) struct Added {
    /// With the version where the program has the crate in another one.
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
    /// All crates that are compiled for this machine, build scripts' included, without the package
    /// itself: `name version`.
    pub(super) fn crates(&self) -> Outcome<BTreeSet<String>> {
        let mut crates = self.tree(&[])?;
        crates.retain(|package| name(package) != "consumer");
        Ok(crates)
    }

    /// Those of `crates` whose build scripts run a C compiler.
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
