//! Names in every position that becomes a Rust name.

use super::parts::{Parts, Sample, json};

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

pub(super) fn samples(samples: &mut Vec<Sample>) {
    in_each_position(samples);
    let count = samples.len();
    // The same names with the other interface.
    let built = samples[..count].iter().cloned().map(Sample::built);
    let built: Vec<_> = built.collect();
    samples.extend(built);
    merged(samples);
}

/// Two schemas of one generated name: equal titles, or a place and the name of a component.
fn merged(samples: &mut Vec<Sample>) {
    let (one, other) = ("a: {type: string}", "b: {type: integer}");
    for (what, second) in [("equal", one), ("different", other)] {
        let inline = |properties: &str| format!("{{type: object, properties: {{{properties}}}}}");
        let titled = |properties: &str| {
            format!("{{title: Place, type: object, properties: {{{properties}}}}}")
        };
        let pair = format!(
            "{{type: object, properties: {{from: {}, to: {}}}}}",
            titled(one),
            titled(second)
        );
        samples.push(
            Parts::new()
                .body(Some(json(&pair)))
                .sample(format!("equal titles of {what} schemas")),
        );
        for component in ["SendParcelBody", "send_parcel_body", "Outer"] {
            samples.push(
                Parts::new()
                    .schema(component, &inline(second))
                    .body(Some(json(&inline(one))))
                    .sample(format!("inline body and {what} component `{component}`")),
            );
        }
        let property = format!("{{type: object, properties: {{in: {}}}}}", inline(one));
        let refers = format!(
            "{{type: object, properties: {{in: {}, other: {{$ref: '#/components/schemas/SendParcelBodyIn'}}}}}}",
            inline(one)
        );
        for (which, body) in [("unused", property), ("used", refers)] {
            samples.push(
                Parts::new()
                    .schema("SendParcelBodyIn", &inline(second))
                    .body(Some(json(&body)))
                    .sample(format!("inline property and {which} {what} component")),
            );
        }
        let responses = format!(
            "'200': {{description: Sent, content: {}}}, '400': {{description: No, content: {}}}",
            json(&inline(one)),
            json(&inline(second))
        );
        samples.push(
            Parts::new()
                .responses(responses)
                .sample(format!("inline success and {what} inline error")),
        );
        let kinds = |values: &str| format!("{{type: string, enum: [{values}]}}");
        let values = if what == "equal" { "a, b" } else { "c, d" };
        samples.push(
            Parts::new()
                .parameter("query", "kind", false, &kinds("a, b"))
                .schema("SendParcelKind", &kinds(values))
                .sample(format!("inline parameter and {what} component")),
        );
    }
}

fn in_each_position(samples: &mut Vec<Sample>) {
    let string = "{type: string}";
    for name in names() {
        let object = format!("{{type: object, properties: {{'{name}': {string}}}}}");
        let in_path = format!("/parcels/{{{name}}}");
        samples.extend([
            Parts::new()
                .operation_id(name)
                .sample(format!("operation `{name}`")),
            Parts::new()
                .parameter("query", name, false, string)
                .sample(format!("query parameter `{name}`")),
            Parts::new()
                .parameter("header", name, false, string)
                .sample(format!("header parameter `{name}`")),
            Parts::new()
                .path(&in_path)
                .parameter("path", name, true, string)
                .sample(format!("path parameter `{name}`")),
            Parts::new()
                .schema(name, "{type: object, properties: {a: {type: string}}}")
                .sample(format!("schema `{name}`")),
            Parts::new()
                .schema(name, string)
                .sample(format!("schema `{name}` of strings")),
            Parts::new()
                .body(Some(json(&object)))
                .sample(format!("property `{name}`")),
        ]);
    }
}
