//! Items of changes.

use super::{Diff, SPEC, parse};
use crate::diff;
use crate::testing;

fn edited(edits: &[(&str, &str)]) -> Diff {
    let replace = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    let working = edits.iter().fold(SPEC.to_owned(), replace);
    diff::diff(&testing::project(), parse(SPEC), parse(&working))
}

fn items<'a>(diff: &'a Diff, rule: &str) -> &'a [String] {
    let mut changes = diff.changes.iter();
    let change = changes.find(|change| change.rule.id == rule);
    &change.expect("a change").items
}

#[test]
fn added_status_has_its_item_only() {
    for (status, name) in [
        ("403", "forbidden"),
        ("410", "gone"),
        ("418", "im_a_teapot"),
        ("4XX", "client_error"),
    ] {
        let diff = edited(&[("        '401':\n", &format!("        '{status}':\n"))]);
        let items = items(&diff, "status-added");
        assert_eq!(items.len(), 1, "{status}: {items:?}");
        assert!(items[0].contains(&format!("::{name}(")), "{items:?}");
    }
}

#[test]
fn enum_values_have_their_variants_only() {
    let diff = edited(&[("        - refresh_token\n", "        - id_token\n")]);
    assert_eq!(
        items(&diff, "enum-value-added"),
        ["+ variant types::TokenTypeHint::IdToken"]
    );
    assert_eq!(
        items(&diff, "enum-value-removed"),
        ["- variant types::TokenTypeHint::RefreshToken"]
    );
}

#[test]
fn renamed_schema_has_the_items_of_both_names() {
    let diff = edited(&[
        ("RevocationSuccess", "Revoked"),
        ("        '401':\n", "        '403':\n"),
    ]);
    let items = items(&diff, "schema-renamed");
    for item in [
        "- struct types::RevocationSuccess",
        "+ struct types::Revoked",
    ] {
        assert!(items.iter().any(|it| it == item), "no {item} in {items:#?}");
    }
}
