//! Edits that look like others, and their wire verdicts: notation, scope, direction.

use serde_json::Value;

use super::super::compare::values;
use super::parse;

/// A name, both sides, and the verdict.
type Case = (&'static str, String, String, &'static str);

/// An operation with these fields, and these components.
fn operation(fields: &str, components: &str) -> String {
    let responses = if fields.contains("responses:") {
        ""
    } else {
        ", responses: {'204': {description: Done}}"
    };
    document(
        &format!("{{post: {{operationId: send{responses}{fields}}}}}"),
        components,
        "",
    )
}

fn document(item: &str, components: &str, root: &str) -> String {
    format!(
        "openapi: 3.0.3
info: {{title: Parcels, version: 1.0.0}}
paths: {{/parcels: {item}}}
components: {{{components}}}
{root}"
    )
}

/// An operation that sends `schema`.
fn sent(schema: &str) -> String {
    composed(
        schema,
        "",
        ", requestBody: {required: true, content: {application/json: {schema: SCHEMA}}}",
    )
}

/// An operation that receives `schema`.
fn received(schema: &str) -> String {
    composed(
        schema,
        "",
        ", responses: {'200': {description: Sent, content: {application/json: {schema: SCHEMA}}}}",
    )
}

/// An operation that sends and receives `schema`.
fn both(schema: &str) -> String {
    let body = "content: {application/json: {schema: SCHEMA}}";
    composed(
        schema,
        "",
        &format!(", requestBody: {{{body}}}, responses: {{'200': {{description: Sent, {body}}}}}"),
    )
}

fn composed(schema: &str, schemas: &str, fields: &str) -> String {
    let known = "A: {type: object, required: [k], properties: {k: {type: string, enum: [a]}}},
        B: {type: object, required: [k], properties: {k: {type: string, enum: [b]}}},
        Text: {type: string}, Alias: {$ref: '#/components/schemas/A'}";
    let schema = schema
        .replace("$A", "{$ref: '#/components/schemas/A'}")
        .replace("$B", "{$ref: '#/components/schemas/B'}");
    operation(
        &fields.replace("SCHEMA", &schema),
        &format!("schemas: {{{known}{schemas}}}"),
    )
}

/// An operation with this `security`.
fn secured(security: &str) -> String {
    operation(&format!(", security: {security}"), SCHEMES)
}

const SCHEMES: &str = "securitySchemes: {
    basic: {type: http, scheme: basic}, same: {type: http, scheme: Basic, description: The same},
    key: {type: apiKey, in: header, name: X-Key},
    flow: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://h.example/t', scopes: {r: Read, w: Write}}}}}";

fn parameter(parameter: &str) -> String {
    operation(&format!(", parameters: [{parameter}]"), "")
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn schemas() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name, of: fn(&str) -> String, old: &str, new: &str, wire| {
        cases.push((name, of(old), of(new), wire));
    };
    let property = |schema: &str| format!("{{type: object, properties: {{p: {schema}}}}}");
    add(
        "reference described and nullable, sent",
        sent,
        "$A",
        "{nullable: true, allOf: [$A]}",
        "compatible",
    );
    add(
        "reference described and nullable, received",
        received,
        "$A",
        "{nullable: true, allOf: [$A]}",
        "breaking",
    );
    add(
        "reference to an alias",
        both,
        "$A",
        "{$ref: '#/components/schemas/Alias'}",
        "cosmetic",
    );
    let object =
        "{type: object, required: [x], properties: {x: {type: string}, y: {type: integer}}}";
    add(
        "object split into `allOf`, and a property required",
        sent,
        object,
        "{required: [y], allOf: [{type: object, required: [x], properties: {x: {type: string}}}, {properties: {y: {type: integer}}}]}",
        "breaking",
    );
    add(
        "closed member of `allOf` is not merged",
        sent,
        object,
        "{allOf: [{type: object, additionalProperties: false, required: [x], properties: {x: {type: string}}}, {properties: {y: {type: integer}}}]}",
        "breaking",
    );
    add(
        "alternatives reordered and one changed",
        sent,
        "{oneOf: [{type: string, maxLength: 5}, $B]}",
        "{oneOf: [$B, {type: string, maxLength: 4}]}",
        "breaking",
    );
    add(
        "alternative added, sent",
        sent,
        "$A",
        "{oneOf: [$A, $B]}",
        "compatible",
    );
    add(
        "alternative added, received",
        received,
        "$A",
        "{oneOf: [$A, $B]}",
        "breaking",
    );
    let tagged = "{oneOf: [$A, $B], discriminator: {propertyName: k}}";
    add(
        "discriminator added",
        both,
        "{oneOf: [$A, $B]}",
        tagged,
        "compatible",
    );
    add(
        "discriminator of another property",
        received,
        tagged,
        "{oneOf: [$A, $B], discriminator: {propertyName: j}}",
        "breaking",
    );
    add(
        "implied mapping written",
        both,
        tagged,
        "{oneOf: [$A, $B], discriminator: {propertyName: k, mapping: {A: '#/components/schemas/A', B: B}}}",
        "cosmetic",
    );
    add(
        "number written with a fraction",
        both,
        "{type: number, maximum: 10}",
        "{type: number, maximum: 10.0}",
        "cosmetic",
    );
    add(
        "everything allowed",
        both,
        &property("$A"),
        "{type: object, properties: {p: $A}, additionalProperties: {}}",
        "cosmetic",
    );
    for (name, of, old, new, wire) in [
        (
            "wider integer sent",
            sent as fn(&str) -> String,
            "int32",
            "int64",
            "compatible",
        ),
        (
            "wider integer received",
            received,
            "int32",
            "int64",
            "breaking",
        ),
        ("narrower integer sent", sent, "int64", "int32", "breaking"),
        (
            "narrower integer received",
            received,
            "int64",
            "int32",
            "compatible",
        ),
        (
            "signed integer becomes unsigned",
            sent,
            "int32",
            "uint64",
            "breaking",
        ),
        (
            "more precise number sent",
            sent,
            "float",
            "double",
            "compatible",
        ),
    ] {
        let kind = if new == "double" { "number" } else { "integer" };
        let with = |format| format!("{{type: {kind}, format: {format}}}");
        add(name, of, &with(old), &with(new), wire);
    }
    cases
}

