use std::cell::Cell;

use super::*;

/// Searches `0..size` for the refused items `bad`, testing no more than `most` items in total.
#[track_caller]
fn check(size: usize, bad: &[usize], most: usize) {
    let items: Vec<usize> = (0..size).collect();
    let tested = Cell::new(0);
    let refused = |some: &[usize]| {
        tested.set(tested.get() + some.len());
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
    assert!(
        tested.get() <= most,
        "tested {} items of {size}",
        tested.get()
    );
}

#[test]
fn refused_items_are_found_in_linear_time() {
    check(0, &[], 0);
    check(1000, &[], 1000);
    check(1000, &[0], 3 * 1000);
    check(1000, &[700], 3 * 1000);
    check(1000, &[1, 500, 999], 7 * 1000);
}
