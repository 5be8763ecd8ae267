//! Checks the rules and verdicts of each edit.

use std::fmt::Write as _;

use super::cases::cases;

use super::{BASE, Code, Diff, LazyLock, RustImpact, SPEC, evaluate, evidence, parse};
use crate::testing;

static BASE_CODE: LazyLock<Code> =
    LazyLock::new(|| Code::of(&testing::project(), BASE.clone()).expect("the base's code"));

fn rows(diff: &Diff) -> Vec<String> {
    let row = |change: &super::super::change::Change| {
        format!(
            "{} {} {}",
            change.rule.id,
            change.wire.name(),
            change.rust.name()
        )
    };
    diff.changes.iter().map(row).collect()
}

#[test]
fn each_edit_has_its_rules_and_both_verdicts() {
    let project = testing::project();
    let mut wrong = String::new();
    for case in cases() {
        let (base, working) = (parse(&case.base), parse(&case.working));
        let prepared = (case.base != SPEC)
            .then(|| Code::of(&project, base.clone()).expect("the code of the base"));
        let old = prepared.as_ref().unwrap_or(&BASE_CODE);
        let new = Code::of(&project, working.clone());
        let diff = evaluate(&project, base, working, Ok(old), new.as_ref());
        let found = rows(&diff);
        if found != case.rows {
            let _ = writeln!(
                wrong,
                "{}:\n  expected {:?}\n  found    {found:?}",
                case.name, case.rows
            );
        }
        // The largest verdict of the rows must equal that of the code.
        let of_code = new.map_or(RustImpact::Ungenerable, |new| evidence(old, &new).verdict());
        let largest = diff.changes.iter().map(|change| change.rust).max();
        let largest = largest.unwrap_or(RustImpact::None);
        if (largest, diff.rust, diff.unattributed.len()) != (of_code, of_code, 0) {
            let _ = writeln!(
                wrong,
                "{}: {largest:?}, the code {of_code:?}, unattributed {:?}",
                case.name, diff.unattributed
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
