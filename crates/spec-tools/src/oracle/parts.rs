//! A small spec with replaceable parts.

use crate::project::Interface;

/// A spec, and its description.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) interface: Interface,
}

impl Sample {
    /// The same spec with the builder interface. It is compiled, and not called.
    pub(super) fn built(self) -> Self {
        Self {
            name: format!("builder: {}", self.name),
            interface: Interface::Builder,
            ..self
        }
    }
}

/// The spec. The words in capitals are its parts.
const SPEC: &str = "\
openapi: 3.0.3
info: {title: Parcels, version: 'VERSION', description: Sends, contact: {name: P}, license: {name: MIT}}
servers: [{url: 'https://api.parcels.example'}]
tags: [{name: parcels, description: What is sent}]
paths:
  'PATH':
    METHOD:
      operationId: 'OPERATION_ID'
      tags: [parcels]
      description: Sends one
      parameters: [PARAMETERS]
      SERVERS
      BODY
      responses: {RESPONSES}
components:
  schemas:
    Parcel: {type: object, required: [name], properties: {name: {type: string}}}
    Kind: {type: string, enum: [letter, pallet]}
    Box: {type: object, required: [width], properties: {width: {type: integer}}}
    COMPONENT
";

/// The text of each part that a sample does not replace.
const DEFAULTS: [(&str, &str); 9] = [
    ("VERSION", "1.0.0"),
    ("PATH", "/parcels"),
    ("METHOD", "post"),
    ("OPERATION_ID", "send_parcel"),
    ("PARAMETERS", ""),
    ("SERVERS", ""),
    (
        "BODY",
        "requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}",
    ),
    ("RESPONSES", OK),
    ("COMPONENT", ""),
];

/// The default response.
pub(super) const OK: &str = "'200': {description: Sent, content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}";

/// The spec with these parts.
pub(super) fn sample(name: impl Into<String>, parts: &[(&str, &str)]) -> Sample {
    let parts = parts.iter().chain(&DEFAULTS);
    let text = parts.fold(SPEC.to_owned(), |text, (part, new)| text.replace(part, new));
    Sample {
        name: name.into(),
        text,
        interface: Interface::Positional,
    }
}

/// A `content` object for JSON.
pub(super) fn json(schema: &str) -> String {
    format!("{{application/json: {{schema: {schema}}}}}")
}

/// A `content` object for a form.
pub(super) fn form(schema: &str) -> String {
    format!("{{application/x-www-form-urlencoded: {{schema: {schema}}}}}")
}

/// The part `BODY` with this `content`.
pub(super) fn body(content: &str) -> String {
    format!("requestBody: {{required: true, content: {content}}}")
}

/// A response for the part `RESPONSES`.
pub(super) fn response(status: &str, content: &str) -> String {
    format!("{status}: {{description: A, content: {content}}}")
}

/// A parameter for the part `PARAMETERS`.
pub(super) fn parameter(place: &str, name: &str, required: bool, schema: &str) -> String {
    format!(
        "{{in: {place}, name: '{name}', required: {required}, description: A, schema: {schema}}}"
    )
}

/// The part `COMPONENT`.
pub(super) fn component(name: &str, schema: &str) -> String {
    format!("'{name}': {schema}")
}
