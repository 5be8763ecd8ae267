//! The rules of changes. Whether a change breaks is in the two verdicts of its row: it depends on where the
//! change is.

use crate::rule::Rule;

/// Declares rules, and lists them.
macro_rules! rules {
    ($($name:ident = $id:literal, $why:literal, $help:literal;)*) => {
        $(#[doc = $why] pub static $name: Rule = Rule::change($id, $why, $help);)*

        /// All of them, by id.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    ADDITIONAL_PROPERTIES_ALLOWED = "additional-properties-allowed",
        "members that the schema does not list are allowed now",
        "list the members that clients are to read";
    ADDITIONAL_PROPERTIES_CHANGED = "additional-properties-changed",
        "members that the schema does not list have another schema",
        "list the members that clients depend on";
    ADDITIONAL_PROPERTIES_REFUSED = "additional-properties-refused",
        "a member that the schema does not list is refused now",
        "keep accepting unknown members, or list them";
    ALTERNATIVES_CHANGED = "alternatives-changed",
        "`allOf`, `oneOf` or `anyOf` has other members",
        "add alternatives to requests only; give a response another schema instead";
    BODY_ADDED = "body-added",
        "a request may have a body now",
        "keep it optional: clients of today send none";
    BODY_ADDED_REQUIRED = "body-added-required",
        "a request must have a body, which clients of today do not send",
        "make it optional, or add an operation";
    BODY_NOW_OPTIONAL = "body-now-optional",
        "a request may come without its body",
        "nothing to do: clients of today still send it";
    BODY_NOW_REQUIRED = "body-now-required",
        "a request without its body, which clients of today may send, is refused",
        "keep it optional";
    BODY_REMOVED = "body-removed",
        "clients of today still send the body",
        "keep accepting it";
    CANNOT_BE_GENERATED = "cannot-be-generated",
        "there is no code of one of the sides to compare",
        "run `lint` on that side, and correct what it reports";
    COMPONENT_ADDED = "component-added",
        "what uses the component has a row of its own",
        "nothing to do";
    COMPONENT_REMOVED = "component-removed",
        "what used the component has a row of its own",
        "nothing to do";
    COMPONENT_RENAMED = "component-renamed",
        "a component that is no schema has another name: no byte and no type has it",
        "nothing to do";
    DEFAULT_CHANGED = "default-changed",
        "what a client leaves out means something else",
        "keep the default, or add a property with the new one";
    DEFAULT_WRITTEN = "default-written",
        "a default of OpenAPI is written, or left out",
        "nothing to do";
    DEPRECATED = "deprecated",
        "something is not to be used in new code",
        "say in the `description` what replaces it";
    DEPRECATION_WITHDRAWN = "deprecation-withdrawn",
        "something may be used in new code again",
        "nothing to do";
    DESCRIPTION_CHANGED = "description-changed",
        "documentation differs: no byte and no item does",
        "nothing to do";
    ENUM_CHANGED = "enum-changed",
        "a list of values came or went",
        "name a new property for a new type";
    ENUM_VALUE_ADDED = "enum-value-added",
        "clients that get a value they do not know cannot read it",
        "add values to requests only, or a value under a new property";
    ENUM_VALUE_REMOVED = "enum-value-removed",
        "clients of today still send the value",
        "keep accepting it";
    EXAMPLE_CHANGED = "example-changed",
        "an example differs: no byte and no item does",
        "nothing to do";
    EXTENSION_CHANGED = "extension-changed",
        "an extension (`x-…`) is not read by clients, unless the project lists it",
        "nothing to do, unless the project lists it";
    FORMAT_CHANGED = "format-changed",
        "the format of a value differs, and with it the type",
        "add a property with the new format";
    HEADER_ADDED = "header-added",
        "a response has one more header, which clients of today do not read",
        "nothing to do";
    HEADER_REMOVED = "header-removed",
        "clients that read the header find none",
        "keep sending it";
    INFO_VERSION_CHANGED = "info-version-changed",
        "the version of the document moved",
        "nothing to do: `--enforce` says whether it moved far enough";
    LENGTH_CHANGED = "length-changed",
        "how long a string may be differs",
        "narrow what is sent to clients, widen what they send";
    MEDIA_TYPE_ADDED = "media-type-added",
        "one more media type",
        "keep the old one as well";
    MEDIA_TYPE_CHANGED = "media-type-changed",
        "the same schema has another media type",
        "add the new one beside the old one";
    MEDIA_TYPE_REMOVED = "media-type-removed",
        "clients of today still send or ask for the media type",
        "keep it";
    METADATA_CHANGED = "metadata-changed",
        "contact, license or documentation elsewhere differs",
        "nothing to do";
    METHOD_CHANGED = "method-changed",
        "clients of today still use the old method",
        "keep it, and add the new one";
    NULLABLE_ADDED = "nullable-added",
        "clients that get `null` cannot read it",
        "leave the property out instead";
    NULLABLE_CHANGED = "nullable-changed",
        "`nullable` is written in another way",
        "nothing to do";
    NULLABLE_REMOVED = "nullable-removed",
        "clients of today may send `null`",
        "keep accepting it";
    OPERATION_ADDED = "operation-added",
        "an operation is new, and nobody calls it yet",
        "nothing to do";
    OPERATION_ID_CHANGED = "operation-id-changed",
        "the function has another name; no byte has it",
        "keep the name: code that calls it has to be edited";
    OPERATION_REMOVED = "operation-removed",
        "clients of today still call the operation",
        "mark it `deprecated` first";
    ORDER_CHANGED = "order-changed",
        "the same things are in another order or notation",
        "nothing to do";
    PARAMETER_ADDED = "parameter-added",
        "an optional parameter is new",
        "nothing to do: clients of today leave it out";
    PARAMETER_ADDED_REQUIRED = "parameter-added-required",
        "clients of today do not send the parameter",
        "make it optional";
    PARAMETER_CHANGED = "parameter-changed",
        "where a parameter goes or how it is written differs",
        "add a parameter with the new form";
    PARAMETER_NOW_OPTIONAL = "parameter-now-optional",
        "a parameter or header may be left out",
        "nothing to do, if it is in a request";
    PARAMETER_NOW_REQUIRED = "parameter-now-required",
        "clients of today may leave the parameter out",
        "keep it optional";
    PARAMETER_REMOVED = "parameter-removed",
        "clients that send the parameter mean something by it",
        "keep accepting it, marked `deprecated`";
    PARAMETERS_MOVED = "parameters-moved",
        "the same parameters belong to a path instead of its operations, or the other way round",
        "nothing to do";
    PATH_ADDED = "path-added",
        "a path is new, and nobody calls it yet",
        "nothing to do";
    PATH_PARAMETER_RENAMED = "path-parameter-renamed",
        "the parameters of a path have other names, which are not sent",
        "nothing to do: positional arguments have no names";
    PATH_REMOVED = "path-removed",
        "clients of today still call the path",
        "mark its operations `deprecated` first";
    PATH_RENAMED = "path-renamed",
        "clients of today still call the old path",
        "serve both paths";
    PATTERN_CHANGED = "pattern-changed",
        "which strings are allowed differs",
        "narrow what is sent to clients, widen what they send";
    PROPERTY_ADDED = "property-added",
        "an optional property is new",
        "nothing to do";
    PROPERTY_ADDED_REQUIRED = "property-added-required",
        "clients of today do not send the property",
        "make it optional";
    PROPERTY_NOW_OPTIONAL = "property-now-optional",
        "clients that need the property may not get it",
        "keep sending it";
    PROPERTY_NOW_REQUIRED = "property-now-required",
        "clients of today may leave the property out",
        "keep it optional";
    PROPERTY_REMOVED = "property-removed",
        "clients of today still send the property, or need it",
        "keep it, marked `deprecated`";
    RANGE_CHANGED = "range-changed",
        "how large a number may be differs",
        "narrow what is sent to clients, widen what they send";
    REFERENCE_CHANGED = "reference-changed",
        "a part is written in another place; what differs there has a row of its own",
        "nothing to do";
    SCHEMA_CHANGED = "schema-changed",
        "a schema came, went, or is of another kind",
        "add a property or a media type with the new schema";
    SCHEMA_RENAMED = "schema-renamed",
        "a schema has another name, and is the same",
        "keep the name: code that names the type has to be edited";
    SECURITY_ADDED = "security-added",
        "one more way to authenticate",
        "nothing to do";
    SECURITY_REMOVED = "security-removed",
        "clients of today still authenticate that way",
        "keep accepting it";
    SECURITY_SCHEME_ADDED = "security-scheme-added",
        "a security scheme is new",
        "nothing to do";
    SECURITY_SCHEME_CHANGED = "security-scheme-changed",
        "clients of today authenticate in the old way",
        "add a scheme with the new one";
    SECURITY_SCHEME_REMOVED = "security-scheme-removed",
        "clients of today still authenticate by the scheme",
        "keep accepting it";
    SERVER_ADDED = "server-added",
        "a server is new",
        "nothing to do";
    SERVER_CHANGED = "server-changed",
        "the variables of a server differ",
        "add a server";
    SERVER_REMOVED = "server-removed",
        "clients of today still call the server",
        "keep it running";
    SIZE_CHANGED = "size-changed",
        "how many items or members there may be differs",
        "narrow what is sent to clients, widen what they send";
    STATUS_ADDED = "status-added",
        "a status is new",
        "use one that is documented, unless it is an error";
    STATUS_REMOVED = "status-removed",
        "a status is not documented any more",
        "keep documenting what the server sends";
    TAGS_CHANGED = "tags-changed",
        "operations are grouped in another way",
        "nothing to do";
    TYPE_CHANGED = "type-changed",
        "the type of a value differs",
        "add a property with the new type";
    UNCLASSIFIED = "unclassified",
        "no rule knows what this means, so that it is treated as breaking",
        "decide whether clients of today still work";
}
