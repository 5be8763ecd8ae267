//! One call, from its request to its result.
//!
//! - `state`: what a client's calls share, and what belongs to one call
//! - `run`: the attempts of one call, within its deadline and the client's retry budget
//! - `attempt`: one attempt, by the generated method
//! - `hooks`: its hooks: authenticate, encode, record, limit
//! - `body`: the encoding of requests, the limit of responses
//! - `budget`: limits retries
//! - `cooldown`: delays the requests of a batch after a `Retry-After`, and during an outage

use std::future::poll_fn;
use std::pin::{Pin, pin};

use self::state::Call;
use crate::error::Error;
use crate::{Revoked, trace};

mod attempt;
mod body;
pub(crate) mod budget;
pub(crate) mod cooldown;
mod hooks;
mod run;
pub(crate) mod state;

/// The future of a call.
pub(crate) type BoxedCall = Pin<Box<dyn Future<Output = Result<Revoked, Error>> + Send>>;

/// Makes a call, inside its span.
pub(crate) fn make(call: Call) -> BoxedCall {
    let call = call.prepare();
    Box::pin(async move {
        let call = &call?;
        let span = trace::call(call.shared.url.as_ref());
        let mut attempts = pin!(run::run(&call.shared, &call.options, |limits| {
            attempt::attempt(call, limits)
        }));
        // Not `Instrument`, which moves the future.
        let result = poll_fn(|context| span.in_scope(|| attempts.as_mut().poll(context))).await;
        trace::end(&span, &result);
        result
    })
}
