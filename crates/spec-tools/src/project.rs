//! Settings of a project: its spec, its generated files, and options of the generator.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::manifest;

/// One project. The default has no files and default generator options, which is enough to lint any file.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The root directory, to which all other paths are relative.
    pub root: PathBuf,
    /// The OpenAPI document.
    pub spec: String,
    /// The generated client and its crate.
    pub client: Output,
    /// The generated httpmock helpers, if there are any.
    pub mock: Option<Mock>,
    /// The file to which the spec is written as JSON, for a mock that is published without the YAML.
    pub spec_json: Option<String>,
    /// Options of the generator.
    pub generator: Generator,
    /// Rules that are turned off or downgraded.
    pub rules: Vec<RuleChange>,
    /// Extensions (`x-…`) that clients depend on. Changes of other extensions are cosmetic.
    pub extensions: Vec<String>,
    /// The `Cargo.toml` whose version follows the Rust verdict of `diff`.
    pub version_manifest: Option<String>,
    /// The command that generates the code, for headers and messages; `cargo xtask generate` if `None`.
    pub generate_command: Option<&'static str>,
    /// Writes the last lines of output after [`spec_json`](Self::spec_json) changed, from its text before and after.
    pub next_step: Option<NextStep>,
}

/// What comes next: from the project's root, and the spec as JSON before and after.
pub type NextStep = fn(root: &Path, specs: [&str; 2]) -> String;

/// A generated file and its crate.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The generated file.
    pub code: String,
    /// The `Cargo.toml` of the crate, which lists the crates that generated code may use.
    pub manifest: String,
}

impl Output {
    /// Creates an output; both paths are relative to the project's root.
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
    /// The path of the client's crate in the mock's code.
    pub client_crate: String,
}

/// Options of the generator.
#[derive(Clone, Debug, Default)]
pub struct Generator {
    /// How the client's functions take their parameters.
    pub interface: Interface,
    /// The type of the client's inner value, if it has one.
    pub inner_type: Option<String>,
    /// Whether the client requires an implementation of `ClientHooks` to compile.
    pub mandatory_hooks: bool,
    /// Traits that all types derive.
    pub derives: Vec<String>,
    /// Attributes added to all types.
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

/// A rule that is turned off or downgraded to a warning.
#[derive(Clone, Debug)]
pub struct RuleChange {
    /// The rule's id.
    pub rule: String,
    /// How its findings are reported.
    pub level: Level,
    /// The reason, for readers.
    pub reason: String,
}

/// How the findings of a rule are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As warnings, which do not stop generation.
    Warning,
    /// Not at all.
    Off,
}

impl Project {
    /// A project at `root` with the spec `spec`, and default settings.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, spec: &str) -> Self {
        Self {
            root: root.into(),
            spec: spec.to_owned(),
            ..Self::default()
        }
    }

    /// The command that generates the code.
    pub(crate) fn command(&self) -> &'static str {
        self.generate_command.unwrap_or("cargo xtask generate")
    }

    /// Whether the component `name` has a hand-written type.
    #[must_use]
    pub fn is_replaced(&self, name: &str) -> bool {
        let replacements = &self.generator.replacements;
        replacements.iter().any(|one| one.component == name)
    }

    /// The crates that the code of `output` may use, as named in code; `None` if there is no readable manifest.
    #[must_use]
    pub fn crates(&self, output: &Output) -> Option<BTreeSet<String>> {
        if output.manifest.is_empty() {
            return None;
        }
        let text = std::fs::read_to_string(self.root.join(&output.manifest)).ok()?;
        manifest::dependencies(&text)
    }
}
