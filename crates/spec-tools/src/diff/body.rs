//! Rules for bodies, responses and headers.

use super::change::WireImpact::{self, Breaking, Compatible};
use super::media::content;
use super::parameter::{is_required, parameter};
use super::reach::{Directions, Effect};
use super::rules;
use super::walk::{Pair, Walk};

/// Compares two request bodies.
pub(super) fn request<'a>(walk: &mut Walk<'a>, body: &Pair<'a>) {
    if !body.has_members() {
        return walk.unclassified(body);
    }
    if body.old.is_none() {
        let (rule, wire) = if is_required(body.new) {
            (&rules::BODY_ADDED_REQUIRED, Breaking)
        } else {
            (&rules::BODY_ADDED, Compatible)
        };
        return walk.note(rule, body, wire, "request body added".to_owned());
    }
    if body.new.is_none() {
        let message = "request body removed".to_owned();
        return walk.note(&rules::BODY_REMOVED, body, Breaking, message);
    }
    for field in body.changed() {
        match (field.key.as_str(), field.flags()) {
            ("content", _) => content(walk, &field, Directions::REQUEST),
            ("required", (false, true)) => {
                let wire = Directions::REQUEST.verdict(Effect::Narrower);
                let message = "the body is now required".to_owned();
                walk.note(&rules::BODY_NOW_REQUIRED, &field, wire, message);
            }
            ("required", (true, false)) => {
                let wire = Directions::REQUEST.verdict(Effect::Wider);
                let message = "the body is no longer required".to_owned();
                walk.note(&rules::BODY_NOW_OPTIONAL, &field, wire, message);
            }
            _ => walk.unclassified(&field),
        }
    }
}

/// Compares the `responses` of an operation.
pub(super) fn responses<'a>(walk: &mut Walk<'a>, field: &Pair<'a>) {
    if !field.has_members() {
        return walk.unclassified(field);
    }
    for status in field.changed() {
        // Clients must handle undocumented errors, but not undocumented successes.
        let error = status.key == "default" || status.key.starts_with(['4', '5']);
        let wire = if error { Compatible } else { Breaking };
        let (added, removed) = ((&rules::STATUS_ADDED, wire), (&rules::STATUS_REMOVED, wire));
        if !status.has_members() {
            walk.unclassified(&status);
        } else if walk.has_both(&status, "status", added, removed) {
            response(walk, &status);
        }
    }
}

fn response<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>) {
    for field in pair.changed() {
        match field.key.as_str() {
            "headers" if field.has_members() => headers(walk, &field),
            "content" => content(walk, &field, Directions::RESPONSE),
            _ => walk.unclassified(&field),
        }
    }
}

fn headers<'a>(walk: &mut Walk<'a>, field: &Pair<'a>) {
    for header in field.changed() {
        let wire: WireImpact = if is_required(header.old) {
            Breaking
        } else {
            Compatible
        };
        let added = (&rules::HEADER_ADDED, Compatible);
        if walk.has_both(&header, "header", added, (&rules::HEADER_REMOVED, wire)) {
            parameter(walk, &header, Directions::RESPONSE);
        }
    }
    walk.claim(field);
}
