//! Random combinations of two or three constructs.

use fastrand::Rng;

use super::parts::{OK, Parts, Sample, json};
use super::{names::names, schemas::AROUND, schemas::SCHEMAS};
use crate::document::METHODS;

const COUNT: usize = 150;

pub(super) fn samples(samples: &mut Vec<Sample>) {
    let mut random = Rng::with_seed(super::SEED);
    for _ in 0..COUNT {
        let mut kinds = [0, 1, 2, 3, 4, 5, 6];
        random.shuffle(&mut kinds);
        let (mut parts, mut names) = (Parts::new(), Vec::new());
        for kind in &kinds[..random.usize(2..=3)] {
            let (more, name) = add(parts, *kind, &mut random);
            parts = more;
            names.push(name);
        }
        samples.push(parts.sample(names.join(" + ")));
    }
}

fn add(parts: Parts, kind: usize, random: &mut Rng) -> (Parts, String) {
    let (what, schema) = any(random);
    let name = random.choice(names().collect::<Vec<_>>()).expect("a name");
    match kind {
        0 => (parts.body(Some(json(&schema))), format!("body: {what}")),
        1 => {
            let content = format!("{{application/x-www-form-urlencoded: {{schema: {schema}}}}}");
            (parts.body(Some(content)), format!("form: {what}"))
        }
        2 => {
            let content = json(&schema);
            let status = *random.choice(&["'200'", "2XX", "'201'"]).expect("a status");
            let response = format!("{status}: {{description: Sent, content: {content}}}");
            (parts.responses(response), format!("{status}: {what}"))
        }
        3 => {
            let content = json(&schema);
            let status = *random.choice(&["'400'", "4XX", "'503'"]).expect("a status");
            let response = format!("{OK}, {status}: {{description: No, content: {content}}}");
            (parts.responses(response), format!("{status}: {what}"))
        }
        4 => {
            let (what, schema) = random.choice(SCHEMAS.iter()).expect("a schema");
            let place = *random.choice(&["query", "header"]).expect("a place");
            let is_required = random.bool();
            let description = format!("{place} `{name}` (required: {is_required}): {what}");
            (
                parts.parameter(place, name, is_required, schema),
                description,
            )
        }
        5 => {
            let method = *random.choice(&METHODS).expect("a method");
            (parts.method(method), method.to_owned())
        }
        _ => (
            parts.schema(name, &schema),
            format!("component `{name}`: {what}"),
        ),
    }
}

/// A random schema, nested in up to two others.
fn any(random: &mut Rng) -> (String, String) {
    let (what, schema) = random.choice(SCHEMAS.iter()).expect("a schema");
    let (mut what, mut schema) = ((*what).to_owned(), (*schema).to_owned());
    for _ in 0..random.usize(0..=2) {
        let (place, around) = random.choice(AROUND.iter()).expect("a place");
        what = format!("{what} as {place}");
        schema = around.replace("SCHEMA", &schema);
    }
    (what, schema)
}
