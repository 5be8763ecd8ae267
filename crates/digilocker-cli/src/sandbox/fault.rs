//! Deserializes faults from JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use digilocker_mock::{Fault, Sandbox, SandboxError};
use serde::Deserialize;

/// A longer delay is a mistake: no client waits that long.
const MAX_DELAY_MS: u64 = 600_000;

/// The body of `POST /sandbox/faults`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FaultRequest {
    status: Option<u16>,
    disconnect: bool,
    delay_ms: u64,
    held: bool,
    after_revoking: bool,
    times: Option<u32>,
    probability: Option<f64>,
    seed: Option<u64>,
    retry_after: Option<u64>,
    headers: BTreeMap<String, String>,
    body: Option<String>,
    token: Option<String>,
}

impl FaultRequest {
    /// Queues the fault, or makes it happen at random.
    ///
    /// # Errors
    ///
    /// The reason why the fault is invalid.
    pub(super) fn queue(self, sandbox: &Sandbox) -> Result<(), String> {
        if let Some(reason) = self.contradiction() {
            return Err(reason.to_owned());
        }
        let (times, probability, seed) = (self.times, self.probability, self.seed);
        let fault = self.into_fault().map_err(|error| error.to_string())?;
        match probability {
            Some(ratio) => sandbox.fail_randomly(seed.unwrap_or_default(), ratio, fault),
            None => sandbox.fail_next(fault.times(times.unwrap_or(1))),
        }
        Ok(())
    }

    fn contradiction(&self) -> Option<&'static str> {
        let has_status = self.status.is_some();
        let has_response =
            self.body.is_some() || self.retry_after.is_some() || !self.headers.is_empty();
        let is_slow = self.delay_ms > 0 || self.held;
        let is_probability = |ratio: f64| (0.0..=1.0).contains(&ratio);
        let is_bodiless = matches!(self.status, Some(204 | 205 | 304));
        let rules = [
            (
                has_status && self.disconnect,
                "`status` and `disconnect` are mutually exclusive",
            ),
            (
                self.after_revoking && !has_status && !self.disconnect,
                "`after_revoking` requires `status` or `disconnect`",
            ),
            (
                !has_status && !self.disconnect && !is_slow,
                "one of `status`, `disconnect`, `delay_ms`, `held` is required",
            ),
            (
                !has_status && has_response,
                "`body`, `headers` and `retry_after` require `status`",
            ),
            (
                self.delay_ms > MAX_DELAY_MS,
                "`delay_ms` must be at most 600000",
            ),
            (
                self.body.is_some() && is_bodiless,
                "a response with this status has no body",
            ),
            (self.token.as_deref() == Some(""), "`token` is empty"),
            (
                self.probability.is_some() && self.times.is_some(),
                "`probability` and `times` are mutually exclusive",
            ),
            (
                !self.probability.is_none_or(is_probability),
                "`probability` must be from 0 to 1",
            ),
            (
                self.probability.is_none() && self.seed.is_some(),
                "`seed` requires `probability`",
            ),
            (self.times == Some(0), "`times` must be at least 1"),
        ];
        let broken = rules.into_iter().find(|(is_broken, _)| *is_broken);
        broken.map(|(_, reason)| reason)
    }

    fn into_fault(self) -> Result<Fault, SandboxError> {
        let mut fault = match self.status {
            Some(status) => Fault::try_status(status)?,
            None if self.disconnect => Fault::disconnect(),
            None => Fault::slow(Duration::ZERO),
        };
        if let Some(seconds) = self.retry_after {
            fault = fault.retry_after(Duration::from_secs(seconds));
        }
        for (name, value) in &self.headers {
            fault = fault.try_header(name, value)?;
        }
        if let Some(body) = self.body {
            fault = fault.body(body);
        }
        if self.after_revoking {
            fault = fault.after_revoking();
        }
        if self.held {
            fault = fault.hold();
        }
        if let Some(token) = self.token {
            fault = fault.for_token(token);
        }
        Ok(fault.delay(Duration::from_millis(self.delay_ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = r#"
        {"status": 503, "retry_after": 2, "times": 3} status 503, 3 times
        {"status": 502, "body": "<h1>", "headers": {"content-type": "text/html"}} status 502
        {"disconnect": true, "after_revoking": true} disconnect, after revoking
        {"delay_ms": 600000} real response, delayed by 600s
        {"held": true} real response, held
        {"status": 503, "held": true, "token": "a"} status 503, held, for one token
        {"status": 503, "probability": 1, "seed": 7} status 503, at random (ratio 1)
        {"disconnect": true, "probability": 0.5} disconnect, at random (ratio 0.5)"#;

    const INVALID: &str = r#"
        {} one of `status`, `disconnect`, `delay_ms`, `held` is required
        {"status": 503, "disconnect": true} `status` and `disconnect` are mutually exclusive
        {"after_revoking": true} `after_revoking` requires `status` or `disconnect`
        {"disconnect": true, "body": ""} `body`, `headers` and `retry_after` require `status`
        {"disconnect": true, "headers": {"a": "b"}} `body`, `headers` and `retry_after` require `status`
        {"delay_ms": 1, "retry_after": 1} `body`, `headers` and `retry_after` require `status`
        {"delay_ms": 600001} `delay_ms` must be at most 600000
        {"status": 204, "body": "x"} a response with this status has no body
        {"status": 503, "token": ""} `token` is empty
        {"status": 503, "times": 0} `times` must be at least 1
        {"status": 503, "probability": 1.1} `probability` must be from 0 to 1
        {"status": 503, "probability": 0.5, "times": 2} `probability` and `times` are mutually exclusive
        {"status": 503, "seed": 7} `seed` requires `probability`
        {"status": 1000} 1000
        {"status": 500, "headers": {"a b": "c"}} a b
        {"status": 500, "headers": {"content-length": "3"}} content-length"#;

    /// Queues the fault at the beginning of a line. Returns the rest of the line.
    fn queue<'a>(sandbox: &Sandbox, line: &'a str) -> (Result<(), String>, &'a str) {
        let (json, rest) = line.trim().split_at(line.trim().rfind('}').unwrap() + 1);
        let request: FaultRequest = serde_json::from_str(json).unwrap();
        (request.queue(sandbox), rest.trim())
    }

    #[test]
    fn each_kind_of_fault_is_queued() {
        for line in VALID.trim().lines() {
            let sandbox = Sandbox::start();
            let (result, description) = queue(&sandbox, line);
            assert_eq!(result, Ok(()), "{line}");
            assert_eq!(sandbox.pending_faults(), [description]);
        }
    }

    #[test]
    fn invalid_faults_are_refused_with_the_reason() {
        let sandbox = Sandbox::start();
        for line in INVALID.trim().lines() {
            let (result, reason) = queue(&sandbox, line);
            let error = result.unwrap_err();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }
}
