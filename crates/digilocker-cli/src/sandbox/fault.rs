//! Deserializes faults from JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};
use serde::{Deserialize, Deserializer};

/// Maximum delay. A longer one is a mistake: no client waits that long.
const MAX_DELAY_MS: u64 = 10 * 60 * 1000;

/// The body of `POST /sandbox/faults`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FaultRequest {
    #[serde(deserialize_with = "present")]
    status: Option<u16>,
    disconnect: bool,
    delay_ms: u64,
    held: bool,
    after_revoking: bool,
    #[serde(deserialize_with = "present")]
    times: Option<u32>,
    #[serde(deserialize_with = "present")]
    probability: Option<f64>,
    #[serde(deserialize_with = "present")]
    seed: Option<u64>,
    #[serde(deserialize_with = "present")]
    retry_after: Option<u64>,
    headers: BTreeMap<String, String>,
    #[serde(deserialize_with = "present")]
    body: Option<String>,
    #[serde(deserialize_with = "present")]
    token: Option<String>,
}

/// Refuses `null` for an optional field.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl FaultRequest {
    pub(super) fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Queues the fault, or makes it happen at random.
    ///
    /// # Errors
    ///
    /// The reason why the fault is invalid.
    pub(super) fn queue(self, sandbox: &Sandbox) -> Result<(), String> {
        let (times, probability, seed) = (self.times, self.probability, self.seed);
        let fault = self.into_fault()?;
        match (probability, times) {
            (Some(_), Some(_)) => Err("`probability` and `times` are mutually exclusive".into()),
            (Some(ratio), None) if (0.0..=1.0).contains(&ratio) => {
                sandbox.fail_randomly(seed.unwrap_or_default(), ratio, fault);
                Ok(())
            }
            (Some(_), None) => Err("`probability` must be from 0 to 1".into()),
            (None, _) if seed.is_some() => Err("`seed` requires `probability`".into()),
            (None, Some(0)) => Err("`times` must be at least 1".into()),
            (None, times) => {
                sandbox.fail_next(fault.times(times.unwrap_or(1)));
                Ok(())
            }
        }
    }

    fn into_fault(self) -> Result<Fault, String> {
        let mut fault = match (self.status, self.disconnect) {
            (Some(_), true) => {
                return Err("`status` and `disconnect` are mutually exclusive".into());
            }
            (Some(status), false) => {
                Fault::try_status(status).map_err(|error| error.to_string())?
            }
            (None, true) => Fault::disconnect(),
            (None, false) if self.after_revoking => {
                return Err("`after_revoking` requires `status` or `disconnect`".into());
            }
            (None, false) if self.delay_ms > 0 || self.held => Fault::slow(Duration::ZERO),
            (None, false) => {
                return Err("one of `status`, `disconnect`, `delay_ms`, `held` is required".into());
            }
        };
        if self.status.is_none() {
            for (name, given) in [
                ("body", self.body.is_some()),
                ("headers", !self.headers.is_empty()),
                ("retry_after", self.retry_after.is_some()),
            ] {
                if given {
                    return Err(format!("`{name}` requires `status`"));
                }
            }
        }
        if self.delay_ms > MAX_DELAY_MS {
            return Err(format!("`delay_ms` must be at most {MAX_DELAY_MS}"));
        }
        if self.body.is_some() && matches!(self.status, Some(204 | 205 | 304)) {
            return Err("a response with this status has no body".into());
        }
        if let Some(seconds) = self.retry_after {
            fault = fault.retry_after(Duration::from_secs(seconds));
        }
        for (name, value) in &self.headers {
            fault = fault
                .try_header(name, value)
                .map_err(|error| error.to_string())?;
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
            if token.is_empty() {
                return Err("`token` is empty".into());
            }
            fault = fault.for_token(token);
        }
        Ok(fault.delay(Duration::from_millis(self.delay_ms)))
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Result<(), &str>) {
        let request: FaultRequest = serde_json::from_str(json).unwrap();
        let result = request.queue(&Sandbox::start());
        assert_eq!(
            result.as_ref().map_err(String::as_str),
            expected.as_ref().map_err(|e| *e),
            "{json}"
        );
    }

    #[test]
    fn invalid_faults_are_refused_with_the_reason() {
        check(r#"{"status": 503, "retry_after": 2, "times": 3}"#, Ok(()));
        check(
            r#"{"status": 502, "body": "<h1>", "headers": {"content-type": "text/html"}}"#,
            Ok(()),
        );
        check(r#"{"disconnect": true, "after_revoking": true}"#, Ok(()));
        check(r#"{"delay_ms": 600000}"#, Ok(()));
        check(
            "{}",
            Err("one of `status`, `disconnect`, `delay_ms`, `held` is required"),
        );
        check(
            r#"{"status": 503, "disconnect": true}"#,
            Err("`status` and `disconnect` are mutually exclusive"),
        );
        check(
            r#"{"after_revoking": true}"#,
            Err("`after_revoking` requires `status` or `disconnect`"),
        );
        check(
            r#"{"disconnect": true, "body": ""}"#,
            Err("`body` requires `status`"),
        );
        check(
            r#"{"delay_ms": 1, "retry_after": 1}"#,
            Err("`retry_after` requires `status`"),
        );
        check(
            r#"{"delay_ms": 600001}"#,
            Err("`delay_ms` must be at most 600000"),
        );
        check(
            r#"{"status": 204, "body": "x"}"#,
            Err("a response with this status has no body"),
        );
        check(r#"{"status": 503, "token": ""}"#, Err("`token` is empty"));
        check(
            r#"{"status": 503, "times": 0}"#,
            Err("`times` must be at least 1"),
        );
        check(r#"{"held": true}"#, Ok(()));
        check(r#"{"status": 503, "held": true}"#, Ok(()));
        check(r#"{"status": 503, "probability": 1, "seed": 7}"#, Ok(()));
        check(r#"{"disconnect": true, "probability": 0.5}"#, Ok(()));
        check(
            r#"{"status": 503, "probability": 1.1}"#,
            Err("`probability` must be from 0 to 1"),
        );
        check(
            r#"{"status": 503, "probability": 0.5, "times": 2}"#,
            Err("`probability` and `times` are mutually exclusive"),
        );
        check(
            r#"{"status": 503, "seed": 7}"#,
            Err("`seed` requires `probability`"),
        );
    }

    #[test]
    fn invalid_statuses_and_headers_are_refused() {
        for json in [
            r#"{"status": 99}"#,
            r#"{"status": 101}"#,
            r#"{"status": 1000}"#,
            r#"{"status": 500, "headers": {"a b": "c"}}"#,
            r#"{"status": 500, "headers": {"a": "b\nc"}}"#,
            r#"{"status": 500, "headers": {"content-length": "3"}}"#,
        ] {
            let request: FaultRequest = serde_json::from_str(json).unwrap();
            assert!(request.queue(&Sandbox::start()).is_err(), "{json}");
        }
    }
}
