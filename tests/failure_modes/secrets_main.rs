//! No secret appears in a result or in the log. A test binary of its own: the subscriber is global.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]
#![allow(
    dead_code,
    reason = "the rows and their outcomes are shared with the failure table"
)]

mod http;
mod secrets;
mod table;
mod tls;
mod transport;
