//! The same edits in a request and in a response, of keywords that the spec does not use.

pub(super) const CASES: &str = r"
- name: sent minimum raised
  base: {$sent: {type: integer, minimum: 5, maximum: 50}}
  edit: {$sent/minimum: 6}
  rows: [range-changed breaking none]
- name: sent maximum removed
  base: {$sent: {type: integer, minimum: 5, maximum: 50}}
  edit: {$sent/maximum: ~}
  rows: [range-changed compatible none]
- name: sent integer becomes a number
  base: {$sent: {type: integer, minimum: 5, maximum: 50}}
  edit: {$sent/type: number}
  rows: [type-changed compatible major]
- name: received minimum raised
  base: {$received: {type: integer, minimum: 5, maximum: 50}}
  edit: {$received/minimum: 6}
  rows: [range-changed compatible none]
- name: received maximum raised
  base: {$received: {type: integer, minimum: 5, maximum: 50}}
  edit: {$received/maximum: 60}
  rows: [range-changed breaking none]
- name: received integer becomes a number
  base: {$received: {type: integer, minimum: 5, maximum: 50}}
  edit: {$received/type: number}
  rows: [type-changed breaking major]
- name: sent length tightened
  base: {$sent: {type: string, minLength: 5, maxLength: 50, nullable: true}}
  edit: {$sent/maxLength: 40}
  rows: [length-changed breaking patch]
- name: sent length bounds removed
  base: {$sent: {type: string, minLength: 5, maxLength: 50, nullable: true}}
  edit: {$sent/maxLength: ~, $sent/minLength: ~}
  rows: [length-changed compatible major, length-changed compatible major]
- name: received length loosened
  base: {$received: {type: string, minLength: 5, maxLength: 50, nullable: true}}
  edit: {$received/minLength: 4}
  rows: [length-changed breaking patch]
- name: sent null removed
  base: {$sent: {type: string, minLength: 5, maxLength: 50, nullable: true}}
  edit: {$sent/nullable: ~}
  rows: [nullable-removed breaking none]
- name: received null removed
  base: {$received: {type: string, minLength: 5, maxLength: 50, nullable: true}}
  edit: {$received/nullable: ~}
  rows: [nullable-removed compatible none]
- name: sent list may be longer
  base: {$sent: {type: array, items: {type: string}, maxItems: 5}}
  edit: {$sent/maxItems: 9}
  rows: [size-changed compatible none]
- name: received optional property removed
  base: {$received: {type: string, enum: [one, two]}}
  edit: {$received: ~}
  rows: [property-removed compatible major]
- name: received property now required
  base: {$received: {type: string, enum: [one, two]}}
  edit: {$schemas/Revocation/required: [id, created_at, extra]}
  rows: [property-now-required compatible major]
- name: sent object opened
  base: {$sent: {type: object, additionalProperties: false}}
  edit: {$sent/additionalProperties: true}
  rows: [cannot-be-generated cosmetic cannot be generated, additional-properties-changed compatible cannot be generated]
- name: sent object with typed additional properties
  base: {$sent: {type: object, additionalProperties: false}}
  edit: {$sent/additionalProperties: {type: string}}
  rows: [additional-properties-changed compatible major]
";
