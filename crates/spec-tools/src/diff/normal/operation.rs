//! Operations: parameters, bodies and responses.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Normalizer, Part, reference};
use crate::yaml::escape;

/// Members of an operation that are documentation, or inherited.
const INHERITED: [&str; 9] = [
    "summary",
    "description",
    "externalDocs",
    "tags",
    "deprecated",
    "operationId",
    "parameters",
    "security",
    "servers",
];

impl<'a> Normalizer<'a> {
    /// The operation with what it inherits from its path `item` and from the document.
    pub(super) fn operation(&mut self, item: &Part<'a>, operation: &Part<'a>) -> Value {
        let mut normal = self.object(operation, &INHERITED, |this, key, part| match key {
            "requestBody" => Some(this.body(part)),
            "responses" => Some(this.responses(part)),
            _ => None,
        });
        normal["parameters"] = self.parameters(item, operation);
        normal["security"] = self.security(operation);
        normal["servers"] = self.servers(item, operation);
        normal
    }

    /// The parameters of the operation and those of its path that it does not override (OpenAPI 3.0.3, section
    /// 4.7.10), by location and name. The lists themselves if one is invalid.
    fn parameters(&mut self, item: &Part<'a>, operation: &Part<'a>) -> Value {
        let to = format!("{}/parameters", operation.to);
        let mut all = Map::new();
        for holder in [item, operation] {
            let Some(list) = holder.value.get("parameters") else {
                continue;
            };
            let Some(found) = self.listed(list, &format!("{}/parameters", holder.from), &to) else {
                return json!([
                    item.value.get("parameters"),
                    operation.value.get("parameters")
                ]);
            };
            all.extend(found);
        }
        Value::Object(all)
    }

    fn listed(&mut self, list: &'a Value, from: &str, to: &str) -> Option<Map<String, Value>> {
        let mut found = Map::new();
        for (index, value) in list.as_array()?.iter().enumerate() {
            let (value, from) = match reference(value) {
                None => (value, format!("{from}/{index}")),
                Some(_) => self.target(value)?,
            };
            let text = |field| value.get(field).and_then(Value::as_str);
            let (place, name) = (text("in")?, text("name")?);
            let key = match place {
                // RFC 9110, section 5.1: header names are case-insensitive.
                "header" => format!("{place}:{}", name.to_lowercase()),
                _ => format!("{place}:{name}"),
            };
            let parameter = self.place(value, format!("{to}/{}", escape(&key)), from);
            if found.insert(key, self.parameter(&parameter)).is_some() {
                return None;
            }
        }
        Some(found)
    }

    /// A parameter or header without its defaults (OpenAPI 3.0.3, section 4.7.12).
    fn parameter(&mut self, part: &Part<'a>) -> Value {
        let text = |field: &str| part.value.get(field).and_then(Value::as_str);
        // A header of a response has no `in`.
        let usual = match text("in") {
            Some("query" | "cookie") => "form",
            _ => "simple",
        };
        let explodes = text("style").unwrap_or(usual) == "form";
        // The key of the parameter has its name and location.
        let left_out = [
            "description",
            "example",
            "examples",
            "deprecated",
            "name",
            "in",
        ];
        let mut parameter = self.object(part, &left_out, |this, key, field| match key {
            "schema" => Some(this.schema(field)),
            "content" => Some(this.content(field)),
            _ => None,
        });
        let is_default = |key: &str, value: &Value| match key {
            "required" | "allowEmptyValue" | "allowReserved" => *value == json!(false),
            "style" => value == usual,
            "explode" => *value == json!(explodes),
            _ => false,
        };
        if let Value::Object(fields) = &mut parameter {
            fields.retain(|key, value| !is_default(key, value));
        }
        parameter
    }

    fn body(&mut self, part: &Part<'a>) -> Value {
        let Some(body) = self.inlined(part.clone()) else {
            return part.value.clone();
        };
        let is_optional = body.value.get("required") == Some(&json!(false));
        let left_out = ["description", if is_optional { "required" } else { "" }];
        self.object(&body, &left_out, |this, key, part| {
            (key == "content").then(|| this.content(part))
        })
    }

    fn responses(&mut self, responses: &Part<'a>) -> Value {
        let case = |status: &str| {
            let name = status.to_uppercase().replace("DEFAULT", "default");
            (!status.starts_with("x-")).then_some(name)
        };
        self.renamed(responses, case, |this, part| {
            let Some(response) = this.inlined(part.clone()) else {
                return part.value.clone();
            };
            // A link describes other requests.
            let left_out = ["description", "links"];
            let mut normal = this.object(&response, &left_out, |this, key, field| match key {
                "content" => Some(this.content(field)),
                "headers" => Some(this.headers(field)),
                _ => None,
            });
            if let Value::Object(fields) = &mut normal {
                fields.retain(|_, value| *value != json!({}));
            }
            normal
        })
    }

    fn headers(&mut self, headers: &Part<'a>) -> Value {
        self.renamed(
            headers,
            |name| Some(name.to_lowercase()),
            |this, part| {
                let header = this.inlined(part.clone());
                header.map_or_else(|| part.value.clone(), |header| this.parameter(&header))
            },
        )
    }

    fn content(&mut self, content: &Part<'a>) -> Value {
        self.renamed(
            content,
            |name| Some(media_type(name)),
            |this, part| {
                this.object(part, &["example", "examples"], |this, key, field| {
                    (key == "schema").then(|| this.schema(field))
                })
            },
        )
    }

    /// The members of `map` that have a `name` in normal form, under that, or under their own if two are equal.
    fn renamed(
        &mut self,
        map: &Part<'a>,
        name: fn(&str) -> Option<String>,
        of: impl Fn(&mut Self, &Part<'a>) -> Value,
    ) -> Value {
        if !map.value.is_object() {
            return map.value.clone();
        }
        let with_name = |(key, part)| Some((name(key)?, key, part));
        let members: Vec<_> = map.members().filter_map(with_name).collect();
        let names: BTreeSet<_> = members.iter().map(|(name, ..)| name).collect();
        let is_unique = names.len() == members.len();
        let all = members.into_iter().map(|(name, key, part)| {
            let key = if is_unique { name } else { key.to_owned() };
            let part = self.place(
                part.value,
                format!("{}/{}", map.to, escape(&key)),
                part.from,
            );
            let value = of(self, &part);
            (key, value)
        });
        all.collect()
    }
}

/// A media type in lower case (RFC 9110, section 8.3.1). JSON has no parameter `charset` (RFC 8259, section 11).
fn media_type(name: &str) -> String {
    let mut parts = name.split(';').map(|part| part.trim().to_lowercase());
    let essence = parts.next().unwrap_or_default();
    let is_json = essence == "application/json" || essence.ends_with("+json");
    let mut parameters: Vec<_> = parts
        .filter(|part| !(part.is_empty() || is_json && part.starts_with("charset=")))
        .collect();
    parameters.sort();
    std::iter::once(essence)
        .chain(parameters)
        .collect::<Vec<_>>()
        .join("; ")
}
