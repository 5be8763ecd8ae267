//! Edits that look like others, and their wire verdicts: notation, scope, direction.

use serde_json::Value;

use super::super::compare::values;
use super::edit::{edited, expanded, rows};

/// Sends and receives `Both`.
const BASE: &str = "
openapi: 3.0.3
info: {title: Parcels, version: 1.0.0}
paths:
  /parcels:
    post:
      operationId: send
      requestBody: {required: true, content: {application/json: {schema: $BOTH}}}
      responses: {'200': {description: Sent, content: {application/json: {schema: $BOTH}}}}
components:
  schemas:
    A: {type: object, required: [k], properties: {k: {type: string, enum: [a]}}}
    B: {type: object, required: [k], properties: {k: {type: string, enum: [b]}}}
    Text: {type: string}
    Alias: $A
    Both: {type: object, required: [n], properties: {n: {type: string}}}
  securitySchemes:
    basic: {type: http, scheme: basic}
    same: {type: http, scheme: Basic, description: The same}
    key: {type: apiKey, in: header, name: X-Key}
    flow:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: 'https://h.example/t', scopes: {r: Read, w: Write}}}
";

/// Short names of places and values in the base and in the tables.
const NAMES: &[(&str, &str)] = &[
    ("$BOTH", "{$ref: '#/components/schemas/Both'}"),
    ("$A", "{$ref: '#/components/schemas/A'}"),
    ("$B", "{$ref: '#/components/schemas/B'}"),
    ("$operation", "/paths/~1parcels/post"),
    (
        "$sent",
        "/paths/~1parcels/post/requestBody/content/application~1json/schema",
    ),
    (
        "$received",
        "/paths/~1parcels/post/responses/200/content/application~1json/schema",
    ),
    ("$both", "/components/schemas/Both"),
    ("$id", "/components/schemas/Both/properties/id"),
    ("$flow", "/components/securitySchemes/flow/flows"),
];

const SCHEMAS: &str = "
- name: reference described and nullable, sent
  base: {$sent: $A}
  edit: {$sent: {nullable: true, allOf: [$A]}}
  wire: compatible
- name: reference described and nullable, received
  base: {$received: $A}
  edit: {$received: {nullable: true, allOf: [$A]}}
  wire: breaking
- name: reference to an alias
  base: {$sent: $A, $received: $A}
  edit: {$sent/$ref: '#/components/schemas/Alias', $received/$ref: '#/components/schemas/Alias'}
  wire: cosmetic
- name: object split into `allOf`, and a property required
  base: {$sent: {type: object, required: [n], properties: {n: {type: string}, y: {type: integer}}}}
  edit: {$sent: {required: [y], allOf: [$BOTH, {properties: {y: {type: integer}}}]}}
  wire: breaking
- name: closed member of `allOf` is not merged
  base: {$sent: {type: object, required: [n], properties: {n: {type: string}, y: {type: integer}}}}
  edit:
    $sent:
      allOf:
      - {type: object, additionalProperties: false, required: [n], properties: {n: {type: string}}}
      - {properties: {y: {type: integer}}}
  wire: breaking
- name: alternatives reordered and one changed
  base: {$sent: {oneOf: [{type: string, maxLength: 5}, $B]}}
  edit: {$sent: {oneOf: [$B, {type: string, maxLength: 4}]}}
  wire: breaking
- name: alternative added, sent
  base: {$sent: $A}
  edit: {$sent: {oneOf: [$A, $B]}}
  wire: compatible
- name: alternative added, received
  base: {$received: $A}
  edit: {$received: {oneOf: [$A, $B]}}
  wire: breaking
- name: discriminator added
  base: {$both: {oneOf: [$A, $B]}}
  edit: {$both/discriminator: {propertyName: k}}
  wire: compatible
- name: discriminator of another property
  base: {$received: {oneOf: [$A, $B], discriminator: {propertyName: k}}}
  edit: {$received/discriminator/propertyName: j}
  wire: breaking
- name: implied mapping written
  base: {$both: {oneOf: [$A, $B], discriminator: {propertyName: k}}}
  edit: {$both/discriminator/mapping: {A: '#/components/schemas/A', B: B}}
  wire: cosmetic
