//! Finds generated code that does not compile, which the generator itself does not notice.

use std::collections::{BTreeSet, HashSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, ImplItem, ImplItemFn, Item, Pat, Type};

/// Returns an integer that overflows its type, an array that serde does not support, or a crate that is not one of
/// `crates`, as an error. `None` stands for all crates.
pub(super) fn tokens(tokens: TokenStream, crates: Option<&BTreeSet<String>>) -> Result<(), String> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Bracket {
                    array(group.stream())?;
                }
                self::tokens(group.stream(), crates)?;
            }
            TokenTree::Literal(literal) => integer(&literal.to_string())?,
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let is_known = |crates: &BTreeSet<String>| {
                    ["std", "core", "alloc"].contains(&name.as_str()) || crates.contains(&name)
                };
                if is_root(&trees[..at]) && !crates.is_none_or(is_known) {
                    return Err(format!(
                        "it uses the crate `{name}`, which the manifest does not list"
                    ));
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
    Ok(())
}

/// Whether what follows `before` is the first name of a path that starts with `::`.
fn is_root(before: &[TokenTree]) -> bool {
    let is =
        |tree: &TokenTree, sign| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign);
    let [outer @ .., first, second] = before else {
        return false;
    };
    let is_continued = match outer {
        // A lifetime.
        [.., tick, TokenTree::Ident(_)] if is(tick, '\'') => false,
        [.., TokenTree::Ident(word)] => !["as", "dyn", "for", "impl", "mut", "pub", "use"]
            .iter()
            .any(|keyword| word == keyword),
        [.., dash, arrow] if is(arrow, '>') => !is(dash, '-'),
        [.., TokenTree::Group(_)] => true,
        _ => false,
    };
    is(first, ':') && is(second, ':') && !is_continued
}

/// The largest array that serde supports.
const MAX_ARRAY: usize = 32;

fn array(tokens: TokenStream) -> Result<(), String> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    if let [.., TokenTree::Punct(sign), TokenTree::Literal(length)] = trees.as_slice()
        && sign.as_char() == ';'
        && let Ok(length) = length
            .to_string()
            .trim_end_matches("usize")
            .parse::<usize>()
        && length > MAX_ARRAY
    {
        return Err(format!(
            "it generates an array of {length} elements, and serde supports up to {MAX_ARRAY}"
        ));
    }
    Ok(())
}

/// Checks a literal like `300_u8`.
fn integer(literal: &str) -> Result<(), String> {
    let Some((digits, kind)) = literal.split_once('_') else {
        return Ok(());
    };
    let fits = match kind {
        "i8" => digits.parse::<i8>().is_ok(),
        "i16" => digits.parse::<i16>().is_ok(),
        "i32" => digits.parse::<i32>().is_ok(),
        "i64" => digits.parse::<i64>().is_ok(),
        "u8" => digits.parse::<u8>().is_ok(),
        "u16" => digits.parse::<u16>().is_ok(),
        "u32" => digits.parse::<u32>().is_ok(),
        "u64" => digits.parse::<u64>().is_ok(),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    Err(format!("{digits} is out of the range of the type `{kind}`"))
}

/// Returns two items, fields or arguments of one name, or an enum without variants, as an error.
pub(super) fn file(file: &syn::File) -> Result<(), String> {
    module(&file.items, "")
}

fn module(items: &[Item], path: &str) -> Result<(), String> {
    let (mut types, mut methods) = (HashSet::new(), HashSet::new());
    for item in items {
        let name = match item {
            Item::Enum(item) if item.variants.is_empty() => {
                return Err(format!(
                    "it generates `{path}{}` without variants: the schema contradicts itself",
                    item.ident
                ));
            }
            Item::Enum(item) => &item.ident,
            Item::Struct(item) => {
                let mut fields = HashSet::new();
                for field in item.fields.iter().filter_map(|field| field.ident.as_ref()) {
                    let name = format!("{}.{field}", item.ident);
                    insert_unique(&mut fields, name, path)?;
                }
                &item.ident
            }
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Mod(item) => {
                if let Some((_, inner)) = &item.content {
                    module(inner, &format!("{path}{}::", item.ident))?;
                }
                &item.ident
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let owner = item.self_ty.to_token_stream().to_string();
                for member in &item.items {
                    if let ImplItem::Fn(function) = member {
                        arguments(function)?;
                        let name = format!("{owner}::{}", function.sig.ident);
                        insert_unique(&mut methods, name, path)?;
                    }
                }
                continue;
            }
            _ => continue,
        };
        insert_unique(&mut types, name.to_string(), path)?;
    }
    Ok(())
}

/// Checks the names of the arguments, and that a body of the mock is a reference, as httpmock needs it.
fn arguments(function: &ImplItemFn) -> Result<(), String> {
    let mut seen = HashSet::new();
    for argument in &function.sig.inputs {
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        let Pat::Ident(name) = &*argument.pat else {
            continue;
        };
        let call = || function.block.to_token_stream().to_string();
        if name.ident == "value"
            && !matches!(*argument.ty, Type::Reference(_))
            && call().contains("json_body_obj (value)")
        {
            return Err(
                "a body of the mock is a number, a boolean, an enum or nullable, and not an object"
                    .to_owned(),
            );
        }
        let name = format!("{}({})", function.sig.ident, name.ident);
        insert_unique(&mut seen, name, "")?;
    }
    Ok(())
}

fn insert_unique(seen: &mut HashSet<String>, name: String, path: &str) -> Result<(), String> {
    if seen.contains(&name) {
        return Err(format!("it generates `{path}{name}` twice"));
    }
    seen.insert(name);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_arguments_of_one_name_are_rejected() {
        let source = "impl A { fn new(b: u8, b: u8) {} }";
        let parsed = syn::parse_file(source).expect("Rust");
        assert_eq!(file(&parsed), Err("it generates `new(b)` twice".to_owned()));
    }

    #[test]
    fn crates_are_found_in_all_paths() {
        let crates = ["serde".to_owned()].into();
        for (source, is_known) in [
            ("struct A(::std::vec::Vec<::serde::B>);", true),
            ("fn a() -> ::serde::A { serde::b::c(<A as B>::d()) }", true),
            ("struct A(pub ::uuid::Uuid);", false),
            ("impl From<A> for ::uuid::Uuid {}", false),
            ("fn a() -> ::uuid::Uuid { b() }", false),
            ("fn a<'a>(b: &'a ::uuid::Uuid) {}", false),
            (
                "type A = <::uuid::Uuid as ::std::str::FromStr>::Err;",
                false,
            ),
        ] {
            let found = tokens(source.parse().expect("Rust"), Some(&crates));
            assert_eq!(found.is_ok(), is_known, "{source}");
        }
    }
}
