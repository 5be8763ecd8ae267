//! What a project's own program offers: each gives back a [`Report`](crate::report::Report), and none prints.

pub mod diff;
pub mod generate;
mod git;
pub mod lint;
mod settings;
pub mod watch;
