//! The source of the wrapper, parsed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::{Attribute, File, Item, Meta, Token, Type, Visibility};

/// A file that has public items of the wrapper.
pub(crate) struct Source {
    /// The path, relative to `crates`.
    pub(crate) path: String,
    /// The public module of the file. The items of all others are re-exported at the root.
    pub(crate) module: Option<&'static str>,
    pub(crate) file: File,
}

/// All files, in alphabetical order of their paths.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut paths = rust_files(&root.join("digilocker/src"));
    paths.push(root.join("digilocker-client/src/token.rs"));
    paths.sort();
    let source = |path: PathBuf| {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        let path = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let path = path.replace('\\', "/");
        let module = (path == "digilocker/src/blocking.rs").then_some("blocking");
        Source { path, module, file }
    };
    paths.into_iter().map(source).collect()
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| {
        if path.is_dir() {
            rust_files(&path)
        } else {
            vec![path]
        }
    });
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The names of all public structs and enums.
pub(crate) fn public_types(sources: &[Source]) -> BTreeSet<String> {
    let items = sources.iter().flat_map(|source| &source.file.items);
    let names = items.filter_map(|item| match item {
        Item::Struct(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Enum(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        _ => None,
    });
    names.collect()
}

pub(crate) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether the last segment of a path names one of these types.
pub(crate) fn is_public_type(ty: &Type, types: &BTreeSet<String>) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| types.contains(&last.ident.to_string()))
}

/// The traits that attributes derive.
pub(crate) fn derives(attributes: &[Attribute]) -> Vec<syn::Path> {
    let lists = attributes.iter().filter(
        |attribute| matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("derive")),
    );
    let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
    lists
        .flat_map(|list| list.parse_args_with(parser).unwrap())
        .collect()
}
