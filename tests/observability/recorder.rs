//! A `tracing` layer that records spans and events.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The value of a field, as tracing-opentelemetry exports it: anything except strings and `i64` is formatted
/// with `Debug`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    String(String),
    Integer(i64),
    Other(String),
}

/// A span with all recorded fields, or an event.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) metadata: &'static Metadata<'static>,
    /// The message of an event.
    pub(crate) message: Option<String>,
    pub(crate) fields: BTreeMap<&'static str, Value>,
    /// The index of the span that it is in.
    pub(crate) parent: Option<usize>,
    pub(crate) is_closed: bool,
}

impl Record {
    /// Whether code of `digilocker` emitted it, regardless of its target.
    pub(crate) fn is_ours(&self) -> bool {
        let module = self.metadata.module_path().unwrap_or_default();
        module.split("::").next() == Some("digilocker")
    }

    pub(crate) fn is_warning(&self) -> bool {
        *self.metadata.level() <= Level::WARN
    }

    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        match self.fields.get(field)? {
            Value::String(text) => Some(text),
            other => panic!("{field} is {other:?}"),
        }
    }

    pub(crate) fn integer(&self, field: &str) -> Option<i64> {
        match self.fields.get(field)? {
            Value::Integer(number) => Some(*number),
            other => panic!("{field} is {other:?}"),
        }
    }

    fn new(metadata: &'static Metadata<'static>, parent: Option<usize>) -> Self {
        Self {
            metadata,
            message: None,
            fields: BTreeMap::new(),
            parent,
            is_closed: false,
        }
    }
}

impl Visit for Record {
    fn record_str(&mut self, field: &Field, value: &str) {
        let value = Value::String(value.to_owned());
        self.fields.insert(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.insert(field.name(), Value::Integer(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}");
        if field.name() == "message" {
            self.message = Some(value);
        } else {
            self.fields.insert(field.name(), Value::Other(value));
        }
    }
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Record>>>);

/// The index of a span's record.
struct Index(usize);

fn index<'a, S: LookupSpan<'a>>(
    span: &tracing_subscriber::registry::SpanRef<'a, S>,
) -> Option<usize> {
    span.extensions().get::<Index>().map(|index| index.0)
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let parent = span.parent().and_then(|parent| index(&parent));
        let mut record = Record::new(attributes.metadata(), parent);
        attributes.record(&mut record);
        let mut records = self.0.lock().unwrap();
        span.extensions_mut().insert(Index(records.len()));
        records.push(record);
    }

    fn on_record(&self, id: &Id, values: &tracing::span::Record<'_>, context: Context<'_, S>) {
        let index = index(&context.span(id).unwrap()).unwrap();
        values.record(&mut self.0.lock().unwrap()[index]);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let parent = context.event_span(event).and_then(|span| index(&span));
        let mut record = Record::new(event.metadata(), parent);
        event.record(&mut record);
        self.0.lock().unwrap().push(record);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let index = index(&context.span(&id).unwrap()).unwrap();
        self.0.lock().unwrap()[index].is_closed = true;
    }
}

/// Records what is emitted while `calls` runs, on this thread and on threads that inherit the subscriber.
pub(crate) fn record<T>(
    filter: tracing_subscriber::filter::LevelFilter,
    calls: impl FnOnce() -> T,
) -> (T, Vec<Record>) {
    let recorder = Recorder::default();
    let subscriber = tracing_subscriber::registry().with(recorder.clone());
    let guard = subscriber.with(filter).set_default();
    let result = calls();
    drop(guard);
    let records = recorder.0.lock().unwrap().clone();
    (result, records)
}
