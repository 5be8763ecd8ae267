//! Bodies, media types, statuses and headers.

pub(super) const CASES: &str = r"
- name: request media type changed
  edit: {$operation/requestBody/content/application~1json: {rename: application/x-www-form-urlencoded}}
  rows: [media-type-removed breaking patch, media-type-added compatible patch]
- name: request media type added, which the generator refuses
  edit:
    $operation/requestBody/content/application~1x-www-form-urlencoded:
      schema: {$ref: '#/components/schemas/RevocationRequest'}
  rows: [cannot-be-generated cosmetic cannot be generated, media-type-added compatible cannot be generated]
- name: response media type changed
  edit: {$operation/responses/200/content/application~1json: {rename: application/vnd.example+json}}
  rows: [media-type-removed breaking major, media-type-added compatible major]
- name: response media type added
  edit: {$operation/responses/200/content/text~1html: {schema: {type: string}}}
  rows: [media-type-added compatible none]
- name: body now optional
  edit: {$operation/requestBody/required: ~}
  rows: [body-now-optional compatible none]
- name: body removed
  edit: {$operation/requestBody: ~}
  rows: [body-removed breaking major]
- name: error status added
  edit:
    $operation/responses/429:
      description: Too many
      content: {application/json: {schema: {$ref: '#/components/schemas/RevocationError'}}}
  rows: [status-added compatible minor]
- name: success status added
  edit:
    $operation/responses/202:
      description: Later
      content: {application/json: {schema: {$ref: '#/components/schemas/RevocationSuccess'}}}
  rows: [status-added breaking minor]
- name: error status changed
  edit: {$operation/responses/401: {rename: '403'}}
  rows: [status-removed compatible major, status-added compatible minor]
- name: error status removed
  edit: {$operation/responses/401: ~}
  rows: [status-removed compatible major]
- name: success status changed
  edit: {$operation/responses/200: {rename: '201'}}
  rows: [status-removed breaking major, status-added breaking minor]
- name: header added
  edit: {$operation/responses/503/headers/X-Request-Id: {schema: {type: string}}}
  rows: [header-added compatible none]
- name: header removed
  edit: {$operation/responses/503/headers: ~}
  rows: [header-removed compatible none]
- name: header of another type
  edit: {$operation/responses/503/headers/Retry-After/schema/type: integer}
  rows: [type-changed breaking none]
- name: example of a body
  edit: {$operation/requestBody/content/application~1json/examples/tokenOnly/value/token: '2YotnFZFEjr1zCsicMWpAB'}
  rows: [documentation-changed cosmetic none]
- name: description of a status
  edit: {$operation/responses/200/description: The token is gone}
  rows: [documentation-changed cosmetic none]
";
