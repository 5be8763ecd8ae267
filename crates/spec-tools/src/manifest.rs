//! Reads dependencies and versions from a `Cargo.toml`.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// The names of the dependencies, with underscores as in code; `None` if `text` is not TOML. Optional dependencies
/// are excluded, because generated code must compile without them.
#[must_use]
pub fn dependencies(text: &str) -> Option<BTreeSet<String>> {
    let manifest = text.parse::<Table>().ok()?;
    let dependencies = manifest.get("dependencies").and_then(Value::as_table);
    let is_optional = |value: &Value| value.get("optional").and_then(Value::as_bool) == Some(true);
    let names = dependencies
        .into_iter()
        .flatten()
        .filter(|(_, value)| !is_optional(value))
        .map(|(name, _)| name.replace('-', "_"));
    Some(names.collect())
}

/// The version in `workspace.package`, or else in `package`.
#[must_use]
pub fn version(text: &str) -> Option<String> {
    let manifest = text.parse::<Table>().ok()?;
    let of = |table: Option<&Value>| {
        let version = table?.get("package")?.get("version")?;
        version.as_str().map(str::to_owned)
    };
    let package = || manifest.get("package")?.get("version")?.as_str();
    of(manifest.get("workspace")).or_else(|| package().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_named_as_in_code_and_optional_ones_are_left_out() {
        let manifest = "[dependencies]\nserde-json = \"1\"\nuuid = { version = \"1\", optional = true }\n\
                        chrono.workspace = true\n\n[dev-dependencies]\ninsta = \"1\"\n";
        let names = dependencies(manifest).expect("TOML");
        assert_eq!(names, ["chrono", "serde_json"].map(str::to_owned).into());
        assert_eq!(dependencies("[package]\n"), Some(BTreeSet::new()));
        assert_eq!(dependencies("["), None);
    }

    #[test]
    fn the_workspace_version_comes_before_the_package_version() {
        let own = "[package]\nversion = \"1.0.0\"\n";
        assert_eq!(version(own).as_deref(), Some("1.0.0"));
        let workspace =
            "[workspace.package]\nversion = \"0.2.0\"\n[package]\nversion.workspace = true\n";
        assert_eq!(version(workspace).as_deref(), Some("0.2.0"));
        assert_eq!(version("[package]\n"), None);
    }
}
