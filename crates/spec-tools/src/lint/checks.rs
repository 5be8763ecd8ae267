//! The list of all checks.

use super::group::Group;
use super::{
    alternatives, bodies, constraints, examples, forms, keys, media, names, operations, parameters,
    references, required, reserved, schemas, security, structure, types, unsupported,
};

/// All checks with their rules, by topic: structure, references, names, parameters, bodies, schemas, examples.
pub const GROUPS: &[Group] = &[
    structure::GROUP,
    keys::GROUP,
    references::GROUP,
    operations::GROUP,
    security::GROUP,
    reserved::GROUP,
    names::GROUP,
    parameters::GROUP,
    bodies::GROUP,
    media::GROUP,
    forms::GROUP,
    types::GROUP,
    schemas::GROUP,
    constraints::GROUP,
    required::GROUP,
    alternatives::GROUP,
    unsupported::GROUP,
    examples::GROUP,
];
