//! Rules for the security requirements and the servers of an operation.

use serde_json::{Value, json};

use super::change::WireImpact;
use super::normal::Normal;
use super::rules;
use super::walk::{Pair, Walk, verb};
use crate::yaml::unescape;

/// One way to authenticate: schemes that are needed together.
struct Alternative<'a> {
    schemes: &'a [Value],
    /// Pointers to the definitions.
    places: Vec<String>,
}

impl Alternative<'_> {
    /// Whether a client that meets `old` also meets this alternative: it needs no further scheme or scope.
    fn accepts(&self, old: &Self) -> bool {
        let mut schemes = self.schemes.iter();
        schemes.all(|new| old.schemes.iter().any(|old| is_enough(old, new)))
    }

    fn describe(&self) -> String {
        let named = self.places.iter().zip(self.schemes).map(|(place, scheme)| {
            let name = place.rsplit('/').next().map(unescape).unwrap_or_default();
            match scheme.get("scopes") {
                Some(Value::Array(scopes)) if !scopes.is_empty() => {
                    format!("`{name}` {}", Value::from(scopes.clone()))
                }
                _ => format!("`{name}`"),
            }
        });
        let all: Vec<_> = named.collect();
        if all.is_empty() {
            "no credentials".to_owned()
        } else {
            all.join(" and ")
        }
    }
}

/// The alternatives of an operation; `None` if they are invalid.
fn alternatives<'a>(
    side: &Normal,
    pointer: &str,
    list: Option<&'a Value>,
) -> Option<Vec<Alternative<'a>>> {
    let list = list?.as_array()?.iter().enumerate();
    list.map(|(index, schemes)| {
        let schemes = schemes.as_array()?;
        let places = (0..schemes.len()).map(|at| side.source(&format!("{pointer}/{index}/{at}")));
        Some(Alternative {
            schemes,
            places: places.collect(),
        })
    })
    .collect()
}

/// Compares the alternatives of two operations, of which a caller must meet one.
pub(super) fn requirements(walk: &mut Walk, field: &Pair) {
    let of = |side, list| alternatives(side, &field.pointer, list);
    let (Some(old), Some(new)) = (of(walk.old, field.old), of(walk.new, field.new)) else {
        return walk.unclassified(field);
    };
    walk.claim(field);
    for one in &new {
        if !old.iter().any(|other| other.schemes == one.schemes) && !is_redefined(one, &old) {
            let message = format!("{} now accepted", one.describe());
            walk.row(
                &rules::SECURITY_ADDED,
                field,
                WireImpact::Compatible,
                message,
            );
        }
    }
    // If no credentials are required, clients that send some still work, unless the server reads others.
    let is_open = new.iter().all(|one| one.schemes.is_empty());
    for one in &old {
        let is_met = |other: &Alternative| {
            other.accepts(one) && (is_open || !other.schemes.is_empty() || one.schemes.is_empty())
        };
        if new.iter().any(|other| other.schemes == one.schemes) {
            continue;
        }
        if let Some(other) = new
            .iter()
            .find(|other| !one.places.is_empty() && other.places == one.places)
        {
            redefined(walk, field, one, other);
            continue;
        }
        let (wire, how) = if new.iter().any(is_met) {
            (WireImpact::Compatible, "no longer required")
        } else {
            (WireImpact::Breaking, "no longer accepted")
        };
        let message = format!("{} {how}", one.describe());
        walk.row(&rules::SECURITY_REMOVED, field, wire, message);
    }
}

/// Whether one of `old` has the same schemes by name.
fn is_redefined(new: &Alternative, old: &[Alternative]) -> bool {
    !new.places.is_empty() && old.iter().any(|one| one.places == new.places)
}

/// Adds changes for an alternative with the same schemes, by name, as before.
fn redefined(walk: &mut Walk, field: &Pair, old: &Alternative, new: &Alternative) {
    for ((before, after), place) in old.schemes.iter().zip(new.schemes).zip(&new.places) {
        if before == after {
            continue;
        }
        let wire = if is_enough(before, after) {
            WireImpact::Compatible
        } else {
            WireImpact::Breaking
        };
        if before["scheme"] == after["scheme"] {
            let message = format!("scopes {} → {}", before["scopes"], after["scopes"]);
            let rule = match wire {
                WireImpact::Breaking => &rules::SECURITY_REMOVED,
                _ => &rules::SECURITY_ADDED,
            };
            walk.row(rule, field, wire, message);
        } else {
            let name = place.rsplit('/').next().map(unescape).unwrap_or_default();
            let message = format!("the security scheme `{name}` changed");
            walk.row(&rules::SECURITY_SCHEME_CHANGED, field, wire, message);
            if let Some(change) = walk.changes.last_mut() {
                change.pointer.clone_from(place);
            }
        }
    }
}

/// Whether a client that has what `old` needs has what `new` needs.
fn is_enough(old: &Value, new: &Value) -> bool {
    let is_subset = |few: &Value, many: &Value| match (few.as_array(), many.as_array()) {
        (Some(few), Some(many)) => few.iter().all(|one| many.contains(one)),
        _ => few == many,
    };
    // Each flow that a client may use has its addresses and scopes as before.
    let has_flow = |(name, flow): (&String, &Value)| {
        let other = &new["scheme"]["flows"][name];
        let fields = ["authorizationUrl", "tokenUrl", "refreshUrl"];
        fields
            .iter()
            .all(|field| flow.get(field) == other.get(field))
            && is_subset(&flow["scopes"], &other["scopes"])
    };
    let without_flows = |scheme: &Value| {
        let mut scheme = scheme["scheme"].clone();
        if let Some(flows) = scheme.get_mut("flows") {
            *flows = json!({});
        }
        scheme
    };
    let mut flows = old["scheme"]["flows"].as_object().into_iter().flatten();
    without_flows(old) == without_flows(new)
        && flows.all(has_flow)
        && is_subset(&new["scopes"], &old["scopes"])
}

/// Compares the servers of two operations, which are identified by URL.
pub(super) fn servers(walk: &mut Walk, field: &Pair) {
    if !field.has_members() {
        return walk.unclassified(field);
    }
    for server in field.changed() {
        let url = &server.key;
        if server.old.is_none() {
            let message = format!("server `{url}` added");
            walk.note(
                &rules::SERVER_ADDED,
                &server,
                WireImpact::Compatible,
                message,
            );
        } else if server.new.is_none() {
            let message = format!("server `{url}` removed");
            walk.note(
                &rules::SERVER_REMOVED,
                &server,
                WireImpact::Breaking,
                message,
            );
        } else {
            for part in server.changed() {
                if part.key == "variables" {
                    let message = format!("variables of `{url}` {}", verb(part.old, part.new));
                    walk.note(&rules::SERVER_CHANGED, &part, WireImpact::Breaking, message);
                } else {
                    walk.unclassified(&part);
                }
            }
        }
    }
}
