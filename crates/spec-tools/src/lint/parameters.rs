//! Parameters: path templates and their declarations, and names of arguments.

use serde_json::Value;

use super::group::{Context, Group};
use super::names::{collisions_of, snake};
use crate::document::{Document, Operation, template_names};
use crate::finding::Finding;
use crate::project::Interface;
use crate::rule::Rule;

static PATH_TEMPLATE: Rule = Rule::error(
    "path-template",
    "the generator fails",
    "write `/things/{id}`",
);

static PATH_PARAMETER_UNDECLARED: Rule = Rule::error(
    "path-parameter-undeclared",
    "the generator panics",
    "declare it: `in: path`, `required: true`",
);

static PATH_PARAMETER_UNUSED: Rule = Rule::error(
    "path-parameter-unused",
    "the function has an argument that is never sent; the generator panics at a second one",
    "add it to the path, or remove the parameter",
);

static PATH_PARAMETER_OPTIONAL: Rule = Rule::error(
    "path-parameter-optional",
    "the generator panics, and OpenAPI requires it",
    "write `required: true`",
);

static PARAMETER_KIND: Rule = Rule::error(
    "parameter-kind",
    "the generator does not support cookie parameters, and fails",
    "describe the cookie as a security scheme",
);

static PARAMETER_RESERVED: Rule = Rule::error(
    "parameter-reserved",
    "generated code has a variable or function of that name: it does not compile",
    "rename the parameter",
);

static PARAMETER_IN_TWO_PLACES: Rule = Rule::error(
    "parameter-in-two-places",
    "the function has one argument of that name, so one of the two is never sent",
    "rename one of them",
);

static HEADER_NAME_INVALID: Rule = Rule::error(
    "header-name-invalid",
    "every call panics when it builds the header (RFC 9110, section 5.1)",
    "use letters, digits and `-`",
);

static PARAMETER_COLLISION: Rule = Rule::error(
    "parameter-collision",
    "two arguments of one name do not compile",
    "rename one of them",
);

pub(super) const PARAMETERS: Group = Group {
    rules: &[
        &PATH_TEMPLATE,
        &PATH_PARAMETER_UNDECLARED,
        &PATH_PARAMETER_OPTIONAL,
        &PATH_PARAMETER_UNUSED,
        &PARAMETER_KIND,
        &PARAMETER_RESERVED,
        &PARAMETER_COLLISION,
        &PARAMETER_IN_TWO_PLACES,
        &HEADER_NAME_INVALID,
    ],
    check: parameters,
};

struct Parameter<'a> {
    /// JSON pointer to its definition.
    at: String,
    name: &'a str,
    kind: &'a str,
    value: &'a Value,
}

/// `path-template`, `path-parameter-undeclared`, `path-parameter-optional`, `path-parameter-unused`,
/// `parameter-kind`, `parameter-reserved`, `parameter-collision`, `parameter-in-two-places`,
/// `header-name-invalid`.
fn parameters(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for operation in document.operations() {
        let item = operation
            .pointer
            .rsplit_once('/')
            .map_or("", |(item, _)| item);
        let Some(wanted) = template_names(operation.path) else {
            findings.push(Finding::new(
                &PATH_TEMPLATE,
                document.span(item),
                format!("`{}` has an unclosed brace", operation.path),
            ));
            continue;
        };
        let parameters = of(document, &operation, item);
        let declared: Vec<_> = parameters
            .iter()
            .filter(|parameter| parameter.kind == "path")
            .collect();
        for name in &wanted {
            if !declared.iter().any(|parameter| parameter.name == *name) {
                findings.push(Finding::new(
                    &PATH_PARAMETER_UNDECLARED,
                    document.span(item),
                    format!(
                        "`{}` does not declare its path parameter `{name}`",
                        operation.name()
                    ),
                ));
            }
        }
        for parameter in &declared {
            if !wanted.contains(&parameter.name) {
                findings.push(Finding::new(
                    &PATH_PARAMETER_UNUSED,
                    document.span(&format!("{}/name", parameter.at)),
                    format!(
                        "`{}` is not in the path `{}`",
                        parameter.name, operation.path
                    ),
                ));
            }
            if parameter.value.get("required") != Some(&Value::Bool(true)) {
                findings.push(Finding::new(
                    &PATH_PARAMETER_OPTIONAL,
                    document.span(&format!("{}/required", parameter.at)),
                    format!("the path parameter `{}` is not required", parameter.name),
                ));
            }
        }
        findings.extend(arguments(context, &operation, &parameters));
    }
    // A parameter of a path item, or a component, is visited once per operation.
    let mut unique = Vec::new();
    for finding in findings {
        if !unique.contains(&finding) {
            unique.push(finding);
        }
    }
    unique
}

