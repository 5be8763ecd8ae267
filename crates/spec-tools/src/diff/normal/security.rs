//! Security requirements and servers.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Normalizer, Part};
use crate::yaml::escape;

impl<'a> Normalizer<'a> {
    /// The alternatives of the operation, or else those of the document (OpenAPI 3.0.3, section 4.7.10): each a list
    /// of schemes by definition, with the scopes that are required. Invalid requirements stay as they are.
    pub(super) fn security(&mut self, operation: &Part<'a>) -> Value {
        let (list, from) = match operation.value.get("security") {
            Some(list) => (Some(list), format!("{}/security", operation.from)),
            None => (self.document.get("security"), "/security".to_owned()),
        };
        let to = format!("{}/security", operation.to);
        self.moved.insert(to.clone(), from);
        let mut found = Vec::new();
        for requirement in list.and_then(Value::as_array).into_iter().flatten() {
            let Some(alternative) = self.alternative(requirement) else {
                return list.cloned().unwrap_or_default();
            };
            found.push(alternative);
        }
        if found.is_empty() {
            return match list {
                None | Some(Value::Array(_)) => json!([[]]),
                Some(other) => other.clone(),
            };
        }
        found.sort_by_cached_key(|schemes| {
            json!(schemes.iter().map(|(one, _)| one).collect::<Vec<_>>()).to_string()
        });
        found.dedup_by(|one, other| one.iter().map(|it| &it.0).eq(other.iter().map(|it| &it.0)));
        let mut alternatives = Vec::new();
        for (index, schemes) in found.into_iter().enumerate() {
            let mut values = Vec::new();
            for (at, (value, name)) in schemes.into_iter().enumerate() {
                let definition = format!("/components/securitySchemes/{}", escape(&name));
                self.moved.insert(format!("{to}/{index}/{at}"), definition);
                values.push(value);
            }
            alternatives.push(Value::Array(values));
        }
        Value::Array(alternatives)
    }

    /// The schemes of one requirement with their names, sorted by definition.
    fn alternative(&mut self, requirement: &'a Value) -> Option<Vec<(Value, String)>> {
        let mut schemes = Vec::new();
        for (name, scopes) in requirement.as_object()? {
            let scopes: Option<BTreeSet<&str>> =
                scopes.as_array()?.iter().map(Value::as_str).collect();
            let scheme = json!({"scheme": self.scheme(name), "scopes": scopes?});
            schemes.push((scheme, name.clone()));
        }
        schemes.sort_by_cached_key(|(scheme, _)| scheme.to_string());
        Some(schemes)
    }

    /// What a client does for a scheme: no description, no hint, no name.
    fn scheme(&mut self, name: &str) -> Value {
        let at = format!("/components/securitySchemes/{}", escape(name));
        let Some(value) = self.document.pointer(&at) else {
            return json!({"undefined": name});
        };
        let Some(scheme) = self.inlined(Part {
            value,
            to: at.clone(),
            from: at,
        }) else {
            return json!({"undefined": name});
        };
        let is_header = scheme
            .value
            .get("in")
            .is_some_and(|place| place == "header");
        let mut fields = Map::new();
        for (key, field) in scheme.members() {
            let value = match (key, field.value) {
                ("description" | "bearerFormat", _) => continue,
                (key, _) if self.is_dropped(key) => continue,
                // RFC 9110, sections 11.1 and 5.1.
                ("scheme", Value::String(text)) => text.to_lowercase().into(),
                ("name", Value::String(text)) if is_header => text.to_lowercase().into(),
                ("flows", Value::Object(flows)) => flows
                    .iter()
                    .map(|(name, flow)| (name.clone(), self.flow(flow)))
                    .collect(),
                (_, value) => value.clone(),
            };
            fields.insert(key.to_owned(), value);
        }
        Value::Object(fields)
    }

    /// A flow with the names of its scopes.
    fn flow(&self, flow: &Value) -> Value {
        let mut flow = flow.clone();
        if let Value::Object(fields) = &mut flow {
            fields.retain(|key, _| !self.is_dropped(key));
            if let Some(Value::Object(scopes)) = fields.get("scopes") {
                let names: BTreeSet<&String> = scopes.keys().collect();
                let names = json!(names);
                fields.insert("scopes".to_owned(), names);
            }
        }
        flow
    }

    /// The servers of the operation, or else those of its path, or else those of the document, by URL (OpenAPI
    /// 3.0.3, sections 4.7.1, 4.7.9 and 4.7.10). Invalid servers stay as they are.
    pub(super) fn servers(&mut self, item: &Part<'a>, operation: &Part<'a>) -> Value {
        let of = |holder: &'a Value, from: &str| {
            let list = holder.get("servers")?;
            (*list != json!([])).then(|| (list, format!("{from}/servers")))
        };
        let found = of(operation.value, &operation.from)
            .or_else(|| of(item.value, &item.from))
            .or_else(|| of(self.document, ""));
        let Some((list, from)) = found else {
            return json!({"/": {}});
        };
        let to = format!("{}/servers", operation.to);
        self.moved.insert(to.clone(), from.clone());
        let mut servers = Map::new();
        for (index, server) in list.as_array().into_iter().flatten().enumerate() {
            let Some(url) = server.get("url").and_then(Value::as_str) else {
                return list.clone();
            };
            let at = format!("{to}/{}", escape(url));
            self.moved.insert(at, format!("{from}/{index}"));
            if servers
                .insert(url.to_owned(), self.server(server))
                .is_some()
            {
                return list.clone();
            }
        }
        if servers.is_empty() {
            list.clone()
        } else {
            Value::Object(servers)
        }
    }

    fn server(&self, server: &Value) -> Value {
        let mut fields = server.as_object().cloned().unwrap_or_default();
        fields.retain(|key, value| {
            !matches!(key.as_str(), "description" | "url")
                && !self.is_dropped(key)
                && *value != json!({})
        });
        if let Some(Value::Object(variables)) = fields.get_mut("variables") {
            for variable in variables.values_mut().filter_map(Value::as_object_mut) {
                variable.retain(|key, _| key != "description" && !self.is_dropped(key));
                if let Some(Value::Array(values)) = variable.get_mut("enum") {
                    values.sort_by_cached_key(Value::to_string);
                }
            }
        }
        Value::Object(fields)
    }
}
