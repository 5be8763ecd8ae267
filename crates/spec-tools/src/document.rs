//! A parsed document with the source location of each part.

use serde_json::Value;

use crate::finding::Finding;
use crate::source::{Source, Span};
use crate::yaml::{self, Place, Places};

/// A document: its text, its value, and the locations of all parts.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text that it was parsed from.
    pub source: Source,
    /// The parsed value.
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
    /// The path of its path item.
    pub path: &'a str,
    /// The method, as the document spells it.
    pub method: &'a str,
    /// The operation object.
    pub value: &'a Value,
}

impl Operation<'_> {
    /// Its `operationId`, or its method and path if it has none.
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

    /// The span to report for the part at `pointer`: the value of a scalar, else the key. If there is no such part,
    /// the span of its nearest ancestor.
    #[must_use]
    pub fn span(&self, pointer: &str) -> Option<Span> {
        let mut pointer = pointer;
        loop {
            if let Some(Place { key, value, scalar }) = self.places.get(pointer) {
                return Some(match key {
                    Some(key) if !scalar || value.is_empty() => key.clone(),
                    _ => value.clone(),
                });
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    /// Lookup of parts by text position.
    pub(crate) fn parts(&self) -> Parts<'_> {
        let start = |place: &Place| place.key.as_ref().unwrap_or(&place.value).start;
        let mut parts: Vec<_> = self
            .places
            .iter()
            .map(|(pointer, place)| (start(place), pointer.as_str(), place))
            .collect();
        // A parent comes before a child that starts at the same position.
        parts.sort_unstable_by_key(|(start, pointer, _)| {
            (*start, pointer.matches('/').count(), pointer.len())
        });
        Parts {
            document: self,
            parts,
        }
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
        operations
            .sort_by_cached_key(|operation| self.span(&operation.pointer).map(|span| span.start));
        operations
    }

    /// The parameters of an operation, and those of its path that it does not override, each with the pointer to its
    /// definition.
    #[must_use]
    pub fn parameters(&self, operation: &Operation<'_>) -> Vec<(String, &Value)> {
        let path = operation
            .pointer
            .rsplit_once('/')
            .map_or("", |(path, _)| path);
        let mut found: Vec<(String, &Value)> = Vec::new();
        for holder in [operation.pointer.as_str(), path] {
            let list = format!("{holder}/parameters");
            let count = self
                .value
                .pointer(&list)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            let own = found.len();
            for index in 0..count {
                let Some((at, value)) = self.resolve(&format!("{list}/{index}")) else {
                    continue;
                };
                let same = |(_, other): &(String, &Value)| {
                    ["name", "in"]
                        .iter()
                        .all(|field| other.get(field) == value.get(field))
                };
                if !found[..own].iter().any(same) {
                    found.push((at, value));
                }
            }
        }
        found
    }

    /// The part at `pointer` after following `$ref`s, with its pointer. `None` if a reference is dangling, external
    /// or cyclic.
    #[must_use]
    pub fn resolve(&self, pointer: &str) -> Option<(String, &Value)> {
        let mut pointer = pointer.to_owned();
        // Limits cyclic references: no chain is longer than the number of parts.
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

/// The parts of a document in the order of its text.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    document: &'a Document,
    parts: Vec<(usize, &'a str, &'a Place)>,
}

impl<'a> Parts<'a> {
    /// JSON pointer to the innermost part that contains `span`: the last part that starts before it, or an ancestor
    /// of that.
    pub(crate) fn pointer(&self, span: &Span) -> Option<&'a str> {
        let after = self
            .parts
            .partition_point(|(start, ..)| *start <= span.start);
        let (_, mut pointer, mut place) = *self.parts.get(after.checked_sub(1)?)?;
        let within = |outer: &Span| outer.start <= span.start && span.end <= outer.end;
        while !within(&place.value) && !place.key.as_ref().is_some_and(within) {
            pointer = &pointer[..pointer.rfind('/')?];
            place = self.document.places.get(pointer)?;
        }
        Some(pointer)
    }
}

/// The names in braces in a path; `None` if a brace is not closed.
pub(crate) fn template_names(path: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((_, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        names.push(name);
        rest = after;
    }
    Some(names)
}

/// The JSON pointers of all references within the document below `value`.
pub(crate) fn references(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        let reference = value.get("$ref").and_then(Value::as_str);
        found.extend(reference.and_then(local));
        match value {
            Value::Object(map) => pending.extend(map.values()),
            Value::Array(items) => pending.extend(items),
            _ => {}
        }
    }
    found
}

/// The JSON pointer of a reference within the document; `None` for an external reference.
#[must_use]
pub fn local(reference: &str) -> Option<String> {
    let pointer = reference.strip_prefix('#')?;
    // No percent-decoding: component names have no characters that need it.
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.to_owned())
}
