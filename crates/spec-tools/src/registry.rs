//! Every rule there is.

use crate::rule::Rule;
use crate::{codegen, lint, spec, yaml};

/// All rules: those of reading the file, those of checks, and that of the generator itself.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let read = [&spec::SPEC_FILE]
        .into_iter()
        .chain(yaml::RULES.iter().copied());
    let checked = lint::GROUPS
        .iter()
        .flat_map(|group| group.rules.iter().copied());
    read.chain(checked).chain([&codegen::GENERATOR])
}

/// The rule called `id`.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// The table of all rules, in Markdown.
#[must_use]
pub fn table() -> String {
    let head = "| rule | severity | why | instead |\n|---|---|---|---|\n".to_owned();
    rules().fold(head, |table, rule| {
        let Rule { id, why, help, .. } = rule;
        let level = rule.severity.name();
        format!("{table}| `{id}` | {level} | {why} | {help} |\n")
    })
}
