//! Runs the fixtures in `tests/specs/lint`: for each rule, specs that violate it and specs that do not.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::commands::lint::{Format, find, run};
use crate::project::{Level, Project, RuleChange};
use crate::registry;
use crate::report::{Status, Style};
use crate::rule::Severity;
use crate::testing;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/specs/lint")
}

/// The fixtures, each `<rule><end>` or `<rule>.<variant><end>`, by rule.
fn by_rule() -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(fixtures()).expect("fixtures") {
        let name = entry.expect("an entry").file_name();
        if let Some((rule, _)) = name.to_string_lossy().split_once('.') {
            let names = all.entry(rule.to_owned()).or_default();
            names.insert(name.to_string_lossy().into_owned());
        }
    }
    all
}

#[test]
fn every_rule_has_a_failing_and_a_passing_fixture() {
    let (project, dir) = (testing::project(), fixtures());
    let mut wrong = String::new();
    let mut all = by_rule();
    for rule in registry::of_specs() {
        let of_rule = all.remove(rule.id).unwrap_or_default();
        let is_fail = |name: &String| name.ends_with(".fail.yaml");
        let (fails, passes): (Vec<_>, Vec<_>) = of_rule.into_iter().partition(is_fail);
        assert!(!fails.is_empty() && !passes.is_empty(), "{}", rule.id);
        for fixture in fails {
            let report = run(&project, &dir, &fixture, Format::Text, Style::Plain);
            let expected = match rule.severity {
                Severity::Error => Status::Failed,
                Severity::Warning | Severity::Note => Status::Ok,
            };
            let title = format!("{}[{}]: ", rule.severity.name(), rule.id);
            let dumps = ["panicked", "backtrace"].map(|word| report.output.contains(word));
            if report.status != expected || !report.output.contains(&title) || dumps.contains(&true)
            {
                let _ = writeln!(wrong, "{fixture}: {}", report.output);
            }
            insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false,
                snapshot_path => dir.join("findings")}, {
                insta::assert_snapshot!(fixture.trim_end_matches(".fail.yaml"), report.output);
            });
        }
        for fixture in passes {
            // `run` includes the generator, so no finding means that code can be generated.
            let report = run(&project, &dir, &fixture, Format::Text, Style::Plain);
            if report.output != format!("0 errors and 0 warnings in `{fixture}`\n") {
                let _ = writeln!(wrong, "{fixture}: {}", report.output);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(all.is_empty(), "fixtures of no rule: {all:?}");
}

/// The severities of the findings in a fixture.
fn severities(project: &Project, name: &str) -> Vec<Severity> {
    let found = find(project, &fixtures(), name).findings;
    found.iter().map(|finding| finding.severity).collect()
}

#[test]
fn project_can_turn_off_and_downgrade_rules() {
    let with = |level| Project {
        rules: vec![RuleChange {
            rule: "method-unsupported".to_owned(),
            level,
            reason: "a test".to_owned(),
        }],
        ..testing::project()
    };
    let name = "method-unsupported.fail.yaml";
    assert_eq!(severities(&testing::project(), name), [Severity::Error]);
    assert_eq!(severities(&with(Level::Warning), name), [Severity::Warning]);
    assert_eq!(severities(&with(Level::Off), name), []);
}

#[test]
fn mock_findings_are_not_reported_without_a_mock() {
    let project = Project {
        mock: None,
        ..testing::project()
    };
    let name = "parameter-type.fail.yaml";
    let with_mock = severities(&testing::project(), name);
    assert!(severities(&project, name).len() < with_mock.len());
}

#[test]
fn json_and_sarif_have_the_same_findings() {
    let json = |format| -> serde_json::Value {
        let report = run(
            &testing::project(),
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
    assert_eq!(rules.len(), registry::of_specs().count());
    insta::assert_snapshot!("sarif", format!("{:#}", sarif["runs"][0]["results"]));
}

#[test]
fn rule_ids_are_unique() {
    let mut seen = HashSet::new();
    for rule in registry::rules() {
        assert!(seen.insert(rule.id), "{}", rule.id);
    }
}
