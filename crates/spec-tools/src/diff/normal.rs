//! The normal form of a document: what its operations and schemas mean, however it is written.
//!
//! Each operation has its effective servers, security, parameters, body and responses, without references. Schemas
//! stay components, without annotations. [`Normal::source`] points back into the document.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::document::{METHODS, local, references};
use crate::yaml::escape;

mod operation;
mod schema;
mod security;

/// A document in its normal form.
#[derive(Debug)]
pub(super) struct Normal<'a> {
    document: &'a Value,
    /// `paths` and `components/schemas`, and what the normal form does not know.
    pub(super) value: Value,
    /// Parts that the normal form has at another place: normal pointer → pointer into the document.
    moved: HashMap<String, String>,
    /// Places at which the comparison continues in another part, as normal pointers.
    followed: RefCell<HashMap<String, String>>,
}

impl<'a> Normal<'a> {
    /// The normal form of `document`. `extensions` lists the extensions that clients depend on.
    pub(super) fn of(document: &'a Value, extensions: &[String]) -> Self {
        let text = document.to_string();
        let mut normalizer = Normalizer {
            document,
            extensions,
            has_xml: text.contains("/xml") || text.contains("+xml"),
            moved: HashMap::new(),
        };
        let value = normalizer.root();
        Self {
            document,
            value,
            moved: normalizer.moved,
            followed: RefCell::default(),
        }
    }

    /// Pointer into the document of the part at `pointer`.
    pub(super) fn source(&self, pointer: &str) -> String {
        let pointer = replaced(&self.followed.borrow(), pointer);
        replaced(&self.moved, &pointer)
    }

    /// The title of the part at `pointer`.
    pub(super) fn title(&self, pointer: &str) -> Option<&str> {
        self.document
            .pointer(&self.source(pointer))?
            .get("title")?
            .as_str()
    }

    /// Records that the comparison of `pointer` continues with the part at `target`.
    pub(super) fn follow(&self, pointer: &str, target: &str) {
        let mut followed = self.followed.borrow_mut();
        followed.insert(pointer.to_owned(), target.to_owned());
    }

    /// Whether anything refers to the part at `pointer`.
    pub(super) fn refers_to(&self, pointer: &str) -> bool {
        references(&self.value)
            .iter()
            .any(|target| target == pointer)
    }

    /// The schema itself, or the component that it is a reference to.
    pub(super) fn resolve<'b>(&'b self, schema: &'b Value) -> Option<&'b Value> {
        resolve(&self.value, schema)
    }
}

/// `pointer` with its longest prefix in `table` replaced.
pub(super) fn replaced(table: &HashMap<String, String>, pointer: &str) -> String {
    let mut prefix = pointer;
    loop {
        if let Some(other) = table.get(prefix) {
            return format!("{other}{}", &pointer[prefix.len()..]);
        }
        match prefix.rfind('/') {
            Some(end) => prefix = &prefix[..end],
            None => return pointer.to_owned(),
        }
    }
}

/// Follows `$ref`s from `value` in `document`.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Value> {
    let mut value = value;
    // Limits cyclic references.
    for _ in 0..32 {
        match reference(value) {
            None => return Some(value),
            Some(reference) => value = document.pointer(&local(reference)?)?,
        }
    }
    None
}

/// The text of a `$ref`.
pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// A part, with its place in the normal form and in the document.
#[derive(Clone, Debug)]
struct Part<'a> {
    value: &'a Value,
    to: String,
    from: String,
}

impl<'a> Part<'a> {
    /// The member `key`, at the same place in both.
    fn child(&self, key: &str, value: &'a Value) -> Self {
        let key = escape(key);
        Self {
            value,
            to: format!("{}/{key}", self.to),
            from: format!("{}/{key}", self.from),
        }
    }

    /// The members of an object; none if it is something else.
    fn members(&self) -> impl Iterator<Item = (&'a str, Self)> {
        let map = self.value.as_object().into_iter().flatten();
        map.map(|(key, value)| (key.as_str(), self.child(key, value)))
    }
}

/// Members of `info` that clients do not read.
const INFO: [&str; 6] = [
    "title",
    "description",
    "version",
    "contact",
    "license",
    "termsOfService",
];

/// Kinds of components that are part of what uses them.
const COMPONENTS: [&str; 7] = [
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "securitySchemes",
    "examples",
    "links",
];

struct Normalizer<'a> {
    document: &'a Value,
    extensions: &'a [String],
    /// Whether `xml` has a meaning in this document.
    has_xml: bool,
    moved: HashMap<String, String>,
}

impl<'a> Normalizer<'a> {
    fn root(&mut self) -> Value {
        let document = self.document;
        let (to, from) = (String::new(), String::new());
        let whole = Part {
            value: document,
            to,
            from,
        };
        let left_out = ["openapi", "externalDocs", "tags", "servers", "security"];
        self.object(&whole, &left_out, |this, key, part| match key {
            "info" => Some(this.object(part, &INFO, |_, _, _| None)),
            "paths" => Some(this.object(part, &[], |this, _, item| Some(this.item(item)))),
            // Other components are part of what uses them.
            "components" => Some(this.object(part, &COMPONENTS, |this, key, part| match key {
                "schemas" if part.value.is_object() => {
                    let schemas = part.members();
                    Some(
                        schemas
                            .map(|(name, it)| (name.to_owned(), this.schema(&it)))
                            .collect(),
                    )
                }
                _ => None,
            })),
            _ => None,
        })
    }

    fn item(&mut self, item: &Part<'a>) -> Value {
        let left_out = ["summary", "description", "parameters", "servers"];
        self.object(item, &left_out, |this, key, part| {
            let is_operation = METHODS.contains(&key) && part.value.is_object();
            is_operation.then(|| this.operation(item, part))
        })
    }

    /// An object without the members in `left_out`. `of` has the normal form of those that it knows.
    fn object(
        &mut self,
        part: &Part<'a>,
        left_out: &[&str],
        of: impl Fn(&mut Self, &str, &Part<'a>) -> Option<Value>,
    ) -> Value {
        if !part.value.is_object() {
            return part.value.clone();
        }
        let mut fields = Map::new();
        for (key, part) in part.members() {
            if !left_out.contains(&key) && !self.is_dropped(key) {
                let value = of(self, key, &part).unwrap_or_else(|| part.value.clone());
                fields.insert(key.to_owned(), value);
            }
        }
        Value::Object(fields)
    }

    /// Whether `key` is an extension that no client depends on.
    fn is_dropped(&self, key: &str) -> bool {
        key.starts_with("x-") && !self.extensions.iter().any(|one| one == key)
    }

    /// `value`, which is at `from` in the document, as the part at `to`.
    fn place(&mut self, value: &'a Value, to: String, from: String) -> Part<'a> {
        self.moved.insert(to.clone(), from.clone());
        Part { value, to, from }
    }

    /// The component that `part` refers to, in its place; `part` itself if it is no reference. `None` if the
    /// component does not exist.
    fn inlined(&mut self, part: Part<'a>) -> Option<Part<'a>> {
        if reference(part.value).is_none() {
            return Some(part);
        }
        let (value, from) = self.target(part.value)?;
        Some(self.place(value, part.to, from))
    }

    /// The component that the reference `value` means, with its pointer.
    fn target(&self, value: &'a Value) -> Option<(&'a Value, String)> {
        let mut target = local(reference(value)?)?;
        for _ in 0..32 {
            let value = self.document.pointer(&target)?;
            match reference(value) {
                None => return Some((value, target)),
                Some(next) => target = local(next)?,
            }
        }
        None
    }
}
