//! What is behind an error of the HTTP client.

use std::error::Error as StdError;

pub(crate) fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |&error| {
        // An `io::Error` with a payload has the payload's source, and hides the payload itself.
        match error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
        {
            Some(payload) => Some(payload as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}
