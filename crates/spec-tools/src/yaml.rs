//! YAML text → JSON value, with the location of every part.
//!
//! Accepts the YAML that `OpenAPI` specifies: the JSON-compatible subset of YAML 1.2 with its core schema, in which
//! `y`, `no` and `on` are strings. Constructs without a JSON equivalent (anchors, tags, several documents, keys
//! that are not strings) are errors with a location.

use saphyr_parser::{Event, Parser};
use serde_json::Value;

use crate::finding::Finding;
use crate::yaml::builder::Builder;

mod builder;
mod place;
mod rules;
mod scalar;

pub use self::place::{Place, Places, escape, unescape};
pub(crate) use self::rules::RULES;

/// Parses `text`.
///
/// # Errors
///
/// All constructs that JSON does not have, or the first syntax error.
pub fn parse(text: &str) -> Result<(Value, Places), Vec<Finding>> {
    let offsets: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let offset = |index: usize| offsets.get(index).copied().unwrap_or(text.len());
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((Event::StreamEnd, _)) => break,
            Ok((event, span)) => {
                let span = offset(span.start.index())..offset(span.end.index());
                if builder.event(event, span).is_break() {
                    break;
                }
            }
            Err(error) => {
                let at = offset(error.marker().index());
                let finding = Finding::new(&rules::YAML_SYNTAX, at..at + 1, "invalid YAML")
                    .label(error.info())
                    .related(builder.unclosed(text), "opened here, and not closed");
                builder.findings.push(finding);
                break;
            }
        }
    }
    match builder.root {
        Some(value) if builder.findings.is_empty() => Ok((value, builder.places)),
        None if builder.findings.is_empty() => Err(vec![Finding::new(
            &rules::YAML_DOCUMENTS,
            0..1,
            "the file has no YAML document",
        )]),
        _ => Err(builder.findings),
    }
}

#[cfg(test)]
mod tests;
