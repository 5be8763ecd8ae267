//! The README lists the crates whose types and traits are part of the wrapper's public API. A new major version of
//! one of them requires a new major version of `digilocker`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::{Item, UseTree};

use super::public_api::lines;
use super::wrapper;

/// Each imported name, and the crate that it comes from.
fn imports(tree: &UseTree, from: Option<&str>, into: &mut BTreeMap<String, String>) {
    match tree {
        UseTree::Path(path) => {
            let first = path.ident.to_string();
            imports(&path.tree, Some(from.unwrap_or(&first)), into);
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            into.insert(name.clone(), from.unwrap_or(&name).to_owned());
        }
        UseTree::Rename(rename) => {
            let original = rename.ident.to_string();
            into.insert(
                rename.rename.to_string(),
                from.unwrap_or(&original).to_owned(),
            );
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                imports(tree, from, into);
            }
        }
        UseTree::Glob(_) => {}
    }
}

#[test]
fn readme_lists_the_public_dependencies() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = wrapper::sources();
    let types = wrapper::public_types(&sources);
    let mut all = BTreeSet::new();
    for source in sources {
        let mut imported = BTreeMap::new();
        for item in &source.file.items {
            if let Item::Use(item) = item {
                imports(&item.tree, None, &mut imported);
            }
        }
        let text = lines(source, &types).join("\n");
        let is_of_path = |it: char| it.is_alphanumeric() || it == '_' || it == ':';
        for path in text.split(|it| !is_of_path(it)) {
            let names = path.split("::").filter_map(|name| imported.get(name));
            all.extend(names.cloned());
            all.extend(path.split_once("::").map(|(first, _)| first.to_owned()));
        }
    }

    let manifest = fs::read_to_string(root.join("crates/digilocker/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
    let dependencies = dependencies.split("[dev-dependencies]").next().unwrap();
    let found: BTreeSet<String> = dependencies
        .lines()
        .filter_map(|line| line.split(['.', ' ']).next())
        .filter(|name| all.contains(&name.replace('-', "_")))
        // It always has the wrapper's version.
        .filter(|name| *name != "digilocker-client")
        // `Stream` is defined in `futures-core`.
        .map(|name| name.replace("futures-util", "futures-core"))
        .collect();

    let readme = fs::read_to_string(root.join("README.md"))
        .unwrap()
        .replace('\n', " ");
    let list = readme.split("The public dependencies are ").nth(1).unwrap();
    let list = list.split(':').next().unwrap();
    let listed: BTreeSet<String> = list
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert_eq!(found, listed);
}
