//! The configuration of a sandbox. It does not change.

use crate::authentication::Authentication;
use crate::dialect::Dialect;
use crate::fallback::Fallback;

pub(crate) struct Config {
    pub(crate) authentication: Authentication,
    pub(crate) dialect: Dialect,
    /// Unknown tokens get 200 (RFC 7009 section 2.2).
    pub(crate) unknown_tokens_succeed: bool,
    pub(crate) fallback: Option<Fallback>,
}
