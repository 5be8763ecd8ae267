//! The rules of changes. Whether a change is breaking depends on where it is: see the two verdicts of its row.

use crate::rule::Rule;

/// Declares rules and `RULES`, the list of them.
macro_rules! rules {
    ($($name:ident = $id:literal, $why:literal, $help:literal;)*) => {
        $(#[doc = $why] pub static $name: Rule = Rule::change($id, $why, $help);)*

        /// All rules of changes, sorted by id.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    ACCESS_CHANGED = "access-changed",
        "`readOnly` or `writeOnly` of a property changed",
        "add a property instead";
    ADDITIONAL_PROPERTIES_ALLOWED = "additional-properties-allowed",
        "properties that the schema does not list are now allowed",
        "list the properties that clients should read";
    ADDITIONAL_PROPERTIES_CHANGED = "additional-properties-changed",
        "the schema of properties that are not listed changed",
        "list the properties that clients depend on";
    ADDITIONAL_PROPERTIES_REFUSED = "additional-properties-refused",
        "properties that the schema does not list are now rejected",
        "keep accepting unknown properties, or list them";
    ALTERNATIVES_CHANGED = "alternatives-changed",
        "the members of `allOf`, `oneOf` or `anyOf` changed",
        "add alternatives to requests only; for a response, add a separate schema";
    BODY_ADDED = "body-added",
        "a request may now have a body",
        "keep it optional: existing clients send none";
    BODY_ADDED_REQUIRED = "body-added-required",
        "a request must now have a body, and existing clients send none",
        "make it optional, or add an operation";
    BODY_NOW_OPTIONAL = "body-now-optional",
        "the request body is now optional",
        "nothing to do: existing clients still send it";
    BODY_NOW_REQUIRED = "body-now-required",
        "the request body is now required, and existing clients may send none",
        "keep it optional";
    BODY_REMOVED = "body-removed",
        "existing clients still send the body",
        "keep accepting it";
    CANNOT_BE_GENERATED = "cannot-be-generated",
        "no code can be generated from one of the specs",
        "run `lint` on that spec, and fix its findings";
    COMPONENT_ADDED = "component-added",
        "uses of the component have separate rows",
        "nothing to do";
    COMPONENT_REMOVED = "component-removed",
        "uses of the component had separate rows",
        "nothing to do";
    DEFAULT_CHANGED = "default-changed",
        "omitting the value now has a different meaning",
        "keep the default, or add a property with the new one";
    DEPRECATED = "deprecated",
        "it should not be used in new code",
        "name the replacement in the `description`";
    DEPRECATION_WITHDRAWN = "deprecation-withdrawn",
        "it may be used in new code again",
        "nothing to do";
    DESCRIPTION_CHANGED = "description-changed",
        "only documentation changed",
        "nothing to do";
    DISCRIMINATOR_CHANGED = "discriminator-changed",
        "clients select the schema of a value by the discriminator",
        "keep the property and the values that select a schema";
    ENUM_CHANGED = "enum-changed",
        "an `enum` was added or removed",
        "add a new property for a new type";
    ENUM_VALUE_ADDED = "enum-value-added",
        "existing clients cannot read the new value",
        "add values to requests only, or use a new property";
    ENUM_VALUE_REMOVED = "enum-value-removed",
        "existing clients still send the value",
        "keep accepting it";
    EXAMPLE_CHANGED = "example-changed",
        "only an example changed",
        "nothing to do";
    EXTENSION_CHANGED = "extension-changed",
        "clients do not depend on an extension (`x-…`), unless the project lists it",
        "nothing to do, unless the project lists it";
    FORMAT_CHANGED = "format-changed",
        "the format of a value changed, and so did its type",
        "add a property with the new format";
    HEADER_ADDED = "header-added",
        "existing clients do not read the new header",
        "nothing to do";
    HEADER_REMOVED = "header-removed",
        "existing clients may read the header",
        "keep sending it";
    INFO_VERSION_CHANGED = "info-version-changed",
        "the version of the document changed",
        "nothing to do: `--enforce` checks that it is high enough";
    LENGTH_CHANGED = "length-changed",
        "the allowed length of a string changed",
        "only tighten responses and relax requests";
    MEDIA_TYPE_ADDED = "media-type-added",
        "a media type was added",
        "keep the old one too";
    MEDIA_TYPE_CHANGED = "media-type-changed",
        "the media type of a schema changed",
        "add the new one, and keep the old one";
    MEDIA_TYPE_REMOVED = "media-type-removed",
        "existing clients still send or accept the media type",
        "keep it";
    METADATA_CHANGED = "metadata-changed",
        "contact, license or external documentation changed",
        "nothing to do";
    METHOD_CHANGED = "method-changed",
        "existing clients still use the old method",
        "keep the old method, and add the new one";
    NOTATION_CHANGED = "notation-changed",
        "it is written differently, with the same meaning, or no operation uses it",
        "nothing to do";
    NULLABLE_ADDED = "nullable-added",
        "existing clients cannot read `null`",
        "omit the property instead";
    NULLABLE_REMOVED = "nullable-removed",
        "existing clients may send `null`",
        "keep accepting it";
    OPERATION_ADDED = "operation-added",
        "existing clients do not call the new operation",
        "nothing to do";
    OPERATION_ID_CHANGED = "operation-id-changed",
        "the generated function was renamed; the id is not sent",
        "keep the id, or callers must be edited";
    OPERATION_REMOVED = "operation-removed",
        "existing clients still call the operation",
        "mark it `deprecated` first";
    ORDER_CHANGED = "order-changed",
        "only the order or notation changed",
        "nothing to do";
    PARAMETER_ADDED = "parameter-added",
        "an optional parameter was added",
        "nothing to do: existing clients omit it";
    PARAMETER_ADDED_REQUIRED = "parameter-added-required",
        "existing clients do not send the parameter",
        "make it optional";
    PARAMETER_CHANGED = "parameter-changed",
        "the location or format of a parameter changed",
        "add a new parameter instead";
    PARAMETER_NOW_OPTIONAL = "parameter-now-optional",
        "a parameter or header is now optional",
        "nothing to do in a request; keep sending it in a response";
    PARAMETER_NOW_REQUIRED = "parameter-now-required",
        "existing clients may omit the parameter",
        "keep it optional";
    PARAMETER_REMOVED = "parameter-removed",
        "existing clients send the parameter and expect an effect",
        "keep accepting it, marked `deprecated`";
    PATH_ADDED = "path-added",
        "existing clients do not call the new path",
        "nothing to do";
    PATH_PARAMETER_RENAMED = "path-parameter-renamed",
        "path parameters were renamed; their names are not sent",
        "nothing to do: positional arguments have no names";
    PATH_REMOVED = "path-removed",
        "existing clients still call the path",
        "mark its operations `deprecated` first";
    PATH_RENAMED = "path-renamed",
        "existing clients still call the old path",
        "serve both paths";
    PATTERN_CHANGED = "pattern-changed",
        "the pattern of allowed strings changed",
        "only tighten responses and relax requests";
    PROPERTY_ADDED = "property-added",
        "an optional property was added",
        "nothing to do";
    PROPERTY_ADDED_REQUIRED = "property-added-required",
        "existing clients do not send the property",
        "make it optional";
    PROPERTY_NOW_OPTIONAL = "property-now-optional",
        "existing clients may need the property",
        "keep sending it";
    PROPERTY_NOW_REQUIRED = "property-now-required",
        "existing clients may omit the property",
        "keep it optional";
    PROPERTY_REMOVED = "property-removed",
        "existing clients still send or need the property",
        "keep it, marked `deprecated`";
    RANGE_CHANGED = "range-changed",
        "the allowed range of a number changed",
        "only tighten responses and relax requests";
    REFERENCE_CHANGED = "reference-changed",
        "a `$ref` was added, removed or changed; differences of the target have separate rows",
        "nothing to do";
    SCHEMA_CHANGED = "schema-changed",
        "a schema was added, removed or replaced",
        "add a property or a media type with the new schema";
    SCHEMA_RENAMED = "schema-renamed",
        "a schema was renamed, without other changes",
        "keep the name, or code that uses the type must be edited";
    SECURITY_ADDED = "security-added",
        "another way to authenticate is accepted",
        "nothing to do";
    SECURITY_REMOVED = "security-removed",
        "existing clients still authenticate that way",
        "keep accepting it";
    SECURITY_SCHEME_ADDED = "security-scheme-added",
        "a security scheme was added",
        "nothing to do";
    SECURITY_SCHEME_CHANGED = "security-scheme-changed",
        "existing clients authenticate the old way",
        "add a new scheme instead";
    SECURITY_SCHEME_REMOVED = "security-scheme-removed",
        "existing clients still use the scheme",
        "keep accepting it";
    SERVER_ADDED = "server-added",
        "a server was added",
        "nothing to do";
    SERVER_CHANGED = "server-changed",
        "the variables of a server changed",
        "add a new server instead";
    SERVER_REMOVED = "server-removed",
        "existing clients still call the server",
        "keep it running";
    SIZE_CHANGED = "size-changed",
        "the allowed number of items or properties changed",
        "only tighten responses and relax requests";
    STATUS_ADDED = "status-added",
        "a status was added",
        "use a documented status, unless it is an error";
    STATUS_REMOVED = "status-removed",
        "a status is no longer documented",
        "keep it documented if the server still sends it";
    TAGS_CHANGED = "tags-changed",
        "the grouping of operations changed",
        "nothing to do";
    TYPE_CHANGED = "type-changed",
        "the type of a value changed",
        "add a property with the new type";
    UNCLASSIFIED = "unclassified",
        "no rule covers this change, so it is treated as breaking",
        "check whether existing clients still work";
}
