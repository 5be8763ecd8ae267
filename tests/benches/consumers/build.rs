//! A clean build of a consumer, and the size of its binary.

use super::{Consumer, Package, TOKIO};
use crate::child::{self, Cpu};
use crate::{Outcome, note};

pub(crate) struct Build {
    pub(crate) crates: usize,
    pub(crate) cpu_seconds: f64,
    pub(crate) release_bytes: u64,
}

impl Consumer {
    pub(crate) fn build(&self) -> Outcome<Build> {
        let package = Package::new(&[self.dependencies, TOKIO], self.main)?;
        let crates = package.crates()?.len();
        package.cargo(&["fetch"])?;
        note(&format!("  {}", self.name));
        let before = child::cpu_seconds(&Cpu::Children)?;
        package.cargo(&["build"])?;
        let cpu_seconds = child::cpu_seconds(&Cpu::Children)? - before;
        package.cargo(&["build", "--release"])?;
        let binary = format!("target/release/consumer{}", std::env::consts::EXE_SUFFIX);
        Ok(Build {
            crates,
            cpu_seconds,
            release_bytes: std::fs::metadata(package.root().join(binary))?.len(),
        })
    }
}
