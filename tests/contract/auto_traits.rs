//! Public types can be sent to and shared between threads.

use digilocker::{Client, Token};

/// A compile-time check: an `Rc` in one of these types would break every caller that spawns tasks.
#[test]
fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync + 'static>() {}
    fn check_moved<T: Send + 'static>(_: &T) {}
    check::<Client>();
    check::<digilocker::ClientBuilder>();
    check::<digilocker::blocking::Client>();
    check::<digilocker::Credentials>();
    check::<digilocker::Environment>();
    check::<digilocker::RetryPolicy>();
    check::<digilocker::Revoke>();
    check::<digilocker::Revoked>();
    check::<digilocker::Error>();
    check::<digilocker::InvalidEnvironment>();
    check::<digilocker::InvalidToken>();
    check::<Token>();

    let client = Client::builder(digilocker::Environment::Beta)
        .build()
        .unwrap();
    check_moved(&client.revoke(Token::new("a").unwrap()).into_future());
    check_moved(&client.revoke_all(futures_util::stream::empty::<((), Token)>()));
}
