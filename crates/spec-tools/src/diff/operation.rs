//! Rules for paths and operations.

use super::body;
use super::change::WireImpact;
use super::parameter::parameters;
use super::rules;
use super::security;
use super::walk::{Pair, Walk};
use crate::document::METHODS;

/// Compares `paths`, after renamed paths have been matched.
pub(super) fn paths<'a>(walk: &mut Walk<'a>, paths: &Pair<'a>) {
    for path in paths.changed() {
        if path.key.starts_with("x-") || !path.has_members() {
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
    walk.claim(paths);
}

fn item<'a>(walk: &mut Walk<'a>, path: &Pair<'a>) {
    for field in path.changed() {
        if !METHODS.contains(&field.key.as_str()) || !field.has_members() {
            walk.unclassified(&field);
            continue;
        }
        let name = format!("{} {}", field.key.to_uppercase(), path.key);
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
}

fn operation<'a>(walk: &mut Walk<'a>, operation: &Pair<'a>) {
    for field in operation.changed() {
        match field.key.as_str() {
            "parameters" => parameters(walk, &field),
            "requestBody" => body::request(walk, &field),
            "responses" => body::responses(walk, &field),
            "security" => security::requirements(walk, &field),
            "servers" => security::servers(walk, &field),
            _ => walk.unclassified(&field),
        }
    }
}
