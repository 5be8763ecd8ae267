//! Parts of a measurement that need a process of their own: this program again, with a command.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::Outcome;

/// The standard output of a process that succeeds.
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

/// The numbers that a process prints, separated by spaces.
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

/// A number of `/proc/self/status`, in KiB: `VmHWM` is the peak of resident memory, `VmRSS` what it
/// is now.
pub(crate) fn memory(name: &str) -> Outcome<u32> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no such line")?.parse()?)
}

/// The CPU time of a process so far, in seconds: its own, or that of its children that have ended.
pub(crate) enum Cpu {
    Own,
    Children,
}

pub(crate) fn cpu_seconds(whose: &Cpu) -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The second field, a name in parentheses, may hold spaces.
    let fields = stat.rsplit(')').next().ok_or("an empty line")?;
    let skip = match whose {
        Cpu::Own => 11,
        Cpu::Children => 13,
    };
    let mut ticks = 0.0;
    for field in fields.split_whitespace().skip(skip).take(2) {
        ticks += field.parse::<f64>()?;
    }
    // Linux reports these in hundredths of a second on each architecture that Rust has.
    Ok(ticks / 100.0)
}
