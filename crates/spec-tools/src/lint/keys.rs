//! Unknown keys. Tools ignore them, so a typo silently changes the spec.

use serde_json::Value;

use super::group::{Context, group};
use super::structure::Object;
use super::walk::{entries, nearest, visit};
use crate::document::METHODS;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    keys;

    Error KEY_MISSPELLED = "key-misspelled",
        "tools ignore unknown keys, so the spec does not mean what it seems to",
        "correct the key, or write `x-…` for an extension";
    Warning KEY_UNKNOWN = "key-unknown", "OpenAPI 3.0 does not define it here, and tools ignore it",
        "remove it, or write `x-…` for an extension";
}

/// The keys of each kind of object (OpenAPI 3.0.3, section 4.7), separated by spaces.
fn known(object: Object) -> &'static str {
    match object {
        Object::Document => "openapi info servers paths components security tags externalDocs",
        Object::Components => {
            "schemas responses parameters examples requestBodies headers securitySchemes links \
             callbacks"
        }
        // Methods are in `further`.
        Object::PathItem => "$ref summary description servers parameters",
        Object::Operation => {
            "tags summary description externalDocs operationId parameters requestBody responses \
             callbacks deprecated security servers"
        }
        // `name` and `in` of a parameter are in `further`.
        Object::Parameter | Object::Header => {
            "description required deprecated allowEmptyValue style explode allowReserved schema \
             example examples content"
        }
        Object::RequestBody => "description content required",
        Object::Response => "description headers content links",
        Object::MediaType => "schema example examples encoding",
        Object::Schema => {
            "title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength \
             minLength pattern maxItems minItems uniqueItems maxProperties minProperties required \
             enum type allOf oneOf anyOf not items properties additionalProperties description \
             format default nullable discriminator readOnly writeOnly xml externalDocs example \
             deprecated"
        }
        Object::SecurityScheme => {
            "type description name in scheme bearerFormat flows openIdConnectUrl"
        }
    }
}

/// Keys in addition to those of [`known`].
fn further(object: Object) -> &'static [&'static str] {
    match object {
        Object::PathItem => &METHODS,
        Object::Parameter => &["name", "in"],
        _ => &[],
    }
}

/// Keywords of OpenAPI 3.1 and JSON Schema. They are unknown here, but not misspelled.
const OF_OTHER_VERSIONS: &str = "const contains contentEncoding contentMediaType contentSchema definitions dependencies \
     dependentRequired dependentSchemas else examples id identifier if jsonSchemaDialect \
     maxContains minContains pathItems patternProperties prefixItems propertyNames summary then \
     unevaluatedItems unevaluatedProperties webhooks";

fn keys(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    visit(context.document, &mut |object, at, value| {
        // Keys beside a `$ref` are ignored by definition.
        let Value::Object(members) = value else {
            return;
        };
        if members.contains_key("$ref") && object != Object::PathItem {
            return;
        }
        let unknown = |key: &String| unknown(context, object, at, key);
        findings.extend(members.keys().filter_map(unknown));
        if object == Object::Operation {
            for (key, _) in entries(value, "responses").filter(|(key, _)| !is_status(key)) {
                let span = context
                    .document
                    .span(&format!("{at}/responses/{}", escape(key)));
                let finding =
                    Finding::new(&KEY_MISSPELLED, span, format!("unknown status `{key}`"));
                findings.push(finding.help("write `404`, or `4XX` for a range, or `default`"));
            }
        }
    });
    findings
}

/// Whether `key` is a status, a range of them, or `default` (OpenAPI 3.0.3, section 4.7.16).
fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        [b'1'..=b'5', b'X', b'X'] | [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => true,
        _ => key == "default" || key.starts_with("x-"),
    }
}

fn unknown(context: &Context<'_>, object: Object, at: &str, key: &str) -> Option<Finding> {
    let known = known(object)
        .split(' ')
        .chain(further(object).iter().copied());
    // `$id`, `$schema` and the like belong to JSON Schema.
    if known.clone().any(|known| known == key) || key.starts_with("x-") || key.starts_with('$') {
        return None;
    }
    let span = context.document.span(&format!("{at}/{}", escape(key)));
    let is_of_other = OF_OTHER_VERSIONS.split(' ').any(|known| known == key);
    let message = format!("unknown key `{key}`");
    Some(match nearest(key, known) {
        Some(meant) if !is_of_other => {
            Finding::new(&KEY_MISSPELLED, span, message).help(format!("did you mean `{meant}`?"))
        }
        _ => Finding::new(&KEY_UNKNOWN, span, message),
    })
}
