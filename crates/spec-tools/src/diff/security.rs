//! Rules for the security requirements and the servers of an operation.

use serde_json::{Value, json};

use super::change::WireImpact::{Breaking, Compatible};
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
        let named =
            self.places
                .iter()
                .zip(self.schemes)
                .map(|(place, scheme)| match &scheme["scopes"] {
                    Value::Array(scopes) if !scopes.is_empty() => {
                        format!("`{}` {}", last(place), scheme["scopes"])
                    }
                    _ => format!("`{}`", last(place)),
                });
        let all = named.collect::<Vec<_>>().join(" and ");
        if all.is_empty() {
            "no credentials".to_owned()
        } else {
            all
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
    let has =
        |list: &[Alternative], one: &Alternative| list.iter().any(|it| it.schemes == one.schemes);
    for one in new
        .iter()
        .filter(|one| !has(&old, one) && redefined(one, &old).is_none())
    {
        let message = format!("{} now accepted", one.describe());
        walk.row(&rules::SECURITY_ADDED, field, Compatible, message);
    }
    // If no credentials are required, clients that send some still work, unless the server reads others.
    let is_open = new.iter().all(|one| one.schemes.is_empty());
    for one in old.iter().filter(|one| !has(&new, one)) {
        if let Some((other, place)) = redefined(one, &new) {
            let wire = if other.accepts(one) {
                Compatible
            } else {
                Breaking
            };
            let message = format!("the security scheme `{}` changed", last(&place));
            walk.row(&rules::SECURITY_SCHEME_CHANGED, field, wire, message);
            walk.changes
                .last_mut()
                .into_iter()
                .for_each(|row| row.pointer.clone_from(&place));
            continue;
        }
        let mut others = new
            .iter()
            .filter(|other| is_open || !other.schemes.is_empty());
        let (wire, how) = if others.any(|other| other.accepts(one)) {
            (Compatible, "no longer required")
        } else {
            (Breaking, "no longer accepted")
        };
        let message = format!("{} {how}", one.describe());
        walk.row(&rules::SECURITY_REMOVED, field, wire, message);
    }
}

/// The alternative with the schemes of `one`, by name, and the place of a scheme that has another definition there.
fn redefined<'a>(
    one: &Alternative,
    others: &'a [Alternative<'a>],
) -> Option<(&'a Alternative<'a>, String)> {
    let other = others.iter().find(|other| other.places == one.places)?;
    let mut pairs = one.schemes.iter().zip(other.schemes).zip(&one.places);
    let (_, place) = pairs.find(|((one, other), _)| one["scheme"] != other["scheme"])?;
    Some((other, place.clone()))
}

/// The name at the end of a pointer.
fn last(pointer: &str) -> String {
    pointer.rsplit('/').next().map(unescape).unwrap_or_default()
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
    let added = (&rules::SERVER_ADDED, Compatible);
    let removed = (&rules::SERVER_REMOVED, Breaking);
    for server in field.changed() {
        if !walk.has_both(&server, "server", added, removed) {
            continue;
        }
        for part in server.changed() {
            if part.key == "variables" {
                let message = format!("variables of `{}` {}", server.key, verb(part.old, part.new));
                walk.note(&rules::SERVER_CHANGED, &part, Breaking, message);
            } else {
                walk.unclassified(&part);
            }
        }
    }
}
