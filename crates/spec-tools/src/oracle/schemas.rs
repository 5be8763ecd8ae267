//! Schemas in every position that may have one.

use super::parts::{OK, Parts, Sample, json};

/// Schemas with descriptions.
pub(super) const SCHEMAS: &[(&str, &str)] = &[
    ("string", "{type: string}"),
    ("integer", "{type: integer}"),
    ("int64", "{type: integer, format: int64}"),
    ("number", "{type: number}"),
    ("boolean", "{type: boolean}"),
    ("enum", "{type: string, enum: [a, b]}"),
    ("enum of one", "{type: string, enum: [a]}"),
    ("enum of signs", "{type: string, enum: ['+1', '-1']}"),
    (
        "enum with null",
        "{type: string, nullable: true, enum: [a, null]}",
    ),
    ("enum of integers", "{type: integer, enum: [1, 2]}"),
    ("enum of numbers", "{type: number, enum: [1.5, 2.5]}"),
    (
        "enum in range",
        "{type: integer, format: uint8, enum: [1, 255]}",
    ),
    (
        "enum out of range",
        "{type: integer, format: uint8, enum: [1, 300]}",
    ),
    (
        "enum of colliding values",
        "{type: string, enum: [a-b, a_b]}",
    ),
    ("enum of empty and blank", "{type: string, enum: ['', ' ']}"),
    ("enum of uuids", "{type: string, format: uuid, enum: [a]}"),
    ("date", "{type: string, format: date}"),
    ("date-time", "{type: string, format: date-time}"),
    ("uuid", "{type: string, format: uuid}"),
    ("byte", "{type: string, format: byte}"),
    ("binary", "{type: string, format: binary}"),
    ("password", "{type: string, format: password}"),
    ("ipv4", "{type: string, format: ipv4}"),
    ("uri", "{type: string, format: uri}"),
    ("pattern", "{type: string, pattern: '^a$'}"),
    ("length", "{type: string, minLength: 1, maxLength: 3}"),
    ("minimum", "{type: integer, minimum: 1}"),
    ("nullable string", "{type: string, nullable: true}"),
    ("array", "{type: array, items: {type: string}}"),
    (
        "array of enums",
        "{type: array, items: {type: string, enum: [a, b]}}",
    ),
    (
        "array of objects",
        "{type: array, items: {$ref: '#/components/schemas/Parcel'}}",
    ),
    (
        "set",
        "{type: array, uniqueItems: true, items: {type: string}}",
    ),
    (
        "pair",
        "{type: array, minItems: 2, maxItems: 2, items: {type: string}}",
    ),
    (
        "array of 33",
        "{type: array, minItems: 33, maxItems: 33, items: {type: string}}",
    ),
    ("open array", "{type: array, items: {}}"),
    ("object", "{type: object, properties: {a: {type: string}}}"),
    (
        "required object",
        "{type: object, required: [a], properties: {a: {type: string}}}",
    ),
    (
        "unknown required",
        "{type: object, required: [b], properties: {a: {type: string}}}",
    ),
    ("open object", "{type: object}"),
    (
        "map",
        "{type: object, additionalProperties: {type: string}}",
    ),
    (
        "map beside properties",
        "{type: object, properties: {a: {type: string}}, additionalProperties: {type: string}}",
    ),
    (
        "map beside `extra`",
        "{type: object, properties: {extra: {type: string}}, additionalProperties: {type: string}}",
    ),
    ("any", "{}"),
    ("described", "{description: Anything}"),
    ("reference", "{$ref: '#/components/schemas/Parcel'}"),
    (
        "reference to an enum",
        "{$ref: '#/components/schemas/Kind'}",
    ),
    (
        "allOf one",
        "{allOf: [{$ref: '#/components/schemas/Parcel'}]}",
    ),
    (
        "allOf described",
        "{allOf: [{$ref: '#/components/schemas/Parcel'}, {description: More}]}",
    ),
    (
        "allOf required",
        "{allOf: [{$ref: '#/components/schemas/Parcel'}, {required: [name]}]}",
    ),
    (
        "allOf nullable",
        "{allOf: [{$ref: '#/components/schemas/Parcel'}, {nullable: true}]}",
    ),
    (
        "allOf two",
        "{allOf: [{$ref: '#/components/schemas/Parcel'}, {$ref: '#/components/schemas/Box'}]}",
    ),
    (
        "allOf object",
        "{allOf: [{$ref: '#/components/schemas/Parcel'}, {type: object}]}",
    ),
    (
        "allOf of an enum",
        "{allOf: [{$ref: '#/components/schemas/Kind'}]}",
    ),
    (
        "oneOf disjoint",
        "{oneOf: [{$ref: '#/components/schemas/Parcel'}, {$ref: '#/components/schemas/Box'}]}",
    ),
    (
        "oneOf scalars",
        "{oneOf: [{type: string}, {type: integer}]}",
    ),
    (
        "oneOf described",
        "{oneOf: [{$ref: '#/components/schemas/Parcel'}, {description: More}]}",
    ),
    (
        "anyOf objects",
        "{anyOf: [{$ref: '#/components/schemas/Parcel'}, {$ref: '#/components/schemas/Box'}]}",
    ),
    (
        "anyOf scalars",
        "{anyOf: [{type: string}, {type: integer}]}",
    ),
    (
        "anyOf required",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}",
    ),
    (
        "oneOf required",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}",
    ),
    (
        "anyOf described",
        "{anyOf: [{$ref: '#/components/schemas/Parcel'}, {description: More}]}",
    ),
    (
        "oneOf nullable",
        "{nullable: true, oneOf: [{$ref: '#/components/schemas/Parcel'}]}",
    ),
    ("not", "{not: {type: string}}"),
    ("enum without a type", "{enum: [a, b]}"),
    (
        "properties without a type",
        "{properties: {a: {type: string}}}",
    ),
    ("default", "{type: string, default: a}"),
    ("integer default", "{type: integer, default: 1}"),
    (
        "colliding properties",
        "{type: object, properties: {aB: {type: string}, a_b: {type: string}}}",
    ),
    (
        "closed object",
        "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
    ),
];

/// Positions in which a schema may be nested.
pub(super) const AROUND: &[(&str, &str)] = &[
    ("a JSON body", "SCHEMA"),
    ("a property", "{type: object, properties: {p: SCHEMA}}"),
    (
        "a required property",
        "{type: object, required: [p], properties: {p: SCHEMA}}",
    ),
    (
        "an item",
        "{type: object, properties: {l: {type: array, items: SCHEMA}}}",
    ),
    (
        "a value of a map",
        "{type: object, additionalProperties: SCHEMA}",
    ),
    (
        "a member of allOf",
        "{allOf: [{$ref: '#/components/schemas/Parcel'}, SCHEMA]}",
    ),
    (
        "a member of oneOf",
        "{oneOf: [{$ref: '#/components/schemas/Parcel'}, SCHEMA]}",
    ),
    (
        "a member of anyOf",
        "{anyOf: [{$ref: '#/components/schemas/Parcel'}, SCHEMA]}",
    ),
];

pub(super) fn samples(samples: &mut Vec<Sample>) {
    for (what, schema) in SCHEMAS {
        let mut add =
            |place: &str, parts: Parts| samples.push(parts.sample(format!("{what} as {place}")));
        for (place, around) in AROUND {
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
