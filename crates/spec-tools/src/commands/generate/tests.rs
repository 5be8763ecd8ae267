use std::fs;

use tempfile::TempDir;

use super::*;
use crate::testing::{self, edit, project_in, write};

const SPEC: &str = "spec/api.yaml";
const CLIENT: &str = "client/generated.rs";
const MOCK: &str = "mock/generated.rs";

/// A project whose generated files are current.
fn copy() -> TempDir {
    let dir = tempfile::tempdir().expect("a directory to work in");
    write(dir.path(), SPEC, testing::SPEC);
    let (_, files) = plan(&project(&dir)).expect("a valid spec");
    for file in files {
        write(dir.path(), &file.name, &file.new);
    }
    dir
}

fn project(dir: &TempDir) -> Project {
    project_in(dir.path())
}

fn read(dir: &TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(name)).expect(name)
}

/// Adds an optional property to the success schema.
fn add_a_field(dir: &TempDir) {
    let old = "        created_at:\n          description: When";
    edit(
        dir.path(),
        old,
        &format!("        kind:\n          description: New\n          type: string\n{old}"),
    );
}

#[test]
fn generation_is_deterministic() {
    let dir = copy();
    for _ in 0..3 {
        let (_, files) = plan(&project(&dir)).expect("a valid spec");
        assert!(files.iter().all(Generated::is_current));
    }
    for file in [SPEC, CLIENT] {
        let crlf = read(&dir, file).replace('\n', "\r\n");
        write(dir.path(), file, &crlf);
    }
    let (_, files) = plan(&project(&dir)).expect("a valid spec");
    assert!(files.iter().all(Generated::is_current));
}

#[test]
fn check_shows_drift_and_writes_nothing() {
    let dir = copy();
    let client = read(&dir, CLIENT);
    add_a_field(&dir);
    let report = run(&project(&dir), Mode::Check, Style::Plain);
    assert_eq!(report.status, Status::Failed);
    for expected in [
        "--- client/generated.rs (current)\n",
        "+        pub kind: ::std::option::Option<::std::string::String>,\n",
        "  + field types::Revocation.kind: Option<String>\n",
    ] {
        assert!(
            report.output.contains(expected),
            "no {expected} in {}",
            report.output
        );
    }
    // The mock differs too: its header has the digest of the spec.
    assert_eq!(
        report.errors,
        "out of date with `spec/api.yaml`: `client/generated.rs`, `mock/generated.rs`, \
         `mock/spec.json`; run `cargo xtask generate` to update\n"
    );
    assert_eq!(read(&dir, CLIENT), client);
    assert!(!dir.path().join("target").exists());
    assert!(
        run(&project(&dir), Mode::Check, Style::Colour)
            .output
            .contains("\u{1b}[32m+        pub kind")
    );
}

#[test]
fn write_reports_changes_and_reverting_the_spec_reverts_the_code() {
    let dir = copy();
    let (spec, client, mock) = (read(&dir, SPEC), read(&dir, CLIENT), read(&dir, MOCK));
    add_a_field(&dir);
    let report = run(&project(&dir), Mode::Write, Style::Plain);
    assert_eq!(
        report.output,
        "\
client/generated.rs: updated (+4 \u{2212}1 lines)
  + field types::Revocation.kind: Option<String>
mock/generated.rs: updated (+1 \u{2212}1 lines)
mock/spec.json: updated (+4 \u{2212}0 lines)
next: review 4 lines
"
    );
    assert_ne!(read(&dir, CLIENT), client);
    write(dir.path(), SPEC, &spec);
    assert_eq!(
        run(&project(&dir), Mode::Write, Style::Plain).status,
        Status::Ok
    );
    assert_eq!((read(&dir, CLIENT), read(&dir, MOCK)), (client, mock));
    let report = run(&project(&dir), Mode::Write, Style::Plain);
    assert_eq!(
        report.output,
        "client/generated.rs: unchanged\n\
         mock/generated.rs: unchanged\n\
         mock/spec.json: unchanged\n"
    );
}

#[test]
fn missing_file_is_created() {
    let dir = copy();
    let mock = read(&dir, MOCK);
    fs::remove_file(dir.path().join(MOCK)).expect("to remove");
    let report = run(&project(&dir), Mode::Write, Style::Plain);
    assert!(
        report
            .output
            .contains("mock/generated.rs: created\n  + mod operations\n"),
        "{}",
        report.output
    );
    assert_eq!(read(&dir, MOCK), mock);
}

#[test]
fn run_waits_for_the_lock_before_reading_the_spec() {
    let dir = copy();
    let client = read(&dir, CLIENT);
    let held = files::lock(dir.path()).expect("the lock");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| run(&project(&dir), Mode::Write, Style::Plain));
        std::thread::sleep(std::time::Duration::from_millis(400));
        assert!(!waiting.is_finished());
        add_a_field(&dir);
        drop(held);
        let report = waiting.join().expect("a report");
        assert_eq!(report.status, Status::Ok, "{}", report.errors);
    });
    assert_ne!(
        read(&dir, CLIENT),
        client,
        "the spec was read before the lock was free"
    );
}

#[test]
fn invalid_spec_is_rejected_with_its_location_and_no_file_is_changed() {
    let dir = copy();
    let (client, mock) = (read(&dir, CLIENT), read(&dir, MOCK));
    edit(
        dir.path(),
        "#/components/schemas/RevocationSuccess",
        "#/components/schemas/Nothing",
    );
    for mode in [Mode::Write, Mode::Check] {
        let report = run(&project(&dir), mode, Style::Plain);
        assert_eq!(report.status, Status::Failed);
        for expected in [
            "error[ref-dangling]: ",
            "--> spec/api.yaml:",
            "no file was changed",
        ] {
            assert!(report.errors.contains(expected), "{}", report.errors);
        }
    }
    assert_eq!((read(&dir, CLIENT), read(&dir, MOCK)), (client, mock));
}
