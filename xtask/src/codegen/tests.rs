//! What the generator itself does with each construct that a rule is about: no lint comes before it.
//!
//! The snapshot tells, at an update of the generator, which rules have lost their reason. Where it
//! makes code, that is what rustc refuses or what comes out wrong, as the rule says.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::*;
use crate::document::Document;
use crate::lint::RULES;
use crate::source::Source;

#[test]
fn the_generator_without_a_lint() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/specs/lint");
    let mut table = String::new();
    for rule in RULES {
        let text = fs::read_to_string(dir.join(format!("{}.fail.yaml", rule.id)));
        let source = Source::new("a.yaml", &text.expect("a fixture"));
        let done =
            match Document::parse(source).map(|document| serde_json::from_value(document.value)) {
                Ok(Ok(openapi)) => {
                    format!(
                        "client: {}; mock: {}",
                        outcome(&openapi, client),
                        outcome(&openapi, mock)
                    )
                }
                Ok(Err(_)) => "not asked: no OpenAPI".to_owned(),
                Err(_) => "not asked: no JSON".to_owned(),
            };
        let _ = writeln!(table, "{}: {done}", rule.id);
    }
    insta::assert_snapshot!(table);
}

fn outcome(openapi: &OpenAPI, make: Make) -> String {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    match net::catch(|| make(openapi).map_err(|error| error.to_string())) {
        Err(panic) => format!("panics ({panic})"),
        Ok(Err(error)) => format!("refuses ({})", first(&error)),
        Ok(Ok(tokens)) => match syn::parse2::<syn::File>(tokens) {
            Ok(_) => "makes code".to_owned(),
            Err(error) => format!("makes what is not Rust ({error})"),
        },
    }
}
