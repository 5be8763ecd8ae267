//! Explicit defaults, moved or renamed parameters, optional credentials, extensions.

use super::{Case, case, prepared};

const PATH: (&str, &str) = (
    "  /public/oauth2/1/revoke:\n    post:\n",
    "  /public/oauth2/1/revoke/{id}:\n    post:\n      parameters:\n        - {in: path, name: id, required: true, description: Which, schema: {type: string}}\n",
);

const QUERY: (&str, &str) = (
    "      operationId: revoke_token\n",
    "      operationId: revoke_token\n      parameters:\n        - {in: query, name: id, required: true, description: Which, schema: {type: string}}\n",
);

pub(super) const CASES: &[Case] = &[
    prepared(
        "style of a parameter changed",
        &[QUERY],
        &[(
            "{in: query, name: id, required: true,",
            "{in: query, name: id, required: true, explode: false,",
        )],
        &["parameter-changed breaking none"],
    ),
    prepared(
        "parameter moved to the path and changed",
        &[PATH],
        &[(
            "    post:\n      parameters:\n        - {in: path, name: id, required: true, description: Which, schema: {type: string}}\n",
            "    parameters:\n      - {in: path, name: id, required: true, description: Which, schema: {type: integer}}\n    post:\n",
        )],
        &[
            "type-changed breaking major",
            "notation-changed cosmetic major",
        ],
    ),
    prepared(
        "path parameter renamed",
        &[PATH],
        &[
            ("/revoke/{id}:", "/revoke/{token_id}:"),
            ("in: path, name: id,", "in: path, name: token_id,"),
        ],
        &["path-parameter-renamed cosmetic major"],
    ),
    case(
        "credentials no longer required",
        &[(
            "        - {}\n        - clientBasic: []\n",
            "        - {}\n",
        )],
        &["security-removed compatible none"],
    ),
    case(
        "extension of an operation",
        &[(
            "      operationId: revoke_token\n",
            "      operationId: revoke_token\n      x-owner: tokens\n",
        )],
        &["extension-changed cosmetic none"],
    ),
];
