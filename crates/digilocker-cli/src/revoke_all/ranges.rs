//! Formats line numbers: `3, 7-12`.

use std::fmt::Write as _;

use roaring::RoaringTreemap;

/// Runs of consecutive numbers.
pub(crate) fn ranges(lines: &RoaringTreemap) -> impl Iterator<Item = (u64, u64)> {
    let mut lines = lines.iter().peekable();
    std::iter::from_fn(move || {
        let first = lines.next()?;
        let mut last = first;
        while lines.next_if(|&next| next == last + 1).is_some() {
            last += 1;
        }
        Some((first, last))
    })
}

/// Formats at most `max` ranges, and the number of omitted lines.
pub(crate) fn text(lines: &RoaringTreemap, max: usize) -> String {
    let mut text = String::new();
    let mut shown = 0;
    for (first, last) in ranges(lines).take(max) {
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = if first == last {
            write!(text, "{comma}{first}")
        } else {
            write!(text, "{comma}{first}-{last}")
        };
        shown += last - first + 1;
    }
    if shown < lines.len() {
        let _ = write!(text, ", … and {} more", lines.len() - shown);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_numbers_are_merged() {
        let lines: RoaringTreemap = [1, 2, 3, 7, 9, 10, 1 << 40].into_iter().collect();
        assert_eq!(text(&lines, 9), "1-3, 7, 9-10, 1099511627776");
        assert_eq!(text(&lines, 2), "1-3, 7, … and 3 more");
        assert_eq!(text(&RoaringTreemap::new(), 2), "");
    }
}
