//! The hooks of the generated client: authenticate, encode, record the response's head, limit its body.

use digilocker_client::Hooks;
use http::header::{AUTHORIZATION, HOST, HeaderName};
use reqwest::{Request, Response};

use super::body;
use super::state::Call;
use crate::response::headers::Head;

/// The generated client adds this header to every request. DigiLocker does not document it.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

impl Hooks for Call {
    fn prepare(&self, request: &mut Request) {
        let headers = request.headers_mut();
        headers.remove(API_VERSION);
        if let Some(host) = &self.shared.host {
            headers.insert(HOST, host.clone());
        }
        if let Some(authorization) = &self.shared.authentication.header {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        for (name, value) in self.options.headers.as_deref().into_iter().flatten() {
            headers.append(name, value.clone());
        }
        let encoding = self.shared.settings.body_encoding;
        body::replace(request, self.body.as_ref(), encoding);
    }

    fn receive(&self, response: &mut Response) {
        // Taken, not cloned: the generated code does not use them.
        let headers = std::mem::take(response.headers_mut());
        let status = response.status();
        *self.head() = Some(Head { status, headers });
        body::limit(response, self.shared.settings.max_response_bytes);
    }
}
