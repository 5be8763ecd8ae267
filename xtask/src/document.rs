//! A parsed document that knows where in the text each part of it is.

use serde_json::Value;

use crate::finding::{Finding, Span};
use crate::source::Source;
use crate::yaml::{self, Place, Places};

/// A document: its text, its value, and the way from one to the other.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text it was read from.
    pub source: Source,
    /// What it says.
    pub value: Value,
    places: Places,
}

/// The methods an `OpenAPI` path item may have.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation of a document.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// JSON pointer to it.
    pub pointer: String,
    /// The path it is under.
    pub path: &'a str,
    /// The method, as the document spells it.
    pub method: &'a str,
    /// Its body.
    pub value: &'a Value,
}

impl Operation<'_> {
    /// Its `operationId`, or else its method and path.
    #[must_use]
    pub fn name(&self) -> String {
        match self.value.get("operationId").and_then(Value::as_str) {
            Some(id) => id.to_owned(),
            None => format!("{} {}", self.method.to_uppercase(), self.path),
        }
    }
}

impl Document {
    /// Parses `source`.
    ///
    /// # Errors
    ///
    /// The findings of [`yaml::parse`].
    pub fn parse(source: Source) -> Result<Self, (Source, Vec<Finding>)> {
        match yaml::parse(&source.text) {
            Ok((value, places)) => Ok(Self {
                source,
                value,
                places,
            }),
            Err(findings) => Err((source, findings)),
        }
    }

    /// The best place to point at for what is at `pointer`: a scalar itself, the key of anything
    /// larger; for what is not there, the nearest thing around it that is.
    #[must_use]
    pub fn span(&self, pointer: &str) -> Option<Span> {
        let mut pointer = pointer;
        loop {
            if let Some(Place { key, value }) = self.places.get(pointer) {
                let scalar = self
                    .value
                    .pointer(pointer)
                    .is_none_or(|found| !found.is_object() && !found.is_array());
                return Some(match key {
                    Some(key) if !scalar || value.is_empty() => key.clone(),
                    _ => value.clone(),
                });
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    /// JSON pointer to the innermost part that `span` is in.
    pub(crate) fn pointer(&self, span: &Span) -> Option<&str> {
        let within = |outer: &Span| outer.start <= span.start && span.end <= outer.end;
        self.places
            .iter()
            .filter(|(_, place)| within(&place.value) || place.key.as_ref().is_some_and(within))
            .map(|(pointer, _)| pointer.as_str())
            .max_by_key(|pointer| (pointer.matches('/').count(), pointer.len()))
    }

    /// The places of all parts, in no order.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }

    /// All operations, in the order of the text.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.value.get("paths").and_then(Value::as_object);
        let mut operations: Vec<_> = paths
            .into_iter()
            .flatten()
            .flat_map(|(path, item)| {
                METHODS.iter().filter_map(move |method| {
                    let value = item.get(method)?;
                    let pointer = format!("/paths/{}/{method}", yaml::escape(path));
                    Some(Operation {
                        pointer,
                        path,
                        method,
                        value,
                    })
                })
            })
            .collect();
        operations.sort_by_key(|operation| self.span(&operation.pointer).map(|span| span.start));
        operations
    }

    /// What is at `pointer` after following `$ref`s within this document, and where that is.
    /// `None` if a reference leads nowhere, elsewhere, or in a circle.
    #[must_use]
    pub fn resolve(&self, pointer: &str) -> Option<(String, &Value)> {
        let mut pointer = pointer.to_owned();
        // No chain is longer than there are places.
        for _ in 0..=self.places.len() {
            let value = self.value.pointer(&pointer)?;
            match value.get("$ref").and_then(Value::as_str) {
                None => return Some((pointer, value)),
                Some(reference) => pointer = local(reference)?,
            }
        }
        None
    }
}

/// The JSON pointer of a reference into the same document.
#[must_use]
pub fn local(reference: &str) -> Option<String> {
    let pointer = reference.strip_prefix('#')?;
    // Percent-encoding is for characters that component names may not have.
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.to_owned())
}
