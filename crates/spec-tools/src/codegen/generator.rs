//! Calls progenitor with a project's settings.

use std::collections::BTreeSet;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use schemars08::schema::SchemaObject;

use super::validate;
use crate::panic_guard;
use crate::project::{Interface, Project};

/// Generates one file: the client or the mock.
#[derive(Clone, Copy)]
pub(super) struct CodeGenerator<'a> {
    project: &'a Project,
    output: Output<'a>,
}

#[derive(Clone, Copy)]
enum Output<'a> {
    Client,
    /// With the name of the client's crate.
    Mock(&'a str),
}

impl<'a> CodeGenerator<'a> {
    pub(super) fn client(project: &'a Project) -> Self {
        let output = Output::Client;
        Self { project, output }
    }

    pub(super) fn mock(project: &'a Project) -> Option<Self> {
        let output = Output::Mock(&project.mock.as_ref()?.client_crate);
        Some(Self { project, output })
    }

    /// The crates that the code may use; `None` if there is no readable manifest.
    fn crates(&self) -> Option<BTreeSet<String>> {
        match self.output {
            Output::Client => self.project.crates(&self.project.client),
            Output::Mock(_) => self.project.crates(&self.project.mock.as_ref()?.output),
        }
    }

    /// The generated code. The error is the generator's message, cleaned up.
    pub(super) fn tokens(&self, openapi: &OpenAPI) -> Result<TokenStream, String> {
        let settings = settings(self.project)?;
        match self.output {
            Output::Client => Generator::new(&settings).generate_tokens(openapi),
            Output::Mock(client) => Generator::new(&settings).httpmock(openapi, client),
        }
        .map_err(|error| cleaned(&error.to_string()))
    }
}

/// Generates a file and validates it.
pub(super) fn file(openapi: &OpenAPI, generator: &CodeGenerator<'_>) -> Result<syn::File, String> {
    let file = panic_guard::catch(|| {
        let tokens = generator.tokens(openapi)?;
        validate::tokens(tokens.clone(), generator.crates().as_ref())?;
        let file = syn::parse2(tokens)
            .map_err(|error| format!("its output is not valid Rust: {error}"))?;
        validate::file(&file).map(|()| file)
    });
    file.map_err(|panic| format!("it panics: {}", cleaned(&panic)))?
}

fn settings(project: &Project) -> Result<GenerationSettings, String> {
    let generator = &project.generator;
    let mut settings = GenerationSettings::new();
    settings.with_interface(match generator.interface {
        Interface::Positional => InterfaceStyle::Positional,
        Interface::Builder => InterfaceStyle::Builder,
    });
    if generator.mandatory_hooks {
        settings.with_hooks(HooksMode::Expected);
    }
    if let Some(inner) = &generator.inner_type {
        let tokens = inner.parse().map_err(|_| invalid("inner type", inner))?;
        settings.with_inner_type(tokens);
    }
    for derive in &generator.derives {
        settings.with_derive(derive);
    }
    for one in &generator.replacements {
        settings.with_replacement(&one.component, &one.rust_type, std::iter::empty());
    }
    for one in &generator.conversions {
        let schema = serde_json::from_value::<SchemaObject>(one.schema.clone());
        let schema = schema.map_err(|error| {
            format!(
                "the conversion to `{}` has an invalid JSON Schema: {error}",
                one.rust_type
            )
        })?;
        settings.with_conversion(schema, &one.rust_type, std::iter::empty());
    }
    Ok(settings)
}

fn invalid(what: &str, text: &str) -> String {
    format!("invalid {what} in the project's settings: `{text}`")
}

/// The first line of the generator's message, without its prefix and a trailing `Debug` dump.
fn cleaned(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line
        .trim_start_matches("unexpected or unhandled format in the OpenAPI document ")
        .trim_start_matches("not yet implemented: ");
    let is_type = |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase());
    let dump = line.match_indices(" {").map(|(at, _)| at).find_map(|at| {
        let start = line[..at].rfind(' ').map_or(0, |space| space + 1);
        is_type(&line[start..at]).then_some(start)
    });
    let open = || {
        let word = line.rfind(' ').map_or(0, |space| space + 1);
        (line.ends_with('(') && is_type(&line[word..])).then_some(word)
    };
    let message = dump.or_else(open).map_or(line, |at| &line[..at]);
    message.trim_end_matches([' ', ':', ',']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn messages_are_cleaned_of_debug_output() {
        for (message, expected) in [
            (
                "invalid schema for text/plain: Reference { reference: \"#/a\" }",
                "invalid schema for text/plain",
            ),
            (
                "not yet implemented: unhandled not schema Object(",
                "unhandled not schema",
            ),
            (
                "missing path name mapping {id}",
                "missing path name mapping {id}",
            ),
        ] {
            assert_eq!(cleaned(message), expected);
        }
    }
}
