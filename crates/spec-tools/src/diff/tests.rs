//! Single edits of a spec, and their verdicts.

use std::sync::LazyLock;

use super::change::RustImpact;
use super::evidence::{Code, evidence};
use super::{Diff, evaluate};
use crate::document::Document;
use crate::source::Source;
use crate::testing::SPEC;

mod attribution;
mod cases;
mod consumer;
mod edit;
mod exhaustive;
mod meaning;
mod messages;
mod proof;
mod rewrites;
mod table;

fn parse(text: &str) -> Document {
    Document::parse(Source::new("spec/api.yaml", text)).expect("YAML")
}

static BASE: LazyLock<Document> = LazyLock::new(|| parse(SPEC));
