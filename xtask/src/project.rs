//! Settings of this project: its spec, its generated files, and the generator's options.

use std::path::Path;

use serde_json::json;
use spec_tools::project::{Conversion, Generator, Mock, Output, Project, Replacement};

use crate::exposure;

/// The spec, from the workspace's root.
pub const SPEC: &str = "spec/digilocker.yaml";

/// The project whose workspace is at `root`.
#[must_use]
pub fn project(root: &Path) -> Project {
    let output = |package: &str| {
        let dir = format!("crates/{package}");
        Output::new(
            &format!("{dir}/src/generated.rs"),
            &format!("{dir}/Cargo.toml"),
        )
    };
    Project {
        client: output("digilocker-client"),
        mock: Some(Mock {
            output: output("digilocker-mock"),
            client_crate: "digilocker_client".to_owned(),
        }),
        // The sandbox validates requests against it.
        spec_json: Some("crates/digilocker-mock/src/spec.json".to_owned()),
        generator: Generator {
            inner_type: Some("::std::sync::Arc<dyn crate::Hooks>".to_owned()),
            mandatory_hooks: true,
            attributes: vec![
                r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]"#.to_owned(),
            ],
            replacements: vec![Replacement {
                component: "Token".to_owned(),
                rust_type: "crate::Token".to_owned(),
            }],
            conversions: [true, false].map(constant).to_vec(),
            ..Generator::default()
        },
        version_manifest: Some("Cargo.toml".to_owned()),
        next_step: Some(exposure::next_step),
        ..Project::new(root, SPEC)
    }
}

/// Without a conversion, `enum: [true]` becomes a plain `bool`.
fn constant(value: bool) -> Conversion {
    Conversion {
        schema: json!({"type": "boolean", "enum": [value]}),
        rust_type: format!("crate::ConstBool<{value}>"),
    }
}

#[cfg(test)]
mod tests {
    use spec_tools::commands::generate::{self, Mode};
    use spec_tools::commands::lint::{self, Format};
    use spec_tools::registry;
    use spec_tools::report::{Status, Style};

    use super::*;
    use crate::bless::artefacts;

    fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn generated_files_are_current() {
        let report = generate::run(&project(&root()), Mode::Check, Style::Plain);
        let text = report.output + &report.errors;
        assert_eq!(report.status, Status::Ok, "{text}");
    }

    #[test]
    fn the_spec_has_no_findings() {
        let (root, format) = (root(), Format::Text);
        let report = lint::run(&project(&root), &root, SPEC, format, Style::Plain);
        let clean = "0 errors and 0 warnings in `spec/digilocker.yaml`\n";
        assert_eq!(report.output, clean);
    }

    #[test]
    fn the_client_names_what_its_manifest_lists() {
        let project = project(&root());
        let crates = project.crates(&project.client).expect("a manifest");
        assert!(crates.contains("progenitor_client"), "{crates:?}");
        assert!(!crates.contains("schemars"), "optional: {crates:?}");
    }

    #[test]
    fn the_rules_are_documented() {
        let specs = registry::table(registry::of_specs());
        let changes = registry::table(registry::of_changes());
        let text = format!("{HEAD}{specs}{BETWEEN}{changes}");
        artefacts::check(&root(), "spec/RULES.md", &text).unwrap_or_else(|error| panic!("{error}"));
    }

    const HEAD: &str = "\
# Rules of the spec

`cargo xtask lint` checks these rules, and so does `cargo xtask generate` before it generates code. An error
stops generation, a warning does not. Each rule has two small specs in `tests/specs/lint`: `<rule>.fail.yaml`,
whose findings are in `findings/<rule>.snap`, and `<rule>.pass.yaml`; some have `<rule>.<variant>` too.

This file is generated from the rules: run `cargo xtask bless` to update it.

";

    const BETWEEN: &str = "
## Rules of changes

`cargo xtask diff` assigns one of these rules to each change. Whether a change is breaking depends on where it
is: see the two verdicts of its row.

";
}
