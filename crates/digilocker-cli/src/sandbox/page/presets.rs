//! The faults that the page offers.

/// A fault in the form.
pub(super) struct Preset {
    /// The value of the form.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// The equivalent body of `POST /sandbox/faults`.
    pub(super) json: &'static str,
}

pub(super) const PRESETS: [Preset; 8] = [
    Preset {
        name: "unavailable",
        label: "503, Retry-After 2 s",
        json: r#"{"status": 503, "retry_after": 2}"#,
    },
    Preset {
        name: "lost",
        label: "lost response: revoked, then disconnected",
        json: r#"{"disconnect": true, "after_revoking": true}"#,
    },
    Preset {
        name: "disconnect",
        label: "disconnect, nothing revoked",
        json: r#"{"disconnect": true}"#,
    },
    Preset {
        name: "slow",
        label: "slow: the real response after 5 s",
        json: r#"{"delay_ms": 5000}"#,
    },
    Preset {
        name: "limited",
        label: "429, Retry-After 1 s",
        json: r#"{"status": 429, "retry_after": 1}"#,
    },
    Preset {
        name: "unauthorized",
        label: "401, credentials refused",
        json: r#"{"status": 401}"#,
    },
    Preset {
        name: "server",
        label: "500, no body",
        json: r#"{"status": 500}"#,
    },
    Preset {
        name: "gateway",
        label: "502, a gateway's HTML page",
        json: r#"{"status": 502, "headers": {"content-type": "text/html"}, "body": "<h1>Bad Gateway</h1>"}"#,
    },
];

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
mod tests {
    use digilocker_mock::Sandbox;

    use super::super::super::fault::FaultRequest;
    use super::*;

    #[test]
    fn presets_are_valid_faults() {
        for Preset { name, json, .. } in PRESETS {
            let request: FaultRequest = serde_json::from_str(json).unwrap();
            let queued = request.times(2).queue(&Sandbox::start());
            assert_eq!(queued, Ok(()), "{name}");
        }
    }
}
