//! Paths, operations, security, servers and `info`.

pub(super) const CASES: &str = r"
- name: path renamed
  edit: {$path: {rename: /public/oauth2/2/revoke}}
  rows: [path-removed breaking patch, path-added compatible patch]
- name: method changed
  edit: {$operation: {rename: put}}
  rows: [operation-removed breaking patch, operation-added compatible patch]
- name: operationId changed
  edit: {$operation/operationId: revoke}
  rows: [operation-id-changed cosmetic major]
- name: path added
  edit: {/paths/~1ping: {get: {operationId: ping, responses: {'204': {description: Here}}}}}
  rows: [path-added compatible minor]
- name: operation added
  edit: {$path/get: {operationId: ping, responses: {'204': {description: Here}}}}
  rows: [operation-added compatible minor]
- name: operation deprecated
  edit: {$operation/deprecated: true}
  rows: [deprecated compatible none]
- name: parameter added, optional
  edit: {$operation/parameters: [{in: query, name: trace, schema: {type: string}}]}
  rows: [parameter-added compatible major]
- name: parameter added, required
  edit: {$operation/parameters: [{in: header, name: X-Trace, required: true, schema: {type: string}}]}
  rows: [parameter-added-required breaking major]
- name: 'security: anonymous access removed'
  edit: {$operation/security/0: ~}
  rows: [security-removed breaking none]
- name: 'security: scheme added'
  edit: {$operation/security/-: {bearer: []}, /components/securitySchemes/bearer: {type: http, scheme: bearer}}
  rows: [component-added cosmetic none, security-added compatible none]
- name: security scheme changed
  edit: {/components/securitySchemes/clientBasic/scheme: bearer}
  rows: [security-scheme-changed breaking none]
- name: server added
  edit: {/servers/-: {url: https://example.org}}
  rows: [server-added compatible none]
- name: server removed
  edit: {/servers/1: ~}
  rows: [server-removed breaking none]
- name: server description changed
  edit: {/servers/1/description: In production}
  rows: [documentation-changed cosmetic none]
- name: operation summary
  edit: {$operation/summary: Revoke a token}
  rows: [documentation-changed cosmetic patch]
- name: operation tags
  edit: {$operation/tags/0: oauth}
  rows: [documentation-changed cosmetic none]
- name: info.version
  edit: {/info/version: '1.0.1'}
  rows: [info-version-changed cosmetic patch]
- name: info.title
  edit: {/info/title: Revocation}
  rows: [documentation-changed cosmetic patch]
- name: contact
  edit: {/info/contact/name: Example support}
  rows: [documentation-changed cosmetic none]
- name: callbacks, which no rule knows
  edit: {$operation/callbacks: {}}
  rows: [unclassified breaking none]
- name: the same values in another notation
  edit: {}
  rows: []
";
