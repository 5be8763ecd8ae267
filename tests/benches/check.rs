//! Limits of the cost of a call. Instructions and allocations are counted, so the result is the same on a busy
//! machine. The limits of instructions are relative to another client in the same run.

use std::fmt::Write as _;

use crate::clients::{HAND_WRITTEN, OAUTH2, WRAPPER};
use crate::consumers::workspace;
use crate::report::{self, calls::recorded};
use crate::server::Server;
use crate::valgrind::{allocations_of_call, instructions_of_call, is_installed};
use crate::{Outcome, note};

/// Maximum instructions of the wrapper relative to hand-written.
const MAX_RELATIVE: f64 = 1.00;
/// Maximum of that ratio relative to the recorded one: counts differ slightly between builds of the same code.
const MAX_INCREASE: f64 = 1.03;
const MAX_ALLOCATIONS: f64 = 56.0;

pub(crate) fn check() -> Outcome<()> {
    if !is_installed() {
        note("valgrind is missing: instructions and allocations are not checked");
        return Ok(());
    }
    let file = workspace().join(report::FILE);
    let record = std::fs::read_to_string(&file)
        .map_err(|error| format!("cannot read {}: {error}", report::FILE))?;
    let server = Server::start()?;
    let ids = [
        ("6-byte id", server.short_id),
        ("36-byte id", server.long_id),
    ];
    let mut exceeded = String::new();
    for ((id, address), recorded) in ids.into_iter().zip(recorded(&record)?) {
        let instructions = |name| instructions_of_call(name, address);
        let (wrapper, oauth2) = (instructions(WRAPPER)?, instructions(OAUTH2)?);
        let relative = wrapper / instructions(HAND_WRITTEN)?;
        // Rounded: a table that grows once in many calls does not count.
        let allocations = allocations_of_call(WRAPPER, address)?[0].round();
        for (is_within, limit) in [
            (
                relative <= MAX_RELATIVE,
                format!(
                    "{relative:.3} of the hand-written call's instructions, at most {MAX_RELATIVE:.2}"
                ),
            ),
            (
                relative <= recorded * MAX_INCREASE,
                format!(
                    "{relative:.3} of the hand-written call's instructions, at most {MAX_INCREASE:.2} of the \
                     {recorded:.2} in {}; if that is intended, run `cargo bench -p benchmarks`",
                    report::FILE
                ),
            ),
            (
                wrapper < oauth2,
                format!("{wrapper:.0} instructions, fewer than the {oauth2:.0} of `oauth2`"),
            ),
            (
                allocations <= MAX_ALLOCATIONS,
                format!("{allocations} allocations, at most {MAX_ALLOCATIONS}"),
            ),
        ] {
            note(&format!("{id}: {limit}"));
            if !is_within {
                write!(exceeded, "\n  {id}: {limit}")?;
            }
        }
    }
    if exceeded.is_empty() {
        return Ok(());
    }
    Err(format!("a call costs too much:{exceeded}").into())
}
