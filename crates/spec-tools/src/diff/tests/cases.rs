//! Edits of `testing/api.yaml`, and the expected rows.

use serde_json::Value;

use super::edit::{Edit, edits};
use super::{BASE, SPEC};

const TABLES: [&str; 6] = [
    include_str!("cases/request.yaml"),
    include_str!("cases/response.yaml"),
    include_str!("cases/messages.yaml"),
    include_str!("cases/operations.yaml"),
    include_str!("cases/directions.yaml"),
    include_str!("cases/parameters.yaml"),
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

/// All edits, each with its rows as `rows`.
pub(super) fn all() -> Vec<Edit> {
    edits(&BASE.value, &TABLES, NAMES)
}

/// All edits as texts.
pub(super) fn cases() -> Vec<Case> {
    let edits = all().into_iter();
    edits
        .map(|edit| {
            let rows = edit.row["rows"].as_array().into_iter().flatten();
            Case {
                name: edit.name,
                base: if edit.row["base"].is_null() {
                    SPEC.to_owned()
                } else {
                    edit.base.to_string()
                },
                working: edit.working.to_string(),
                rows: rows.filter_map(Value::as_str).map(str::to_owned).collect(),
            }
        })
        .collect()
}
