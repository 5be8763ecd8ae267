//! The same edits in a request and in a response, of keywords that the spec does not use.

use super::{Case, prepared};

type Edits = &'static [(&'static str, &'static str)];

/// Adds a property to the request, with the schema to edit.
macro_rules! sent {
    ($text:literal) => {
        (
            "          $ref: '#/components/schemas/TokenTypeHint'\n",
            concat!(
                "          $ref: '#/components/schemas/TokenTypeHint'\n        extra: {",
                $text,
                "}\n"
            ),
        )
    };
}

/// Adds a property to the response.
macro_rules! received {
    ($text:literal) => {
        (
            "      properties:\n        id:\n",
            concat!(
                "      properties:\n        extra: {",
                $text,
                "}\n        id:\n"
            ),
        )
    };
}

const SENT_NUMBER: Edits = &[sent!("type: integer, minimum: 5, maximum: 50")];
const RECEIVED_NUMBER: Edits = &[received!("type: integer, minimum: 5, maximum: 50")];
const SENT_TEXT: Edits = &[sent!(
    "type: string, minLength: 5, maxLength: 50, nullable: true"
)];
const RECEIVED_TEXT: Edits = &[received!(
    "type: string, minLength: 5, maxLength: 50, nullable: true"
)];
const SENT_LIST: Edits = &[sent!("type: array, items: {type: string}, maxItems: 5")];
const RECEIVED_ENUM: Edits = &[received!("type: string, enum: [one, two]")];
const SENT_CLOSED: Edits = &[sent!("type: object, additionalProperties: false")];

pub(super) const CASES: &[Case] = &[
    prepared(
        "sent minimum raised",
        SENT_NUMBER,
        &[("minimum: 5", "minimum: 6")],
        &["range-changed breaking none"],
    ),
    prepared(
        "sent maximum removed",
        SENT_NUMBER,
        &[(", maximum: 50", "")],
        &["range-changed compatible none"],
    ),
    prepared(
        "sent integer becomes a number",
        SENT_NUMBER,
        &[("type: integer", "type: number")],
        &["type-changed compatible major"],
    ),
    prepared(
        "received minimum raised",
        RECEIVED_NUMBER,
        &[("minimum: 5", "minimum: 6")],
        &["range-changed compatible none"],
    ),
    prepared(
        "received maximum raised",
        RECEIVED_NUMBER,
        &[("maximum: 50", "maximum: 60")],
        &["range-changed breaking none"],
    ),
    prepared(
        "received integer becomes a number",
        RECEIVED_NUMBER,
        &[("type: integer", "type: number")],
        &["type-changed breaking major"],
    ),
    prepared(
        "sent length tightened",
        SENT_TEXT,
        &[("maxLength: 50", "maxLength: 40")],
        &["length-changed breaking patch"],
    ),
    prepared(
        "sent length bounds removed",
        SENT_TEXT,
        &[(", minLength: 5, maxLength: 50", "")],
        &[
            "length-changed compatible major",
            "length-changed compatible major",
        ],
    ),
    prepared(
        "received length loosened",
        RECEIVED_TEXT,
        &[("minLength: 5", "minLength: 4")],
        &["length-changed breaking patch"],
    ),
    prepared(
        "sent null removed",
        SENT_TEXT,
        &[(", nullable: true", "")],
        &["nullable-removed breaking none"],
    ),
    prepared(
        "received null removed",
        RECEIVED_TEXT,
        &[(", nullable: true", "")],
        &["nullable-removed compatible none"],
    ),
    prepared(
        "sent list may be longer",
        SENT_LIST,
        &[("maxItems: 5", "maxItems: 9")],
        &["size-changed compatible none"],
    ),
    prepared(
        "received optional property removed",
        RECEIVED_ENUM,
        &[("        extra: {type: string, enum: [one, two]}\n", "")],
        &["property-removed compatible major"],
    ),
    prepared(
        "received property now required",
        RECEIVED_ENUM,
        &[(
            "required: [id, created_at]",
            "required: [id, created_at, extra]",
        )],
        &["property-now-required compatible major"],
    ),
    prepared(
        "sent object opened",
        SENT_CLOSED,
        &[("additionalProperties: false", "additionalProperties: true")],
        &[
            "cannot-be-generated cosmetic cannot be generated",
            "additional-properties-changed compatible cannot be generated",
        ],
    ),
    prepared(
        "sent object with typed additional properties",
        SENT_CLOSED,
        &[(
            "additionalProperties: false",
            "additionalProperties: {type: string}",
        )],
        &["additional-properties-changed compatible major"],
    ),
];
