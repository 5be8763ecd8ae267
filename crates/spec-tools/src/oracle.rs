//! Compares lint with the generator, rustc and actual calls, on hundreds of small specs: a sample of all
//! combinations.
//!
//! Client and mock of each spec are generated and compiled with the dependencies of the test project. If both
//! compile, the operation is called on a server that responds as the spec describes: once for each response, once
//! with other alternatives, and once with required values only. The request and the parsed response must match the
//! spec. Each call is repeated on an httpmock server: the mock must match the request of the client, whose result
//! must be the same. `Case::mock_limit` lists the calls for which it cannot, and those must fail.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use openapiv3::OpenAPI;
use serde_json::json;

use self::crates::Module;
use self::exchange::{Case, cases};
use self::parts::Sample;
use self::server::Server;
use crate::codegen::unchecked;
use crate::document::Document;
use crate::project::{Generator, Interface, Mock, Output, Project};
use crate::rule::Severity;
use crate::source::Source;
use crate::{commands, testing};

mod calls;
mod crates;
mod exchange;
mod fuzz;
mod instances;
mod names;
mod operations;
mod parts;
mod schemas;
mod server;

/// Warnings about specs whose calls may fail, each with the reason.
const WARNED: &[(&str, &str)] = &[
    (
        "alternatives-overlap",
        "the first variant that matches is used, and drops fields",
    ),
    ("any-of-merged", "values other than objects are rejected"),
    (
        "head-response-body",
        "an error has no body to read, and successes are not affected",
    ),
    ("status-ignored", "a redirect is an unexpected response"),
];

/// Samples, or rules, that lint rejects although the sample works, each with the reason.
const TOO_STRICT: &[(&str, &str)] = &[
    (
        "'400': anyOf objects as a required property as a JSON body + 2XX: pattern as a member of allOf as a member of anyOf",
        NO_VALUES,
    ),
    (
        "get + component `info`: boolean as a member of allOf as a member of oneOf",
        NO_VALUES,
    ),
];

const NO_VALUES: &str =
    "a schema contradicts itself: its enum has no variants, and the call needs none";

/// Samples that lint accepts although they fail, each with the reason.
const TOO_LAX: &[(&str, &str)] = &[];

/// The result of a sample.
struct SampleResult {
    sample: Sample,
    /// The rules of the errors that lint reports.
    errors: BTreeSet<&'static str>,
    /// The rules of the warnings.
    warnings: BTreeSet<&'static str>,
    outcome: Outcome,
}

enum Outcome {
    /// All calls match the spec.
    Works,
    /// The generator fails, or its code does not compile.
    DoesNotCompile(String),
    /// A call, or that with the mock, does not match the spec.
    Fails(String),
    /// The code compiles, but no valid value was found for a call.
    NotCalled,
}

#[test]
#[ignore = "compiles and calls hundreds of specs: see CONTRIBUTING.md"]
fn lint_agrees_with_generator_rustc_and_calls() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/oracle");
    let results = evaluate(&dir);
    let (mut wrong, mut known) = (String::new(), String::new());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut used = BTreeSet::new();
    for result in &results {
        let name = result.sample.name.as_str();
        let (agrees, what) = result.agrees();
        *counts.entry(what).or_default() += 1;
        if agrees {
            continue;
        }
        let why = match &result.outcome {
            Outcome::Works | Outcome::NotCalled => {
                format!("refused by {:?}, works", result.errors)
            }
            Outcome::DoesNotCompile(why) | Outcome::Fails(why) => {
                format!("accepted with {:?}, {why}", result.warnings)
            }
        };
        let list = match result.outcome {
            Outcome::Works => TOO_STRICT,
            _ => TOO_LAX,
        };
        let is_known = |known: &str| known == name || result.errors.contains(known);
        let _ = match list.iter().find(|(known, _)| is_known(known)) {
            Some((id, reason)) => {
                used.insert(id);
                writeln!(known, "{name}: {why}: {reason}")
            }
            None => writeln!(wrong, "{name}: {why}"),
        };
    }
    let counts = counts.iter().fold(String::new(), |text, (what, count)| {
        format!("{text}{count:>6} {what}\n")
    });
    let table = format!(
        "{} specs\n{counts}\nknown disagreements:\n{known}\ndisagreements:\n{wrong}",
        results.len()
    );
    fs::write(dir.join("table.txt"), &table).expect("to write");
    assert!(wrong.is_empty(), "{table}");
    for (id, _) in TOO_STRICT.iter().chain(TOO_LAX) {
        assert!(used.contains(id), "listed, but not a disagreement: {id}");
    }
}

impl SampleResult {
    fn agrees(&self) -> (bool, &'static str) {
        let is_warned = WARNED.iter().any(|(rule, _)| self.warnings.contains(rule));
        match (self.errors.is_empty(), &self.outcome) {
            (_, Outcome::NotCalled) => (true, "compiles, no valid value for a call"),
            (true, Outcome::Works) => (true, "accepted, works"),
            (true, Outcome::Fails(_)) if is_warned => (true, "warned, fails when called"),
            (true, Outcome::Fails(_)) => (false, "accepted, fails when called"),
            (true, Outcome::DoesNotCompile(_)) => (false, "accepted, does not compile"),
            (false, Outcome::Works) => (false, "refused, works"),
            (false, Outcome::Fails(_)) => (true, "refused, fails when called"),
            (false, Outcome::DoesNotCompile(_)) => (true, "refused, does not compile"),
        }
    }
}

