//! Strings that YAML 1.1 parsers read as booleans.

use super::group::{Context, Group};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::source::Span;

static YAML_AMBIGUOUS: Rule = Rule::warning(
    "yaml-ambiguous",
    "many tools use a YAML 1.1 parser, which reads it as a boolean",
    "quote it",
);

pub(super) const AMBIGUOUS: Group = Group {
    rules: &[&YAML_AMBIGUOUS],
    check: ambiguous,
};

/// `yaml-ambiguous`: keys and values that YAML 1.1 reads as booleans (<https://yaml.org/type/bool.html>).
fn ambiguous(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut spans: Vec<&Span> = document
        .places()
        .flat_map(|place| place.key.iter().chain([&place.value]))
        .filter(|span| is_ambiguous(document, span))
        .collect();
    spans.sort_by_key(|span| span.start);
    spans
        .into_iter()
        .map(|span| {
            let word = &document.source.text[span.clone()];
            Finding::new(
                &YAML_AMBIGUOUS,
                Some(span.clone()),
                format!("`{word}` is a string here, and a boolean in YAML 1.1"),
            )
        })
        .collect()
}

fn is_ambiguous(document: &Document, span: &Span) -> bool {
    let text = document.source.text.get(span.clone()).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    matches!(lower.as_str(), "y" | "n" | "yes" | "no" | "on" | "off")
        // `yEs` is a string in both versions.
        && (text == lower || text == text.to_ascii_uppercase() || text[1..] == lower[1..])
}
