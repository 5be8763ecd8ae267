//! One attempt: the generated method, and what it returns.

use std::sync::Arc;

use digilocker_client::types::RevocationError;
use digilocker_client::{Client, Error as ClientError, Hooks};
use http_body_util::LengthLimitError;
use tokio::time::timeout_at;

use super::run::Limits;
use super::state::Call;
use crate::Revoked;
use crate::error::{Error, ErrorKind, TokenState, source_chain};
use crate::response::Response;
use crate::response::reply::Reply;
use crate::transport;

/// Makes one attempt.
pub(super) async fn attempt(call: &Arc<Call>, limits: Limits) -> Result<Revoked, Error> {
    let shared = &call.shared;
    let hooks = Arc::clone(call) as Arc<dyn Hooks>;
    let http = shared.http.get(limits.needs_new_connection).clone();
    let base_url = shared.settings.environment.base_url();
    let client = Client::new_with_client(base_url, http, hooks);
    let reply = timeout_at(limits.until, async {
        match client.revoke_token(&call.request).await {
            Ok(success) => Ok(success.into_inner().into()),
            Err(error) => read(error).await,
        }
    });
    let reply = reply.await;
    let Some(head) = call.head().take() else {
        return Err(match reply {
            Ok(Err(error)) => error,
            Ok(Ok(_)) => Error::not_retryable(ErrorKind::Protocol, TokenState::Unknown),
            Err(_) => timed_out("no response in time"),
        });
    };
    let response = Response {
        head: &head,
        secrets: call.secrets(),
        sends_credentials: shared.settings.credentials.is_some(),
    };
    response.interpret(reply.unwrap_or_else(|_| Err(timed_out(INCOMPLETE))))
}

/// Reads the response behind an error of the generated method, whatever its body is.
async fn read(error: ClientError<RevocationError>) -> Result<Reply, Error> {
    match error {
        ClientError::ErrorResponse(documented) => Ok(documented.into_inner().into()),
        ClientError::InvalidResponsePayload(body, _) => Ok(Reply::read(&body)),
        ClientError::UnexpectedResponse(response) => {
            let body = response.bytes().await.map_err(incomplete)?;
            Ok(Reply::read(&body))
        }
        ClientError::ResponseBodyError(cause) => Err(incomplete(cause)),
        ClientError::CommunicationError(cause) | ClientError::InvalidUpgrade(cause) => {
            Err(transport::no_response(cause))
        }
        ClientError::InvalidRequest(_) | ClientError::Custom(_) => {
            Err(Error::config("the request cannot be built"))
        }
    }
}

/// The error of a body that could not be read to its end.
fn incomplete(cause: reqwest::Error) -> Error {
    if source_chain(&cause).any(<dyn std::error::Error>::is::<LengthLimitError>) {
        Error::not_retryable(ErrorKind::TooLarge, TokenState::Unknown)
            .with_detail("the body is larger than `max_response_bytes`")
    } else if cause.is_timeout() {
        timed_out(INCOMPLETE)
    } else {
        Error::retryable(ErrorKind::Protocol, TokenState::Unknown)
            .with_detail("the connection broke before the end of the response")
            .with_source(cause)
    }
}

const INCOMPLETE: &str = "the response was not complete in time";

fn timed_out(detail: &'static str) -> Error {
    Error::retryable(ErrorKind::Timeout, TokenState::Unknown).with_detail(detail)
}
