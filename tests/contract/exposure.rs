//! Where the wrapper has what the spec has. A new item of the spec fails this test until a person has added it to
//! the wrapper, or accepted with `cargo xtask bless` what the wrapper makes of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use digilocker::TokenTypeHint;
use integration_tests::SPEC;
use serde_json::{Map, Value, json};
use spec_tools::outline::outline;
use xtask::bless::artefacts;
use xtask::exposure::{FILE, Item, items, operation, questions, resolve, schema};

use crate::documented_responses::{Response, rows};

const HEAD: &str = "\
# Where the wrapper has what the spec has

Found by calling the wrapper: an accessor has a member or a header if its value changes with it. Members that are
constant are left out. `cargo xtask bless` writes this file. A row that says **not exposed** is a decision.

| spec | wrapper |
|---|---|
";

const NOT_EXPOSED: &str = "**not exposed**";

const STATUSES: &str = "
# What each documented response means

| status | example | result | token | retryable | retry after | code |
|---|---|---|---|---|---|---|
";

#[tokio::test]
async fn exposure_is_as_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let accepted = std::fs::read_to_string(root.join(FILE)).unwrap_or_default();
    let accepted = accepted.replace("\r\n", "\n");
    let api = api(&root);
    let (mut text, mut statuses, mut new) = (HEAD.to_owned(), STATUSES.to_owned(), Vec::new());
    let items = items(&SPEC);
    for item in &items {
        let is_question = if let Item::Status(status) = item {
            statuses.push_str(&rows(status).await);
            !accepted.contains(&format!("\n| {status} |"))
        } else {
            let row = row(item, &api).await;
            text.push_str(&row);
            row.contains(NOT_EXPOSED) && !accepted.contains(&row)
        };
        if is_question {
            new.push(item);
        }
    }
    text.push_str(&statuses);
    artefacts::check(&root, FILE, &text)
        .unwrap_or_else(|error| panic!("{}\n{error}", questions(&root, new)));
}

/// The public items of the wrapper's types for requests and results.
fn api(root: &Path) -> BTreeSet<String> {
    let files = [
        "client.rs",
        "revoke.rs",
        "revoked.rs",
        "error/mod.rs",
        "config/credentials.rs",
    ];
    let outline = |file| {
        let path = root.join("crates/digilocker/src").join(file);
        outline(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    files.into_iter().flat_map(outline).collect()
}

async fn row(item: &Item, api: &BTreeSet<String>) -> String {
    let function = |name: &str| {
        let starts = [format!("fn {name}("), format!("fn {name}<")];
        let is_this = |line: &String| starts.iter().any(|start| line.contains(start));
        api.iter().any(is_this).then(|| name.to_owned())
    };
    let places: Vec<String> = match item {
        Item::RequestMember { name, component } => taking(name, component.as_deref(), api),
        Item::RequestValue { value, .. } => {
            let known = TokenTypeHint::ALL.iter();
            let hints = known.filter(|hint| hint.as_str() == value);
            hints
                .map(|hint| format!("TokenTypeHint::{hint:?}"))
                .collect()
        }
        Item::SecurityScheme { method, .. } => {
            let constructor = function(&format!("Credentials::{method}"));
            constructor.into_iter().collect()
        }
        Item::Header { is_success, name } => {
            let has = |status: &&String| {
                let response = resolve(&SPEC, &responses()[*status]);
                response["headers"].get(name).is_some()
            };
            let status = statuses(*is_success).find(has).unwrap();
            let with = Response::documented(status).remove(0).1;
            let mut without = with.clone();
            without.headers.retain(|(other, _)| other != name);
            let accessors = difference(&with, &without).await.into_iter();
            accessors.filter_map(|name| function(&name)).collect()
        }
        Item::ResponseMember { is_success, path } => {
            let [one, other] = with_both_values(*is_success, path);
            let accessors = difference(&one, &other).await.into_iter();
            accessors.filter_map(|name| function(&name)).collect()
        }
        Item::Status(_) => unreachable!("statuses have rows of their own"),
    };
    let places: Vec<_> = places.iter().map(|place| format!("`{place}`")).collect();
    let places = match places.as_slice() {
        [] => NOT_EXPOSED.to_owned(),
        places => places.join(", "),
    };
    format!("| {item} | {places} |\n")
}

/// The functions that make or change a call, and are named like the member or take its component.
fn taking(name: &str, component: Option<&str>, api: &BTreeSet<String>) -> Vec<String> {
    let functions = api.iter().filter_map(|line| {
        let (function, rest) = line.strip_prefix("fn ")?.split_once('(')?;
        let mut parameters = rest.split(") ->").next()?.split(", ");
        let takes_it = parameters.any(|it| it.split_once(": ").map(|(_, it)| it) == component);
        let is_of_call = function.starts_with("Client::") || function.starts_with("Revoke::");
        let is_it = function == format!("Revoke::{name}") || component.is_some() && takes_it;
        (is_of_call && is_it).then(|| function.to_owned())
    });
    functions.collect()
}

fn responses() -> &'static Map<String, Value> {
    operation(&SPEC).unwrap()["responses"].as_object().unwrap()
}

/// The documented statuses of successes, or of errors.
fn statuses(is_success: bool) -> impl Iterator<Item = &'static String> {
    let statuses = responses().keys();
    statuses.filter(move |status| status.starts_with('2') == is_success)
}

