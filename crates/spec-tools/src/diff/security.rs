//! Rules for security requirements, security schemes and servers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::WireImpact;
use super::rules;
use super::schema::text;
use super::walk::{Pair, Walk, verb};

/// Compares two lists of security requirements, of which a caller must meet one.
pub(super) fn requirements(walk: &mut Walk, field: &Pair) {
    let list = |document: &Value, value: Option<&Value>| -> Option<Vec<String>> {
        // The default of an operation is the document's list; the default of the document is none.
        let value = value.or_else(|| document.get("security"));
        let list: Vec<_> = match value {
            None => Vec::new(),
            Some(value) => value.as_array()?.iter().map(ToString::to_string).collect(),
        };
        Some(if list.is_empty() {
            vec!["{}".to_owned()]
        } else {
            list
        })
    };
    let (Some(old), Some(new)) = (list(walk.old, field.old), list(walk.new, field.new)) else {
        return walk.unclassified(field);
    };
    walk.claim(field);
    let name = |alternative: &str| match alternative {
        "{}" => "no credentials".to_owned(),
        other => format!("`{other}`"),
    };
    let mut same = true;
    for alternative in new.iter().filter(|one| !old.contains(one)) {
        same = false;
        let message = format!("{} now accepted", name(alternative));
        walk.row(
            &rules::SECURITY_ADDED,
            field,
            WireImpact::Compatible,
            message,
        );
    }
    // If no credentials are required, clients that send some still work.
    let is_open = new.iter().any(|one| one == "{}");
    for alternative in old.iter().filter(|one| !new.contains(one)) {
        same = false;
        let (wire, how) = if is_open {
            (WireImpact::Compatible, "no longer required")
        } else {
            (WireImpact::Breaking, "no longer accepted")
        };
        let message = format!("{} {how}", name(alternative));
        walk.row(&rules::SECURITY_REMOVED, field, wire, message);
    }
    if same {
        let message = "security requirements reordered".to_owned();
        walk.row(&rules::ORDER_CHANGED, field, WireImpact::Cosmetic, message);
    }
}

/// Compares `components/securitySchemes`.
pub(super) fn schemes(walk: &mut Walk, field: &Pair) {
    if !field.has_members() {
        return walk.unclassified(field);
    }
    for scheme in field.changed() {
        if scheme.old.is_none() {
            let message = format!("security scheme `{}` added", scheme.key);
            walk.note(
                &rules::SECURITY_SCHEME_ADDED,
                &scheme,
                WireImpact::Compatible,
                message,
            );
        } else if scheme.new.is_none() {
            let message = format!("security scheme `{}` removed", scheme.key);
            walk.note(
                &rules::SECURITY_SCHEME_REMOVED,
                &scheme,
                WireImpact::Breaking,
                message,
            );
        } else {
            for part in scheme.changed() {
                match part.key.as_str() {
                    "description" => text(walk, &part, &rules::DESCRIPTION_CHANGED),
                    "bearerFormat" => text(walk, &part, &rules::METADATA_CHANGED),
                    "type" | "scheme" | "name" | "in" | "flows" | "openIdConnectUrl" => {
                        let message = format!("`{}` of `{}` changed", part.key, scheme.key);
                        walk.note(
                            &rules::SECURITY_SCHEME_CHANGED,
                            &part,
                            WireImpact::Breaking,
                            message,
                        );
                    }
                    _ => walk.unclassified(&part),
                }
            }
        }
    }
    if field.old.is_none() || field.new.is_none() {
        walk.claim(field);
    }
}

/// Compares two lists of servers, which are identified by URL.
pub(super) fn servers(walk: &mut Walk, field: &Pair) {
    let (Some(old), Some(new)) = (by_url(field.old), by_url(field.new)) else {
        return walk.unclassified(field);
    };
    walk.claim(field);
    let before = walk.changes.len();
    for (url, (index, server)) in &new {
        let pair = Pair {
            pointer: format!("{}/{index}", field.pointer),
            key: (*url).to_owned(),
            old: old.get(url).map(|(_, server)| *server),
            new: Some(server),
        };
        if pair.old.is_none() {
            let message = format!("server `{url}` added");
            walk.note(&rules::SERVER_ADDED, &pair, WireImpact::Compatible, message);
            continue;
        }
        for part in pair.changed() {
            match part.key.as_str() {
                "description" => text(walk, &part, &rules::DESCRIPTION_CHANGED),
                "variables" => {
                    let message = format!("variables of `{url}` {}", verb(part.old, part.new));
                    walk.note(&rules::SERVER_CHANGED, &part, WireImpact::Breaking, message);
                }
                _ => walk.unclassified(&part),
            }
        }
    }
    for (url, (index, server)) in &old {
        if !new.contains_key(url) {
            let pair = Pair {
                pointer: format!("{}/{index}", field.pointer),
                key: (*url).to_owned(),
                old: Some(server),
                new: None,
            };
            let message = format!("server `{url}` removed");
            walk.note(&rules::SERVER_REMOVED, &pair, WireImpact::Breaking, message);
        }
    }
    if walk.changes.len() == before {
        let message = "servers reordered".to_owned();
        walk.row(&rules::ORDER_CHANGED, field, WireImpact::Cosmetic, message);
    }
}

type ByUrl<'a> = BTreeMap<&'a str, (usize, &'a Value)>;

fn by_url(list: Option<&Value>) -> Option<ByUrl<'_>> {
    let list = match list {
        None => [].as_slice(),
        Some(list) => list.as_array()?,
    };
    let mut named = BTreeMap::new();
    for (index, server) in list.iter().enumerate() {
        let url = server.get("url")?.as_str()?;
        if named.insert(url, (index, server)).is_some() {
            return None;
        }
    }
    Some(named)
}
