//! The generated client, without the wrapper.

use std::net::SocketAddr;
use std::sync::Arc;

use digilocker_client::Hooks;
use digilocker_client::types::RevocationRequest;
use http::HeaderValue;
use http::header::AUTHORIZATION;

use super::{TIMEOUT, basic};
use crate::Outcome;

pub(crate) struct Generated(digilocker_client::Client);

impl Generated {
    pub(crate) fn new(server: SocketAddr) -> Outcome<Self> {
        let http = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        let base = format!("http://{server}");
        let hooks = Arc::new(Authenticate(basic()?));
        let client = digilocker_client::Client::new_with_client(&base, http, hooks);
        Ok(Self(client))
    }

    pub(crate) async fn call(&self, token: String) -> Outcome<()> {
        let body = RevocationRequest {
            token: digilocker_client::Token::new(token)?,
            token_type_hint: None,
        };
        let response = self.0.revoke_token(&body).await;
        let response = response.map_err(|_| "the generated client failed")?;
        (!response.data.id.is_empty())
            .then_some(())
            .ok_or_else(|| "no id".into())
    }
}

/// Hooks that authenticate each request, and do nothing else.
struct Authenticate(HeaderValue);

impl Hooks for Authenticate {
    fn prepare(&self, request: &mut reqwest::Request) {
        request.headers_mut().insert(AUTHORIZATION, self.0.clone());
    }

    fn receive(&self, _: &mut reqwest::Response) {}
}
