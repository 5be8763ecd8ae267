//! Attributes of all types.
//!
//! progenitor passes on no attribute for all types, only one for the type of a given name, and types that are
//! inline in the spec are named while it runs: to ask for the names first would be to run it twice.

use syn::parse::Parser;
use syn::{Attribute, Item};

/// Gives each type of a generated client the `attributes`, between its documentation and what it derives.
///
/// # Errors
///
/// One of them is not Rust.
pub(super) fn add(file: &mut syn::File, attributes: &[String]) -> Result<(), String> {
    let mut parsed = Vec::new();
    for text in attributes {
        let attribute = Attribute::parse_outer.parse_str(text);
        parsed.extend(attribute.map_err(|_| {
            format!("the attribute of the project's settings is not Rust: `{text}`")
        })?);
    }
    let modules = file.items.iter_mut().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    // Modules in it have what belongs to the types: errors, builders, defaults.
    for item in modules.flat_map(|(_, items)| items) {
        let attributes = match item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            _ => continue,
        };
        let is_doc = |attribute: &Attribute| attribute.path().is_ident("doc");
        let at = attributes.iter().take_while(|one| is_doc(one)).count();
        attributes.splice(at..at, parsed.iter().cloned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_attribute_is_refused() {
        let mut file = syn::parse_file("pub mod types { struct A; }").expect("Rust");
        let refused = add(&mut file, &["derive(A)".to_owned()]);
        assert_eq!(
            refused,
            Err("the attribute of the project's settings is not Rust: `derive(A)`".to_owned())
        );
    }
}
