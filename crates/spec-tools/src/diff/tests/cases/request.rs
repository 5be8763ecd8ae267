//! Schemas that a client sends.

use super::{Case, case};

const LAST: &str = "          $ref: '#/components/schemas/TokenTypeHint'\n";

pub(super) const CASES: &[Case] = &[
    case(
        "request property added, optional",
        &[(
            LAST,
            "          $ref: '#/components/schemas/TokenTypeHint'\n        reason: {type: string}\n",
        )],
        &["property-added compatible major"],
    ),
    case(
        "request property added, required",
        &[
            (
                LAST,
                "          $ref: '#/components/schemas/TokenTypeHint'\n        reason: {type: string}\n",
            ),
            ("required: [token]", "required: [token, reason]"),
        ],
        &["property-added-required breaking major"],
    ),
    case(
        "request property removed",
        &[(
            "        token_type_hint:\n          $ref: '#/components/schemas/TokenTypeHint'\n",
            "",
        )],
        &["property-removed breaking major"],
    ),
    case(
        "request property now required",
        &[("required: [token]", "required: [token, token_type_hint]")],
        &["property-now-required breaking major"],
    ),
    case(
        "request property no longer required",
        &[("      required: [token]\n", "")],
        &["property-now-optional compatible major"],
    ),
    case(
        "request property with another schema",
        &[(LAST, "          $ref: '#/components/schemas/Token'\n")],
        &[
            "length-changed breaking major",
            "pattern-changed breaking major",
            "enum-changed compatible major",
            "notation-changed cosmetic major",
        ],
    ),
    case(
        "request property inlined",
        &[(
            LAST,
            "          type: string\n          enum: [access_token, refresh_token]\n",
        )],
        &["notation-changed cosmetic major"],
    ),
    case(
        "request enum value added",
        &[(
            "        - refresh_token\n",
            "        - refresh_token\n        - id_token\n",
        )],
        &["enum-value-added compatible major"],
    ),
    case(
        "request enum value removed",
        &[("        - access_token\n", "")],
        &["enum-value-removed breaking major"],
    ),
    case(
        "request enum in another order",
        &[(
            "        - access_token\n        - refresh_token\n",
            "        - refresh_token\n        - access_token\n",
        )],
        &["notation-changed cosmetic patch"],
    ),
    case(
        "request enum becomes any string",
        &[(
            "      enum:\n        - access_token\n        - refresh_token\n",
            "",
        )],
        &["enum-changed compatible major"],
    ),
    case(
        "request length tightened, of a hand-written type",
        &[("minLength: 1", "minLength: 2")],
        &["length-changed breaking none"],
    ),
    case(
        "request pattern changed",
        &[(
            "'^[\\x21-\\x7E]([\\x20-\\x7E]*[\\x21-\\x7E])?$'",
            "'^[a-z]+$'",
        )],
        &["pattern-changed breaking none"],
    ),
    case(
        "request format, a hint",
        &[("      format: password\n", "")],
        &["notation-changed cosmetic none"],
    ),
    case(
        "request nullable",
        &[(
            "        both kinds.\n      type: string\n",
            "        both kinds.\n      type: string\n      nullable: true\n",
        )],
        &["nullable-added compatible major"],
    ),
    case(
        "request object closed",
        &[(
            "      required: [token]\n",
            "      required: [token]\n      additionalProperties: false\n",
        )],
        &["additional-properties-changed breaking patch"],
    ),
    case(
        "schema deprecated",
        &[(
            "      description: The token to revoke, with an optional hint at its kind\n",
            "      description: The token to revoke, with an optional hint at its kind\n      deprecated: true\n",
        )],
        &["deprecated compatible none"],
    ),
    case(
        "request description",
        &[("with an optional hint at its kind", "and perhaps its kind")],
        &["documentation-changed cosmetic patch"],
    ),
    case(
        "request default",
        &[(
            "        - refresh_token\n      example",
            "        - refresh_token\n      default: access_token\n      example",
        )],
        &["default-changed breaking minor"],
    ),
    case(
        "keyword that no rule knows",
        &[(
            "      required: [token]\n",
            "      required: [token]\n      secret: true\n",
        )],
        &["unclassified breaking none"],
    ),
];