/// Two documented responses that differ in the value of this member only.
fn with_both_values(is_success: bool, path: &[String]) -> [Response; 2] {
    let (status, member) = statuses(is_success)
        .find_map(|status| {
            let schema = schema(resolve(&SPEC, &responses()[status]));
            Some((status, member(schema, path)?))
        })
        .unwrap();
    let response = Response::documented(status).remove(0).1;
    values(member).map(|value| {
        let mut response = response.clone();
        let body = response.body.get_or_insert_with(|| json!({}));
        let member = path.iter().fold(body, |object, name| {
            if !object.is_object() {
                *object = json!({});
            }
            &mut object[name]
        });
        *member = value;
        response
    })
}

/// The schema of the member at this path.
fn member(schema: &'static Value, path: &[String]) -> Option<&'static Value> {
    let schema = resolve(&SPEC, schema);
    let Some((first, rest)) = path.split_first() else {
        return Some(schema);
    };
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let mut members = parts.chain([schema]).filter_map(|part| {
        let members = &resolve(&SPEC, part)["properties"];
        members.get(first)
    });
    members.find_map(|schema| member(schema, rest))
}

/// Two values of a schema.
fn values(schema: &Value) -> [Value; 2] {
    if let Some([one, other, ..]) = schema["enum"].as_array().map(Vec::as_slice) {
        return [one.clone(), other.clone()];
    }
    let text = [json!("one"), json!("another")];
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("boolean"), _) => [json!(true), json!(false)],
        (Some("integer" | "number"), _) => [json!(1), json!(2)],
        (Some("array"), _) => {
            let [one, other] = values(resolve(&SPEC, &schema["items"]));
            [json!([one]), json!([other])]
        }
        (Some("object"), _) => text.map(|text| json!({ "name": text })),
        (_, Some("date-time")) => [1, 2].map(|day| json!(format!("2025-01-0{day}T00:00:00Z"))),
        (_, Some("date")) => [1, 2].map(|day| json!(format!("2025-01-0{day}"))),
        _ => text,
    }
}

/// The fields of `Revoked` or `Error` whose values differ, as paths of functions.
async fn difference(one: &Response, other: &Response) -> BTreeSet<String> {
    let fields = |response: &Response| {
        let response = response.clone();
        async move {
            match response.call().await {
                Ok(revoked) => fields("Revoked", &format!("{revoked:#?}")),
                Err(error) => fields("Error", &format!("{error:#?}")),
            }
        }
    };
    let (one, other) = (fields(one).await, fields(other).await);
    let differing = one.symmetric_difference(&other);
    differing.map(|(field, _)| field.clone()).collect()
}

/// The fields in the `Debug` output of a type, at any depth, with their values.
fn fields(owner: &str, debug: &str) -> BTreeSet<(String, String)> {
    let mut done = BTreeSet::new();
    // The fields that contain the current line, with their indentation.
    let mut open: Vec<(usize, String, String)> = Vec::new();
    for line in debug.lines().chain([""]) {
        let text = line.trim_start();
        let indentation = line.len() - text.len();
        if let Some((name, _)) = text.split_once(": ")
            && text.starts_with(char::is_lowercase)
        {
            let first_closed = open.iter().position(|(outer, ..)| *outer >= indentation);
            let closed = open.drain(first_closed.unwrap_or(open.len())..);
            done.extend(closed.map(|(_, name, value)| (name, value)));
            open.push((indentation, format!("{owner}::{name}"), String::new()));
        }
        for (_, _, value) in &mut open {
            writeln!(value, "{line}").unwrap();
        }
    }
    done.extend(open.into_iter().map(|(_, name, value)| (name, value)));
    done
}
