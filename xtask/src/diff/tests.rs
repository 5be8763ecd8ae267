//! Edits of the real spec, one at a time, and what each of them means.

use std::sync::LazyLock;

use super::change::Rust;
use super::evidence::{Code, Evidence, evidence};
use super::{Diff, weigh};
use crate::document::Document;
use crate::source::Source;

mod cases;
mod command;
mod consumer;
mod dropped;
mod proof;
mod table;

const SPEC: &str = include_str!("../../../spec/digilocker.yaml");

fn parse(text: &str) -> Document {
    Document::parse(Source::new("spec/digilocker.yaml", text)).expect("YAML")
}

static BASE: LazyLock<Document> = LazyLock::new(|| parse(SPEC));
