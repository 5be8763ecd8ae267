use super::*;

const NAMES: [&str; 3] = ["a/one", "b/two", "b/three"];

/// Two existing files, and a directory for a third.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory to work in");
    for part in ["a", "b"] {
        fs::create_dir(dir.path().join(part)).expect("to make it");
    }
    for name in &NAMES[..2] {
        fs::write(dir.path().join(name), "old").expect("to write");
    }
    dir
}

fn new() -> [Target<'static>; 3] {
    NAMES.map(|name| (name, "new text"))
}

/// All files of the tree, hidden ones included, with their texts.
fn files(dir: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in ["", "a", "b"] {
        for entry in fs::read_dir(dir.join(part)).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let name = path.strip_prefix(dir).expect("a path below");
                let text = fs::read_to_string(&path).expect("its text");
                found.push((name.to_string_lossy().into_owned(), text));
            }
        }
    }
    found.sort();
    found
}

fn all(names: &[&str], text: &str) -> Vec<(String, String)> {
    let mut all: Vec<_> = names
        .iter()
        .map(|name| ((*name).to_owned(), text.to_owned()))
        .collect();
    all.sort();
    all
}

#[test]
fn all_files_are_written_without_leftovers() {
    let dir = tree();
    write_all(dir.path(), &new()).expect("to write");
    assert_eq!(files(dir.path()), all(&NAMES, "new text"));
}

#[test]
fn no_file_is_written_if_one_cannot_be_written() {
    let dir = tree();
    fs::create_dir(dir.path().join(NAMES[2])).expect("a directory in the way");
    let error = write_all(dir.path(), &new()).expect_err("a directory");
    let path = dir.path().join(NAMES[2]);
    assert_eq!(
        error,
        format!(
            "cannot write `{}`: is a directory; move the directory away; no file was changed",
            path.display()
        )
    );
    assert_eq!(files(dir.path()), all(&NAMES[..2], "old"));
}

#[cfg(unix)]
#[test]
fn written_files_have_default_permissions() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tree();
    write_all(dir.path(), &new()).expect("to write");
    fs::write(dir.path().join("a/other"), "").expect("to write");
    let mode = |name| {
        let metadata = fs::metadata(dir.path().join(name)).expect("a file");
        metadata.permissions().mode()
    };
    assert_eq!(mode(NAMES[0]), mode("a/other"));
}

#[test]
fn write_errors_have_a_hint() {
    let text = |kind| {
        message(
            "write",
            Path::new("src/generated.rs"),
            &io::Error::from(kind),
        )
    };
    assert_eq!(
        text(io::ErrorKind::PermissionDenied),
        "cannot write `src/generated.rs`: permission denied; make it writable"
    );
    assert_eq!(
        text(io::ErrorKind::ReadOnlyFilesystem),
        "cannot write `src/generated.rs`: read-only filesystem or storage medium; make it writable"
    );
    assert_eq!(
        text(io::ErrorKind::StorageFull),
        "cannot write `src/generated.rs`: no storage space; free disk space"
    );
}
