//! The difference between the current and the expected text of a file.

use std::collections::HashSet;

use similar::{ChangeTag, TextDiff};

use crate::outline::outline;
use crate::report::{Style, colour};

/// The number of added and of removed lines.
#[must_use]
pub fn count(old: &str, new: &str) -> (usize, usize) {
    let diff = TextDiff::from_lines(old, new);
    let count = |tag| {
        diff.iter_all_changes()
            .filter(|change| change.tag() == tag)
            .count()
    };
    (count(ChangeTag::Insert), count(ChangeTag::Delete))
}

/// A unified diff, whose header has the file's name with a label for each side.
#[must_use]
pub fn unified(name: &str, old: &str, new: &str, [was, is]: [&str; 2], style: Style) -> String {
    let diff = TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&format!("{name} ({was})"), &format!("{name} ({is})"))
        .to_string();
    diff.lines()
        .map(|line| painted(line, style) + "\n")
        .collect()
}

fn painted(line: &str, style: Style) -> String {
    let ansi = match line.as_bytes().first() {
        Some(b'+') => colour::GREEN,
        Some(b'-') => colour::RED,
        Some(b'@') => colour::CYAN,
        _ => return line.to_owned(),
    };
    style.paint(ansi, line)
}

/// The added and removed public items, one per line with a sign.
#[must_use]
pub fn public_items(old: &str, new: &str, style: Style) -> String {
    // A file that is not valid Rust counts as one without items.
    let outline = |source| outline(source).unwrap_or_default();
    let (old, new) = (outline(old), outline(new));
    let changed = |sign, ansi, these: &[String], those: &[String]| -> String {
        let those: HashSet<_> = those.iter().collect();
        these
            .iter()
            .filter(|line| !those.contains(line))
            .map(|line| style.paint(ansi, &format!("  {sign} {line}")) + "\n")
            .collect()
    };
    changed('-', colour::RED, &old, &new) + &changed('+', colour::GREEN, &new, &old)
}
