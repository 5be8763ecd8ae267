use super::*;

const NAMES: [&str; 3] = ["a/one", "b/two", "b/three"];

/// Two files with old texts and one that is not there yet.
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

/// Every file of the tree, hidden ones too, with what it holds.
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
fn all_files_are_written_and_no_other_is_left() {
    let dir = tree();
    write_all(dir.path(), &new()).expect("to write");
    assert_eq!(files(dir.path()), all(&NAMES, "new text"));
}

#[test]
fn an_empty_list_touches_nothing() {
    let dir = tree();
    write_all(dir.path(), &[]).expect("nothing to do");
    assert_eq!(files(dir.path()), all(&NAMES[..2], "old"));
}

#[test]
fn no_file_is_written_if_one_cannot_be() {
    let dir = tree();
    fs::create_dir(dir.path().join(NAMES[2])).expect("a directory in the way");
    let error = write_all(dir.path(), &new()).expect_err("a directory");
    let path = dir.path().join(NAMES[2]);
    assert_eq!(
        error,
        format!(
            "cannot write `{}`: is a directory; move the directory out of the way; no file was changed",
            path.display()
        )
    );
    assert_eq!(files(dir.path()), all(&NAMES[..2], "old"));
}

#[cfg(unix)]
#[test]
fn a_written_file_can_be_read_by_whoever_can_read_a_new_one() {
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
fn a_tree_that_cannot_be_written_to_is_named_with_the_way_out() {
    let said = |kind| {
        refused(
            "write",
            Path::new("src/generated.rs"),
            &io::Error::from(kind),
        )
    };
    assert_eq!(
        said(io::ErrorKind::PermissionDenied),
        "cannot write `src/generated.rs`: permission denied; make it writable, or work on a copy that is"
    );
    assert_eq!(
        said(io::ErrorKind::ReadOnlyFilesystem),
        "cannot write `src/generated.rs`: read-only filesystem or storage medium; make it writable, or \
         work on a copy that is"
    );
    assert_eq!(
        said(io::ErrorKind::StorageFull),
        "cannot write `src/generated.rs`: no storage space; make room on the disk"
    );
}