- name: number written with a fraction
  base: {$both: {type: number, maximum: 10}}
  edit: {$both/maximum: 10.0}
  wire: cosmetic
- name: everything allowed
  edit: {$both/additionalProperties: {}}
  wire: cosmetic
- name: wider integer sent
  base: {$sent: {type: integer, format: int32}}
  edit: {$sent/format: int64}
  wire: compatible
- name: narrower integer received
  base: {$received: {type: integer, format: int64}}
  edit: {$received/format: int32}
  wire: compatible
- name: signed integer becomes unsigned
  base: {$sent: {type: integer, format: int32}}
  edit: {$sent/format: uint64}
  wire: breaking
- name: more precise number sent
  base: {$sent: {type: number, format: float}}
  edit: {$sent/format: double}
  wire: compatible
";

const DIRECTIONS: &str = "
- name: required `readOnly` property added
  edit: {$id: {type: string, readOnly: true}, $both/required/-: id}
  wire: compatible
- name: '`readOnly` property now required'
  base: {$id: {type: string, readOnly: true}}
  edit: {$both/required/-: id}
  wire: compatible
- name: '`readOnly` property no longer required'
  base: {$id: {type: string, readOnly: true}, $both/required/-: id}
  edit: {$both/required/1: ~}
  wire: breaking
- name: optional `readOnly` property removed
  base: {$id: {type: string, readOnly: true}}
  edit: {$id: ~}
  wire: compatible
- name: '`readOnly` property narrowed'
  base: {$id: {type: string, readOnly: true}}
  edit: {$id/minLength: 1}
  wire: compatible
- name: '`readOnly` property by reference'
  base: {$id: {type: string, readOnly: true}}
  edit: {$id: {readOnly: true, allOf: [{$ref: '#/components/schemas/Text'}]}}
  wire: cosmetic
- name: component of a `readOnly` property narrowed
  base: {$id: {readOnly: true, allOf: [{$ref: '#/components/schemas/Text'}]}}
  edit: {/components/schemas/Text/minLength: 1}
  wire: compatible
- name: property becomes `readOnly`
  base: {$id: {type: string}}
  edit: {$id/readOnly: true}
  wire: breaking
- name: required property is no longer `readOnly`
  base: {$id: {type: string, readOnly: true}, $both/required/-: id}
  edit: {$id/readOnly: ~}
  wire: breaking
- name: required `writeOnly` property added
  edit: {$id: {type: string, writeOnly: true}, $both/required/-: id}
  wire: breaking
- name: '`writeOnly` property no longer required'
  base: {$id: {type: string, writeOnly: true}, $both/required/-: id}
  edit: {$both/required/1: ~}
  wire: compatible
- name: required property becomes `writeOnly`
  base: {$id: {type: string}, $both/required/-: id}
  edit: {$id/writeOnly: true}
  wire: breaking
";

const PARAMETERS: &str = "
- name: parameter component changed
  base:
    $operation/parameters: [{$ref: '#/components/parameters/Q'}]
    /components/parameters: {Q: {in: query, name: q, schema: {type: string}}}
  edit: {/components/parameters/Q/schema/minLength: 2}
  wire: breaking
- name: header in lower case
  base: {$operation/parameters: [{in: header, name: X-Key, schema: {type: string}}]}
  edit: {$operation/parameters/0/name: x-key}
  wire: cosmetic
- name: query parameter in lower case
  base: {$operation/parameters: [{in: query, name: Q, schema: {type: string}}]}
  edit: {$operation/parameters/0/name: q}
  wire: breaking
- name: parameter serialized as JSON
  base: {$operation/parameters: [{in: query, name: q, schema: {type: string}}]}
  edit: {$operation/parameters/0: {in: query, name: q, content: {application/json: {schema: {type: string}}}}}
  wire: breaking
- name: default of another style
  base:
    $operation/parameters: [{in: query, name: q, style: pipeDelimited, schema: {type: array, items: {type: string}}}]
  edit: {$operation/parameters/0/explode: false}
  wire: cosmetic
- name: charset of text
  base: {$operation/responses/200/content: {text/plain; charset=utf-8: {schema: {type: string}}}}
  edit: {$operation/responses/200/content: {text/plain; charset=latin1: {schema: {type: string}}}}
  wire: breaking
