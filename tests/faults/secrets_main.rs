//! Whatever happens, what comes out holds no secret. A process of its own: its subscriber is global.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]
#![allow(
    dead_code,
    reason = "the rows and their outcomes are shared with the table of faults"
)]

mod http;
mod secrets;
mod table;
mod tls;
mod wire;