/// A kind of samples, and how many of them are used.
type Kind = (fn() -> Vec<Sample>, usize);

/// All of them would take hours.
const KINDS: [Kind; 4] = [
    (names::samples, 130),
    (schemas::samples, 190),
    (operations::samples, 130),
    (fuzz::samples, 150),
];

/// Fixed, so that the samples are always the same.
const SEED: u64 = 0x5eed;

fn samples() -> Vec<Sample> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut all = Vec::new();
    for (kind, count) in KINDS {
        let mut samples = kind();
        random.shuffle(&mut samples);
        all.extend(samples.into_iter().take(count));
    }
    all
}

fn evaluate(dir: &Path) -> Vec<SampleResult> {
    let mut results = Vec::new();
    let (mut modules, mut arguments) = (BTreeMap::new(), HashMap::new());
    for (at, sample) in samples().into_iter().enumerate() {
        let mut project = project(&format!("client::s{at}"));
        project.generator.interface = sample.interface;
        let [errors, warnings] = findings(&project, &sample);
        let outcome = match generated(&project, &sample, at) {
            Ok((module, names)) => {
                modules.insert(at, module);
                arguments.insert(at, names);
                Outcome::Works
            }
            Err(why) => Outcome::DoesNotCompile(why),
        };
        results.push(SampleResult {
            sample,
            errors,
            warnings,
            outcome,
        });
    }
    for (at, why) in crates::check(dir, &mut modules) {
        results[at].outcome = Outcome::DoesNotCompile(why);
    }
    let mut calls = BTreeMap::new();
    let called = |at: &&usize| results[**at].sample.interface == Interface::Positional;
    let called: Vec<usize> = modules.keys().filter(called).copied().collect();
    for at in &called {
        let document = document(&results[*at].sample).expect("YAML");
        match cases(&document, &arguments[at]) {
            Ok(cases) if cases.is_empty() => results[*at].outcome = Outcome::NotCalled,
            Ok(cases) => {
                calls.insert(*at, cases);
            }
            Err(why) => results[*at].outcome = Outcome::Fails(why),
        }
    }
    for (at, why) in failures(dir, &calls) {
        results[at].outcome = Outcome::Fails(why);
    }
    results
}

/// Makes all calls, and returns the first failure of each sample.
fn failures(dir: &Path, calls: &BTreeMap<usize, Vec<Case>>) -> BTreeMap<usize, String> {
    let all = || {
        let each = calls.iter();
        each.flat_map(|(at, cases)| (0..).zip(cases).map(|(index, case)| ((*at, index), case)))
    };
    let replies = all().map(|(key, case)| (key, case.reply.clone())).collect();
    let server = Server::start(replies).expect("a port");
    let mut files: BTreeMap<String, Vec<serde_json::Value>> = BTreeMap::new();
    for ((at, index), case) in all() {
        let base = format!("http://{}/{at}/{index}", server.address);
        let call = json!([at, index, base, case.arguments, case.response()]);
        files
            .entry(crates::name("calls", at))
            .or_default()
            .push(call);
    }
    let files: BTreeMap<String, PathBuf> = files
        .into_iter()
        .map(|(name, calls)| {
            let file = dir.join(format!("{name}.json"));
            fs::write(&file, json!(calls).to_string()).expect("to write");
            (name, file)
        })
        .collect();
    let outcomes = crates::run(dir, &files);
    assert_eq!(outcomes.len(), all().count(), "each call has an outcome");
    let mut failures = BTreeMap::new();
    for (at, index, outcome, mocked) in outcomes {
        let sent = server.sent((at, index));
        if let Some(why) = calls[&at][index].failure(sent.as_ref(), &outcome, &mocked) {
            failures.entry(at).or_insert(why);
        }
    }
    failures
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

/// The rules of the errors, and those of the warnings.
fn findings(project: &Project, sample: &Sample) -> [BTreeSet<&'static str>; 2] {
    let dir = tempfile::tempdir().expect("a directory to work in");
    fs::write(dir.path().join("spec.yaml"), &sample.text).expect("to write");
    let found = commands::lint::find(project, dir.path(), "spec.yaml").findings;
    [Severity::Error, Severity::Warning].map(|severity| {
        let of = found.iter().filter(|finding| finding.severity == severity);
        of.map(|finding| finding.rule.id).collect()
    })
}

fn document(sample: &Sample) -> Result<Document, String> {
    Document::parse(Source::new("spec.yaml", &sample.text))
        .map_err(|refused| refused.findings[0].message.clone())
}

/// Generates the code of a sample. Also returns the arguments of its function.
fn generated(
    project: &Project,
    sample: &Sample,
    at: usize,
) -> Result<(Module, Vec<String>), String> {
    let document = document(sample)?;
    let openapi: OpenAPI =
        serde_json::from_value(document.value).map_err(|error| error.to_string())?;
    let (client, mock) =
        unchecked(project, &openapi).map_err(|why| format!("the generator: {why}"))?;
    let paths = ["clients", "mocks"].map(|kind| format!("{}::s{at}", crates::name(kind, at)));
    let call = match sample.interface {
        Interface::Positional => calls::call(&client, &paths, &calls::responses(&mock)?)?,
        Interface::Builder => calls::Call {
            code: calls::NONE.to_owned(),
            arguments: Vec::new(),
        },
    };
    let module = Module {
        client,
        mock,
        call: call.code,
    };
    Ok((module, call.arguments))
}
