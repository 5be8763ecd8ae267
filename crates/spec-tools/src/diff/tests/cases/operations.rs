//! Paths, operations, security, servers and `info`.

use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(
        "path renamed",
        &[(
            "  /public/oauth2/1/revoke:\n",
            "  /public/oauth2/2/revoke:\n",
        )],
        &["path-removed breaking patch", "path-added compatible patch"],
    ),
    case(
        "method changed",
        &[("    post:\n", "    put:\n")],
        &[
            "operation-removed breaking patch",
            "operation-added compatible patch",
        ],
    ),
    case(
        "operationId changed",
        &[("operationId: revoke_token", "operationId: revoke")],
        &["operation-id-changed cosmetic major"],
    ),
    case(
        "path added",
        &[(
            "  /public/oauth2/1/revoke:\n",
            "  /ping:\n    get:\n      operationId: ping\n      responses: {'204': {description: Here}}\n  /public/oauth2/1/revoke:\n",
        )],
        &["path-added compatible minor"],
    ),
    case(
        "operation added",
        &[(
            "    post:\n",
            "    get:\n      operationId: ping\n      responses: {'204': {description: Here}}\n    post:\n",
        )],
        &["operation-added compatible minor"],
    ),
    case(
        "operation deprecated",
        &[(
            "      operationId: revoke_token\n",
            "      operationId: revoke_token\n      deprecated: true\n",
        )],
        &["deprecated compatible none"],
    ),
    case(
        "parameter added, optional",
        &[(
            "      operationId: revoke_token\n",
            "      operationId: revoke_token\n      parameters: [{in: query, name: trace, schema: {type: string}}]\n",
        )],
        &["parameter-added compatible major"],
    ),
    case(
        "parameter added, required",
        &[(
            "      operationId: revoke_token\n",
            "      operationId: revoke_token\n      parameters: [{in: header, name: X-Trace, required: true, schema: {type: string}}]\n",
        )],
        &["parameter-added-required breaking major"],
    ),
    case(
        "security: anonymous access removed",
        &[("        - {}\n", "")],
        &["security-removed breaking none"],
    ),
    case(
        "security: scheme added",
        &[
            (
                "        - clientBasic: []\n",
                "        - clientBasic: []\n        - bearer: []\n",
            ),
            (
                "    clientBasic:\n",
                "    bearer: {type: http, scheme: bearer}\n    clientBasic:\n",
            ),
        ],
        &[
            "security-added compatible none",
            "component-added cosmetic none",
        ],
    ),
    case(
        "security scheme changed",
        &[("scheme: basic", "scheme: bearer")],
        &["security-scheme-changed breaking none"],
    ),
    case(
        "server added",
        &[("servers:\n", "servers:\n  - url: https://example.org\n")],
        &["server-added compatible none"],
    ),
    case(
        "server removed",
        &[(
            "  - url: https://api.example.com\n    description: Production\n",
            "",
        )],
        &["server-removed breaking none"],
    ),
    case(
        "server description changed",
        &[(
            "    description: Production\n",
            "    description: In production\n",
        )],
        &["documentation-changed cosmetic none"],
    ),
    case(
        "operation summary",
        &[(
            "summary: Revoke an access or refresh token",
            "summary: Revoke a token",
        )],
        &["documentation-changed cosmetic patch"],
    ),
    case(
        "operation tags",
        &[("tags: [revocation]", "tags: [oauth]")],
        &["documentation-changed cosmetic none"],
    ),
    case(
        "info.version",
        &[("  version: 1.0.0", "  version: 1.0.1")],
        &["info-version-changed cosmetic patch"],
    ),
    case(
        "info.title",
        &[("title: Example token revocation", "title: Revocation")],
        &["documentation-changed cosmetic patch"],
    ),
    case(
        "contact",
        &[("    name: Example\n", "    name: Example support\n")],
        &["documentation-changed cosmetic none"],
    ),
    case(
        "callbacks, which no rule knows",
        &[(
            "      operationId: revoke_token\n",
            "      operationId: revoke_token\n      callbacks: {}\n",
        )],
        &["unclassified breaking none"],
    ),
    case(
        "comment",
        &[("# RFC 7009 section 2.1:", "# RFC 7009, section 2.1:")],
        &[],
    ),
];
