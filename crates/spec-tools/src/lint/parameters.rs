//! Parameters: path templates and their declarations, and names of arguments.

use serde_json::Value;

use super::group::{Context, group};
use crate::document::{Document, Operation, template_names};
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    parameters;

    Error PATH_PARAMETER_UNDECLARED = "path-parameter-undeclared", "the generator panics",
        "declare it: `in: path`, `required: true`";
    Error PATH_PARAMETER_UNUSED = "path-parameter-unused",
        "the function has an argument that is never sent; the generator panics at a second one",
        "add it to the path, or remove the parameter";
    Error PATH_PARAMETER_OPTIONAL = "path-parameter-optional", "the generator panics, and OpenAPI requires it",
        "write `required: true`";
    Error PARAMETER_KIND = "parameter-kind", "the generator does not support cookie parameters, and fails",
        "describe the cookie as a security scheme";
    Error PARAMETER_IN_TWO_PLACES = "parameter-in-two-places",
        "the function has one argument of that name, so one of the two is never sent",
        "rename one of them";
    Error HEADER_NAME_INVALID = "header-name-invalid",
        "every call panics when it builds the header (RFC 9110, section 5.1)",
        "use letters, digits and `-`";
}

struct Parameter<'a> {
    /// JSON pointer to its definition.
    at: String,
    name: &'a str,
    kind: &'a str,
    value: &'a Value,
}

/// `path-parameter-undeclared`, `path-parameter-optional`, `path-parameter-unused`, `parameter-kind`,
/// `parameter-in-two-places`, `header-name-invalid`.
fn parameters(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for operation in document.operations() {
        let item = operation
            .pointer
            .rsplit_once('/')
            .map_or("", |(item, _)| item);
        // The generator refuses a path with an unclosed brace.
        let wanted = template_names(operation.path).unwrap_or_default();
        let parameters = of(document, &operation);
        let declared: Vec<_> = parameters
            .iter()
            .filter(|parameter| parameter.kind == "path")
            .collect();
        for name in &wanted {
            if !declared.iter().any(|parameter| parameter.name == *name) {
                let message = format!(
                    "`{}` does not declare its path parameter `{name}`",
                    operation.name()
                );
                let span = document.span(item);
                findings.push(Finding::new(&PATH_PARAMETER_UNDECLARED, span, message));
            }
        }
        for parameter in &declared {
            if !wanted.contains(&parameter.name) {
                let message = format!(
                    "`{}` is not in the path `{}`",
                    parameter.name, operation.path
                );
                let span = document.span(&format!("{}/name", parameter.at));
                findings.push(Finding::new(&PATH_PARAMETER_UNUSED, span, message));
            }
            if parameter.value.get("required") != Some(&Value::Bool(true)) {
                let message = format!("the path parameter `{}` is not required", parameter.name);
                let span = document.span(&format!("{}/required", parameter.at));
                findings.push(Finding::new(&PATH_PARAMETER_OPTIONAL, span, message));
            }
        }
        findings.extend(arguments(document, &operation, &parameters));
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

fn arguments(
    document: &Document,
    operation: &Operation<'_>,
    parameters: &[Parameter<'_>],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name = |parameter: &Parameter<'_>| document.span(&format!("{}/name", parameter.at));
    for parameter in parameters {
        if parameter.kind == "cookie" {
            let message = format!("`{}` is a cookie parameter", parameter.name);
            let span = document.span(&format!("{}/in", parameter.at));
            findings.push(Finding::new(&PARAMETER_KIND, span, message));
        }
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_header_name = !parameter.name.is_empty() && parameter.name.bytes().all(is_token);
        if parameter.kind == "header" && !is_header_name {
            let message = format!("`{}` is not a valid header name", parameter.name);
            findings.push(Finding::new(&HEADER_NAME_INVALID, name(parameter), message));
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
    findings
}

fn of<'a>(document: &'a Document, operation: &Operation<'a>) -> Vec<Parameter<'a>> {
    let all = document.parameters(operation).into_iter();
    all.filter_map(|(at, value)| {
        let text = |field| value.get(field).and_then(Value::as_str);
        let (name, kind) = (text("name")?, text("in")?);
        Some(Parameter {
            at,
            name,
            kind,
            value,
        })
    })
    .collect()
}
