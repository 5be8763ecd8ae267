//! The list of all rules.

use crate::rule::Rule;
use crate::{codegen, diff, document, lint, yaml};

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    of_specs().chain(of_changes())
}

/// The rules of specs: reading the file, checks, and the generator.
pub fn of_specs() -> impl Iterator<Item = &'static Rule> {
    let read = [&document::SPEC_FILE]
        .into_iter()
        .chain(yaml::RULES.iter().copied());
    let checked = lint::GROUPS
        .iter()
        .flat_map(|group| group.rules.iter().copied());
    read.chain(checked).chain([
        &codegen::GENERATOR,
        &codegen::NAME_COLLISION,
        &codegen::TYPES_MERGED,
    ])
}

/// The rules of changes between two specs.
pub fn of_changes() -> impl Iterator<Item = &'static Rule> {
    diff::rules::RULES.iter().copied()
}

/// A Markdown table of `rules`.
#[must_use]
pub fn table(rules: impl Iterator<Item = &'static Rule>) -> String {
    let head = "| rule | severity | why | instead |\n|---|---|---|---|\n".to_owned();
    rules.fold(head, |table, rule| {
        let Rule { id, why, help, .. } = rule;
        let level = rule.severity.name();
        format!("{table}| `{id}` | {level} | {why} | {help} |\n")
    })
}
