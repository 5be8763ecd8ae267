use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use digilocker_mock::Sandbox;
use reqwest::blocking::Client;
use serde_json::{Value, json};

use crate::support::revoke;

const BINARY: &str = env!("CARGO_BIN_EXE_digilocker-mock");

fn get(base_url: &str, path: &str) -> Value {
    let answer = Client::new()
        .get(format!("{base_url}{path}"))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().unwrap()
}

fn new_grant(base_url: &str) -> String {
    let answer = Client::new()
        .post(format!("{base_url}/sandbox/grants"))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 201);
    let grant: Value = answer.json().unwrap();
    assert!(grant["refresh_token"].is_string());
    grant["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn clients_in_any_language_can_run_a_test() {
    let sandbox = Sandbox::builder().control_endpoints().start();
    let url = sandbox.base_url();
    let token = new_grant(url);
    assert_eq!(
        get(url, &format!("/sandbox/tokens/{token}")),
        json!({ "live": true })
    );
    revoke(&sandbox, &token);
    assert_eq!(
        get(url, &format!("/sandbox/tokens/{token}")),
        json!({ "live": false })
    );
    assert_eq!(get(url, "/sandbox/violations"), json!([]));
    assert_eq!(sandbox.requests(), 1);

    let unknown = Client::new().get(format!("{url}/sandbox/grants")).send();
    assert_eq!(unknown.unwrap().status(), 404);
    assert_eq!(
        get(url, "/sandbox/violations"),
        json!(["request 2: path `/sandbox/grants` is not in the spec"])
    );
}

/// The command, until the end of the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn the_command_serves() {
    let mut command = Running(
        Command::new(BINARY)
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut lines = BufReader::new(command.0.stdout.take().unwrap()).lines();
    let mut value = |label: &str| {
        let line = lines.next().unwrap().unwrap();
        let value = line.trim_start().strip_prefix(label);
        value.unwrap_or_else(|| panic!("{line}")).trim().to_owned()
    };
    let url = value("base URL");
    let id = value("client id");
    let secret = value("client secret");
    for number in ["grant 1", "grant 2"] {
        value(number);
        let access = value("access token");
        let refresh = value("refresh token");
        let answer = Client::new()
            .post(format!("{url}/public/oauth2/1/revoke"))
            .basic_auth(&id, Some(&secret))
            .json(&json!({ "token": refresh }))
            .send()
            .unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(
            get(&url, &format!("/sandbox/tokens/{access}")),
            json!({ "live": false })
        );
    }
    new_grant(&url);
}

#[track_caller]
fn check(args: &[&str], code: i32, stdout: &str, stderr: &str) {
    let output = Command::new(BINARY).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(code));
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(out.contains(stdout), "{out}");
    assert!(err.contains(stderr), "{err}");
    assert_eq!(stderr.is_empty(), err.is_empty());
}

#[test]
fn the_command_explains_itself() {
    check(&["--help"], 0, "Usage: digilocker-mock", "");
    check(
        &["--prot", "1"],
        2,
        "",
        "error: unknown argument: `--prot`\nTry",
    );
    check(&["--port", "x"], 2, "", "error: `--port` needs a number");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let message = format!("error: cannot listen on 127.0.0.1:{port}: ");
    check(&["--port", &port], 1, "", &message);
}
