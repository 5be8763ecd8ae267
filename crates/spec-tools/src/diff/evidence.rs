//! Compares the generated code of both sides. The result decides the Rust verdict.
//!
//! The compared parts are the public outline, the traits that types implement (removing `Copy` breaks code, and the
//! outline has no traits), and the text of each item, for differences that are not public. The verdict on a line
//! depends on the line alone, not on the edit that caused it.

use std::collections::{BTreeMap, HashSet};

use quote::ToTokens;
use syn::{Attribute, Item, Meta};

use super::change::RustImpact;
use crate::codegen;
use crate::document::Document;
use crate::finding::Finding;
use crate::outline;
use crate::project::Project;
use crate::rule::Severity;
use crate::spec::Spec;

/// The compared parts of one side's code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// Public items and implemented traits, one per line.
    pub lines: Vec<String>,
    /// The text of each item, by its owner: the name of a type or method.
    pub texts: BTreeMap<String, String>,
}

/// The differences between both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Added and removed lines, each with its verdict.
    pub lines: Vec<Line>,
    /// Normalized names of owners whose text differs.
    pub texts: Vec<String>,
}

/// A line that only one side has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `+` or `-`, a space, the line.
    pub text: String,
    /// The verdict on this line alone.
    pub verdict: RustImpact,
}

impl Code {
    /// Generates code from `document`.
    ///
    /// # Errors
    ///
    /// The first error in the spec.
    pub fn of(project: &Project, document: Document) -> Result<Self, String> {
        let refused = |refused: crate::finding::Findings| {
            let is_error = |finding: &Finding| finding.severity == Severity::Error;
            let first = refused.findings.into_iter().find(is_error);
            first.map_or_else(String::new, |finding| {
                format!("[{}] {}", finding.rule.id, finding.message)
            })
        };
        let spec = Spec::of(project, document).map_err(refused)?;
        let (mut code, mock) =
            codegen::each(project, &spec, |file| Self::of_file(&file)).map_err(refused)?;
        let mock = mock.unwrap_or_default();
        code.lines
            .extend(mock.lines.iter().map(|line| format!("mock: {line}")));
        for (owner, text) in mock.texts {
            code.texts.entry(owner).or_default().push_str(&text);
        }
        Ok(code)
    }

    /// The compared parts of one file. Formatting and parsing it again would take most of the time.
    fn of_file(file: &syn::File) -> Self {
        let mut code = Self {
            lines: outline::of_file(file),
            ..Self::default()
        };
        texts(&file.items, &mut code);
        code
    }
}

fn texts(items: &[Item], side: &mut Code) {
    for item in items {
        let owner = match item {
            Item::Mod(module) => {
                if let Some((_, inner)) = &module.content {
                    texts(inner, side);
                }
                continue;
            }
            Item::Impl(item) => {
                let owner = last_word(&item.self_ty.to_token_stream().to_string());
                if let Some((path, _)) = &item.trait_ {
                    let path = path.to_token_stream().to_string().replace(' ', "");
                    let path = path.trim_start_matches("::");
                    side.lines.push(format!("impl {path} for {owner}"));
                } else {
                    // Each method of the client belongs to one operation.
                    for member in &item.items {
                        let name = match member {
                            syn::ImplItem::Fn(function) => function.sig.ident.to_string(),
                            _ => owner.clone(),
                        };
                        side.text(&format!("{owner}.{name}"), member);
                    }
                    continue;
                }
                owner
            }
            Item::Struct(item) => {
                derives(&item.attrs, &item.ident.to_string(), side);
                item.ident.to_string()
            }
            Item::Enum(item) => {
                derives(&item.attrs, &item.ident.to_string(), side);
                item.ident.to_string()
            }
            Item::Type(item) => item.ident.to_string(),
            Item::Trait(item) => item.ident.to_string(),
            _ => String::new(),
        };
        side.text(&owner, item);
    }
}

fn derives(attributes: &[Attribute], owner: &str, side: &mut Code) {
    for attribute in attributes {
        if let Meta::List(list) = &attribute.meta
            && list.path.is_ident("derive")
        {
            let names = list.tokens.to_string().replace(' ', "");
            for name in names.split(',').filter(|name| !name.is_empty()) {
                let name = name.trim_start_matches("::");
                side.lines.push(format!("impl {name} for {owner}"));
            }
        }
    }
}

impl Code {
    fn text(&mut self, owner: &str, item: &impl ToTokens) {
        let text = self.texts.entry(owner.to_owned()).or_default();
        text.push_str(&item.to_token_stream().to_string());
        text.push('\n');
    }
}

fn last_word(text: &str) -> String {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .rfind(|word| !word.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// Compares both sides.
#[must_use]
pub fn evidence(old: &Code, new: &Code) -> Evidence {
    let before: HashSet<&str> = old.lines.iter().map(String::as_str).collect();
    let after: HashSet<&str> = new.lines.iter().map(String::as_str).collect();
    // Only additions to types that exist in the base can break code.
    let known: HashSet<&str> = before.iter().filter_map(|line| owner_line(line)).collect();
    let removed = old
        .lines
        .iter()
        .filter(|line| !after.contains(line.as_str()));
    let added = new
        .lines
        .iter()
        .filter(|line| !before.contains(line.as_str()));
    let mut lines: Vec<Line> = removed
        .map(|line| Line {
            text: format!("- {line}"),
            verdict: RustImpact::Major,
        })
        .collect();
    lines.extend(added.map(|line| Line {
        verdict: verdict_on_added(line, &known),
        text: format!("+ {line}"),
    }));
    let names: HashSet<&String> = old.texts.keys().chain(new.texts.keys()).collect();
    let mut texts: Vec<String> = names
        .into_iter()
        .filter(|name| old.texts.get(*name) != new.texts.get(*name))
        .map(|name| normalized(name))
        .collect();
    texts.sort();
    Evidence { lines, texts }
}

/// The path in the line of a struct or an enum.
fn owner_line(line: &str) -> Option<&str> {
    let line = line.strip_prefix("mock: ").unwrap_or(line);
    let path = line
        .strip_prefix("struct ")
        .or_else(|| line.strip_prefix("enum "))?;
    path.split('<').next()
}

/// A new field or variant of an existing type is `major`: it breaks struct literals and exhaustive matches. Any
/// other addition is `minor`.
fn verdict_on_added(line: &str, known: &HashSet<&str>) -> RustImpact {
    let line = line.strip_prefix("mock: ").unwrap_or(line);
    let owner = if let Some(field) = line.strip_prefix("field ") {
        field
            .split(": ")
            .next()
            .and_then(|path| path.rsplit_once('.'))
    } else if let Some(variant) = line.strip_prefix("variant ") {
        variant.rsplit_once("::")
    } else {
        None
    };
    match owner {
        // The fields of a variant belong to the enum.
        Some((owner, _)) => {
            let outer = owner.rsplit_once("::").map_or("", |(outer, _)| outer);
            if known.contains(owner) || known.contains(outer) {
                RustImpact::Major
            } else {
                RustImpact::Minor
            }
        }
        None => RustImpact::Minor,
    }
}

impl Evidence {
    /// The verdict on all differences.
    #[must_use]
    pub fn verdict(&self) -> RustImpact {
        let lines = self.lines.iter().map(|line| line.verdict).max();
        match lines {
            Some(verdict) => verdict,
            None if self.texts.is_empty() => RustImpact::None,
            None => RustImpact::Patch,
        }
    }
}

/// A name without case and underscores: `token_type_hint` and `TokenTypeHint` are equal.
pub(super) fn normalized(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}
