//! The files of each crate have no dependency cycles.
//!
//! A file depends on the files that define what its paths name: paths that start with `crate`, `super`, `self` or a
//! module that the file declares. Re-exports are resolved, and so is `#[path]`. Declaring a module is not a
//! dependency, and tests do not count.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, UseTree, Visibility};

/// The path of a module or an item, without `crate`.
type Names = Vec<String>;

/// A module in a separate file.
#[derive(Default)]
struct Module {
    items: Vec<Item>,
    children: BTreeSet<String>,
    /// The names that it re-exports, and what they stand for.
    exports: BTreeMap<String, Names>,
}

type Modules = BTreeMap<Names, Module>;

#[test]
fn files_have_no_dependency_cycles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for main in [
        "crates/digilocker/src/lib.rs",
        "crates/digilocker-client/src/lib.rs",
        "crates/digilocker-mock/src/lib.rs",
        "crates/digilocker-cli/src/main.rs",
        "crates/spec-tools/src/lib.rs",
        "xtask/src/lib.rs",
    ] {
        let mut modules = Modules::new();
        let read = |path: &Path| std::fs::read_to_string(path).ok();
        add(&root.join(main), Names::new(), &read, &mut modules);
        assert_eq!(cycle(&modules), None, "{main}");
    }
}

#[test]
fn cycles_are_found_through_every_kind_of_path() {
    let found = |texts: &[(&str, &str)]| {
        let mut modules = Modules::new();
        let read = |path: &Path| {
            let mut texts = texts.iter();
            let (_, text) = texts.find(|(name, _)| Path::new(name) == path)?;
            Some((*text).to_owned())
        };
        add(Path::new("lib.rs"), Names::new(), &read, &mut modules);
        cycle(&modules)
    };
    let none = [
        ("lib.rs", "mod a; mod b; pub use b::B;"),
        ("a.rs", "use crate::B; mod c;"),
        ("a/c.rs", "use super::super::b::B;"),
        ("b.rs", "#[cfg(test)] mod tests { use crate::a::A; }"),
    ];
    assert_eq!(found(&none), None);
    let by_use = [
        ("lib.rs", "mod a; mod b; mod x;"),
        ("a.rs", "use crate::{x::X, b::{B, C}};"),
        ("b.rs", "use super::a::A;"),
        ("x.rs", ""),
    ];
    assert_eq!(found(&by_use).as_deref(), Some("a b"));
    let by_expression = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "fn f() { crate::b::g() }"),
        ("b.rs", "fn g() -> crate::c::C { }"),
        ("c.rs", "struct C(super::a::A);"),
    ];
    assert_eq!(found(&by_expression).as_deref(), Some("a b c"));
    let by_child = [
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b; fn f() { b::g() }"),
        ("a/b.rs", "use super::F;"),
    ];
    assert_eq!(found(&by_child).as_deref(), Some("a a::b"));
    let by_export = [
        ("lib.rs", "mod a; mod b; pub use a::A; pub use b::{C as B};"),
        ("a.rs", "use crate::B;"),
        ("b.rs", "fn f(_: crate::A) { }"),
    ];
    assert_eq!(found(&by_export).as_deref(), Some("a b"));
    let by_glob_and_path = [
        (
            "lib.rs",
            "#[path = \"other.rs\"] mod a; mod b; pub use a::*;",
        ),
        ("other.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::A;"),
    ];
    assert_eq!(found(&by_glob_and_path).as_deref(), Some("a b"));
}

/// Adds the module in this file and the ones that it declares.
fn add(file: &Path, name: Names, read: &impl Fn(&Path) -> Option<String>, modules: &mut Modules) {
    let text = read(file).unwrap_or_else(|| panic!("cannot read {}", file.display()));
    let items = syn::parse_file(&text).unwrap().items;
    let mut module = Module {
        items: items
            .into_iter()
            .filter(|item| !is_for_tests(item))
            .collect(),
        ..Module::default()
    };
    let dir = file.parent().unwrap();
    let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
    let own = if ["lib", "main", "mod"].contains(&&*stem) {
        dir.to_owned()
    } else {
        dir.join(stem)
    };
    for item in &module.items {
        let Item::Mod(declared) = item else { continue };
        if declared.content.is_some() {
            continue;
        }
        let child = declared.ident.to_string();
        let file = match path_attribute(&declared.attrs) {
            Some(path) => dir.join(path),
            None => own.join(format!("{child}.rs")),
        };
        let file = if read(&file).is_some() {
            file
        } else {
            own.join(&child).join("mod.rs")
        };
        add(
            &file,
            [name.as_slice(), std::slice::from_ref(&child)].concat(),
            read,
            modules,
        );
        module.children.insert(child);
    }
    for item in &module.items {
        if let Item::Use(item) = item
            && !matches!(item.vis, Visibility::Inherited)
        {
            let paths = paths(item.tree.to_token_stream(), &name, &module.children);
            let exported = exported(&item.tree);
            module.exports.extend(exported.into_iter().zip(paths));
        }
    }
    modules.insert(name, module);
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    let path = attributes.iter().find(|one| one.path().is_ident("path"))?;
    let text = path.meta.require_name_value().ok()?.value.to_token_stream();
    Some(text.to_string().trim_matches('"').to_owned())
}

