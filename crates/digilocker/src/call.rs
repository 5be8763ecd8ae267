//! One call: from the token to the answer.

use std::time::SystemTime;

use digilocker_client::types::RevocationRequest;
use tokio::time::Instant;

use crate::attempts::attempts;
use crate::deadline::after;
use crate::redact::Secrets;
use crate::{Error, Revoke, Revoked, answer, attempt, trace, wire};

pub(crate) async fn revoke(revoke: Revoke) -> Result<Revoked, Error> {
    let Revoke {
        client,
        token,
        hint,
        timeout,
        pause,
    } = revoke;
    let shared = client.shared();
    let deadline = after(Instant::now(), timeout);
    let request = RevocationRequest {
        token,
        token_type_hint: hint.map(Into::into),
    };
    let body = wire::body(&request, shared.body_encoding, &shared.authentication)?;
    let secrets = Secrets::new(&shared.secrets, request.token.expose_secret());
    let (body, secrets) = (&body, &secrets);
    let attempts = attempts(
        &shared.limits,
        deadline,
        pause.as_deref(),
        |attempt, until| async move {
            let answer = attempt::send(shared, body.clone(), until).await?;
            let status = answer.status;
            let receipt = answer::classify(answer, SystemTime::now(), secrets)?;
            Ok(Revoked::new(receipt, attempt, status))
        },
    );
    trace::call(&shared.base_url, attempts).await
}
