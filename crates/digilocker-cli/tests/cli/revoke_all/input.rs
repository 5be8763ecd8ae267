//! Input formats: lines, CSV and NDJSON, and bad lines.

use serde_json::json;

use super::support::{TOKEN_PREFIX, TestDir, journal_lines, open_journal, token};
use crate::support::Run;

/// Runs with this input, once from a file of this name and once from standard input. Both must send the
/// tokens of the lines `sent`.
#[track_caller]
fn check(name: &str, args: &str, text: impl AsRef<[u8]>, sent: &[usize], bad: &[u64]) -> Run {
    let text = text.as_ref();
    let expected: Vec<String> = sent.iter().map(|&line| token(line)).collect();
    let run_with = |input: &str| {
        let dir = TestDir::with(name, text);
        let args = format!("--json --concurrency 1 --input {input} {args}");
        let done = dir.run_with_input(args, text);
        assert_eq!(dir.server.log(), expected, "{done:?}");
        assert_eq!(done.json()["bad_lines"]["lines"], json!(bad), "{done:?}");
        done
    };
    let format = match name.rsplit('.').next() {
        Some("csv") => "csv",
        Some("ndjson" | "jsonl" | "json") => "ndjson",
        _ => "lines",
    };
    run_with(&format!("- --format {format}"));
    run_with(name)
}

/// Runs once with this file, and returns the output of a run with this exit code and this many requests.
#[track_caller]
fn run_once(name: &str, text: impl AsRef<[u8]>, args: &str, code: i32, requests: usize) -> Run {
    let dir = TestDir::with(name, text);
    let done = dir.run(args);
    dir.assert_end(&done, code, requests);
    done
}

#[track_caller]
fn check_lines(text: impl AsRef<[u8]>, sent: &[usize], bad: &[u64]) -> Run {
    check("tokens.txt", "", text, sent, bad)
}

#[track_caller]
fn check_csv(args: &str, text: impl AsRef<[u8]>, sent: &[usize], bad: &[u64]) -> Run {
    check("tokens.csv", args, text, sent, bad)
}

#[track_caller]
fn check_json(args: &str, text: impl AsRef<[u8]>, sent: &[usize], bad: &[u64]) -> Run {
    check("tokens.ndjson", args, text, sent, bad)
}

#[test]
fn lines() {
    let [a, b, c] = [token(1), token(2), token(3)];
    check_lines(format!("{a}\n{b}\n{c}"), &[1, 2, 3], &[]);
    check_lines(format!("\u{feff}{a}\r\n\r\n  \n{b}\r\n"), &[1, 2], &[]);
    let long = "x".repeat(70_000);
    let text = format!("{a}\n{long}\n\"{b}\"\n{b} \n{c}\nBearer {c}\n");
    let done = check_lines(text, &[1, 3], &[2, 3, 4, 6]);
    done.warns("skipped line 2: more than 65536 bytes");
    let text = [a.as_bytes(), b"\n", b.as_bytes(), b"\xff\n"].concat();
    check_lines(text, &[1], &[2]).warns("skipped line 2: not UTF-8");
}

#[test]
fn csv() {
    let [a, b, c] = [token(1), token(2), token(3)];
    let text = format!("id,token\n1,{a}\n\n\"2\nand more\",\"{b}\"\n3\n4,\n5,{c}\n");
    check_csv("", text, &[1, 2, 3], &[6, 7]);
    let text = format!("\u{feff}refresh,id\r\n{a},x\r\n{b},\r\n");
    check_csv("--column refresh", text, &[1, 2], &[]);
    // `--column` implies CSV.
    let args = "--input tokens.txt --column t";
    run_once("tokens.txt", format!("t\n{a}\n"), args, 0, 1);
}

#[test]
fn ndjson() {
    let [a, b, c] = [token(1), token(2), token(3)];
    let text = format!(
        "{{\"token\":\"{a}\",\"n\":1}}\n\n{{\"token\":{{\"t\":\"{b}\"}}}}\n[\"{b}\"]\n\"{b}\"\n{{\"token\":\"{b}\n\
         {{\"x\":\"{b}\"}}\n{{\"token\":\"{c}\"}}"
    );
    let done = check_json("", text, &[1, 3], &[3, 4, 5, 6, 7]);
    done.warns("skipped line 3: no token in `token`");
    done.warns("skipped line 4: not a JSON object");
    let text = format!("{{\"refresh\":\"{b}\",\"token\":\"{a}\"}}\n");
    check("tokens.jsonl", "--column refresh", text, &[2], &[]);
    let text = format!(
        "{{\"token\":\"{a}\",\"tok\\u0065n\":\"{b}\"}}\n{{\"x\":1,\"token\":\"{c}\",\"x\":2}}\n"
    );
    check_json("", text, &[3], &[1]).warns("duplicate member `token`");
}

