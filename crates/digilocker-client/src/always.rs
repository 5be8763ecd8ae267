//! A boolean with one possible value.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The boolean `VALUE`, always: what a schema with `type: boolean` and `enum: [VALUE]` stands for.
///
/// The generator would make a plain `bool` of such a schema, and a success envelope could then say
/// `false`.
///
/// ```
/// use digilocker_client::Always;
///
/// assert_eq!(serde_json::to_string(&Always::<true>)?, "true");
/// assert!(serde_json::from_str::<Always<true>>("false").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Always<const VALUE: bool>;

impl<const VALUE: bool> Serialize for Always<VALUE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(VALUE)
    }
}

impl<'de, const VALUE: bool> Deserialize<'de> for Always<VALUE> {
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

impl<const VALUE: bool> JsonSchema for Always<VALUE> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed(if VALUE { "True" } else { "False" })
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean", "enum": [VALUE] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reads_its_own_value_only() {
        let pair = |json: &str| serde_json::from_str::<(Always<true>, Always<false>)>(json);
        assert_eq!(pair("[true, false]").unwrap(), (Always, Always));
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
