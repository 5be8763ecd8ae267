//! The rules of changes. Whether a change is breaking depends on where it is: see the two verdicts of its row.

use crate::rule::{Rule, rules};

rules! {
    change ACCESS_CHANGED = "access-changed", "`readOnly` or `writeOnly` of a property changed",
        "add a property instead";
    change ADDITIONAL_PROPERTIES_ALLOWED = "additional-properties-allowed",
        "properties that the schema does not list are now allowed",
        "list the properties that clients should read";
    change ADDITIONAL_PROPERTIES_CHANGED = "additional-properties-changed",
        "the schema of properties that are not listed changed",
        "list the properties that clients depend on";
    change ADDITIONAL_PROPERTIES_REFUSED = "additional-properties-refused",
        "properties that the schema does not list are now rejected",
        "keep accepting unknown properties, or list them";
    change ALTERNATIVES_CHANGED = "alternatives-changed", "the members of `allOf`, `oneOf` or `anyOf` changed",
        "add alternatives to requests only; for a response, add a separate schema";
    change BODY_ADDED = "body-added", "a request may now have a body",
        "keep it optional: existing clients send none";
    change BODY_ADDED_REQUIRED = "body-added-required",
        "a request must now have a body, and existing clients send none",
        "make it optional, or add an operation";
    change BODY_NOW_OPTIONAL = "body-now-optional", "the request body is now optional",
        "nothing to do: existing clients still send it";
    change BODY_NOW_REQUIRED = "body-now-required",
        "the request body is now required, and existing clients may send none",
        "keep it optional";
    change BODY_REMOVED = "body-removed", "existing clients still send the body",
        "keep accepting it";
    change CANNOT_BE_GENERATED = "cannot-be-generated", "no code can be generated from one of the specs",
        "run `lint` on that spec, and fix its findings";
    change COMPONENT_ADDED = "component-added", "uses of the component have separate rows",
        "nothing to do";
    change COMPONENT_REMOVED = "component-removed", "uses of the component had separate rows",
        "nothing to do";
    change DEFAULT_CHANGED = "default-changed", "omitting the value now has a different meaning",
        "keep the default, or add a property with the new one";
    change DEPRECATED = "deprecated", "it should not be used in new code",
        "name the replacement in the `description`";
    change DEPRECATION_WITHDRAWN = "deprecation-withdrawn", "it may be used in new code again",
        "nothing to do";
    change DESCRIPTION_CHANGED = "description-changed", "only documentation changed",
        "nothing to do";
    change DISCRIMINATOR_CHANGED = "discriminator-changed",
        "clients select the schema of a value by the discriminator",
        "keep the property and the values that select a schema";
    change ENUM_CHANGED = "enum-changed", "an `enum` was added or removed",
        "add a new property for a new type";
    change ENUM_VALUE_ADDED = "enum-value-added", "existing clients cannot read the new value",
        "add values to requests only, or use a new property";
    change ENUM_VALUE_REMOVED = "enum-value-removed", "existing clients still send the value",
        "keep accepting it";
    change EXAMPLE_CHANGED = "example-changed", "only an example changed",
        "nothing to do";
    change EXTENSION_CHANGED = "extension-changed",
        "clients do not depend on an extension (`x-…`), unless the project lists it",
        "nothing to do, unless the project lists it";
    change FORMAT_CHANGED = "format-changed", "the format of a value changed, and so did its type",
        "add a property with the new format";
    change HEADER_ADDED = "header-added", "existing clients do not read the new header",
        "nothing to do";
    change HEADER_REMOVED = "header-removed", "existing clients may read the header",
        "keep sending it";
    change INFO_VERSION_CHANGED = "info-version-changed", "the version of the document changed",
        "nothing to do: `--enforce` checks that it is high enough";
    change LENGTH_CHANGED = "length-changed", "the allowed length of a string changed",
        "only tighten responses and relax requests";
    change MEDIA_TYPE_ADDED = "media-type-added", "a media type was added",
        "keep the old one too";
    change MEDIA_TYPE_CHANGED = "media-type-changed", "the media type of a schema changed",
        "add the new one, and keep the old one";
    change MEDIA_TYPE_REMOVED = "media-type-removed", "existing clients still send or accept the media type",
        "keep it";
    change METADATA_CHANGED = "metadata-changed", "contact, license or external documentation changed",
        "nothing to do";
    change METHOD_CHANGED = "method-changed", "existing clients still use the old method",
        "keep the old method, and add the new one";
    change NOTATION_CHANGED = "notation-changed",
        "it is written differently, with the same meaning, or no operation uses it",
        "nothing to do";
    change NULLABLE_ADDED = "nullable-added", "existing clients cannot read `null`",
        "omit the property instead";
    change NULLABLE_REMOVED = "nullable-removed", "existing clients may send `null`",
        "keep accepting it";
    change OPERATION_ADDED = "operation-added", "existing clients do not call the new operation",
        "nothing to do";
    change OPERATION_ID_CHANGED = "operation-id-changed",
        "the generated function was renamed; the id is not sent",
        "keep the id, or callers must be edited";
    change OPERATION_REMOVED = "operation-removed", "existing clients still call the operation",
        "mark it `deprecated` first";
    change ORDER_CHANGED = "order-changed", "only the order or notation changed",
        "nothing to do";
    change PARAMETER_ADDED = "parameter-added", "an optional parameter was added",
        "nothing to do: existing clients omit it";
    change PARAMETER_ADDED_REQUIRED = "parameter-added-required", "existing clients do not send the parameter",
        "make it optional";
    change PARAMETER_CHANGED = "parameter-changed", "the location or format of a parameter changed",
        "add a new parameter instead";
    change PARAMETER_NOW_OPTIONAL = "parameter-now-optional", "a parameter or header is now optional",
        "nothing to do in a request; keep sending it in a response";
    change PARAMETER_NOW_REQUIRED = "parameter-now-required", "existing clients may omit the parameter",
        "keep it optional";
    change PARAMETER_REMOVED = "parameter-removed", "existing clients send the parameter and expect an effect",
        "keep accepting it, marked `deprecated`";
    change PATH_ADDED = "path-added", "existing clients do not call the new path",
        "nothing to do";
    change PATH_PARAMETER_RENAMED = "path-parameter-renamed",
        "path parameters were renamed; their names are not sent",
        "nothing to do: positional arguments have no names";
    change PATH_REMOVED = "path-removed", "existing clients still call the path",
        "mark its operations `deprecated` first";
    change PATH_RENAMED = "path-renamed", "existing clients still call the old path",
        "serve both paths";
    change PATTERN_CHANGED = "pattern-changed", "the pattern of allowed strings changed",
        "only tighten responses and relax requests";
    change PROPERTY_ADDED = "property-added", "an optional property was added",
        "nothing to do";
    change PROPERTY_ADDED_REQUIRED = "property-added-required", "existing clients do not send the property",
        "make it optional";
    change PROPERTY_NOW_OPTIONAL = "property-now-optional", "existing clients may need the property",
        "keep sending it";
    change PROPERTY_NOW_REQUIRED = "property-now-required", "existing clients may omit the property",
        "keep it optional";
    change PROPERTY_REMOVED = "property-removed", "existing clients still send or need the property",
        "keep it, marked `deprecated`";
    change RANGE_CHANGED = "range-changed", "the allowed range of a number changed",
        "only tighten responses and relax requests";
    change REFERENCE_CHANGED = "reference-changed",
        "a `$ref` was added, removed or changed; differences of the target have separate rows",
        "nothing to do";
    change SCHEMA_CHANGED = "schema-changed", "a schema was added, removed or replaced",
        "add a property or a media type with the new schema";
    change SCHEMA_RENAMED = "schema-renamed", "a schema was renamed, without other changes",
        "keep the name, or code that uses the type must be edited";
    change SECURITY_ADDED = "security-added", "another way to authenticate is accepted",
        "nothing to do";
    change SECURITY_REMOVED = "security-removed", "existing clients still authenticate that way",
        "keep accepting it";
    change SECURITY_SCHEME_ADDED = "security-scheme-added", "a security scheme was added",
        "nothing to do";
    change SECURITY_SCHEME_CHANGED = "security-scheme-changed", "existing clients authenticate the old way",
        "add a new scheme instead";
    change SECURITY_SCHEME_REMOVED = "security-scheme-removed", "existing clients still use the scheme",
        "keep accepting it";
    change SERVER_ADDED = "server-added", "a server was added",
        "nothing to do";
    change SERVER_CHANGED = "server-changed", "the variables of a server changed",
        "add a new server instead";
    change SERVER_REMOVED = "server-removed", "existing clients still call the server",
        "keep it running";
    change SIZE_CHANGED = "size-changed", "the allowed number of items or properties changed",
        "only tighten responses and relax requests";
    change STATUS_ADDED = "status-added", "a status was added",
        "use a documented status, unless it is an error";
    change STATUS_REMOVED = "status-removed", "a status is no longer documented",
        "keep it documented if the server still sends it";
    change TAGS_CHANGED = "tags-changed", "the grouping of operations changed",
        "nothing to do";
    change TYPE_CHANGED = "type-changed", "the type of a value changed",
        "add a property with the new type";
    change UNCLASSIFIED = "unclassified", "no rule covers this change, so it is treated as breaking",
        "check whether existing clients still work";
}
