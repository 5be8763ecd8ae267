//! Public types can be sent to other threads, and all but batches can be shared between them.

use digilocker::{Client, RevokeAll, Token, blocking};

type Key = u32;
type Stream = futures_util::stream::Empty<(Key, Token)>;
type Iter = std::iter::Empty<(Key, Token)>;

/// A compile-time check: an `Rc` in one of these types would break every caller that spawns tasks.
#[test]
fn public_types_are_send_and_all_but_batches_are_sync() {
    fn check_send<T: Send + 'static>() {}
    fn check<T: Send + Sync + 'static>() {}
    check::<Client>();
    check::<blocking::Client>();
    check::<digilocker::ClientBuilder>();
    check::<digilocker::ClientBuilder<blocking::Client>>();
    check::<digilocker::BaseUrl>();
    check::<digilocker::BodyEncoding>();
    check::<digilocker::Credentials>();
    check::<digilocker::Environment>();
    check::<digilocker::Error>();
    check::<digilocker::ErrorKind>();
    check::<digilocker::InvalidEnvironment>();
    check::<digilocker::InvalidToken>();
    check::<digilocker::InvalidTokenTypeHint>();
    check::<digilocker::RetryPolicy>();
    check::<digilocker::Revoke>();
    check::<blocking::Revoke>();
    check::<digilocker::Revoked>();
    check::<Token>();
    check::<digilocker::TokenState>();
    check::<digilocker::TokenTypeHint>();
    check_send::<<digilocker::Revoke as IntoFuture>::IntoFuture>();
    check_send::<RevokeAll<Stream, Key>>();
    check_send::<blocking::RevokeAll<Iter, Key>>();
}
