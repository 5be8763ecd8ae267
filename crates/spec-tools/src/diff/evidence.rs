//! What the generated code of both sides says: the authority on what an edit means for Rust.
//!
//! Of each side there is the public outline, the traits that its types implement (an outline lists
//! none, and code that copies a `Copy` type stops compiling all the same), and the text of each item,
//! for what differs without being public. Whether a line is in the way of code that compiles follows
//! from the line alone, and not from the edit that made it.

use std::collections::{BTreeMap, HashSet};

use quote::ToTokens;
use syn::{Attribute, Item, Meta};

use super::change::Rust;
use crate::codegen;
use crate::document::Document;
use crate::finding::Finding;
use crate::outline;
use crate::project::Project;
use crate::rule::Severity;
use crate::spec::Spec;

/// One side's code, as far as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// Public items and implemented traits, one a line.
    pub lines: Vec<String>,
    /// The text of each item, by what it belongs to: a type's name or a method's.
    pub texts: BTreeMap<String, String>,
}

/// What differs between two sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Lines that came and went, each with its verdict.
    pub lines: Vec<Line>,
    /// What has other text, by its name without case and underscores.
    pub texts: Vec<String>,
}

/// A line of only one of the sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `+` or `-`, a space, the line.
    pub text: String,
    /// What it alone makes of the whole.
    pub verdict: Rust,
}

impl Code {
    /// The code that `document` makes, or why it makes none.
    ///
    /// # Errors
    ///
    /// A sentence: the first error in the spec.
    pub fn of(project: &Project, document: Document) -> Result<Self, String> {
        let refused = |refused: crate::spec::Refused| {
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

    /// The same, of one file. It is not formatted first: that, and reading it again, would be most of
    /// the work.
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
                    // A client's methods are an operation's each.
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

/// What differs.
#[must_use]
pub fn evidence(old: &Code, new: &Code) -> Evidence {
    let before: HashSet<&str> = old.lines.iter().map(String::as_str).collect();
    let after: HashSet<&str> = new.lines.iter().map(String::as_str).collect();
    // Types by their own lines: what is part of a new type is in nobody's way.
    let known: HashSet<&str> = before.iter().filter_map(|line| owner_line(line)).collect();
    let gone = old
        .lines
        .iter()
        .filter(|line| !after.contains(line.as_str()));
    let came = new
        .lines
        .iter()
        .filter(|line| !before.contains(line.as_str()));
    let mut lines: Vec<Line> = gone
        .map(|line| Line {
            text: format!("- {line}"),
            verdict: Rust::Major,
        })
        .collect();
    lines.extend(came.map(|line| Line {
        verdict: added(line, &known),
        text: format!("+ {line}"),
    }));
    let names: HashSet<&String> = old.texts.keys().chain(new.texts.keys()).collect();
    let mut texts: Vec<String> = names
        .into_iter()
        .filter(|name| old.texts.get(*name) != new.texts.get(*name))
        .map(|name| plain(name))
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

/// The fields of structs are public and their variants can be matched on: one more is one that a
/// literal lacks or a `match` does not know. Anything else that comes is in nobody's way.
fn added(line: &str, known: &HashSet<&str>) -> Rust {
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
                Rust::Major
            } else {
                Rust::Minor
            }
        }
        None => Rust::Minor,
    }
}

impl Evidence {
    /// The verdict on all of it.
    #[must_use]
    pub fn verdict(&self) -> Rust {
        let lines = self.lines.iter().map(|line| line.verdict).max();
        match lines {
            Some(verdict) => verdict,
            None if self.texts.is_empty() => Rust::None,
            None => Rust::Patch,
        }
    }
}

/// A name without what Rust's conventions do to it: `token_type_hint` and `TokenTypeHint` are one.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}
