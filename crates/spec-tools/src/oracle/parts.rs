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

/// The parts of a spec, as YAML in flow style.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    version: String,
    method: String,
    path: String,
    operation_id: String,
    parameters: String,
    body: Option<String>,
    responses: String,
    schemas: String,
    servers: String,
}

/// The default response.
pub(super) const OK: &str = "'200': {description: Sent, content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}";

/// A `content` object for JSON.
pub(super) fn json(schema: &str) -> String {
    format!("{{application/json: {{schema: {schema}}}}}")
}

impl Parts {
    pub(super) fn new() -> Self {
        Self {
            version: "1.0.0".to_owned(),
            method: "post".to_owned(),
            path: "/parcels".to_owned(),
            operation_id: "send_parcel".to_owned(),
            parameters: String::new(),
            body: Some(json("{$ref: '#/components/schemas/Parcel'}")),
            responses: OK.to_owned(),
            schemas: String::new(),
            servers: String::new(),
        }
    }

    pub(super) fn version(self, version: &str) -> Self {
        let version = version.to_owned();
        Self { version, ..self }
    }

    pub(super) fn method(self, method: &str) -> Self {
        let method = method.to_owned();
        Self { method, ..self }
    }

    pub(super) fn path(self, path: &str) -> Self {
        let path = format!("'{path}'");
        Self { path, ..self }
    }

    pub(super) fn operation_id(self, id: &str) -> Self {
        let operation_id = format!("'{id}'");
        Self {
            operation_id,
            ..self
        }
    }

    /// Adds a parameter.
    pub(super) fn parameter(
        mut self,
        place: &str,
        name: &str,
        required: bool,
        schema: &str,
    ) -> Self {
        let one = format!(
            "{{in: {place}, name: '{name}', required: {required}, description: A, schema: {schema}}}, "
        );
        self.parameters.push_str(&one);
        self
    }

    /// Adds a query parameter with these further fields.
    pub(super) fn styled(mut self, fields: &str, schema: &str) -> Self {
        let one = format!("{{in: query, name: ids, required: true, {fields}, schema: {schema}}}, ");
        self.parameters.push_str(&one);
        self
    }

    /// Sets the `servers` of the operation.
    pub(super) fn servers(self, servers: &str) -> Self {
        let servers = format!("      servers: {servers}\n");
        Self { servers, ..self }
    }

    /// Sets the `content` of the request body, or removes the body.
    pub(super) fn body(self, body: Option<String>) -> Self {
        Self { body, ..self }
    }

    pub(super) fn responses(self, responses: String) -> Self {
        Self { responses, ..self }
    }

    /// Sets an additional component.
    pub(super) fn schema(self, name: &str, schema: &str) -> Self {
        let schemas = format!("    '{name}': {schema}\n");
        Self { schemas, ..self }
    }

    pub(super) fn sample(self, name: impl Into<String>) -> Sample {
        let body = self.body.map_or_else(String::new, |content| {
            format!("      requestBody: {{required: true, content: {content}}}\n")
        });
        let Self {
            version,
            method,
            path,
            operation_id,
            parameters,
            responses,
            schemas,
            servers,
            ..
        } = self;
        let text = format!(
            "openapi: 3.0.3
info: {{title: Parcels, version: '{version}', description: Sends, contact: {{name: P}}, license: {{name: MIT}}}}
servers: [{{url: 'https://api.parcels.example'}}]
tags: [{{name: parcels, description: What is sent}}]
paths:
  {path}:
    {method}:
      operationId: {operation_id}
      tags: [parcels]
      description: Sends one
      parameters: [{parameters}]
{servers}{body}      responses: {{{responses}}}
components:
  schemas:
    Parcel: {{type: object, required: [name], properties: {{name: {{type: string}}}}}}
    Kind: {{type: string, enum: [letter, pallet]}}
    Box: {{type: object, required: [width], properties: {{width: {{type: integer}}}}}}
{schemas}"
        );
        let name = name.into();
        let interface = Interface::Positional;
        Sample {
            name,
            text,
            interface,
        }
    }
}
