//! Deterministic specs of any size.
//!
//! Each operation has its own request, success and error schemas, and uses some shared ones. Methods, media types
//! and parameters alternate.

use std::fmt::Write as _;

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
    let mut paths = String::new();
    let mut schemas = String::new();
    for number in 0..operations {
        let edit = match kind {
            Kind::Edited => Edit::of(number),
            _ => Edit::None,
        };
        path(&mut paths, number, edit);
        if kind == Kind::Unsupported && number == operations / 2 {
            paths = unsupported(&paths, number);
        }
        self::schemas(&mut schemas, number, edit);
    }
    format!("{HEAD}{paths}{COMPONENTS}{schemas}")
}

/// The edit of one operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edit {
    None,
    Property,
    Value,
    Summary,
    Status,
    Name,
}

impl Edit {
    fn of(number: u32) -> Self {
        match number % 6 {
            0 => Self::Property,
            1 => Self::Value,
            2 => Self::Summary,
            3 => Self::Status,
            4 => Self::Name,
            _ => Self::None,
        }
    }
}

fn path(paths: &mut String, number: u32, edit: Edit) {
    let method = match number % 3 {
        0 => "post",
        1 => "put",
        _ => "patch",
    };
    let media = if is_form(number) {
        "application/x-www-form-urlencoded"
    } else {
        "application/json"
    };
    let words = match edit {
        Edit::Summary => "Sends, once more,",
        _ => "Sends",
    };
    let unavailable = match edit {
        Edit::Status => "429",
        _ => "503",
    };
    let success = success(number, edit);
    let _ = write!(
        paths,
        "  /v1/desk{number}/{{parcel_id}}/send:
    {method}:
      operationId: send_parcel_{number}
      tags: [parcels]
      summary: {words} a parcel from desk {number}
      parameters:
        - $ref: '#/components/parameters/ParcelId'
        - name: dry_run
          in: query
          description: Whether to only say what it would cost
          schema:
            type: boolean
        - name: page_{number}
          in: query
          description: Which page of the list
          schema:
            type: integer
            format: int32
      requestBody:
        required: true
        content:
          {media}:
            schema:
              $ref: '#/components/schemas/Request{number}'
      responses:
        '200':
          description: Sent
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/{success}'
              examples:
                sent:
                  value: {{id: a{number}, state: sent, sent_at: '2025-01-01T00:00:00Z'}}
        '400':
          description: Not understood
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Failure{number}'
        '{unavailable}':
          description: Later
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Failure{number}'
"
    );
}

fn is_form(number: u32) -> bool {
    number.is_multiple_of(4)
}

fn success(number: u32, edit: Edit) -> String {
    match edit {
        Edit::Name => format!("Sent{number}"),
        _ => format!("Success{number}"),
    }
}

fn schemas(schemas: &mut String, number: u32, edit: Edit) {
    let property = match edit {
        Edit::Property => "        insured: {description: Against loss, type: boolean}\n",
        _ => "",
    };
    let value = match edit {
        Edit::Value => ", lost",
        _ => "",
    };
    let (labels, label) = if is_form(number) {
        ("type: string", "new")
    } else {
        ("type: array, items: {type: string}", "[new]")
    };
    let success = success(number, edit);
    let _ = write!(
        schemas,
        "    Request{number}:
      description: What desk {number} is asked to send
      type: object
      required: [name, kind]
      properties:
        name:
          description: Whose it is
          type: string
          minLength: 1
          maxLength: 80
        kind:
          description: How it travels
          type: string
          enum: [letter, box_{number}, pallet]
        weight: {{description: In grams, type: integer, format: int64}}
        labels: {{description: For the desk, {labels}}}
        note: {{description: For people, type: string, nullable: true}}
{property}      example: {{name: A, kind: letter, weight: 20, labels: {label}}}
    {success}:
      description: What desk {number} sent
      type: object
      required: [id, state]
      properties:
        id: {{description: Its name, type: string}}
        state:
          description: Where it is
          type: string
          enum: [sent, waiting{value}]
        sent_at: {{description: When, type: string, format: date-time}}
        to:
          $ref: '#/components/schemas/Address'
        history:
          description: What happened to it
          type: array
          items:
            $ref: '#/components/schemas/Event'
      example: {{id: a{number}, state: waiting}}
    Failure{number}:
      description: Why desk {number} did not send it
      type: object
      required: [code, message]
      properties:
        code:
          description: For programs
          type: string
          enum: [full, closed_{number}]
        message: {{description: For people, type: string}}
        details:
          type: array
          description: One each
          items:
            $ref: '#/components/schemas/Detail'
"
    );
}

/// `paths`, with a parameter style in the last operation that the generator does not support.
fn unsupported(paths: &str, number: u32) -> String {
    let name = format!("        - name: page_{number}\n");
    paths.replace(&name, &format!("{name}          style: pipeDelimited\n"))
}

const HEAD: &str = "\
openapi: 3.0.3
info:
  title: Parcels
  version: 1.0.0
  description: Sends parcels
  contact: {name: Parcels, url: 'https://parcels.example'}
  license: {name: MIT}
servers:
  - url: https://api.parcels.example
tags:
  - name: parcels
    description: What is sent
paths:
";

const COMPONENTS: &str = "\
components:
  parameters:
    ParcelId:
      name: parcel_id
      in: path
      required: true
      description: Which parcel
      schema:
        type: string
  schemas:
    Address:
      description: Where it goes
      type: object
      required: [street, town]
      properties:
        street: {description: With the number, type: string}
        town: {description: By its name, type: string}
        country: {description: If it is another, type: string}
    Event:
      description: What happened to it
      type: object
      required: [what]
      properties:
        what: {description: In a word, type: string}
        at: {description: When, type: string, format: date-time}
        place:
          $ref: '#/components/schemas/Address'
    Detail:
      description: What is wrong with one field
      type: object
      required: [field, reason]
      properties:
        field: {description: Its name, type: string}
        reason: {description: What is wrong with it, type: string}
";
