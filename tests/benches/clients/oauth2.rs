//! The `oauth2` crate. It does not deserialize the body of a success.

use std::net::SocketAddr;

use oauth2::basic::BasicClient;
use oauth2::{AsyncHttpClient as _, EndpointNotSet, EndpointSet, StandardRevocableToken};

use super::{ID, PATH, SECRET, TIMEOUT};
use crate::Outcome;

type WithRevocation =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet, EndpointNotSet>;

pub(crate) struct Oauth2 {
    client: WithRevocation,
    http: oauth2::reqwest::Client,
    uri: http::Uri,
}

impl Oauth2 {
    pub(crate) fn new(server: SocketAddr) -> Outcome<Self> {
        // `oauth2` accepts HTTPS only. `call` restores the real address.
        let url = oauth2::RevocationUrl::new(format!("https://{server}{PATH}"))?;
        Ok(Self {
            client: BasicClient::new(oauth2::ClientId::new(ID.to_owned()))
                .set_client_secret(oauth2::ClientSecret::new(SECRET.to_owned()))
                .set_revocation_url(url),
            http: http_client()?,
            uri: format!("http://{server}{PATH}").parse()?,
        })
    }

    pub(crate) async fn call(&self, token: String) -> Outcome<()> {
        let token = StandardRevocableToken::AccessToken(oauth2::AccessToken::new(token));
        let send = |mut request: oauth2::HttpRequest| {
            request.uri_mut().clone_from(&self.uri);
            self.http.call(request)
        };
        self.client
            .revoke_token(token)?
            .request_async(&send)
            .await?;
        Ok(())
    }
}

/// An HTTP client without redirects, as `oauth2` documents it.
pub(crate) fn http_client() -> oauth2::reqwest::Result<oauth2::reqwest::Client> {
    oauth2::reqwest::Client::builder()
        .redirect(oauth2::reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .build()
}
