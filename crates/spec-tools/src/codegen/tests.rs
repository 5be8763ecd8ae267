//! Runs the generator on the failing fixture of each rule, without lint.
//!
//! After an update of the generator, the snapshot shows which rules are no longer needed. Where the generator makes
//! code, that code does not compile or is wrong, as the rule describes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;

use super::*;
use crate::document::Document;
use crate::registry;
use crate::source::Source;
use crate::testing::{self, ATTRIBUTE};

#[test]
fn generator_without_lint() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/specs/lint");
    let project = testing::project();
    let (client, mock) = (
        CodeGenerator::client(&project),
        CodeGenerator::mock(&project),
    );
    let mock = mock.expect("a mock");
    let mut table = String::new();
    for rule in registry::of_specs() {
        let text = fs::read_to_string(dir.join(format!("{}.fail.yaml", rule.id)));
        let source = Source::new("a.yaml", &text.expect("a fixture"));
        let result =
            match Document::parse(source).map(|document| serde_json::from_value(document.value)) {
                Ok(Ok(openapi)) => {
                    format!(
                        "client: {}; mock: {}",
                        outcome(&openapi, &client),
                        outcome(&openapi, &mock)
                    )
                }
                Ok(Err(_)) => "not run: invalid OpenAPI".to_owned(),
                Err(_) => "not run: invalid YAML".to_owned(),
            };
        let _ = writeln!(table, "{}: {result}", rule.id);
    }
    insta::assert_snapshot!(table);
}

fn outcome(openapi: &OpenAPI, generator: &CodeGenerator<'_>) -> String {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    match panic_guard::catch(|| generator.tokens(openapi)) {
        Err(panic) => format!("panics ({panic})"),
        Ok(Err(error)) => format!("fails ({})", first(&error)),
        Ok(Ok(tokens)) => match syn::parse2::<syn::File>(tokens) {
            Ok(_) => "makes code".to_owned(),
            Err(error) => format!("makes invalid Rust ({error})"),
        },
    }
}

/// The names of the structs and enums of the client's module `types`, which must have the attribute.
fn types(client: &str) -> Vec<String> {
    let file = syn::parse_file(client).expect("Rust");
    let module = file.items.into_iter().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let attribute: TokenStream = ATTRIBUTE.parse().expect("tokens");
    let mut names = Vec::new();
    for item in module.expect("types").1 {
        let (name, attributes) = match item {
            syn::Item::Struct(item) => (item.ident, item.attrs),
            syn::Item::Enum(item) => (item.ident, item.attrs),
            _ => continue,
        };
        let attributes = quote::quote!(#(#attributes)*).to_string();
        assert!(
            attributes.contains(&attribute.to_string()),
            "{name}: {attributes}"
        );
        names.push(name.to_string());
    }
    names
}

#[test]
fn all_types_have_the_project_attribute() {
    let schemas = "
    Inline:
      type: object
      properties:
        object: { type: object, required: [a], properties: { a: { type: string } } }
        choice: { type: string, enum: [one, two] }
        length: { type: string, maxLength: 3 }
    Alias: { type: string }
    Either:
      oneOf:
        - { type: object, required: [x], properties: { x: { type: integer } } }
        - { type: object, required: [y], properties: { y: { type: integer } } }
";
    let text = testing::SPEC.replacen("  schemas:\n", &format!("  schemas:{schemas}"), 1);
    // Without lint, which would warn about unused components.
    let document = Document::parse(Source::new("a.yaml", &text)).expect("YAML");
    let openapi = serde_json::from_value(document.value).expect("OpenAPI");
    let project = testing::project();
    let (client, _) = unchecked(&project, &openapi).expect("code");
    let all = types(&client);
    for name in [
        "Alias",
        "Either",
        "InlineChoice",
        "InlineLength",
        "InlineObject",
        "TokenTypeHint",
    ] {
        assert!(all.iter().any(|known| known == name), "{name}: {all:?}");
    }
}
