//! The operation `revoke_token`: its request, the classification of responses, its result, and batches.

use std::time::SystemTime;

use digilocker_client::types::RevocationRequest;

use self::classify::Context;
use crate::Error;
use crate::pipeline::redact::Secrets;
use crate::pipeline::run::{GivenUp, Operation, run};
use crate::pipeline::{Authentication, trace};

pub(crate) mod batch;
#[cfg(test)]
mod call_tests;
pub(crate) mod classify;
mod error_body;
mod request;
mod revoked;
mod token_state;

pub use self::batch::RevokeAll;
pub use self::request::{InvalidTokenTypeHint, Revoke, TokenTypeHint};
pub use self::revoked::Revoked;
pub use self::token_state::TokenState;

/// Revoking is idempotent: a revoked token stays revoked (RFC 7009 §2.2).
const REVOKE_TOKEN: Operation = Operation {
    id: "revoke_token",
    method: "POST",
    is_idempotent: true,
};

/// Revokes one token: builds the request, makes the call, and classifies the response.
pub(crate) async fn revoke(revoke: Revoke) -> Result<Revoked, Error> {
    let Revoke {
        client,
        token,
        hint,
        options,
        cooldown,
    } = revoke;
    let pipeline = client.pipeline();
    let options = options?;
    let request = RevocationRequest {
        token,
        token_type_hint: hint.map(Into::into),
    };
    let context = Context {
        secrets: Secrets::new(&pipeline.secrets, request.token.expose_secret()),
        sends_credentials: !matches!(pipeline.authentication, Authentication::None),
    };
    let (request, context) = (&request, &context);
    let cooldown = cooldown.as_deref();
    let span = trace::Call::new(&pipeline.server, REVOKE_TOKEN);
    let call = async move {
        if let Some(cooldown) = cooldown {
            cooldown.ended().await;
        }
        run(
            pipeline,
            &options,
            cooldown,
            REVOKE_TOKEN,
            |hooks| async move {
                let http = pipeline.http.clone();
                digilocker_client::Client::new_with_client(&pipeline.base_url, http, hooks)
                    .revoke_token(request)
                    .await
            },
            |head, response| classify::classify(head, response, SystemTime::now, context),
        )
        .await
    };
    match span.instrument(call).await {
        Ok((confirmation, attempts)) => {
            span.succeeded(confirmation.status, attempts, "revoked");
            Ok(Revoked::new(confirmation, attempts))
        }
        Err(given_up) => Err(into_error(given_up, &span)),
    }
}

#[cold]
fn into_error(given_up: GivenUp, span: &trace::Call) -> Error {
    let state = TokenState::from(given_up.effect);
    span.failed(&given_up, state.as_str());
    let GivenUp {
        failure,
        attempts,
        reason,
        ..
    } = given_up;
    Error::new(*failure, state, attempts, reason)
}
