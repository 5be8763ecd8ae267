//! Rules for `allOf`, `oneOf` and `anyOf`.

use std::collections::HashSet;

use serde_json::Value;

use super::super::rules;
use crate::diff::normal::{Normal, reference};
use crate::diff::reach::{Directions, Effect};
use crate::diff::walk::{Compare, Pair, Walk};
use crate::yaml::unescape;

/// Compares the members of a composition, by `schema`. Their order has no meaning.
pub(super) fn alternatives<'a>(
    walk: &mut Walk<'a>,
    field: &Pair<'a>,
    directions: Directions,
    schema: Compare<'a>,
) {
    let list = |value: Option<&'a Value>| match value {
        None => Some(Vec::new()),
        Some(value) => Some(value.as_array()?.iter().collect()),
    };
    match (list(field.old), list(field.new)) {
        (Some(old), Some(new)) => compare(walk, field, (&old, &new), directions, schema),
        _ => walk.unclassified(field),
    }
}

/// If one schema is a list of alternatives and the other is not, compares them as if it were a list of one.
pub(super) fn choice<'a>(
    walk: &mut Walk<'a>,
    pair: &Pair<'a>,
    directions: Directions,
    schema: Compare<'a>,
) -> bool {
    let choices = |value: Option<&'a Value>| {
        let map = value?.as_object()?;
        let mut keywords = map.iter().filter(|(key, _)| *key != "discriminator");
        let (word, list) = keywords.next().filter(|_| keywords.next().is_none())?;
        let list: Vec<&Value> = list.as_array()?.iter().collect();
        matches!(word.as_str(), "oneOf" | "anyOf").then_some((word.as_str(), list))
    };
    let (word, old, new) = match (choices(pair.old), choices(pair.new), pair.old, pair.new) {
        (Some((word, old)), None, _, Some(new)) => (word, old, vec![new]),
        (None, Some((word, new)), Some(old), _) => (word, vec![old], new),
        _ => return false,
    };
    let is_known = old
        .iter()
        .any(|old| new.iter().any(|new| is_equivalent(walk, old, new)));
    if is_known {
        walk.claim(pair);
        compare(walk, &pair.child(word), (&old, &new), directions, schema);
    }
    is_known
}

fn compare<'a>(
    walk: &mut Walk<'a>,
    field: &Pair<'a>,
    (old, new): (&[&'a Value], &[&'a Value]),
    directions: Directions,
    schema: Compare<'a>,
) {
    walk.claim(field);
    let before = |index: usize| name(walk.old, &field.pointer, index, old[index]);
    let after = |index: usize| name(walk.new, &field.pointer, index, new[index]);
    let mut removed: Vec<usize> = (0..old.len()).collect();
    let mut added: Vec<usize> = (0..new.len()).collect();
    let mut pairs = Vec::new();
    // Members with one meaning first, then those of one name, then the rest in order.
    take(&mut removed, &mut added, |one, other| {
        is_equivalent(walk, old[one], new[other])
    });
    pairs.extend(take(&mut removed, &mut added, |one, other| {
        before(one).is_some() && before(one) == after(other)
    }));
    if removed.len() == added.len() {
        pairs.extend(removed.drain(..).zip(added.drain(..)));
    }
    let named = |sign: &str, names: &mut dyn Iterator<Item = String>| {
        names.fold(String::new(), |all, name| format!("{all} {sign}`{name}`"))
    };
    let message = format!(
        "members of `{}`: {} → {}{}{}",
        field.key,
        old.len(),
        new.len(),
        named("+", &mut added.iter().filter_map(|index| after(*index))),
        named("-", &mut removed.iter().filter_map(|index| before(*index))),
    );
    let keys: Vec<_> = pairs.iter().map(|(_, other)| after(*other)).collect();
    for ((one, other), key) in pairs.into_iter().zip(keys) {
        let member = Pair {
            pointer: format!("{}/{other}", field.pointer),
            key: key.unwrap_or_else(|| other.to_string()),
            old: Some(old[one]),
            new: Some(new[other]),
        };
        walk.old
            .follow(&member.pointer, &format!("{}/{one}", field.pointer));
        schema(walk, &member, directions);
    }
    let of_one = match field.key.as_str() {
        "allOf" => Effect::Narrower,
        _ => Effect::Wider,
    };
    let effect = match (removed.is_empty(), added.is_empty()) {
        (true, true) => return,
        (true, false) => of_one,
        (false, true) => of_one.reverse(),
        (false, false) => Effect::Other,
    };
    walk.note(
        &rules::ALTERNATIVES_CHANGED,
        field,
        directions.verdict(effect),
        message,
    );
}

/// Removes pairs of indexes that match from both lists, and returns them.
fn take(
    removed: &mut Vec<usize>,
    added: &mut Vec<usize>,
    matches: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    removed.retain(|one| {
        let Some(at) = added.iter().position(|other| matches(*one, *other)) else {
            return true;
        };
        pairs.push((*one, added.remove(at)));
        false
    });
    pairs
}

/// The name of a member of the list at `pointer`: its title, or the component that it refers to.
fn name(side: &Normal, pointer: &str, index: usize, schema: &Value) -> Option<String> {
    let title = side.title(&format!("{pointer}/{index}"));
    let component = || Some(unescape(reference(schema)?.rsplit_once('/')?.1));
    title.map(str::to_owned).or_else(component)
}

/// Whether two schemas differ by references only. Differences of components with one name are reported there.
fn is_equivalent(walk: &Walk, old: &Value, new: &Value) -> bool {
    equivalent(walk, old, new, &mut HashSet::new())
}

fn equivalent<'a>(
    walk: &Walk<'a>,
    old: &'a Value,
    new: &'a Value,
    seen: &mut HashSet<(&'a str, &'a str)>,
) -> bool {
    let (from, to) = (reference(old), reference(new));
    if from.is_some() || to.is_some() {
        if let (Some(from), Some(to)) = (from, to)
            && (from == to || !seen.insert((from, to)))
        {
            return true;
        }
        return match (walk.old.resolve(old), walk.new.resolve(new)) {
            (Some(old), Some(new)) => equivalent(walk, old, new, seen),
            _ => false,
        };
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.len() == new.len()
                && old.iter().all(|(key, old)| {
                    new.get(key)
                        .is_some_and(|new| equivalent(walk, old, new, seen))
                })
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|(old, new)| equivalent(walk, old, new, seen))
        }
        _ => old == new,
    }
}
