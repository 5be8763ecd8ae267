//! The encoding of request bodies.

/// How the body of a request is encoded. The default depends on the
/// [`Environment`](crate::Environment): form for the production host, JSON for all others.
///
/// ```
/// # use digilocker::{BodyEncoding, Client, Environment};
/// let client = Client::builder(Environment::Production)
///     .body_encoding(BodyEncoding::Json)
///     .build()?;
/// # Ok::<(), digilocker::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyEncoding {
    /// `application/json`: what the published reference documents.
    Json,
    /// `application/x-www-form-urlencoded`: what RFC 7009 §2.1 and the partner specification ask for.
    Form,
}
