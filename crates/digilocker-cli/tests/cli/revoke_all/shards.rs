//! `--shard` and `digilocker report`.

use std::fs;

use serde_json::json;

use super::support::{TestDir, line, token};
use crate::counting_server::Reply;

const ARGS: &str = "--input tokens.txt --concurrency 4 --resume";

#[test]
fn shard_without_an_index_is_a_usage_error() {
    let dir = TestDir::with_tokens(1);
    for index in [None, Some("3"), Some("x"), Some("-1")] {
        let mut command = dir.command();
        command.args(["--input", "tokens.txt", "--shard", "3"]);
        match index {
            Some(index) => command.env("JOB_COMPLETION_INDEX", index),
            None => command.env_remove("JOB_COMPLETION_INDEX"),
        };
        let done = crate::support::run(command, [""; 0], b"");
        assert_eq!(done.code, Some(2), "{done:?}");
        done.warns("JOB_COMPLETION_INDEX");
    }
    let done = dir.run("--input tokens.txt --shard 3/3");
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(dir.server.requests(), 0);
}

#[test]
fn report_names_missing_shards() {
    let dir = TestDir::with_tokens(100);
    for index in [0, 2] {
        let before = dir.server.requests();
        let args = format!("{ARGS} --json --shard {index}/6 --journal j{index}");
        let summary = dir.run(args).json();
        assert_eq!(summary["shard"], format!("{index}/6"));
        let sent = dir.server.requests() - before;
        assert_eq!(summary["other_shards"], 100 - sent);
    }
    let report = dir.report("j2 j0");
    let end = (report.code, &report.stderr[..]);
    assert_eq!(end, (Some(3), ""), "{report:?}");
    report.prints("shards missing: 4 of 6 (counted from 0: 1, 3, 4, 5)\n");
    report.prints("  shard 2/6       complete: j2\n");
    let report = dir.report("--json j2 j0").json();
    assert_eq!(report["missing_shards"], json!([1, 3, 4, 5]));
    let end = [&report["not_tried"], &report["exit_code"]];
    assert_eq!(end, [&json!(null), &json!(3)]);
}

#[test]
fn report_refuses_journals_of_different_runs() {
    #[track_caller]
    fn check(dir: &TestDir, args: &str, message: &str) {
        let report = dir.report(args);
        let end = (report.code, &report.stdout[..]);
        assert_eq!(end, (Some(2), ""), "{report:?}");
        report.warns(message);
    }
    let dir = TestDir::with_tokens(30);
    for (shard, journal) in [("0/2", "a"), ("1/2", "b"), ("0/2", "again"), ("1/3", "n")] {
        dir.run(format!("{ARGS} --shard {shard} --journal {journal}"));
    }
    fs::copy(dir.path("a"), dir.path("copy")).unwrap();
    assert_eq!(dir.report("a b").code, Some(0));
    let overlap = "`a` and `copy` overlap: both belong to shard 0/2";
    check(&dir, "a b copy", overlap);
    check(&dir, "a again", "overlap: both belong to shard 0/2");
    // Each setting is compared as for `--resume`.
    let runs = "belong to different runs: `shards` is 2 in one, 3 in the other";
    check(&dir, "a n", runs);
    let message = "cannot use the journal `tokens.txt`: it is not a journal";
    check(&dir, "tokens.txt", message);
    let message = "cannot use the journal `.`: it is a directory";
    check(&dir, ".", message);
    assert_eq!(dir.report("nowhere").code, Some(1));
    assert_eq!(dir.report("").code, Some(2));

    // Inputs that differ in length
    fs::write(dir.path("tokens.txt"), token(1) + "\n").unwrap();
    dir.run(format!("{ARGS} --shard 1/2 --journal short"));
    check(&dir, "a short", "belong to different inputs");
    // or in one token.
    let text: String = (2..=31).map(|line| token(line) + "\n").collect();
    fs::write(dir.path("tokens.txt"), text).unwrap();
    dir.run(format!("{ARGS} --shard 1/2 --journal other"));
    check(&dir, "a other", "belong to different inputs");
}

#[test]
fn report_merges_outcomes_and_lines() {
    let dir = TestDir::with_tokens(50).scripted(|token, _| match line(token) {
        7 | 8 => Reply::Error(400, "invalid_request"),
        9 => Reply::Close,
        10 => Reply::Error(400, "invalid_token"),
        _ => Reply::Revoke,
    });
    for index in 0..2 {
        dir.run(format!("{ARGS} --shard {index}/2 --journal j{index}"));
    }
    let report = dir.report("j0 j1");
    assert_eq!(report.code, Some(3), "{report:?}");
    for row in [
        "  revoked         46\n",
        "  not recognised  1\n",
        "  live            2: lines 7, 8\n",
        "  unknown         1: line 9\n",
        "  reason          2 live: invalid_request, status 400, code `invalid_request`\n",
        "  reason          1 unknown: protocol, connection closed before message completed\n",
        "  not tried       0\n",
    ] {
        report.prints(row);
    }
    let refused = "live,invalid_request,400,invalid_request,";
    let closed = "unknown,protocol,,,connection closed before message completed";
    let gone = "not_recognised,invalid_token,400,invalid_token,";
    for (state, rows) in [
        ("live", format!("7,{refused}\n8,{refused}\n")),
        ("unknown", format!("9,{closed}\n")),
        ("not_recognised", format!("10,{gone}\n")),
    ] {
        let list = dir.report(format!("j0 j1 --list {state}"));
        let expected = format!("line,state,kind,status,code,cause\n{rows}");
        // The exit code is that of the summary.
        assert_eq!((list.code, &list.stdout), (Some(3), &expected), "{list:?}");
    }
    assert_eq!(dir.report("j0 --list revoked").code, Some(2));
    let json = dir.report("j0 j1 --json").json();
    assert_eq!(json["live"], json!({"count": 2, "lines": [7, 8]}));
    assert_eq!(json["reasons"][0]["count"], 2);
    assert_eq!(json["journals"].as_array().unwrap().len(), 2);
}
