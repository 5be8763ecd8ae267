//! Errors of the sandbox's own interface.

/// Why a fault, a grant or the name of a dialect is invalid, and what to use instead. It quotes no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SandboxError(pub(crate) String);
