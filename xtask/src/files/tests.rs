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
fn all_are_written() {
    let dir = tree();
    write_all(dir.path(), &new()).expect("to write");
    assert_eq!(files(dir.path()), all(&NAMES, "new text"));
}

#[test]
fn nothing_to_write_touches_nothing() {
    let dir = tree();
    write_all(dir.path(), &[]).expect("nothing to do");
    assert_eq!(files(dir.path()), all(&NAMES[..2], "old"));
}

/// Runs up to before step `stop`; the steps taken.
fn killed_at(dir: &Path, stop: usize) -> Vec<String> {
    let mut steps = Vec::new();
    let _ = write_by(dir, &new(), &mut |step| {
        if steps.len() == stop {
            return Err(io::Error::other("killed"));
        }
        steps.push(step.to_owned());
        Ok(())
    });
    steps
}

#[test]
fn a_kill_before_any_step_leaves_all_old_or_all_new() {
    let dir = tree();
    let steps = killed_at(dir.path(), usize::MAX);
    assert_eq!(steps.len(), 4 * 4 + 2 + 3 + 1, "{steps:?}");
    let decided = steps
        .iter()
        .position(|step| step == "rename the journal")
        .expect("that step");
    for stop in 0..steps.len() {
        let dir = tree();
        killed_at(dir.path(), stop);
        let finished = recover(dir.path(), &NAMES).expect("to recover");
        let expected = if stop > decided {
            all(&NAMES, "new text")
        } else {
            all(&NAMES[..2], "old")
        };
        assert_eq!(files(dir.path()), expected, "killed before step {stop}");
        assert_eq!(finished, stop > decided, "killed before step {stop}");
        assert_eq!(recover(dir.path(), &NAMES), Ok(false));
    }
}

#[test]
fn a_kill_during_recovery_is_recovered_from() {
    let steps = killed_at(tree().path(), usize::MAX);
    let renames = steps.iter().filter(|step| *step == "rename").count();
    for first in steps.len() - renames - 1..steps.len() {
        for second in 0..=renames {
            let dir = tree();
            killed_at(dir.path(), first);
            let mut left = second;
            let _ = finish(dir.path(), &mut |_| {
                left = left
                    .checked_sub(1)
                    .ok_or_else(|| io::Error::other("killed"))?;
                Ok(())
            });
            recover(dir.path(), &NAMES).expect("to recover");
            assert_eq!(
                files(dir.path()),
                all(&NAMES, "new text"),
                "{first}, {second}"
            );
        }
    }
}

#[test]
fn none_is_written_if_one_cannot_be() {
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

#[test]
fn a_waiting_file_that_was_tampered_with_is_not_used() {
    let dir = tree();
    killed_at(dir.path(), 18);
    assert!(is_pending(dir.path()));
    fs::write(dir.path().join("b/.two.new"), "other").expect("to write");
    let error = recover(dir.path(), &NAMES).expect_err("a refusal");
    assert!(
        error.contains(".two.new`: it is not what was written there"),
        "{error}"
    );
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
