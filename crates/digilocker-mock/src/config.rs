//! How a sandbox is set up. It does not change.

use crate::authentication::Authentication;
use crate::dialect::Dialect;
use crate::fallback::Fallback;

pub(crate) struct Config {
    pub(crate) authentication: Authentication,
    pub(crate) dialect: Dialect,
    /// RFC 7009 section 2.2: an unknown token is as good as revoked.
    pub(crate) unknown_tokens_succeed: bool,
    pub(crate) fallback: Option<Fallback>,
}
