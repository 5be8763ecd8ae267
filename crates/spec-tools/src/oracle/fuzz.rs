//! Random combinations of two or three constructs.

use fastrand::Rng;

use super::parts::{OK, Sample, body, component, form, json, parameter, response, sample};
use super::{names::names, schemas::AROUND, schemas::SCHEMAS};
use crate::document::METHODS;

const COUNT: usize = 150;

pub(super) fn samples() -> Vec<Sample> {
    let mut random = Rng::with_seed(super::SEED);
    let mut samples = Vec::new();
    for _ in 0..COUNT {
        let mut kinds = [0, 1, 2, 3, 4, 5, 6];
        random.shuffle(&mut kinds);
        let kinds = &kinds[..random.usize(2..=3)];
        let added: Vec<_> = kinds.iter().map(|kind| add(*kind, &mut random)).collect();
        let names: Vec<_> = added.iter().map(|(_, _, name)| name.as_str()).collect();
        // Of two bodies, or two responses, the last one is used.
        let parts = added
            .iter()
            .rev()
            .map(|(part, text, _)| (*part, text.as_str()));
        samples.push(sample(names.join(" + "), &parts.collect::<Vec<_>>()));
    }
    samples
}

/// A part of this kind, its text, and a description.
fn add(kind: usize, random: &mut Rng) -> (&'static str, String, String) {
    let (what, schema) = any(random);
    let name = random.choice(names().collect::<Vec<_>>()).expect("a name");
    match kind {
        0 => ("BODY", body(&json(&schema)), format!("body: {what}")),
        1 => ("BODY", body(&form(&schema)), format!("form: {what}")),
        2 => {
            let status = *random.choice(&["'200'", "2XX", "'201'"]).expect("a status");
            let response = response(status, &json(&schema));
            ("RESPONSES", response, format!("{status}: {what}"))
        }
        3 => {
            let status = *random.choice(&["'400'", "4XX", "'503'"]).expect("a status");
            let responses = format!("{OK}, {}", response(status, &json(&schema)));
            ("RESPONSES", responses, format!("{status}: {what}"))
        }
        4 => {
            let (what, schema) = random.choice(SCHEMAS.iter()).expect("a schema");
            let place = *random.choice(&["query", "header"]).expect("a place");
            let is_required = random.bool();
            let parameter = parameter(place, name, is_required, schema);
            let what = format!("{place} `{name}` (required: {is_required}): {what}");
            ("PARAMETERS", parameter, what)
        }
        5 => {
            let method = *random.choice(&METHODS).expect("a method");
            ("METHOD", method.to_owned(), method.to_owned())
        }
        _ => {
            let component = component(name, &schema);
            (
                "COMPONENT",
                component,
                format!("component `{name}`: {what}"),
            )
        }
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
