//! Schemas in every position that may have one.

use std::sync::LazyLock;

use super::parts::{OK, Parts, Sample, json};

type Table = LazyLock<Vec<(&'static str, &'static str)>>;

/// Schemas with descriptions.
pub(super) static SCHEMAS: Table = LazyLock::new(|| rows(include_str!("schemas.yaml")));

/// Positions in which a schema may be nested.
pub(super) static AROUND: Table = LazyLock::new(|| rows(include_str!("positions.yaml")));

/// The rows of a table: the schemas become parts of other texts.
fn rows(table: &str) -> Vec<(&str, &str)> {
    let rows = table.lines().map(|line| line.split_once(": "));
    rows.map(|row| row.expect("a description and a schema"))
        .collect()
}

pub(super) fn samples(samples: &mut Vec<Sample>) {
    for (what, schema) in SCHEMAS.iter() {
        let mut add =
            |place: &str, parts: Parts| samples.push(parts.sample(format!("{what} as {place}")));
        for (place, around) in AROUND.iter() {
            let body = json(&around.replace("SCHEMA", schema));
            add(place, Parts::new().body(Some(body)));
        }
        let form = |schema: &str| {
            let content = format!("{{application/x-www-form-urlencoded: {{schema: {schema}}}}}");
            Parts::new().body(Some(content))
        };
        add("a form", form(schema));
        add(
            "a field of a form",
            form(&format!("{{type: object, properties: {{f: {schema}}}}}")),
        );
        let content = json(schema);
        let response = |responses: String| Parts::new().responses(responses);
        add(
            "a response",
            response(format!("'200': {{description: Sent, content: {content}}}")),
        );
        add(
            "an error",
            response(format!(
                "{OK}, '400': {{description: No, content: {content}}}"
            )),
        );
        let headers = format!("{{X-A: {{description: A, schema: {schema}}}}}");
        add(
            "a response header",
            response(format!("'200': {{description: Sent, headers: {headers}}}")),
        );
        add("a component", Parts::new().schema("Made", schema));
        for place in ["query", "header"] {
            add(
                &format!("a required {place} parameter"),
                Parts::new().parameter(place, "p", true, schema),
            );
            add(
                &format!("an optional {place} parameter"),
                Parts::new().parameter(place, "p", false, schema),
            );
        }
        add(
            "a path parameter",
            Parts::new()
                .path("/parcels/{p}")
                .parameter("path", "p", true, schema),
        );
    }
}
