//! Spec → Rust source.

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypePatch};
use quote::quote;
use schemars08::schema::{InstanceType, SchemaObject};
use serde_json::Value;

use self::blame::blame;
use crate::header::header;
use crate::lint::REPLACED;
use crate::net;
use crate::progress;
use crate::spec::{Refused, Spec};
use crate::threads;

mod blame;
mod sound;

/// What is generated: the text of each file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The client.
    pub client: String,
    /// The typed httpmock helpers.
    pub mock: String,
    /// The spec as JSON: a published mock has no `spec/` beside it.
    pub spec: String,
}

/// Generates all of them.
///
/// # Errors
///
/// A finding of rule `generator`, if the generator refuses the spec or panics over it; it names the
/// operation or the schema, if there is one that the generator refuses by itself.
pub fn generate(spec: &Spec) -> Result<Code, Refused> {
    let header = header(spec);
    let text = |file| header.clone() + &prettyplease::unparse(&file);
    let [client, mock] = both(spec, client_with_schemas, text)?;
    Ok(Code {
        client,
        mock,
        spec: json(&spec.document.value),
    })
}

/// Generates both pieces of code, and makes of each what `of` makes of it: of the client first, of the
/// mock second. The two are made at the same time. No type derives `JsonSchema`: that takes [`generate`]
/// a second pass, and makes no difference between two specs.
///
/// # Errors
///
/// Those of [`generate`].
pub fn each<T: Send>(spec: &Spec, of: impl Fn(syn::File) -> T + Sync) -> Result<[T; 2], Refused> {
    both(spec, client, of)
}

fn both<T: Send>(
    spec: &Spec,
    make_client: Make,
    of: impl Fn(syn::File) -> T + Sync,
) -> Result<[T; 2], Refused> {
    progress::step(format!("generating from `{}`", spec.document.source.name));
    let make = |make| net::catch(|| file(&spec.openapi, make).map(&of))?;
    match threads::beside(|| make(make_client), || make(mock)) {
        (Ok(client), Ok(mock)) => Ok([client, mock]),
        (Err(error), _) => Err(spec.refuse(blame(spec, client, &error))),
        (_, Err(error)) => Err(spec.refuse(blame(spec, mock, &error))),
    }
}

/// In the same order whatever features of `serde_json` other crates of the build turn on.
fn json(spec: &Value) -> String {
    let mut spec = spec.clone();
    spec.sort_all_objects();
    format!("{spec:#}\n")
}

const SCHEMA_ATTRIBUTE: &str =
    r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]"#;

type Make = fn(&OpenAPI) -> Result<TokenStream, progenitor::Error>;

fn file(openapi: &OpenAPI, make: Make) -> Result<syn::File, String> {
    net::catch(|| {
        let tokens = make(openapi).map_err(|error| error.to_string())?;
        let file = syn::parse2(tokens).map_err(|error| error.to_string())?;
        sound::fault(&file).map(|()| file)
    })?
}

fn client(openapi: &OpenAPI) -> Result<TokenStream, progenitor::Error> {
    Generator::new(&settings()).generate_tokens(openapi)
}

/// The client whose types derive `JsonSchema` if the crate's feature `schemars` is enabled.
///
/// progenitor takes no attribute for all types, only a patch for the type of a given name. Types that are
/// inline in the spec are named by the generator, so that it is asked for the names first.
fn client_with_schemas(openapi: &OpenAPI) -> Result<TokenStream, progenitor::Error> {
    let mut settings = settings();
    let mut first = Generator::new(&settings);
    first.generate_tokens(openapi)?;
    let mut patch = TypePatch::default();
    patch.with_attr(SCHEMA_ATTRIBUTE);
    for named in first.get_type_space().iter_types() {
        settings.with_patch(named.name(), &patch);
    }
    Generator::new(&settings).generate_tokens(openapi)
}

fn mock(openapi: &OpenAPI) -> Result<TokenStream, progenitor::Error> {
    Generator::new(&settings()).httpmock(openapi, "digilocker_client")
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::Attempt))
        .with_replacement(REPLACED, "crate::Token", std::iter::empty());
    // `enum: [true]` would become a plain bool.
    for value in [true, false] {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::Boolean.into()),
            enum_values: Some(vec![Value::Bool(value)]),
            ..SchemaObject::default()
        };
        settings.with_conversion(
            schema,
            format!("crate::ConstBool<{value}>"),
            std::iter::empty(),
        );
    }
    settings
}

#[cfg(test)]
mod tests;
