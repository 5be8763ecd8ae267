//! What is plain here and a boolean to YAML 1.1.

use super::rules::found;
use crate::document::Document;
use crate::finding::{Finding, Span};

/// `yaml-ambiguous`: keys and values that YAML 1.1 reads as booleans (<https://yaml.org/type/bool.html>).
pub(super) fn ambiguous(document: &Document) -> Vec<Finding> {
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
            found(
                "yaml-ambiguous",
                Some(span.clone()),
                format!("`{word}` is text here, and a boolean to YAML 1.1"),
            )
        })
        .collect()
}

fn is_ambiguous(document: &Document, span: &Span) -> bool {
    let text = document.source.text.get(span.clone()).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    matches!(lower.as_str(), "y" | "n" | "yes" | "no" | "on" | "off")
        // `yEs` is text to both.
        && (text == lower || text == text.to_ascii_uppercase() || text[1..] == lower[1..])
}
