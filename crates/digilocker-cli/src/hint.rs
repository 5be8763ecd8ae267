//! The values of `--hint`: those of the library.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use digilocker::TokenTypeHint;

pub(crate) fn values() -> impl TypedValueParser<Value = TokenTypeHint> {
    let hints = TokenTypeHint::ALL.iter().map(|hint| hint.as_str());
    PossibleValuesParser::new(hints).try_map(|hint| hint.parse())
}
