//! Edits of the fixture that violate rules, and the findings with their locations.

use crate::codegen;
use crate::render::text;
use crate::report::Style;
use crate::source::Source;
use crate::spec::{Refused, Spec};
use crate::testing;

const FIXTURE: &str = include_str!("fixture.yaml");

fn generate(text: &str) -> Result<(), Refused> {
    let project = testing::project();
    let spec = Spec::check(&project, Source::new("spec/parcels.yaml", text))?;
    codegen::generate(&project, &spec).map(drop)
}

#[test]
fn fixture_is_valid() {
    let result = generate(FIXTURE).map_err(|refused| text::refused(&refused, Style::Plain));
    assert_eq!(result, Ok(()));
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
fn yaml_syntax() {
    check(
        "  title: Parcels",
        "  title: [Parcels",
        &["yaml-syntax 4:10 invalid YAML"],
    );
    check(
        "  title: Parcels",
        "\ttitle: Parcels",
        &["yaml-syntax 3:2 invalid YAML"],
    );
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
        "openapi: 3.0.3",
        "openapi: 3.1.0",
        &["openapi-version 1:10 the generator reads OpenAPI 3.0 only"],
    );
    check(
        "  version: 1.2.3\n",
        "",
        &["openapi-shape 2:1 missing field `version`"],
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

#[test]
fn dangling_external_and_cyclic_references_are_reported() {
    check(
        "'#/components/schemas/Refusal'",
        "'#/components/schemas/Refusel'",
        &[
            "ref-dangling 26:23 `#/components/schemas/Refusel` does not exist",
            "one-error-schema 27:9 the errors of `send_parcel` have different bodies",
        ],
    );
    check(
        "'#/components/schemas/Parcel'",
        "'other.yaml#/Parcel'",
        &["ref-external 13:21 `other.yaml#/Parcel` is in another document"],
    );
    check(
        "    Refusal:\n",
        "    Loop:\n      allOf:\n        - $ref: '#/components/schemas/Loop'\n    Refusal:\n",
        &["ref-cycle 59:17 `#/components/schemas/Loop` is part of a cycle"],
    );
    check(
        "    Refusal:\n",
        "    Loop: {$ref: '#/components/schemas/Back'}\n    Back: {$ref: '#/components/schemas/Loop'}\n    Refusal:\n",
        &[
            "ref-cycle 57:18 `#/components/schemas/Back` is part of a cycle",
            "ref-cycle 58:18 `#/components/schemas/Loop` is part of a cycle",
        ],
    );
}

#[test]
fn recursive_schema_is_allowed() {
    let text = FIXTURE.replace(
        "    Refusal:\n",
        "    Tree:\n      type: object\n      properties:\n        left: {$ref: '#/components/schemas/Tree'}\n    Refusal:\n",
    );
    assert!(generate(&text).is_ok());
}

#[test]
fn operation_ids_are_required_and_unique() {
    check(
        "      operationId: list_parcels\n",
        "",
        &["operation-id-missing 33:5 `GET /parcels` has no `operationId`"],
    );
    check(
        "operationId: list_parcels",
        "operationId: send_parcel",
        &["operation-id-duplicate 34:20 two operations have the id `send_parcel`"],
    );
    check(
        "components:\n",
        "  /by-reference:\n    $ref: '#/paths/~1parcels'\ncomponents:\n",
        &["path-item-ref 45:11 the path item `/by-reference` is a reference"],
    );
}

#[test]
fn request_has_one_media_type_with_a_schema() {
    check(
        "              $ref: '#/components/schemas/Parcel'\n      responses:",
        "              $ref: '#/components/schemas/Parcel'\n          text/plain:\n            schema: {type: string}\n      responses:",
        &["one-request-media-type 14:11 `send_parcel` takes 2 media types"],
    );
    check(
        "            schema:\n              $ref: '#/components/schemas/Parcel'\n      responses:",
        "            {}\n      responses:",
        &["request-schema-missing 11:11 `application/json` of `send_parcel` has no schema"],
    );
}

#[test]
fn responses_have_one_error_and_one_success_schema() {
    let errors = "the errors of `send_parcel` have different bodies";
    let successes = "the successes of `send_parcel` have different bodies";
    // Two schemas.
    check(
        "'503':\n          description: Busy\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Refusal'",
        "'503':\n          description: Busy\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Parcel'",
        &[&format!("one-error-schema 27:9 {errors}")],
    );
    // One typed, one empty.
    check(
        "        '503':\n",
        "        '500':\n          description: None\n        '503':\n",
        &[&format!("one-error-schema 27:9 {errors}")],
    );
    check(
        "        '400':\n",
        "        '204':\n          description: None\n        '400':\n",
        &[&format!("one-success-schema 21:9 {successes}")],
    );
    // `default` covers both, unless `2XX` covers all successes.
    check(
        "'503':",
        "default:",
        &[&format!("one-success-schema 27:9 {successes}")],
    );
    let text = FIXTURE
        .replacen("'503':", "default:", 1)
        .replacen("'200':", "'2XX':", 1);
    assert!(generate(&text).is_ok());
    // The other fix: ranges in place of `default`.
    let busy = "        '503':\n          description: Busy\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Refusal'\n";
    let ranges = busy.replacen("'503'", "4XX", 1) + &busy.replacen("'503'", "5XX", 1);
    assert!(generate(&FIXTURE.replacen(busy, &ranges, 1)).is_ok());
    check(
        "            application/json:\n              schema:\n                type: array\n                items:\n                  $ref: '#/components/schemas/Parcel'\n",
        "            application/json: {}\n",
        &["response-schema-missing 39:13 `application/json` of `list_parcels` has no schema"],
    );
}

/// A panic that no rule prevents becomes a finding at the operation that causes it.
#[test]
fn generator_panics_become_findings() {
    check(
        "      operationId: list_parcels\n",
        "      operationId: list_parcels\n      parameters:\n        - {in: query, name: id, style: pipeDelimited, schema: {type: string}}\n",
        &["generator 34:20 the generator fails on the operation `list_parcels`"],
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
fn head_response_body_is_an_error_for_successes_only() {
    let findings = |status: &str| {
        let responses = format!(
            "'{status}': {{description: A, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Refusal'}}}}}}}}"
        );
        let head = format!(
            "    head:\n      operationId: probe\n      responses: {{{responses}}}\n    get:\n"
        );
        let source = Source::new("a.yaml", &FIXTURE.replacen("    get:\n", &head, 1));
        let found = match Spec::check(&testing::project(), source) {
            Ok(spec) => spec.warnings,
            Err(refused) => refused.findings,
        };
        let of_rule = found.iter().filter(|it| it.rule.id == "head-response-body");
        of_rule.map(|it| it.severity.name()).collect::<Vec<_>>()
    };
    assert_eq!(findings("200"), ["error"]);
    assert_eq!(findings("404"), ["warning"]);
}
