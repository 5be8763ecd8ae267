//! `cargo xtask generate --snapshots`: what a reviewer reads, taken anew from the new code.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::drift;
use crate::report::{Style, colour};

/// Where they are, from the workspace's root.
const SNAPSHOTS: &str = "tests/snapshots/snapshots";

/// Each file's text, by its path from the workspace's root.
type Texts = BTreeMap<String, String>;

/// Takes the snapshots anew, and gives what changed in them as unified diffs.
///
/// # Errors
///
/// A sentence for the user: above all that the workspace does not compile with the new code.
pub fn take(root: &Path, style: Style) -> Result<String, String> {
    let read = || read(root).map_err(|error| format!("cannot read `{SNAPSHOTS}`: {error}"));
    let before = read()?;
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
        .args(["test", "--quiet", "-p", "integration-tests"])
        // The fixture is a spec of its own, and not edited yet.
        .args(["--test", "snapshots", "--", "--skip", "second"])
        .env("INSTA_UPDATE", "always")
        .current_dir(root)
        .stdout(io::stderr())
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !status.success() {
        return Err(
            "the snapshots cannot be taken: mend what cargo says above, then run this again"
                .to_owned(),
        );
    }
    Ok(changes(&before, &read()?, style))
}

fn read(root: &Path) -> io::Result<Texts> {
    let mut texts = Texts::new();
    for entry in fs::read_dir(root.join(SNAPSHOTS))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "snap")
        {
            let text = fs::read_to_string(&path)?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            texts.insert(name.display().to_string(), text);
        }
    }
    Ok(texts)
}

fn changes(before: &Texts, after: &Texts, style: Style) -> String {
    let mut told = String::new();
    for (name, text) in after {
        let old = before.get(name).map_or("", String::as_str);
        if old != text {
            told += &drift::unified(name, old, text, style);
        }
    }
    if told.is_empty() {
        return "snapshots: unchanged\n".to_owned();
    }
    let next = style.paint(
        colour::BOLD,
        "snapshots: taken anew; read the difference, and commit it or mend the spec",
    );
    let _ = writeln!(told, "{next}");
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[(&str, &str)]) -> Texts {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        texts.iter().map(owned).collect()
    }

    #[test]
    fn what_changed_is_shown_and_nothing_else() {
        let before = texts(&[("a.snap", "one\n"), ("b.snap", "two\n")]);
        assert_eq!(
            changes(&before, &before, Style::Plain),
            "snapshots: unchanged\n"
        );
        let after = texts(&[
            ("a.snap", "one\n"),
            ("b.snap", "three\n"),
            ("c.snap", "x\n"),
        ]);
        assert_eq!(
            changes(&before, &after, Style::Plain),
            "\
--- b.snap (as it is)
+++ b.snap (as the spec makes it)
@@ -1 +1 @@
-two
+three
--- c.snap (as it is)
+++ c.snap (as the spec makes it)
@@ -0,0 +1 @@
+x
snapshots: taken anew; read the difference, and commit it or mend the spec
"
        );
    }

    #[test]
    fn they_are_where_they_are_looked_for() -> io::Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let outline = format!("{SNAPSHOTS}/snapshots__outline__client.snap");
        assert!(read(&root)?.contains_key(&outline));
        Ok(())
    }
}
