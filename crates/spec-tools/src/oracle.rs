//! Whether lint says of small specs what the generator and rustc say of them.
//!
//! All specs are generated as modules of two crates, clients and mocks, each with the dependencies that the
//! test project's manifests list. What rustc refuses is taken out, and the rest checked again, until all of
//! it compiles: an error in one module may hide those of another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use openapiv3::OpenAPI;
use serde_json::Value;

use self::parts::Sample;
use crate::codegen::unchecked;
use crate::document::Document;
use crate::finding::Finding;
use crate::project::{Generator, Mock, Output, Project};
use crate::rule::Severity;
use crate::source::Source;
use crate::{commands, testing};

mod names;
mod operations;
mod parts;
mod schemas;

/// Rules that refuse what compiles, each with the reason.
const WRONG_WHEN_RUN: &[(&str, &str)] = &[
    ("form-value", "serializing the form fails"),
    (
        "head-response-body",
        "a response to HEAD has no body to parse",
    ),
    ("info-version-not-ascii", "making the header panics"),
    ("header-name-invalid", "making the header panics"),
    ("path-parameter-unused", "the argument is never sent"),
    ("parameter-in-two-places", "one of the two is never sent"),
];

/// Samples that lint refuses though they compile, each with the reason.
const TOO_STRICT: &[(&str, &str)] = &[
    (
        "oneOf described as a member of allOf",
        "lint takes an alternative for a type of its own, and the generator merges all into one",
    ),
    ("anyOf described as a member of allOf", "as above"),
];

/// What became of a sample.
struct Verdict {
    sample: Sample,
    /// The rules of the errors that lint reports.
    refused_by: BTreeSet<&'static str>,
    /// Why there is no code that compiles.
    fails: Option<String>,
}

#[test]
#[ignore = "compiles about two thousand specs: see CONTRIBUTING.md"]
fn lint_says_what_generator_and_rustc_say() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/oracle");
    let verdicts = verdicts(&dir);
    let mut wrong = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for Verdict {
        sample,
        refused_by,
        fails,
    } in &verdicts
    {
        let reason = |rule| WRONG_WHEN_RUN.iter().find(|(id, _)| id == rule);
        let outcome = match (refused_by.is_empty(), fails) {
            (true, None) => "accepted, compiles",
            (false, Some(_)) => "refused, does not compile",
            (false, None) if refused_by.iter().any(|rule| reason(rule).is_some()) => {
                "refused, compiles and is wrong when run"
            }
            (false, None) if TOO_STRICT.iter().any(|(name, _)| *name == sample.name) => {
                "refused, compiles, known"
            }
            (false, None) => {
                let _ = writeln!(
                    wrong,
                    "{}: compiles, refused by {refused_by:?}",
                    sample.name
                );
                "refused, compiles"
            }
            (true, Some(why)) => {
                let _ = writeln!(wrong, "{}: accepted, {why}", sample.name);
                "accepted, does not compile"
            }
        };
        *counts.entry(outcome).or_default() += 1;
    }
    let table = format!("{} specs: {counts:#?}\n{wrong}", verdicts.len());
    fs::write(dir.join("table.txt"), &table).expect("to write");
    assert!(wrong.is_empty(), "{table}");
}

/// All samples, in a fixed order.
fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    names::samples(&mut all);
    schemas::samples(&mut all);
    operations::samples(&mut all);
    all
}

fn verdicts(dir: &Path) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut clients = BTreeMap::new();
    let mut mocks = BTreeMap::new();
    for (at, sample) in samples().into_iter().enumerate() {
        let project = project(&format!("clients::s{at}"));
        let refused_by = errors(&project, &sample);
        let fails = match generated(&project, &sample) {
            Ok((client, mock)) => {
                clients.insert(at, client);
                mocks.insert(at, mock);
                None
            }
            Err(why) => Some(format!("the generator: {why}")),
        };
        verdicts.push(Verdict {
            sample,
            refused_by,
            fails,
        });
    }
    workspace(dir);
    for (name, mut modules) in [("clients", clients), ("mocks", mocks)] {
        modules.retain(|at, _| verdicts[*at].fails.is_none());
        while let Some(errors) = check(dir, name, &modules) {
            assert!(!errors.is_empty(), "cargo fails, and no module does");
            for (at, error) in errors {
                modules.remove(&at);
                verdicts[at].fails = Some(format!("{name}: {error}"));
            }
        }
    }
    verdicts
}

