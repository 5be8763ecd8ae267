use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{digilocker, run};

/// The command, until the end of the test, however that ends.
pub(crate) struct Running {
    child: Child,
    start: Value,
}

impl Running {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child = digilocker()
            .args(["sandbox", "--port", "0", "--json"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let start = serde_json::from_str(&line).unwrap();
        Self { child, start }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.start[name].as_str().unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text("base_url"))
    }

    fn get(&self, path: &str) -> Value {
        let response = Client::new().get(self.url(path)).send().unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().unwrap()
    }

    fn post(&self, path: &str, body: &str) -> (u16, Value) {
        let response = Client::new()
            .post(self.url(path))
            .body(body.to_owned())
            .send()
            .unwrap();
        let status = response.status().as_u16();
        (
            status,
            serde_json::from_str(&response.text().unwrap()).unwrap_or_default(),
        )
    }

    fn new_grant(&self) -> (String, String) {
        let (status, grant) = self.post("/sandbox/grants", "");
        assert_eq!(status, 201);
        let token = |name: &str| grant[name].as_str().unwrap().to_owned();
        (token("access_token"), token("refresh_token"))
    }

    fn revocation(&self, token: &str) -> RequestBuilder {
        Client::new()
            .post(self.url("/public/oauth2/1/revoke"))
            .basic_auth(self.text("client_id"), Some(self.text("client_secret")))
            .json(&json!({ "token": token }))
    }

    /// Ends it, and gives what it wrote to standard error.
    pub(crate) fn stop(&mut self) -> String {
        let stopped = self.child.try_wait().unwrap();
        assert_eq!(stopped, None, "it stopped by itself");
        self.child.kill().unwrap();
        let mut text = String::new();
        let stderr = self.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        text
    }

