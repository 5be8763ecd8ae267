//! Rules for bodies, responses and headers.

use super::change::WireImpact;
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
            (&rules::BODY_ADDED_REQUIRED, WireImpact::Breaking)
        } else {
            (&rules::BODY_ADDED, WireImpact::Compatible)
        };
        return walk.note(rule, body, wire, "request body added".to_owned());
    }
    if body.new.is_none() {
        let message = "request body removed".to_owned();
        return walk.note(&rules::BODY_REMOVED, body, WireImpact::Breaking, message);
    }
    for field in body.changed() {
        match field.key.as_str() {
            "content" => content(walk, &field, Directions::REQUEST),
            "required" => {
                let (rule, effect, how) = match field.flags() {
                    (false, true) => (&rules::BODY_NOW_REQUIRED, Effect::Narrower, "is now"),
                    (true, false) => (&rules::BODY_NOW_OPTIONAL, Effect::Wider, "is no longer"),
                    _ => return walk.unclassified(&field),
                };
                let wire = Directions::REQUEST.verdict(effect);
                walk.note(rule, &field, wire, format!("the body {how} required"));
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
        let wire = if error {
            WireImpact::Compatible
        } else {
            WireImpact::Breaking
        };
        if !status.has_members() {
            walk.unclassified(&status);
        } else if status.old.is_none() {
            let message = format!("status `{}` added", status.key);
            walk.note(&rules::STATUS_ADDED, &status, wire, message);
        } else if status.new.is_none() {
            let message = format!("status `{}` removed", status.key);
            walk.note(&rules::STATUS_REMOVED, &status, wire, message);
        } else {
            response(walk, &status);
        }
    }
}

fn response<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>) {
    for field in pair.changed() {
        match field.key.as_str() {
            "headers" => headers(walk, &field),
            "content" => content(walk, &field, Directions::RESPONSE),
            _ => walk.unclassified(&field),
        }
    }
}

fn headers<'a>(walk: &mut Walk<'a>, field: &Pair<'a>) {
    if !field.has_members() {
        return walk.unclassified(field);
    }
    for header in field.changed() {
        if header.old.is_none() {
            let message = format!("header `{}` added", header.key);
            walk.note(
                &rules::HEADER_ADDED,
                &header,
                WireImpact::Compatible,
                message,
            );
        } else if header.new.is_none() {
            let wire = if is_required(header.old) {
                WireImpact::Breaking
            } else {
                WireImpact::Compatible
            };
            let message = format!("header `{}` removed", header.key);
            walk.note(&rules::HEADER_REMOVED, &header, wire, message);
        } else {
            parameter(walk, &header, Directions::RESPONSE);
        }
    }
    walk.claim(field);
}
