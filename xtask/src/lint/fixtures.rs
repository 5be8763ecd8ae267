//! `tests/specs/lint`: for each rule one spec that breaks it, and one that does not.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::RULES;
use super::command::{Format, find, level, run};
use crate::bless::artefacts;
use crate::finding::{Severity, any_error};
use crate::report::{Status, Style};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/specs/lint")
}

/// The fixtures of a rule: `<rule><end>` and `<rule>.<variant><end>`.
fn of(rule: &str, end: &str) -> Vec<String> {
    let entries = std::fs::read_dir(fixtures()).expect("fixtures");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.ends_with(end) && name.split('.').next() == Some(rule))
        .collect();
    names.sort();
    names
}

#[test]
fn each_rule_has_a_spec_that_breaks_it_and_one_that_does_not() {
    let dir = fixtures();
    let mut wrong = String::new();
    for rule in RULES {
        let fails = of(rule.id, ".fail.yaml");
        let passes = of(rule.id, ".pass.yaml");
        assert!(!fails.is_empty() && !passes.is_empty(), "{}", rule.id);
        for fixture in fails {
            let report = run(&dir, &fixture, Format::Text, Style::Plain);
            let bad = match rule.severity {
                Severity::Error => Status::Failed,
                Severity::Warning => Status::Ok,
            };
            let told = format!("{}[{}]: ", level(rule.severity), rule.id);
            let dumps = ["panicked", "backtrace"].map(|word| report.output.contains(word));
            if report.status != bad || !report.output.contains(&told) || dumps.contains(&true) {
                let _ = writeln!(wrong, "{fixture}: {}", report.output);
            }
            insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false,
                snapshot_path => dir.join("findings")}, {
                insta::assert_snapshot!(fixture.trim_end_matches(".fail.yaml"), report.output);
            });
        }
        for fixture in passes {
            // This asks the generator too: no finding means that there is code.
            let report = run(&dir, &fixture, Format::Text, Style::Plain);
            if report.output != format!("0 errors and 0 warnings in `{fixture}`\n") {
                let _ = writeln!(wrong, "{fixture}: {}", report.output);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_fixture_belongs_to_a_rule() {
    let entries = std::fs::read_dir(fixtures()).expect("fixtures");
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        let rule = name.split('.').next().expect("a first part");
        assert!(
            rule == "findings" || super::rules::find(rule).is_some(),
            "{name}"
        );
    }
}

#[test]
fn our_own_spec_has_no_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let report = run(&root, crate::workspace::SPEC, Format::Text, Style::Plain);
    assert_eq!(
        report.output,
        "0 errors and 0 warnings in `spec/digilocker.yaml`\n"
    );
}

#[test]
fn findings_are_as_bad_as_their_rule_says() {
    for rule in RULES {
        let found = find(&fixtures(), &format!("{}.fail.yaml", rule.id));
        for finding in &found.findings {
            let rule = super::rules::find(finding.rule).expect("a row");
            assert_eq!(finding.severity, rule.severity, "{}", finding.rule);
            assert!(finding.help.is_some(), "{} has no help", finding.rule);
        }
        assert_eq!(any_error(&found.findings), rule.severity == Severity::Error);
    }
}

#[test]
fn machines_are_told_the_same() {
    let json = |format| -> serde_json::Value {
        let report = run(
            &fixtures(),
            "enum-collision.fail.yaml",
            format,
            Style::Plain,
        );
        assert_eq!(report.status, Status::Failed);
        serde_json::from_str(&report.output).expect("JSON")
    };
    insta::assert_snapshot!("json", format!("{:#}", json(Format::Json)));
    let sarif = json(Format::Sarif);
    assert_eq!(sarif["version"], "2.1.0");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .expect("rules");
    assert_eq!(rules.len(), RULES.len());
    insta::assert_snapshot!("sarif", format!("{:#}", sarif["runs"][0]["results"]));
}

/// `spec/RULES.md` is this table.
#[test]
fn the_rules_are_documented() {
    let mut table = "\
# Rules of the spec

What `cargo xtask lint` holds a spec to, and `cargo xtask generate` before it makes code. An error stops
generation, a warning does not. Each rule has two small specs in `tests/specs/lint`: `<rule>.fail.yaml`,
whose findings are in `findings/<rule>.snap`, and `<rule>.pass.yaml`; some have `<rule>.<variant>` too.

A test compares this file with the rules: run `cargo xtask bless` to update it.

| rule | severity | why | instead |
|---|---|---|---|
"
    .to_owned();
    for rule in RULES {
        let level = level(rule.severity);
        let _ = writeln!(
            table,
            "| `{}` | {level} | {} | {} |",
            rule.id, rule.why, rule.instead
        );
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    artefacts::check(&root, "spec/RULES.md", &table).unwrap_or_else(|error| panic!("{error}"));
}
