//! Keys that OpenAPI does not have: readers ignore them, so that a typo changes what the spec says.

use serde_json::Value;

use super::group::{Context, Group};
use super::structure::Object;
use super::walk::visit;
use crate::document::METHODS;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static KEY_MISSPELLED: Rule = Rule::error(
    "key-misspelled",
    "every tool ignores it, and the spec says something else than it seems to",
    "correct the key, or write `x-…` for an extension",
);

static KEY_UNKNOWN: Rule = Rule::warning(
    "key-unknown",
    "OpenAPI 3.0 has no such key here, and every tool ignores it",
    "leave it out, or write `x-…` for an extension",
);

pub(super) const KEYS: Group = Group {
    rules: &[&KEY_MISSPELLED, &KEY_UNKNOWN],
    check: keys,
};

/// A longer distance makes another word.
const MAX_TYPOS: usize = 2;

/// The keys of each kind of object (OpenAPI 3.0.3, section 4.7).
fn known(object: Object) -> &'static [&'static str] {
    match object {
        Object::Document => &[
            "openapi",
            "info",
            "servers",
            "paths",
            "components",
            "security",
            "tags",
            "externalDocs",
        ],
        Object::Components => &[
            "schemas",
            "responses",
            "parameters",
            "examples",
            "requestBodies",
            "headers",
            "securitySchemes",
            "links",
            "callbacks",
        ],
        // And the methods.
        Object::PathItem => &["$ref", "summary", "description", "servers", "parameters"],
        Object::Operation => &[
            "tags",
            "summary",
            "description",
            "externalDocs",
            "operationId",
            "parameters",
            "requestBody",
            "responses",
            "callbacks",
            "deprecated",
            "security",
            "servers",
        ],
        // A parameter has two more.
        Object::Parameter | Object::Header => &[
            "description",
            "required",
            "deprecated",
            "allowEmptyValue",
            "style",
            "explode",
            "allowReserved",
            "schema",
            "example",
            "examples",
            "content",
        ],
        Object::RequestBody => &["description", "content", "required"],
        Object::Response => &["description", "headers", "content", "links"],
        Object::MediaType => &["schema", "example", "examples", "encoding"],
        Object::Schema => SCHEMA,
        Object::SecurityScheme => &[
            "type",
            "description",
            "name",
            "in",
            "scheme",
            "bearerFormat",
            "flows",
            "openIdConnectUrl",
        ],
    }
}

/// Keys that one kind has beside those of [`known`].
fn further(object: Object) -> &'static [&'static str] {
    match object {
        Object::PathItem => &METHODS,
        Object::Parameter => &["name", "in"],
        _ => &[],
    }
}

const SCHEMA: &[&str] = &[
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
];

/// Words of OpenAPI 3.1 and of JSON Schema: meant as they are written.
const OF_OTHER_VERSIONS: &[&str] = &[
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "examples",
    "id",
    "identifier",
    "if",
    "jsonSchemaDialect",
    "maxContains",
    "minContains",
    "pathItems",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "summary",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "webhooks",
];

fn keys(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    visit(context.document, &mut |object, at, value| {
        // Whatever is beside a reference is another rule's.
        let Value::Object(members) = value else {
            return;
        };
        if members.contains_key("$ref") && object != Object::PathItem {
            return;
        }
        for key in members.keys() {
            if let Some(finding) = unknown(context, object, at, key) {
                findings.push(finding);
            }
        }
    });
    findings
}

fn unknown(context: &Context<'_>, object: Object, at: &str, key: &str) -> Option<Finding> {
    let known = known(object).iter().chain(further(object));
    // `$id`, `$schema` and the like are JSON Schema's.
    if known.clone().any(|known| *known == key) || key.starts_with("x-") || key.starts_with('$') {
        return None;
    }
    let span = context.document.span(&format!("{at}/{}", escape(key)));
    let nearest = known
        .map(|known| {
            (
                strsim::osa_distance(&key.to_lowercase(), &known.to_lowercase()),
                known,
            )
        })
        .min();
    let other = OF_OTHER_VERSIONS.contains(&key);
    Some(match nearest {
        Some((distance, meant))
            if !other && distance <= MAX_TYPOS && distance < meant.len() / 2 =>
        {
            let message = format!("there is no key `{key}` here");
            Finding::new(&KEY_MISSPELLED, span, message).help(format!("did you mean `{meant}`?"))
        }
        _ => Finding::new(&KEY_UNKNOWN, span, format!("there is no key `{key}` here")),
    })
}
