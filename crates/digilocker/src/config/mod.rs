//! The settings of a client, and how they are read from a configuration file.

pub(crate) mod credentials;
pub(crate) mod encoding;
pub(crate) mod environment;
pub(crate) mod hint;
pub(crate) mod http;
pub(crate) mod retry;
