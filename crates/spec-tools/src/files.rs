//! Writes generated files, each by an atomic rename.
//!
//! All texts are written to temporary files before the first rename, so a full disk or a read-only tree changes no
//! file. A process that is killed between two renames leaves some old files: `generate --check` lists them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// A file, relative to the project's root, and its new text.
pub type Target<'a> = (&'a str, &'a str);

/// Locks out other runs on the same tree. The lock is released on drop, or when the process ends.
///
/// # Errors
///
/// `target/` cannot be written to.
pub fn lock(root: &Path) -> Result<File, String> {
    let dir = root.join("target");
    let path = dir.join("generate.lock");
    fs::create_dir_all(&dir)
        .and_then(|()| File::create(&path))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| message("lock", &path, &error))
}

/// Writes all `targets` below `root`. The caller holds the [`lock`].
///
/// # Errors
///
/// A file cannot be written. No file has changed, unless the message says otherwise.
pub fn write_all(root: &Path, targets: &[Target<'_>]) -> Result<(), String> {
    let mut staged = Vec::with_capacity(targets.len());
    for (name, text) in targets {
        let path = root.join(name);
        let file = stage(&path, text.as_bytes())
            .map_err(|error| format!("{}; no file was changed", message("write", &path, &error)))?;
        staged.push((path, file));
    }
    for (path, file) in staged {
        file.persist(&path).map_err(|error| {
            format!(
                "{}; some files may have been written: run `generate --check` to list the others",
                message("write", &path, &error.error)
            )
        })?;
    }
    Ok(())
}

/// Writes the text to a temporary file beside `path`, and syncs it.
fn stage(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    // Otherwise the rename would fail, after other files were replaced.
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut builder = Builder::new();
    // The default permissions of a new file; those of a temporary file are 0600.
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = builder.tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn message(verb: &str, path: &Path, error: &io::Error) -> String {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "; make it writable",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; free disk space",
        io::ErrorKind::IsADirectory => "; move the directory away",
        io::ErrorKind::NotFound => "; restore its directory from git",
        _ => "",
    };
    format!("cannot {verb} `{}`: {error}{hint}", path.display())
}

#[cfg(test)]
mod tests;
