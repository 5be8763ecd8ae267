//! Checks each Rust verdict with the compiler: it is `major` if, and only if, code that uses every public item of
//! the base does not compile with the edit.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::super::change::RustImpact;
use super::super::evidence::{Code, evidence};
use super::cases::cases;
use super::consumer::consumer;
use super::parse;
use crate::source::Source;
use crate::spec::Spec;
use crate::{codegen, drift, report, testing};

const PROVED: &str = "src/diff/proved.md";

/// A crate to compile, with the expected verdict.
struct Checked {
    name: String,
    title: String,
    verdict: RustImpact,
}

#[test]
#[ignore = "compiles about a hundred crates: see CONTRIBUTING.md"]
fn major_means_that_consumer_code_does_not_compile() {
    let root = &Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dir = tempfile::tempdir().expect("a directory to work in");
    let checked = crates(dir.path(), root);
    let good = compiled(dir.path(), root);
    let mut table = "| edit | verdict | code against the base |\n|---|---|---|\n".to_owned();
    let mut wrong = Vec::new();
    for Checked {
        name,
        title,
        verdict,
    } in &checked
    {
        let compiles = good.contains(name);
        if compiles == (*verdict == RustImpact::Major) {
            wrong.push(title.as_str());
        }
        let result = if compiles {
            "compiles"
        } else {
            "does not compile"
        };
        let _ = writeln!(table, "| {title} | {} | {result} |", verdict.name());
    }
    assert!(
        wrong.is_empty(),
        "the compiler disagrees: {wrong:#?}\n{table}"
    );
    check(&table);
}

/// Compares `table` with the file `proved.md`. Under `cargo xtask bless --proof`, writes the file instead.
fn check(table: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PROVED);
    if std::env::var_os("XTASK_BLESS").is_some() {
        std::fs::write(file, table).expect("to write there");
        return;
    }
    let accepted = std::fs::read_to_string(file).unwrap_or_default();
    let sides = ["current", "expected"];
    let diff = drift::unified(PROVED, &accepted, table, sides, report::Style::Plain);
    assert!(
        diff.is_empty(),
        "run `cargo xtask bless --proof` to update it\n{diff}"
    );
}

fn code(text: &str) -> Option<codegen::Code> {
    let project = testing::project();
    let spec = Spec::check(&project, Source::new("spec/api.yaml", text)).ok()?;
    codegen::generate(&project, &spec).ok()
}

/// Writes one crate per edit, and one per base, which must compile.
fn crates(dir: &Path, root: &Path) -> Vec<Checked> {
    let mut checked = Vec::new();
    let mut bases = BTreeSet::new();
    let cases = cases();
    for (index, case) in cases.iter().enumerate() {
        let (Some(old), Some(new)) = (code(&case.base), code(&case.working)) else {
            continue;
        };
        let uses = consumer(&old.client, mock(&old));
        if bases.insert(case.base.as_str()) {
            let name = format!("base-{index}");
            member(dir, &name, &old, &uses);
            checked.push(Checked {
                name,
                title: format!("no edit: the base of \"{}\"", case.name),
                verdict: RustImpact::None,
            });
        }
        let name = format!("case-{index}");
        member(dir, &name, &new, &uses);
        let side = |text: &str| Code::of(&testing::project(), parse(text)).expect("generated Rust");
        checked.push(Checked {
            name,
            title: case.name.clone(),
            verdict: evidence(&side(&case.base), &side(&case.working)).verdict(),
        });
    }
    let manifest = testing::workspace(root, &["*-*".to_owned()]);
    std::fs::write(dir.join("Cargo.toml"), manifest).expect("to write there");
    std::fs::copy(root.join("Cargo.lock"), dir.join("Cargo.lock")).expect("the lock file");
    checked
}

/// Writes a crate with the generated code, its hand-written items, and the consumer code `uses`.
fn member(dir: &Path, name: &str, code: &codegen::Code, uses: &str) {
    let source = dir.join(name).join("src");
    std::fs::create_dir_all(&source).expect("a directory");
    let dependencies = [
        "chrono",
        "httpmock",
        "progenitor-client",
        "reqwest",
        "schemars",
        "serde",
        "serde_json",
    ]
    .map(|name| format!("{name}.workspace = true\n"))
    .concat();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[features]\ndefault = [\"schemars\"]\nschemars = []\n\n[dependencies]\n{dependencies}regex = \"1.12\"\n"
    );
    let files = [
        ("generated.rs", code.client.clone()),
        ("mock.rs", mock(code).replace("client::", "crate::")),
        ("consumer.rs", uses.to_owned()),
        ("support.rs", include_str!("../../testing/support.rs").to_owned()),
        (
            "lib.rs",
            "#![allow(warnings)]\nmod support; mod generated; pub mod mock; mod consumer;\npub use generated::*; pub use support::*;\n".to_owned(),
        ),
    ];
    for (file, text) in files {
        std::fs::write(source.join(file), text).expect("to write there");
    }
    std::fs::write(dir.join(name).join("Cargo.toml"), manifest).expect("to write there");
}

fn mock(code: &codegen::Code) -> &str {
    code.mock.as_deref().unwrap_or_default()
}

/// The names of the crates that compile.
fn compiled(dir: &Path, root: &Path) -> BTreeSet<String> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), std::path::PathBuf::from);
    let output = Command::new(env!("CARGO"))
        .current_dir(dir)
        .args(["check", "--offline", "--workspace", "--keep-going"])
        .arg("--message-format=json")
        .env("CARGO_TARGET_DIR", target.join("proof"))
        .output()
        .expect("cargo");
    let messages = String::from_utf8_lossy(&output.stdout);
    let names: BTreeSet<String> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
        .filter_map(|message| Some(message["target"]["name"].as_str()?.replace('_', "-")))
        .collect();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(names.contains("base-0"), "{stderr}\n{messages}");
    names
}
