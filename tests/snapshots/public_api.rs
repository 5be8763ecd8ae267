//! What consumers of the wrapper see: its public items and their trait implementations, one per line.
//!
//! The lint `unreachable_pub` ensures that each `pub` item of a private module is re-exported at the root.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use quote::ToTokens;
use spec_tools::outline;
use syn::{Attribute, File, ImplItem, Item, ItemImpl, UseTree, parse_quote};

use super::wrapper::{self, Source, derives, is_public_type};

#[test]
fn public_api() {
    let sources = wrapper::sources();
    let types = wrapper::public_types(&sources);
    let lines: Vec<String> = (sources.into_iter())
        .flat_map(|source| lines(source, &types))
        .collect();
    assert_snapshot!("digilocker", lines.join("\n"));
}

/// The public items of a file, and their trait implementations.
pub(crate) fn lines(
    Source { path, module, file }: Source,
    types: &BTreeSet<String>,
) -> Vec<String> {
    let File { mut items, .. } = file;
    match &*path {
        "digilocker/src/lib.rs" => items.retain(is_reexport_of_another_crate),
        // The wrapper re-exports one of its types.
        "digilocker-client/src/token.rs" => items.retain(is_of_invalid_token),
        _ => items.retain(|item| !matches!(item, Item::Use(_))),
    }
    let prefix = module.map_or(String::new(), |module| format!("{module}::"));
    let traits: Vec<String> = (items.iter())
        .flat_map(|item| implementations(item, &prefix, types))
        .collect();
    let file = match module {
        Some(module) => {
            let module = quote::format_ident!("{module}");
            parse_quote!(pub mod #module { #(#items)* })
        }
        None => parse_quote!(#(#items)*),
    };
    [outline::of_file(&file), traits].concat()
}

fn is_reexport_of_another_crate(item: &Item) -> bool {
    match item {
        Item::Use(item) => match &item.tree {
            UseTree::Path(path) => path.ident == "digilocker_client",
            UseTree::Group(_) => true,
            _ => false,
        },
        _ => false,
    }
}

fn is_of_invalid_token(item: &Item) -> bool {
    match item {
        Item::Struct(item) => item.ident == "InvalidToken",
        Item::Impl(item) => text(&item.self_ty) == "InvalidToken",
        _ => false,
    }
}

/// The traits of a public type, derived or not, and `non_exhaustive`.
fn implementations(item: &Item, prefix: &str, types: &BTreeSet<String>) -> Vec<String> {
    let (attributes, name): (&[Attribute], _) = match item {
        Item::Struct(item) => (&item.attrs, item.ident.to_string()),
        Item::Enum(item) => (&item.attrs, item.ident.to_string()),
        Item::Impl(item) if is_public_type(&item.self_ty, types) => {
            return implementation(item, prefix);
        }
        _ => return Vec::new(),
    };
    if !types.contains(&name) {
        return Vec::new();
    }
    let derived = derives(attributes).into_iter();
    let mut lines: Vec<String> = derived
        .map(|path| format!("impl {} for {prefix}{name}", text(&path)))
        .collect();
    if (attributes.iter()).any(|attribute| attribute.path().is_ident("non_exhaustive")) {
        lines.push(format!("non_exhaustive {prefix}{name}"));
    }
    lines
}

fn implementation(item: &ItemImpl, prefix: &str) -> Vec<String> {
    let Some((path, _)) = &item.trait_ else {
        return Vec::new();
    };
    let line = format!("impl {} for {prefix}{}", text(path), text(&item.self_ty));
    let types = item.items.iter().filter_map(|item| match item {
        ImplItem::Type(item) => Some(format!("{line}: {} = {}", item.ident, text(&item.ty))),
        _ => None,
    });
    let types: Vec<String> = types.collect();
    if types.is_empty() { vec![line] } else { types }
}

/// A type or path as in the outline.
fn text(ty: &impl ToTokens) -> String {
    let file: File = parse_quote!(pub type T = #ty;);
    outline::of_file(&file).concat().replace("type T = ", "")
}
