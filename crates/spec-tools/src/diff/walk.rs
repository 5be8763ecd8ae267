//! Walks two normal forms side by side, and collects changes.
//!
//! No difference is dropped. A rule passes fields that it does not know to [`Walk::unclassified`]. After all rules
//! have run, [`Walk::finish`] adds a change for each difference that no rule has claimed.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::change::{Change, Side, WireImpact};
use super::normal::Normal;
use super::reach::{Directions, Reach, reach};
use super::rules;
use crate::rule::Rule;
use crate::yaml::escape;

/// The same place in both normal forms.
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

    pub(super) fn flags(&self) -> (bool, bool) {
        let flag = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or(false);
        (flag(self.old), flag(self.new))
    }
}

/// Compares two parts, and adds the changes.
pub(super) type Compare<'a> = fn(&mut Walk<'a>, &Pair<'a>, Directions);

/// The state of a comparison.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) old: &'a Normal<'a>,
    pub(super) new: &'a Normal<'a>,
    pub(super) reach: Reach,
    pub(super) changes: Vec<Change>,
    claims: HashSet<String>,
    /// Parts whose differences have rows at other places, as pointers into the documents.
    pub(super) covered: Vec<String>,
    /// Pairs of targets of references that have been compared.
    pub(super) followed: HashSet<(String, String, bool, bool)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Normal<'a>, new: &'a Normal<'a>) -> Self {
        let mut reached = Reach::new();
        reach(&old.value, &mut reached);
        reach(&new.value, &mut reached);
        Self {
            old,
            new,
            reach: reached,
            changes: Vec::new(),
            claims: HashSet::new(),
            covered: Vec::new(),
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

    /// Whether both sides have `pair`. If one has not, adds a change by the rule and verdict of what happened.
    pub(super) fn has_both(
        &mut self,
        pair: &Pair,
        what: &str,
        added: (&'static Rule, WireImpact),
        removed: (&'static Rule, WireImpact),
    ) -> bool {
        let ((rule, wire), how) = match (pair.old, pair.new) {
            (Some(_), Some(_)) => return true,
            (None, _) => (added, "added"),
            (_, None) => (removed, "removed"),
        };
        self.note(rule, pair, wire, format!("{what} `{}` {how}", pair.key));
        false
    }

    /// Adds a change at `pair` without claiming it. The caller claims the difference.
    pub(super) fn row(
        &mut self,
        rule: &'static Rule,
        pair: &Pair,
        wire: WireImpact,
        message: String,
    ) {
        let side = match pair.new {
            Some(_) => Side::Working,
            None => Side::Base,
        };
        self.changes.push(Change {
            side,
            seen: vec![pair.pointer.clone()],
            ..Change::new(rule, &self.source(pair), wire, message)
        });
    }

    /// Pointer to `pair` in its document: the base, if it was removed.
    pub(super) fn source(&self, pair: &Pair) -> String {
        let side = if pair.new.is_some() {
            self.new
        } else {
            self.old
        };
        side.source(&pair.pointer)
    }

    /// The name of what contains `pair` in its document, for messages. A merged schema has parts of others.
    pub(super) fn owner(&self, pair: &Pair) -> String {
        let source = self.source(pair);
        let mut steps = source.rsplit('/').skip(1);
        let is_list = |step: &&str| matches!(*step, "properties" | "required");
        steps
            .find(|step| !is_list(step))
            .map(crate::yaml::unescape)
            .unwrap_or_default()
    }

    /// Marks everything below `pair` as handled by rules.
    pub(super) fn claim(&mut self, pair: &Pair) {
        self.claims.insert(pair.pointer.clone());
    }

    /// Marks `pair` as handled by rows at other places.
    pub(super) fn cover(&mut self, pair: &Pair) {
        self.claim(pair);
        self.covered
            .extend([self.old, self.new].map(|side| side.source(&pair.pointer)));
    }

    /// Adds a change for `pair`, which no rule knows. The normal form has only extensions that clients depend on.
    pub(super) fn unclassified(&mut self, pair: &Pair) {
        let how = verb(pair.old, pair.new);
        let (rule, message) = if pair.key.starts_with("x-") {
            (&rules::EXTENSION_CHANGED, format!("`{}` {how}", pair.key))
        } else {
            let message = format!("`{}` {how}: unclassified, treated as breaking", pair.key);
            (&rules::UNCLASSIFIED, message)
        };
        self.note(rule, pair, WireImpact::Breaking, message);
    }

    /// The changes, including one for each difference that no rule has claimed.
    pub(super) fn finish(&mut self) -> Vec<Change> {
        self.unclaimed(&Pair::root(&self.old.value, &self.new.value));
        std::mem::take(&mut self.changes)
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
