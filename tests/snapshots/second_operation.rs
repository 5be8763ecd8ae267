//! A fixture with a second operation: lint, diff, generated code and outline.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use spec_tools::codegen::{self, Code};
use spec_tools::commands::lint::{Format, run};
use spec_tools::diff::change::{RustImpact, WireImpact};
use spec_tools::diff::diff;
use spec_tools::document::Document;
use spec_tools::outline::outline;
use spec_tools::project::Project;
use spec_tools::render::text;
use spec_tools::report::{Status, Style};
use spec_tools::source::Source;
use spec_tools::spec::Spec;
use xtask::bless::artefacts;
use xtask::project::{SPEC, project};

const TWO: &str = "tests/specs/two-operations.yaml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn ours() -> Project {
    project(&root())
}

fn source(name: &str) -> Source {
    Source::read(&root(), name).unwrap()
}

fn generated(name: &str) -> Code {
    let spec =
        Spec::check(&ours(), source(name)).map_err(|refused| text::refused(&refused, Style::Plain));
    codegen::generate(&ours(), &spec.unwrap()).unwrap()
}

#[test]
fn fixture_has_no_findings() {
    let report = run(&ours(), &root(), TWO, Format::Text, Style::Plain);
    assert_eq!(report.status, Status::Ok);
    assert_snapshot!(report.output, @"0 errors and 0 warnings in `tests/specs/two-operations.yaml`");
}

#[test]
fn fixture_only_adds_to_the_real_spec() {
    let (real, two) = (source(SPEC), source(TWO));
    let mut lines = two.text.lines();
    for line in real.text.lines() {
        assert!(
            lines.any(|other| other == line),
            "`{TWO}` lacks the line `{line}`: repeat the edit of `{SPEC}` there"
        );
    }
}

#[test]
fn diff_is_compatible_and_minor() {
    let parse = |name| Document::parse(source(name)).unwrap();
    let diff = diff(&ours(), parse(SPEC), parse(TWO));
    assert_eq!(
        (diff.wire, diff.rust),
        (Some(WireImpact::Compatible), RustImpact::Minor)
    );
    assert!(diff.unattributed.is_empty(), "{:?}", diff.unattributed);
    let rows: Vec<_> = diff
        .changes
        .iter()
        .map(|change| {
            let (wire, rust) = (change.wire.name(), change.rust.name());
            format!("{}: {} ({wire}, {rust})", change.rule.id, change.message)
        })
        .collect();
    assert_snapshot!("second_rows", rows.join("\n"));
}

/// The code in `tests/second_operation` is up to date with the fixture.
#[test]
fn generated_code_is_current() {
    let code = generated(TWO);
    for (name, text) in [("client.rs", code.client), ("mock.rs", code.mock.unwrap())] {
        let name = format!("tests/second_operation/{name}");
        artefacts::check(&root(), &name, &text).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// The outline keeps all items, and only adds those of the second operation.
#[test]
fn outline_only_grows() {
    let (one, two) = (generated(SPEC), generated(TWO));
    for (name, before, after) in [
        ("second_client", one.client, two.client),
        ("second_mock", one.mock.unwrap(), two.mock.unwrap()),
    ] {
        let (before, after) = (outline(&before).unwrap(), outline(&after).unwrap());
        let known: HashSet<_> = before.iter().collect();
        let there: HashSet<_> = after.iter().collect();
        assert!(there.is_superset(&known), "{:?}", known.difference(&there));
        let added = after.iter().filter(|line| !known.contains(line)).cloned();
        assert_snapshot!(name, added.collect::<Vec<_>>().join("\n"));
    }
}
