//! Operations: parameters, bodies and responses.

use serde_json::{Map, Value, json};

use super::{Normalizer, Part, reference};
use crate::yaml::escape;

impl<'a> Normalizer<'a> {
    /// The operation with what it inherits from its path `item` and from the document.
    pub(super) fn operation(&mut self, item: &Part<'a>, operation: &Part<'a>) -> Value {
        let mut fields = Map::new();
        for (key, part) in operation.members() {
            let value = match key {
                "summary" | "description" | "externalDocs" | "tags" | "deprecated"
                | "operationId" | "parameters" | "security" | "servers" => continue,
                "requestBody" => self.body(part),
                "responses" => self.responses(&part),
                key if self.is_dropped(key) => continue,
                _ => part.value.clone(),
            };
            fields.insert(key.to_owned(), value);
        }
        fields.insert("parameters".to_owned(), self.parameters(item, operation));
        fields.insert("security".to_owned(), self.security(operation));
        fields.insert("servers".to_owned(), self.servers(item, operation));
        Value::Object(fields)
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
        let mut fields = Map::new();
        for (key, field) in part.members() {
            let value = match key {
                // The key of the parameter has both.
                "description" | "example" | "examples" | "deprecated" | "name" | "in" => continue,
                "required" | "allowEmptyValue" | "allowReserved"
                    if *field.value == json!(false) =>
                {
                    continue;
                }
                "style" if field.value == usual => continue,
                "explode" if *field.value == json!(explodes) => continue,
                "schema" => self.schema(&field),
                "content" => self.content(&field),
                key if self.is_dropped(key) => continue,
                _ => field.value.clone(),
            };
            fields.insert(key.to_owned(), value);
        }
        Value::Object(fields)
    }

    fn body(&mut self, part: Part<'a>) -> Value {
        let written = part.value;
        let Some(body) = self.inlined(part) else {
            return written.clone();
        };
        let mut fields = Map::new();
        for (key, field) in body.members() {
            let value = match key {
                "description" => continue,
                "required" if *field.value == json!(false) => continue,
                "content" => self.content(&field),
                key if self.is_dropped(key) => continue,
                _ => field.value.clone(),
            };
            fields.insert(key.to_owned(), value);
        }
        Value::Object(fields)
    }

    fn responses(&mut self, responses: &Part<'a>) -> Value {
        let listed = responses
            .members()
            .filter(|(status, _)| !status.starts_with("x-"));
        let listed: Vec<_> = listed.collect();
        let all = listed.into_iter().map(|(status, part)| {
            let key = match status {
                "default" => status.to_owned(),
                _ => status.to_uppercase(),
            };
            let to = format!("{}/{}", responses.to, escape(&key));
            let part = self.place(part.value, to, part.from);
            (key, self.response(part))
        });
        all.collect()
    }

    fn response(&mut self, part: Part<'a>) -> Value {
        let written = part.value;
        let Some(response) = self.inlined(part) else {
            return written.clone();
        };
        let mut fields = Map::new();
        for (key, field) in response.members() {
            let value = match key {
                // A link describes other requests.
                "description" | "links" => continue,
                "content" => self.content(&field),
                "headers" => self.headers(&field),
                key if self.is_dropped(key) => continue,
                _ => field.value.clone(),
            };
            if value != json!({}) {
                fields.insert(key.to_owned(), value);
            }
        }
        Value::Object(fields)
    }

    fn headers(&mut self, headers: &Part<'a>) -> Value {
        self.renamed(headers, str::to_lowercase, |this, part| {
            let written = part.value;
            let header = this.inlined(part);
            header.map_or_else(|| written.clone(), |header| this.parameter(&header))
        })
    }

    fn content(&mut self, content: &Part<'a>) -> Value {
        self.renamed(content, media_type, |this, part| {
            let mut fields = Map::new();
            for (key, field) in part.members() {
                let value = match key {
                    "example" | "examples" => continue,
                    "schema" => this.schema(&field),
                    key if this.is_dropped(key) => continue,
                    _ => field.value.clone(),
                };
                fields.insert(key.to_owned(), value);
            }
            Value::Object(fields)
        })
    }

    /// The members of `map` under their names in normal form, or under their own if two are equal.
    fn renamed(
        &mut self,
        map: &Part<'a>,
        name: fn(&str) -> String,
        of: impl Fn(&mut Self, Part<'a>) -> Value,
    ) -> Value {
        if !map.value.is_object() {
            return map.value.clone();
        }
        let members: Vec<_> = map.members().collect();
        let mut names: Vec<_> = members.iter().map(|(key, _)| name(key)).collect();
        names.sort();
        let is_unique = names.windows(2).all(|pair| pair[0] != pair[1]);
        let all = members.into_iter().map(|(key, part)| {
            let key = if is_unique { name(key) } else { key.to_owned() };
            let to = format!("{}/{}", map.to, escape(&key));
            let part = self.place(part.value, to, part.from);
            let value = of(self, part);
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
