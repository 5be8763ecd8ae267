//! Schemas in every position that may have one.

use std::sync::LazyLock;

use super::parts::{OK, Sample, body, component, form, json, parameter, response, sample};

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

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (what, schema) in SCHEMAS.iter() {
        let mut add = |place: &str, parts: &[(&str, &str)]| {
            samples.push(sample(format!("{what} as {place}"), parts));
        };
        for (place, around) in AROUND.iter() {
            let content = json(&around.replace("SCHEMA", schema));
            add(place, &[("BODY", &body(&content))]);
        }
        add("a form", &[("BODY", &body(&form(schema)))]);
        let field = form(&format!("{{type: object, properties: {{f: {schema}}}}}"));
        add("a field of a form", &[("BODY", &body(&field))]);
        let success = response("'200'", &json(schema));
        add("a response", &[("RESPONSES", &success)]);
        let error = response("'400'", &json(schema));
        add("an error", &[("RESPONSES", &format!("{OK}, {error}"))]);
        let headers = format!("{{X-A: {{description: A, schema: {schema}}}}}");
        let response = format!("'200': {{description: Sent, headers: {headers}}}");
        add("a response header", &[("RESPONSES", &response)]);
        add("a component", &[("COMPONENT", &component("Made", schema))]);
        for place in ["query", "header"] {
            for (article, required) in [("a required", true), ("an optional", false)] {
                let parameter = parameter(place, "p", required, schema);
                let place = format!("{article} {place} parameter");
                add(&place, &[("PARAMETERS", &parameter)]);
            }
        }
        let parameter = parameter("path", "p", true, schema);
        add(
            "a path parameter",
            &[("PATH", "/parcels/{p}"), ("PARAMETERS", &parameter)],
        );
    }
    samples
}
