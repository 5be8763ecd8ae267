use super::*;
use crate::testing;

const NAMES: [&str; 3] = ["a/one", "b/two", "b/three"];

/// Two existing files, and a directory for a third.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory to work in");
    for name in &NAMES[..2] {
        testing::write(dir.path(), name, "old");
    }
    dir
}

fn new() -> [Target<'static>; 3] {
    NAMES.map(|name| (name, "new text"))
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
    for (part, expected) in [("a", 1), ("b", 2)] {
        let entries = fs::read_dir(dir.path().join(part)).expect("a directory");
        assert_eq!(entries.count(), expected, "left over in `{part}`");
    }
    for name in &NAMES[..2] {
        let text = fs::read_to_string(dir.path().join(name)).expect(name);
        assert_eq!(text, "old", "{name}");
    }
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
    for (kind, hint) in [
        (io::ErrorKind::PermissionDenied, "; make it writable"),
        (io::ErrorKind::ReadOnlyFilesystem, "; make it writable"),
        (io::ErrorKind::StorageFull, "; free disk space"),
    ] {
        let text = message("write", Path::new("src/generated.rs"), &kind.into());
        let expected = format!("cannot write `src/generated.rs`: {kind}{hint}");
        assert_eq!(text, expected);
    }
}