fn project(client_crate: &str) -> Project {
    let ours = testing::project();
    let output = |manifest: Output| Output {
        code: String::new(),
        manifest: manifest.manifest,
    };
    Project {
        root: ours.root,
        client: output(ours.client),
        mock: ours.mock.map(|mock| Mock {
            output: output(mock.output),
            client_crate: client_crate.to_owned(),
        }),
        generator: Generator {
            attributes: ours.generator.attributes,
            ..Generator::default()
        },
        ..Project::default()
    }
}

fn errors(project: &Project, sample: &Sample) -> BTreeSet<&'static str> {
    let dir = tempfile::tempdir().expect("a directory to work in");
    fs::write(dir.path().join("spec.yaml"), &sample.text).expect("to write");
    let found = commands::lint::find(project, dir.path(), "spec.yaml").findings;
    let errors = found
        .iter()
        .filter(|finding: &&Finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.rule.id).collect()
}

fn generated(project: &Project, sample: &Sample) -> Result<(String, String), String> {
    let document = Document::parse(Source::new("spec.yaml", &sample.text))
        .map_err(|(_, findings)| findings[0].message.clone())?;
    let openapi: OpenAPI =
        serde_json::from_value(document.value).map_err(|error| error.to_string())?;
    unchecked(project, &openapi)
}

fn workspace(dir: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    let shared: String = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .take_while(|line| !line.starts_with("[workspace.lints"))
        .filter(|line| !line.contains("path ="))
        .map(|line| line.to_owned() + "\n")
        .collect();
    fs::create_dir_all(dir).expect("a directory");
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"clients\", \"mocks\"]\n\n";
    fs::write(dir.join("Cargo.toml"), format!("{members}{shared}")).expect("to write");
    fs::copy(root.join("Cargo.lock"), dir.join("Cargo.lock")).expect("the lock file");
    let clients = "chrono.workspace = true\nprogenitor-client.workspace = true\nreqwest.workspace = true\nschemars.workspace = true\nserde.workspace = true\n";
    let mocks = "clients.path = \"../clients\"\nchrono.workspace = true\nhttpmock.workspace = true\nregex = \"1.12\"\nserde.workspace = true\nserde_json.workspace = true\n";
    for (name, dependencies) in [("clients", clients), ("mocks", mocks)] {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[features]\ndefault = [\"schemars\"]\nschemars = []\n\n[dependencies]\n{dependencies}"
        );
        fs::create_dir_all(dir.join(name).join("src")).expect("a directory");
        fs::write(dir.join(name).join("Cargo.toml"), manifest).expect("to write");
        fs::write(dir.join(name).join("src/lib.rs"), "").expect("to write");
    }
}

/// The first error of each module, or `None` if all compile.
fn check(
    dir: &Path,
    name: &str,
    modules: &BTreeMap<usize, String>,
) -> Option<BTreeMap<usize, String>> {
    let source = dir.join(name).join("src");
    let mut root = "#![allow(warnings)]\n".to_owned();
    for (at, text) in modules {
        let _ = writeln!(root, "pub mod s{at};");
        let file = source.join(format!("s{at}.rs"));
        // Cargo looks at the time of a file, so that an unchanged one is left alone.
        if fs::read_to_string(&file).ok().as_ref() != Some(text) {
            fs::write(file, text).expect("to write");
        }
    }
    fs::write(source.join("lib.rs"), root).expect("to write");
    let output = Command::new(env!("CARGO"))
        .current_dir(dir)
        .args([
            "check",
            "--offline",
            "--package",
            name,
            "--message-format=json",
        ])
        .env("CARGO_TARGET_DIR", dir.join("target"))
        .output()
        .expect("cargo");
    if output.status.success() {
        return None;
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut errors = BTreeMap::new();
    for message in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(message) else {
            continue;
        };
        if message["message"]["level"] == "error"
            && let Some(at) = module(&message["message"]["spans"])
        {
            let text = message["message"]["message"].as_str().unwrap_or_default();
            errors.entry(at).or_insert_with(|| text.to_owned());
        }
    }
    assert!(
        !errors.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(errors)
}

fn module(spans: &Value) -> Option<usize> {
    spans.as_array()?.iter().find_map(|span| {
        let file = PathBuf::from(span["file_name"].as_str()?);
        file.file_stem()?.to_str()?.strip_prefix('s')?.parse().ok()
    })
}
