//! The commands. Each returns a [`Report`](crate::report::Report); only `watch` writes output itself.

pub mod diff;
pub mod generate;
mod git;
pub mod lint;
mod settings;
pub mod watch;
