//! JSON Schemas of the types that are not generated.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{ConstBool, Token};

impl JsonSchema for Token {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Token")
    }

    // The same as the spec's component `Token`: a test compares the two.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "password",
            "minLength": 1,
            "pattern": r"^[\x21-\x7E]([\x20-\x7E]*[\x21-\x7E])?$",
        })
    }
}

impl<const VALUE: bool> JsonSchema for ConstBool<VALUE> {
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
