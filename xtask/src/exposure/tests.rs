use serde_json::json;

use super::*;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A spec without items, apart from a status of each kind.
fn spec() -> Value {
    let body = |name: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        json!({"headers": {}, "content": {"application/json": {"schema": schema}}})
    };
    let constant = json!({"type": "boolean", "enum": [true]});
    json!({
        "paths": {"/a": {"post": {
            "operationId": "a",
            "requestBody": body("Request"),
            "responses": {"200": body("Success"), "400": body("Failure")},
        }}},
        "components": {"securitySchemes": {}, "schemas": {
            "Request": {"properties": {}},
            "Success": {"properties": {"constant": constant, "data": {"$ref": "#/components/schemas/Data"}}},
            "Data": {"properties": {}},
            "Failure": {"allOf": [{"properties": {}}]},
        }},
    })
}

/// Adds something to the spec, and takes it away again.
#[track_caller]
fn check(pointer: &str, name: &str, value: Value, expected: &[&str]) {
    let (before, mut after) = (spec(), spec());
    after.pointer_mut(pointer).expect("a place")[name] = value;
    let [old, new] = [&before, &after].map(ToString::to_string);
    let added = next_step(&root(), [&old, &new]);
    let removed = next_step(&root(), [&new, &old]);
    for item in expected {
        for (text, what) in [(&added, "if "), (&removed, "remove it at ")] {
            let mut lines = text.lines();
            let line = lines.find(|line| line.starts_with(&format!("  {item}: {what}")));
            let line = line.unwrap_or_else(|| panic!("{item} is not in {text}"));
            let number = line.rsplit(".rs:").next().map(str::parse::<u32>);
            assert!(matches!(number, Some(Ok(_))), "{line}");
        }
    }
    assert!(added.starts_with("to decide, asked by "), "{added}");
    assert!(removed.starts_with("no longer in the spec:\n"), "{removed}");
    for text in [added, removed] {
        assert_eq!(text.lines().count(), expected.len() + 2, "{text}");
    }
}

#[test]
fn the_next_step_names_what_is_new_and_what_is_gone_with_its_line() {
    let text = || json!({"type": "string"});
    let values = json!({"type": "string", "enum": ["x", "y"]});
    let of = |schema: &str| format!("/components/schemas/{schema}/properties");
    let member = ["request member `b`", "`b` value `x`", "`b` value `y`"];
    check(&of("Request"), "b", values, &member);
    let scheme = json!({"type": "http", "scheme": "bearer"});
    let schemes = "/components/securitySchemes";
    check(schemes, "b", scheme, &["security scheme `b`"]);
    let responses = "/paths/~1a/post/responses";
    check(responses, "429", json!({}), &["status 429"]);
    let headers = |status: &str| format!("{responses}/{status}/headers");
    check(&headers("200"), "B", json!({}), &["success header `B`"]);
    check(&headers("400"), "B", json!({}), &["error header `B`"]);
    check(&of("Success"), "b", text(), &["success member `b`"]);
    check(&of("Data"), "b", text(), &["success member `data.b`"]);
    let in_a_part = "/components/schemas/Failure/allOf/0/properties";
    let object = json!({"properties": {"c": text(), "d": text()}});
    let members = ["error member `b.c`", "error member `b.d`"];
    check(in_a_part, "b", object, &members);
}

#[test]
fn other_changes_ask_nothing() {
    let mut described = spec();
    described["info"] = json!({"description": "new"});
    let specs = [spec(), described].map(|spec| spec.to_string());
    let next = next_step(&root(), [&specs[0], &specs[1]]);
    assert!(next.starts_with("next: run `cargo xtask bless`"), "{next}");
    assert_eq!(next.lines().count(), 1);
}

#[test]
fn a_schema_that_contains_itself_has_an_end() {
    let mut spec = spec();
    let itself = json!({"$ref": "#/components/schemas/Data"});
    spec["components"]["schemas"]["Data"]["properties"]["data"] = itself;
    assert!(items(&spec).len() < 10);
}
