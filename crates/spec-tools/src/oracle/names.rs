//! Names in every position that becomes a Rust name.

use super::parts::{Sample, body, component, json, parameter, response, sample};

/// Names that generated code uses itself, and names that change in Rust's case styles.
const NAMES: &str = "new new_with_client pre exec post api_version baseurl client inner header_map info value \
    request response result url body query self send stream into_inner mock when then config_fn \
    types type Self async crate super extra error builder prelude operations status re ok err \
    some none clone default Default from String Option Result Vec Box Error Client ResponseValue \
    ByteStream id X-Id page_token $top filter[name] 1st";

/// The names, and one with a blank.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.split(' ').chain(["a b"])
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples: Vec<_> = names().flat_map(in_each_position).collect();
    // The same names with the other interface.
    let built: Vec<_> = samples.iter().cloned().map(Sample::built).collect();
    samples.extend(built);
    samples.extend(merged("equal", "a: {type: string}", "a, b"));
    samples.extend(merged("different", "b: {type: integer}", "c, d"));
    samples
}

fn in_each_position(name: &str) -> [Sample; 7] {
    let string = "{type: string}";
    let parameter = |place| parameter(place, name, place == "path", string);
    let schema = component(name, "{type: object, properties: {a: {type: string}}}");
    let object = format!("{{type: object, properties: {{'{name}': {string}}}}}");
    [
        sample(format!("operation `{name}`"), &[("OPERATION_ID", name)]),
        sample(
            format!("query parameter `{name}`"),
            &[("PARAMETERS", &parameter("query"))],
        ),
        sample(
            format!("header parameter `{name}`"),
            &[("PARAMETERS", &parameter("header"))],
        ),
        sample(
            format!("path parameter `{name}`"),
            &[
                ("PATH", &format!("/parcels/{{{name}}}")),
                ("PARAMETERS", &parameter("path")),
            ],
        ),
        sample(format!("schema `{name}`"), &[("COMPONENT", &schema)]),
        sample(
            format!("schema `{name}` of strings"),
            &[("COMPONENT", &component(name, string))],
        ),
        sample(
            format!("property `{name}`"),
            &[("BODY", &body(&json(&object)))],
        ),
    ]
}

/// Two schemas of one generated name: equal titles, or a place and the name of a component. `what` says how these
/// properties, or enum values, compare with those of the other schema.
fn merged(what: &str, properties: &str, values: &str) -> Vec<Sample> {
    let object = |properties: &str| format!("{{type: object, properties: {{{properties}}}}}");
    let (one, other) = (object("a: {type: string}"), object(properties));
    let titled = |schema: &str| format!("{{title: Place, {}", schema.trim_start_matches('{'));
    let places = object(&format!("from: {}, to: {}", titled(&one), titled(&other)));
    let inner = object(&format!("in: {one}"));
    let refers = object(&format!(
        "in: {one}, other: {{$ref: '#/components/schemas/SendParcelBodyIn'}}"
    ));
    let mut samples = vec![sample(
        format!("equal titles of {what} schemas"),
        &[("BODY", &body(&json(&places)))],
    )];
    for (place, name, inline) in [
        ("body", "SendParcelBody", &one),
        ("body", "send_parcel_body", &one),
        ("body", "Outer", &one),
        ("property", "SendParcelBodyIn", &inner),
        ("property beside a reference", "SendParcelBodyIn", &refers),
    ] {
        samples.push(sample(
            format!("inline {place} and {what} component `{name}`"),
            &[
                ("BODY", &body(&json(inline))),
                ("COMPONENT", &component(name, &other)),
            ],
        ));
    }
    let [success, error] =
        [("'200'", one), ("'400'", other)].map(|(status, schema)| response(status, &json(&schema)));
    samples.push(sample(
        format!("inline success and {what} inline error"),
        &[("RESPONSES", &format!("{success}, {error}"))],
    ));
    let kinds = |values: &str| format!("{{type: string, enum: [{values}]}}");
    samples.push(sample(
        format!("inline parameter and {what} component"),
        &[
            (
                "PARAMETERS",
                &parameter("query", "kind", false, &kinds("a, b")),
            ),
            ("COMPONENT", &component("SendParcelKind", &kinds(values))),
        ],
    ));
    samples
}
