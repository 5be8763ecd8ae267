//! No server, network or input makes a call hang, leak, lie or panic.
//!
//! - `table`: runs each row, and holds the documentation's table against what was seen
//! - `http`: the rows in which the server speaks HTTP
//! - `wire`: the rows in which it does not, or not to the end
//! - `tls`: the rows in which the connection cannot be trusted
//! - `statuses`: every status, with each kind of body
//! - `redirects`: the token goes nowhere else
//! - `input`: credentials, tokens and base URLs at the edge
//! - `secrets`: what comes out of all of the above holds no secret
//! - `cancel`: a call that is dropped
//! - `crowd`: a thousand calls at once

mod http;
mod table;
mod tls;
mod wire;
