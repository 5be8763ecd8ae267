//! Errors of the sandbox's own interface.

use std::error::Error;
use std::fmt;

/// Why a fault, a grant or the name of a dialect is invalid, and what to use instead. It quotes no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxError(pub(crate) String);

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for SandboxError {}
