use serde_json::json;

use super::builder::MAX_DEPTH;
use super::*;

#[track_caller]
fn check(text: &str, expected: &Value) {
    match parse(text) {
        Ok((value, _)) => assert_eq!(&value, expected, "{text}"),
        Err(findings) => panic!("{text}: {findings:?}"),
    }
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    let strings = "[y, n, yes, no, on, off, 1.0.0, 0x, 0xfg, 1_000, 2025-01-01, +, ., 1e, nULL]";
    let (found, _) = parse(strings).expect("YAML");
    let found = found.as_array().expect("a list");
    assert!(found.iter().all(Value::is_string), "{found:?}");
    for text in ["", "~", "null", "Null", "NULL"] {
        check(&format!("a: {text}\n"), &json!({ "a": null }));
    }
    for (text, value) in [
        ("true", json!(true)),
        ("FALSE", json!(false)),
        ("12", json!(12)),
        ("+12", json!(12)),
        ("-012", json!(-12)),
        ("0o17", json!(15)),
        ("0xFF", json!(255)),
        ("18446744073709551615", json!(u64::MAX)),
        ("1.5", json!(1.5)),
        (".5", json!(0.5)),
        ("1.", json!(1.0)),
        ("1e3", json!(1000.0)),
        ("-1.5E-1", json!(-0.15)),
        ("'12'", json!("12")),
        ("\"true\"", json!("true")),
    ] {
        check(&format!("a: {text}\n"), &json!({ "a": value }));
    }
}

#[test]
fn unquoted_keys_are_strings() {
    check(
        "200: a\ny: b\ntrue: c\n'': d\n",
        &json!({ "200": "a", "y": "b", "true": "c", "": "d" }),
    );
}

#[test]
fn block_scalars_fold_and_flow_collections_nest() {
    check(
        "a: >-\n  one\n  two\nb: |\n  one\n  two\nc: {d: [1, {e: f}], g: }\nh:\n- i\n- - j\n",
        &json!({ "a": "one two", "b": "one\ntwo\n", "c": { "d": [1, { "e": "f" }], "g": null }, "h": ["i", ["j"]] }),
    );
}

#[test]
fn what_json_lacks_is_rejected() {
    for (text, rule) in [
        ("a: .nan\n", "yaml-number"),
        ("a: -.inf\n", "yaml-number"),
        ("a: +.INF\n", "yaml-number"),
        ("? [a, b]\n: c\n", "yaml-key"),
        ("? {a: b}\n: c\n", "yaml-key"),
        ("{[a]: b}\n", "yaml-key"),
        ("a: {? {}, b: c}\n", "yaml-key"),
    ] {
        let findings = parse(text).expect_err(text);
        assert_eq!(findings[0].rule.id, rule, "{text}");
    }
}

#[test]
fn deep_nesting_is_rejected() {
    let ok = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    assert!(parse(&ok).is_ok());
    let findings = parse(&"[".repeat(1_000_000)).expect_err("a bomb");
    assert!(
        matches!(findings[0].rule.id, "yaml-depth" | "yaml-syntax"),
        "{findings:?}"
    );
    let block: String = (0..3_000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    assert_eq!(parse(&block).expect_err("a bomb")[0].rule.id, "yaml-depth");
}

#[test]
fn locations_are_correct_with_non_ascii_text() {
    let text = "# é ü\na/b: # é\n  - x: é\n    y~z: \"ü\"\n";
    let (_, places) = parse(text).expect("a document");
    let at = |pointer: &str| {
        let place = &places[pointer];
        (
            place.key.clone().map(|span| &text[span]),
            &text[place.value.clone()],
        )
    };
    assert_eq!(at("/a~1b/0/x"), (Some("x"), "é"));
    assert_eq!(at("/a~1b/0/y~0z"), (Some("y~z"), "\"ü\""));
    assert_eq!(at("/a~1b").0, Some("a/b"));
    assert_eq!(places.len(), 5);
}
