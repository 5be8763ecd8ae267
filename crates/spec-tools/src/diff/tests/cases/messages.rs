//! Bodies, media types, statuses and headers.

use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(
        "request media type changed",
        &[(
            "        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/RevocationRequest'\n",
            "        content:\n          application/x-www-form-urlencoded:\n            schema:\n              $ref: '#/components/schemas/RevocationRequest'\n",
        )],
        &[
            "media-type-removed breaking patch",
            "media-type-added compatible patch",
        ],
    ),
    case(
        "request media type added, which the generator refuses",
        &[(
            "        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/RevocationRequest'\n",
            "        content:\n          application/x-www-form-urlencoded:\n            schema:\n              $ref: '#/components/schemas/RevocationRequest'\n          application/json:\n            schema:\n              $ref: '#/components/schemas/RevocationRequest'\n",
        )],
        &[
            "cannot-be-generated cosmetic cannot be generated",
            "media-type-added compatible cannot be generated",
        ],
    ),
    case(
        "response media type changed",
        &[(
            "          description: The token is no longer valid\n          content:\n            application/json:\n",
            "          description: The token is no longer valid\n          content:\n            application/vnd.example+json:\n",
        )],
        &[
            "media-type-removed breaking major",
            "media-type-added compatible major",
        ],
    ),
    case(
        "response media type added",
        &[(
            "          description: The token is no longer valid\n          content:\n            application/json:\n",
            "          description: The token is no longer valid\n          content:\n            text/html: {schema: {type: string}}\n            application/json:\n",
        )],
        &["media-type-added compatible none"],
    ),
    case(
        "body now optional",
        &[("        required: true\n        content", "        content")],
        &["body-now-optional compatible none"],
    ),
    case(
        "body removed",
        &[(
            "      requestBody:\n        required: true\n        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/RevocationRequest'\n            examples:\n              tokenOnly:\n                summary: Any token; the server finds out its kind\n                value:\n                  token: 2YotnFZFEjr1zCsicMWpAA\n              withHint:\n                summary: A refresh token, said to be one\n                value:\n                  token: tGzv3JOkF0XG5Qx2TlKWIA\n                  token_type_hint: refresh_token\n",
            "",
        )],
        &["body-removed breaking major"],
    ),
    case(
        "error status added",
        &[(
            "        '503':\n",
            "        '429':\n          description: Too many\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/RevocationError'\n        '503':\n",
        )],
        &["status-added compatible minor"],
    ),
    case(
        "success status added",
        &[(
            "        '400':\n",
            "        '202':\n          description: Later\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/RevocationSuccess'\n        '400':\n",
        )],
        &["status-added breaking minor"],
    ),
    case(
        "error status changed",
        &[("        '401':\n", "        '403':\n")],
        &[
            "status-removed compatible major",
            "status-added compatible minor",
        ],
    ),
    case(
        "error status removed",
        &[(
            "        '401':\n          description: The client did not prove who it is (RFC 6749 section 5.2)\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/RevocationError'\n              examples:\n                badCredentials:\n                  value:\n                    success: false\n                    error:\n                      code: invalid_client\n                      message: Client authentication failed\n",
            "",
        )],
        &["status-removed compatible major"],
    ),
    case(
        "success status changed",
        &[("        '200':\n", "        '201':\n")],
        &[
            "status-removed breaking major",
            "status-added breaking minor",
        ],
    ),
    case(
        "header added",
        &[(
            "            Retry-After:\n",
            "            X-Request-Id: {schema: {type: string}}\n            Retry-After:\n",
        )],
        &["header-added compatible none"],
    ),
    case(
        "header removed",
        &[(
            "          headers:\n            Retry-After:\n              description: Seconds, or an HTTP date, before which a retry is pointless\n              schema:\n                type: string\n              example: '120'\n",
            "",
        )],
        &["header-removed compatible none"],
    ),
    case(
        "header of another type",
        &[(
            "              schema:\n                type: string\n              example: '120'\n",
            "              schema:\n                type: integer\n              example: '120'\n",
        )],
        &["type-changed breaking none"],
    ),
    case(
        "example of a body",
        &[(
            "value:\n                  token: 2YotnFZFEjr1zCsicMWpAA",
            "value:\n                  token: 2YotnFZFEjr1zCsicMWpAB",
        )],
        &["documentation-changed cosmetic none"],
    ),
    case(
        "description of a status",
        &[("The token is no longer valid", "The token is gone")],
        &["documentation-changed cosmetic none"],
    ),
];
