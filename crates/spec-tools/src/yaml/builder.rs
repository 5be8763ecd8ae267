//! Events of the YAML parser → a value and the locations of its parts.
//!
//! Hand-written because the loader of saphyr 0.3 drops anchors, aliases and tags of scalars, which must be reported
//! with their location, and stops at the first duplicate key.

use std::ops::ControlFlow;

use saphyr_parser::{Event, ScalarStyle};
use serde_json::{Map, Value};

use super::place::{Place, Places, escape};
use super::rules;
use super::scalar::plain;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::source::Span;

/// Maximum nesting depth. Deeper nesting overflows the stack of recursive consumers.
pub(super) const MAX_DEPTH: usize = 128;

/// Builds the value from the events so far.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) root: Option<Value>,
    documents: usize,
    open: Vec<Open>,
    pointer: String,
    pub(super) places: Places,
    pub(super) findings: Vec<Finding>,
}

struct Open {
    container: Container,
    /// Length of `pointer` before this container was entered.
    parent: usize,
    place: Place,
}

enum Container {
    Sequence(Vec<Value>),
    /// With the key whose value comes next, and whether to keep that value (`false` for a duplicate key).
    Mapping(Map<String, Value>, Option<(String, Span, bool)>),
}

impl Builder {
    pub(super) fn event(&mut self, event: Event<'_>, span: Span) -> ControlFlow<()> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.refuse(
                        &rules::YAML_DOCUMENTS,
                        span,
                        "a second document starts here",
                    );
                    return ControlFlow::Break(());
                }
            }
            Event::Alias(_) => {
                self.refuse(&rules::YAML_ALIAS, span.clone(), "JSON has no aliases");
                self.scalar("", ScalarStyle::Plain, span);
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_anchor(anchor, tag.is_some(), &span);
                self.scalar(&text, style, span);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_anchor(anchor, tag.is_some(), &span);
                return self.open(Container::Sequence(Vec::new()), span);
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_anchor(anchor, tag.is_some(), &span);
                return self.open(Container::Mapping(Map::new(), None), span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        ControlFlow::Continue(())
    }

    fn refuse(&mut self, rule: &'static Rule, span: Span, message: &str) {
        self.findings.push(Finding::new(rule, span, message));
    }

    fn refuse_anchor(&mut self, anchor: usize, tagged: bool, span: &Span) {
        if anchor != 0 {
            self.refuse(&rules::YAML_ANCHOR, span.clone(), "JSON has no anchors");
        }
        if tagged {
            self.refuse(&rules::YAML_TAG, span.clone(), "JSON has no tags");
        }
    }

    fn open(&mut self, container: Container, span: Span) -> ControlFlow<()> {
        if self.open.len() >= MAX_DEPTH {
            self.refuse(&rules::YAML_DEPTH, span, "nested more than 128 levels deep");
            return ControlFlow::Break(());
        }
        if self.awaits_key() {
            self.refuse(&rules::YAML_KEY, span, "a key must be a string");
            return ControlFlow::Break(());
        }
        let parent = self.pointer.len();
        let place = self.enter(span);
        self.open.push(Open {
            container,
            parent,
            place,
        });
        ControlFlow::Continue(())
    }

    fn close(&mut self, span: &Span) {
        let Some(Open {
            container,
            parent,
            mut place,
        }) = self.open.pop()
        else {
            return;
        };
        place.value.end = span.end.max(place.value.end);
        let value = match container {
            Container::Sequence(items) => Value::Array(items),
            Container::Mapping(mut map, _) => {
                // Other crates may enable the `preserve_order` feature of `serde_json`: sort, so that the
                // generated code is always the same.
                map.sort_keys();
                Value::Object(map)
            }
        };
        place.scalar = false;
        self.leave(parent, place, value);
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) {
        if self.awaits_key() {
            if style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "<<") {
                self.refuse(
                    &rules::YAML_KEY,
                    span.clone(),
                    "a key must be a string, and JSON has no merge keys",
                );
            }
            let first = self.duplicate_of(text);
            if let Some(first) = &first {
                let finding = Finding::new(
                    &rules::YAML_DUPLICATE_KEY,
                    span.clone(),
                    format!("duplicate key `{text}`"),
                )
                .label("second")
                .related(Some(first.clone()), "first");
                self.findings.push(finding);
            }
            self.key(text.to_owned(), span, first.is_none());
            return;
        }
        let value = match style {
            ScalarStyle::Plain => plain(text),
            _ => Some(Value::String(text.to_owned())),
        };
        if value.is_none() {
            self.refuse(&rules::YAML_NUMBER, span.clone(), "not a JSON number");
        }
        let parent = self.pointer.len();
        let place = self.enter(span);
        self.leave(parent, place, value.unwrap_or(Value::Null));
    }

    /// The innermost unclosed bracket or brace.
    pub(super) fn unclosed(&self, text: &str) -> Option<Span> {
        let start = self.open.last()?.place.value.start;
        text.get(start..)?
            .starts_with(['[', '{'])
            .then_some(start..start + 1)
    }

    fn awaits_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                container: Container::Mapping(_, None),
                ..
            })
        )
    }

    fn duplicate_of(&self, key: &str) -> Option<Span> {
        match self.open.last() {
            Some(Open {
                container: Container::Mapping(map, _),
                ..
            }) if map.contains_key(key) => self
                .places
                .get(&format!("{}/{}", self.pointer, escape(key)))?
                .key
                .clone(),
            _ => None,
        }
    }

    fn key(&mut self, text: String, span: Span, keep: bool) {
        if let Some(Open {
            container: Container::Mapping(_, key),
            ..
        }) = self.open.last_mut()
        {
            *key = Some((text, span, keep));
        }
    }

    /// Moves `pointer` to the value that starts now.
    fn enter(&mut self, value: Span) -> Place {
        let key = match self.open.last() {
            None => None,
            Some(Open {
                container: Container::Sequence(items),
                ..
            }) => {
                self.pointer = format!("{}/{}", self.pointer, items.len());
                None
            }
            Some(Open {
                container: Container::Mapping(_, key),
                ..
            }) => key.as_ref().map(|(text, span, _)| {
                self.pointer.push('/');
                self.pointer.push_str(&escape(text));
                span.clone()
            }),
        };
        Place {
            key,
            value,
            scalar: true,
        }
    }

    /// Adds a finished value to its container, and moves `pointer` back.
    fn leave(&mut self, parent: usize, place: Place, value: Value) {
        let pointer = self.pointer.clone();
        self.pointer.truncate(parent);
        match self.open.last_mut().map(|open| &mut open.container) {
            None => self.root = Some(value),
            Some(Container::Sequence(items)) => items.push(value),
            Some(Container::Mapping(map, key)) => match key.take() {
                Some((text, _, true)) => {
                    map.insert(text, value);
                }
                _ => return,
            },
        }
        self.places.insert(pointer, place);
    }
}
