//! The program's own `reqwest`.
//!
//! Each file has one test, which runs in its own process: `rustls` installs a crypto provider per process at
//! first use, and a second test would not notice a missing one.

use digilocker::{Client, Environment};

#[test]
fn reqwest_client_needs_no_crypto_provider() {
    let _ = reqwest::Client::new();
    Client::builder(Environment::Production).build().unwrap();
}
