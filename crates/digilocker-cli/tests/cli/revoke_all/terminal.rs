//! Progress at a terminal, and a terminal that is closed. `script` emulates the terminal.
#![cfg(target_os = "linux")]

use std::process::{Child, Stdio};

use super::support::{TestDir, journal_lines, open_journal};
use crate::counting_server::CountingServer;
use crate::support::with_env_of;

fn at_a_terminal(dir: &TestDir, server: &CountingServer, args: &str) -> Child {
    let command = dir.command(server);
    let mut script = with_env_of(&command, "script");
    let program = command.get_program().to_str().unwrap();
    let line = format!("exec '{program}' revoke-all --round-wait 0 {args}");
    script
        .current_dir(dir.root())
        .env("NO_COLOR", "1")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn terminal_shows_a_progress_bar_without_colours() {
    let (dir, server) = (TestDir::with_tokens(20), CountingServer::start());
    let child = at_a_terminal(&dir, &server, "--input tokens.txt");
    let done = dir.end(child);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stdout
            .contains("% 0 revoked, 0 not recognised, 0 live"),
        "{done:?}"
    );
    assert!(done.stdout.contains("revoked         20"), "{done:?}");
    assert!(!done.stdout.contains("\x1b[3"), "{:?}", done.stdout);
}

#[test]
fn closed_terminal_ends_the_run_and_loses_nothing() {
    let (dir, server) = (TestDir::with_tokens(50), CountingServer::start());
    server.hold();
    let args = "--input tokens.txt --journal j --concurrency 4";
    let mut script = at_a_terminal(&dir, &server, args);
    server.wait_for_held(4);
    script.kill().unwrap();
    script.wait().unwrap();
    // The command exits after the calls in flight.
    server.release();
    server.settle();
    let recorded = journal_lines(&dir.path("j")).len();
    assert_eq!(recorded, server.requests());
    let journal = open_journal(&dir.path("j")).unwrap();
    let ended: bool = journal
        .query_row("SELECT end NOTNULL FROM run", [], |row| row.get(0))
        .unwrap();
    assert!(ended);
    drop(journal);
    let done = dir.run(&server, &format!("{args} --resume"));
    assert_eq!((done.code, server.requests()), (Some(0), 50), "{done:?}");
}
