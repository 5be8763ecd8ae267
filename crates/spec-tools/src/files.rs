//! Generated files, each replaced by one rename.
//!
//! All texts are on the disk before the first rename, so that a full disk or a read-only tree changes no
//! file. A run that is killed between two renames leaves some files old: git has all of them, and
//! `generate --check` names them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// A file, named from the project's root, and the text it is to have.
pub type Target<'a> = (&'a str, &'a str);

/// Holds off other runs on the same tree until dropped, also when the process is killed.
///
/// # Errors
///
/// A sentence for the user, if `target/` cannot be written to.
pub fn lock(root: &Path) -> Result<File, String> {
    let dir = root.join("target");
    let path = dir.join("generate.lock");
    fs::create_dir_all(&dir)
        .and_then(|()| File::create(&path))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| refused("lock", &path, &error))
}

/// Writes all `targets` below `root`. The caller holds the [`lock`].
///
/// # Errors
///
/// A sentence for the user. No file has changed then, unless it says so.
pub fn write_all(root: &Path, targets: &[Target<'_>]) -> Result<(), String> {
    let mut staged = Vec::with_capacity(targets.len());
    for (name, text) in targets {
        let path = root.join(name);
        let file = stage(&path, text.as_bytes())
            .map_err(|error| format!("{}; no file was changed", refused("write", &path, &error)))?;
        staged.push((path, file));
    }
    for (path, file) in staged {
        file.persist(&path).map_err(|error| {
            format!(
                "{}; some files may be written already: `generate --check` names the others",
                refused("write", &path, &error.error)
            )
        })?;
    }
    Ok(())
}

/// The whole text, on the disk, in a temporary file beside `path`.
fn stage(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    // The rename would fail at it, when others are done.
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut builder = Builder::new();
    // As of any new file, and not for the owner alone.
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = builder.tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn refused(verb: &str, path: &Path, error: &io::Error) -> String {
    let way_out = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; make it writable, or work on a copy that is"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room on the disk",
        io::ErrorKind::IsADirectory => "; move the directory out of the way",
        io::ErrorKind::NotFound => "; restore the directory it belongs in, from git",
        _ => "",
    };
    format!("cannot {verb} `{}`: {error}{way_out}", path.display())
}

#[cfg(test)]
mod tests;
