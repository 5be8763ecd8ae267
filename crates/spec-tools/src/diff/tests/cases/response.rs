//! Schemas that a client receives.

pub(super) const CASES: &str = r"
- name: response property added
  edit: {$schemas/Revocation/properties/by: {type: string}}
  rows: [property-added compatible major]
- name: response property added, required
  edit: {$schemas/Revocation/properties/by: {type: string}, $schemas/Revocation/required: [id, created_at, by]}
  rows: [property-added-required compatible major]
- name: response property removed, required
  edit: {$schemas/Revocation/properties/id: ~, $schemas/Revocation/required: [created_at]}
  rows: [property-removed breaking major]
- name: response property required → optional
  edit: {$schemas/Revocation/required: [id]}
  rows: [property-now-optional breaking major]
- name: response property type changed
  edit: {$schemas/Revocation/properties/id/type: integer}
  rows: [type-changed breaking major]
- name: response property format removed
  edit: {$schemas/Revocation/properties/created_at/format: ~}
  rows: [format-changed breaking major]
- name: response property format changed
  edit: {$schemas/Revocation/properties/created_at/format: date}
  rows: [format-changed breaking major]
- name: response component nullable
  edit: {$schemas/Revocation/nullable: true}
  rows: [nullable-added breaking major]
- name: response string becomes an enum
  edit: {$schemas/ErrorDetail/properties/code/enum: [VALIDATION_ERROR, invalid_client]}
  rows: [enum-changed compatible major]
- name: response enum value added
  edit: {$schemas/RevocationSuccess/properties/success/enum: [true, false]}
  rows: [enum-value-added breaking major]
- name: response enum value removed and added
  edit: {$schemas/RevocationSuccess/properties/success/enum/0: false}
  rows: [enum-value-added breaking major, enum-value-removed compatible major]
- name: response enum removed
  edit: {$schemas/RevocationSuccess/properties/success/enum: ~}
  rows: [enum-changed breaking major]
- name: response pattern added
  edit: {$schemas/Revocation/properties/id/pattern: '^[a-z0-9]+$'}
  rows: [cannot-be-generated cosmetic cannot be generated, pattern-changed compatible cannot be generated]
- name: response object closed
  edit: {$schemas/Revocation/additionalProperties: false}
  rows: [additional-properties-changed compatible patch]
- name: response schema renamed, with those that refer to it
  edit:
    $schemas/RevocationSuccess/properties/data/$ref: '#/components/schemas/Record'
    $schemas/Revocation: {rename: Record}
  rows: [schema-renamed cosmetic major]
- name: response schema title added
  edit: {$schemas/Revocation/title: Record}
  rows: [documentation-changed cosmetic none]
- name: unused component added
  edit: {$schemas/Unused: {type: object, properties: {a: {type: string}}}}
  rows: [component-added cosmetic minor]
";
