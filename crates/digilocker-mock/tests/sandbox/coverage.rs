use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use digilocker_mock::{Dialect, Fault, Sandbox};
use serde_json::json;

use crate::support::{authenticated, client, post, revoke, url};

const CONTRACT: [&str; 10] = [
    "status:200",
    "status:400",
    "status:401",
    "status:503",
    "hint:access_token",
    "hint:refresh_token",
    "hint:none",
    "encoding:json",
    "auth:basic",
    "auth:none",
];

fn missing(dialect: Dialect) -> Vec<String> {
    let sandbox = Sandbox::builder().dialect(dialect).start();
    let coverage = sandbox.coverage();
    assert_eq!(coverage.covered(), [""; 0]);
    coverage.missing().into_iter().map(str::to_owned).collect()
}

#[test]
fn contract_is_that_of_the_spec_and_the_dialect() {
    assert_eq!(missing(Dialect::Documented), CONTRACT);
    let with = |more: &[&'static str]| {
        let mut keys = CONTRACT.to_vec();
        keys.extend(more);
        keys.sort_unstable();
        keys
    };
    let sorted = |dialect| {
        let mut keys = missing(dialect);
        keys.sort_unstable();
        keys
    };
    assert_eq!(sorted(Dialect::Rfc6749), with(&["encoding:form"]));
    assert_eq!(
        sorted(Dialect::Partner),
        with(&["encoding:form", "auth:body"])
    );
}

/// Each step is the first to cover the keys that it lists.
#[test]
fn every_key_can_be_covered() {
    let sandbox = Sandbox::builder().public_client().start();
    let grant = sandbox.issue_grant();
    let step = |new: &[&str], send: &dyn Fn()| {
        let before = sandbox.coverage();
        send();
        let after = sandbox.coverage();
        let added: Vec<&str> = after
            .covered()
            .into_iter()
            .filter(|key| !before.covered().contains(key))
            .collect();
        assert_eq!(added, new);
    };
    let hint = |hint: &str| {
        let body = json!({ "token": grant.access_token(), "token_type_hint": hint });
        authenticated(&sandbox).json(&body).send().unwrap();
    };
    let form = |more: &[(&str, &str)]| {
        let mut form = vec![("token", "abc")];
        form.extend(more);
        post(&sandbox).form(&form).send().unwrap();
    };
    let id = ("client_id", sandbox.client_id());
    step(
        &[
            "status:200",
            "hint:access_token",
            "encoding:json",
            "auth:basic",
        ],
        &|| hint("access_token"),
    );
    step(&["status:400", "hint:refresh_token"], &|| {
        hint("refresh_token");
    });
    step(&["hint:other"], &|| hint("id_token"));
    step(&["hint:none"], &|| {
        revoke(&sandbox, "abc");
    });
    step(&["status:401", "auth:none"], &|| {
        post(&sandbox)
            .json(&json!({ "token": "abc" }))
            .send()
            .unwrap();
    });
    sandbox.fail_next(Fault::status(503));
    step(&["status:503"], &|| {
        revoke(&sandbox, "abc");
    });
    assert_eq!(sandbox.coverage().missing(), [""; 0]);
    step(&["encoding:form", "auth:body"], &|| {
        form(&[id, ("client_secret", sandbox.client_secret())]);
    });
    step(&["auth:public"], &|| form(&[id]));
    step(&["auth:other"], &|| {
        let request = post(&sandbox).bearer_auth("x").form(&[("token", "abc")]);
        request.send().unwrap();
    });
    // A request that is not decoded or not routed covers only its status.
    step(&["status:415"], &|| {
        post(&sandbox).body("x").send().unwrap();
    });
    step(&["status:405"], &|| {
        reqwest::blocking::get(url(&sandbox)).unwrap();
    });
    step(&["status:404"], &|| {
        reqwest::blocking::get(sandbox.base_url()).unwrap();
    });
    step(&["status:406"], &|| {
        let request = authenticated(&sandbox).header("accept", "text/html");
        request.json(&json!({ "token": "abc" })).send().unwrap();
    });
    sandbox.fail_next(Fault::disconnect());
    step(&[], &|| {
        authenticated(&sandbox)
            .json(&json!({ "token": "abc" }))
            .send()
            .unwrap_err();
    });
    sandbox.fail_next(Fault::status(599));
    step(&["status:599"], &|| {
        revoke(&sandbox, "abc");
    });

    for row in sandbox.coverage().rows() {
        assert_eq!(
            row.in_contract(),
            CONTRACT.contains(&row.key()),
            "{}",
            row.key()
        );
        sandbox.require_coverage([row.key()]);
    }
}

#[test]
fn requests_to_other_methods_cover_no_authentication() {
    let sandbox = Sandbox::start();
    let get = client().get(url(&sandbox));
    get.basic_auth("x", Some("y")).send().unwrap();
    assert_eq!(sandbox.coverage().covered(), ["status:405"]);
}

#[test]
fn counts_are_not_limited_by_the_journal() {
    let sandbox = Sandbox::builder().journal_size(1).start();
    for _ in 0..3 {
        revoke(&sandbox, "abc");
    }
    let coverage = sandbox.coverage();
    let row = coverage.rows().iter().find(|row| row.key() == "status:400");
    assert_eq!(row.unwrap().count(), 3);
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
    assert_eq!(
        message(
            &sandbox,
            &["status:200", "status:401", "auth:public", "status:418"]
        ),
        "the contract is not covered: status:200, auth:public, status:418\n\n\
         key                    count\n\
         status:200                 0  missing\n\
         status:400                 0  missing\n\
         status:401                 1\n\
         status:503                 0  missing\n\
         hint:access_token          0  missing\n\
         hint:refresh_token         0  missing\n\
         hint:none                  1\n\
         encoding:json              0  missing\n\
         encoding:form              1  outside the contract\n\
         auth:basic                 0  missing\n\
         auth:none                  1"
    );
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

#[test]
fn coverage_is_serialized() {
    let sandbox = Sandbox::start();
    revoke(&sandbox, "abc");
    let document = serde_json::to_value(sandbox.coverage()).unwrap();
    assert_eq!(
        document["covered"],
        json!(["status:400", "hint:none", "encoding:json", "auth:basic"])
    );
    assert_eq!(document["missing"][0], "status:200");
    assert_eq!(
        document["rows"][1],
        json!({ "key": "status:400", "count": 1, "in_contract": true })
    );
}

/// A client that does not wait for a response does not see its status.
#[test]
fn a_status_counts_when_the_response_is_sent() {
    let sandbox = Sandbox::start();
    sandbox.fail_next(Fault::held());
    thread::scope(|scope| {
        let call = scope.spawn(|| revoke(&sandbox, sandbox.issue_grant().access_token()).status());
        while sandbox.requests() == 0 {
            thread::yield_now();
        }
        let coverage = sandbox.coverage();
        assert!(coverage.covered().contains(&"auth:basic"), "{coverage}");
        assert!(coverage.missing().contains(&"status:200"), "{coverage}");
        sandbox.release_held();
        assert_eq!(call.join().unwrap(), 200);
    });
    sandbox.require_coverage(["status:200"]);
}
