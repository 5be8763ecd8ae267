//! Edits of `spec/api.yaml`, and the expected rows.

mod defaults;
mod directions;
mod messages;
mod operations;
mod parameters;
mod request;
mod response;

/// One edit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    /// A description of the edit.
    pub(super) name: &'static str,
    /// Edits of both sides, for constructs that the spec does not have.
    pub(super) both: &'static [(&'static str, &'static str)],
    /// Each text, which occurs exactly once in the spec, and its replacement.
    pub(super) edits: &'static [(&'static str, &'static str)],
    /// The expected rows, as `rule wire rust`.
    pub(super) rows: &'static [&'static str],
}

const fn case(
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    rows: &'static [&'static str],
) -> Case {
    prepared(name, &[], edits, rows)
}

/// A case whose base is edited too.
const fn prepared(
    name: &'static str,
    both: &'static [(&'static str, &'static str)],
    edits: &'static [(&'static str, &'static str)],
    rows: &'static [&'static str],
) -> Case {
    Case {
        name,
        both,
        edits,
        rows,
    }
}

/// All cases.
pub(super) fn cases() -> Vec<Case> {
    [
        request::CASES,
        response::CASES,
        messages::CASES,
        operations::CASES,
        directions::CASES,
        parameters::CASES,
        defaults::CASES,
    ]
    .concat()
}
