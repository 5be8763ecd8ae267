//! Validates generated code. The generator makes two items of one name if the spec does, and an enum without
//! variants if a schema contradicts itself.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{ImplItem, Item};

/// Returns the first duplicate item or empty enum as an error.
pub(super) fn validate(file: &syn::File) -> Result<(), String> {
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
            Item::Struct(item) => &item.ident,
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

    #[track_caller]
    fn check(source: &str, expected: Result<(), &str>) {
        let file = syn::parse_file(source).expect("Rust");
        assert_eq!(validate(&file), expected.map_err(str::to_owned), "{source}");
    }

    #[test]
    fn duplicate_items_and_empty_enums_are_rejected() {
        check(
            "mod types { struct A; enum B { C } } struct A; impl A { fn new() {} }",
            Ok(()),
        );
        check(
            "impl A { fn new() {} } impl B { fn new() {} } impl C for A { fn new() {} }",
            Ok(()),
        );
        check(
            "mod types { struct A; enum A { B } }",
            Err("it generates `types::A` twice"),
        );
        check(
            "mod types { enum A {} }",
            Err("it generates `types::A` without variants: the schema contradicts itself"),
        );
        check(
            "impl A { fn new() {} } impl A { fn new() {} }",
            Err("it generates `A::new` twice"),
        );
    }
}
