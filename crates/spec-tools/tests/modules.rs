//! The files of `spec-tools` and `xtask` have no dependency cycles.
//!
//! A file depends on the files that its paths name: paths that start with `crate`, `super`, `self` or a module that
//! the file declares. Tests do not count.

#![allow(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item};

/// The path of a module.
type Module = Vec<String>;

/// The text of each file, by module path.
type Sources = BTreeMap<Module, String>;

#[test]
fn files_have_no_dependency_cycles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for dir in [root.join("src"), root.join("../../xtask/src")] {
        let mut sources = Sources::new();
        read(&dir, &[], &mut sources);
        assert_eq!(cycle(&sources), None, "{}", dir.display());
    }
}

#[test]
fn cycles_are_found_through_every_kind_of_path() {
    let sources = |texts: &[(&str, &str)]| -> Sources {
        let module = |name: &str| -> Module {
            let steps = name.split("::").filter(|step| !step.is_empty());
            steps.map(str::to_owned).collect()
        };
        texts
            .iter()
            .map(|(name, text)| (module(name), (*text).to_owned()))
            .collect()
    };
    let found = |texts: &[(&str, &str)]| cycle(&sources(texts)).map(|names| names.join(" "));
    // Declaring a module is not a dependency, and tests do not count.
    let none = [
        ("", "mod a; mod b;"),
        ("a", "use crate::b::B;"),
        ("b", "#[cfg(test)] mod tests { use crate::a::A; }"),
    ];
    assert_eq!(found(&none), None);
    let by_use = [
        ("a", "use crate::{x::X, b::{B, C}};"),
        ("b", "use super::a::A;"),
    ];
    assert_eq!(found(&by_use).as_deref(), Some("a b"));
    let by_path = [
        ("a", "fn f() { crate::b::g() }"),
        ("b", "fn g() -> crate::c::C { }"),
        ("c", "struct C(super::a::A);"),
    ];
    assert_eq!(found(&by_path).as_deref(), Some("a b c"));
    let by_child = [("a", "mod b; fn f() { b::g() }"), ("a::b", "use super::F;")];
    assert_eq!(found(&by_child).as_deref(), Some("a a::b"));
}

fn read(dir: &Path, module: &[String], sources: &mut Sources) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let inner = [module, std::slice::from_ref(&name)].concat();
        if path.is_dir() {
            read(&path, &inner, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = if name == "lib" { Vec::new() } else { inner };
            sources.insert(module, fs::read_to_string(&path).expect("a file"));
        }
    }
}

/// The modules of a dependency cycle, if there is one.
fn cycle(sources: &Sources) -> Option<Vec<String>> {
    let tests = sources
        .iter()
        .flat_map(|(module, text)| tests(module, text));
    let tests: BTreeSet<Module> = tests.collect();
    let is_test = |module: &Module| tests.iter().any(|test| module.starts_with(test));
    let edges: BTreeMap<&Module, BTreeSet<Module>> = sources
        .iter()
        .filter(|(module, _)| !is_test(module))
        .map(|(module, text)| (module, uses(module, text, sources)))
        .collect();
    let mut done = BTreeSet::new();
    edges
        .keys()
        .find_map(|module| descend(module, &edges, &mut Vec::new(), &mut done))
}

fn descend<'a>(
    module: &'a Module,
    edges: &'a BTreeMap<&Module, BTreeSet<Module>>,
    stack: &mut Vec<&'a Module>,
    done: &mut BTreeSet<&'a Module>,
) -> Option<Vec<String>> {
    if let Some(at) = stack.iter().position(|one| *one == module) {
        return Some(stack[at..].iter().map(|one| one.join("::")).collect());
    }
    if !done.contains(module) {
        stack.push(module);
        let next = edges.get(module).into_iter().flatten();
        let found = next
            .into_iter()
            .find_map(|one| descend(one, edges, stack, done));
        if found.is_some() {
            return found;
        }
        stack.pop();
        done.insert(module);
    }
    None
}

fn items(text: &str) -> Vec<Item> {
    syn::parse_file(text).expect("Rust").items
}

fn is_for_tests(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    };
    let is_cfg_test =
        |one: &Attribute| one.to_token_stream().to_string().replace(' ', "") == "#[cfg(test)]";
    attributes.iter().any(is_cfg_test)
}

/// The test modules that `module` declares.
fn tests(module: &[String], text: &str) -> Vec<Module> {
    let declared = items(text).into_iter().filter(is_for_tests);
    let names = declared.filter_map(|item| match item {
        Item::Mod(item) => Some(item.ident.to_string()),
        _ => None,
    });
    names.map(|name| [module, &[name]].concat()).collect()
}

/// The files that a file depends on.
fn uses(module: &Module, text: &str, sources: &Sources) -> BTreeSet<Module> {
    let items: Vec<_> = items(text)
        .into_iter()
        .filter(|item| !is_for_tests(item))
        .collect();
    let children = items.iter().filter_map(|item| match item {
        Item::Mod(item) => Some(item.ident.to_string()),
        _ => None,
    });
    let children = children.collect();
    let mut paths = Vec::new();
    for item in items {
        scan(item.to_token_stream(), module, &children, &mut paths);
    }
    let file = |path: Module| {
        (0..=path.len())
            .rev()
            .find_map(|end| sources.get_key_value(&path[..end]))
    };
    let files = paths
        .into_iter()
        .filter_map(file)
        .map(|(name, _)| name.clone());
    files.filter(|one| one != module).collect()
}

/// Adds the paths in `tokens` that start in this crate.
fn scan(
    tokens: TokenStream,
    module: &Module,
    children: &BTreeSet<String>,
    paths: &mut Vec<Module>,
) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => scan(group.stream(), module, children, paths),
            TokenTree::Ident(word)
                if is_separator(&tokens, at + 1) && !(at > 1 && is_separator(&tokens, at - 2)) =>
            {
                let word = word.to_string();
                let parent = &module[..module.len().saturating_sub(1)];
                let start = match word.as_str() {
                    "crate" => Some(Vec::new()),
                    "self" => Some(module.clone()),
                    "super" => Some(parent.to_vec()),
                    name if children.contains(name) => Some([module.as_slice(), &[word]].concat()),
                    _ => None,
                };
                if let Some(start) = start {
                    follow(&tokens[at + 3..], &start, paths);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Adds the paths that continue `start`, one for each member of a group.
fn follow(tokens: &[TokenTree], start: &[String], paths: &mut Vec<Module>) {
    match tokens.first() {
        Some(TokenTree::Ident(name)) => {
            let path = match name.to_string().as_str() {
                "self" => start.to_vec(),
                "super" => start[..start.len().saturating_sub(1)].to_vec(),
                name => [start, &[name.to_owned()]].concat(),
            };
            if is_separator(tokens, 1) {
                follow(&tokens[3..], &path, paths);
            } else {
                paths.push(path);
            }
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            let is_comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ',');
            // Skips the empty member after a trailing comma.
            for member in inner.split(is_comma).filter(|member| !member.is_empty()) {
                follow(member, start, paths);
            }
        }
        _ => paths.push(start.to_vec()),
    }
}
