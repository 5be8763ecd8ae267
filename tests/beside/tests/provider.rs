//! The default crypto provider of the process, which the program chooses.

use digilocker::{Client, Environment};
use rustls::crypto::CryptoProvider;

#[test]
fn digilocker_installs_no_crypto_provider() {
    Client::builder(Environment::Production).build().unwrap();
    assert!(CryptoProvider::get_default().is_none());
    let _ = reqwest::Client::new();
    let _ = rustls::ClientConfig::builder();
}
