//! Input formats: lines, CSV and NDJSON, and bad lines.

use std::fs;

use serde_json::json;

use super::support::{TOKEN_PREFIX, TestDir, open_journal, token};
use crate::counting_server::CountingServer;
use crate::support::{Run, run};

/// Runs with this input, once from a file of this name and once from standard input. Both must send the
/// tokens of the lines `sent`.
#[track_caller]
fn check(name: &str, args: &str, text: &[u8], sent: &[usize], bad: &[u64]) -> Run {
    let dir = TestDir::with(name, "");
    fs::write(dir.path(name), text).unwrap();
    let server = CountingServer::start();
    let done = dir.run(
        &server,
        &format!("--json --concurrency 1 --input {name} {args}"),
    );
    let expected: Vec<String> = sent.iter().map(|&line| token(line)).collect();
    assert_eq!(server.log(), expected, "{done:?}");
    assert_eq!(done.json()["bad_lines"]["lines"], json!(bad), "{done:?}");

    let server = CountingServer::start();
    let format = match name.rsplit('.').next() {
        Some("csv") => "csv",
        Some("ndjson" | "jsonl" | "json") => "ndjson",
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
    assert_eq!(piped.json()["bad_lines"]["lines"], json!(bad), "{piped:?}");
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
        &[],
    );
    check(
        "tokens.txt",
        "",
        format!("\u{feff}{a}\r\n\r\n  \n{b}\r\n").as_bytes(),
        &[1, 2],
        &[],
    );
    let long = "x".repeat(70_000);
    let text = format!("{a}\n{long}\n\"{b}\"\n{b} \n{c}\nBearer {c}\n");
    let done = check("tokens.txt", "", text.as_bytes(), &[1, 3], &[2, 3, 4, 6]);
    assert!(
        done.stderr
            .contains("skipped line 2: more than 65536 bytes"),
        "{done:?}"
    );
    let mut text = format!("{a}\n{b}").into_bytes();
    text.extend(b"\xff\n");
    let done = check("tokens.txt", "", &text, &[1], &[2]);
    assert!(
        done.stderr.contains("skipped line 2: not UTF-8"),
        "{done:?}"
    );
}

#[test]
fn csv() {
    let [a, b, c] = [token(1), token(2), token(3)];
    let text = format!("id,token\n1,{a}\n\n\"2\nand more\",\"{b}\"\n3\n4,\n5,{c}\n");
    check("tokens.csv", "", text.as_bytes(), &[1, 2, 3], &[6, 7]);
    let text = format!("\u{feff}refresh,id\r\n{a},x\r\n{b},\r\n");
    check(
        "tokens.csv",
        "--column refresh",
        text.as_bytes(),
        &[1, 2],
        &[],
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
    let done = check(
        "tokens.ndjson",
        "",
        text.as_bytes(),
        &[1, 3],
        &[3, 4, 5, 6, 7],
    );
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
        &[],
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
        // Before any summary.
        assert_eq!(done.stdout, "");
        assert!(done.stderr.contains(message), "{done:?}");
    }
    let text = format!("{}\n{}\n", token(1), token(2));
    check(
        "tokens.csv",
        &text,
        "--input tokens.csv",
        "the first line has no column `token`; its columns are `…` (`…` may be a token): choose one with",
    );
    check(
        "tokens.csv",
        "id,Access Token,t0k3n\n",
        "--input tokens.csv",
        "its columns are `id`, `Access Token`, `…` (",
    );
    check(
        "tokens.csv",
        "token,token\na,b\n",
        "--input tokens.csv",
        "more than one column `token`",
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
fn unclosed_quotation_mark_ends_the_run() {
    let open = format!("token\n\"{}", format!("{TOKEN_PREFIX}\n").repeat(400_000));
    let dir = TestDir::with("tokens.csv", &open);
    let server = CountingServer::start();
    let done = dir.run(&server, "--input tokens.csv --json");
    assert_eq!((done.code, server.requests()), (Some(1), 0), "{done:?}");
    let reason = done.json()["reason"].take();
    let reason = reason.as_str().unwrap();
    assert!(
        reason.ends_with("is a quotation mark unclosed?"),
        "{reason}"
    );
}

#[test]
fn first_bad_line_of_each_reason_is_reported() {
    let dir = TestDir::with("tokens.txt", &("'a b'\n".repeat(99) + "NULL\n"));
    let server = CountingServer::start();
    let done = dir.run(&server, "--input tokens.txt --journal j");
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(done.stderr.matches("skipped line ").count(), 2);
    assert!(
        done.stdout.contains("bad lines       100: lines 1, 2, 3,"),
        "{done:?}"
    );
    assert!(done.stdout.contains(" 20, … and 80 more\n"), "{done:?}");
    let journal = open_journal(&dir.path("j")).unwrap();
    let sql = "SELECT count(DISTINCT line) FROM bad_line WHERE reason LIKE 'a token%'";
    let count: i64 = journal.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 99);
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
        assert!(done.stdout.contains("lines           2\n"), "{done:?}");
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
        check("tokens.csv", "", text.as_bytes(), &[1, 3], &[4, 7]);
        let dir = TestDir::with("tokens.csv", "");
        fs::write(dir.path("tokens.csv"), &text).unwrap();
        let server = CountingServer::start();
        dir.run(&server, "--input tokens.csv --journal j");
        let lines = super::support::journal_lines(&dir.path("j"));
        assert_eq!(
            lines,
            [(3, "revoked".to_owned()), (8, "revoked".to_owned())].into(),
            "{end:?}"
        );
    }
}

