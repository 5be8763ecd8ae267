//! Rules for bodies, responses and headers.

use serde_json::Value;

use super::change::WireImpact;
use super::defaults::is_default;
use super::media::content;
use super::parameter::parameter;
use super::reach::{Directions, Effect};
use super::rules;
use super::schema::text;
use super::walk::{Pair, Walk, resolve};

/// Compares two request bodies.
pub(super) fn request<'a>(walk: &mut Walk<'a>, body: &Pair<'a>, directions: Directions) {
    if body.old.is_none() {
        let required = body
            .new
            .and_then(|body| resolve(walk.new, body)?.get("required"))
            == Some(&Value::Bool(true));
        let (rule, wire) = if required {
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
    if walk.follow(body, directions, request).is_some() {
        return;
    }
    for field in body.changed() {
        if is_default(walk, body, &field) {
            continue;
        }
        match field.key.as_str() {
            "description" => text(walk, &field, &rules::DESCRIPTION_CHANGED),
            "content" => content(walk, &field, directions),
            "required" => {
                let (rule, effect, how) = match field.flags() {
                    (false, true) => (&rules::BODY_NOW_REQUIRED, Effect::Narrower, "is now"),
                    (true, false) => (&rules::BODY_NOW_OPTIONAL, Effect::Wider, "is no longer"),
                    _ => (&rules::BODY_NOW_OPTIONAL, Effect::Same, "is still not"),
                };
                let wire = directions.verdict(effect);
                walk.note(rule, &field, wire, format!("the body {how} required"));
            }
            _ => walk.unclassified(&field),
        }
    }
}

/// Compares the `responses` of an operation.
pub(super) fn responses<'a>(walk: &mut Walk<'a>, field: &Pair<'a>) {
    for status in field.changed() {
        // Clients must handle undocumented errors, but not undocumented successes.
        let error = status.key == "default" || status.key.starts_with(['4', '5']);
        let wire = if error {
            WireImpact::Compatible
        } else {
            WireImpact::Breaking
        };
        if status.key.starts_with("x-") {
            walk.unclassified(&status);
        } else if status.old.is_none() {
            let message = format!("status `{}` added", status.key);
            walk.note(&rules::STATUS_ADDED, &status, wire, message);
        } else if status.new.is_none() {
            let message = format!("status `{}` removed", status.key);
            walk.note(&rules::STATUS_REMOVED, &status, wire, message);
        } else {
            response(walk, &status, Directions::RESPONSE);
        }
    }
}

/// Compares two responses.
pub(super) fn response<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>, directions: Directions) {
    if walk.follow(pair, directions, response).is_some() {
        return;
    }
    for field in pair.changed() {
        match field.key.as_str() {
            "description" => text(walk, &field, &rules::DESCRIPTION_CHANGED),
            "headers" => headers(walk, &field, directions),
            "content" => content(walk, &field, directions),
            _ => walk.unclassified(&field),
        }
    }
}

fn headers<'a>(walk: &mut Walk<'a>, field: &Pair<'a>, directions: Directions) {
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
            let was_required = header
                .old
                .and_then(|header| resolve(walk.old, header)?.get("required"))
                == Some(&Value::Bool(true));
            let wire = if was_required {
                WireImpact::Breaking
            } else {
                WireImpact::Compatible
            };
            let message = format!("header `{}` removed", header.key);
            walk.note(&rules::HEADER_REMOVED, &header, wire, message);
        } else {
            parameter(walk, &header, directions);
        }
    }
    if field.old.is_none() || field.new.is_none() {
        walk.claim(field);
    }
}