fn directions() -> Vec<Case> {
    let object = |property: &str, required: &str| {
        both(&format!(
            "{{type: object, required: [{required}], properties: {{n: {{type: string}}{property}}}}}"
        ))
    };
    let read = ", id: {type: string, readOnly: true}";
    let written = ", id: {type: string, writeOnly: true}";
    let plain = ", id: {type: string}";
    let longer = ", id: {type: string, readOnly: true, minLength: 1}";
    let by_reference = ", id: {readOnly: true, allOf: [{$ref: '#/components/schemas/Text'}]}";
    let case = |name, old: [&str; 2], new: [&str; 2], wire| {
        (name, object(old[0], old[1]), object(new[0], new[1]), wire)
    };
    vec![
        case(
            "required `readOnly` property added",
            ["", "n"],
            [read, "n, id"],
            "compatible",
        ),
        case(
            "`readOnly` property now required",
            [read, "n"],
            [read, "n, id"],
            "compatible",
        ),
        case(
            "`readOnly` property no longer required",
            [read, "n, id"],
            [read, "n"],
            "breaking",
        ),
        case(
            "optional `readOnly` property removed",
            [read, "n"],
            ["", "n"],
            "compatible",
        ),
        case(
            "`readOnly` property narrowed",
            [read, "n"],
            [longer, "n"],
            "compatible",
        ),
        case(
            "`readOnly` property by reference",
            [read, "n"],
            [by_reference, "n"],
            "cosmetic",
        ),
        case(
            "property becomes `readOnly`",
            [plain, "n"],
            [read, "n"],
            "breaking",
        ),
        case(
            "required property is no longer `readOnly`",
            [read, "n, id"],
            [plain, "n, id"],
            "breaking",
        ),
        case(
            "required `writeOnly` property added",
            ["", "n"],
            [written, "n, id"],
            "breaking",
        ),
        case(
            "`writeOnly` property no longer required",
            [written, "n, id"],
            [written, "n"],
            "compatible",
        ),
        case(
            "required property becomes `writeOnly`",
            [plain, "n, id"],
            [written, "n, id"],
            "breaking",
        ),
    ]
}