#[test]
fn json_and_csv_are_not_sent_as_lines() {
    let ndjson = format!("{{\"token\":\"{TOKEN_PREFIX}a\"}}\n");
    let csv = format!("id,Token\n1,{TOKEN_PREFIX}a\n");
    for (text, bad, hint) in [
        (&ndjson, &[1][..], "looks like JSON: use `--format ndjson`"),
        (&csv, &[1, 2], "looks like CSV: use `--column`"),
    ] {
        let done = check("tokens.txt", "", text.as_bytes(), &[], bad);
        assert!(done.stderr.contains(hint), "{done:?}");
    }
    // Of a list of JSON, too.
    let list = format!("[\n  \"{TOKEN_PREFIX}a\"\n]\n");
    check("tokens.json", "", list.as_bytes(), &[], &[1, 2, 3]);
}

#[test]
fn duplicate_json_member_is_a_bad_line() {
    let text = format!(
        "{{\"token\":\"{}\",\"tok\\u0065n\":\"{}\"}}\n{{\"x\":1,\"token\":\"{}\",\"x\":2}}\n",
        token(1),
        token(2),
        token(3)
    );
    let done = check("tokens.ndjson", "", text.as_bytes(), &[3], &[1]);
    assert!(done.stderr.contains("duplicate member `token`"), "{done:?}");
}

/// Runs with a file that a spreadsheet may have written.
#[track_caller]
fn check_csv(args: &str, text: impl AsRef<[u8]>, sent: &[usize], bad: &[u64]) -> Run {
    check("tokens.csv", args, text.as_ref(), sent, bad)
}

/// Spreadsheets choose it by the language of the system.
#[test]
fn delimiter_is_taken_from_the_header_line() {
    let [a, b] = [token(1), token(2)];
    for delimiter in [",", ";", "\t", "|"] {
        let text = format!("id;token;\"x\"\n1;{a};\n2;\"{b}\";x\n").replace(';', delimiter);
        check_csv("", text, &[1, 2], &[]);
    }
    // More often in quotation marks than outside.
    check_csv("", format!("\"a,b,c\";token\n1;{a}\n"), &[1], &[]);
    check_csv("--delimiter :", format!("id:token\n1:{a}\n"), &[1], &[]);
    check_csv(
        "--delimiter tab",
        format!("i,d\ttoken\n1\t{a}\n"),
        &[1],
        &[],
    );
    check_csv("", format!("sep=\t\ni,d,x\ttoken\n1\t{a}\n"), &[1], &[]);
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("sep=:\nid:token\n1:{a}\n2:NULL\n3:{b}\n").replace('\n', end);
        let done = check_csv("", text, &[1, 2], &[4]);
        assert_eq!(done.json()["lines"], 5);
    }
}

#[test]
fn utf_16_is_recognised_by_its_byte_order_mark() {
    let [a, b] = [token(1), token(2)];
    let encode = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    };
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let csv = format!("Größe\ttoken\r\n1\t{a}\r\n2\t\r\n3\t{b}\r\n");
        check_csv("", encode(&csv, bytes), &[1, 2], &[3]);
        let lines = format!("{a}\r\n\r\n{b}\r\n");
        check("tokens.txt", "", &encode(&lines, bytes), &[1, 2], &[]);
    }
}

