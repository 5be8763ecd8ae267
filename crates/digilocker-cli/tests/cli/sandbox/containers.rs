//! Runs the arguments of the sandbox in `tests/recipes/containers`, as its container would.

use std::fs;

use super::{client, status};
use crate::sandbox_process::SandboxProcess;
use crate::support::{yaml_items, yaml_value};

const COMPOSE: &str = include_str!("../../../../../tests/recipes/containers/compose.yaml");

#[test]
fn tests_in_another_container_reach_the_sandbox() {
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    // Without the mount path, and on a free port.
    let compose = COMPOSE.replace("/client-secret", secret.to_str().unwrap());
    let value = |key: &str| yaml_value(&compose, key);
    fs::write(&secret, value("content: ")).unwrap();
    let mut args = yaml_items(&compose, "command:");
    args.retain(|arg| !arg.starts_with("--port"));
    assert_eq!(args[0], "sandbox");
    let sandbox = SandboxProcess::start(&args[1..]);

    let url = value("SANDBOX_URL: ");
    assert_eq!(sandbox.text("base_url"), url);
    assert_eq!(sandbox.text("client_id"), value("SANDBOX_CLIENT_ID: "));
    let secret = value("SANDBOX_CLIENT_SECRET: ");
    assert_eq!(sandbox.text("client_secret"), secret);
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
