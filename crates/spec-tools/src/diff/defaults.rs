//! Fields with a default value. Writing the default explicitly, or removing it, changes nothing.

use serde_json::{Value, json};

use super::change::WireImpact;
use super::rules;
use super::walk::{Pair, Walk};

/// Fields with the same default wherever they are (OpenAPI 3.0.3, section 4.7; JSON Schema, section 5).
const FIELDS: [(&str, Default); 15] = [
    ("minLength", Default::Zero),
    ("minItems", Default::Zero),
    ("minProperties", Default::Zero),
    ("uniqueItems", Default::False),
    ("exclusiveMinimum", Default::False),
    ("exclusiveMaximum", Default::False),
    ("nullable", Default::False),
    ("readOnly", Default::False),
    ("writeOnly", Default::False),
    ("deprecated", Default::False),
    ("required", Default::False),
    ("allowEmptyValue", Default::False),
    ("allowReserved", Default::False),
    ("style", Default::Style),
    ("explode", Default::Explode),
];

#[derive(Clone, Copy)]
enum Default {
    Zero,
    False,
    /// Depends on the location of the parameter.
    Style,
    /// Depends on the style.
    Explode,
}

/// Whether `field` of `owner` has its default on both sides and is absent on one of them. If so, adds a change.
pub(super) fn is_default(walk: &mut Walk, owner: &Pair, field: &Pair) -> bool {
    let known = FIELDS.iter().find(|(name, _)| *name == field.key);
    let Some((_, default)) = known else {
        return false;
    };
    let effective = |owner: Option<&Value>, value: Option<&Value>| {
        value.cloned().unwrap_or_else(|| default.of(owner))
    };
    let is_same = effective(owner.old, field.old) == effective(owner.new, field.new);
    if is_same && field.old.is_some() != field.new.is_some() {
        let how = if field.old.is_none() {
            "written explicitly"
        } else {
            "removed"
        };
        let message = format!("`{}`: default value {how}", field.key);
        walk.note(
            &rules::DEFAULT_WRITTEN,
            field,
            WireImpact::Cosmetic,
            message,
        );
        return true;
    }
    false
}

impl Default {
    fn of(self, owner: Option<&Value>) -> Value {
        let text = |field| owner.and_then(|owner| owner.get(field)?.as_str());
        let style = || match text("in") {
            Some("query" | "cookie") => "form",
            // A header has no `in`.
            _ => "simple",
        };
        match self {
            Self::Zero => json!(0),
            Self::False => json!(false),
            Self::Style => json!(style()),
            Self::Explode => json!(text("style").unwrap_or_else(style) == "form"),
        }
    }
}
