//! Edits of `testing/api.yaml`, and the expected rows.

use serde_json::Value;

use super::edit::{edited, rows};
use super::{BASE, SPEC};

mod directions;
mod messages;
mod operations;
mod parameters;
mod request;
mod response;

const TABLES: [&str; 6] = [
    request::CASES,
    response::CASES,
    messages::CASES,
    operations::CASES,
    directions::CASES,
    parameters::CASES,
];

/// Short names of places and values in the tables.
const NAMES: &[(&str, &str)] = &[
    ("$operation", "/paths/~1public~1oauth2~11~1revoke/post"),
    ("$path", "/paths/~1public~1oauth2~11~1revoke"),
    ("$sent", "$schemas/RevocationRequest/properties/extra"),
    ("$received", "$schemas/Revocation/properties/extra"),
    ("$schemas", "/components/schemas"),
    (
        "$id",
        "{in: path, name: id, required: true, schema: {type: string}}",
    ),
    (
        "$queries",
        "[{in: query, name: one, required: true, schema: {type: string}},
          {in: query, name: two, required: true, schema: {type: integer}},
          {in: query, name: opt, schema: {type: string}}]",
    ),
];

/// One edit.
#[derive(Debug)]
pub(super) struct Case {
    /// A description of the edit.
    pub(super) name: String,
    /// The document before: the spec, or the spec with constructs that it does not have.
    pub(super) base: String,
    /// The document after.
    pub(super) working: String,
    /// The expected rows, as `rule wire rust`.
    pub(super) rows: Vec<String>,
}

/// All cases.
pub(super) fn cases() -> Vec<Case> {
    let rows = TABLES.iter().flat_map(|text| rows(text, NAMES));
    rows.map(|row| {
        let base = edited(&BASE.value, &row["base"]);
        let working = edited(&base, &row["edit"]);
        let rows = row["rows"].as_array().into_iter().flatten();
        Case {
            name: row["name"].as_str().expect("a name").to_owned(),
            base: if row["base"].is_null() {
                SPEC.to_owned()
            } else {
                base.to_string()
            },
            working: working.to_string(),
            rows: rows.filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    })
    .collect()
}
