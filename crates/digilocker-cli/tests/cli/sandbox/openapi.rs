//! Responses of the control API, validated against `openapi.json`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::sandbox_process::SandboxProcess;

#[test]
fn responses_match_the_openapi_document() {
    let sandbox = SandboxProcess::start(&[]);
    let spec = sandbox.get("/sandbox/openapi.json");
    let (access, _) = sandbox.new_grant();
    let undocumented = sandbox.revocation(&access).header("x-not-in-the-spec", "1");
    undocumented.send().unwrap();
    sandbox.post("/sandbox/faults", r#"{"disconnect": true}"#);
    assert!(sandbox.revocation(&access).send().is_err());
    let large = " ".repeat(2 * 1024 * 1024 + 1);
    let mut seen = BTreeSet::new();
    for (method, path, body, status) in [
        ("post", "/sandbox/grants", "", 201),
        ("post", "/sandbox/grants", r#"{"count": 2}"#, 201),
        ("post", "/sandbox/grants", "1", 400),
        ("post", "/sandbox/grants", &large, 413),
        ("get", "/sandbox/tokens/{token}", "", 200),
        ("get", "/sandbox/faults", "", 200),
        ("post", "/sandbox/faults", r#"{"status": 503}"#, 201),
        ("post", "/sandbox/faults", r#"{"stauts": 503}"#, 400),
        ("post", "/sandbox/faults", &large, 413),
        ("delete", "/sandbox/faults", "", 204),
        ("post", "/sandbox/faults/release", "", 204),
        ("get", "/sandbox/exchanges", "", 200),
        ("get", "/sandbox/violations", "", 200),
        ("get", "/sandbox/coverage", "", 200),
        ("post", "/sandbox/reset?keep=coverage", "", 204),
        ("post", "/sandbox/reset", "", 204),
        ("post", "/sandbox/reset?keep=all", "", 400),
    ] {
        let url = path.replace("{token}", &access);
        let request = sandbox.request(&method.to_uppercase(), &url);
        let response = request.body(body.to_owned()).send().unwrap();
        let what = format!("{method} {path} {status}");
        assert_eq!(response.status(), status, "{what}");
        let text = response.text().unwrap();
        let path = path.split('?').next().unwrap();
        let documented = &spec["paths"][path][method]["responses"][status.to_string()];
        let schema = &documented["content"]["application/json"]["schema"];
        assert!(documented.is_object(), "{what}");
        assert_eq!(schema.is_null(), text.is_empty(), "{what}");
        if !text.is_empty() {
            let body: Value = serde_json::from_str(&text).unwrap();
            assert_ne!(body, json!([]), "{what}: nothing to check");
            let errors = schema_errors(&spec, schema, &body);
            assert_eq!(errors, [""; 0], "{what}");
        }
        seen.insert((method, path, status));
    }
    // Without the 400 of a path that is not UTF-8, and the 403 of each operation: other tests check those.
    let documented: usize = spec["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["responses"].as_object().unwrap().len() - 1)
        .sum();
    assert_eq!(seen.len(), documented - 1);
}

fn schema_errors(spec: &Value, schema: &Value, body: &Value) -> Vec<String> {
    let mut schema = json!({ "allOf": [schema], "components": spec["components"] });
    allow_null(&mut schema);
    let validator = jsonschema::draft4::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    validator
        .iter_errors(body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Replaces `nullable: true` of OpenAPI 3.0 by a second type, as in JSON Schema.
fn allow_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("nullable") == Some(&json!(true)) {
                let kind = members["type"].take();
                members["type"] = json!([kind, "null"]);
            }
            members.values_mut().for_each(allow_null);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}