/// The first line of a CSV file without a header contains tokens.
#[test]
fn unreadable_input_is_reported_without_quoting_it() {
    #[track_caller]
    fn check(text: impl AsRef<[u8]>, input: &str, message: &str) {
        let done = run_once("tokens.csv", text, &format!("--input {input}"), 1, 0);
        // Before any summary.
        assert_eq!(done.stdout, "");
        done.warns(message);
    }
    let text = format!("{}\n{}\n", token(1), token(2));
    let message = "no column `token`; its columns are `…` (`…` may be a token): choose one with";
    check(text, "tokens.csv", message);
    let message = "its columns are `id`, `Access Token`, `…` (";
    check("id,Access Token,t0k3n\n", "tokens.csv", message);
    let message = "more than one column `token`";
    check("token,token\na,b\n", "tokens.csv", message);
    check("", "nowhere.txt", "cannot read `nowhere.txt`");
    check("", ".", "cannot read `.`");
}

#[test]
fn unclosed_quotation_mark_ends_the_run() {
    let text = format!("token\n\"{}", format!("{TOKEN_PREFIX}\n").repeat(400_000));
    let done = run_once("tokens.csv", text, "--input tokens.csv", 1, 0);
    done.prints("is a quotation mark unclosed?");
}

/// Tokens that it swallows must not read as revoked.
#[test]
fn unclosed_quotation_mark_is_a_bad_record() {
    let unclosed = "a quotation mark is unclosed";
    let fields = "the number of fields differs from the first line";
    for (rest, reason) in [
        ("\"open\nC,x\nD,y\n", unclosed),
        ("\"open\nC,x\nD,\"y\"\n", unclosed),
        ("\"open\nC,x\nD\",y,z\n", fields),
    ] {
        let text = format!("token,note\nA,\"a\nb \"\"c\"\"\"\nB,{rest}");
        let done = run_once("tokens.csv", text, "--input tokens.csv", 1, 1);
        done.warns(format!(
            "skipped line 4: {reason}; the record ends in line 6\n"
        ));
    }
}

#[test]
fn first_bad_line_of_each_reason_is_reported() {
    let dir = TestDir::with("tokens.txt", "'a b'\n".repeat(99) + "NULL\n");
    let done = dir.run("--input tokens.txt --journal j");
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(done.stderr.matches("skipped line ").count(), 2);
    done.prints("bad lines       100: lines 1, 2, 3,");
    done.prints(" 20, … and 80 more\n");
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
        let strict = format!("--input {input} --strict --journal j");
        let done = dir.run_with_input(&strict, text.as_bytes());
        dir.assert_end(&done, 1, 0);
        done.warns("nothing was sent: bad lines: 3");
        assert!(!dir.path("j").exists());

        let good = text.replace("\"\"\n", "");
        dir.write("tokens.txt", &good);
        let done = dir.run_with_input(&strict, good.as_bytes());
        dir.assert_end(&done, 0, 2);
        done.prints("lines           2\n");
    }
}

#[test]
fn csv_lines_are_counted_with_every_line_ending() {
    let [a, b, c] = [token(1), token(2), token(3)];
    for end in ["\r", "\n", "\r\n"] {
        let text = format!("id,token\n\n1,{a}\n2\n\n\n3,{b},more\n4,\"{c}\"\n").replace('\n', end);
        check_csv("", &text, &[1, 3], &[4, 7]);
        let dir = TestDir::with("tokens.csv", &text);
        dir.run("--input tokens.csv --journal j");
        let expected = [3, 8].map(|line| (line, "revoked".to_owned()));
        assert_eq!(journal_lines(&dir.path("j")), expected.into(), "{end:?}");
    }
}

