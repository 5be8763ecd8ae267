//! Edits of documents, by JSON pointer.

use serde_json::Value;

use super::parse;
use crate::yaml::{escape, unescape};

/// The value of a text in YAML in which each of `names` stands for a longer text.
pub(super) fn expanded(text: &str, names: &[(&str, &str)]) -> Value {
    let text = names.iter().fold(text.to_owned(), |text, (name, full)| {
        text.replace(name, full)
    });
    parse(&text).value
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) name: String,
    pub(super) base: Value,
    pub(super) working: Value,
    /// The whole row, with what is expected of the edit.
    pub(super) row: Value,
}

/// The edits in these tables, lists in YAML: `base` edits `document`, and `edit` the result.
pub(super) fn edits(document: &Value, tables: &[&str], names: &[(&str, &str)]) -> Vec<Edit> {
    let rows = tables.iter().flat_map(|text| match expanded(text, names) {
        Value::Array(rows) => rows,
        other => panic!("no list: {other}"),
    });
    rows.map(|row| {
        let base = edited(document, &row["base"]);
        Edit {
            name: row["name"].as_str().expect("a name").to_owned(),
            working: edited(&base, &row["edit"]),
            base,
            row,
        }
    })
    .collect()
}

/// `document` with these edits: pointer → new value, `null` to remove, or `rename: <key>`. An index `-` appends.
fn edited(document: &Value, edits: &Value) -> Value {
    let mut document = document.clone();
    let edits = edits.as_object().into_iter().flatten();
    // Renames last: the other pointers have the old names.
    let (renames, others): (Vec<_>, Vec<_>) =
        edits.partition(|(_, value)| value.get("rename").is_some());
    for (pointer, value) in others.into_iter().chain(renames) {
        let (parent, _) = pointer.rsplit_once('/').expect("a pointer");
        if let Some(key) = value.get("rename").and_then(Value::as_str) {
            let old = take(&mut document, pointer);
            put(&mut document, &format!("{parent}/{}", escape(key)), old);
        } else if value.is_null() {
            take(&mut document, pointer);
        } else {
            put(&mut document, pointer, value.clone());
        }
    }
    // Other crates may enable the feature `preserve_order` of `serde_json`.
    document.sort_all_objects();
    document
}

/// The parent of the part at `pointer`, with its key.
fn parent<'a>(document: &'a mut Value, pointer: &str) -> (&'a mut Value, String) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document.pointer_mut(parent);
    (
        parent.unwrap_or_else(|| panic!("no place for `{pointer}`")),
        unescape(key),
    )
}

/// Removes the part at `pointer`.
pub(super) fn take(document: &mut Value, pointer: &str) -> Value {
    let removed = match parent(document, pointer) {
        (Value::Object(map), key) => map.remove(&key),
        (Value::Array(items), key) => key.parse().ok().map(|index: usize| items.remove(index)),
        _ => None,
    };
    removed.unwrap_or_else(|| panic!("nothing at `{pointer}`"))
}

/// Adds or replaces the part at `pointer`.
fn put(document: &mut Value, pointer: &str, value: Value) {
    match parent(document, pointer) {
        (Value::Object(map), key) => drop(map.insert(key, value)),
        (Value::Array(items), key) if key == "-" => items.push(value),
        (Value::Array(items), key) => items[key.parse::<usize>().expect("an index")] = value,
        (other, _) => panic!("`{pointer}` is in {other}"),
    }
}
