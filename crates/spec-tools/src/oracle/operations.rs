//! Methods, versions, media types, statuses, and parameters with equal names.

use super::parts::{OK, Sample, body, json, parameter, response, sample};
use crate::document::METHODS;

const PARCEL: &str = "{$ref: '#/components/schemas/Parcel'}";
const BOX: &str = "{$ref: '#/components/schemas/Box'}";

const DONE: &str = "'204': {description: Done}";

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

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    methods(&mut samples);
    samples.extend(
        VERSIONS.map(|version| sample(format!("version `{version}`"), &[("VERSION", version)])),
    );
    for media in MEDIA {
        for schema in ["{type: string}", "{type: string, format: binary}", PARCEL] {
            let content = format!("{{'{media}': {{schema: {schema}}}}}");
            samples.extend([
                sample(
                    format!("request of {media}: {schema}"),
                    &[("BODY", &body(&content))],
                ),
                sample(
                    format!("response of {media}: {schema}"),
                    &[("RESPONSES", &response("'200'", &content))],
                ),
            ]);
        }
    }
    statuses(&mut samples);
    same_names(&mut samples);
    styles(&mut samples);
    samples.extend(heads());
    samples.push(sample(
        "servers of an operation",
        &[("SERVERS", "servers: [{url: 'https://other.example'}]")],
    ));
    samples
}

fn methods(samples: &mut Vec<Sample>) {
    let parcel = body(&json(PARCEL));
    for method in METHODS {
        for (sends, body) in [("nothing", ""), ("a body", parcel.as_str())] {
            for (gets, responses) in [("a body", OK), ("nothing", DONE)] {
                samples.push(sample(
                    format!("{method} sends {sends} and gets {gets}"),
                    &[("METHOD", method), ("BODY", body), ("RESPONSES", responses)],
                ));
            }
        }
    }
}

fn statuses(samples: &mut Vec<Sample>) {
    for (at, one) in STATUSES.iter().enumerate() {
        let first = response(one, &json(PARCEL));
        samples.push(sample(format!("status {one}"), &[("RESPONSES", &first)]));
        for two in &STATUSES[at + 1..] {
            for (what, schema) in [("one body", PARCEL), ("two bodies", BOX)] {
                let both = format!("{first}, {}", response(two, &json(schema)));
                let name = format!("statuses {one} and {two} of {what}");
                samples.push(sample(name, &[("RESPONSES", &both)]));
            }
        }
    }
}

fn styles(samples: &mut Vec<Sample>) {
    for style in ["form", "spaceDelimited", "pipeDelimited", "deepObject"] {
        for explode in [true, false] {
            for schema in ["{type: array, items: {type: string}}", "{type: string}"] {
                let fields = format!("style: {style}, explode: {explode}");
                let parameter =
                    format!("{{in: query, name: ids, required: true, {fields}, schema: {schema}}}");
                samples.push(sample(
                    format!("query parameter, {fields}: {schema}"),
                    &[("PARAMETERS", &parameter)],
                ));
            }
        }
    }
}

/// Bodies of responses to HEAD, by status.
fn heads() -> [Sample; STATUSES.len()] {
    STATUSES.map(|status| {
        let response = response(status, &json(PARCEL));
        let responses = if status.trim_matches('\'').starts_with('2') {
            response
        } else {
            format!("{DONE}, {response}")
        };
        sample(
            format!("head with a body for {status}"),
            &[("METHOD", "head"), ("BODY", ""), ("RESPONSES", &responses)],
        )
    })
}

fn same_names(samples: &mut Vec<Sample>) {
    for (one, two) in [
        ("query", "header"),
        ("query", "path"),
        ("header", "path"),
        ("query", "cookie"),
    ] {
        for (first, second) in [("id", "id"), ("id", "Id"), ("id", "kind")] {
            let parameters = [(one, first), (two, second)]
                .map(|(place, name)| parameter(place, name, true, "{type: string}"))
                .join(", ");
            let path = match two {
                "path" => format!("/parcels/{{{second}}}"),
                _ => "/parcels".to_owned(),
            };
            samples.push(sample(
                format!("{one} `{first}` and {two} `{second}`"),
                &[("PATH", &path), ("PARAMETERS", &parameters)],
            ));
        }
    }
}
