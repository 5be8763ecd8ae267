//! What goes to the wire, byte for byte, and what comes of the documented answers.
//!
//! - `requests`: each credential form with each body form
//! - `answers`: the documented answers, through the generated mock

mod answers;
mod requests;
