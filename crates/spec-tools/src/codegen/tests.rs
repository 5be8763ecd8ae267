//! Runs the generator on the failing fixture of each rule, without lint.
//!
//! After an update of the generator, the snapshot shows which rules are no longer needed. Where the generator makes
//! code, that code does not compile or is wrong, as the rule describes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use openapiv3::OpenAPI;

use super::*;
use crate::document::Document;
use crate::registry;
use crate::source::Source;
use crate::testing;

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