#[test]
fn columns_are_found_without_regard_to_case() {
    let [a, b] = [token(1), token(2)];
    check_csv("", format!("ID, Token\n1,{a}\n"), &[1], &[]);
    check_csv(
        "--column ACCESS_TOKEN",
        format!("id,access_token\n1,{a}\n"),
        &[1],
        &[],
    );
    // Names that differ only in it are exact.
    check_csv(
        "--column Token",
        format!("token,Token\n{a},{b}\n"),
        &[2],
        &[],
    );
}

#[test]
fn access_and_refresh_token_of_a_row_are_sent() {
    let [a, b, c] = [token(1), token(2), token(3)];
    let args = "--column refresh --column access";
    let text = format!("access,id,refresh\n{b},1,{a}\n{c},2,\n,3,\n,4,NULL\n");
    let done = check_csv(args, text, &[1, 2, 3], &[4, 5]);
    let stderr = &done.stderr;
    assert!(
        stderr.contains("skipped line 4: no token in `refresh`, `access`"),
        "{done:?}"
    );
    let text =
        format!("{{\"access\":\"{b}\",\"refresh\":\"{a}\"}}\n{{\"access\":\"{c}\"}}\n{{}}\n");
    check("tokens.ndjson", args, text.as_bytes(), &[1, 2, 3], &[3]);
}

#[test]
fn what_is_not_a_token_is_a_bad_line_with_a_reason() {
    let a = token(1);
    for (text, reason) in [
        (
            "=\"abc\"",
            "a spreadsheet formula, such as `=\"…\"`, not a token",
        ),
        ("NULL", "a missing value, such as `NULL`, not a token"),
        ("\\N", "a missing value, such as `NULL`, not a token"),
        ("#N/A", "a missing value, such as `NULL`, not a token"),
        (
            "1.23457E+19",
            "a number in scientific notation: a spreadsheet has damaged the token",
        ),
    ] {
        let message = format!("warning: skipped line 2: {reason}");
        let done = check(
            "tokens.txt",
            "",
            format!("{a}\n{text}\n").as_bytes(),
            &[1],
            &[2],
        );
        assert!(done.stderr.contains(&message), "{done:?}");
        let quoted = text.replace('"', "\"\"");
        let done = check_csv("", format!("token\n\"{quoted}\"\n{a}\n"), &[1], &[2]);
        assert!(done.stderr.contains(&message), "{done:?}");
        let object = json!({ "token": text });
        let done = check(
            "tokens.ndjson",
            "",
            format!("{{\"token\":\"{a}\"}}\n{object}\n").as_bytes(),
            &[1],
            &[2],
        );
        assert!(done.stderr.contains(&message), "{done:?}");
    }
    for header in ["token", "Access Token", "REFRESH_TOKENS"] {
        let done = check(
            "tokens.txt",
            "",
            format!("{header}\n{a}\n").as_bytes(),
            &[1],
            &[1],
        );
        let message = "skipped line 1: looks like a header line, not a token: use `--column`";
        assert!(done.stderr.contains(message), "{done:?}");
    }
}

#[test]
fn input_without_a_token_is_a_failure() {
    for text in ["", "\n\n", "NULL\n"] {
        let dir = TestDir::with("tokens.txt", text);
        let server = CountingServer::start();
        for args in ["", "--dry-run", "--journal j", "--shard 0/2"] {
            let done = dir.run(&server, &format!("--input tokens.txt --json {args}"));
            assert_eq!(done.code, Some(1), "{done:?}");
            let summary = done.json();
            assert_eq!(
                [&summary["end"], &summary["reason"]],
                ["failed", "the input has no token"]
            );
        }
    }
}

#[test]
fn csv_options_are_refused_for_other_formats() {
    let dir = TestDir::with("tokens.ndjson", "{}");
    let server = CountingServer::start();
    for (args, message) in [
        (
            "--input tokens.ndjson --delimiter ;",
            "`--delimiter` can be used with CSV only",
        ),
        (
            "--input tokens.txt --format lines --column a",
            "`--column` cannot be used with lines",
        ),
        (
            "--input tokens.csv --delimiter ab",
            "expected one character",
        ),
    ] {
        let done = dir.run(&server, args);
        assert_eq!(done.code, Some(2), "{done:?}");
        assert!(done.stderr.contains(message), "{done:?}");
    }
}
