//! Several files written, or none, also when the process is killed meanwhile.
//!
//! Each new text is put beside its file first. Then a journal that names them all appears, by one
//! rename: from that moment the run is done, and what is left is to rename each into its place, which
//! [`recover`] can finish at any time. Nothing cleans up but `recover`, so that to be stopped by an
//! error and to be killed are one case.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A file, named from the workspace's root, and the text it is to have.
pub type Target<'a> = (&'a str, &'a str);

/// At the root and not in `target/`, which people remove.
const JOURNAL: &str = ".generate.journal";

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
        .map_err(|error| refused("lock", &path, &error))
}

/// Writes all `targets` below `root`, or leaves all as they are. The caller holds the [`lock`].
///
/// # Errors
///
/// A sentence for the user. No file has changed then, unless it says so.
pub fn write_all(root: &Path, targets: &[Target<'_>]) -> Result<(), String> {
    let written = write_by(root, targets, &mut |_| Ok(()));
    let names: Vec<_> = targets.iter().map(|(name, _)| *name).collect();
    match (written, recover(root, &names)) {
        (Ok(()), _) | (Err(_), Ok(true)) => Ok(()),
        (Err(error), Ok(false)) => Err(format!("{error}; no file was changed")),
        (Err(error), Err(_)) => Err(format!(
            "{error}; it is half done, and the next `cargo xtask generate` finishes it"
        )),
    }
}

/// Whether a run was stopped after it was decided and before it was done.
#[must_use]
pub fn is_pending(root: &Path) -> bool {
    root.join(JOURNAL).exists()
}

/// Finishes a run that was stopped, if its journal is there, and removes what is left of one that had
/// not got that far; `true` if there was one to finish. `names` are the files that runs write. The
/// caller holds the [`lock`].
///
/// # Errors
///
/// A sentence for the user.
pub fn recover(root: &Path, names: &[&str]) -> Result<bool, String> {
    let pending = is_pending(root);
    if pending {
        finish(root, &mut |_| Ok(()))?;
    }
    let litter = names.iter().map(|name| beside(&root.join(name)));
    for path in litter.chain([beside(&root.join(JOURNAL))]) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(refused("remove", &path, &error));
            }
            _ => {}
        }
    }
    Ok(pending)
}

/// Called before each step on the disk, with its name; an error stops the run there, as a kill would.
type Before<'a> = &'a mut dyn FnMut(&str) -> io::Result<()>;

fn write_by(root: &Path, targets: &[Target<'_>], before: Before<'_>) -> Result<(), String> {
    let mut entries = Vec::with_capacity(targets.len());
    for (name, text) in targets {
        let path = root.join(name);
        // What a rename would stumble over when it is too late: a directory in the file's place.
        if path.is_dir() {
            let error = io::Error::from(io::ErrorKind::IsADirectory);
            return Err(refused("write", &path, &error));
        }
        stage(&path, text.as_bytes(), before).map_err(|error| refused("write", &path, &error))?;
        entries.push(json!({"file": name, "sha256": digest(text.as_bytes())}));
    }
    if entries.is_empty() {
        return Ok(());
    }
    let journal = root.join(JOURNAL);
    stage(
        &journal,
        Value::from(entries).to_string().as_bytes(),
        before,
    )
    .and_then(|()| {
        before("rename the journal")?;
        fs::rename(beside(&journal), &journal)?;
        before("sync the root")?;
        sync_directory(&journal);
        Ok(())
    })
    .map_err(|error| refused("write", &journal, &error))?;
    finish(root, before)
}

/// The whole file, safely on the disk, under another name beside `path`.
fn stage(path: &Path, bytes: &[u8], before: Before<'_>) -> io::Result<()> {
    before("create")?;
    let mut file = File::create(beside(path))?;
    before("write")?;
    // In two halves, so that a test can stop between them.
    let (head, tail) = bytes.split_at(bytes.len() / 2);
    file.write_all(head)?;
    before("write the rest")?;
    file.write_all(tail)?;
    before("sync")?;
    file.sync_all()?;
    // The name as well: the journal must not outlive a file that it names.
    sync_directory(path);
    Ok(())
}

/// Does what the journal says, as far as it is not done, and removes it.
fn finish(root: &Path, before: Before<'_>) -> Result<(), String> {
    let journal = root.join(JOURNAL);
    let entries = entries(&journal)?;
    for (name, sha256) in &entries {
        let new = beside(&root.join(name));
        match fs::read(&new) {
            Ok(bytes) if digest(&bytes) != *sha256 => {
                let error = io::Error::other("it is not what was written there");
                return Err(refused("use", &new, &error));
            }
            _ => {}
        }
    }
    for (name, _) in &entries {
        let path = root.join(name);
        before("rename")
            .and_then(|()| rename(&path))
            .map_err(|error| refused("write", &path, &error))?;
        sync_directory(&path);
    }
    before("remove the journal")
        .and_then(|()| fs::remove_file(&journal))
        .map_err(|error| refused("remove", &journal, &error))
}

/// The new text of `path` into its place, unless the run that was stopped has done so.
fn rename(path: &Path) -> io::Result<()> {
    match fs::rename(beside(path), path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        renamed => renamed,
    }
}

fn entries(journal: &Path) -> Result<Vec<(String, String)>, String> {
    let text = fs::read(journal).map_err(|error| refused("read", journal, &error))?;
    let text_of = |entry: &Value, field| entry.get(field)?.as_str().map(str::to_owned);
    serde_json::from_slice::<Vec<Value>>(&text)
        .map_err(io::Error::from)
        .and_then(|entries| {
            let read = |entry: &Value| Some((text_of(entry, "file")?, text_of(entry, "sha256")?));
            let entries: Option<_> = entries.iter().map(read).collect();
            entries.ok_or_else(|| io::Error::other("it is no journal"))
        })
        .map_err(|error| refused("read", journal, &error))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Where the new text of `path` waits: always the same name, so that what is left there is found.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new"))
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

/// Makes the rename itself last; where that cannot be asked for, the file system sees to it.
fn sync_directory(path: &Path) {
    if let Some(Ok(dir)) = path.parent().map(File::open) {
        let _ = dir.sync_all();
    }
}

#[cfg(test)]
mod tests;
