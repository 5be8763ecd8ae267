//! Edits of `spec/api.yaml` and the rows that they have to make.

mod directions;
mod history;
mod messages;
mod operations;
mod renamed;
mod request;
mod response;

/// One edit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    /// What is edited, for people.
    pub(super) name: &'static str,
    /// Edits that both sides have, for what the spec has no example of.
    pub(super) both: &'static [(&'static str, &'static str)],
    /// Each text, which the spec has exactly once, and what replaces it.
    pub(super) edits: &'static [(&'static str, &'static str)],
    /// The rows in their order: `rule wire rust`.
    pub(super) rows: &'static [&'static str],
}

const fn case(
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    rows: &'static [&'static str],
) -> Case {
    prepared(name, &[], edits, rows)
}

/// The same, of a base that is edited too.
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

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    [
        request::CASES,
        response::CASES,
        messages::CASES,
        operations::CASES,
        directions::CASES,
        renamed::CASES,
        history::CASES,
    ]
    .concat()
}
