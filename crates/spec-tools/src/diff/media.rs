//! Rules for media types.

use super::change::WireImpact;
use super::reach::Directions;
use super::rules;
use super::schema::schema;
use super::walk::{Pair, Walk};
use serde_json::Value;

/// Compares two `content` objects.
pub(super) fn content<'a>(walk: &mut Walk<'a>, field: &Pair<'a>, directions: Directions) {
    if !field.has_members() {
        return walk.unclassified(field);
    }
    let changed = field.changed();
    let (added, rest): (Vec<_>, Vec<_>) = changed.into_iter().partition(|pair| pair.old.is_none());
    let (mut removed, kept): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|pair| pair.new.is_none());
    for new in added {
        // The same schema under a different media type is one change.
        let same = removed.iter().position(|old| {
            let part = |value: Option<&'a Value>| value.and_then(|value| value.get("schema"));
            part(old.old) == part(new.new)
        });
        if let Some(old) = same.map(|at| removed.swap_remove(at)) {
            walk.cover(&old);
            let message = format!("media type `{}` → `{}`", old.key, new.key);
            walk.note(
                &rules::MEDIA_TYPE_CHANGED,
                &new,
                WireImpact::Breaking,
                message,
            );
        } else {
            let message = format!("media type `{}` added", new.key);
            walk.note(
                &rules::MEDIA_TYPE_ADDED,
                &new,
                WireImpact::Compatible,
                message,
            );
        }
    }
    for old in removed {
        let message = format!("media type `{}` removed", old.key);
        walk.note(
            &rules::MEDIA_TYPE_REMOVED,
            &old,
            WireImpact::Breaking,
            message,
        );
    }
    for media in kept {
        for part in media.changed() {
            match part.key.as_str() {
                "schema" => schema(walk, &part, directions),
                _ => walk.unclassified(&part),
            }
        }
    }
    walk.claim(field);
}
