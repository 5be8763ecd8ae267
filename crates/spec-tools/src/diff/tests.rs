//! Edits of a spec, one at a time, and what each of them means.

use std::sync::LazyLock;

use super::change::Rust;
use super::evidence::{Code, Evidence, evidence};
use super::{Diff, evaluate};
use crate::document::Document;
use crate::source::Source;

mod cases;
mod consumer;
mod dropped;
mod messages;
mod proof;
mod table;

const SPEC: &str = include_str!("../testing/api.yaml");

fn parse(text: &str) -> Document {
    Document::parse(Source::new("spec/api.yaml", text)).expect("YAML")
}

static BASE: LazyLock<Document> = LazyLock::new(|| parse(SPEC));
