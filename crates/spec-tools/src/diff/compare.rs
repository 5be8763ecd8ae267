//! Two documents → their changes.

use std::collections::HashSet;

use serde_json::Value;

use super::body;
use super::change::{Change, Side, WireImpact};
use super::operation;
use super::parameter::parameter;
use super::reach::{Directions, of};
use super::rename::rename;
use super::rules;
use super::schema::{schema, text};
use super::security;
use super::walk::{Pair, Walk, shown};
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
    let mut old = old.clone();
    let mut changes = rename(&mut old, new);
    let mut walk = Walk::new(&old, new, extensions);
    document(&mut walk, &Pair::root(&old, new));
    changes.extend(walk.finish());
    // An alternative may be reached on several paths, with the same change.
    let mut seen = HashSet::new();
    changes.retain(|change| {
        seen.insert((
            change.rule.id,
            change.pointer.clone(),
            change.message.clone(),
        ))
    });
    changes
}

fn document<'a>(walk: &mut Walk<'a>, root: &Pair<'a>) {
    for field in root.changed() {
        match field.key.as_str() {
            "openapi" | "externalDocs" => text(walk, &field, &rules::METADATA_CHANGED),
            "tags" => text(walk, &field, &rules::TAGS_CHANGED),
            "info" => info(walk, &field),
            "servers" => security::servers(walk, &field),
            "security" => security::requirements(walk, &field),
            "paths" => operation::paths(walk, &field),
            "components" => components(walk, &field),
            _ => walk.unclassified(&field),
        }
    }
}

fn info<'a>(walk: &mut Walk<'a>, info: &Pair<'a>) {
    for field in info.changed() {
        match field.key.as_str() {
            "version" => {
                let message = format!("{} → {}", shown(field.old), shown(field.new));
                walk.note(
                    &rules::INFO_VERSION_CHANGED,
                    &field,
                    WireImpact::Cosmetic,
                    message,
                );
            }
            "title" | "description" => text(walk, &field, &rules::DESCRIPTION_CHANGED),
            "contact" | "license" | "termsOfService" => {
                text(walk, &field, &rules::METADATA_CHANGED);
            }
            _ => walk.unclassified(&field),
        }
    }
}

fn components<'a>(walk: &mut Walk<'a>, components: &Pair<'a>) {
    for kind in components.changed() {
        match kind.key.as_str() {
            "securitySchemes" => {
                security::schemes(walk, &kind);
                continue;
            }
            "examples" => {
                text(walk, &kind, &rules::EXAMPLE_CHANGED);
                continue;
            }
            "schemas" | "responses" | "parameters" | "requestBodies" | "headers"
                if kind.has_members() => {}
            _ => {
                walk.unclassified(&kind);
                continue;
            }
        }
        for component in kind.changed() {
            let directions = of(&walk.reach, &kind.key, &component.key);
            // Whatever uses the component has a separate row.
            if component.old.is_none() {
                let message = format!("component `{}` added", component.key);
                walk.note(
                    &rules::COMPONENT_ADDED,
                    &component,
                    WireImpact::Cosmetic,
                    message,
                );
            } else if component.new.is_none() {
                let message = format!("component `{}` removed", component.key);
                walk.note(
                    &rules::COMPONENT_REMOVED,
                    &component,
                    WireImpact::Cosmetic,
                    message,
                );
            } else {
                part(walk, &kind.key, &component, directions);
            }
        }
        if kind.old.is_none() || kind.new.is_none() {
            walk.claim(&kind);
        }
    }
}

fn part<'a>(walk: &mut Walk<'a>, kind: &str, component: &Pair<'a>, directions: Directions) {
    match kind {
        "schemas" => schema(walk, component, directions),
        "responses" => body::response(walk, component, directions),
        "requestBodies" => body::request(walk, component, directions),
        "parameters" | "headers" => parameter(walk, component, directions),
        _ => walk.unclassified(component),
    }
}
