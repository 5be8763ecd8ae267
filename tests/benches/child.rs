//! Runs parts of a measurement in a child process: this program with a command.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::Outcome;

/// Runs a child process, which must succeed. Returns its standard output.
pub(crate) fn output(arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("`{}` failed: {}", arguments.join(" "), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs a child process. Returns the numbers that it prints, separated by spaces.
pub(crate) fn numbers<const N: usize>(arguments: &[&str]) -> Outcome<[f64; N]> {
    let output = output(arguments)?;
    let numbers = output.split_whitespace().map(str::parse);
    let numbers = numbers.collect::<Result<Vec<f64>, _>>()?;
    numbers
        .try_into()
        .map_err(|_| format!("`{}` printed {output:?}", arguments.join(" ")).into())
}

pub(crate) fn first_line(child: &mut Child) -> Outcome<String> {
    let out = child.stdout.as_mut().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// A value of `/proc/self/status` in KiB: `VmHWM` is the peak resident memory, `VmRSS` the current one.
pub(crate) fn memory(name: &str) -> Outcome<u32> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no such line")?.parse()?)
}

/// Whose CPU time to read: that of this process, or of its children that have ended.
pub(crate) enum Cpu {
    Own,
    Children,
}

/// The CPU time so far, in seconds.
pub(crate) fn cpu_seconds(whose: &Cpu) -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The second field, a name in parentheses, may contain spaces.
    let fields = stat.rsplit(')').next().ok_or("an empty line")?;
    let skip = match whose {
        Cpu::Own => 11,
        Cpu::Children => 13,
    };
    let mut ticks = 0.0;
    for field in fields.split_whitespace().skip(skip).take(2) {
        ticks += field.parse::<f64>()?;
    }
    // Linux reports hundredths of a second on all architectures supported by Rust.
    Ok(ticks / 100.0)
}
