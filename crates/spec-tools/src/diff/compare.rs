//! Two documents → their changes.

use std::collections::HashMap;

use serde_json::Value;

use super::change::{Change, Side, WireImpact};
use super::normal::Normal;
use super::notation::notation;
use super::operation;
use super::reach::of;
use super::rename::{Renamed, rename};
use super::rules;
use super::schema::schema;
use super::walk::{Pair, Walk};
use crate::document::Document;

/// All changes, in the order of the working document. `extensions` lists the extensions that clients depend on.
#[must_use]
pub fn compare(base: &Document, working: &Document, extensions: &[String]) -> Vec<Change> {
    let mut changes = values(&base.value, &working.value, extensions);
    for change in &mut changes {
        change.span = match change.side {
            Side::Base => base.span(&change.pointer),
            Side::Working => working.span(&change.pointer),
        };
    }
    // Removed parts are sorted by their nearest remaining ancestor.
    changes.sort_by_cached_key(|change| {
        let start = working.span(&change.pointer).map(|span| span.start);
        (start, change.pointer.clone())
    });
    changes
}

/// All changes, without locations.
pub(super) fn values(old: &Value, new: &Value, extensions: &[String]) -> Vec<Change> {
    if old == new {
        return Vec::new();
    }
    let Renamed {
        document: old,
        changes: mut renames,
        names,
    } = rename(old, new);
    let (before, after) = (Normal::of(&old, extensions), Normal::of(new, extensions));
    let mut walk = Walk::new(&before, &after);
    document(&mut walk, &Pair::root(&before.value, &after.value));
    let mut changes = distinct(walk.finish());
    changes.extend(notation((&old, new), &changes, &walk.covered));
    for change in changes
        .iter_mut()
        .filter(|change| change.side == Side::Base)
    {
        change.pointer = names.original(&change.pointer);
    }
    renames.extend(changes);
    renames
}

/// One of each change. A part that several operations share is compared with each of them.
fn distinct(changes: Vec<Change>) -> Vec<Change> {
    let mut known: HashMap<(&str, String, String), usize> = HashMap::new();
    let mut distinct: Vec<Change> = Vec::new();
    for change in changes {
        let key = (
            change.rule.id,
            change.pointer.clone(),
            change.message.clone(),
        );
        if let Some(at) = known.get(&key) {
            distinct[*at].wire = distinct[*at].wire.max(change.wire);
            distinct[*at].seen.extend(change.seen);
        } else {
            known.insert(key, distinct.len());
            distinct.push(change);
        }
    }
    distinct
}

fn document<'a>(walk: &mut Walk<'a>, root: &Pair<'a>) {
    for field in root.changed() {
        match field.key.as_str() {
            "paths" if field.has_members() => operation::paths(walk, &field),
            "components" if field.has_members() => components(walk, &field),
            _ => walk.unclassified(&field),
        }
    }
}

fn components<'a>(walk: &mut Walk<'a>, components: &Pair<'a>) {
    walk.claim(components);
    for kind in components.changed() {
        if kind.key != "schemas" || !kind.has_members() {
            walk.unclassified(&kind);
            continue;
        }
        for component in kind.changed() {
            let directions = of(&walk.reach, &component.key);
            if component.old.is_some() && component.new.is_some() {
                schema(walk, &component, directions);
                continue;
            }
            let (rule, how) = match component.old {
                None => (&rules::COMPONENT_ADDED, "added"),
                Some(_) => (&rules::COMPONENT_REMOVED, "removed"),
            };
            // Whatever uses the component has a separate row, unless the reference stays.
            let is_dangling = component.new.is_none() && walk.new.refers_to(&component.pointer);
            let wire = if is_dangling {
                WireImpact::Breaking
            } else {
                WireImpact::Cosmetic
            };
            let message = format!("component `{}` {how}", component.key);
            walk.note(rule, &component, wire, message);
        }
    }
}
