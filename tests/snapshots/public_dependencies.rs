//! The README lists the crates whose types and traits are part of the wrapper's public API. A new major version of
//! one of them requires a new major version of `digilocker`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Field, ImplItem, Item, ItemImpl, UseTree};

use super::wrapper::{self, Source, derives, is_public, is_public_type};

/// What one file imports, and the crates that its public items name.
struct Names<'a> {
    imports: BTreeMap<String, String>,
    public_types: &'a BTreeSet<String>,
    crates: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let first = path.segments[0].ident.to_string();
        if let Some(name) = self.imports.get(&first) {
            self.crates.insert(name.clone());
        } else if path.segments.len() > 1 {
            self.crates.insert(first);
        }
        visit::visit_path(self, path);
    }
}

impl Names<'_> {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Fn(item) if is_public(&item.vis) => self.visit_signature(&item.sig),
            Item::Struct(item) if is_public(&item.vis) => {
                self.derives(&item.attrs);
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    self.visit_field(field);
                }
            }
            Item::Enum(item) if is_public(&item.vis) => {
                self.derives(&item.attrs);
                let fields = item.variants.iter().flat_map(|variant| &variant.fields);
                fields.for_each(|field: &Field| self.visit_field(field));
            }
            Item::Type(item) if is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Use(item) if is_public(&item.vis) => {
                self.crates.extend(first_segments(&item.tree));
            }
            Item::Impl(item) if is_public_type(&item.self_ty, self.public_types) => {
                self.implementation(item);
            }
            _ => {}
        }
    }

    fn derives(&mut self, attributes: &[Attribute]) {
        for path in derives(attributes) {
            self.visit_path(&path);
        }
    }

    fn implementation(&mut self, item: &ItemImpl) {
        if let Some((path, _)) = &item.trait_ {
            self.visit_path(path);
        }
        for item in &item.items {
            match item {
                ImplItem::Fn(method) if is_public(&method.vis) => self.visit_signature(&method.sig),
                ImplItem::Type(item) => self.visit_type(&item.ty),
                _ => {}
            }
        }
    }
}

fn first_segments(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => vec![path.ident.to_string()],
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Rename(rename) => vec![rename.ident.to_string()],
        UseTree::Group(group) => group.items.iter().flat_map(first_segments).collect(),
        UseTree::Glob(_) => Vec::new(),
    }
}

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
    for Source { file, .. } in &sources {
        let mut names = Names {
            imports: BTreeMap::new(),
            public_types: &types,
            crates: BTreeSet::new(),
        };
        for item in &file.items {
            if let Item::Use(item) = item {
                imports(&item.tree, None, &mut names.imports);
            }
        }
        file.items.iter().for_each(|item| names.item(item));
        all.extend(names.crates);
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
