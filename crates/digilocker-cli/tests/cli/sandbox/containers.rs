//! Runs the arguments of the sandbox in `tests/recipes/containers`, as its container would.

use std::fs;

use super::{client, status};
use crate::sandbox_process::SandboxProcess;

const COMPOSE: &str = include_str!("../../../../../tests/recipes/containers/compose.yaml");

/// The first line that starts with this key.
fn value(key: &str) -> &'static str {
    let mut lines = COMPOSE.lines();
    lines
        .find_map(|line| line.trim().strip_prefix(key))
        .unwrap()
}

#[test]
fn tests_in_another_container_reach_the_sandbox() {
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    fs::write(&secret, value("content: ")).unwrap();
    let lines = COMPOSE.lines().skip_while(|line| line.trim() != "command:");
    let items = lines
        .skip(1)
        .map_while(|line| line.trim().strip_prefix("- "));
    // Without the mount path, and on a free port.
    let args: Vec<String> = items
        .map(|item| item.replace("/client-secret", secret.to_str().unwrap()))
        .filter(|item| !item.starts_with("--port"))
        .collect();
    assert_eq!(args[0], "sandbox");
    let args: Vec<&str> = args[1..].iter().map(String::as_str).collect();
    let sandbox = SandboxProcess::start(&args);

    let url = value("SANDBOX_URL: ");
    assert_eq!(sandbox.text("base_url"), url);
    assert_eq!(sandbox.text("client_id"), value("SANDBOX_CLIENT_ID: "));
    assert_eq!(
        sandbox.text("client_secret"),
        value("SANDBOX_CLIENT_SECRET: ")
    );
    let port = sandbox.text("address").strip_prefix("0.0.0.0:").unwrap();
    let host = url.strip_prefix("http://").unwrap();
    let get = |host: &str, origin: &str| {
        let request = client().get(format!("http://127.0.0.1:{port}/"));
        status(request.header("host", host).header("origin", origin).send())
    };
    assert_eq!(get(host, url), 200);
    // The port that Compose publishes on the host.
    assert_eq!(get("127.0.0.1:4010", "http://127.0.0.1:4010"), 200);
    assert_eq!(get("evil.test:4010", "http://evil.test:4010"), 403);
}
