//! Output formats of `lint` and `diff`.

pub mod changelog;
pub mod findings;
pub mod json;
pub mod markdown;
pub(crate) mod phrases;
mod places;
pub mod sarif;
pub mod text;
