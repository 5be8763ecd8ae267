//! The summary, retry rounds, and the exit code.

use serde_json::json;

use super::support::{TestDir, line, token};
use crate::check::{BAD_SIGNATURE, NO_HOST};
use crate::counting_server::Reply;
use crate::support::run;
use crate::tls_server::TlsServer;

#[test]
fn summary_accounts_for_every_line() {
    let text: String = (1..=10)
        .map(|line| token(line) + "\n")
        .chain([token(1), "\n \n".to_owned(), "Bearer a\n".to_owned()])
        .collect();
    let dir = TestDir::with("tokens.txt", &text).scripted(|token, _| match line(token) {
        3 => Reply::Error(400, "invalid_token"),
        5 | 6 => Reply::Error(400, "invalid_request"),
        8 => Reply::Close,
        _ => Reply::Revoke,
    });
    let done = dir.run("--input tokens.txt --journal j --json --concurrency 1");
    let mut summary = done.json();
    assert_eq!(done.code, Some(3));
    for time in ["started", "ended"] {
        let text = summary[time].take();
        assert!(text.as_str().unwrap().ends_with('Z'), "{text}");
    }
    assert_eq!(
        summary,
        json!({
            "started": null,
            "ended": null,
            "environment": dir.server.url(),
            "input": "tokens.txt",
            "lines": 13,
            "shard": "0/1",
            "journal": "j",
            "end": "complete",
            "reason": null,
            "revoked": 6,
            "by_status": 0,
            "not_recognised": 1,
            "live": {"count": 2, "lines": [5, 6]},
            "unknown": {"count": 1, "lines": [8]},
            "not_tried": 0,
            "bad_lines": {"count": 1, "lines": [13]},
            "reasons": [
                {
                    "state": "live",
                    "kind": "invalid_request",
                    "status": 400,
                    "code": "invalid_request",
                    "cause": null,
                    "count": 2,
                },
                {
                    "state": "unknown",
                    "kind": "protocol",
                    "status": null,
                    "code": null,
                    "cause": "connection closed before message completed",
                    "count": 1,
                },
            ],
            "before": {"revoked": 0, "not_recognised": 0},
            "duplicates": 1,
            "other_shards": 0,
            "left_in_journal": 0,
            "rounds": 3,
            "notes": [],
            "exit_code": 3,
        })
    );
    done.warns("warning: skipped line 13: a token cannot start");
    done.warns("line 5: the server refused the request");
    assert!(!done.stderr.contains("line 6:"), "{done:?}");
    let hint = "to resume: run the same command again with `--resume` and the same input\n";
    assert!(done.stderr.ends_with(hint), "{done:?}");
    // Duplicates are not sent, and only retryable failures are sent again.
    let times = |line| dir.server.times(&token(line));
    assert_eq!([times(1), times(5)], [1, 1]);
    assert!(times(8) >= 4);
}

#[test]
fn summary_is_printed_as_text() {
    let dir = TestDir::with_tokens(4).scripted(|token, _| match line(token) {
        2 => Reply::Error(400, "invalid_request"),
        _ => Reply::Revoke,
    });
    let done = dir.run("--input tokens.txt");
    let rows: Vec<&str> = done.stdout.lines().skip(4).collect();
    assert_eq!(
        rows,
        [
            "  input           tokens.txt",
            "  lines           4",
            "  shard           0/1",
            "  end             complete",
            "  revoked         3",
            "  not recognised  0",
            "  live            1: line 2",
            "  unknown         0",
            "  reason          1 live: invalid_request, status 400, code `invalid_request`",
            "  not tried       0",
            "  bad lines       0",
            "  duplicates      0",
        ],
        "{done:?}"
    );
    done.warns("to resume: run the same command again");
}

#[test]
fn exit_code_is_the_most_severe() {
    #[track_caller]
    fn check(tokens: &str, code: i32) {
        let text = tokens.replace(' ', "\n").replace('_', " ");
        let dir = TestDir::with("tokens.txt", text).scripted(|token, _| match token {
            "not-recognised" => Reply::Error(400, "invalid_token"),
            "live" => Reply::Error(400, "invalid_request"),
            "unknown" => Reply::Close,
            _ => Reply::Revoke,
        });
        let done = dir.run("--input tokens.txt");
        assert_eq!(done.code, Some(code), "{tokens}: {done:?}");
    }
    check("revoked", 0);
    check("revoked not-recognised", 5);
    check("revoked not-recognised bad_line_", 1);
    check("unknown not-recognised bad_line_", 4);
    check("unknown not-recognised bad_line_ live", 3);
    check("", 1);
}

#[test]
fn retryable_failures_are_retried_in_later_rounds() {
    for input in ["tokens.txt", "-"] {
        let dir = TestDir::with_tokens(5).scripted(|token, times| match (line(token), times) {
            // Each call makes three attempts.
            (2, ..=6) => Reply::Status(503),
            (3, ..=3) => Reply::Close,
            _ => Reply::Revoke,
        });
        let tokens = dir.read("tokens.txt");
        let done = dir.run_with_input(format!("--input {input} --json"), tokens.as_bytes());
        let summary = done.json();
        let found = ["revoked", "rounds", "exit_code"].map(|name| &summary[name]);
        assert_eq!(found, [5, 2, 0]);
        let times = [2, 4].map(|line| dir.server.times(&token(line)));
        assert_eq!(times, [7, 1]);
    }
}

#[test]
fn permanent_failure_ends_after_three_rounds() {
    let dir = TestDir::with_tokens(2).scripted(|_, _| Reply::Status(503));
    let summary = dir.run("--input tokens.txt --json").json();
    assert_eq!([&summary["rounds"], &summary["exit_code"]], [3, 3]);
    assert_eq!(summary["live"]["lines"], json!([1, 2]));
}

