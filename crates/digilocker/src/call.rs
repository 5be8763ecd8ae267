//! One call: its attempts, the waits between them, and what is known of the token at its end.

use std::time::{Duration, SystemTime};

use digilocker_client::types::RevocationRequest;
use tokio::time::{Instant, sleep_until};

use crate::client::Shared;
use crate::error::Stop;
use crate::redact::Secrets;
use crate::wire::Dress;
use crate::{Error, Revoke, Revoked, TokenState, answer, attempt, trace};

/// As good as never, for timeouts that no clock can add.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365);

pub(crate) async fn revoke(revoke: Revoke) -> Result<Revoked, Error> {
    let Revoke {
        client,
        token,
        hint,
        timeout,
    } = revoke;
    let shared = client.shared();
    let deadline = after(Instant::now(), timeout);
    let request = RevocationRequest {
        token,
        token_type_hint: hint.map(Into::into),
    };
    let dress = Dress::new(&request, shared.body_encoding, &shared.authentication)?;
    trace::call(
        &shared.base_url,
        attempts(shared, &request, &dress, deadline),
    )
    .await
}

async fn attempts(
    shared: &Shared,
    request: &RevocationRequest,
    dress: &Dress,
    deadline: Instant,
) -> Result<Revoked, Error> {
    let secrets = || {
        let token = request.token.expose_secret();
        Secrets::new([token].into_iter().chain(shared.secrets()))
    };
    let mut waits = shared.retry.waits();
    let mut known: Option<TokenState> = None;
    let mut attempt = 0_u32;
    loop {
        attempt = attempt.saturating_add(1);
        let until = after(Instant::now(), shared.attempt_timeout).min(deadline);
        let result = attempt::send(shared, request, dress, until)
            .await
            .and_then(|answer| {
                let status = answer.status;
                let receipt = answer::classify(answer, SystemTime::now(), secrets)?;
                Ok(Revoked::new(receipt, attempt, status))
            });
        let mut report = match result {
            Ok(revoked) => {
                trace::succeeded(&revoked);
                shared.budget.earn();
                return Ok(revoked);
            }
            Err(report) => report,
        };

        report.attempts = attempt;
        report.state = known.map_or(report.state, |known| known.then(report.state));
        known = Some(report.state);
        let next = next(
            shared,
            report.retryable,
            waits.by_ref(),
            report.retry_after,
            deadline,
        );
        report.stop = next.err().flatten();
        trace::failed(&report);
        match next {
            Ok(at) => sleep_until(at).await,
            Err(_) => return Err(report.into()),
        }
    }
}

/// When the next attempt begins, or why there is none: for no reason of its own if none would help.
fn next(
    shared: &Shared,
    retryable: bool,
    mut waits: impl Iterator<Item = Duration>,
    retry_after: Option<Duration>,
    deadline: Instant,
) -> Result<Instant, Option<Stop>> {
    if !retryable {
        return Err(None);
    }
    let wait = waits.next().ok_or(Stop::Attempts)?;
    // Jitter on top of the server's own time, or all that were turned away return at once.
    let at = after(
        Instant::now(),
        retry_after.unwrap_or_default().saturating_add(wait),
    );
    if at >= deadline {
        return Err(Some(Stop::Deadline));
    }
    if !shared.budget.spend() {
        return Err(Some(Stop::Budget));
    }
    Ok(at)
}

fn after(instant: Instant, wait: Duration) -> Instant {
    instant.checked_add(wait).unwrap_or_else(|| instant + FAR)
}
