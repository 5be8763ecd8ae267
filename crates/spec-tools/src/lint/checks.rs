//! The list of all checks.

use super::group::Group;
use super::{
    alternatives, bodies, constraints, examples, forms, keys, media, names, operations, parameters,
    references, required, reserved, schemas, security, structure, types, unsupported,
};

/// All checks with their rules, by topic: text, structure, references, names, parameters, bodies, schemas,
/// examples.
pub const GROUPS: &[Group] = &[
    structure::OPENAPI_SHAPE_GROUP,
    structure::OPENAPI_VERSION_GROUP,
    keys::KEYS,
    references::REFERENCES,
    references::KINDS,
    operations::OPERATION_IDS,
    operations::PATHS,
    security::SECURITY,
    reserved::NAMES,
    names::VARIANTS,
    parameters::PARAMETERS,
    bodies::REQUESTS,
    bodies::RESPONSES,
    media::REQUESTS,
    media::RESPONSES,
    forms::FORMS,
    types::PARAMETERS,
    schemas::SCHEMAS,
    constraints::CONSTRAINTS,
    required::REQUIRED,
    alternatives::ALTERNATIVES,
    alternatives::COMPOSITIONS,
    unsupported::UNSUPPORTED,
    examples::EXAMPLES,
];
