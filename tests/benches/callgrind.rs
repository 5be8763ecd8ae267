//! Instructions and allocations, counted by valgrind: the same on a busy machine and on a quiet one.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Outcome;

/// What one call more costs.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
}

pub(crate) fn is_there() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// The difference of two run lengths: start, connection and end are in both.
pub(crate) fn call(name: &str, address: SocketAddr) -> Outcome<Cost> {
    between(&["call", name, &address.to_string()], 200, 1_200)
}

/// The first build of a client includes what is loaded once; each further one does not.
pub(crate) fn build(name: &str) -> Outcome<(Cost, Cost)> {
    Ok((
        between(&["build", name], 0, 1)?,
        between(&["build", name], 1, 11)?,
    ))
}

fn between(arguments: &[&str], short: u32, long: u32) -> Outcome<Cost> {
    let (first, second) = (run(arguments, short)?, run(arguments, long)?);
    let calls = f64::from(long - short);
    Ok(Cost {
        instructions: (second.instructions - first.instructions) / calls,
        allocations: (second.allocations - first.allocations) / calls,
    })
}

fn run(arguments: &[&str], length: u32) -> Outcome<Cost> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("callgrind.out");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe()?)
        .args(arguments)
        .arg(length.to_string())
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("`{}` under valgrind: {status}", arguments.join(" ")).into());
    }
    read(&file)
}

/// Reads the file that callgrind writes. Of its format we need: `summary:` with the count of
/// instructions; `cfn=` naming the function that is called; `calls=` with how often, in the next line.
fn read(file: &Path) -> Outcome<Cost> {
    let text = std::fs::read_to_string(file)?;
    let mut names = std::collections::HashMap::new();
    let mut allocates = false;
    let mut cost = Cost {
        instructions: 0.0,
        allocations: 0.0,
    };
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("cfn=").or(line.strip_prefix("fn=")) {
            // A name is written once, `(id) name`, and is `(id)` from then on.
            let (id, name) = name.split_once(' ').unwrap_or((name, ""));
            let is_allocator = *names.entry(id.to_owned()).or_insert(matches!(
                name,
                "malloc" | "calloc" | "realloc" | "posix_memalign"
            ));
            allocates = is_allocator && line.starts_with('c');
        } else if let Some(calls) = line.strip_prefix("calls=") {
            if allocates {
                let count = calls.split_whitespace().next().unwrap_or_default();
                cost.allocations += count.parse::<f64>()?;
            }
        } else if let Some(count) = line.strip_prefix("summary: ") {
            cost.instructions += count.trim().parse::<f64>()?;
        }
    }
    Ok(cost)
}
