//! No server, network or input makes a call hang, leak, lie or panic.
//!
//! - `documented`: runs each row of the `table`, and holds the documentation against what was seen
//! - `http`: the rows in which the server speaks HTTP
//! - `wire`: the rows in which it does not, or not to the end
//! - `tls`: the rows in which the connection cannot be trusted
//! - `statuses`: every status, with each kind of body
//! - `redirects`: the token goes nowhere else
//! - `proxy`: which proxies a call goes through
//! - `input`: credentials, tokens and base URLs at the edge
//! - `reuse`: connections that the server closes between calls
//! - `cancel`: a call that is dropped
//! - `crowd`: a thousand calls at once

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

mod cancel;
mod crowd;
mod documented;
mod http;
mod input;
mod proxy;
mod redirects;
mod reuse;
mod statuses;
mod table;
mod tls;
mod wire;
