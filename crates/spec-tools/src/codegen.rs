//! Spec → Rust source.

use serde_json::Value;

use self::bisect::bisect;
use self::make::{Maker, file};
use crate::finding::Finding;
use crate::header::header;
use crate::panic_guard;
use crate::progress;
use crate::project::Project;
use crate::rule::Rule;
use crate::spec::{Refused, Spec};
use crate::threads;

mod attributes;
mod bisect;
mod make;
mod validate;

/// Reported when the generator refuses a spec, or panics over it, that no other rule objects to.
pub static GENERATOR: Rule = Rule::error(
    "generator",
    "this is legal OpenAPI that the generator has no code for",
    "say it in another way",
);

/// What is generated: the text of each file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The client.
    pub client: String,
    /// The typed httpmock helpers, if the project has them.
    pub mock: Option<String>,
    /// The spec as JSON: a published mock has no `spec/` beside it.
    pub spec: String,
}

/// Generates all of them.
///
/// # Errors
///
/// A finding of rule `generator`, if the generator refuses the spec or panics over it; it names the
/// operation or the schema, if there is one that the generator refuses by itself.
pub fn generate(project: &Project, spec: &Spec) -> Result<Code, Refused> {
    let header = header(project, spec);
    let text = |mut file| {
        // A mock has no types.
        attributes::add(&mut file, &project.generator.attributes)?;
        Ok::<_, String>(header.clone() + &prettyplease::unparse(&file))
    };
    let (client, mock) = each(project, spec, text)?;
    let refused = |error: String| {
        let finding = Finding::new(&GENERATOR, None, error);
        spec.refuse(vec![finding.help("correct the project's settings")])
    };
    Ok(Code {
        client: client.map_err(refused)?,
        mock: mock.transpose().map_err(refused)?,
        spec: json(&spec.document.value),
    })
}

/// Generates the client and, if the project has one, the mock, and makes of each what `of` makes of it. The
/// two are made at the same time. No type has the project's attributes: they make no difference between two
/// specs.
///
/// # Errors
///
/// Those of [`generate`].
pub fn each<T: Send>(
    project: &Project,
    spec: &Spec,
    of: impl Fn(syn::File) -> T + Sync,
) -> Result<(T, Option<T>), Refused> {
    let client = Maker::client(project);
    progress::step(format!("generating from `{}`", spec.document.source.name));
    let make = |maker: &Maker<'_>| panic_guard::catch(|| file(&spec.openapi, maker).map(&of))?;
    let Some(mock) = Maker::mock(project) else {
        return match make(&client) {
            Ok(client) => Ok((client, None)),
            Err(error) => Err(spec.refuse(bisect(&GENERATOR, spec, &client, &error))),
        };
    };
    match threads::join(|| make(&client), || make(&mock)) {
        (Ok(client), Ok(mock)) => Ok((client, Some(mock))),
        (Err(error), _) => Err(spec.refuse(bisect(&GENERATOR, spec, &client, &error))),
        (_, Err(error)) => Err(spec.refuse(bisect(&GENERATOR, spec, &mock, &error))),
    }
}

/// In the same order whatever features of `serde_json` other crates of the build turn on.
fn json(spec: &Value) -> String {
    let mut spec = spec.clone();
    spec.sort_all_objects();
    format!("{spec:#}\n")
}

/// Client and mock as the generator makes them, whatever rustc thinks of it.
#[cfg(test)]
pub(crate) fn unchecked(
    project: &Project,
    openapi: &openapiv3::OpenAPI,
) -> Result<(String, String), String> {
    let text = |maker: &Maker<'_>| {
        panic_guard::catch(|| {
            let tokens = maker.tokens(openapi)?;
            let mut file = syn::parse2(tokens).map_err(|error| error.to_string())?;
            attributes::add(&mut file, &project.generator.attributes)?;
            Ok::<_, String>(prettyplease::unparse(&file))
        })?
    };
    let client = text(&Maker::client(project))?;
    let mock = Maker::mock(project).map(|mock| text(&mock)).transpose()?;
    Ok((client, mock.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