- name: links added
  edit: {$operation/responses/200/links: {l: {operationId: send}}}
  wire: cosmetic
- name: first component added
  base: {$operation/requestBody: ~, $operation/responses/200/content: ~, /components: {}}
  edit: {/components/schemas: {Z: {type: string}}}
  wire: cosmetic
- name: no more components
  base: {$operation/requestBody: ~, $operation/responses/200/content: ~, /components: {schemas: {}}}
  edit: {/components/schemas: ~}
  wire: cosmetic
- name: component removed that is still used
  base: {$received: $A}
  edit: {/components/schemas/A: ~, /components/schemas/C: {type: integer}}
  wire: breaking
";

const INHERITED: &str = "
- name: servers of the path
  base: {/servers: [{url: 'https://h.example'}]}
  edit: {/paths/~1parcels/servers: [{url: 'https://other.example'}]}
  wire: breaking
- name: server of an operation
  base: {/servers: [{url: 'https://h.example'}]}
  edit: {$operation/servers: [{url: 'https://other.example'}]}
  wire: breaking
- name: no security
  base: {/security: [{basic: []}]}
  edit: {$operation/security: []}
  wire: compatible
- name: security added to the document
  edit: {/security: [{basic: []}]}
  wire: breaking
- name: scheme renamed
  base: {$operation/security: [{basic: []}]}
  edit: {$operation/security: [{same: []}]}
  wire: cosmetic
- name: another scheme
  base: {$operation/security: [{basic: []}]}
  edit: {$operation/security: [{key: []}]}
  wire: breaking
- name: second scheme needed
  base: {$operation/security: [{basic: []}]}
  edit: {$operation/security/0/key: []}
  wire: breaking
- name: second scheme no longer needed
  base: {$operation/security: [{basic: [], key: []}]}
  edit: {$operation/security/0/basic: ~}
  wire: compatible
- name: scope removed
  base: {$operation/security: [{flow: [r, w]}]}
  edit: {$operation/security/0/flow: [r]}
  wire: compatible
- name: scope added
  base: {$operation/security: [{flow: [r]}]}
  edit: {$operation/security/0/flow: [r, w]}
  wire: breaking
- name: scopes reordered
  base: {$operation/security: [{flow: [r, w]}]}
  edit: {$operation/security/0/flow: [w, r]}
  wire: cosmetic
- name: scope described
  base: {$operation/security: [{flow: [r]}]}
  edit: {$flow/clientCredentials/scopes/r: To read}
  wire: cosmetic
- name: token address changed
  base: {$operation/security: [{flow: [r]}]}
  edit: {$flow/clientCredentials/tokenUrl: 'https://h.example/token'}
  wire: breaking
- name: flow added
  base: {$operation/security: [{flow: [r]}]}
  edit: {$flow/password: {tokenUrl: 'https://h.example/t', scopes: {}}}
  wire: compatible
- name: unused scheme changed
  base: {$operation/security: [{basic: []}]}
  edit: {/components/securitySchemes/key/name: X-Other}
  wire: cosmetic
";

/// The name, the base and the working document of each edit, and the verdict.
fn cases() -> Vec<(String, Value, Value, String)> {
    let document = expanded(BASE, NAMES);
    let tables = [SCHEMAS, DIRECTIONS, PARAMETERS, INHERITED];
    let rows = tables.iter().flat_map(|text| rows(text, NAMES));
    rows.map(|row| {
        let base = edited(&document, &row["base"]);
        let working = edited(&base, &row["edit"]);
        let text = |key: &str| row[key].as_str().expect(key).to_owned();
        (text("name"), base, working, text("wire"))
    })
    .collect()
}

/// The name, the base and the working document of each edit.
pub(super) fn pairs() -> impl Iterator<Item = (String, Value, Value)> {
    let cases = cases().into_iter();
    cases.map(|(name, old, new, _)| (name, old, new))
}

#[test]
fn meaning_is_compared_and_not_notation() {
    let mut wrong = Vec::new();
    for (name, old, new, wire) in cases() {
        let changes = values(&old, &new, &[]);
        let found = changes.iter().max_by_key(|change| change.wire);
        if found.map(|change| change.wire.name()) != Some(&wire) {
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
