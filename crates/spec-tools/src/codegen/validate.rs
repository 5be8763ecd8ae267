//! Validates generated code: the generator gives two items one name if the spec does, and makes an enum
//! without variants of a schema that contradicts itself.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{ImplItem, Item};

/// Returns the first reason why the code is of no use.
pub(super) fn validate(file: &syn::File) -> Result<(), String> {
    module(&file.items, "")
}

fn module(items: &[Item], path: &str) -> Result<(), String> {
    let (mut types, mut methods) = (HashSet::new(), HashSet::new());
    for item in items {
        let name = match item {
            Item::Enum(item) if item.variants.is_empty() => {
                return Err(format!(
                    "it makes `{path}{}`, of which there is no value: what it is made of contradicts itself",
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
                        once(&mut methods, name, path)?;
                    }
                }
                continue;
            }
            _ => continue,
        };
        once(&mut types, name.to_string(), path)?;
    }
    Ok(())
}

fn once(seen: &mut HashSet<String>, name: String, path: &str) -> Result<(), String> {
    if seen.contains(&name) {
        return Err(format!(
            "it makes `{path}{name}` twice, which rustc refuses"
        ));
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
    fn what_rustc_refuses_and_what_nobody_can_use_is_found() {
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
            Err("it makes `types::A` twice, which rustc refuses"),
        );
        check(
            "mod types { enum A {} }",
            Err(
                "it makes `types::A`, of which there is no value: what it is made of contradicts itself",
            ),
        );
        check(
            "impl A { fn new() {} } impl A { fn new() {} }",
            Err("it makes `A::new` twice, which rustc refuses"),
        );
    }
}
