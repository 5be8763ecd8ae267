//! Messages of changes.

use super::{SPEC, parse};
use crate::diff;
use crate::testing;

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
