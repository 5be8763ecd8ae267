//! Failure modes: no server, network or input makes a call hang, leak, panic or report a wrong result.
//!
//! - `documented`: runs each row of the `table` and compares the documentation with the outcomes
//! - `http`: rows in which the server sends valid HTTP
//! - `transport`: rows in which it does not, or closes the connection early
//! - `tls`: rows in which the TLS handshake fails
//! - `statuses`: every status with each kind of body
//! - `redirects`: redirects are never followed
//! - `proxy`: proxies from the environment
//! - `input`: unusual credentials, tokens and base URLs
//! - `connection_reuse`: connections that the server closes between calls
//! - `cancel`: calls that are dropped
//! - `concurrency`: a thousand concurrent calls

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

mod cancel;
mod concurrency;
mod connection_reuse;
mod documented;
mod http;
mod input;
mod proxy;
mod redirects;
mod statuses;
mod table;
mod tls;
mod transport;
