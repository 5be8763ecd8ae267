//! Marks that tell which part of a spec a generated item comes from: the documentation of an item is the
//! `description` of its schema, or the `summary` of its operation.

use serde_json::{Value, json};
use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta};

use super::generator::CodeGenerator;
use crate::document::Document;
use crate::lint;
use crate::outline;
use crate::panic_guard;

/// The code of a spec in which every schema and operation has a mark.
pub(super) struct Marked {
    /// The names of types, and of methods as `Client::name`, with their marks.
    pub(super) items: Vec<(String, Option<usize>)>,
    /// The public outline.
    pub(super) lines: Vec<String>,
}

/// The pointers of all parts that are marked: the mark is the index.
pub(super) fn parts(document: &Document) -> Vec<String> {
    let operations = document.operations().into_iter();
    let operations = operations.map(|operation| operation.pointer);
    lint::schemas(document)
        .into_iter()
        .chain(operations)
        .collect()
}

/// Generates the client of `document` with marks. With `titled`, each inline schema also has a title that no other
/// one has, and so a type of its own. `None` if the generator fails.
pub(super) fn generate(
    document: &Document,
    parts: &[String],
    generator: &CodeGenerator<'_>,
    titled: bool,
) -> Option<Marked> {
    let mut spec = document.value.clone();
    for (index, pointer) in parts.iter().enumerate() {
        let Some(Value::Object(part)) = spec.pointer_mut(pointer) else {
            continue;
        };
        if is_schema(pointer) {
            part.insert("description".to_owned(), mark(index).into());
            if titled && is_inline(pointer) {
                part.insert("title".to_owned(), format!("Mark{index}x").into());
            }
        } else {
            part.insert("summary".to_owned(), mark(index).into());
        }
    }
    let openapi = serde_json::from_value(spec).ok()?;
    let tokens = panic_guard::catch(|| generator.tokens(&openapi))
        .ok()?
        .ok()?;
    let file = syn::parse2(tokens).ok()?;
    let mut items = Vec::new();
    collect(&file, &mut items);
    let lines = outline::of_file(&file);
    Some(Marked { items, lines })
}

/// Whether the part at `pointer` is a schema, and not an operation.
pub(super) fn is_schema(pointer: &str) -> bool {
    !pointer.starts_with("/paths/") || pointer.matches('/').count() > 3
}

/// Whether the schema at `pointer` has no name of its own.
pub(super) fn is_inline(pointer: &str) -> bool {
    !pointer.starts_with("/components/schemas/") || pointer.matches('/').count() > 3
}

fn mark(index: usize) -> String {
    format!("mark {index}")
}

fn collect(file: &syn::File, items: &mut Vec<(String, Option<usize>)>) {
    for item in &file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                let inner = module.content.iter().flat_map(|(_, items)| items);
                items.extend(inner.filter_map(|item| match item {
                    Item::Struct(item) => Some((item.ident.to_string(), marked(&item.attrs))),
                    Item::Enum(item) => Some((item.ident.to_string(), marked(&item.attrs))),
                    _ => None,
                }));
            }
            Item::Impl(item) if item.trait_.is_none() => {
                items.extend(item.items.iter().filter_map(|member| match member {
                    ImplItem::Fn(function) => {
                        let name = format!("Client::{}", function.sig.ident);
                        Some((name, marked(&function.attrs)))
                    }
                    _ => None,
                }));
            }
            _ => {}
        }
    }
}

/// The mark in the first line of a documentation.
fn marked(attributes: &[Attribute]) -> Option<usize> {
    attributes.iter().find_map(|attribute| {
        let Meta::NameValue(doc) = &attribute.meta else {
            return None;
        };
        let Expr::Lit(text) = &doc.value else {
            return None;
        };
        let Lit::Str(text) = &text.lit else {
            return None;
        };
        let text = text.value();
        text.lines()
            .next()?
            .trim()
            .strip_prefix("mark ")?
            .parse()
            .ok()
    })
}

/// `schema` without what allows and refuses no value.
pub(super) fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, value)| {
                let is_text = matches!(key.as_str(), "title" | "description") && value.is_string();
                !is_text && !matches!(key.as_str(), "example" | "externalDocs" | "deprecated")
            });
            kept.map(|(key, value)| (key.clone(), bare(value)))
                .collect()
        }
        Value::Array(items) => json!(items.iter().map(bare).collect::<Vec<_>>()),
        other => other.clone(),
    }
}
