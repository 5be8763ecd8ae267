//! Input formats: lines, CSV and NDJSON, and bad lines.

use std::fs;

use super::support::{TOKEN_PREFIX, TestDir, token};
use crate::counting_server::CountingServer;
use crate::support::{Run, run};

/// Runs with this input, once from a file of this name and once from standard input. Both must send the
/// tokens of the lines `sent`.
#[track_caller]
fn check(name: &str, args: &str, text: &[u8], sent: &[usize], bad: &str) -> Run {
    let dir = TestDir::with(name, "");
    fs::write(dir.path(name), text).unwrap();
    let server = CountingServer::start();
    let done = dir.run(
        &server,
        &format!("--json --concurrency 1 --input {name} {args}"),
    );
    let expected: Vec<String> = sent.iter().map(|&line| token(line)).collect();
    assert_eq!(server.log(), expected, "{done:?}");
    assert_eq!(done.json()["bad_lines"]["lines"], bad, "{done:?}");

    let server = CountingServer::start();
    let format = match name.rsplit('.').next() {
        Some("csv") => "csv",
        Some("ndjson" | "jsonl") => "ndjson",
        _ => "lines",
    };
    let mut command = dir.command(&server);
    command
        .args([
            "--json",
            "--concurrency",
            "1",
            "--input",
            "-",
            "--format",
            format,
        ])
        .args(args.split_whitespace());
    let piped = run(command, [""; 0], text);
    assert_eq!(server.log(), expected, "{piped:?}");
    assert_eq!(piped.json()["bad_lines"]["lines"], bad, "{piped:?}");
    done
}

#[test]
fn lines() {
    let [a, b, c] = [token(1), token(2), token(3)];
    check(
        "tokens.txt",
        "",
        format!("{a}\n{b}\n{c}").as_bytes(),
        &[1, 2, 3],
        "",
    );
    check(
        "tokens.txt",
        "",
        format!("\u{feff}{a}\r\n\r\n  \n{b}\r\n").as_bytes(),
        &[1, 2],
        "",
    );
    let long = "x".repeat(70_000);
    let text = format!("{a}\n{long}\n\"{b}\"\n{b} \n{c}\nBearer {c}\n");
    let done = check("tokens.txt", "", text.as_bytes(), &[1, 3], "2-4, 6");
    assert!(
        done.stderr
            .contains("skipped line 2: more than 65536 bytes"),
        "{done:?}"
    );
    let mut text = format!("{a}\n{b}").into_bytes();
    text.extend(b"\xff\n");
    let done = check("tokens.txt", "", &text, &[1], "2");
    assert!(
        done.stderr.contains("skipped line 2: not UTF-8"),
        "{done:?}"
    );
}

#[test]
fn csv() {
    let [a, b, c] = [token(1), token(2), token(3)];
    let text = format!("id,token\n1,{a}\n\n\"2\nand more\",\"{b}\"\n3\n4,\n5,{c}\n");
    check("tokens.csv", "", text.as_bytes(), &[1, 2, 3], "6-7");
    let text = format!("\u{feff}refresh,id\r\n{a},x\r\n{b},\r\n");
    check(
        "tokens.csv",
        "--column refresh",
        text.as_bytes(),
        &[1, 2],
        "",
    );
    // `--column` implies CSV.
    let dir = TestDir::with("tokens.txt", &format!("t\n{a}\n"));
    let server = CountingServer::start();
    let done = dir.run(&server, "--input tokens.txt --column t");
    assert_eq!((done.code, server.requests()), (Some(0), 1), "{done:?}");
}

#[test]
fn ndjson() {
    let [a, b, c] = [token(1), token(2), token(3)];
    let text = format!(
        "{{\"token\":\"{a}\",\"n\":1}}\n\n{{\"token\":{{\"t\":\"{b}\"}}}}\n[\"{b}\"]\n\"{b}\"\n{{\"token\":\"{b}\n\
         {{\"x\":\"{b}\"}}\n{{\"token\":\"{c}\"}}"
    );
    let done = check("tokens.ndjson", "", text.as_bytes(), &[1, 3], "3-7");
    assert!(
        done.stderr.contains("skipped line 3: no token in `token`"),
        "{done:?}"
    );
    assert!(
        done.stderr.contains("skipped line 4: not a JSON object"),
        "{done:?}"
    );
    let text = format!("{{\"refresh\":\"{b}\",\"token\":\"{a}\"}}\n");
    check(
        "tokens.jsonl",
        "--column refresh",
        text.as_bytes(),
        &[2],
        "",
    );
}

