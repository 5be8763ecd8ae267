//! Edits of the fixture that violate rules, and the findings with their locations.

use crate::codegen;
use crate::finding::Findings;
use crate::render::text;
use crate::report::Style;
use crate::source::Source;
use crate::spec::Spec;
use crate::testing;

const FIXTURE: &str = include_str!("fixture.yaml");

fn generate(text: &str) -> Result<(), Findings> {
    let project = testing::project();
    let spec = Spec::check(&project, Source::new("spec/parcels.yaml", text))?;
    codegen::generate(&project, &spec).map(drop)
}

/// Replaces the first `old` with `new`, and checks each finding as `rule line:column message`.
#[track_caller]
fn check(old: &str, new: &str, expected: &[&str]) {
    assert!(FIXTURE.contains(old), "the fixture has no `{old}`");
    let text = FIXTURE.replacen(old, new, 1);
    let refused = generate(&text).expect_err("an error");
    let rendered = text::refused(&refused, Style::Plain);
    assert!(
        !rendered.contains("panicked") && !rendered.contains("backtrace"),
        "{rendered}"
    );
    let lines: Vec<_> = rendered.lines().collect();
    let found: Vec<_> = lines
        .windows(2)
        .filter_map(|pair| {
            let (rule, message) = pair[0].strip_prefix("error[")?.split_once("]: ")?;
            let place = pair[1]
                .trim_start()
                .strip_prefix("--> spec/parcels.yaml:")?;
            Some(format!("{rule} {place} {message}"))
        })
        .collect();
    assert_eq!(found, expected, "{rendered}");
}

#[test]
fn all_findings_are_reported_together() {
    check(
        "    get:\n      operationId: list_parcels\n",
        "    get:\n      operationId: send_parcel\n      requestBody: {$ref: '#/components/requestBodies/None'}\n",
        &[
            "operation-id-duplicate 34:20 two operations have the id `send_parcel`",
            "ref-dangling 35:27 `#/components/requestBodies/None` does not exist",
        ],
    );
}

#[test]
fn openapi_shape_is_found_at_the_innermost_object() {
    check(
        "openapi: 3.0.3\n",
        "",
        &["openapi-shape 1:1 missing field `openapi`"],
    );
    check(
        "  version: 1.2.3",
        "  version: 1.2",
        &["openapi-shape 4:12 invalid type: floating point `1.2`, expected a string"],
    );
    check(
        "          description: Refused\n",
        "",
        &["openapi-shape 21:9 missing field `description`"],
    );
    check(
        "      operationId: list_parcels\n",
        "      operationId: list_parcels\n      tags: parcels\n",
        &["openapi-shape 35:13 invalid type: string \"parcels\", expected a sequence"],
    );
}

/// What compiles in no crate becomes a finding at the schema or operation that causes it.
#[test]
fn code_that_does_not_compile_becomes_findings() {
    let parcel = |property: &str, reason: &str| {
        let name = "        name:\n";
        assert_eq!(FIXTURE.matches(name).count(), 1);
        let text = FIXTURE.replacen(name, &format!("        {property}\n{name}"), 1);
        let refused = generate(&text).expect_err("an error");
        let [finding] = refused.findings.as_slice() else {
            panic!("{:?}", refused.findings);
        };
        assert_eq!(
            finding.message,
            "the generator fails on the schema `Parcel`"
        );
        assert_eq!(finding.label.as_deref(), Some(reason));
    };
    parcel(
        "many: {type: array, minItems: 33, maxItems: 33, items: {type: string}}",
        "it generates an array of 33 elements, and serde supports up to 32",
    );
    parcel(
        "small: {type: integer, format: uint8, enum: [1, 300]}",
        "300 is out of the range of the type `u8`",
    );
    parcel(
        "Name: {type: string}",
        "it generates `types::Parcel.name` twice",
    );
    parcel(
        "id: {type: string, format: uuid}",
        "it uses the crate `uuid`, which the manifest does not list",
    );
    let values = "                type: array\n                items:\n                  $ref: '#/components/schemas/Parcel'\n";
    check(
        values,
        "                type: boolean\n",
        &["generator 34:20 the generator fails on the operation `list_parcels`"],
    );
}

/// A response to HEAD without a body is read, unless it is a success.
#[test]
fn head_response_body_of_a_refusal_is_a_warning() {
    let head = "    head:
      operationId: probe
      responses:
        '404':
          description: A
          content: {application/json: {schema: {$ref: '#/components/schemas/Refusal'}}}
    get:
";
    let source = Source::new("a.yaml", &FIXTURE.replacen("    get:\n", head, 1));
    let spec = Spec::check(&testing::project(), source).expect("no error");
    let mut ids = spec.warnings.iter().map(|it| it.rule.id);
    assert!(ids.any(|id| id == "head-response-body"));
}
