//! The project of the tests: mandatory hooks, a mock, and hand-written types.

use std::path::Path;

use serde_json::json;

use crate::project::{Conversion, Generator, Mock, Output, Project, Replacement};

/// Its spec.
pub(crate) const SPEC: &str = include_str!("testing/api.yaml");

/// That project with the files below `root`.
pub(crate) fn project_in(root: &Path) -> Project {
    Project {
        root: root.to_owned(),
        ..project()
    }
}

/// Writes the file `name` below `root`.
pub(crate) fn write(root: &Path, name: &str, text: &str) {
    let file = root.join(name);
    std::fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
    std::fs::write(file, text).expect("to write there");
}

/// Replaces the only `old` in the spec below `root`.
pub(crate) fn edit(root: &Path, old: &str, new: &str) {
    let text = std::fs::read_to_string(root.join("spec/api.yaml")).expect("the spec");
    assert_eq!(text.matches(old).count(), 1, "{old}");
    write(root, "spec/api.yaml", &text.replace(old, new));
}

/// A project without files.
pub(crate) fn project() -> Project {
    Project {
        client: Output::new("client/generated.rs", "src/testing/client.toml"),
        mock: Some(Mock {
            output: Output::new("mock/generated.rs", "src/testing/mock.toml"),
            client_crate: "client".to_owned(),
        }),
        spec_json: Some("mock/spec.json".to_owned()),
        generator: Generator {
            inner_type: Some("crate::Attempt".to_owned()),
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
        next_step: Some(|_, [old, new]| {
            let count = |text: &str| text.lines().count();
            format!("next: review {} lines\n", count(new).abs_diff(count(old)))
        }),
        ..Project::new(env!("CARGO_MANIFEST_DIR"), "spec/api.yaml")
    }
}

fn constant(value: bool) -> Conversion {
    Conversion {
        schema: json!({"type": "boolean", "enum": [value]}),
        rust_type: format!("crate::ConstBool<{value}>"),
    }
}

/// The manifest of a workspace with these members and the dependencies of this one.
pub(crate) fn workspace(root: &Path, members: &[String]) -> String {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    let dependencies: String = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .take_while(|line| !line.starts_with("[workspace.lints"))
        .filter(|line| !line.contains("path ="))
        .map(|line| line.to_owned() + "\n")
        .collect();
    format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n{dependencies}")
}
