//! The cost of depending on a client.

use std::fmt::Write as _;

use super::{Setup, ratio};
use crate::Outcome;
use crate::consumers::{ALL, Added, HAND_WRITTEN};

pub(super) fn builds(_: &Setup) -> Outcome<String> {
    let mut text = "\
         ## A program that depends on `digilocker`\n\n\
         | dependency | crates | clean debug build, CPU s | relative to hand-written | release binary, stripped, MB | relative to hand-written |\n\
         |---|--:|--:|--:|--:|--:|\n"
        .to_owned();
    let mut rows = Vec::new();
    let (mut cpu_baseline, mut size_baseline) = (f64::NAN, f64::NAN);
    for consumer in ALL {
        let build = consumer.build()?;
        let megabytes = f64::from(u32::try_from(build.release_bytes)?) / 1e6;
        if consumer.name == HAND_WRITTEN {
            (cpu_baseline, size_baseline) = (build.cpu_seconds, megabytes);
        }
        rows.push((consumer.name, build.crates, build.cpu_seconds, megabytes));
    }
    for (name, crates, cpu, size) in rows {
        writeln!(
            text,
            "| {name} | {crates} | {cpu:.0} | {} | {size:.1} | {} |",
            ratio(cpu, cpu_baseline),
            ratio(size, size_baseline),
        )?;
    }
    writeln!(
        text,
        "\nEach program also uses `tokio`. Crates include those of build scripts. Versions are those of the\n\
         `Cargo.lock` of this workspace if it has the crate. One clean build each."
    )?;
    Ok(text)
}

pub(super) fn crates(_: &Setup) -> Outcome<String> {
    let mut text = "\
         ## Crates added to a program that uses `reqwest`\n\n\
         | dependency | crates added | of these, compiling C | names |\n\
         |---|--:|---|---|\n"
        .to_owned();
    for consumer in ALL {
        if consumer.name == HAND_WRITTEN {
            continue;
        }
        let added = Added::by(&consumer)?;
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            consumer.name,
            added.crates.len(),
            list(&added.compiling_c),
            list(&added.crates),
        )?;
    }
    writeln!(
        text,
        "\nThe program uses `tokio` and `reqwest` 0.13 with its default features and `json`. The table shows the\n\
         difference of two `cargo tree --edges normal,build`, with the version if the program already has\n\
         another version of the crate. A crate compiles C if its build script uses `cc` or `cmake`."
    )?;
    Ok(text)
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "–".to_owned();
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
