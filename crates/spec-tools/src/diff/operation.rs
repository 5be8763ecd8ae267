//! Rules for paths and operations.

use super::body;
use super::change::WireImpact;
use super::defaults::is_default;
use super::parameter::{inherited, parameters};
use super::reach::Directions;
use super::rules;
use super::schema::{deprecated, text};
use super::security;
use super::walk::{Pair, Walk, shown};
use crate::document::METHODS;

/// Compares `paths`, after renamed paths have been matched.
pub(super) fn paths<'a>(walk: &mut Walk<'a>, paths: &Pair<'a>) {
    for path in paths.changed() {
        if path.key.starts_with("x-") {
            walk.unclassified(&path);
        } else if path.old.is_none() {
            let message = format!("path `{}` added", path.key);
            walk.note(&rules::PATH_ADDED, &path, WireImpact::Compatible, message);
        } else if path.new.is_none() {
            let message = format!("path `{}` removed", path.key);
            walk.note(&rules::PATH_REMOVED, &path, WireImpact::Breaking, message);
        } else {
            item(walk, &path);
        }
    }
}

fn item<'a>(walk: &mut Walk<'a>, path: &Pair<'a>) {
    // Shared parameters are compared as part of each operation.
    let shared = path.child("parameters");
    let is_shared = shared.differs() && effective(walk, path, &shared);
    for field in path.changed() {
        match field.key.as_str() {
            "parameters" if is_shared => {}
            method if METHODS.contains(&method) => {
                let name = format!("{} {}", method.to_uppercase(), path.key);
                if field.old.is_none() {
                    let message = format!("operation `{name}` added");
                    walk.note(
                        &rules::OPERATION_ADDED,
                        &field,
                        WireImpact::Compatible,
                        message,
                    );
                } else if field.new.is_none() {
                    let message = format!("operation `{name}` removed");
                    walk.note(
                        &rules::OPERATION_REMOVED,
                        &field,
                        WireImpact::Breaking,
                        message,
                    );
                } else {
                    operation(walk, &field);
                }
            }
            "summary" | "description" => text(walk, &field, &rules::DESCRIPTION_CHANGED),
            "parameters" => parameters(walk, &field),
            "servers" => security::servers(walk, &field),
            _ => walk.unclassified(&field),
        }
    }
}

/// Compares the parameters of each operation, those of its path included. Returns `false` if a list is invalid.
fn effective<'a>(walk: &mut Walk<'a>, path: &Pair<'a>, shared: &Pair<'a>) -> bool {
    let methods = METHODS.iter().map(|method| path.child(method));
    let operations: Vec<_> = methods
        .filter(|operation| operation.old.is_some() && operation.new.is_some())
        .collect();
    let before = walk.changes.len();
    for operation in &operations {
        let own = operation.child("parameters");
        if !inherited(walk, shared, &own) {
            return false;
        }
    }
    walk.claim(shared);
    if walk.changes.len() == before {
        let message = "parameters moved between path and operations".to_owned();
        walk.row(
            &rules::PARAMETERS_MOVED,
            shared,
            WireImpact::Cosmetic,
            message,
        );
    }
    true
}

fn operation<'a>(walk: &mut Walk<'a>, operation: &Pair<'a>) {
    for field in operation.changed() {
        if is_default(walk, operation, &field) {
            continue;
        }
        match field.key.as_str() {
            "summary" | "description" => text(walk, &field, &rules::DESCRIPTION_CHANGED),
            "externalDocs" => text(walk, &field, &rules::METADATA_CHANGED),
            "tags" => text(walk, &field, &rules::TAGS_CHANGED),
            "deprecated" => deprecated(walk, &field),
            "operationId" => {
                let message = format!("{} → {}", shown(field.old), shown(field.new));
                walk.note(
                    &rules::OPERATION_ID_CHANGED,
                    &field,
                    WireImpact::Cosmetic,
                    message,
                );
            }
            "parameters" if walk.is_claimed(&field) => {}
            "parameters" => parameters(walk, &field),
            "requestBody" => body::request(walk, &field, Directions::REQUEST),
            "responses" => body::responses(walk, &field),
            "security" => security::requirements(walk, &field),
            "servers" => security::servers(walk, &field),
            _ => walk.unclassified(&field),
        }
    }
}
