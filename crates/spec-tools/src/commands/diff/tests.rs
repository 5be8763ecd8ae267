//! Bases, versions, exit codes and output formats.

use std::path::Path;
use std::process::Command;

use super::{Format, Options, run};
use crate::project::Project;
use crate::report::{Report, Status, Style};
use crate::testing::{SPEC, edit, project_in, write};

const MANIFEST: &str = "[workspace]\n\n[workspace.package]\nversion = \"0.1.0\"\n";

fn git(root: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
        .args(arguments)
        .output()
        .expect("git");
    assert!(done.status.success(), "{done:?}");
}

/// A workspace whose last commit has the spec.
fn workspace() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory to work in");
    git(dir.path(), &["init", "--quiet"]);
    git(
        dir.path(),
        &["commit", "--quiet", "--allow-empty", "-m", "Nothing yet"],
    );
    write(dir.path(), "Cargo.toml", MANIFEST);
    write(dir.path(), "spec/api.yaml", SPEC);
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "--quiet", "-m", "A spec"]);
    dir
}

fn diff(root: &Path, base: &str, format: Format) -> Report {
    let options = Options {
        base: base.to_owned(),
        spec: None,
        format,
        enforce: true,
    };
    run(&project_in(root), &options, Style::Plain)
}

#[test]
fn unchanged_spec_is_reported_in_one_line() {
    let dir = workspace();
    let report = diff(dir.path(), "HEAD", Format::Text);
    assert_eq!(
        report.output,
        "nothing changed since `HEAD:spec/api.yaml`\n"
    );
    assert_eq!(report.status, Status::Ok);
}

#[test]
fn unknown_base_is_a_usage_error() {
    let dir = workspace();
    let check = |root: &Path, base: &str, expected: &str| {
        let report = diff(root, base, Format::Text);
        assert_eq!(report.status.code(), 2);
        assert!(report.errors.starts_with(expected), "{}", report.errors);
    };
    check(
        dir.path(),
        "nowhere",
        "error: neither a revision nor a file: `nowhere`",
    );
    check(
        dir.path(),
        "--all",
        "error: neither a revision nor a file: `--all`",
    );
    check(
        dir.path(),
        "HEAD~1",
        "error: no `spec/api.yaml` at revision `HEAD~1`",
    );
    let bare = tempfile::tempdir().expect("a directory to work in");
    check(bare.path(), "HEAD", "error: not a git repository: ");
}

#[test]
fn invalid_spec_fails_with_its_location() {
    let dir = workspace();
    edit(dir.path(), "info:\n", "info: [\n");
    let report = diff(dir.path(), "HEAD", Format::Text);
    assert_eq!(report.status, Status::Failed);
    assert!(
        report.errors.contains("--> spec/api.yaml:"),
        "{}",
        report.errors
    );
}

#[test]
fn enforce_fails_until_versions_are_raised() {
    let dir = workspace();
    edit(dir.path(), "required: [id, created_at]", "required: [id]");
    let report = diff(dir.path(), "HEAD", Format::Text);
    assert_eq!(report.status, Status::Failed);
    assert_eq!(
        report.errors,
        "\
error: info.version 1.0.0 → 1.0.0: too low, a major change requires at least 2.0.0
error: Cargo.toml 0.1.0 → 0.1.0: too low, a major change requires at least 0.2.0
"
    );
    edit(dir.path(), "version: 1.0.0", "version: 2.0.0");
    write(
        dir.path(),
        "Cargo.toml",
        &MANIFEST.replace("0.1.0", "0.2.0"),
    );
    let report = diff(dir.path(), "HEAD", Format::Text);
    assert_eq!((report.status, report.errors.as_str()), (Status::Ok, ""));
}

#[test]
fn base_file_has_no_manifest() {
    let dir = workspace();
    write(dir.path(), "old.yaml", SPEC);
    edit(dir.path(), "        '401':\n", "        '403':\n");
    let report = diff(dir.path(), "old.yaml", Format::Text);
    assert_eq!(
        report.output,
        "\
compatible  major  status-removed  status `401` removed
    old.yaml:84:9  /paths/~1public~1oauth2~11~1revoke/post/responses/401
      - mock: fn operations::RevokeTokenThen::unauthorized(self, value: &types::RevocationError) -> Self
compatible  minor  status-added    status `403` added
    spec/api.yaml:84:9  /paths/~1public~1oauth2~11~1revoke/post/responses/403
      + mock: fn operations::RevokeTokenThen::forbidden(self, value: &types::RevocationError) -> Self

2 changes since `old.yaml`: compatible on the wire, major for Rust
info.version 1.0.0 → 1.0.0: too low, a minor change requires at least 1.1.0
"
    );
}

#[test]
fn other_formats_report_the_same_change() {
    let dir = workspace();
    edit(
        dir.path(),
        "        - refresh_token\n",
        "        - refresh_token\n        - id_token\n",
    );
    let output = |format| diff(dir.path(), "HEAD", format).output;
    let json: serde_json::Value = serde_json::from_str(&output(Format::Json)).expect("JSON");
    let row = &json["changes"][0];
    assert_eq!(row["rule"], "enum-value-added");
    assert_eq!(
        (row["wire"].as_str(), row["rust"].as_str()),
        (Some("compatible"), Some("major"))
    );
    assert_eq!(row["items"][0], "+ variant types::TokenTypeHint::IdToken");
    assert_eq!(
        (row["line"].as_u64(), row["column"].as_u64()),
        (Some(140), Some(7))
    );
    assert_eq!(json["versions"][1]["least"], "0.2.0");
    let sarif: serde_json::Value = serde_json::from_str(&output(Format::Sarif)).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(result["ruleId"], "enum-value-added");
    assert_eq!(
        result["locations"][0]["physicalLocation"]["region"]["startLine"],
        140
    );
    assert_eq!(
        output(Format::Markdown),
        "\
**1 change since `HEAD:spec/api.yaml`: compatible on the wire, major for Rust.**

| wire | Rust | rule | what | where |
|---|---|---|---|---|
| compatible | major | `enum-value-added` | value `id_token` added | `spec/api.yaml:140:7` |

```diff
+ variant types::TokenTypeHint::IdToken
```

- info.version 1.0.0 → 1.0.0: too low, a minor change requires at least 1.1.0
- Cargo.toml 0.1.0 → 0.1.0: too low, a major change requires at least 0.2.0
"
    );
    assert_eq!(
        output(Format::Changelog),
        "\
## [Unreleased]

### Added

- **Breaking in Rust:** value `id_token` added (`/components/schemas/TokenTypeHint/enum`).

<!-- info.version: 1.1.0 (minor) -->

<!-- Cargo.toml: 0.2.0 (major) -->
"
    );
}

#[test]
fn two_files_are_compared_without_a_project() {
    let dir = tempfile::tempdir().expect("a directory to work in");
    let file = |name: &str, text: &str| {
        write(dir.path(), name, text);
        dir.path().join(name).to_string_lossy().into_owned()
    };
    let options = Options {
        base: file("old.yaml", SPEC),
        spec: Some(file("new.yaml", &SPEC.replace("'401':", "'403':"))),
        format: Format::Text,
        enforce: false,
    };
    let report = run(&Project::default(), &options, Style::Plain);
    assert_eq!(report.status, Status::Ok, "{}", report.errors);
    assert!(
        report
            .output
            .contains("status-added    status `403` added\n"),
        "{}",
        report.output
    );
}