fn parameters() -> Vec<Case> {
    let query = "{in: query, name: q, schema: {type: string}}";
    let header = "{in: header, name: X-Key, schema: {type: string}}";
    let component = "parameters: {Q: {in: query, name: q, schema: {type: string}}}";
    let reference = ", parameters: [{$ref: '#/components/parameters/Q'}]";
    let response = |headers: &str, media: &str| {
        let content = format!("{{{media}: {{schema: {{type: string}}}}}}");
        operation(
            &format!(
                ", responses: {{'200': {{description: Sent, headers: {headers}, content: {content}}}}}"
            ),
            "",
        )
    };
    let plain = response("{X-Id: {schema: {type: string}}}", "application/json");
    vec![
        (
            "hoisted parameter changed",
            parameter(query),
            operation(reference, &component.replace("string", "integer")),
            "breaking",
        ),
        (
            "parameter component changed",
            operation(reference, component),
            operation(
                reference,
                &component.replace("type: string", "type: string, minLength: 2"),
            ),
            "breaking",
        ),
        (
            "header in lower case",
            parameter(header),
            parameter(&header.replace("X-Key", "x-key")),
            "cosmetic",
        ),
        (
            "query parameter in lower case",
            parameter(&query.replace(" q,", " Q,")),
            parameter(query),
            "breaking",
        ),
        (
            "parameter serialized as JSON",
            parameter(query),
            parameter(
                "{in: query, name: q, content: {application/json: {schema: {type: string}}}}",
            ),
            "breaking",
        ),
        (
            "default of another style",
            parameter(
                "{in: query, name: q, style: pipeDelimited, schema: {type: array, items: {type: string}}}",
            ),
            parameter(
                "{in: query, name: q, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}",
            ),
            "cosmetic",
        ),
        (
            "charset of text",
            response("{}", "'text/plain; charset=utf-8'"),
            response("{}", "'text/plain; charset=latin1'"),
            "breaking",
        ),
        (
            "links added",
            plain.clone(),
            plain.replace(
                "description: Sent",
                "description: Sent, links: {l: {operationId: send}}",
            ),
            "cosmetic",
        ),
        (
            "no component added",
            operation("", ""),
            operation("", "schemas: {Z: {type: string}}"),
            "cosmetic",
        ),
        (
            "no more components",
            operation("", "schemas: {}"),
            operation("", ""),
            "cosmetic",
        ),
        (
            "component removed that is still used",
            received("$A"),
            received("$A")
                .replacen("A: {type", "C: {type", 1)
                .replace("k: {type: string, enum: [a]", "c: {type: string, enum: [c]"),
            "breaking",
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn inherited() -> Vec<Case> {
    let plain = "{post: {operationId: send, responses: {'204': {description: Done}}}}";
    let servers = |fields: &str, root: &str| {
        document(
            &plain.replace("{post: {", &format!("{{{fields}post: {{")),
            "",
            root,
        )
    };
    let one = "servers: [{url: 'https://h.example'}]";
    let secure = |fields: &str, root: &str| {
        let item = plain.replace(
            "operationId: send,",
            &format!("operationId: send, {fields}"),
        );
        document(&item, SCHEMES, root)
    };
    let flow = |scopes: &str| secured(&format!("[{{flow: [{scopes}]}}]"));
    vec![
        (
            "servers of the path",
            servers("", one),
            servers("servers: [{url: 'https://other.example'}], ", one),
            "breaking",
        ),
        (
            "server of an operation",
            secure("", one),
            secure("servers: [{url: 'https://other.example'}],", one),
            "breaking",
        ),
        (
            "no security",
            secure("", "security: [{basic: []}]"),
            secure("security: [],", "security: [{basic: []}]"),
            "compatible",
        ),
        (
            "security added to the document",
            secure("", ""),
            secure("", "security: [{basic: []}]"),
            "breaking",
        ),
        (
            "scheme renamed",
            secured("[{basic: []}]"),
            secured("[{same: []}]"),
            "cosmetic",
        ),
        (
            "another scheme",
            secured("[{basic: []}]"),
            secured("[{key: []}]"),
            "breaking",
        ),
        (
            "second scheme needed",
            secured("[{basic: []}]"),
            secured("[{basic: [], key: []}]"),
            "breaking",
        ),
        (
            "second scheme no longer needed",
            secured("[{basic: [], key: []}]"),
            secured("[{key: []}]"),
            "compatible",
        ),
        ("scope removed", flow("r, w"), flow("r"), "compatible"),
        ("scope added", flow("r"), flow("r, w"), "breaking"),
        ("scopes reordered", flow("r, w"), flow("w, r"), "cosmetic"),
        (
            "scope described",
            flow("r"),
            flow("r").replace("r: Read", "r: To read"),
            "cosmetic",
        ),
        (
            "token address changed",
            flow("r"),
            flow("r").replace("h.example/t", "h.example/token"),
            "breaking",
        ),
        (
            "flow added",
            flow("r"),
            flow("r").replace(
                "flows: {",
                "flows: {password: {tokenUrl: 'https://h.example/t', scopes: {}}, ",
            ),
            "compatible",
        ),
        (
            "scheme changed beside anonymous access",
            secured("[{}, {basic: []}]"),
            secured("[{}, {basic: []}]").replace("scheme: basic", "scheme: bearer"),
            "breaking",
        ),
        (
            "unused scheme changed",
            secured("[{basic: []}]"),
            secured("[{basic: []}]").replace("X-Key", "X-Other"),
            "cosmetic",
        ),
    ]
}

fn cases() -> Vec<Case> {
    [schemas(), directions(), parameters(), inherited()].concat()
}

/// The name, the base and the working document of each edit.
pub(super) fn pairs() -> impl Iterator<Item = (&'static str, Value, Value)> {
    let parsed = |text: &str| parse(text).value;
    cases()
        .into_iter()
        .map(move |(name, old, new, _)| (name, parsed(&old), parsed(&new)))
}

#[test]
fn meaning_is_compared_and_not_notation() {
    let mut wrong = Vec::new();
    for (name, old, new, wire) in cases() {
        let (old, new) = (parse(&old), parse(&new));
        let changes = values(&old.value, &new.value, &[]);
        let found = changes.iter().max_by_key(|change| change.wire);
        if found.map(|change| change.wire.name()) != Some(wire) {
            let rows: Vec<_> = changes
                .iter()
                .map(|change| (change.rule.id, change.wire.name(), &change.pointer))
                .collect();
            wrong.push(format!("{name}: {wire} expected, {rows:?}"));
        }
        for change in changes {
            assert!(!change.pointer.is_empty(), "{name}: {}", change.message);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
