//! Several files written, or none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file and the text it is to have.
pub type Target = (PathBuf, String);

/// Holds off other runs on the same tree until dropped, also when the process is killed.
///
/// # Errors
///
/// A sentence for the user, if `target/` cannot be written to.
pub fn lock(root: &Path) -> Result<File, String> {
    let dir = root.join("target");
    let path = dir.join("xtask.lock");
    fs::create_dir_all(&dir)
        .and_then(|()| File::create(&path))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| format!("cannot lock `{}`: {error}", path.display()))
}

/// Writes all `targets`, or leaves all as they are.
///
/// Everything that may well fail (a full disk, a read-only tree, a directory in a file's place)
/// comes before the first file is replaced; and replacing is one rename each.
///
/// # Errors
///
/// A sentence for the user; no file has changed then.
pub fn write_all(targets: &[Target]) -> Result<(), String> {
    write_by(targets, rename)
}

type Rename = fn(NamedTempFile, &Path) -> io::Result<()>;

fn rename(new: NamedTempFile, path: &Path) -> io::Result<()> {
    new.persist(path).map(drop).map_err(|error| error.error)
}

fn write_by(targets: &[Target], rename: Rename) -> Result<(), String> {
    let mut staged = Vec::with_capacity(targets.len());
    for (path, text) in targets {
        let old = previous(path).map_err(|error| refused(path, &error))?;
        let new = stage(path, text.as_bytes()).map_err(|error| refused(path, &error))?;
        staged.push((path, old, new));
    }
    let mut replaced = Vec::with_capacity(targets.len());
    for (path, old, new) in staged {
        if let Err(error) = rename(new, path) {
            return Err(undo(&replaced, refused(path, &error)));
        }
        replaced.push((path, old));
    }
    for (path, _) in &replaced {
        sync_directory(path);
    }
    Ok(())
}

fn refused(path: &Path, error: &io::Error) -> String {
    format!(
        "cannot write `{}`: {error}; no file was changed",
        path.display()
    )
}

/// What the file holds now; `None` if there is none.
fn previous(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The whole file, safely on the disk, under another name beside `path`.
fn stage(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".generated-");
    // Not the private mode of temporary files, but the one of a new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn undo(replaced: &[(&PathBuf, Option<Vec<u8>>)], cause: String) -> String {
    for (path, old) in replaced {
        let undone = match old {
            Some(bytes) => stage(path, bytes).and_then(|file| rename(file, path)),
            None => fs::remove_file(path),
        };
        if let Err(error) = undone {
            return format!(
                "{cause}, except `{}`, which could not be put back: {error}",
                path.display()
            );
        }
    }
    cause
}

/// Makes the rename itself last; where that cannot be asked for, the file system sees to it.
fn sync_directory(path: &Path) {
    if let Some(Ok(dir)) = path.parent().map(File::open) {
        let _ = dir.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).expect("a directory");
        let mut names: Vec<_> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_are_written() {
        let dir = tempfile::tempdir().expect("a directory to work in");
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        fs::write(&a, "old").expect("to write");
        write_all(&[
            (a.clone(), "new a".to_owned()),
            (b.clone(), "new b".to_owned()),
        ])
        .expect("to write");
        assert_eq!(fs::read_to_string(a).expect("a"), "new a");
        assert_eq!(fs::read_to_string(b).expect("b"), "new b");
        assert_eq!(names(dir.path()), ["a", "b"]);
    }

    #[test]
    fn none_is_written_if_one_cannot_be() {
        let dir = tempfile::tempdir().expect("a directory to work in");
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        fs::write(&a, "old").expect("to write");
        fs::create_dir(&b).expect("a directory in the way");
        let error = write_all(&[(a.clone(), "new".to_owned()), (b, "new".to_owned())])
            .expect_err("a directory");
        assert!(error.contains("no file was changed"), "{error}");
        assert_eq!(fs::read_to_string(a).expect("a"), "old");
        assert_eq!(names(dir.path()), ["a", "b"]);
    }

    #[test]
    fn what_was_replaced_is_put_back_if_a_later_rename_fails() {
        let dir = tempfile::tempdir().expect("a directory to work in");
        let paths = ["old", "none", "fails"].map(|name| dir.path().join(name));
        fs::write(&paths[0], "old").expect("to write");
        let targets = paths.clone().map(|path| (path, "new".to_owned()));
        let said = write_by(&targets, |new, path| {
            if path.ends_with("fails") {
                return Err(io::Error::other("no"));
            }
            rename(new, path)
        });
        let expected = format!(
            "cannot write `{}`: no; no file was changed",
            paths[2].display()
        );
        assert_eq!(said, Err(expected));
        assert_eq!(fs::read_to_string(&paths[0]).expect("the old file"), "old");
        assert_eq!(names(dir.path()), ["old"]);
    }
}
