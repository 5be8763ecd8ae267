//! Methods, versions, media types, statuses, and parameters with equal names.

use super::parts::{OK, Parts, Sample, json};
use crate::document::METHODS;

const PARCEL: &str = "{$ref: '#/components/schemas/Parcel'}";
const BOX: &str = "{$ref: '#/components/schemas/Box'}";

const VERSIONS: [&str; 5] = ["1", "v1.0 beta", "1.0.0-é", "１.0", "a\tb"];

const MEDIA: [&str; 9] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/problem+json",
    "text/plain",
    "application/octet-stream",
    "application/xml",
    "multipart/form-data",
    "image/png",
    "*/*",
];

const STATUSES: [&str; 14] = [
    "'200'", "'201'", "'204'", "'299'", "2XX", "'302'", "'400'", "'404'", "'418'", "'499'", "4XX",
    "'500'", "5XX", "default",
];

pub(super) fn samples(samples: &mut Vec<Sample>) {
    for method in METHODS {
        for (sends, body) in [("nothing", None), ("a body", Some(json(PARCEL)))] {
            for (gets, responses) in [("a body", OK), ("nothing", "'204': {description: Done}")] {
                let parts = Parts::new().method(method).body(body.clone());
                let parts = parts.responses(responses.to_owned());
                samples.push(parts.sample(format!("{method} sends {sends} and gets {gets}")));
            }
        }
    }
    for version in VERSIONS {
        samples.push(
            Parts::new()
                .version(version)
                .sample(format!("version `{version}`")),
        );
    }
    for media in MEDIA {
        for schema in ["{type: string}", "{type: string, format: binary}", PARCEL] {
            let content = format!("{{'{media}': {{schema: {schema}}}}}");
            let response = format!("'200': {{description: Sent, content: {content}}}");
            samples.extend([
                Parts::new()
                    .body(Some(content))
                    .sample(format!("request of {media}: {schema}")),
                Parts::new()
                    .responses(response)
                    .sample(format!("response of {media}: {schema}")),
            ]);
        }
    }
    statuses(samples);
    same_names(samples);
    styles(samples);
    heads(samples);
    samples.push(
        Parts::new()
            .servers("[{url: 'https://other.example'}]")
            .sample("servers of an operation"),
    );
}

fn statuses(samples: &mut Vec<Sample>) {
    let with =
        |status: &str, schema| format!("{status}: {{description: A, content: {}}}", json(schema));
    for (at, one) in STATUSES.iter().enumerate() {
        let first = with(one, PARCEL);
        samples.push(
            Parts::new()
                .responses(first.clone())
                .sample(format!("status {one}")),
        );
        for two in &STATUSES[at + 1..] {
            for (what, schema) in [("one body", PARCEL), ("two bodies", BOX)] {
                let parts = Parts::new().responses(format!("{first}, {}", with(two, schema)));
                samples.push(parts.sample(format!("statuses {one} and {two} of {what}")));
            }
        }
    }
}

fn styles(samples: &mut Vec<Sample>) {
    for style in ["form", "spaceDelimited", "pipeDelimited", "deepObject"] {
        for explode in [true, false] {
            for schema in ["{type: array, items: {type: string}}", "{type: string}"] {
                let fields = format!("style: {style}, explode: {explode}");
                let parts = Parts::new().styled(&fields, schema);
                samples.push(parts.sample(format!("query parameter, {fields}: {schema}")));
            }
        }
    }
}

/// Bodies of responses to HEAD, by status.
fn heads(samples: &mut Vec<Sample>) {
    for status in STATUSES {
        let content = json(PARCEL);
        let response = format!("{status}: {{description: A, content: {content}}}");
        let responses = if status.trim_matches('\'').starts_with('2') {
            response
        } else {
            format!("'204': {{description: Done}}, {response}")
        };
        let parts = Parts::new().method("head").body(None).responses(responses);
        samples.push(parts.sample(format!("head with a body for {status}")));
    }
}

fn same_names(samples: &mut Vec<Sample>) {
    for (one, two) in [
        ("query", "header"),
        ("query", "path"),
        ("header", "path"),
        ("query", "cookie"),
    ] {
        for (first, second) in [("id", "id"), ("id", "Id"), ("id", "kind")] {
            let parts = Parts::new()
                .parameter(one, first, true, "{type: string}")
                .parameter(two, second, true, "{type: string}");
            let parts = if two == "path" {
                parts.path(&format!("/parcels/{{{second}}}"))
            } else {
                parts
            };
            samples.push(parts.sample(format!("{one} `{first}` and {two} `{second}`")));
        }
    }
}
