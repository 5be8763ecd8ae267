//! Finds the workspace root.

use std::path::{Path, PathBuf};

/// The nearest directory, from `start` upwards, whose `Cargo.toml` has a `[workspace]`.
///
/// # Errors
///
/// There is no such directory.
pub fn find_root(start: &Path) -> Result<PathBuf, String> {
    start
        .ancestors()
        .find(|dir| {
            std::fs::read_to_string(dir.join("Cargo.toml")).is_ok_and(|manifest| {
                manifest
                    .lines()
                    .any(|line| line.trim_end() == "[workspace]")
            })
        })
        .map(Path::to_path_buf)
        .ok_or_else(|| {
            format!(
                "no workspace found from `{}` upwards: run this inside the repository",
                start.display()
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_found_from_subdirectories_only() -> Result<(), String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            Some(find_root(&here.join("src/bless"))?.as_path()),
            here.parent()
        );
        assert!(find_root(Path::new("/nowhere/at/all")).is_err());
        Ok(())
    }
}