/// The first line of a CSV file without a header contains tokens.
#[test]
fn unreadable_input_is_reported_without_quoting_it() {
    #[track_caller]
    fn check(name: &str, text: &str, args: &str, message: &str) {
        let dir = TestDir::with(name, text);
        let server = CountingServer::start();
        let done = dir.run(&server, args);
        assert_eq!((done.code, server.requests()), (Some(1), 0), "{done:?}");
        let all = format!("{}{}", done.stdout, done.stderr);
        assert!(all.contains(message), "{done:?}");
    }
    let text = format!("{}\n{}\n", token(1), token(2));
    check(
        "tokens.csv",
        &text,
        "--input tokens.csv",
        "the first line has no column `token`",
    );
    check(
        "tokens.csv",
        "token,token\na,b\n",
        "--input tokens.csv",
        "more than one column `token`",
    );
    let open = format!("token\n\"{}", format!("{TOKEN_PREFIX}\n").repeat(400_000));
    check(
        "tokens.csv",
        &open,
        "--input tokens.csv",
        "is a quotation mark unclosed?",
    );
    check(
        "tokens.txt",
        "",
        "--input nowhere.txt",
        "cannot read `nowhere.txt`",
    );
    check("tokens.txt", "", "--input .", "cannot read `.`");
}

#[test]
fn bad_lines_are_reported_up_to_a_limit() {
    let dir = TestDir::with("tokens.txt", &"'a b'\n".repeat(100));
    let server = CountingServer::start();
    let done = dir.run(&server, "--input tokens.txt --journal j");
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(done.stderr.matches("skipped line ").count(), 20);
    assert!(
        done.stdout
            .contains("bad lines       100, lines 1-100 (all in j.bad)"),
        "{done:?}"
    );
    assert_eq!(dir.read("j.bad").lines().count(), 100);
}

#[test]
fn strict_sends_nothing_if_any_line_is_bad() {
    let text = format!("{}\n{}\n\"\"\n", token(1), token(2));
    for input in ["tokens.txt", "-"] {
        let dir = TestDir::with("tokens.txt", &text);
        let server = CountingServer::start();
        let strict = ["--input", input, "--strict", "--journal", "j"];
        let done = run(dir.command(&server), strict, text.as_bytes());
        assert_eq!((done.code, server.requests()), (Some(1), 0), "{done:?}");
        assert!(
            done.stderr.contains("nothing was sent: bad lines: 3"),
            "{done:?}"
        );
        assert!(!dir.path("j").exists());

        let good = text.replace("\"\"\n", "");
        fs::write(dir.path("tokens.txt"), &good).unwrap();
        let done = run(dir.command(&server), strict, good.as_bytes());
        assert_eq!((done.code, server.requests()), (Some(0), 2), "{done:?}");
        assert!(done.stdout.contains(", 2 lines"), "{done:?}");
    }
}

/// Each line is sent when it arrives.
#[test]
fn standard_input_is_streamed() {
    use std::io::Write;
    let dir = TestDir::with_tokens(0);
    let server = CountingServer::start();
    let (mut child, mut stdin) = dir.start_with_stdin(&server);
    for line in 1..=3 {
        writeln!(stdin, "{}", token(line)).unwrap();
        server.wait_for(line, || child.try_wait().unwrap().is_some());
        assert_eq!(server.times(&token(line)), 1);
    }
    drop(stdin);
    assert_eq!(dir.end(child).code, Some(0));
}

#[test]
fn csv_lines_are_counted_with_every_line_ending() {
    let [a, b, c] = [token(1), token(2), token(3)];
    for end in ["\r", "\n", "\r\n"] {
        let text = format!("id,token\n\n1,{a}\n2\n\n\n3,{b},more\n4,\"{c}\"\n").replace('\n', end);
        check("tokens.csv", "", text.as_bytes(), &[1, 3], "4, 7");
        let dir = TestDir::with("tokens.csv", "");
        fs::write(dir.path("tokens.csv"), &text).unwrap();
        let server = CountingServer::start();
        dir.run(&server, "--input tokens.csv --journal j");
        let lines = super::support::journal_lines(&dir.path("j"));
        assert_eq!(lines, [(3, 1), (8, 1)].into(), "{end:?}");
    }
}

#[test]
fn json_and_csv_are_not_sent_as_lines() {
    let json = format!("{{\"token\":\"{TOKEN_PREFIX}a\"}}\n");
    let csv = format!("id,Token\n1,{TOKEN_PREFIX}a\n");
    for (text, bad, hint) in [
        (&json, "1", "looks like JSON: use `--format ndjson`"),
        (&csv, "1-2", "looks like CSV: use `--column`"),
    ] {
        let done = check("tokens.txt", "", text.as_bytes(), &[], bad);
        assert!(done.stderr.contains(hint), "{done:?}");
    }
    let dir = TestDir::with("tokens.json", &json);
    let server = CountingServer::start();
    for (args, message) in [
        ("--input tokens.json", "--format ndjson"),
        ("--input tokens.json --format lines --column t", "--column"),
    ] {
        let done = dir.run(&server, args);
        assert_eq!((done.code, server.requests()), (Some(2), 0), "{done:?}");
        assert!(done.stderr.contains(message), "{done:?}");
    }
}

#[test]
fn duplicate_json_member_is_a_bad_line() {
    let text = format!(
        "{{\"token\":\"{}\",\"tok\\u0065n\":\"{}\"}}\n{{\"x\":1,\"token\":\"{}\",\"x\":2}}\n",
        token(1),
        token(2),
        token(3)
    );
    let done = check("tokens.ndjson", "", text.as_bytes(), &[3], "1");
    assert!(done.stderr.contains("duplicate member `token`"), "{done:?}");
}
