//! What goes to the wire, byte for byte, and what comes of the documented answers.
//!
//! - `requests`: each credential form with each body form
//! - `answers`: the documented answers, through the generated mock

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

mod answers;
mod requests;
