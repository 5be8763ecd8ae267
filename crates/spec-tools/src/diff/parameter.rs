//! Rules for parameters and headers.

use serde_json::{Value, json};

use super::change::WireImpact::{Breaking, Compatible};
use super::media::content;
use super::reach::{Directions, Effect};
use super::rules;
use super::schema::schema;
use super::walk::{Pair, Walk, verb};

/// Compares the parameters of two operations, which are identified by location and name.
pub(super) fn parameters<'a>(walk: &mut Walk<'a>, field: &Pair<'a>) {
    if !field.has_members() {
        return walk.unclassified(field);
    }
    for mut pair in field.changed() {
        let (place, name) = pair.key.split_once(':').unwrap_or_default();
        let what = format!("{place} parameter");
        pair.key = name.to_owned();
        let added = if is_required(pair.new) {
            (&rules::PARAMETER_ADDED_REQUIRED, Breaking)
        } else {
            (&rules::PARAMETER_ADDED, Compatible)
        };
        if walk.has_both(&pair, &what, added, (&rules::PARAMETER_REMOVED, Breaking)) {
            parameter(walk, &pair, Directions::REQUEST);
        }
    }
}

/// Whether the parameter, header or body is required.
pub(super) fn is_required(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("required")) == Some(&json!(true))
}

/// Compares two parameters, or two headers.
pub(super) fn parameter<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>, directions: Directions) {
    let name = &pair.key;
    let is_content = |value: Option<&Value>| value.is_some_and(|it| it.get("content").is_some());
    if is_content(pair.old) != is_content(pair.new) {
        // `q=abc` becomes `q="abc"`.
        let message = format!("`{name}` is serialized in another way: `schema` or `content`");
        return walk.note(&rules::PARAMETER_CHANGED, pair, Breaking, message);
    }
    for field in pair.changed() {
        match (field.key.as_str(), field.flags()) {
            ("schema", _) => schema(walk, &field, directions),
            ("content", _) => content(walk, &field, directions),
            ("required", (false, true)) => {
                let wire = directions.verdict(Effect::Narrower);
                let message = format!("`{name}` is now required");
                walk.note(&rules::PARAMETER_NOW_REQUIRED, &field, wire, message);
            }
            ("required", (true, false)) => {
                let wire = directions.verdict(Effect::Wider);
                let message = format!("`{name}` is no longer required");
                walk.note(&rules::PARAMETER_NOW_OPTIONAL, &field, wire, message);
            }
            ("style" | "explode" | "allowReserved", _) => {
                let how = verb(field.old, field.new);
                let message = format!("`{}` of `{name}` {how}", field.key);
                walk.note(&rules::PARAMETER_CHANGED, &field, Breaking, message);
            }
            _ => walk.unclassified(&field),
        }
    }
}
