//! A parsed document with the source location of each part.

use std::path::Path;

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::rule::Rule;
use crate::source::{Source, Span};
use crate::yaml::{self, Place, Places};

/// Reported if the file cannot be read.
pub static SPEC_FILE: Rule = Rule::error(
    "spec-file",
    "without a readable file, no other rule can be checked",
    "use an existing, non-empty UTF-8 file",
);

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
    /// Reads and parses the file `name` below `root`.
    ///
    /// # Errors
    ///
    /// The file is missing, unreadable, empty or not UTF-8, or the findings of [`yaml::parse`].
    pub fn read(root: &Path, name: &str) -> Result<Self, Findings> {
        let refused = |message: String, help| Findings {
            source: Source::new(name, ""),
            findings: vec![Finding::new(&SPEC_FILE, None, message).help(help)],
        };
        let bytes = std::fs::read(root.join(name)).map_err(|error| {
            refused(
                format!("cannot read `{name}`: {error}"),
                "pass the path of an existing file",
            )
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..good]
                .split(|byte| *byte == b'\n')
                .count();
            refused(
                format!(
                    "`{name}` is not UTF-8: first invalid byte at offset {good}, on line {line}"
                ),
                "save the file as UTF-8",
            )
        })?;
        if text.trim().is_empty() {
            return Err(refused(
                format!("`{name}` is empty"),
                "an OpenAPI document starts with `openapi: 3.0.3`",
            ));
        }
        Self::parse(Source::new(name, &text))
    }

    /// Parses `source`.
    ///
    /// # Errors
    ///
    /// The findings of [`yaml::parse`].
    pub fn parse(source: Source) -> Result<Self, Findings> {
        match yaml::parse(&source.text) {
            Ok((value, places)) => Ok(Self {
                source,
                value,
                places,
            }),
            Err(findings) => Err(Findings { source, findings }),
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

/// `value` as text. Sorted, because the `preserve_order` feature of `serde_json` may be enabled by other crates.
pub(crate) fn json_text(mut value: Value) -> String {
    value.sort_all_objects();
    format!("{value:#}\n")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: Option<&[u8]>, expected: &str) {
        let dir = tempfile::tempdir().expect("a directory to work in");
        if let Some(bytes) = bytes {
            std::fs::write(dir.path().join("spec.yaml"), bytes).expect("to write there");
        }
        let refused = Document::read(dir.path(), "spec.yaml").expect_err("a bad file");
        let message = &refused.findings[0].message;
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn unreadable_files_are_reported() {
        check(None, "cannot read `spec.yaml`: ");
        check(Some(b" \n\n"), "`spec.yaml` is empty");
        check(
            Some(b"a: 1\nb: \xff\n"),
            "`spec.yaml` is not UTF-8: first invalid byte at offset 8, on line 2",
        );
    }
}
