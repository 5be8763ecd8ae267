//! Output formats of `lint` and `diff`.

pub mod changelog;
pub mod findings;
pub mod json;
pub mod markdown;
mod phrases;
mod places;
pub mod sarif;
pub mod text;

pub use self::phrases::too_low;