fn is_for_tests(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    };
    let text = |one: &Attribute| one.to_token_stream().to_string().replace(' ', "");
    let is_test =
        |text: String| text.starts_with("#[cfg(test)") || text.starts_with("#[cfg(all(test");
    attributes.iter().map(text).any(is_test)
}

/// The names that a `use` gives, in the order of its paths. `*` for a glob.
fn exported(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => exported(&path.tree),
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Rename(rename) => vec![rename.rename.to_string()],
        UseTree::Glob(_) => vec!["*".to_owned()],
        UseTree::Group(group) => group.items.iter().flat_map(exported).collect(),
    }
}

/// The names of the modules in a dependency cycle, if there is one.
fn cycle(modules: &Modules) -> Option<String> {
    let edges: BTreeMap<&Names, BTreeSet<&Names>> = modules
        .keys()
        .map(|name| (name, dependencies(name, modules)))
        .collect();
    let mut done = BTreeSet::new();
    (edges.keys()).find_map(|name| descend(name, &edges, &mut Vec::new(), &mut done))
}

fn descend<'a>(
    name: &'a Names,
    edges: &BTreeMap<&'a Names, BTreeSet<&'a Names>>,
    stack: &mut Vec<&'a Names>,
    done: &mut BTreeSet<&'a Names>,
) -> Option<String> {
    if let Some(at) = stack.iter().position(|one| *one == name) {
        let names: Vec<_> = stack[at..].iter().map(|one| one.join("::")).collect();
        return Some(names.join(" "));
    }
    if done.contains(name) {
        return None;
    }
    stack.push(name);
    let found = edges[name]
        .iter()
        .find_map(|next| descend(next, edges, stack, done));
    stack.pop();
    done.insert(name);
    found
}

/// The modules that a module depends on.
fn dependencies<'a>(name: &Names, modules: &'a Modules) -> BTreeSet<&'a Names> {
    let module = &modules[name];
    let tokens = module.items.iter().map(ToTokens::to_token_stream).collect();
    let paths = paths(tokens, name, &module.children);
    let mut defining: BTreeSet<_> = paths
        .iter()
        .filter_map(|path| resolve(path, modules, 0))
        .collect();
    defining.remove(name);
    defining
}

/// The module that defines what a path names.
fn resolve<'a>(path: &[String], modules: &'a Modules, depth: usize) -> Option<&'a Names> {
    let end = (0..=path.len())
        .rev()
        .find(|end| modules.contains_key(&path[..*end]))?;
    let (name, module) = modules.get_key_value(&path[..end])?;
    let Some(item) = path.get(end).filter(|_| depth < 8) else {
        return Some(name);
    };
    let exports = &module.exports;
    let target = match (exports.get(item), exports.get("*")) {
        (Some(target), _) => target.clone(),
        (None, Some(glob)) if !defines(module, item) => [glob.as_slice(), &path[end..]].concat(),
        (None, _) => return Some(name),
    };
    resolve(&target, modules, depth + 1)
}

fn defines(module: &Module, name: &str) -> bool {
    module.items.iter().any(|item| match item {
        Item::Const(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Fn(item) => item.sig.ident == name,
        Item::Struct(item) => item.ident == name,
        Item::Trait(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        _ => false,
    })
}

/// The paths in `tokens` that start in this crate, one for each member of a group.
fn paths(tokens: TokenStream, module: &[String], children: &BTreeSet<String>) -> Vec<Names> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            // `pub(in super)` is not a dependency.
            TokenTree::Group(_) if is_word(&tokens, at.wrapping_sub(1), "pub") => {}
            TokenTree::Group(group) if !is_separator(&tokens, at.wrapping_sub(2)) => {
                found.extend(paths(group.stream(), module, children));
            }
            TokenTree::Ident(word)
                if is_separator(&tokens, at + 1) && !is_separator(&tokens, at.wrapping_sub(2)) =>
            {
                let parent = module.split_last().map_or(module, |(_, parent)| parent);
                let start = match word.to_string().as_str() {
                    "crate" => Names::new(),
                    "self" => module.to_vec(),
                    "super" => parent.to_vec(),
                    child if children.contains(child) => [module, &[child.to_owned()]].concat(),
                    _ => continue,
                };
                follow(&tokens[at + 3..], start, &mut found);
            }
            _ => {}
        }
    }
    found
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == ':');
    is_colon(tokens.get(at)) && is_colon(tokens.get(at.wrapping_add(1)))
}

fn is_word(tokens: &[TokenTree], at: usize, word: &str) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Ident(it)) if it == word)
}

/// Adds the paths that continue `start`.
fn follow(tokens: &[TokenTree], start: Names, found: &mut Vec<Names>) {
    match tokens.first() {
        Some(TokenTree::Ident(name)) => {
            let name = name.to_string();
            let path = match name.as_str() {
                "self" => start,
                "super" => start[..start.len().saturating_sub(1)].to_vec(),
                _ => [start, vec![name]].concat(),
            };
            if is_separator(tokens, 1) {
                follow(&tokens[3..], path, found);
            } else {
                found.push(path);
            }
        }
        Some(TokenTree::Group(group)) => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            let is_comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ',');
            for member in inner.split(is_comma).filter(|member| !member.is_empty()) {
                follow(member, start.clone(), found);
            }
        }
        _ => found.push(start),
    }
}
