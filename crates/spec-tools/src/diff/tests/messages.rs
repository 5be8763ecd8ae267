//! Messages of changes.

use super::{SPEC, parse};
use crate::diff;
use crate::testing;

const PROPERTY: &str = "          $ref: '#/components/schemas/TokenTypeHint'\n";

/// Checks the messages for a change of an additional property from schema `before` to `after`.
#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    let with = |schema: &str| {
        assert_eq!(SPEC.matches(PROPERTY).count(), 1);
        parse(&SPEC.replace(PROPERTY, &format!("{PROPERTY}        extra: {schema}\n")))
    };
    let diff = diff::diff(&testing::project(), with(before), with(after));
    let found: Vec<_> = diff.changes.iter().map(|change| &change.message).collect();
    assert_eq!(found, expected);
}

#[test]
fn alternatives_are_named_by_title_or_reference() {
    let short = "{title: Short, type: string, maxLength: 3}";
    let hint = "{$ref: '#/components/schemas/TokenTypeHint'}";
    check(
        &format!("{{oneOf: [{short}, {{type: integer}}]}}"),
        &format!("{{oneOf: [{{type: integer}}, {hint}, {{type: boolean}}, {short}]}}"),
        &["members of `oneOf`: 2 → 4 +`TokenTypeHint`"],
    );
    check(
        &format!("{{oneOf: [{hint}, {short}]}}"),
        &format!("{{oneOf: [{hint}]}}"),
        &["members of `oneOf`: 2 → 1 -`Short`"],
    );
    check(
        &format!("{{oneOf: [{short}, {{type: integer}}]}}"),
        "{oneOf: [{title: Short, type: string, maxLength: 5}, {type: integer}]}",
        &["`maxLength` of `Short`: `3` → `5`, wider"],
    );
}

#[test]
fn cannot_be_generated_names_the_error_and_not_the_first_warning() {
    // A warning on a line before the error.
    let warned = SPEC.replacen("  contact:\n", "  x-contact:\n", 1);
    let project = testing::project();
    let valid = diff::diff(&project, parse(SPEC), parse(&warned));
    let ids: Vec<_> = valid.changes.iter().map(|change| change.rule.id).collect();
    assert!(!ids.contains(&"cannot-be-generated"), "{ids:?}");

    let broken = warned.replacen("type: object", "type: record", 1);
    let diff = diff::diff(&project, parse(SPEC), parse(&broken));
    assert_eq!(diff.changes[0].rule.id, "cannot-be-generated");
    assert_eq!(
        diff.changes[0].message,
        "the spec cannot be generated: [schema-type-unknown] unknown type `record`"
    );
}
