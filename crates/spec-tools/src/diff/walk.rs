//! Two documents side by side, and what is noted on the way.
//!
//! Nothing is dropped: a rule takes the fields it knows and hands every other one to
//! [`Walk::unclassified`]; and when all rules are done, [`Walk::finish`] compares the result with a
//! comparison that knows no rules, and adds a row for each difference that none has claimed.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::change::{Change, Side, Wire};
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

    /// The members that differ, by name.
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

/// The rows so far.
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

    /// A row for `pair`, all of which it explains.
    pub(super) fn note(&mut self, rule: &'static Rule, pair: &Pair, wire: Wire, message: String) {
        self.claim(pair);
        self.row(rule, pair, wire, message);
    }

    /// A row for `pair` whose difference is elsewhere: the caller claims that.
    pub(super) fn row(&mut self, rule: &'static Rule, pair: &Pair, wire: Wire, message: String) {
        let mut change = Change::new(rule, &pair.pointer, wire, message);
        if pair.new.is_none() {
            change.side = Side::Base;
        }
        self.changes.push(change);
    }

    /// Says that rules have looked at all that is below `pair`.
    pub(super) fn claim(&mut self, pair: &Pair) {
        self.claims.insert(pair.pointer.clone());
    }

    /// Whether rules have looked at it already.
    pub(super) fn is_claimed(&self, pair: &Pair) -> bool {
        self.claims.contains(&pair.pointer)
    }

    /// A row that says that no rule knows what `pair` means.
    pub(super) fn unclassified(&mut self, pair: &Pair) {
        if pair.key.starts_with("x-") {
            return self.extension(pair);
        }
        let message = format!(
            "`{}` {}: unclassified, treated as breaking",
            pair.key,
            verb(pair.old, pair.new)
        );
        self.note(&rules::UNCLASSIFIED, pair, Wire::Breaking, message);
    }

    /// What no client reads, unless the project says that its clients do.
    fn extension(&mut self, pair: &Pair) {
        let wire = if self.extensions.contains(&pair.key) {
            Wire::Breaking
        } else {
            Wire::Cosmetic
        };
        let message = format!("`{}` {}", pair.key, verb(pair.old, pair.new));
        self.note(&rules::EXTENSION_CHANGED, pair, wire, message);
    }

    /// If a reference came, went or leads elsewhere: compares what both sides lead to, as if it stood
    /// here. `None`: no such thing, `pair` is to be looked at as it is.
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
        // Schemas may hold themselves: what is being compared already is not compared again.
        if !self.followed.insert(names) {
            return Some(());
        }
        let resolved = Pair {
            old: resolve(self.old, old),
            new: resolve(self.new, new),
            ..pair.clone()
        };
        // Types are named after where they stand, so this alone may be news for Rust.
        let message = format!("`{}` is written in another place", pair.key);
        self.note(&rules::REFERENCE_CHANGED, pair, Wire::Cosmetic, message);
        if resolved.old.is_none() || resolved.new.is_none() {
            self.unclassified(pair);
        } else if resolved.differs() {
            rule(self, &resolved, directions);
        }
        Some(())
    }

    /// The rows, with one more for each difference that no rule has claimed.
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

/// What `value` leads to in `document`.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Value> {
    let mut value = value;
    // As long as any chain that a person writes; a circle ends too.
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

/// A value, as short as it may be shown.
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
