//! On what it was measured, and with which versions.

use std::fmt::Write as _;
use std::process::Command;

use crate::{Outcome, consumers};

/// Those that the rows are about.
const CRATES: [&str; 7] = [
    "digilocker",
    "hyper",
    "hyper-util",
    "oauth2",
    "reqwest",
    "rustls",
    "tokio",
];

pub(crate) fn heading() -> Outcome<String> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo")?;
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism()?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let today = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).date_naive();
    Ok(format!(
        "# Benchmarks\n\n\
         Made by `cargo bench -p benchmarks`, all rows in one run: {today}, {cpu}, {cores} cores,\n\
         Linux {}, {}, release profile,\n{}.\n\n\
         The server is a process of its own on the same machine, over loopback without TLS, and answers\n\
         with 75 bytes of JSON. Each client is a process of its own too, on a single-threaded runtime.\n",
        kernel.trim(),
        rustc()?,
        versions()?
    ))
}

pub(crate) fn rustc() -> Outcome<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// From `Cargo.lock`, where a crate's `version` follows its `name`, both in quotes.
fn versions() -> Outcome<String> {
    let lock = std::fs::read_to_string(consumers::workspace().join("Cargo.lock"))?;
    let mut versions = String::new();
    for package in lock.split("[[package]]") {
        let mut values = package.split('"');
        let (Some(name), Some(version)) = (values.nth(1), values.nth(1)) else {
            continue;
        };
        if CRATES.contains(&name) {
            let comma = if versions.is_empty() { "" } else { ", " };
            write!(versions, "{comma}{name} {version}")?;
        }
    }
    Ok(versions)
}
