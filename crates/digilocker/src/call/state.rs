//! The state of a client, and that of one call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use digilocker_client::types::RevocationRequest;
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::body;
use super::budget::Budget;
use super::cooldown::Cooldown;
use crate::config::credentials::Authentication;
use crate::redact::Secrets;
use crate::response::headers::Head;
use crate::transport::HttpClients;
use crate::{BodyEncoding, Credentials, Environment, Error, RetryPolicy, Token};

/// The settings of a client.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) environment: Environment,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) body_encoding: BodyEncoding,
    pub(crate) attempt_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) max_response_bytes: usize,
}

/// The state that all calls of a client and its clones share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) url: Option<Url>,
    pub(crate) http: HttpClients,
    /// The `Host` header, if requests are known to be HTTP/1.1: the HTTP stack would format it for each
    /// request.
    pub(crate) host: Option<HeaderValue>,
    pub(crate) authentication: Authentication,
    pub(crate) budget: Budget,
}

/// The options of one call.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    /// Boxed: most calls have none.
    pub(crate) headers: Option<Box<HeaderMap>>,
    /// Shared with the other calls of a batch.
    pub(crate) cooldown: Option<Arc<Cooldown>>,
}

/// Whether this crate or the HTTP stack sets this header.
fn is_reserved(name: &HeaderName) -> bool {
    match name.as_str() {
        "authorization" | "connection" | "cookie" | "expect" | "host" | "te"
        | "transfer-encoding" | "upgrade" | "user-agent" => true,
        name => ["accept", "content-", "proxy-"]
            .iter()
            .any(|prefix| name.starts_with(prefix)),
    }
}

/// One call: its request, its options, and what the hooks have recorded. It is the hooks of its attempts.
pub(crate) struct Call {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: CallOptions,
    pub(crate) request: RevocationRequest,
    /// The body of each attempt, if it is not the generated one.
    pub(crate) body: Option<Bytes>,
    head: Mutex<Option<Head>>,
}

impl Call {
    pub(crate) fn new(shared: Arc<Shared>, options: CallOptions, token: Token) -> Self {
        Self {
            shared,
            options,
            request: RevocationRequest {
                token: token.0,
                token_type_hint: None,
            },
            body: None,
            head: Mutex::new(None),
        }
    }

    /// Checks the options, and encodes the request.
    pub(crate) fn prepare(mut self) -> Result<Arc<Self>, Error> {
        let options = &self.options;
        if options.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::config("`timeout` is zero"));
        }
        let mut names = options.headers.iter().flat_map(|headers| headers.keys());
        if let Some(name) = names.find(|name| is_reserved(name)) {
            let detail = format!("`header`: `{name}` cannot be set for a call");
            return Err(Error::config(detail));
        }
        let encoding = self.shared.settings.body_encoding;
        self.body = body::encode(&self.request, encoding, &self.shared.authentication)?;
        Ok(Arc::new(self))
    }

    /// The status and headers of the current attempt's response, which the hooks record.
    pub(crate) fn head(&self) -> MutexGuard<'_, Option<Head>> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The secrets that a response may repeat.
    pub(crate) fn secrets(&self) -> Secrets<'_> {
        let client = &self.shared.authentication.secrets;
        Secrets::new(client, self.request.token.expose_secret())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_crate_and_the_http_stack_are_reserved() {
        for name in [
            "Authorization",
            "Content-Type",
            "content-length",
            "Host",
            "cookie",
            "Accept",
            "Accept-Encoding",
            "User-Agent",
            "Connection",
            "TE",
            "Transfer-Encoding",
            "Upgrade",
            "Expect",
            "Proxy-Authorization",
        ] {
            assert!(is_reserved(&name.parse().unwrap()), "{name}");
        }
        for name in [
            "traceparent",
            "tracestate",
            "x-request-id",
            "te-x",
            "host-x",
            "cookie2",
        ] {
            assert!(!is_reserved(&name.parse().unwrap()), "{name}");
        }
    }
}
