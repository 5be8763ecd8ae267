//! Rules for media types.

use super::change::WireImpact::{Breaking, Compatible};
use super::reach::Directions;
use super::rules;
use super::schema::schema;
use super::walk::{Pair, Walk};

/// Compares two `content` objects.
pub(super) fn content<'a>(walk: &mut Walk<'a>, field: &Pair<'a>, directions: Directions) {
    if !field.has_members() {
        return walk.unclassified(field);
    }
    walk.claim(field);
    let added = (&rules::MEDIA_TYPE_ADDED, Compatible);
    let removed = (&rules::MEDIA_TYPE_REMOVED, Breaking);
    for media in field.changed() {
        if walk.has_both(&media, "media type", added, removed) {
            for part in media.changed() {
                match part.key.as_str() {
                    "schema" => schema(walk, &part, directions),
                    _ => walk.unclassified(&part),
                }
            }
        }
    }
}
