//! Every rule: its id, how bad it is, why it matters, and what to write instead.

use crate::finding::{Finding, Severity, Span};

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name in findings.
    pub id: &'static str,
    /// What its findings mean for generation.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

/// The rule called `id`.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// A finding of the rule `id`, as bad as the rule says, with its help.
pub(super) fn found(id: &'static str, span: Option<Span>, message: impl Into<String>) -> Finding {
    let finding = Finding::error(id, span, message);
    match find(id) {
        Some(rule) => Finding {
            severity: rule.severity,
            ..finding.help(rule.instead)
        },
        None => finding,
    }
}

const fn error(id: &'static str, why: &'static str, instead: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Error,
        why,
        instead,
    }
}

const fn warning(id: &'static str, why: &'static str, instead: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Warning,
        why,
        instead,
    }
}

/// All rules, in the order of the way of a spec: text, shape, references, names, operations, bodies,
/// schemas, documentation. What each says of the generator was measured with progenitor 0.15.1.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    error("spec-file", "there is nothing to read", "name a file that is there, in UTF-8, and not empty"),
    error("yaml-syntax", "tools would stop, or each read something else", "indent with spaces, close what is opened, quote text that holds `: ` or ` #`"),
    error("yaml-documents", "an OpenAPI document is one document", "keep one document a file"),
    error("yaml-anchor", "JSON has none, so that the JSON form of the spec would differ", "make it a component and refer to it by `$ref`"),
    error("yaml-alias", "JSON has none, so that the JSON form of the spec would differ", "write `$ref: '#/components/…'`"),
    error("yaml-tag", "JSON has none, so that the JSON form of the spec would differ", "leave the tag out; quote the value to make it a string"),
    error("yaml-key", "JSON has string keys only", "quote the key"),
    error("yaml-duplicate-key", "which of the two counts depends on the tool", "keep one of the two"),
    error("yaml-number", "JSON has no such number", "quote it if it is text, or write a finite number"),
    error("yaml-depth", "those who read the value recurse", "move inner schemas to `components`"),
    warning("yaml-ambiguous", "YAML 1.1 parsers, which many tools have, read it as a boolean", "quote it"),
    error("openapi-shape", "no tool would read it", "see the OpenAPI 3.0.3 specification: https://spec.openapis.org/oas/v3.0.3"),
    error("openapi-version", "the generator reads 3.0 only", "write `openapi: 3.0.3`"),
    error("ref-external", "the generator reads one file, and panics", "copy what it refers to into `components`"),
    error("ref-dangling", "the generator panics", "define it there, or refer to what is defined"),
    error("ref-cycle", "the type would be made of itself: rustc refuses it", "let a schema hold itself in a property or in items only"),
    error("ref-not-component", "the generator looks for the last part of the name among the components of that kind, and panics", "make what it refers to a component of the right kind"),
    error("path-item-ref", "the generator does not follow it, and stops", "write the operations here"),
    error("operation-id-missing", "it becomes the client's function, and the generator stops without", "say `operationId: verb_noun`"),
    error("operation-id-duplicate", "each becomes a function of the client, and the generator stops", "give each a name of its own"),
    error("operation-id-collision", "both become the same function: rustc refuses it", "give each a name that differs in more than case style"),
    error("schema-collision", "both become the same type: rustc refuses it", "give each a name that differs in more than case style"),
    error("property-collision", "both become the same field: rustc refuses it", "rename one, or drop the older of the two"),
    error("parameter-collision", "both become the same argument: rustc refuses it", "rename one"),
    error("parameter-reserved", "the request body is the argument `body`: rustc refuses a second one", "rename the parameter"),
    error("parameter-kind", "the generator has no cookie parameters, and stops", "describe the cookie as a security scheme"),
    error("path-template", "the generator stops at a brace that is not closed", "write `/things/{id}`"),
    error("path-parameter-undeclared", "the generator panics", "declare it: `in: path`, `required: true`"),
    error("path-parameter-optional", "the generator panics; OpenAPI asks for it too", "say `required: true`"),
    error("path-parameter-unused", "the function gets an argument that is never sent; at a second one the generator panics", "put it into the path, or leave it out"),
    error("method-trace", "reqwest has no method for it: rustc refuses it", "leave it out of the spec; a proxy answers it anyway"),
    error("one-request-media-type", "the generated function sends one: the generator panics", "keep the documented one"),
    error("request-schema-missing", "there is no type to generate: the generator stops", "give it a `schema`"),
    error("request-media-type-unknown", "the generator stops at what is not JSON, form, text or octets", "use one of these"),
    error("request-media-type-schema", "text and octets are sent as they are, from an inline plain string: the generator stops", "say `schema: {type: string}` for text, with `format: binary` for octets"),
    error("form-encoding", "the generator panics", "leave `encoding` out: the defaults of forms are used"),
    warning("request-body-optional", "the generated function always sends a body", "say `required: true`, or leave the body out"),
    error("response-schema-missing", "there is no type to generate: the generator panics", "give it a `schema`, or leave `content` out if there is no body"),
    error("one-error-schema", "the generated function returns one error type: the generator panics", "describe all errors by one component"),
    error("one-success-schema", "the generated function returns one success type: the generator panics", "describe all successes by one component"),
    error("status-unknown", "the generator of the mock names its functions after the status's reason, and panics where there is none", "use a registered status"),
    warning("response-media-type-raw", "the generator types `application/json` only: the function returns a stream of bytes", "say `application/json` if clients may read it as such"),
    error("parameter-type", "it is sent as text, which its Rust type does not become: rustc refuses it", "use a string, a number, a boolean or an enum, neither nullable nor a secret; say in the `description` how a list is written"),
    error("body-type", "the mock's helper takes such a type by value, and httpmock a reference: rustc refuses it", "make it an object with this as a property: that can grow, too"),
    error("client-dependency", "what is generated names a crate that the client does not depend on: rustc refuses it", "say it in the `description`, or describe the type in full"),
    error("schema-type-unknown", "the generator panics", "use one of string, number, integer, boolean, array, object"),
    error("schema-not", "the generator panics, or makes a type that nobody can use", "say what it is, not what it is not"),
    error("enum-mixed", "the generator panics", "use values of one type"),
    error("enum-collision", "both become the same variant: the generator panics", "choose values that differ in letters or digits"),
    error("enum-number", "the code that is made for it does not fit schemars 1: rustc refuses it", "make it a string, or say the values in the `description`"),
    warning("enum-boolean", "the generator drops it: both values are accepted", "leave out an `enum` of both values, or name one: that becomes a type of its own"),
    warning("constraint-dropped", "the generated type does not check it", "say it in the `description`; the server checks it"),
    warning("discriminator-ignored", "the generated enum is untagged: the first variant that fits is taken", "give each variant a required property with an `enum` of one value, and leave `discriminator` out"),
    warning("additional-properties-false", "the client would refuse an answer to which the server adds a field", "leave it out"),
    warning("write-only-ignored", "the field is in the type of requests and answers alike", "make one schema for requests and one for answers"),
    warning("deprecated-ignored", "nobody who uses the client is told", "say it in the `description`, which becomes documentation"),
    warning("operation-servers-ignored", "the client has one base URL for all operations", "declare servers at the top"),
    warning("example-invalid", "it is what people copy, and mocks answer with", "make it what the schema says, or mend the schema"),
    warning("component-unused", "it becomes a type that nothing uses", "remove it, or refer to it"),
    warning("operation-description-missing", "it becomes the documentation of the function", "say what the operation does, in `summary` or `description`"),
    warning("operation-tag-missing", "documentation is grouped by it", "give it one of the document's `tags`"),
    warning("operation-tag-unknown", "the tag has no description", "declare it in the document's `tags`"),
    warning("info-description-missing", "it becomes the documentation of the client", "say what the API is for"),
    warning("info-license-missing", "nobody knows what may be done with the document", "name it in `info.license`"),
    warning("info-contact-missing", "nobody knows whom to ask", "name them in `info.contact`"),
    error("generator", "this is legal OpenAPI that the generator has no code for", "say it in another way"),
];
