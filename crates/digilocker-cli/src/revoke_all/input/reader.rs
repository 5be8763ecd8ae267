//! Reads tokens and their line numbers from plain lines, CSV and NDJSON.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use digilocker::Token;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::field::{self, BadLine};
use super::format::Format;
use super::table::Table;

/// Maximum length of a line.
const LINE_BYTES: usize = 64 * 1024;
const BUFFER: usize = 64 * 1024;

/// A line of the input and its number, from 1. A CSV record has the number of its first line.
#[derive(Debug)]
pub(crate) enum Line {
    Token(i64, Token),
    Bad(i64, BadLine),
}

impl Line {
    fn new(line: i64, token: Result<Token, BadLine>) -> Self {
        match token {
            Ok(token) => Self::Token(line, token),
            Err(bad) => Self::Bad(line, bad),
        }
    }
}

/// UTF-8, or UTF-16 with a byte order mark.
type Decoded<R> = DecodeReaderBytes<R, Vec<u8>>;

/// Reads an input line by line.
pub(super) struct Lines<R: Read> {
    reader: Reader<R>,
    /// Lines read.
    count: i64,
    /// The tokens of the last record, if it has several.
    ready: VecDeque<Line>,
}

enum Reader<R: Read> {
    Lines {
        reader: BufReader<Decoded<R>>,
        /// Whether the first line looks like a CSV header. `None` before the first line.
        has_csv_header: Option<bool>,
    },
    Ndjson {
        reader: BufReader<Decoded<R>>,
        members: Vec<String>,
    },
    Csv {
        table: Box<Table<Decoded<R>>>,
        columns: Vec<String>,
    },
}

impl<R: Read> Lines<R> {
    /// Fails if the input has no usable header line.
    pub(super) fn open(source: R, format: &Format) -> io::Result<Self> {
        let decoded = DecodeReaderBytesBuilder::new()
            .utf8_passthru(true)
            .strip_bom(true)
            .build(source);
        let buffered = |decoded| BufReader::with_capacity(BUFFER, decoded);
        let reader = match format.clone() {
            Format::Lines => Reader::Lines {
                reader: buffered(decoded),
                has_csv_header: None,
            },
            Format::Ndjson { members } => Reader::Ndjson {
                reader: buffered(decoded),
                members,
            },
            Format::Csv { columns, delimiter } => Reader::Csv {
                table: Box::new(Table::open(decoded, &columns, delimiter)?),
                columns,
            },
        };
        Ok(Self {
            reader,
            count: 0,
            ready: VecDeque::new(),
        })
    }

    pub(super) fn count(&self) -> i64 {
        self.count
    }

    /// The next token or bad line.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        while self.ready.is_empty() {
            if !self.read()? {
                return Ok(None);
            }
        }
        Ok(self.ready.pop_front())
    }

    /// Reads a line or record. Returns `false` at the end.
    fn read(&mut self) -> io::Result<bool> {
        let (reader, is_json) = match &mut self.reader {
            Reader::Csv { table, columns } => {
                let line = table.next()?;
                self.count = line.unwrap_or_else(|| table.lines());
                let tokens = match table.fields() {
                    _ if line.is_none() => return Ok(false),
                    None => vec![Err(BadLine::new(
                        "the number of fields differs from the first line",
                    ))],
                    Some(fields) => {
                        let fields = fields.filter(|field| !field.is_empty());
                        or_no_token(fields.map(field::token).collect(), columns)
                    }
                };
                let lines = tokens.into_iter().map(|token| Line::new(self.count, token));
                self.ready.extend(lines);
                return Ok(true);
            }
            Reader::Lines { reader, .. } => (reader, false),
            Reader::Ndjson { reader, .. } => (reader, true),
        };
        let Some(text) = read_line(reader)? else {
            return Ok(false);
        };
        self.count += 1;
        let tokens = match (text, &mut self.reader) {
            (Err(bad), _) => vec![Err(bad)],
            (Ok(text), _) if text.trim_ascii().is_empty() => return Ok(true),
            (Ok(text), Reader::Ndjson { members, .. }) if is_json => from_json(&text, members),
            (Ok(text), Reader::Lines { has_csv_header, .. }) => {
                let is_csv = *has_csv_header.get_or_insert_with(|| is_csv_header(&text));
                vec![from_line(&text, is_csv)]
            }
            (Ok(_), _) => Vec::new(),
        };
        let lines = tokens.into_iter().map(|token| Line::new(self.count, token));
        self.ready.extend(lines);
        Ok(true)
    }
}

fn or_no_token(
    tokens: Vec<Result<Token, BadLine>>,
    columns: &[String],
) -> Vec<Result<Token, BadLine>> {
    if tokens.is_empty() {
        let reason = format!("no token in `{}`", columns.join("`, `"));
        return vec![Err(BadLine::new(reason))];
    }
    tokens
}

type Bytes = Zeroizing<Vec<u8>>;

/// Reads the next line without its line break. Skips the rest of a line that is too long. `None` at the end.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<Result<Bytes, BadLine>>> {
    let mut text = Zeroizing::new(Vec::with_capacity(128));
    let read = reader
        .by_ref()
        .take(LINE_BYTES as u64 + 1)
        .read_until(b'\n', &mut text)?;
    if read == 0 {
        return Ok(None);
    }
    if text.last() == Some(&b'\n') {
        text.pop();
        if text.last() == Some(&b'\r') {
            text.pop();
        }
    } else if read > LINE_BYTES {
        reader.skip_until(b'\n')?;
        let reason = format!("more than {LINE_BYTES} bytes");
        return Ok(Some(Err(BadLine::new(reason))));
    }
    Ok(Some(Ok(text)))
}

fn from_line(text: &[u8], has_csv_header: bool) -> Result<Token, BadLine> {
    Err(BadLine::new(match text.first() {
        Some(b'{' | b'[' | b'"') => "looks like JSON: use `--format ndjson`",
        _ if has_csv_header && text.iter().any(|byte| b",;\t".contains(byte)) => {
            "looks like CSV: use `--column`"
        }
        _ if field::is_header(text) => "looks like a header line, not a token: use `--column`",
        _ => return field::token(text),
    }))
}

/// A delimiter alone is not enough, because a token may contain one.
fn is_csv_header(text: &[u8]) -> bool {
    text.iter().any(|byte| b",;\t".contains(byte))
        && text.to_ascii_lowercase().windows(5).any(|w| w == b"token")
}

/// Drops the error of serde, which may quote the input.
fn from_json(text: &[u8], members: &[String]) -> Vec<Result<Token, BadLine>> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let found = json.deserialize_map(Members(members));
    let (Ok(values), Ok(())) = (found, json.end()) else {
        return vec![Err(BadLine::new("not a JSON object"))];
    };
    let tokens = members.iter().filter_map(|name| {
        let mut of_name = values.0.iter().filter(|(found, _)| found == name);
        match (of_name.next(), of_name.next()) {
            (Some((_, Value::String(token))), None) => Some(field::token(token.as_bytes())),
            (_, None) => None,
            _ => Some(Err(BadLine::new(format!("duplicate member `{name}`")))),
        }
    });
    or_no_token(tokens.collect(), members)
}

/// Deserializes some members of an object, without copying the others.
struct Members<'a>(&'a [String]);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values, A::Error> {
        let mut values = Values(Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if self.0.contains(&name) {
                values.0.push((name, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(values)
    }
}

/// Zeroes strings on drop.
struct Values(Vec<(String, Value)>);

impl Drop for Values {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}
