//! Parameters, required headers, deprecation, unused components, alternatives: constructs that the spec does not
//! have.

use super::{Case, prepared};

type Edits = &'static [(&'static str, &'static str)];

const PARAMETERS: Edits = &[(
    "      operationId: revoke_token\n",
    "      operationId: revoke_token\n      parameters:\n        - {in: query, name: one, required: true, schema: {type: string}}\n        - {in: query, name: two, required: true, schema: {type: integer}}\n        - {in: query, name: opt, schema: {type: string}}\n",
)];
const HEADER: Edits = &[(
    "            Retry-After:\n",
    "            X-Request-Id: {required: true, schema: {type: string}}\n            Retry-After:\n",
)];
const DEPRECATED: Edits = &[(
    "      operationId: revoke_token\n",
    "      operationId: revoke_token\n      deprecated: true\n",
)];
const UNUSED: Edits = &[(
    "    Revocation:\n",
    "    Unused: {type: object, properties: {a: {type: string}}}\n    Revocation:\n",
)];
const CHOICE: Edits = &[(
    "          $ref: '#/components/schemas/TokenTypeHint'\n",
    "          $ref: '#/components/schemas/TokenTypeHint'\n        extra: {oneOf: [{type: string}, {type: integer}]}\n",
)];

pub(super) const CASES: &[Case] = &[
    prepared(
        "parameter removed",
        PARAMETERS,
        &[(
            "        - {in: query, name: opt, schema: {type: string}}\n",
            "",
        )],
        &["parameter-removed breaking major"],
    ),
    prepared(
        "parameter now required",
        PARAMETERS,
        &[("name: opt, schema", "name: opt, required: true, schema")],
        &["parameter-now-required breaking major"],
    ),
    prepared(
        "parameter no longer required",
        PARAMETERS,
        &[("name: two, required: true", "name: two")],
        &["parameter-now-optional compatible major"],
    ),
    prepared(
        "parameter of another type",
        PARAMETERS,
        &[("{type: integer}", "{type: boolean}")],
        &["type-changed breaking major"],
    ),
    prepared(
        "parameter moved to a header",
        PARAMETERS,
        &[("{in: query, name: opt", "{in: header, name: opt")],
        &[
            "parameter-added compatible major",
            "parameter-removed breaking major",
        ],
    ),
    prepared(
        "required header removed",
        HEADER,
        &[(
            "            X-Request-Id: {required: true, schema: {type: string}}\n",
            "",
        )],
        &["header-removed breaking none"],
    ),
    prepared(
        "required header now optional",
        HEADER,
        &[(
            "X-Request-Id: {required: true,",
            "X-Request-Id: {required: false,",
        )],
        &["parameter-now-optional breaking none"],
    ),
    prepared(
        "deprecation withdrawn",
        DEPRECATED,
        &[("      deprecated: true\n", "")],
        &["deprecation-withdrawn compatible none"],
    ),
    prepared(
        "unused component removed",
        UNUSED,
        &[(
            "    Unused: {type: object, properties: {a: {type: string}}}\n",
            "",
        )],
        &["component-removed cosmetic major"],
    ),
    prepared(
        "unused component changed",
        UNUSED,
        &[("{a: {type: string}}", "{a: {type: integer}}")],
        &["type-changed cosmetic major"],
    ),
    prepared(
        "alternative added",
        CHOICE,
        &[(
            "[{type: string}, {type: integer}]",
            "[{type: string}, {type: integer}, {type: boolean}]",
        )],
        &["alternatives-changed compatible major"],
    ),
    prepared(
        "alternative removed",
        CHOICE,
        &[("[{type: string}, {type: integer}]", "[{type: string}]")],
        &["alternatives-changed breaking major"],
    ),
];
