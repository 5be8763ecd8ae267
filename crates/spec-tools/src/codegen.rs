//! Spec → Rust source.

use self::bisect::bisect;
use self::generator::{CodeGenerator, file};
pub use self::merged::{NAME_COLLISION, TYPES_MERGED};
use crate::document::json_text;
use crate::finding::{Finding, Findings};
use crate::header::header;
use crate::panic_guard;
use crate::project::Project;
use crate::rule::Rule;
use crate::spec::Spec;
use crate::threads;

mod attributes;
mod bisect;
mod generator;
mod marks;
mod merged;
mod validate;

/// Reported if the generator fails or panics on a spec without other errors.
pub static GENERATOR: Rule = Rule::error(
    "generator",
    "this is valid OpenAPI that the generator does not support",
    "write it differently, or remove it",
);

/// The generated files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The client.
    pub client: String,
    /// The typed httpmock helpers, if the project has them.
    pub mock: Option<String>,
    /// The spec as JSON, for a mock that is published without `spec/`.
    pub spec: String,
}

/// Generates all files.
///
/// # Errors
///
/// Findings of the rule `generator`, if the generator fails or panics, or makes code that does not compile. They
/// name the schemas or operations that cause it, if a single one does. Schemas with one generated name have rules of
/// their own.
pub fn generate(project: &Project, spec: &Spec) -> Result<Code, Findings> {
    let header = header(project, spec);
    let text = |mut file| {
        // Does nothing for the mock, which has no module `types`.
        attributes::add(&mut file, &project.generator.attributes)?;
        Ok::<_, String>(header.clone() + &prettyplease::unparse(&file))
    };
    let (client, mock) = each(project, spec, text)?;
    let refused = |error: String| {
        let finding = Finding::new(&GENERATOR, None, error);
        spec.findings(vec![finding.help("correct the project's settings")])
    };
    Ok(Code {
        client: client.map_err(refused)?,
        mock: mock.transpose().map_err(refused)?,
        spec: json_text(spec.document.value.clone()),
    })
}

/// Generates the client and, if the project has one, the mock, in parallel, and maps each with `of`. The project's
/// attributes are not added.
///
/// # Errors
///
/// Those of [`generate`].
pub fn each<T: Send>(
    project: &Project,
    spec: &Spec,
    of: impl Fn(syn::File) -> T + Sync,
) -> Result<(T, Option<T>), Findings> {
    let client = CodeGenerator::client(project);
    let make = |generator: &CodeGenerator<'_>| {
        panic_guard::catch(|| file(&spec.openapi, generator).map(&of))?
    };
    let refuse = |generator: &CodeGenerator<'_>, error: &str| {
        let mut findings = merged::twice(spec, generator, error);
        if findings.is_empty() {
            findings = bisect(&GENERATOR, spec, generator, error);
        }
        spec.findings(findings)
    };
    let (code, mock) = match CodeGenerator::mock(project) {
        None => (make(&client), None),
        Some(mock) => {
            let (code, other) = threads::join(|| make(&client), || make(&mock));
            (code, Some((mock, other)))
        }
    };
    // One search is enough: what the client fails on is not generated.
    let code = code.map_err(|error| refuse(&client, &error))?;
    let mock = mock.map(|(mock, other)| other.map_err(|error| refuse(&mock, &error)));
    let mock = mock.transpose()?;
    let merged = merged::types(spec, &client);
    if merged.is_empty() {
        return Ok((code, mock));
    }
    Err(spec.findings(merged))
}

/// Generates client and mock without validating the code.
#[cfg(test)]
pub(crate) fn unchecked(
    project: &Project,
    openapi: &openapiv3::OpenAPI,
) -> Result<(String, String), String> {
    let text = |generator: &CodeGenerator<'_>| {
        panic_guard::catch(|| {
            let tokens = generator.tokens(openapi)?;
            let mut file = syn::parse2(tokens).map_err(|error| error.to_string())?;
            attributes::add(&mut file, &project.generator.attributes)?;
            Ok::<_, String>(prettyplease::unparse(&file))
        })?
    };
    let client = text(&CodeGenerator::client(project))?;
    let mock = CodeGenerator::mock(project)
        .map(|mock| text(&mock))
        .transpose()?;
    Ok((client, mock.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
