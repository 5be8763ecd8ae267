//! YAML text → JSON value, with the place of every part.
//!
//! The YAML that `OpenAPI` asks for: the JSON subset of YAML 1.2 with its core schema, so that `y`,
//! `no` and `on` are strings. What JSON has no word for (anchors, tags, several documents, keys that
//! are no strings) is refused with its place instead of guessed at.

use saphyr_parser::{Event, Parser};
use serde_json::Value;

use crate::finding::Finding;
use crate::yaml::builder::Builder;

mod builder;
mod place;
mod rules;
mod scalar;

pub use self::place::{Place, Places, escape, unescape};
pub use self::rules::RULES;

/// Reads `text`.
///
/// # Errors
///
/// Everything in it that is not plain JSON in YAML's clothes; of errors of syntax, the first.
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
                let finding = Finding::new(&rules::YAML_SYNTAX, at..at + 1, "this is not YAML")
                    .label(error.info())
                    .related(builder.unclosed(text), "opened here and not closed yet")
                    .help("indent with spaces, close what is opened, quote text that holds `: ` or ` #`");
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
            "there is no document here",
        )]),
        _ => Err(builder.findings),
    }
}

#[cfg(test)]
mod tests;
