//! The program's own `rustls`.

use digilocker::{Client, Environment};

#[test]
fn rustls_determines_its_crypto_provider() {
    let _ = rustls::ClientConfig::builder();
    Client::builder(Environment::Production).build().unwrap();
}
