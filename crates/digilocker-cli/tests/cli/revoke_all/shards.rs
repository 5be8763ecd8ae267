//! `--shard` and `digilocker report`.

use std::fs;
use std::process::{Child, Stdio};

use super::support::{Place, token};
use crate::counting_server::{CountingServer, Reply};

const ARGS: &str = "--input tokens.txt --concurrency 4 --resume";

fn start(place: &Place, server: &CountingServer, index: usize) -> Child {
    place
        .command(server)
        .args(ARGS.split(' '))
        .args(["--shard", "3", "--journal", &format!("j{index}")])
        .env("JOB_COMPLETION_INDEX", index.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn three_killed_and_resumed_shards_cover_the_input_exactly() {
    const TOKENS: usize = 600;
    let (place, server) = (Place::with_tokens(TOKENS), CountingServer::start());
    for kill in 1..=4 {
        let mut children: Vec<Child> = (0..3).map(|index| start(&place, &server, index)).collect();
        server.wait_for(kill * 100, || {
            children
                .iter_mut()
                .all(|child| child.try_wait().unwrap().is_some())
        });
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        server.settle();
    }
    // A third of the tokens at least is left.
    assert_ne!(place.report("j0 j1 j2").code, Some(0));

    let children: Vec<Child> = (0..3).map(|index| start(&place, &server, index)).collect();
    for child in children {
        let done = place.end(child);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    let times: Vec<u32> = (1..=TOKENS)
        .map(|line| server.times(&token(line)))
        .collect();
    assert!(times.iter().all(|&times| times >= 1), "a token was lost");
    // What was in flight at a kill: four calls, three shards, four kills.
    let again: u32 = times.iter().map(|times| times - 1).sum();
    assert!(again <= 48, "{again}");
    let report = place.report("j0 j1 j2 --json");
    assert_eq!(report.code, Some(0), "{report:?}");
    let report = report.json();
    assert_eq!(
        (&report["revoked"], &report["not_tried"]),
        (&TOKENS.into(), &0.into())
    );
    assert_eq!(report["missing_shards"], serde_json::json!([]));
}

#[test]
fn each_shard_has_its_share() {
    let place = Place::with_tokens(300);
    let mut all = Vec::new();
    for index in 0..3 {
        let server = CountingServer::start();
        let done = place.run(
            &server,
            &format!("--input tokens.txt --json --shard {index}/3"),
        );
        let statement = done.json();
        assert_eq!(statement["shard"], format!("{index}/3"));
        assert_eq!(statement["other_shards"], 300 - server.requests());
        assert!(server.requests() > 50);
        all.extend(server.log());
    }
    all.sort();
    let mut expected: Vec<String> = (1..=300).map(token).collect();
    expected.sort();
    assert_eq!(all, expected);
}

#[test]
fn a_shard_without_an_index_is_a_usage_error() {
    let (place, server) = (Place::with_tokens(1), CountingServer::start());
    for index in [None, Some("3"), Some("x"), Some("-1")] {
        let mut command = place.command(&server);
        command.args(["--input", "tokens.txt", "--shard", "3"]);
        match index {
            Some(index) => command.env("JOB_COMPLETION_INDEX", index),
            None => command.env_remove("JOB_COMPLETION_INDEX"),
        };
        let done = crate::support::run(command, [""; 0], b"");
        assert_eq!(done.code, Some(2), "{done:?}");
        assert!(done.stderr.contains("JOB_COMPLETION_INDEX"), "{done:?}");
    }
    let done = place.run(&server, "--input tokens.txt --shard 3/3");
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(server.requests(), 0);
}

#[test]
fn a_report_names_missing_shards() {
    let (place, server) = (Place::with_tokens(100), CountingServer::start());
    for index in [0, 2] {
        place.run(
            &server,
            &format!("{ARGS} --shard {index}/6 --journal j{index}"),
        );
    }
    let report = place.report("j2 j0");
    assert_eq!(
        (report.code, &report.stderr[..]),
        (Some(3), ""),
        "{report:?}"
    );
    assert!(
        report.stdout.contains("  missing shards  1, 3-5\n"),
        "{report:?}"
    );
    assert!(
        report.stdout.contains("  shard 2/6       complete: j2\n"),
        "{report:?}"
    );
    let report = place.report("--json j2 j0").json();
    assert_eq!(report["missing_shards"], serde_json::json!([1, 3, 4, 5]));
    assert_eq!(
        (&report["not_tried"], &report["exit_code"]),
        (&serde_json::Value::Null, &3.into())
    );
}

#[test]
fn a_report_refuses_what_is_not_one_run() {
    #[track_caller]
    fn check(place: &Place, args: &str, message: &str) {
        let report = place.report(args);
        assert_eq!(
            (report.code, &report.stdout[..]),
            (Some(2), ""),
            "{report:?}"
        );
        assert!(report.stderr.contains(message), "{report:?}");
    }
    let (place, server) = (Place::with_tokens(30), CountingServer::start());
    let other = CountingServer::start();
    for (server, shard, journal) in [
        (&server, "0/2", "a"),
        (&server, "1/2", "b"),
        (&server, "0/2", "again"),
        (&server, "1/3", "n"),
        (&other, "1/2", "env"),
    ] {
        place.run(
            server,
            &format!("{ARGS} --shard {shard} --journal {journal}"),
        );
    }
    place.run(
        &server,
        &format!("{ARGS} --shard 1/2 --journal id --client-id x --auth public"),
    );
    fs::copy(place.path("a"), place.path("copy")).unwrap();
    assert_eq!(place.report("a b").code, Some(0));
    check(
        &place,
        "a b copy",
        "`a` and `copy` overlap: both are the journal of shard 0/2",
    );
    check(
        &place,
        "a again",
        "overlap: they are two runs of shard 0/2, with different keys",
    );
    check(
        &place,
        "a n",
        "are of different runs: one of 2 shards, and one of 3",
    );
    check(
        &place,
        "a env",
        "are of different environments: `http://127.0.0.1:",
    );
    check(&place, "a id", "are of different client ids");
    check(
        &place,
        "tokens.txt",
        "cannot read the journal `tokens.txt`: it is not a journal",
    );
    assert_eq!(place.report("nowhere").code, Some(1));
    assert_eq!(place.report("").code, Some(2));

    // Shards of inputs that differ in length,
    fs::write(place.path("tokens.txt"), token(1) + "\n").unwrap();
    place.run(&server, &format!("{ARGS} --shard 1/2 --journal short"));
    check(&place, "a short", "are of different inputs");
    // or in a token.
    let text: String = (2..=31).map(|line| token(line) + "\n").collect();
    fs::write(place.path("tokens.txt"), text).unwrap();
    place.run(&server, &format!("{ARGS} --shard 1/2 --journal other"));
    check(&place, "a other", "are of different inputs");
}

#[test]
fn a_report_merges_outcomes_and_lines() {
    let server = CountingServer::scripted(|sent| match sent.token.rsplit('-').next() {
        Some("7" | "8") => Reply::Error(400, "invalid_request"),
        Some("9") => Reply::Close,
        Some("10") => Reply::Error(400, "invalid_token"),
        _ => Reply::Revoke,
    });
    let place = Place::with_tokens(50);
    for index in 0..2 {
        place.run(
            &server,
            &format!("{ARGS} --shard {index}/2 --journal j{index}"),
        );
    }
    let report = place.report("j0 j1");
    assert_eq!(report.code, Some(3), "{report:?}");
    for row in [
        "  revoked         46\n",
        "  not recognised  1\n",
        "  still alive     2, lines 7-8\n",
        "  unknown         1, lines 9\n",
        "  not tried       0\n",
    ] {
        assert!(report.stdout.contains(row), "{row}: {report:?}");
    }
}
