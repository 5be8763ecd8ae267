//! What rustc would refuse for its names alone: the generator gives two things one name, if a spec has it.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{ImplItem, Item};

/// The first name that is given twice, in words.
pub(super) fn fault(file: &syn::File) -> Result<(), String> {
    module(&file.items, "")
}

fn module(items: &[Item], path: &str) -> Result<(), String> {
    let (mut types, mut methods) = (HashSet::new(), HashSet::new());
    for item in items {
        let name = match item {
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
        assert_eq!(fault(&file), expected.map_err(str::to_owned), "{source}");
    }

    #[test]
    fn a_name_that_is_given_twice_is_found() {
        check(
            "mod types { struct A; enum B {} } struct A; impl A { fn new() {} }",
            Ok(()),
        );
        check(
            "impl A { fn new() {} } impl B { fn new() {} } impl C for A { fn new() {} }",
            Ok(()),
        );
        check(
            "mod types { struct A; enum A {} }",
            Err("it makes `types::A` twice, which rustc refuses"),
        );
        check(
            "impl A { fn new() {} } impl A { fn new() {} }",
            Err("it makes `A::new` twice, which rustc refuses"),
        );
    }
}
