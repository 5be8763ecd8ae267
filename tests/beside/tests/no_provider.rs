//! The feature `rustls-no-provider`: the program installs the crypto provider.

use digilocker::{Client, Environment, ErrorKind};

#[test]
fn client_is_built_once_a_crypto_provider_is_installed() {
    let build = |environment: Environment| Client::builder(environment).build();
    let error = build(Environment::Production).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("install_default"), "{error}");

    // reqwest itself would panic.
    let own = Client::builder(Environment::Production).http(reqwest::Client::builder());
    let error = own.build().unwrap_err();
    assert!(error.to_string().contains("install_default"), "{error}");

    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().unwrap();
    build(Environment::Production).unwrap();
    build("http://127.0.0.1:4010".parse().unwrap()).unwrap();
}
