//! Output and termination of the process.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use rustix::process::Signal;
use serde_json::Value;

use super::client;
use crate::revoke_all::support::signal;
use crate::sandbox_process::SandboxProcess;
use crate::support::{digilocker, run_in_shell};

/// Runs the printed commands in a shell, from a grant to a revoked token.
#[test]
fn printed_curl_commands_work() {
    if Command::new("curl").arg("--version").output().is_err() {
        // Not `eprintln!`, which the test runner captures.
        let _ = writeln!(io::stderr(), "SKIPPED: `curl` is missing");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("secret"), "it's 100%").unwrap();
    let args = "sandbox --port 0 --client-id a:b --client-secret-file secret";
    let mut command = digilocker();
    command.args(args.split(' ')).current_dir(&dir);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _running = SandboxProcess {
        child,
        start: Value::Null,
    };
    let lines = lines.map(Result::unwrap);
    let commands = lines.filter(|line| line.starts_with("  curl ")).take(4);
    let outputs: Vec<String> = commands
        .map(|line| format!("{line} -s --noproxy '*'"))
        .map(|script| run_in_shell(&digilocker(), dir.path(), &script).stdout)
        .collect();
    assert!(outputs[0].contains(r#""success":true"#), "{outputs:?}");
    assert_eq!(outputs[1], r#"{"live":false}"#);
    assert!(outputs[2].contains("access_token"), "{outputs:?}");
    assert!(outputs[3].contains("pending"), "{outputs:?}");
}

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
