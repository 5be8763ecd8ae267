//! Rules for paths and operations.

use super::body;
use super::change::WireImpact::{Breaking, Compatible};
use super::parameter::parameters;
use super::rules;
use super::security;
use super::walk::{Pair, Walk};
use crate::document::METHODS;

/// Compares `paths`, after renamed path parameters have been matched.
pub(super) fn paths<'a>(walk: &mut Walk<'a>, paths: &Pair<'a>) {
    let (added, removed) = (
        (&rules::PATH_ADDED, Compatible),
        (&rules::PATH_REMOVED, Breaking),
    );
    for path in paths.changed() {
        if path.key.starts_with("x-") || !path.has_members() {
            walk.unclassified(&path);
        } else if walk.has_both(&path, "path", added, removed) {
            item(walk, &path);
        }
    }
    walk.claim(paths);
}

fn item<'a>(walk: &mut Walk<'a>, path: &Pair<'a>) {
    let added = (&rules::OPERATION_ADDED, Compatible);
    let removed = (&rules::OPERATION_REMOVED, Breaking);
    for field in path.changed() {
        let key = format!("{} {}", field.key.to_uppercase(), path.key);
        let operation = Pair {
            key,
            ..field.clone()
        };
        if !METHODS.contains(&field.key.as_str()) || !field.has_members() {
            walk.unclassified(&field);
        } else if walk.has_both(&operation, "operation", added, removed) {
            self::operation(walk, &operation);
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
