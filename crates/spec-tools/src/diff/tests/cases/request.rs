//! Schemas that a client sends.

pub(super) const CASES: &str = r"
- name: request property added, optional
  edit: {$schemas/RevocationRequest/properties/reason: {type: string}}
  rows: [property-added compatible major]
- name: request property added, required
  edit: {$schemas/RevocationRequest/properties/reason: {type: string}, $schemas/RevocationRequest/required/-: reason}
  rows: [property-added-required breaking major]
- name: request property removed
  edit: {$schemas/RevocationRequest/properties/token_type_hint: ~}
  rows: [property-removed breaking major]
- name: request property now required
  edit: {$schemas/RevocationRequest/required: [token, token_type_hint]}
  rows: [property-now-required breaking major]
- name: request property no longer required
  edit: {$schemas/RevocationRequest/required: ~}
  rows: [property-now-optional compatible major]
- name: request property with another schema
  edit: {$schemas/RevocationRequest/properties/token_type_hint/$ref: '#/components/schemas/Token'}
  rows:
  - notation-changed cosmetic major
  - length-changed breaking major
  - pattern-changed breaking major
  - enum-changed compatible major
- name: request property inlined
  edit: {$schemas/RevocationRequest/properties/token_type_hint: {type: string, enum: [access_token, refresh_token]}}
  rows: [notation-changed cosmetic major]
- name: request enum value added
  edit: {$schemas/TokenTypeHint/enum/-: id_token}
  rows: [enum-value-added compatible major]
- name: request enum value removed
  edit: {$schemas/TokenTypeHint/enum/0: ~}
  rows: [enum-value-removed breaking major]
- name: request enum in another order
  edit: {$schemas/TokenTypeHint/enum: [refresh_token, access_token]}
  rows: [notation-changed cosmetic patch]
- name: request enum becomes any string
  edit: {$schemas/TokenTypeHint/enum: ~}
  rows: [enum-changed compatible major]
- name: request length tightened, of a hand-written type
  edit: {$schemas/Token/minLength: 2}
  rows: [length-changed breaking none]
- name: request pattern changed
  edit: {$schemas/Token/pattern: '^[a-z]+$'}
  rows: [pattern-changed breaking none]
- name: request format, a hint
  edit: {$schemas/Token/format: ~}
  rows: [notation-changed cosmetic none]
- name: request nullable
  edit: {$schemas/TokenTypeHint/nullable: true}
  rows: [nullable-added compatible major]
- name: request object closed
  edit: {$schemas/RevocationRequest/additionalProperties: false}
  rows: [additional-properties-changed breaking patch]
- name: schema deprecated
  edit: {$schemas/RevocationRequest/deprecated: true}
  rows: [deprecated compatible none]
- name: request description
  edit: {$schemas/RevocationRequest/description: 'The token to revoke, and perhaps its kind'}
  rows: [documentation-changed cosmetic patch]
- name: request default
  edit: {$schemas/TokenTypeHint/default: access_token}
  rows: [default-changed breaking minor]
- name: keyword that no rule knows
  edit: {$schemas/RevocationRequest/secret: true}
  rows: [unclassified breaking none]
";
