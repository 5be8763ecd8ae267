//! Whether lint says of small specs what the generator, rustc and calls say of them.
//!
//! Each spec is generated, client and mock, with the dependencies that the test project's manifests list.
//! If both compile, the operation is called on a server that responds as the spec says: once for each
//! response, with the other alternatives, and with no more than there must be. What is sent and what is
//! read has to be what the spec says.

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
use crate::project::{Generator, Mock, Output, Project};
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

/// Warnings that say of a spec that its calls do something else than it says, each with what that is.
const WARNED: &[(&str, &str)] = &[
    (
        "alternatives-overlap",
        "the first variant that fits is read, and drops what it lacks",
    ),
    ("any-of-merged", "what is no object is not read"),
    (
        "status-ignored",
        "a redirect is a response that is not documented",
    ),
];

/// What lint refuses though it works, by sample or by rule, each with the reason.
const TOO_STRICT: &[(&str, &str)] = &[
    (
        "all-of-contradiction",
        "no value is of that type: in the sample, none is needed for a call",
    ),
    (
        "body: enum of integers + form: open array as a member of anyOf as a member of allOf",
        "the array is an alternative that no value has, because the other member is an object",
    ),
];

/// Samples that lint accepts though they fail, each with the reason.
const TOO_LAX: &[(&str, &str)] = &[];

/// What became of a sample.
struct Verdict {
    sample: Sample,
    /// The rules of the errors that lint reports.
    errors: BTreeSet<&'static str>,
    /// Those of the warnings.
    warnings: BTreeSet<&'static str>,
    outcome: Outcome,
}

enum Outcome {
    /// Each call does what the spec says.
    Works,
    /// There is no code that compiles.
    DoesNotCompile(String),
    /// A call does not.
    Fails(String),
    /// It compiles, and no value was found that its schemas allow.
    NotCalled,
}

#[test]
#[ignore = "compiles and calls thousands of specs: see CONTRIBUTING.md"]
fn lint_says_what_generator_rustc_and_calls_say() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/oracle");
    let verdicts = verdicts(&dir);
    let (mut wrong, mut known) = (String::new(), String::new());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut used = BTreeSet::new();
    for verdict in &verdicts {
        let name = verdict.sample.name.as_str();
        let (agrees, what) = verdict.agrees();
        *counts.entry(what).or_default() += 1;
        if agrees {
            continue;
        }
        let why = match &verdict.outcome {
            Outcome::Works | Outcome::NotCalled => {
                format!("refused by {:?}, works", verdict.errors)
            }
            Outcome::DoesNotCompile(why) | Outcome::Fails(why) => {
                format!("accepted with {:?}, {why}", verdict.warnings)
            }
        };
        let list = match verdict.outcome {
            Outcome::Works => TOO_STRICT,
            _ => TOO_LAX,
        };
        let is_known = |known: &str| known == name || verdict.errors.contains(known);
        let _ = match list.iter().find(|(known, _)| is_known(known)) {
            Some((id, reason)) => {
                used.insert(id);
                writeln!(known, "{name}: {why}: {reason}")
            }
            None => writeln!(wrong, "{name}: {why}"),
        };
    }
    let counts = counts.iter().fold(String::new(), |text, (what, count)| {
        format!(
            "{text}{count:>6} {what}
"
        )
    });
    let table = format!(
        "{} specs\n{counts}\nknown disagreements:\n{known}\ndisagreements:\n{wrong}",
        verdicts.len()
    );
    fs::write(dir.join("table.txt"), &table).expect("to write");
    assert!(wrong.is_empty(), "{table}");
    for (id, _) in TOO_STRICT.iter().chain(TOO_LAX) {
        assert!(used.contains(id), "listed, and no disagreement: {id}");
    }
}

impl Verdict {
    fn agrees(&self) -> (bool, &'static str) {
        let is_warned = WARNED.iter().any(|(rule, _)| self.warnings.contains(rule));
        match (self.errors.is_empty(), &self.outcome) {
            (_, Outcome::NotCalled) => (true, "compiles, has no value to be called with"),
            (true, Outcome::Works) => (true, "accepted, works"),
            (true, Outcome::Fails(_)) if is_warned => (true, "warned of, fails when called"),
            (true, Outcome::Fails(_)) => (false, "accepted, fails when called"),
            (true, Outcome::DoesNotCompile(_)) => (false, "accepted, does not compile"),
            (false, Outcome::Works) => (false, "refused, works"),
            (false, Outcome::Fails(_)) => (true, "refused, fails when called"),
            (false, Outcome::DoesNotCompile(_)) => (true, "refused, does not compile"),
        }
    }
}

/// All samples, in a fixed order.
fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    names::samples(&mut all);
    schemas::samples(&mut all);
    operations::samples(&mut all);
    fuzz::samples(&mut all);
    all
}

fn verdicts(dir: &Path) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let (mut modules, mut arguments) = (BTreeMap::new(), HashMap::new());
    for (at, sample) in samples().into_iter().enumerate() {
        let path = format!("{}::s{at}", crates::name("clients", at));
        let project = project(&format!("client::s{at}"));
        let [errors, warnings] = findings(&project, &sample);
        let outcome = match generated(&project, &sample, &path) {
            Ok((module, names)) => {
                modules.insert(at, module);
                arguments.insert(at, names);
                Outcome::Works
            }
            Err(why) => Outcome::DoesNotCompile(why),
        };
        verdicts.push(Verdict {
            sample,
            errors,
            warnings,
            outcome,
        });
    }
    for (at, why) in crates::check(dir, &mut modules) {
        verdicts[at].outcome = Outcome::DoesNotCompile(why);
    }
    let mut calls = BTreeMap::new();
    for at in modules.keys() {
        let document = document(&verdicts[*at].sample).expect("YAML");
        match cases(&document, &arguments[at]) {
            Ok(cases) if cases.is_empty() => verdicts[*at].outcome = Outcome::NotCalled,
            Ok(cases) => {
                calls.insert(*at, cases);
            }
            Err(why) => verdicts[*at].outcome = Outcome::Fails(why),
        }
    }
    for (at, why) in failures(dir, &calls) {
        verdicts[at].outcome = Outcome::Fails(why);
    }
    verdicts
}

/// Makes all calls, and gives back the first failure of each sample.
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
        let call = json!([at, index, base, case.arguments]);
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
    for (at, index, outcome) in outcomes {
        let sent = server.sent((at, index));
        if let Some(why) = calls[&at][index].judge(sent.as_ref(), &outcome) {
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
        .map_err(|(_, findings)| findings[0].message.clone())
}

/// The code of a sample, whose client is the module `path`, and the arguments of its function.
fn generated(
    project: &Project,
    sample: &Sample,
    path: &str,
) -> Result<(Module, Vec<String>), String> {
    let document = document(sample)?;
    let openapi: OpenAPI =
        serde_json::from_value(document.value).map_err(|error| error.to_string())?;
    let (client, mock) =
        unchecked(project, &openapi).map_err(|why| format!("the generator: {why}"))?;
    let call = calls::call(&client, path)?;
    let module = Module {
        client,
        mock,
        call: call.code,
    };
    Ok((module, call.arguments))
}
