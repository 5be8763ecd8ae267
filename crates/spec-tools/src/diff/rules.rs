//! The rules of changes. Whether a change is breaking depends on where it is: see the two verdicts of its row.

use crate::rule::{Rule, rules};

rules! {
    Note ACCESS_CHANGED = "access-changed", "`readOnly` or `writeOnly` of a property changed",
        "add a property instead";
    Note ADDITIONAL_PROPERTIES_CHANGED = "additional-properties-changed",
        "what is allowed beside the listed properties changed",
        "list the properties that clients send and read";
    Note ALTERNATIVES_CHANGED = "alternatives-changed", "the members of `allOf`, `oneOf` or `anyOf` changed",
        "add alternatives to requests only; for a response, add a separate schema";
    Note BODY_ADDED = "body-added", "a request may now have a body",
        "keep it optional: existing clients send none";
    Note BODY_ADDED_REQUIRED = "body-added-required",
        "a request must now have a body, and existing clients send none",
        "make it optional, or add an operation";
    Note BODY_NOW_OPTIONAL = "body-now-optional", "the request body is now optional",
        "nothing to do: existing clients still send it";
    Note BODY_NOW_REQUIRED = "body-now-required",
        "the request body is now required, and existing clients may send none",
        "keep it optional";
    Note BODY_REMOVED = "body-removed", "existing clients still send the body",
        "keep accepting it";
    Note CANNOT_BE_GENERATED = "cannot-be-generated", "no code can be generated from one of the specs",
        "run `lint` on that spec, and fix its findings";
    Note COMPONENT_ADDED = "component-added", "uses of the component have separate rows",
        "nothing to do";
    Note COMPONENT_REMOVED = "component-removed", "uses of the component had separate rows",
        "nothing to do";
    Note DEFAULT_CHANGED = "default-changed", "omitting the value now has a different meaning",
        "keep the default, or add a property with the new one";
    Note DEPRECATED = "deprecated", "it should not be used in new code",
        "name the replacement in the `description`";
    Note DEPRECATION_WITHDRAWN = "deprecation-withdrawn", "it may be used in new code again",
        "nothing to do";
    Note DISCRIMINATOR_CHANGED = "discriminator-changed",
        "clients select the schema of a value by the discriminator",
        "keep the property and the values that select a schema";
    Note DOCUMENTATION_CHANGED = "documentation-changed",
        "only descriptions, examples, tags or contacts changed",
        "nothing to do";
    Note ENUM_CHANGED = "enum-changed", "an `enum` was added or removed",
        "add a new property for a new type";
    Note ENUM_VALUE_ADDED = "enum-value-added", "existing clients cannot read the new value",
        "add values to requests only, or use a new property";
    Note ENUM_VALUE_REMOVED = "enum-value-removed", "existing clients still send the value",
        "keep accepting it";
    Note EXTENSION_CHANGED = "extension-changed",
        "clients do not depend on an extension (`x-…`), unless the project lists it",
        "nothing to do, unless the project lists it";
    Note FORMAT_CHANGED = "format-changed", "the format of a value changed, and so did its type",
        "add a property with the new format";
    Note HEADER_ADDED = "header-added", "existing clients do not read the new header",
        "nothing to do";
    Note HEADER_REMOVED = "header-removed", "existing clients may read the header",
        "keep sending it";
    Note INFO_VERSION_CHANGED = "info-version-changed", "the version of the document changed",
        "nothing to do: `--enforce` checks that it is high enough";
    Note LENGTH_CHANGED = "length-changed", "the allowed length of a string changed",
        "only tighten responses and relax requests";
    Note MEDIA_TYPE_ADDED = "media-type-added", "a media type was added",
        "keep the old one too";
    Note MEDIA_TYPE_REMOVED = "media-type-removed", "existing clients still send or accept the media type",
        "keep it";
    Note NOTATION_CHANGED = "notation-changed",
        "it is written differently, with the same meaning, or no operation uses it",
        "nothing to do";
    Note NULLABLE_ADDED = "nullable-added", "existing clients cannot read `null`",
        "omit the property instead";
    Note NULLABLE_REMOVED = "nullable-removed", "existing clients may send `null`",
        "keep accepting it";
    Note OPERATION_ADDED = "operation-added", "existing clients do not call the new operation",
        "nothing to do";
    Note OPERATION_ID_CHANGED = "operation-id-changed",
        "the generated function was renamed; the id is not sent",
        "keep the id, or callers must be edited";
    Note OPERATION_REMOVED = "operation-removed", "existing clients still call the operation",
        "mark it `deprecated` first";
    Note PARAMETER_ADDED = "parameter-added", "an optional parameter was added",
        "nothing to do: existing clients omit it";
    Note PARAMETER_ADDED_REQUIRED = "parameter-added-required", "existing clients do not send the parameter",
        "make it optional";
    Note PARAMETER_CHANGED = "parameter-changed", "the location or format of a parameter changed",
        "add a new parameter instead";
    Note PARAMETER_NOW_OPTIONAL = "parameter-now-optional", "a parameter or header is now optional",
        "nothing to do in a request; keep sending it in a response";
    Note PARAMETER_NOW_REQUIRED = "parameter-now-required", "existing clients may omit the parameter",
        "keep it optional";
    Note PARAMETER_REMOVED = "parameter-removed", "existing clients send the parameter and expect an effect",
        "keep accepting it, marked `deprecated`";
    Note PATH_ADDED = "path-added", "existing clients do not call the new path",
        "nothing to do";
    Note PATH_PARAMETER_RENAMED = "path-parameter-renamed",
        "path parameters were renamed; their names are not sent",
        "nothing to do: positional arguments have no names";
    Note PATH_REMOVED = "path-removed", "existing clients still call the path",
        "mark its operations `deprecated` first";
    Note PATTERN_CHANGED = "pattern-changed", "the pattern of allowed strings changed",
        "only tighten responses and relax requests";
    Note PROPERTY_ADDED = "property-added", "an optional property was added",
        "nothing to do";
    Note PROPERTY_ADDED_REQUIRED = "property-added-required", "existing clients do not send the property",
        "make it optional";
    Note PROPERTY_NOW_OPTIONAL = "property-now-optional", "existing clients may need the property",
        "keep sending it";
    Note PROPERTY_NOW_REQUIRED = "property-now-required", "existing clients may omit the property",
        "keep it optional";
    Note PROPERTY_REMOVED = "property-removed", "existing clients still send or need the property",
        "keep it, marked `deprecated`";
    Note RANGE_CHANGED = "range-changed", "the allowed range of a number changed",
        "only tighten responses and relax requests";
    Note SCHEMA_CHANGED = "schema-changed", "a schema was added, removed or replaced",
        "add a property or a media type with the new schema";
    Note SCHEMA_RENAMED = "schema-renamed", "a schema was renamed, without other changes",
        "keep the name, or code that uses the type must be edited";
    Note SECURITY_ADDED = "security-added", "another way to authenticate is accepted",
        "nothing to do";
    Note SECURITY_REMOVED = "security-removed", "existing clients still authenticate that way",
        "keep accepting it";
    Note SECURITY_SCHEME_CHANGED = "security-scheme-changed", "existing clients authenticate the old way",
        "add a new scheme instead";
    Note SERVER_ADDED = "server-added", "a server was added",
        "nothing to do";
    Note SERVER_CHANGED = "server-changed", "the variables of a server changed",
        "add a new server instead";
    Note SERVER_REMOVED = "server-removed", "existing clients still call the server",
        "keep it running";
    Note SIZE_CHANGED = "size-changed", "the allowed number of items or properties changed",
        "only tighten responses and relax requests";
    Note STATUS_ADDED = "status-added", "a status was added",
        "use a documented status, unless it is an error";
    Note STATUS_REMOVED = "status-removed", "a status is no longer documented",
        "keep it documented if the server still sends it";
    Note TYPE_CHANGED = "type-changed", "the type of a value changed",
        "add a property with the new type";
    Note UNCLASSIFIED = "unclassified", "no rule covers this change, so it is treated as breaking",
        "check whether existing clients still work";
}
