//! Rules for media types.

use super::change::WireImpact::{Breaking, Compatible};
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
    walk.claim(field);
    let part = |value: Option<&'a Value>| value.and_then(|value| value.get("schema"));
    let added = (&rules::MEDIA_TYPE_ADDED, Compatible);
    let removed = (&rules::MEDIA_TYPE_REMOVED, Breaking);
    let mut gone = field.changed();
    gone.retain(|media| media.new.is_none());
    for media in field.changed() {
        // The same schema under a different media type is one change.
        let same = gone.iter().position(|old| part(old.old) == part(media.new));
        if let Some(old) = same
            .filter(|_| media.old.is_none())
            .map(|at| gone.swap_remove(at))
        {
            walk.cover(&old);
            let message = format!("media type `{}` → `{}`", old.key, media.key);
            walk.note(&rules::MEDIA_TYPE_CHANGED, &media, Breaking, message);
        } else if media.new.is_some() && walk.has_both(&media, "media type", added, removed) {
            for part in media.changed() {
                match part.key.as_str() {
                    "schema" => schema(walk, &part, directions),
                    _ => walk.unclassified(&part),
                }
            }
        }
    }
    for media in gone {
        walk.has_both(&media, "media type", added, removed);
    }
}
