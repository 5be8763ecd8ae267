//! The list of all checks.

use super::group::Group;
use super::{
    alternatives, ambiguity, bodies, constraints, dependencies, docs, examples, forms, keys, media,
    names, operations, parameters, references, required, schemas, structure, types, unsupported,
};

/// All checks with their rules, by topic: text, structure, references, names, parameters, bodies, schemas,
/// documentation.
pub const GROUPS: &[Group] = &[
    ambiguity::AMBIGUOUS,
    structure::OPENAPI_SHAPE_GROUP,
    structure::OPENAPI_VERSION_GROUP,
    keys::KEYS,
    references::REFERENCES,
    references::KINDS,
    operations::OPERATION_IDS,
    operations::PATH_ITEM_REFERENCES,
    names::COLLISIONS,
    names::VARIANTS,
    parameters::PARAMETERS,
    bodies::REQUESTS,
    bodies::RESPONSES,
    media::REQUESTS,
    media::RESPONSES,
    forms::FORMS,
    types::PARAMETERS,
    types::BODIES,
    schemas::SCHEMAS,
    dependencies::CLIENT,
    dependencies::MOCK,
    constraints::CONSTRAINTS,
    required::REQUIRED,
    alternatives::ALTERNATIVES,
    alternatives::COMPOSITIONS,
    unsupported::UNSUPPORTED,
    examples::EXAMPLES,
    docs::INFO,
    docs::OPERATIONS,
    docs::COMPONENTS,
];
