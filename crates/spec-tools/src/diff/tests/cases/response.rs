//! Schemas that a client receives.

use super::{Case, case};

const ID: &str =
    "          description: The server's name for this revocation\n          type: string\n";

pub(super) const CASES: &[Case] = &[
    case(
        "response property added",
        &[(ID, "          type: string\n        by: {type: string}\n")],
        &[
            "documentation-changed cosmetic patch",
            "property-added compatible major",
        ],
    ),
    case(
        "response property added, required",
        &[
            (
                "required: [id, created_at]",
                "required: [id, created_at, by]",
            ),
            (
                "      properties:\n        id:\n",
                "      properties:\n        by: {type: string}\n        id:\n",
            ),
        ],
        &["property-added-required compatible major"],
    ),
    case(
        "response property removed, required",
        &[
            ("required: [id, created_at]", "required: [created_at]"),
            (
                "        id:\n          description: The server's name for this revocation\n          type: string\n",
                "",
            ),
        ],
        &["property-removed breaking major"],
    ),
    case(
        "response property required → optional",
        &[("required: [id, created_at]", "required: [id]")],
        &["property-now-optional breaking major"],
    ),
    case(
        "response property type changed",
        &[(
            ID,
            "          description: The server's name for this revocation\n          type: integer\n",
        )],
        &["type-changed breaking major"],
    ),
    case(
        "response property format removed",
        &[("          format: date-time\n", "")],
        &["format-changed breaking major"],
    ),
    case(
        "response property format changed",
        &[("          format: date-time\n", "          format: date\n")],
        &["format-changed breaking major"],
    ),
    case(
        "response component nullable",
        &[(
            "      description: The server's record of one revocation\n",
            "      description: The server's record of one revocation\n      nullable: true\n",
        )],
        &["nullable-added breaking major"],
    ),
    case(
        "response string becomes an enum",
        &[(
            "          description: A short code for programs; callers must be ready for codes not listed here\n          type: string\n",
            "          description: A short code for programs; callers must be ready for codes not listed here\n          type: string\n          enum: [VALIDATION_ERROR, invalid_client]\n",
        )],
        &["enum-changed compatible major"],
    ),
    case(
        "response enum value added",
        &[("enum: [true]", "enum: [true, false]")],
        &["enum-value-added breaking major"],
    ),
    case(
        "response enum value removed and added",
        &[("enum: [true]", "enum: [false]")],
        &[
            "enum-value-added breaking major",
            "enum-value-removed compatible major",
        ],
    ),
    case(
        "response enum removed",
        &[("          enum: [true]\n", "")],
        &["enum-changed breaking major"],
    ),
    case(
        "response pattern added",
        &[(
            ID,
            "          description: The server's name for this revocation\n          type: string\n          pattern: '^[a-z0-9]+$'\n",
        )],
        // Code for a pattern needs a crate that the client does not depend on.
        &[
            "cannot-be-generated cosmetic cannot be generated",
            "pattern-changed compatible cannot be generated",
        ],
    ),
    case(
        "response object closed",
        &[(
            "      required: [id, created_at]\n",
            "      required: [id, created_at]\n      additionalProperties: false\n",
        )],
        &["additional-properties-changed compatible patch"],
    ),
    case(
        "response schema renamed, with those that refer to it",
        &[
            (
                "          $ref: '#/components/schemas/Revocation'\n",
                "          $ref: '#/components/schemas/Record'\n",
            ),
            ("    Revocation:\n", "    Record:\n"),
        ],
        &["schema-renamed cosmetic major"],
    ),
    case(
        "response schema title added",
        &[(
            "      description: The server's record of one revocation\n",
            "      description: The server's record of one revocation\n      title: Record\n",
        )],
        &["documentation-changed cosmetic none"],
    ),
    case(
        "unused component added",
        &[(
            "    Revocation:\n",
            "    Unused: {type: object, properties: {a: {type: string}}}\n    Revocation:\n",
        )],
        &["component-added cosmetic minor"],
    ),
];
