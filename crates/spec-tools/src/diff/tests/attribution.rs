//! Items of changes.

use super::{SPEC, parse};
use crate::diff;
use crate::testing;

/// Checks the name in the mock of a response that is added while another one is removed.
#[track_caller]
fn check(status: &str, name: &str) {
    let working = SPEC.replace("        '401':\n", &format!("        '{status}':\n"));
    let diff = diff::diff(&testing::project(), parse(SPEC), parse(&working));
    let added = diff
        .changes
        .iter()
        .find(|change| change.rule.id == "status-added");
    let items = &added.expect("an added status").items;
    assert_eq!(items.len(), 1, "{status}: {items:?}");
    assert!(
        items[0].contains(&format!("::{name}(")),
        "{status}: {items:?}"
    );
}

#[test]
fn added_status_has_its_item_only() {
    check("403", "forbidden");
    check("410", "gone");
    check("418", "im_a_teapot");
    check("4XX", "client_error");
}
