//! Progress at a terminal.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::support::TestDir;

#[test]
fn terminal_shows_a_progress_bar_without_colours() {
    let dir = TestDir::with_tokens(20);
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let stderr = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut command = dir.command();
    let child = command
        .args(["--input", "tokens.txt"])
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .unwrap();
    // It holds the other end of the terminal.
    drop(command);
    let mut shown = Vec::new();
    // Fails when the command has closed it.
    let _ = File::from(terminal).read_to_end(&mut shown);
    let shown = String::from_utf8(shown).unwrap();
    let done = dir.end(child);
    assert_eq!(done.code, Some(0), "{done:?}");
    let bar = "% 0 revoked, 0 not recognised, 0 live";
    assert!(shown.contains(bar), "{shown:?}");
    assert!(!shown.contains("\x1b[3"), "{shown:?}");
    done.prints("revoked         20");
}
