//! The program's own `reqwest`.
//!
//! One test in each file, and so in each process: `rustls` installs a crypto provider for the whole
//! process at first use, and a second test would not notice that its own use fails.

use digilocker::{Client, Environment};

#[test]
fn reqwest_client_needs_no_crypto_provider() {
    let _ = reqwest::Client::new();
    Client::builder(Environment::Production).build().unwrap();
}
