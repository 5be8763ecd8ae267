//! Walks two documents side by side, and collects changes.
//!
//! No difference is dropped. A rule passes fields that it does not know to [`Walk::unclassified`]. After all rules
//! have run, [`Walk::finish`] adds a change for each difference that no rule has claimed.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::change::{Change, Side, WireImpact};
use super::reach::{Directions, Reach, reach};
use super::rules;
use crate::document::local;
use crate::rule::Rule;
use crate::yaml::escape;

/// The same place in both documents.
#[derive(Clone, Debug)]
pub(super) struct Pair<'a> {
    /// JSON pointer to it.
    pub(super) pointer: String,
    /// The last step of the pointer.
    pub(super) key: String,
    /// In the base.
    pub(super) old: Option<&'a Value>,
    /// In the working document.
    pub(super) new: Option<&'a Value>,
}

impl<'a> Pair<'a> {
    pub(super) fn root(old: &'a Value, new: &'a Value) -> Self {
        Self {
            pointer: String::new(),
            key: String::new(),
            old: Some(old),
            new: Some(new),
        }
    }

    pub(super) fn differs(&self) -> bool {
        self.old != self.new
    }

    pub(super) fn child(&self, key: &str) -> Self {
        Self {
            pointer: format!("{}/{}", self.pointer, escape(key)),
            key: key.to_owned(),
            old: self.old.and_then(|old| old.get(key)),
            new: self.new.and_then(|new| new.get(key)),
        }
    }

    /// The members that differ, sorted by name.
    pub(super) fn changed(&self) -> Vec<Self> {
        let keys = |value: Option<&'a Value>| {
            value
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(serde_json::Map::keys)
        };
        let names: BTreeSet<&String> = keys(self.old).chain(keys(self.new)).collect();
        names
            .into_iter()
            .map(|name| self.child(name))
            .filter(Self::differs)
            .collect()
    }

    /// Whether both sides are objects, or one is and the other is absent.
    pub(super) fn has_members(&self) -> bool {
        self.old.is_none_or(Value::is_object) && self.new.is_none_or(Value::is_object)
    }

    pub(super) fn old_str(&self, key: &str) -> Option<&'a str> {
        self.old?.get(key)?.as_str()
    }

    pub(super) fn new_str(&self, key: &str) -> Option<&'a str> {
        self.new?.get(key)?.as_str()
    }

    pub(super) fn flags(&self) -> (bool, bool) {
        let flag = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or(false);
        (flag(self.old), flag(self.new))
    }
}

/// The state of a comparison.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    pub(super) reach: Reach,
    pub(super) changes: Vec<Change>,
    /// The extensions that clients depend on.
    extensions: &'a [String],
    claims: HashSet<String>,
    followed: HashSet<(String, String, bool, bool)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value, extensions: &'a [String]) -> Self {
        let mut reached = Reach::new();
        reach(old, &mut reached);
        reach(new, &mut reached);
        Self {
            old,
            new,
            reach: reached,
            changes: Vec::new(),
            extensions,
            claims: HashSet::new(),
            followed: HashSet::new(),
        }
    }

    /// Adds a change that covers all of `pair`.
    pub(super) fn note(
        &mut self,
        rule: &'static Rule,
        pair: &Pair,
        wire: WireImpact,
        message: String,
    ) {
        self.claim(pair);
        self.row(rule, pair, wire, message);
    }

    /// Adds a change at `pair` without claiming it. The caller claims the difference.
    pub(super) fn row(
        &mut self,
        rule: &'static Rule,
        pair: &Pair,
        wire: WireImpact,
        message: String,
    ) {
        let mut change = Change::new(rule, &pair.pointer, wire, message);
        if pair.new.is_none() {
            change.side = Side::Base;
        }
        self.changes.push(change);
    }

    /// Marks everything below `pair` as handled by rules.
    pub(super) fn claim(&mut self, pair: &Pair) {
        self.claims.insert(pair.pointer.clone());
    }

    /// Whether `pair` is marked as handled.
    pub(super) fn is_claimed(&self, pair: &Pair) -> bool {
        self.claims.contains(&pair.pointer)
    }

    /// Adds a change for `pair`, which no rule knows.
    pub(super) fn unclassified(&mut self, pair: &Pair) {
        if pair.key.starts_with("x-") {
            return self.extension(pair);
        }
        let message = format!(
            "`{}` {}: unclassified, treated as breaking",
            pair.key,
            verb(pair.old, pair.new)
        );
        self.note(&rules::UNCLASSIFIED, pair, WireImpact::Breaking, message);
    }

    /// Adds a change of an extension: cosmetic, unless the project lists it.
    fn extension(&mut self, pair: &Pair) {
        let wire = if self.extensions.contains(&pair.key) {
            WireImpact::Breaking
        } else {
            WireImpact::Cosmetic
        };
        let message = format!("`{}` {}", pair.key, verb(pair.old, pair.new));
        self.note(&rules::EXTENSION_CHANGED, pair, wire, message);
    }

    /// If a `$ref` was added, removed or changed, compares the targets of both sides with `rule`. Returns `None` if
    /// the `$ref` is the same or absent on both sides; the caller then compares `pair` itself.
    pub(super) fn follow(
        &mut self,
        pair: &Pair<'a>,
        directions: Directions,
        rule: fn(&mut Self, &Pair<'a>, Directions),
    ) -> Option<()> {
        let (old, new) = (pair.old?, pair.new?);
        let (from, to) = (pair.old_str("$ref"), pair.new_str("$ref"));
        if from == to {
            return None;
        }
        self.claim(pair);
        let names = (
            from.unwrap_or(&pair.pointer).to_owned(),
            to.unwrap_or(&pair.pointer).to_owned(),
            directions.request,
            directions.response,
        );
        // Recursive schemas: each pair of targets is compared once.
        if !self.followed.insert(names) {
            return Some(());
        }
        let resolved = Pair {
            old: resolve(self.old, old),
            new: resolve(self.new, new),
            ..pair.clone()
        };
        // Inline types are named after their location, so this alone may change the generated code.
        let how = verb(old.get("$ref"), new.get("$ref"));
        let message = format!("`{}`: `$ref` {how}", pair.key);
        self.note(
            &rules::REFERENCE_CHANGED,
            pair,
            WireImpact::Cosmetic,
            message,
        );
        if resolved.old.is_none() || resolved.new.is_none() {
            self.unclassified(pair);
        } else if resolved.differs() {
            rule(self, &resolved, directions);
        }
        Some(())
    }

    /// The changes, including one for each difference that no rule has claimed.
    pub(super) fn finish(mut self) -> Vec<Change> {
        self.unclaimed(&Pair::root(self.old, self.new));
        self.changes
    }

    fn unclaimed(&mut self, pair: &Pair<'a>) {
        if !pair.differs() || self.claims.contains(&pair.pointer) {
            return;
        }
        match (pair.old, pair.new) {
            (Some(Value::Object(_)), Some(Value::Object(_))) => {
                for member in pair.changed() {
                    self.unclaimed(&member);
                }
            }
            _ => self.unclassified(pair),
        }
    }
}

/// Follows `$ref`s from `value` in `document`.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Value> {
    let mut value = value;
    // Limits cyclic references.
    for _ in 0..32 {
        match value.get("$ref").and_then(Value::as_str) {
            None => return Some(value),
            Some(reference) => value = document.pointer(&local(reference)?)?,
        }
    }
    None
}

pub(super) fn verb(old: Option<&Value>, new: Option<&Value>) -> &'static str {
    match (old, new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    }
}

/// A value as text for messages, shortened to 40 characters.
pub(super) fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None => return "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{short}`")
}
