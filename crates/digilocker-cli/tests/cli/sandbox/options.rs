//! The command-line options.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::sandbox_process::SandboxProcess;
use crate::support::{digilocker, run};

#[test]
fn seed_makes_runs_reproducible() {
    let start = |seed: &str| {
        let sandbox = SandboxProcess::start(&["--seed", seed]);
        let grant = sandbox.new_grant();
        let mut start = sandbox.start.clone();
        start["base_url"].take();
        start["address"].take();
        (start, grant)
    };
    assert_eq!(start("7"), start("7"));
    assert_ne!(start("7"), start("8"));
}

#[test]
fn dialect_and_journal_size_can_be_set() {
    let sandbox = SandboxProcess::start(&["--dialect", "partner", "--journal-size", "2"]);
    let (access, _) = sandbox.new_grant();
    let body: Value = sandbox.revocation(&access).send().unwrap().json().unwrap();
    assert_eq!(body, json!({ "revoked": true }));
    for _ in 0..3 {
        sandbox.revocation(&access).send().unwrap();
    }
    let exchanges = sandbox.get("/sandbox/exchanges");
    assert_eq!(exchanges.as_array().unwrap().len(), 2);
    assert_eq!(exchanges[1]["number"], 4);
}

#[test]
fn non_loopback_address_gives_a_warning() {
    let mut sandbox = SandboxProcess::start(&["--listen", "0.0.0.0"]);
    let stderr = sandbox.stop();
    let warning = "warning: anyone who can reach 0.0.0.0 can control this sandbox";
    assert!(stderr.starts_with(warning), "{stderr}");
}

#[test]
fn port_in_use_is_reported_with_a_hint() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let done = run(digilocker(), ["sandbox", "--port", &port], b"");
    assert_eq!((done.code, &done.stdout[..]), (Some(1), ""));
    let message = format!("error: cannot listen on 127.0.0.1:{port}: ");
    assert!(done.stderr.starts_with(&message), "{done:?}");
    done.warns("`--port 0`");
}
