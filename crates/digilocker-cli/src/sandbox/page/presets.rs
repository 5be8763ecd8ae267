//! The faults that the page offers.

use serde::Deserialize;

use super::super::fault::FaultRequest;

/// A fault in the form.
#[derive(Deserialize)]
pub(super) struct Preset {
    /// The value of the form.
    pub(super) name: String,
    pub(super) label: String,
    /// The body of `POST /sandbox/faults`.
    pub(super) fault: FaultRequest,
}

/// The presets of `presets.json`, which a test reads too.
pub(super) fn presets() -> Vec<Preset> {
    serde_json::from_str(include_str!("presets.json")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use digilocker_mock::Sandbox;

    use super::*;

    #[test]
    fn presets_are_valid_faults() {
        assert!(!presets().is_empty());
        for Preset { name, fault, .. } in presets() {
            let queued = fault.times(2).queue(&Sandbox::start());
            assert_eq!(queued, Ok(()), "{name}");
        }
    }
}
