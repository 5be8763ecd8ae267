//! A summary: named values, printed as rows of text or as one line of JSON.

use std::fmt::Write as _;

use digilocker::chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::exit::{Exit, Failure};
use crate::journal::query::{Lines, Results};
use crate::output;

/// Maximum number of lines and reasons in the text. JSON has all.
const SHOWN: usize = 20;

#[derive(Debug)]
pub(crate) struct Summary {
    text: String,
    json: Map<String, Value>,
}

impl Summary {
    pub(crate) fn new(title: &str) -> Self {
        Self {
            text: title.to_owned(),
            json: Map::new(),
        }
    }

    /// A value that only JSON has.
    pub(crate) fn value(&mut self, name: &str, value: impl Serialize) {
        self.json.insert(name.to_owned(), json!(value));
    }

    /// A row that only the text has.
    pub(crate) fn row(&mut self, name: &str, text: &str) {
        let _ = write!(self.text, "\n  {name:<15} {text}");
    }

    /// A value with the same name and text in both. `Null` is `null`, and no row.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<Value>) {
        let label = name.replace('_', " ");
        let value = value.into();
        match &value {
            Value::Null => {}
            Value::String(text) => self.row(&label, text),
            other => self.row(&label, &other.to_string()),
        }
        self.value(name, value);
    }

    /// What became of tokens.
    pub(crate) fn results(&mut self, results: &Results) {
        self.add("revoked", results.revoked);
        if results.by_status > 0 {
            let text = format!(
                "{} of the revoked: the response body does not confirm it. Check that the responses \
                 come from the server, not from a gateway",
                results.by_status
            );
            self.row("by status alone", &text);
        }
        self.add("not_recognised", results.not_recognised);
        if results.not_recognised * 10 > results.revoked {
            self.row(
                "",
                "expired, already revoked, or revoked with another token of the list: revoking a \
                 refresh token also revokes its access tokens (RFC 7009 section 2.1)",
            );
        }
        self.row("live", &lines(&results.live));
        self.row("unknown", &lines(&results.unknown));
        for reason in results.reasons.iter().take(SHOWN) {
            self.row("reason", &reason.text());
        }
        let not_tried = results.not_tried.map(|count| count.to_string());
        let unknown = "the rest of the input";
        self.row("not tried", not_tried.as_deref().unwrap_or(unknown));
        self.row("bad lines", &lines(&results.bad_lines));
        if let Value::Object(results) = json!(results) {
            self.json.extend(results);
        }
    }

    /// Prints the text or the JSON.
    pub(crate) fn print(mut self, json: bool, exit: Exit) -> Result<(), Failure> {
        self.value("exit_code", exit as u8);
        if json {
            output::json(&self.json)
        } else {
            output::line(&self.text)
        }
    }
}

/// The exit code of many tokens: the first that occurs of live or not tried, unknown, a bad line (it may be a
/// token), not recognised. `is_incomplete` and `not_recognised` are beside the results.
pub(crate) fn exit(results: &Results, is_incomplete: bool, not_recognised: bool) -> Exit {
    if results.live.count > 0 || results.not_tried != Some(0) || is_incomplete {
        Exit::Live
    } else if results.unknown.count > 0 {
        Exit::Unknown
    } else if results.bad_lines.count > 0 {
        Exit::Io
    } else if results.not_recognised > 0 || not_recognised {
        Exit::NotRecognised
    } else {
        Exit::Success
    }
}

fn lines(lines: &Lines) -> String {
    let count = lines.count;
    match &lines.lines[..] {
        [] => count.to_string(),
        [line] => format!("{count}: line {line}"),
        lines => format!("{count}: lines {}", numbers(lines)),
    }
}

/// The first numbers, and how many more there are.
pub(crate) fn numbers<N: ToString>(all: &[N]) -> String {
    let mut shown: Vec<String> = all.iter().take(SHOWN).map(N::to_string).collect();
    if all.len() > SHOWN {
        shown.push(format!("… and {} more", all.len() - SHOWN));
    }
    shown.join(", ")
}

pub(crate) fn time(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |time| {
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_are_not_recognised_are_explained_if_they_are_many() {
        for (revoked, not_recognised, is_explained) in
            [(0, 0, false), (10, 1, false), (9, 1, true), (0, 1, true)]
        {
            let mut summary = Summary::new("");
            summary.results(&Results {
                revoked,
                not_recognised,
                ..Results::default()
            });
            assert_eq!(summary.text.contains("already revoked"), is_explained);
        }
    }

    #[test]
    fn long_lists_are_cut() {
        let all: Vec<usize> = (1..=SHOWN + 1).collect();
        let numbers = [SHOWN, SHOWN + 1].map(|count| numbers(&all[..count]));
        let [short, long] = &numbers;
        assert!(short.ends_with(", 20"), "{short}");
        assert_eq!(*long, format!("{short}, … and 1 more"));
    }
}
