use std::panic::{AssertUnwindSafe, catch_unwind};

use digilocker_mock::{Dialect, Fault, Sandbox};
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{authenticated, client, hints, invalid_hint, post, responses, revoke, url};

/// The keys of the spec.
fn contract() -> Vec<String> {
    let statuses = responses().map(|(status, _)| format!("status:{status}"));
    let hints = hints();
    let hints = hints.iter().map(|hint| format!("hint:{hint}"));
    let others = ["hint:none", "encoding:json", "auth:basic", "auth:none"];
    let others = others.map(str::to_owned);
    statuses.chain(hints).chain(others).collect()
}

fn missing_keys(sandbox: &Sandbox) -> Vec<String> {
    let coverage = sandbox.coverage();
    coverage.missing().into_iter().map(str::to_owned).collect()
}

fn missing(dialect: Dialect) -> Vec<String> {
    let sandbox = Sandbox::builder().dialect(dialect).start();
    assert_eq!(sandbox.coverage().covered(), [""; 0]);
    missing_keys(&sandbox)
}

#[test]
fn contract_is_that_of_the_spec_and_the_dialect() {
    assert_eq!(missing(Dialect::Documented), contract());
    for (dialect, more) in [
        (Dialect::Rfc6749, vec!["encoding:form"]),
        (Dialect::Partner, vec!["encoding:form", "auth:body"]),
    ] {
        let mut added = missing(dialect);
        added.retain(|key| !contract().contains(key));
        assert_eq!(added, more);
    }
}

/// Each request is the first to cover the keys that it lists.
#[test]
fn every_key_can_be_covered() {
    let sandbox = Sandbox::builder().public_client().start();
    let grant = sandbox.issue_grant();
    let step = |new: &[&str], request: RequestBuilder| {
        let before = sandbox.coverage();
        let _ = request.send();
        let after = sandbox.coverage();
        let mut added = after.covered();
        added.retain(|key| !before.covered().contains(key));
        assert_eq!(added, new);
    };
    let json = |body: Value| authenticated(&sandbox).json(&body);
    let hint = |hint: &str| json(json!({ "token": grant.access_token(), "token_type_hint": hint }));
    let form = |more: &[(&str, &str)]| post(&sandbox).form(&[&[("token", "abc")], more].concat());
    let id = ("client_id", sandbox.client_id());
    let secret = ("client_secret", sandbox.client_secret());
    let first = [
        "status:200",
        "hint:access_token",
        "encoding:json",
        "auth:basic",
    ];
    step(&first, hint("access_token"));
    step(&["status:400", "hint:refresh_token"], hint("refresh_token"));
    step(&["hint:other"], hint(&invalid_hint()));
    step(&["hint:none"], json(json!({ "token": "abc" })));
    let anonymous = post(&sandbox).json(&json!({ "token": "abc" }));
    step(&["status:401", "auth:none"], anonymous);
    // The rest of the spec: statuses that the sandbox sends as faults only, and other hints.
    for key in missing_keys(&sandbox) {
        let request = match key.split_once(':') {
            Some(("status", status)) => {
                sandbox.fail_next(Fault::status(status.parse().unwrap()));
                json(json!({ "token": "abc" }))
            }
            Some(("hint", value)) => hint(value),
            _ => panic!("{key}"),
        };
        step(&[&key], request);
    }
    assert_eq!(missing_keys(&sandbox), [""; 0]);
    step(&["encoding:form", "auth:body"], form(&[id, secret]));
    step(&["auth:public"], form(&[id]));
    step(&["auth:other"], form(&[]).bearer_auth("x"));
    // A request that is not decoded or not routed covers only its status.
    let not_acceptable = json(json!({ "token": "abc" })).header("accept", "text/html");
    for (key, request) in [
        ("status:415", post(&sandbox).body("x")),
        (
            "status:405",
            client().get(url(&sandbox)).basic_auth("x", Some("y")),
        ),
        ("status:404", client().get(sandbox.base_url())),
        ("status:406", not_acceptable),
    ] {
        let new = [key].into_iter();
        let new = new.filter(|key| !contract().iter().any(|known| known == key));
        step(&new.collect::<Vec<_>>(), request);
    }
    sandbox.fail_next(Fault::disconnect());
    step(&[], json(json!({ "token": "abc" })));

    for row in sandbox.coverage().rows() {
        assert_eq!(row.in_contract, contract().contains(&row.key), "{row:?}");
        sandbox.require_coverage([&row.key]);
    }
}

#[test]
fn counts_are_not_limited_by_the_journal() {
    let sandbox = Sandbox::builder().journal_size(1).start();
    for _ in 0..3 {
        revoke(&sandbox, "abc");
    }
    let coverage = sandbox.coverage();
    let row = coverage.rows().iter().find(|row| row.key == "status:400");
    assert_eq!(row.unwrap().count, 3);
    assert_eq!(sandbox.exchanges().len(), 1);
}

fn message(sandbox: &Sandbox, keys: &[&str]) -> String {
    let require = AssertUnwindSafe(|| sandbox.require_coverage(keys));
    *catch_unwind(require)
        .unwrap_err()
        .downcast::<String>()
        .unwrap()
}

#[test]
fn require_coverage_lists_what_is_missing_with_the_table() {
    let sandbox = Sandbox::start();
    post(&sandbox).form(&[("token", "abc")]).send().unwrap();
    sandbox.require_coverage(["status:401", "encoding:form"]);
    sandbox.require_coverage(Vec::<String>::new());
    let coverage = sandbox.coverage();
    assert_eq!(
        message(
            &sandbox,
            &["status:200", "status:401", "auth:public", "status:599"]
        ),
        format!("the contract is not covered: status:200, auth:public, status:599\n\n{coverage}")
    );
    let table = coverage.to_string();
    let mut lines = table.lines();
    let first = lines.next().unwrap();
    assert!(
        first.starts_with("key ") && first.ends_with("  count"),
        "{table}"
    );
    for row in coverage.rows() {
        let line = lines.next().unwrap();
        let expected = match row.key.as_str() {
            "status:401" | "hint:none" | "auth:none" => vec![row.key.as_str(), "1"],
            "encoding:form" => vec!["encoding:form", "1", "outside", "the", "contract"],
            missing => vec![missing, "0", "missing"],
        };
        assert_eq!(line.split_whitespace().collect::<Vec<_>>(), expected);
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn unknown_coverage_keys_panic() {
    let sandbox = Sandbox::start();
    for key in [
        "hint:acces_token",
        "",
        "status:2xx",
        "status:+20",
        "status:0200",
        "status:199",
        "status:1000",
    ] {
        let message = message(&sandbox, &[key]);
        assert!(
            message.starts_with(&format!("unknown coverage key `{key}`: use `status:200`, ")),
            "{message}"
        );
        assert!(message.contains("`encoding:form`"), "{message}");
    }
}