/// Names that each generated function uses itself, in the client or the mock.
fn reserved(context: &Context<'_>, kind: &str, has_body: bool) -> Vec<&'static str> {
    let mut names = Vec::new();
    // Path parameters are used before `header_map` is declared.
    if kind != "path" {
        names.push("header_map");
    }
    if has_body {
        names.push("body");
    }
    if context.project.mock.is_some() {
        names.extend(["new", "into_inner"]);
    }
    if context.project.generator.interface == Interface::Builder {
        names.extend(["new", "send"]);
    }
    names
}

fn arguments(
    context: &Context<'_>,
    operation: &Operation<'_>,
    parameters: &[Parameter<'_>],
) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    let has_body = operation.value.get("requestBody").is_some();
    let name = |parameter: &Parameter<'_>| document.span(&format!("{}/name", parameter.at));
    for parameter in parameters {
        if parameter.kind == "cookie" {
            findings.push(Finding::new(
                &PARAMETER_KIND,
                document.span(&format!("{}/in", parameter.at)),
                format!("`{}` is a cookie parameter", parameter.name),
            ));
        }
        let rust = snake(parameter.name);
        if reserved(context, parameter.kind, has_body).contains(&rust.as_str()) {
            findings.push(Finding::new(
                &PARAMETER_RESERVED,
                name(parameter),
                format!(
                    "the generated code of `{}` uses the name `{rust}`",
                    operation.name()
                ),
            ));
        }
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_header_name = !parameter.name.is_empty() && parameter.name.bytes().all(is_token);
        if parameter.kind == "header" && !is_header_name {
            findings.push(Finding::new(
                &HEADER_NAME_INVALID,
                name(parameter),
                format!("`{}` is not a valid header name", parameter.name),
            ));
        }
    }
    for (index, parameter) in parameters.iter().enumerate() {
        let same = |other: &&Parameter<'_>| other.name == parameter.name;
        if let Some(first) = parameters[..index].iter().find(same) {
            findings.push(
                Finding::new(
                    &PARAMETER_IN_TWO_PLACES,
                    name(parameter),
                    format!(
                        "`{}` is a {} and a {} parameter of `{}`",
                        parameter.name,
                        first.kind,
                        parameter.kind,
                        operation.name()
                    ),
                )
                .related(name(first), "the first one"),
            );
        }
    }
    let names = parameters
        .iter()
        .map(|parameter| (parameter.name, format!("{}/name", parameter.at)));
    findings.extend(collisions_of(
        document,
        &PARAMETER_COLLISION,
        "the argument",
        snake,
        names,
    ));
    findings
}

/// The parameters of an operation, and those of its path item that it does not override.
fn of<'a>(document: &'a Document, operation: &Operation<'a>, item: &str) -> Vec<Parameter<'a>> {
    let listed = |holder: &str| -> Vec<Parameter<'a>> {
        let list = format!("{holder}/parameters");
        let count = document
            .value
            .pointer(&list)
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        (0..count)
            .filter_map(|index| {
                let (at, value) = document.resolve(&format!("{list}/{index}"))?;
                let name = value.get("name")?.as_str()?;
                let kind = value.get("in")?.as_str()?;
                Some(Parameter {
                    at,
                    name,
                    kind,
                    value,
                })
            })
            .collect()
    };
    let mut own = listed(&operation.pointer);
    for shared in listed(item) {
        if !own
            .iter()
            .any(|other| (other.name, other.kind) == (shared.name, shared.kind))
        {
            own.push(shared);
        }
    }
    own
}
