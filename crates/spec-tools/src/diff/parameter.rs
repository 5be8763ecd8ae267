//! Rules for parameters and headers.

use serde_json::{Value, json};

use super::change::WireImpact;
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
        let key = pair.key.clone();
        let (place, name) = key.split_once(':').unwrap_or_default();
        name.clone_into(&mut pair.key);
        if pair.new.is_none() {
            let message = format!("{place} parameter `{name}` removed");
            walk.note(
                &rules::PARAMETER_REMOVED,
                &pair,
                WireImpact::Breaking,
                message,
            );
        } else if pair.old.is_none() {
            let (rule, wire, how) = if is_required(pair.new) {
                (
                    &rules::PARAMETER_ADDED_REQUIRED,
                    WireImpact::Breaking,
                    "required",
                )
            } else {
                (&rules::PARAMETER_ADDED, WireImpact::Compatible, "optional")
            };
            let message = format!("{place} parameter `{name}` added, {how}");
            walk.note(rule, &pair, wire, message);
        } else {
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
    let is_content =
        |value: Option<&Value>| value.is_some_and(|value| value.get("content").is_some());
    if is_content(pair.old) != is_content(pair.new) {
        // `q=abc` becomes `q="abc"`.
        let message = format!(
            "`{}` is serialized in another way: `schema` or `content`",
            pair.key
        );
        return walk.note(
            &rules::PARAMETER_CHANGED,
            pair,
            WireImpact::Breaking,
            message,
        );
    }
    for field in pair.changed() {
        match field.key.as_str() {
            "schema" => schema(walk, &field, directions),
            "content" => content(walk, &field, directions),
            "required" => {
                let (rule, effect, how) = match field.flags() {
                    (false, true) => (&rules::PARAMETER_NOW_REQUIRED, Effect::Narrower, "is now"),
                    (true, false) => (
                        &rules::PARAMETER_NOW_OPTIONAL,
                        Effect::Wider,
                        "is no longer",
                    ),
                    _ => return walk.unclassified(&field),
                };
                let message = format!("`{}` {how} required", pair.key);
                walk.note(rule, &field, directions.verdict(effect), message);
            }
            "style" | "explode" | "allowReserved" => {
                let how = verb(field.old, field.new);
                let message = format!("`{}` of `{}` {how}", field.key, pair.key);
                walk.note(
                    &rules::PARAMETER_CHANGED,
                    &field,
                    WireImpact::Breaking,
                    message,
                );
            }
            _ => walk.unclassified(&field),
        }
    }
}
