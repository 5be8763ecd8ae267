//! Runs the fixtures in `tests/specs/lint`: for each rule, specs that violate it and specs that do not.

use std::collections::HashSet;
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
fn every_rule_has_a_failing_and_a_passing_fixture() {
    let (project, dir) = (testing::project(), fixtures());
    let mut wrong = String::new();
    for rule in registry::of_specs() {
        let fails = of(rule.id, ".fail.yaml");
        let passes = of(rule.id, ".pass.yaml");
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
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let entries = std::fs::read_dir(fixtures()).expect("fixtures");
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        let rule = name.split('.').next().expect("a first part");
        assert!(
            rule == "findings" || registry::of_specs().any(|one| one.id == rule),
            "{name}"
        );
    }
}

#[test]
fn project_can_turn_off_and_downgrade_rules() {
    let change = |rule: &str, level| RuleChange {
        rule: rule.to_owned(),
        level,
        reason: "a test".to_owned(),
    };
    let mut project = testing::project();
    let name = "additional-properties-false.fail.yaml";
    let count = |project: &Project| find(project, &fixtures(), name).findings.len();
    assert_eq!(count(&project), 1);
    project.rules = vec![change("additional-properties-false", Level::Off)];
    assert_eq!(count(&project), 0);

    let name = "method-unsupported.fail.yaml";
    let severity = |project: &Project| {
        let found = find(project, &fixtures(), name);
        found.findings.first().map(|finding| finding.severity)
    };
    assert_eq!(severity(&project), Some(Severity::Error));
    project.rules = vec![change("method-unsupported", Level::Warning)];
    assert_eq!(severity(&project), Some(Severity::Warning));
}

#[test]
fn mock_findings_are_not_reported_without_a_mock() {
    let project = Project {
        mock: None,
        ..testing::project()
    };
    let count = |project: &Project| {
        let found = find(project, &fixtures(), "parameter-type.fail.yaml");
        found.findings.len()
    };
    assert!(count(&project) < count(&testing::project()));
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
