//! The program's own `ring` beside the aws-lc of the default features.

use std::panic;

use digilocker::{Client, Environment};

#[test]
fn a_program_with_two_providers_must_install_one() {
    Client::builder(Environment::Production).build().unwrap();
    panic::catch_unwind(rustls::ClientConfig::builder).unwrap_err();

    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().unwrap();
    let _ = rustls::ClientConfig::builder();
    Client::builder(Environment::Production).build().unwrap();
}
