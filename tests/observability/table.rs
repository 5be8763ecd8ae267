//! Parses the tables of the documentation.

/// The page that rustdoc includes.
pub(crate) const FILE: &str = "crates/digilocker/src/observability.md";

/// The text of the page with LF line endings.
fn page() -> String {
    include_str!("../../crates/digilocker/src/observability.md").replace("\r\n", "\n")
}

/// A row of "Spans and events".
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) is_span: bool,
    pub(crate) target: String,
    pub(crate) level: String,
    pub(crate) name: String,
    pub(crate) message: Option<String>,
}

/// A row of "Fields".
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) is_integer: bool,
    /// The message of the event; none for the span.
    pub(crate) of: Option<String>,
    pub(crate) is_always_present: bool,
}

/// The cells of the table under this heading, without the backticks around a whole cell.
fn rows<const COLUMNS: usize>(heading: &str) -> Vec<[String; COLUMNS]> {
    let page = page();
    let (_, section) = page.split_once(&format!("# {heading}\n")).unwrap();
    let table = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = table.take_while(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<_> {
        let cells = line.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    // The first two are the header and its rule.
    rows.skip(2)
        .map(|line| cells(line).try_into().unwrap_or_else(|_| panic!("{line}")))
        .collect()
}

pub(crate) fn kinds() -> Vec<Kind> {
    let rows = rows("Spans and events").into_iter();
    let kinds = rows.map(|[kind, target, level, name, message, _when]| {
        assert!(["span", "event"].contains(&kind.as_str()), "{kind}");
        Kind {
            is_span: kind == "span",
            target,
            level,
            name,
            message: (!message.is_empty()).then_some(message),
        }
    });
    kinds.collect()
}

pub(crate) fn fields() -> Vec<Field> {
    let rows = rows("Fields").into_iter();
    let fields = rows.map(|[name, kind, of, present, _source]| {
        assert!(["string", "integer"].contains(&kind.as_str()), "{kind}");
        assert!(
            present == "always" || present.starts_with("if "),
            "{present}"
        );
        Field {
            name,
            is_integer: kind == "integer",
            of: (of != "span").then_some(of),
            is_always_present: present == "always",
        }
    });
    fields.collect()
}

/// The page with these lines as its example.
pub(crate) fn with_example(lines: &str) -> String {
    let page = page();
    let (before, rest) = page.split_once("```json\n").unwrap();
    let (_, after) = rest.split_once("```\n").unwrap();
    format!("{before}```json\n{lines}```\n{after}")
}
