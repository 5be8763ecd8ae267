//! The rules by name.

/// Each rule's id, and what it is about.
pub const RULES: [(&str, &str); 75] = [
    (
        "additional-properties-allowed",
        "members that the schema does not list are allowed now",
    ),
    (
        "additional-properties-changed",
        "what members that the schema does not list may be has changed",
    ),
    (
        "additional-properties-refused",
        "members that the schema does not list are refused now",
    ),
    (
        "alternatives-changed",
        "`allOf`, `oneOf` or `anyOf` has other members",
    ),
    ("body-added", "a request may have a body now"),
    ("body-added-required", "a request must have a body now"),
    (
        "body-now-optional",
        "a request may come without its body now",
    ),
    ("body-now-required", "a request must have its body now"),
    ("body-removed", "a request has no body any more"),
    (
        "cannot-be-generated",
        "there is no code of one of the sides to compare",
    ),
    (
        "component-added",
        "a component that is new; what uses it has a row of its own",
    ),
    (
        "component-removed",
        "a component that is gone; what used it has a row of its own",
    ),
    (
        "component-renamed",
        "a component that is no schema has another name, and is the same",
    ),
    (
        "default-changed",
        "what a client leaves out means something else",
    ),
    ("default-written", "a default is written, or left out"),
    ("deprecated", "something is not to be used in new code"),
    (
        "deprecation-withdrawn",
        "something may be used in new code again",
    ),
    ("description-changed", "documentation"),
    ("enum-changed", "a list of values came or went"),
    ("enum-value-added", "one more value is allowed"),
    ("enum-value-removed", "a value is allowed no longer"),
    ("example-changed", "an example"),
    (
        "extension-changed",
        "an extension (`x-…`), which clients do not read",
    ),
    ("format-changed", "the format of a value"),
    ("header-added", "an answer has one more header"),
    ("header-removed", "an answer has a header no longer"),
    ("info-version-changed", "the document's own version"),
    ("length-changed", "how long a string may be"),
    ("media-type-added", "one more media type"),
    (
        "media-type-changed",
        "the same schema as another media type",
    ),
    ("media-type-removed", "a media type is gone"),
    (
        "metadata-changed",
        "contact, licence, or documentation elsewhere",
    ),
    ("method-changed", "the same operation by another method"),
    ("nullable-added", "a value may be null now"),
    ("nullable-changed", "`nullable`, written in another way"),
    ("nullable-removed", "a value may be null no longer"),
    ("operation-added", "an operation that is new"),
    (
        "operation-id-changed",
        "the name of an operation, which no byte on the wire has",
    ),
    ("operation-removed", "an operation that is gone"),
    (
        "order-changed",
        "the same things in another order or notation",
    ),
    ("parameter-added", "an optional parameter that is new"),
    (
        "parameter-added-required",
        "a required parameter that is new",
    ),
    (
        "parameter-changed",
        "where a parameter goes or how it is written",
    ),
    (
        "parameter-now-optional",
        "a parameter or header may be left out now",
    ),
    (
        "parameter-now-required",
        "a parameter or header must be there now",
    ),
    ("parameter-removed", "a parameter that is gone"),
    (
        "parameters-moved",
        "the same parameters, of a path instead of its operations or the other way round",
    ),
    ("path-added", "a path that is new"),
    (
        "path-parameter-renamed",
        "a path whose parameters have other names, which are not sent",
    ),
    ("path-removed", "a path that is gone"),
    ("path-renamed", "the same operations under another path"),
    ("pattern-changed", "the pattern of a string"),
    ("property-added", "an optional property that is new"),
    ("property-added-required", "a required property that is new"),
    ("property-now-optional", "a property may be left out now"),
    ("property-now-required", "a property must be there now"),
    ("property-removed", "a property that is gone"),
    ("range-changed", "how large a number may be"),
    (
        "reference-changed",
        "a part is written in another place; what is other there has a row of its own",
    ),
    (
        "schema-changed",
        "a schema came, went, or is of another kind",
    ),
    (
        "schema-renamed",
        "a schema has another name, and is the same",
    ),
    ("security-added", "one more way to prove who calls"),
    (
        "security-removed",
        "a way to prove who calls is taken no longer",
    ),
    ("security-scheme-added", "a security scheme that is new"),
    ("security-scheme-changed", "how a security scheme works"),
    ("security-scheme-removed", "a security scheme that is gone"),
    ("server-added", "a server that is new"),
    ("server-changed", "the variables of a server"),
    ("server-removed", "a server that is gone"),
    ("size-changed", "how many items or members there may be"),
    ("status-added", "a status that is new"),
    ("status-removed", "a status that is gone"),
    ("tags-changed", "how operations are grouped"),
    ("type-changed", "the type of a value"),
    (
        "unclassified",
        "no rule knows what this means: treated as breaking",
    ),
];

/// What the rule `id` is about.
#[must_use]
pub fn about(id: &str) -> &'static str {
    let rule = RULES.iter().find(|(name, _)| *name == id);
    rule.map_or("", |(_, about)| about)
}
