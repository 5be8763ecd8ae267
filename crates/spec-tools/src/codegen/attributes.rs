//! Adds attributes to all generated types.
//!
//! progenitor can add attributes to a type of a given name only. The names of inline types are unknown until it has
//! run.

use syn::parse::Parser;
use syn::{Attribute, Item};

/// Adds `attributes` to each type of a generated client, between its documentation and its derives.
///
/// # Errors
///
/// An attribute is not valid Rust.
pub(super) fn add(file: &mut syn::File, attributes: &[String]) -> Result<(), String> {
    let mut parsed = Vec::new();
    for text in attributes {
        let attribute = Attribute::parse_outer.parse_str(text);
        parsed.extend(
            attribute
                .map_err(|_| format!("invalid attribute in the project's settings: `{text}`"))?,
        );
    }
    let modules = file.items.iter_mut().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    // Inner modules have only errors, builders and defaults.
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
    fn invalid_attribute_is_rejected() {
        let mut file = syn::parse_file("pub mod types { struct A; }").expect("Rust");
        let result = add(&mut file, &["derive(A)".to_owned()]);
        assert_eq!(
            result,
            Err("invalid attribute in the project's settings: `derive(A)`".to_owned())
        );
    }
}