#[test]
fn json_and_csv_are_not_sent_as_lines() {
    let text = format!("{{\"token\":\"{TOKEN_PREFIX}a\"}}\n");
    check_lines(text, &[], &[1]).warns("looks like JSON: use `revoke-all` with `--format ndjson`");
    let text = format!("id,Token\n1,{TOKEN_PREFIX}a\n");
    check_lines(text, &[], &[1, 2]).warns("looks like CSV: use `revoke-all` with `--column`");
    let list = format!("[\n  \"{TOKEN_PREFIX}a\"\n]\n");
    check("tokens.json", "", list, &[], &[1, 2, 3]);
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
        assert_eq!(check_csv("", text, &[1, 2], &[4]).json()["lines"], 5);
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
        check_lines(encode(&lines, bytes), &[1, 2], &[]);
    }
}

#[test]
fn columns_are_found_without_regard_to_case() {
    let [a, b] = [token(1), token(2)];
    check_csv("", format!("ID, Token\n1,{a}\n"), &[1], &[]);
    let text = format!("id,access_token\n1,{a}\n");
    check_csv("--column ACCESS_TOKEN", text, &[1], &[]);
    // Names that differ only in it are exact.
    let text = format!("token,Token\n{a},{b}\n");
    check_csv("--column Token", text, &[2], &[]);
}

#[test]
fn access_and_refresh_token_of_a_row_are_sent() {
    let [a, b, c] = [token(1), token(2), token(3)];
    let args = "--column refresh --column access";
    let text = format!("access,id,refresh\n{b},1,{a}\n{c},2,\n,3,\n,4,NULL\n");
    let done = check_csv(args, text, &[1, 2, 3], &[4, 5]);
    done.warns("skipped line 4: no token in `refresh`, `access`");
    let text =
        format!("{{\"access\":\"{b}\",\"refresh\":\"{a}\"}}\n{{\"access\":\"{c}\"}}\n{{}}\n");
    check_json(args, text, &[1, 2, 3], &[3]);
}

#[test]
fn what_is_not_a_token_is_a_bad_line_with_a_reason() {
    let a = token(1);
    let missing = "a missing value, such as `NULL`, not a token";
    let formula = "a spreadsheet formula, such as `=\"…\"`, not a token";
    let number = "a number in scientific notation: a spreadsheet has damaged the token";
    for (text, reason) in [
        ("=\"abc\"", formula),
        ("NULL", missing),
        ("1.23457E+19", number),
    ] {
        let message = format!("warning: skipped line 2: {reason}");
        check_lines(format!("{a}\n{text}\n"), &[1], &[2]).warns(&message);
        let quoted = text.replace('"', "\"\"");
        check_csv("", format!("token\n\"{quoted}\"\n{a}\n"), &[1], &[2]).warns(&message);
        let object = json!({ "token": text });
        let text = format!("{{\"token\":\"{a}\"}}\n{object}\n");
        check_json("", text, &[1], &[2]).warns(&message);
    }
    for header in ["token", "Access Token", "REFRESH_TOKENS"] {
        let done = check_lines(format!("{header}\n{a}\n"), &[1], &[1]);
        done.warns("skipped line 1: looks like a header line, not a token: use `revoke-all` with `--column`");
    }
}

#[test]
fn input_without_a_token_is_a_failure() {
    for text in ["", "\n\n", "NULL\n"] {
        let dir = TestDir::with("tokens.txt", text);
        for args in ["", "--dry-run", "--journal j", "--shard 0/2"] {
            let done = dir.run(format!("--input tokens.txt --json {args}"));
            assert_eq!(done.code, Some(1), "{done:?}");
            let summary = done.json();
            let end = [&summary["end"], &summary["reason"]];
            assert_eq!(end, ["failed", "the input has no token"]);
        }
    }
}

#[test]
fn csv_options_are_refused_for_other_formats() {
    let csv_only = "`--delimiter` can be used with CSV only";
    let not_lines = "`--column` cannot be used with lines";
    for (args, message) in [
        ("tokens.ndjson --delimiter ;", csv_only),
        ("tokens.txt --format lines --column a", not_lines),
        ("tokens.csv --delimiter ab", "expected one character"),
    ] {
        let args = format!("--input {args}");
        run_once("tokens.ndjson", "{}", &args, 2, 0).warns(message);
    }
}
