//! Compiles the generated code of many samples, and runs their calls.
//!
//! Each crate has some of the samples, one module each: rustc would run out of memory on all of them. Modules that
//! do not compile are removed and the rest is checked again, because an error in one module may hide those of
//! another.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::calls;
use crate::testing;

/// Number of samples per crate.
const PART: usize = 200;

/// The code of one sample.
#[derive(Clone, Debug)]
pub(super) struct Module {
    pub(super) client: String,
    pub(super) mock: String,
    pub(super) call: String,
}

/// The name of the crate of this kind that contains a sample.
pub(super) fn name(kind: &str, at: usize) -> String {
    format!("{kind}{}", at / PART)
}

/// Removes modules that do not compile, and returns the first error of each.
pub(super) fn check(dir: &Path, modules: &mut BTreeMap<usize, Module>) -> BTreeMap<usize, String> {
    let mut refused = BTreeMap::new();
    loop {
        write(dir, modules);
        let output = cargo(dir, &["check", "--workspace", "--keep-going"]);
        if output.status.success() {
            return refused;
        }
        let found = errors(&output);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            !found.is_empty(),
            "cargo fails without an error in a module: {stderr}"
        );
        for (at, error) in found {
            modules.remove(&at);
            refused.insert(at, error);
        }
    }
}

/// Makes the calls that `files` list, one file per crate, and returns their outcomes without and with the mock.
pub(super) fn run(
    dir: &Path,
    files: &BTreeMap<String, PathBuf>,
) -> Vec<(usize, usize, Value, Value)> {
    let built = cargo(dir, &["build", "--workspace", "--bins"]);
    let stderr = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{stderr}");
    let mut outcomes = Vec::new();
    for (name, file) in files {
        let program = dir.join("target/debug").join(name);
        let output = Command::new(program).arg(file).output().expect("a program");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {stderr}");
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text.lines().map(serde_json::from_str);
        outcomes.extend(lines.map(|line| line.expect("an outcome")));
    }
    outcomes
}

fn cargo(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .current_dir(dir)
        .args(arguments)
        .args(["--offline", "--message-format=json"])
        .env("CARGO_TARGET_DIR", dir.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .expect("cargo")
}

/// The first error of each sample.
fn errors(output: &Output) -> BTreeMap<usize, String> {
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut errors = BTreeMap::new();
    for message in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(message) else {
            continue;
        };
        if message["message"]["level"] == "error"
            && let Some((at, what)) = module(&message["message"]["spans"])
        {
            let text = message["message"]["message"].as_str().unwrap_or_default();
            errors
                .entry(at)
                .or_insert_with(|| format!("{what}: {text}"));
        }
    }
    errors
}

fn module(spans: &Value) -> Option<(usize, &'static str)> {
    spans.as_array()?.iter().find_map(|span| {
        let file = span["file_name"].as_str()?;
        let what = match file.chars().next()? {
            'm' => "the mock",
            'c' if file.starts_with("calls") => "the call",
            _ => "the client",
        };
        let stem = Path::new(file).file_stem()?.to_str()?;
        Some((stem.strip_prefix('s')?.parse().ok()?, what))
    })
}

fn write(dir: &Path, modules: &BTreeMap<usize, Module>) {
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in modules.keys() {
        parts.entry(at / PART).or_default().push(*at);
    }
    workspace(dir, parts.len());
    for (part, samples) in &parts {
        let list = samples.iter().map(|at| format!("pub mod s{at};\n"));
        let list = list.collect::<Vec<_>>().concat();
        for (kind, head) in [
            ("clients", "#![allow(warnings)]\n".to_owned()),
            ("mocks", "#![allow(warnings)]\n".to_owned()),
            ("calls", calls::main(samples)),
        ] {
            let source = dir.join(format!("{kind}{part}/src"));
            for at in samples {
                let module = &modules[at];
                let code = match kind {
                    "clients" => &module.client,
                    "mocks" => &module.mock,
                    _ => &module.call,
                };
                text(&source.join(format!("s{at}.rs")), code);
            }
            let root = if kind == "calls" { "main.rs" } else { "lib.rs" };
            text(&source.join(root), &(head + &list));
        }
    }
}

/// Writes a file only if it changed, because Cargo compares modification times.
fn text(file: &Path, text: &str) {
    if fs::read_to_string(file).ok().as_deref() != Some(text) {
        fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
        fs::write(file, text).expect("to write");
    }
}

fn workspace(dir: &Path, parts: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let names =
        |kind: &str| -> Vec<String> { (0..parts).map(|part| format!("{kind}{part}")).collect() };
    let members = ["clients", "mocks", "calls"].map(names).concat();
    text(
        &dir.join("Cargo.toml"),
        &(testing::workspace(&root, &members)
            + "
[profile.dev]
debug = false
"),
    );
    let lock = dir.join("Cargo.lock");
    if !lock.exists() {
        fs::copy(root.join("Cargo.lock"), lock).expect("the lock file");
    }
    for part in 0..parts {
        for (kind, dependencies) in [("clients", CLIENTS), ("mocks", MOCKS), ("calls", CALLS)] {
            let name = format!("{kind}{part}");
            let dependencies = dependencies.replace("PART", &part.to_string());
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [features]\ndefault = [\"schemars\"]\nschemars = []\n\n[dependencies]\n{dependencies}"
            );
            text(&dir.join(&name).join("Cargo.toml"), &manifest);
        }
    }
}

/// Dependencies of the clients.
const CLIENTS: &str = "\
chrono.workspace = true
progenitor-client.workspace = true
reqwest.workspace = true
schemars.workspace = true
serde.workspace = true
";

/// Dependencies of the mocks.
const MOCKS: &str = "\
client = { path = \"../clientsPART\", package = \"clientsPART\" }
httpmock.workspace = true
regex = \"1.12\"
serde.workspace = true
serde_json.workspace = true
";

/// Dependencies of the calls.
const CALLS: &str = "\
clientsPART.path = \"../clientsPART\"
futures-util = { workspace = true, features = [\"std\"] }
httpmock.workspace = true
mocksPART.path = \"../mocksPART\"
progenitor-client.workspace = true
serde.workspace = true
serde_json.workspace = true
tokio = { workspace = true, features = [\"net\", \"rt\", \"time\"] }
";
