//! A boolean constant as a type.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A boolean that can only be `VALUE`: the type of a schema with `type: boolean` and `enum: [VALUE]`.
///
/// The generator would use `bool`, which also accepts a success with `"success": false`. Deserializing a
/// `ConstBool` fails for any other value.
///
/// ```
/// use digilocker_client::ConstBool;
///
/// assert_eq!(serde_json::to_string(&ConstBool::<true>)?, "true");
/// assert!(serde_json::from_str::<ConstBool<true>>("false").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ConstBool<const VALUE: bool>;

impl<const VALUE: bool> Serialize for ConstBool<VALUE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(VALUE)
    }
}

impl<'de, const VALUE: bool> Deserialize<'de> for ConstBool<VALUE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = bool::deserialize(deserializer)?;
        if value == VALUE {
            Ok(Self)
        } else {
            let expected = if VALUE { "`true`" } else { "`false`" };
            Err(D::Error::invalid_value(Unexpected::Bool(value), &expected))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_values_are_refused() {
        let pair = |json: &str| serde_json::from_str::<(ConstBool<true>, ConstBool<false>)>(json);
        let both = pair("[true, false]").unwrap();
        assert_eq!(serde_json::to_string(&both).unwrap(), "[true,false]");
        let error = pair("[false, false]").unwrap_err().to_string();
        assert!(
            error.starts_with("invalid value: boolean `false`, expected `true`"),
            "{error}"
        );
        let error = pair("[true, true]").unwrap_err().to_string();
        assert!(
            error.starts_with("invalid value: boolean `true`, expected `false`"),
            "{error}"
        );
        assert!(pair("[1, false]").is_err());
    }
}
