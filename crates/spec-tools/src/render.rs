//! Results in the forms that can be asked for: those of `lint` and of `diff` side by side.

pub mod changelog;
pub mod findings;
pub mod json;
pub mod markdown;
mod places;
pub mod sarif;
pub mod text;
mod words;

pub use self::words::short;
