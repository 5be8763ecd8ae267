//! Building and cloning a client.

use std::fmt::Write as _;

use super::{Setup, thousands};
use crate::building::ALL;
use crate::{Outcome, child, valgrind};

pub(super) fn section(_: &Setup) -> Outcome<String> {
    let mut text = "\
         ## Building a client\n\n\
         | client | first build: instructions | ms | next build: instructions | allocations | bytes | ms | 10,000 clones, KiB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for (name, title) in ALL {
        let [first_time, time, clones] = child::numbers(&["clones", name])?;
        let [first, next, allocations, bytes] = valgrind::build(name)?;
        writeln!(
            text,
            "| {title} | {} | {first_time:.2} | {} | {} | {} | {time:.2} | {clones:.0} |",
            thousands(first),
            thousands(next),
            thousands(allocations),
            thousands(bytes),
        )?;
    }
    writeln!(
        text,
        "\nClients for the production host, with HTTP Basic. No connection is made. Build one client and clone\n\
         it: clones share connections and the retry budget."
    )?;
    Ok(text)
}
