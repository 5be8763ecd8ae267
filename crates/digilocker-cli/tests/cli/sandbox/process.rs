//! Start-up, output and termination of the process.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

#[cfg(unix)]
use rustix::process::Signal;
use serde_json::Value;

#[cfg(unix)]
use super::client;
#[cfg(unix)]
use crate::revoke_all::support::signal;
use crate::sandbox_process::SandboxProcess;
use crate::support::{digilocker, run};

/// Runs the printed commands in a shell, from a grant to a revoked token.
#[cfg(unix)]
#[test]
fn printed_curl_commands_work() {
    if Command::new("curl").arg("--version").output().is_err() {
        // Not `eprintln!`, which the test runner captures.
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
    let running = SandboxProcess {
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
fn signals_stop_the_sandbox_with_exit_code_0() {
    for name in [Signal::TERM, Signal::INT] {
        let mut sandbox = SandboxProcess::start(&[]);
        // An open event stream does not delay the end.
        let mut events = client().get(sandbox.url("/sandbox/events")).send().unwrap();
        events.read_exact(&mut [0; 5]).unwrap();
        signal(&sandbox.child, name);
        assert_eq!(sandbox.child.wait().unwrap().code(), Some(0), "{name:?}");
    }
}

#[test]
fn port_in_use_is_reported_with_a_hint() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let done = run(digilocker(), ["sandbox", "--port", &port], b"");
    assert_eq!((done.code, &done.stdout[..]), (Some(1), ""));
    assert!(
        done.stderr
            .starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")),
        "{done:?}"
    );
    done.warns("`--port 0`");
}
