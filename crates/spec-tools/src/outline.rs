//! Rust source → its public items, one per line, for review.
//!
//! An item is public if it and all of its parent modules are. Lines are in source order. Each has the kind of the
//! item and its path from the crate root:
//!
//! ```
//! let source = "
//!     pub mod types {
//!         pub struct Request { pub id: ::std::string::String, secret: u8 }
//!     }
//!     pub struct Client;
//!     impl Client {
//!         pub async fn send(&self, request: &types::Request) -> Result<(), Error> { todo!() }
//!     }
//! ";
//! assert_eq!(
//!     spec_tools::outline::outline(source)?,
//!     [
//!         "mod types",
//!         "struct types::Request",
//!         "field types::Request.id: String",
//!         "struct Client",
//!         "async fn Client::send(&self, request: &types::Request) -> Result<(), Error>",
//!     ]
//! );
//! # Ok::<(), syn::Error>(())
//! ```

use syn::{Fields, ImplItem, Item, ItemImpl, ItemTrait, Signature, TraitItem, UseTree, Visibility};

use self::tokens::text;

mod tokens;

/// The public outline of `source`.
///
/// # Errors
///
/// `source` is not Rust.
pub fn outline(source: &str) -> syn::Result<Vec<String>> {
    Ok(of_file(&syn::parse_file(source)?))
}

/// The public outline of a parsed file.
#[must_use]
pub fn of_file(file: &syn::File) -> Vec<String> {
    let mut lines = Vec::new();
    items(&file.items, "", &mut lines);
    lines
}

fn items(items: &[Item], path: &str, lines: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Impl(item) if item.trait_.is_none() => inherent(item, path, lines),
            item if is_public(item) => public(item, path, lines),
            _ => {}
        }
    }
}

fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Use(item) => &item.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

fn public(item: &Item, path: &str, lines: &mut Vec<String>) {
    match item {
        Item::Const(item) => lines.push(format!("const {path}{}: {}", item.ident, text(&item.ty))),
        Item::Type(item) => {
            lines.push(format!(
                "type {path}{}{} = {}",
                item.ident,
                text(&item.generics),
                text(&item.ty)
            ));
        }
        Item::Fn(item) => lines.push(function(&item.sig, path)),
        Item::Struct(item) => {
            lines.push(format!(
                "struct {path}{}{}",
                item.ident,
                text(&item.generics)
            ));
            fields(&item.fields, &format!("{path}{}", item.ident), false, lines);
        }
        Item::Enum(item) => {
            lines.push(format!("enum {path}{}{}", item.ident, text(&item.generics)));
            for variant in &item.variants {
                let name = format!("{path}{}::{}", item.ident, variant.ident);
                lines.push(format!("variant {name}"));
                fields(&variant.fields, &name, true, lines);
            }
        }
        Item::Trait(item) => interface(item, path, lines),
        Item::Mod(item) => {
            lines.push(format!("mod {path}{}", item.ident));
            if let Some((_, inner)) = &item.content {
                items(inner, &format!("{path}{}::", item.ident), lines);
            }
        }
        Item::Use(item) => reexports(&item.tree, path, "", lines),
        _ => {}
    }
}

/// Adds the public fields, or all fields of a variant: they have no visibility.
fn fields(fields: &Fields, owner: &str, all: bool, lines: &mut Vec<String>) {
    for (index, field) in fields.iter().enumerate() {
        if all || matches!(field.vis, Visibility::Public(_)) {
            let name = field
                .ident
                .as_ref()
                .map_or_else(|| index.to_string(), ToString::to_string);
            lines.push(format!("field {owner}.{name}: {}", text(&field.ty)));
        }
    }
}

fn function(signature: &Signature, path: &str) -> String {
    let inputs = text(&signature.inputs);
    let output = match text(&signature.output) {
        output if output.is_empty() => output,
        output => format!(" {output}"),
    };
    let bounds = match &signature.generics.where_clause {
        Some(bounds) => format!(" {}", text(bounds)),
        None => String::new(),
    };
    let generics = text(&signature.generics);
    let kind = match (&signature.asyncness, &signature.constness) {
        (Some(_), _) => "async fn",
        (_, Some(_)) => "const fn",
        _ => "fn",
    };
    format!(
        "{kind} {path}{}{generics}({inputs}){output}{bounds}",
        signature.ident
    )
}

fn inherent(item: &ItemImpl, path: &str, lines: &mut Vec<String>) {
    let owner = match item.self_ty.as_ref() {
        syn::Type::Path(owner) => owner
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    };
    let Some(owner) = owner else { return };
    for item in &item.items {
        match item {
            ImplItem::Fn(item) if matches!(item.vis, Visibility::Public(_)) => {
                lines.push(function(&item.sig, &format!("{path}{owner}::")));
            }
            ImplItem::Const(item) if matches!(item.vis, Visibility::Public(_)) => {
                lines.push(format!(
                    "const {path}{owner}::{}: {}",
                    item.ident,
                    text(&item.ty)
                ));
            }
            _ => {}
        }
    }
}

fn interface(item: &ItemTrait, path: &str, lines: &mut Vec<String>) {
    let name = format!("{path}{}", item.ident);
    lines.push(format!("trait {name}{}", text(&item.generics)));
    for item in &item.items {
        match item {
            TraitItem::Fn(item) => lines.push(function(&item.sig, &format!("{name}::"))),
            TraitItem::Const(item) => {
                lines.push(format!("const {name}::{}: {}", item.ident, text(&item.ty)));
            }
            TraitItem::Type(item) => lines.push(format!("type {name}::{}", item.ident)),
            _ => {}
        }
    }
}

fn reexports(tree: &UseTree, path: &str, prefix: &str, lines: &mut Vec<String>) {
    match tree {
        UseTree::Path(tree) => reexports(
            &tree.tree,
            path,
            &format!("{prefix}{}::", tree.ident),
            lines,
        ),
        UseTree::Group(tree) => tree
            .items
            .iter()
            .for_each(|tree| reexports(tree, path, prefix, lines)),
        UseTree::Name(tree) => {
            lines.push(format!("use {path}{} = {prefix}{}", tree.ident, tree.ident));
        }
        UseTree::Rename(tree) => lines.push(format!(
            "use {path}{} = {prefix}{}",
            tree.rename, tree.ident
        )),
        UseTree::Glob(_) => lines.push(format!("use {path}* = {prefix}*")),
    }
}

#[cfg(test)]
mod tests;
