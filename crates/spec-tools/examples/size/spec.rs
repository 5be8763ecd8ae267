//! Deterministic specs of any size.
//!
//! Each operation has its own request, success and error schemas, and uses some shared ones. Methods and media types
//! alternate.

/// A kind of spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Without findings.
    Valid,
    /// `Valid`, with an edit in five of six operations.
    Edited,
    /// `Valid`, with one operation in the middle that the generator does not support.
    Unsupported,
}

/// A spec with that many operations.
pub(crate) fn spec(operations: u32, kind: Kind) -> String {
    let (mut paths, mut schemas) = (String::new(), String::new());
    for (number, method) in (0..operations).zip(["post", "put", "patch"].into_iter().cycle()) {
        // A form has no lists.
        let (media_type, labels) = if number.is_multiple_of(4) {
            ("application/x-www-form-urlencoded", "type: string")
        } else {
            ("application/json", "type: array, items: {type: string}")
        };
        let mut edits = vec![
            ("METHOD", method),
            ("MEDIA_TYPE", media_type),
            ("LABELS", labels),
        ];
        match kind {
            Kind::Edited => edits.extend(EDITS.get(number as usize % (EDITS.len() + 1))),
            Kind::Unsupported if number == operations / 2 => {
                edits.push(("in: query", "in: query, style: pipeDelimited"));
            }
            Kind::Valid | Kind::Unsupported => {}
        }
        paths += &edited(PATH, number, &edits);
        schemas += &edited(SCHEMAS, number, &edits);
    }
    format!("{HEAD}{paths}{COMPONENTS}{schemas}")
}

fn edited(text: &str, number: u32, edits: &[(&str, &str)]) -> String {
    let text = text.replace("NUMBER", &number.to_string());
    edits
        .iter()
        .fold(text, |text, (old, new)| text.replace(old, new))
}

const EDITS: [(&str, &str); 5] = [
    (
        "        note:",
        "        insured: {description: Against loss, type: boolean}\n        note:",
    ),
    ("[sent, waiting]", "[sent, waiting, lost]"),
    ("summary: Sends", "summary: Sends, once more,"),
    ("'503'", "'429'"),
    ("Success", "Sent"),
];

const HEAD: &str = "\
openapi: 3.0.3
info:
  title: Parcels
  version: 1.0.0
  description: Sends parcels
  contact: {name: Parcels, url: 'https://parcels.example'}
  license: {name: MIT}
servers: [{url: 'https://api.parcels.example'}]
tags: [{name: parcels, description: What is sent}]
paths:
";

const PATH: &str = "  /v1/deskNUMBER/{parcel_id}/send:
    METHOD:
      operationId: send_parcel_NUMBER
      tags: [parcels]
      summary: Sends a parcel from desk NUMBER
      parameters:
      - $ref: '#/components/parameters/ParcelId'
      - {name: page_NUMBER, in: query, description: Which page of the list, schema: {type: integer, format: int32}}
      requestBody:
        required: true
        content: {MEDIA_TYPE: {schema: {$ref: '#/components/schemas/RequestNUMBER'}}}
      responses:
        '200':
          description: Sent
          content: {application/json: {schema: {$ref: '#/components/schemas/SuccessNUMBER'}}}
        '400':
          description: Not understood
          content: {application/json: {schema: {$ref: '#/components/schemas/FailureNUMBER'}}}
        '503':
          description: Later
          content: {application/json: {schema: {$ref: '#/components/schemas/FailureNUMBER'}}}
";

const COMPONENTS: &str = "\
components:
  parameters:
    ParcelId: {name: parcel_id, in: path, required: true, description: Which parcel, schema: {type: string}}
  schemas:
    Address:
      description: Where it goes
      type: object
      required: [street]
      properties:
        street: {description: With the number, type: string}
        country: {description: If it is another, type: string}
    Event:
      description: What happened to it
      type: object
      required: [what]
      properties:
        what: {description: In a word, type: string}
        at: {description: When, type: string, format: date-time}
        place: {$ref: '#/components/schemas/Address'}
";

const SCHEMAS: &str = "    RequestNUMBER:
      description: What desk NUMBER is asked to send
      type: object
      required: [name, kind]
      properties:
        name: {description: Whose it is, type: string, minLength: 1, maxLength: 80}
        kind: {description: How it travels, type: string, enum: [letter, box_NUMBER, pallet]}
        weight: {description: In grams, type: integer, format: int64}
        labels: {description: For the desk, LABELS}
        note: {description: For people, type: string, nullable: true}
    SuccessNUMBER:
      description: What desk NUMBER sent
      type: object
      required: [id, state]
      properties:
        id: {description: Its name, type: string}
        state: {description: Where it is, type: string, enum: [sent, waiting]}
        to: {$ref: '#/components/schemas/Address'}
        history: {description: What happened to it, type: array, items: {$ref: '#/components/schemas/Event'}}
      example: {id: aNUMBER, state: waiting}
    FailureNUMBER:
      description: Why desk NUMBER did not send it
      type: object
      required: [code, message]
      properties:
        code: {description: For programs, type: string, enum: [full, closed_NUMBER]}
        message: {description: For people, type: string}
";
