use std::cell::Cell;

use super::*;

/// What is found among `0..size` if `bad` are refused, and how many were asked about in all.
#[track_caller]
fn check(size: usize, bad: &[usize], most: usize) {
    let items: Vec<usize> = (0..size).collect();
    let asked = Cell::new(0);
    let refused = |some: &[usize]| {
        asked.set(asked.get() + some.len());
        let first = some.iter().find(|item| bad.contains(item))?;
        Some(format!("no {first}"))
    };
    let mut found = Vec::new();
    narrow(&items, &refused, &mut found);
    let expected: Vec<_> = bad
        .iter()
        .map(|item| (item, format!("no {item}")))
        .collect();
    assert_eq!(found, expected);
    assert!(asked.get() <= most, "asked about {} of {size}", asked.get());
}

#[test]
fn who_is_refused_is_found_in_time_linear_in_size() {
    check(0, &[], 0);
    check(1000, &[], 1000);
    check(1000, &[0], 3 * 1000);
    check(1000, &[700], 3 * 1000);
    check(1000, &[1, 500, 999], 7 * 1000);
}
