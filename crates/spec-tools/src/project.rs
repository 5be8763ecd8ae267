//! What is a project's own: its spec, its generated files, and how they are generated.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use crate::manifest;

/// One project. The default has no root, no outputs and the generator's own settings: enough to lint any
/// file.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The directory that all other paths start from.
    pub root: PathBuf,
    /// The OpenAPI document.
    pub spec: String,
    /// The crate that holds the generated client.
    pub client: Output,
    /// The generated httpmock helpers, if there are any.
    pub mock: Option<Mock>,
    /// Where the spec is written as JSON, if it is: a published mock has no YAML beside it.
    pub spec_json: Option<String>,
    /// How code is generated.
    pub generator: Generator,
    /// Rules whose severity is not the registry's.
    pub rules: Vec<RuleChange>,
    /// Extensions (`x-…`) that clients depend on: a change of any other one is cosmetic.
    pub extensions: Vec<String>,
    /// The manifest whose version follows the generated code.
    pub version_manifest: Option<String>,
    /// What people run to generate, as headers and messages name it.
    pub generate_command: GenerateCommand,
    /// What to do after new code was written: the last line of that report.
    pub next_step: Option<String>,
}

/// A generated file and the crate that it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The generated file.
    pub code: String,
    /// That crate's `Cargo.toml`. It lists the crates that generated code may name.
    pub manifest: String,
}

impl Output {
    /// Both paths, from the project's root.
    #[must_use]
    pub fn new(code: &str, manifest: &str) -> Self {
        let (code, manifest) = (code.to_owned(), manifest.to_owned());
        Self { code, manifest }
    }
}

/// The generated mock.
#[derive(Clone, Debug)]
pub struct Mock {
    /// Its file and manifest.
    pub output: Output,
    /// The name by which it refers to the client's crate.
    pub client_crate: String,
}

/// A command line.
#[derive(Clone, Debug)]
pub struct GenerateCommand(pub String);

impl Default for GenerateCommand {
    fn default() -> Self {
        Self("cargo xtask generate".to_owned())
    }
}

impl From<&str> for GenerateCommand {
    fn from(command: &str) -> Self {
        Self(command.to_owned())
    }
}

impl std::fmt::Display for GenerateCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Settings of the generator.
#[derive(Clone, Debug, Default)]
pub struct Generator {
    /// How the client's functions take their parameters.
    pub interface: Interface,
    /// The type of the client's inner value.
    pub inner_type: Option<String>,
    /// Whether the client compiles only with an implementation of `ClientHooks`.
    pub mandatory_hooks: bool,
    /// Traits that all types derive.
    pub derives: Vec<String>,
    /// Attributes of all types.
    pub attributes: Vec<String>,
    /// Components for which a hand-written type is used.
    pub replacements: Vec<Replacement>,
    /// Schemas for which a hand-written type is used.
    pub conversions: Vec<Conversion>,
}

/// How the client's functions take their parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interface {
    /// One argument each.
    #[default]
    Positional,
    /// One setter each.
    Builder,
}

/// A component whose type is hand-written.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The component's name.
    pub component: String,
    /// The path of the type.
    pub rust_type: String,
}

/// A schema whose type is hand-written.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The schema, as JSON Schema.
    pub schema: Value,
    /// The path of the type.
    pub rust_type: String,
}

/// A rule that this project does not hold itself to, or not as an error.
#[derive(Clone, Debug)]
pub struct RuleChange {
    /// The rule's id.
    pub rule: String,
    /// What becomes of its findings.
    pub level: Level,
    /// Why.
    pub reason: String,
}

/// What becomes of a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are reported, and do not stop generation.
    Warning,
    /// They are not reported.
    Off,
}

impl Project {
    /// The project at `root`, with the spec at `spec` from there, and defaults.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, spec: &str) -> Self {
        Self {
            root: root.into(),
            spec: spec.to_owned(),
            ..Self::default()
        }
    }

    /// Whether the component `name` has a hand-written type.
    #[must_use]
    pub fn is_replaced(&self, name: &str) -> bool {
        let replacements = &self.generator.replacements;
        replacements.iter().any(|one| one.component == name)
    }

    /// The crates that the client may name, as code spells them; `None` if its manifest cannot be read,
    /// as for a file without a project around it.
    #[must_use]
    pub fn client_crates(&self) -> Option<BTreeSet<String>> {
        self.crates(&self.client)
    }

    /// The same of the mock.
    #[must_use]
    pub fn mock_crates(&self) -> Option<BTreeSet<String>> {
        self.crates(&self.mock.as_ref()?.output)
    }

    fn crates(&self, output: &Output) -> Option<BTreeSet<String>> {
        if output.manifest.is_empty() {
            return None;
        }
        let text = std::fs::read_to_string(self.root.join(&output.manifest)).ok()?;
        manifest::dependencies(&text)
    }
}