    fn is_live(&self, token: &str) -> bool {
        self.get(&format!("/sandbox/tokens/{token}"))["live"]
            .as_bool()
            .unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn status(response: reqwest::Result<Response>) -> u16 {
    response.unwrap().status().as_u16()
}

#[test]
fn a_client_in_any_language_can_run_a_test() {
    let sandbox = Running::start(&[]);
    let (access, refresh) = sandbox.new_grant();
    assert!(sandbox.is_live(&access));
    assert_eq!(
        sandbox
            .post("/sandbox/faults", r#"{"status": 503, "retry_after": 2}"#)
            .0,
        201
    );
    let response = sandbox.revocation(&refresh).send().unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &"2".parse().unwrap())
    );
    assert_eq!(status(sandbox.revocation(&refresh).send()), 200);
    assert!(!sandbox.is_live(&access));
    assert_eq!(sandbox.get("/sandbox/violations"), json!([]));

    let exchanges = sandbox.get("/sandbox/exchanges");
    assert_eq!(exchanges.as_array().unwrap().len(), 2);
    assert_eq!(
        (&exchanges[0]["status"], &exchanges[1]["status"]),
        (&json!(503), &json!(200))
    );
    let coverage = sandbox.get("/sandbox/coverage");
    assert!(
        coverage["covered"]
            .as_array()
            .unwrap()
            .contains(&json!("status:503"))
    );
    assert!(
        coverage["missing"]
            .as_array()
            .unwrap()
            .contains(&json!("hint:refresh_token"))
    );

    assert_eq!(sandbox.post("/sandbox/reset", "").0, 204);
    assert_eq!(sandbox.get("/sandbox/exchanges"), json!([]));
}

#[test]
fn tokens_of_the_test_can_be_issued() {
    let sandbox = Running::start(&[]);
    let grant = r#"{"access_token": "mine-a", "refresh_token": "mine-r"}"#;
    assert_eq!(sandbox.post("/sandbox/grants", grant).0, 201);
    assert!(sandbox.is_live("mine-a"));
    for wrong in [
        grant,
        r#"{"access_token": "MARKER", "refresh_token": "MARKER"}"#,
        r#"{"access_token": "", "refresh_token": "MARKER"}"#,
        r#"{"access_token": "MARKER"}"#,
        r#"{"access_token": "MARKER1", "refresh_token": 5}"#,
        r#"{"access_token": "MARKER1", "refresh_token": "MARKER2", "MARKER3": 1}"#,
        "MARKER",
    ] {
        let (status, body) = sandbox.post("/sandbox/grants", wrong);
        assert_eq!(status, 400, "{wrong}");
        let reason = body["error"].as_str().unwrap();
        assert!(
            !reason.contains("MARKER") && !reason.contains("mine"),
            "{reason}"
        );
    }
}

#[test]
fn a_fault_that_cannot_be_is_400_with_the_reason() {
    let sandbox = Running::start(&[]);
    for (fault, reason) in [
        ("{}", "one of `status`, `disconnect`, `delay_ms` is needed"),
        (r#"{"status": 503, "times": 0}"#, "`times` is at least 1"),
        (
            r#"{"stauts": 503}"#,
            "unknown field: expected one of `status`, `disconnect`, `delay_ms`, `after_revoking`, `times`, \
             `retry_after`, `headers`, `body`, `token` (line 1, column 9)",
        ),
        (
            r#"{"status": 503, "token": null}"#,
            "a field has another type: expected a string (line 1, column 29)",
        ),
        ("503", "the body is not a JSON object"),
        ("[503]", "the body is not a JSON object"),
        ("{", "the body is not JSON (line 1, column 1)"),
        ("", "the body is not a JSON object"),
    ] {
        let expected = (400, json!({ "error": reason }));
        assert_eq!(sandbox.post("/sandbox/faults", fault), expected, "{fault}");
    }
    assert_eq!(sandbox.get("/sandbox/faults"), json!({ "pending": [] }));
}

#[test]
fn faults_below_http_work() {
    let sandbox = Running::start(&[]);
    let (access, _) = sandbox.new_grant();
    sandbox.post(
        "/sandbox/faults",
        r#"{"disconnect": true, "after_revoking": true}"#,
    );
    assert!(sandbox.revocation(&access).send().is_err());
    assert!(!sandbox.is_live(&access));
    sandbox.post("/sandbox/faults", r#"{"disconnect": true, "times": 3}"#);
    let cleared = Client::new().delete(sandbox.url("/sandbox/faults")).send();
    assert_eq!(status(cleared), 204);
    assert_eq!(status(sandbox.revocation(&access).send()), 400);
}

/// A web page on another site can make a browser send requests to loopback.
#[test]
fn another_site_can_neither_see_nor_control_it() {
    let sandbox = Running::start(&[]);
    let (access, _) = sandbox.new_grant();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/sandbox/events"),
        ("GET", "/sandbox/exchanges"),
        ("GET", "/sandbox/openapi.json"),
        ("POST", "/sandbox/grants"),
        ("POST", "/sandbox/reset"),
        ("POST", "/sandbox/page/reset"),
        ("DELETE", "/sandbox/faults"),
        ("GET", "/sandbox/nothing"),
    ] {
        for (name, value) in [
            ("host", "evil.test"),
            ("host", "evil.test:4010"),
            ("origin", "http://evil.test"),
            ("origin", "null"),
        ] {
            let response = Client::new()
                .request(method.parse().unwrap(), sandbox.url(path))
                .header(name, value)
                .send();
            assert_eq!(status(response), 403, "{method} {path} {name}: {value}");
        }
    }
    assert!(sandbox.is_live(&access));
}

#[test]
fn a_path_of_nobody_is_a_violation_and_one_of_the_control_api_is_not() {
    let sandbox = Running::start(&[]);
    let get = |path: &str| status(Client::new().get(sandbox.url(path)).send());
    assert_eq!(get("/sandbox/nothing"), 404);
    assert_eq!(get("/sandbox/grants"), 405);
    assert_eq!(get("/sandbox/tokens/%ff"), 400);
    assert_eq!(get("/favicon.ico"), 204);
    assert_eq!(sandbox.get("/sandbox/violations"), json!([]));
    assert_eq!(get("/public/oauth2/2/revoke"), 404);
    let violations = sandbox.get("/sandbox/violations");
    assert_eq!(
        violations,
        json!(["request 1: path `/public/oauth2/2/revoke` is not in the spec"])
    );
}

#[test]
fn the_seed_makes_runs_the_same() {
    let start = |seed: &str| {
        let sandbox = Running::start(&["--seed", seed]);
        let grant = sandbox.new_grant();
        let mut start = sandbox.start.clone();
        start["base_url"].take();
        (start, grant)
    };
    assert_eq!(start("7"), start("7"));
    assert_ne!(start("7"), start("8"));
}

#[test]
fn the_client_is_the_one_of_the_arguments() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    fs::write(&path, "it's 100%\n").unwrap();
    let path = path.to_str().unwrap();
    let sandbox = Running::start(&["--client-id", "my client", "--client-secret-file", path]);
    assert_eq!(sandbox.text("client_id"), "my client");
    assert_eq!(sandbox.text("client_secret"), "it's 100%");
}

#[test]
fn the_dialect_and_the_size_of_the_journal_can_be_chosen() {
    let sandbox = Running::start(&["--dialect", "partner", "--journal-size", "2"]);
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

/// From a fresh start to a revoked token with what is printed, pasted as it is.
#[cfg(unix)]
#[test]
fn the_curl_lines_that_it_prints_work() {
    if Command::new("curl").arg("--version").output().is_err() {
        // Not `eprintln!`: the test runner keeps that to itself.
        let _ = writeln!(io::stderr(), "SKIPPED: `curl` is missing");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    fs::write(&secret, "it's 100%").unwrap();
    let mut child = digilocker()
        .args([
            "sandbox",
            "--port",
            "0",
            "--client-id",
            "a:b",
            "--client-secret-file",
        ])
        .arg(&secret)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with("  curl ") {
            lines.push(line.trim().to_owned());
        }
        if lines.len() == 4 {
            break;
        }
    }
    let running = Running {
        child,
        start: Value::Null,
    };
    let outputs: Vec<String> = lines
        .iter()
        .map(|line| {
            let output = Command::new("sh")
                .arg("-c")
                .arg(format!("{line} -s --noproxy '*'"))
                .output()
                .unwrap();
            String::from_utf8(output.stdout).unwrap()
        })
        .collect();
    drop(running);
    assert!(outputs[0].contains(r#""success":true"#), "{outputs:?}");
    assert_eq!(outputs[1], r#"{"live":false}"#);
    assert!(outputs[2].contains("access_token"), "{outputs:?}");
    assert!(outputs[3].contains("pending"), "{outputs:?}");
}

#[cfg(unix)]
#[test]
fn a_signal_stops_it_cleanly() {
    for signal in ["-TERM", "-INT"] {
        let mut sandbox = Running::start(&[]);
        // An open event stream does not hold it up.
        let mut events = Client::new()
            .get(sandbox.url("/sandbox/events"))
            .send()
            .unwrap();
        events.read_exact(&mut [0; 5]).unwrap();
        let pid = sandbox.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(sandbox.child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn a_port_that_is_taken_is_an_error_with_a_next_step() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let done = run(digilocker(), ["sandbox", "--port", &port], b"");
    assert_eq!((done.code, &done.stdout[..]), (Some(1), ""));
    assert!(
        done.stderr
            .starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")),
        "{done:?}"
    );
    assert!(done.stderr.contains("`--port 0`"), "{done:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_fails_is_not_called_a_failure_to_listen() {
    let output = digilocker()
        .args(["sandbox", "--port", "0"])
        .stdout(
            fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap(),
        )
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with("error: cannot write to standard output: "),
        "{stderr}"
    );
}

#[test]
fn another_address_gives_a_warning() {
    let mut child = digilocker()
        .args(["sandbox", "--port", "0", "--json", "--listen", "0.0.0.0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        line.starts_with("warning: everyone who can reach 0.0.0.0 can control this sandbox"),
        "{line}"
    );
}

/// What `openapi.json` says of each response, the sandbox sends.
#[test]
fn responses_are_as_the_openapi_document_says() {
    let sandbox = Running::start(&[]);
    let spec = sandbox.get("/sandbox/openapi.json");
    let (access, _) = sandbox.new_grant();
    sandbox
        .revocation(&access)
        .header("x-not-in-the-spec", "1")
        .send()
        .unwrap();
    sandbox.post("/sandbox/faults", r#"{"disconnect": true}"#);
    assert!(sandbox.revocation(&access).send().is_err());
    let large = " ".repeat(2 * 1024 * 1024 + 1);
    let mut seen = 0;
    for (method, path, body, status) in [
        ("post", "/sandbox/grants", "", 201),
        ("post", "/sandbox/grants", "1", 400),
        ("post", "/sandbox/grants", &large, 413),
        ("get", "/sandbox/tokens/{token}", "", 200),
        ("get", "/sandbox/faults", "", 200),
        ("post", "/sandbox/faults", r#"{"status": 503}"#, 201),
        ("post", "/sandbox/faults", "{}", 400),
        ("post", "/sandbox/faults", &large, 413),
        ("delete", "/sandbox/faults", "", 204),
        ("get", "/sandbox/exchanges", "", 200),
        ("get", "/sandbox/violations", "", 200),
        ("get", "/sandbox/coverage", "", 200),
        ("post", "/sandbox/reset", "", 204),
    ] {
        let response = Client::new()
            .request(
                method.to_uppercase().parse().unwrap(),
                sandbox.url(&path.replace("{token}", &access)),
            )
            .body(body.to_owned())
            .send()
            .unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
        let text = response.text().unwrap();
        let documented = &spec["paths"][path][method]["responses"][status.to_string()];
        let schema = &documented["content"]["application/json"]["schema"];
        assert!(documented.is_object(), "{method} {path} {status}");
        assert_eq!(
            schema.is_null(),
            text.is_empty(),
            "{method} {path} {status}"
        );
        if !text.is_empty() {
            let body: Value = serde_json::from_str(&text).unwrap();
            assert_ne!(body, json!([]), "{path}: nothing to check");
            let errors = schema_errors(&spec, schema, &body);
            assert_eq!(errors, [""; 0], "{method} {path} {status}");
        }
        seen += 1;
    }
    // All but the 400 of a path that is not UTF-8, which has its own test, and each operation's 403.
    let documented: usize = spec["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["responses"].as_object().unwrap().len() - 1)
        .sum();
    assert_eq!(seen, documented - 1);
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

/// OpenAPI 3.0 says `nullable: true` where JSON Schema has a second type.
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