#[test]
fn long_retry_after_ends_the_run() {
    let dir = TestDir::with_tokens(30).scripted(|_, _| Reply::RetryAfter(503, 7200));
    let done = dir.run("--input tokens.txt --json --concurrency 1");
    dir.assert_end(&done, 3, 1);
    let summary = done.json();
    assert_eq!(summary["not_tried"], 29);
    let reason = "the server asks to wait 7200 s: run again after that";
    assert_eq!(summary["reason"], reason);
}

/// A lost response may have been a success.
#[test]
fn unknown_remains_unknown_after_a_refusal() {
    let dir = TestDir::with_tokens(1).scripted(|_, times| match times {
        ..=3 => Reply::Close,
        _ => Reply::Error(400, "invalid_request"),
    });
    for resume in ["", "--resume"] {
        let done = dir.run(format!("--input tokens.txt --journal j --json {resume}"));
        assert_eq!(done.code, Some(4), "{done:?}");
        assert_eq!(done.json()["unknown"]["lines"], json!([1]));
    }
    assert_eq!(dir.server.requests(), 5);
}

#[test]
fn token_echoed_by_the_server_is_redacted() {
    for status in [400, 401, 422] {
        let dir = TestDir::with_tokens(2).scripted(move |_, _| Reply::Echo(status));
        let done = dir.run("--input tokens.txt --journal j --json");
        assert_eq!(done.code, Some(3), "{done:?}");
        done.warns("[redacted]");
    }
}

/// Refused credentials, a wrong certificate, and a host that does not exist.
#[test]
fn failures_that_affect_every_token_stop_the_run() {
    let tls = TlsServer::start();
    let refused = "the server refused the client's credentials";
    for (env, revoked, cause) in [
        ("", 10, refused),
        (&format!("--env {}", tls.url())[..], 0, BAD_SIGNATURE),
        ("--env https://nowhere.invalid", 0, NO_HOST),
    ] {
        let dir = TestDir::with_tokens(1000).scripted(|token, _| match line(token) {
            ..=10 => Reply::Revoke,
            _ => Reply::Error(401, "invalid_client"),
        });
        let mut command = dir.command();
        command.env("SSL_CERT_FILE", tls.root("other.pem"));
        let args = "--input tokens.txt --json --concurrency 4 --journal j --strict ";
        let done = run(command, (args.to_owned() + env).split_whitespace(), b"");
        dir.assert_no_token(&done);
        let summary = done.json();
        let end = (done.code, &summary["end"], &summary["rounds"]);
        assert_eq!(end, (Some(3), &json!("stopped"), &json!(0)), "{done:?}");
        let reason = summary["reason"].as_str().unwrap();
        assert!(reason.contains(cause), "{done:?}");
        // At most the calls in flight and those that start meanwhile.
        let live = summary["live"]["count"].as_u64().unwrap();
        assert!((1..=8).contains(&live), "{live}");
        let not_tried = summary["not_tried"].as_u64().unwrap();
        assert_eq!(summary["revoked"], revoked);
        assert_eq!(revoked + live + not_tried, 1000);
        if cause == refused {
            assert_eq!(dir.server.requests() as u64, 10 + live);
        } else {
            let of_reason = summary["reasons"][0]["cause"].as_str().unwrap();
            assert!(of_reason.contains(cause), "{done:?}");
            done.warns("  cause: ");
        }
    }
}

#[test]
fn rate_is_a_maximum() {
    let dir = TestDir::with_tokens(30);
    let started = std::time::Instant::now();
    let done = dir.run("--input tokens.txt --rate 60");
    assert_eq!(done.code, Some(0), "{done:?}");
    // Up to three at once after a delay.
    assert!(started.elapsed().as_millis() >= 440, "{started:?}");
}

#[test]
fn dry_run_sends_and_writes_nothing() {
    const DRY_RUN: &str = "--input tokens.txt --dry-run --json --journal j";
    let dir = TestDir::with_tokens(5);
    let done = dir.run(DRY_RUN);
    let summary = done.json();
    assert_eq!(done.code, Some(0), "{done:?}");
    let end = (&summary["end"], &summary["not_tried"]);
    assert_eq!(end, (&json!("dry run"), &json!(5)));
    assert_eq!(std::fs::read_dir(dir.root()).unwrap().count(), 1);

    // No secret is needed, and an unusable one does not matter.
    let done = dir.run("--input tokens.txt --dry-run --client-id a");
    assert_eq!(done.code, Some(0), "{done:?}");

    dir.run("--input tokens.txt --journal j");
    let before = std::fs::read(dir.path("j")).unwrap();
    let summary = dir.run(format!("{DRY_RUN} --resume")).json();
    let counts = [&summary["before"]["revoked"], &summary["not_tried"]];
    assert_eq!(counts, [5, 0]);
    assert_eq!(std::fs::read(dir.path("j")).unwrap(), before);
    assert_eq!(dir.server.requests(), 5);
}

/// A gateway may respond in place of the server.
#[test]
fn revocations_not_confirmed_by_the_body_are_counted() {
    let dir = TestDir::with_tokens(3).scripted(|token, _| match line(token) {
        2 => Reply::Status(200),
        _ => Reply::Revoke,
    });
    let done = dir.run("--input tokens.txt --journal j");
    for done in [done, dir.report("j")] {
        assert_eq!(done.code, Some(0), "{done:?}");
        done.prints("  by status alone 1 of the revoked: ");
        done.prints("not from a gateway");
    }
}
