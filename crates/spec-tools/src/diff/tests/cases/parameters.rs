//! Parameters, required headers, deprecation, unused components, alternatives: constructs that the spec does not
//! have. Credentials, extensions.

pub(super) const CASES: &str = r"
- name: parameter removed
  base: {$operation/parameters: $queries}
  edit: {$operation/parameters/2: ~}
  rows: [parameter-removed breaking major]
- name: parameter now required
  base: {$operation/parameters: $queries}
  edit: {$operation/parameters/2/required: true}
  rows: [parameter-now-required breaking major]
- name: parameter no longer required
  base: {$operation/parameters: $queries}
  edit: {$operation/parameters/1/required: ~}
  rows: [parameter-now-optional compatible major]
- name: parameter of another type
  base: {$operation/parameters: $queries}
  edit: {$operation/parameters/1/schema/type: boolean}
  rows: [type-changed breaking major]
- name: parameter moved to a header
  base: {$operation/parameters: $queries}
  edit: {$operation/parameters/2/in: header}
  rows: [parameter-added compatible major, parameter-removed breaking major]
- name: required header removed
  base: {$operation/responses/503/headers/X-Request-Id: {required: true, schema: {type: string}}}
  edit: {$operation/responses/503/headers/X-Request-Id: ~}
  rows: [header-removed breaking none]
- name: required header now optional
  base: {$operation/responses/503/headers/X-Request-Id: {required: true, schema: {type: string}}}
  edit: {$operation/responses/503/headers/X-Request-Id/required: false}
  rows: [parameter-now-optional breaking none]
- name: deprecation withdrawn
  base: {$operation/deprecated: true}
  edit: {$operation/deprecated: ~}
  rows: [deprecation-withdrawn compatible none]
- name: unused component removed
  base: {$schemas/Unused: {type: object, properties: {a: {type: string}}}}
  edit: {$schemas/Unused: ~}
  rows: [component-removed cosmetic major]
- name: unused component changed
  base: {$schemas/Unused: {type: object, properties: {a: {type: string}}}}
  edit: {$schemas/Unused/properties/a/type: integer}
  rows: [type-changed cosmetic major]
- name: alternative added
  base: {$sent: {oneOf: [{type: string}, {type: integer}]}}
  edit: {$sent/oneOf: [{type: string}, {type: integer}, {type: boolean}]}
  rows: [alternatives-changed compatible major]
- name: alternative removed
  base: {$sent: {oneOf: [{type: string}, {type: integer}]}}
  edit: {$sent/oneOf: [{type: string}]}
  rows: [alternatives-changed breaking major]
- name: style of a parameter changed
  base: {$operation/parameters: [{in: query, name: id, required: true, schema: {type: string}}]}
  edit: {$operation/parameters/0/explode: false}
  rows: [parameter-changed breaking none]
- name: parameter moved to the path and changed
  base: {$operation/parameters: [$id], $path: {rename: '/revoke/{id}'}}
  edit:
    /paths/~1revoke~1{id}/post/parameters: ~
    /paths/~1revoke~1{id}/parameters: [{in: path, name: id, required: true, schema: {type: integer}}]
  rows: [type-changed breaking major, notation-changed cosmetic major]
- name: path parameter renamed
  base: {$operation/parameters: [$id], $path: {rename: '/revoke/{id}'}}
  edit:
    /paths/~1revoke~1{id}/post/parameters/0/name: token_id
    /paths/~1revoke~1{id}: {rename: '/revoke/{token_id}'}
  rows: [path-parameter-renamed cosmetic major]
- name: credentials no longer required
  edit: {$operation/security/1: ~}
  rows: [security-removed compatible none]
- name: extension of an operation
  edit: {$operation/x-owner: tokens}
  rows: [extension-changed cosmetic none]
";
