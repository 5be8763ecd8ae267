//! Reads tokens and their line numbers from plain lines, CSV and NDJSON.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use digilocker::Token;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::format::{Format, Kind};
use super::table::Table;
use crate::field::{self, BadLine};

/// Maximum length of a line.
const LINE_BYTES: usize = 64 * 1024;
const BUFFER: usize = 64 * 1024;

/// UTF-8, or UTF-16 with a byte order mark.
type Decoded = DecodeReaderBytes<Box<dyn Read + Send>, Vec<u8>>;

/// Reads an input line by line.
pub(crate) struct Lines {
    reader: Reader,
    format: Format,
    /// Lines read, or the first line of the last record.
    count: i64,
    /// The tokens of the last record, if it has several.
    ready: VecDeque<Result<Token, BadLine>>,
}

enum Reader {
    Lines(Box<BufReader<Decoded>>),
    Csv(Box<Table<Decoded>>),
}

type Tokens = Vec<Result<Token, BadLine>>;

impl Lines {
    /// Fails if the input has no usable header line.
    pub(super) fn open(source: Box<dyn Read + Send>, format: Format) -> io::Result<Self> {
        let decoded = DecodeReaderBytesBuilder::new()
            .utf8_passthru(true)
            .strip_bom(true)
            .build(source);
        Ok(Self {
            reader: match format.kind {
                Kind::Csv => Reader::Csv(Box::new(Table::open(decoded, &format)?)),
                Kind::Lines | Kind::Ndjson => {
                    Reader::Lines(Box::new(BufReader::with_capacity(BUFFER, decoded)))
                }
            },
            format,
            count: 0,
            ready: VecDeque::new(),
        })
    }

    /// At the end, the number of lines.
    pub(crate) fn count(&self) -> i64 {
        self.count
    }

    /// The next token or bad line and its number, from 1. A CSV record has the number of its first line.
    pub(crate) fn next(&mut self) -> io::Result<Option<(i64, Result<Token, BadLine>)>> {
        loop {
            if let Some(token) = self.ready.pop_front() {
                return Ok(Some((self.count, token)));
            }
            let tokens = match &mut self.reader {
                Reader::Csv(table) => {
                    let Some(line) = table.next()? else {
                        self.count = table.lines();
                        return Ok(None);
                    };
                    self.count = line;
                    parse_record(table, &self.format.columns)
                }
                Reader::Lines(reader) => {
                    let Some(text) = read_line(reader)? else {
                        return Ok(None);
                    };
                    self.count += 1;
                    match text {
                        Err(reason) => vec![Err(reason)],
                        Ok(text) if text.trim_ascii().is_empty() => Vec::new(),
                        Ok(text) if self.format.kind == Kind::Ndjson => {
                            parse_json(&text, &self.format.columns)
                        }
                        Ok(text) => vec![field::line(&text)],
                    }
                }
            };
            self.ready.extend(tokens);
        }
    }
}

fn parse_record(table: &Table<Decoded>, columns: &[String]) -> Tokens {
    match table.fields() {
        Err(reason) => bad(reason),
        Ok(fields) => {
            let fields = fields.filter(|field| !field.is_empty());
            or_no_token(fields.map(field::token).collect(), columns)
        }
    }
}

/// Drops the error of serde, which may quote the input.
fn parse_json(text: &[u8], columns: &[String]) -> Tokens {
    let mut json = serde_json::Deserializer::from_slice(text);
    let members = json.deserialize_map(Members(Vec::new()));
    let (Ok(members), Ok(())) = (members, json.end()) else {
        return bad("not a JSON object");
    };
    let tokens = columns.iter().filter_map(|name| {
        let mut of_name = members.0.iter().filter(|(found, _)| found == name);
        match (of_name.next(), of_name.next()) {
            (Some((_, Value::String(token))), None) => Some(field::token(token.as_bytes())),
            (_, None) => None,
            _ => Some(Err(BadLine::new(format!("duplicate member `{name}`")))),
        }
    });
    or_no_token(tokens.collect(), columns)
}

fn or_no_token(tokens: Tokens, columns: &[String]) -> Tokens {
    if tokens.is_empty() {
        return bad(format!("no token in `{}`", columns.join("`, `")));
    }
    tokens
}

fn bad(reason: impl Into<Cow<'static, str>>) -> Tokens {
    vec![Err(BadLine::new(reason))]
}

type Bytes = Zeroizing<Vec<u8>>;

/// Reads the next line without its line break. Skips the rest of a line that is too long. `None` at the end.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<Result<Bytes, BadLine>>> {
    let mut text = Zeroizing::new(Vec::with_capacity(128));
    let limit = LINE_BYTES as u64 + 1;
    let read = reader.by_ref().take(limit).read_until(b'\n', &mut text)?;
    if read == 0 {
        return Ok(None);
    }
    if text.pop_if(|last| *last == b'\n').is_some() {
        text.pop_if(|last| *last == b'\r');
    } else if read > LINE_BYTES {
        reader.skip_until(b'\n')?;
        let reason = format!("more than {LINE_BYTES} bytes");
        return Ok(Some(Err(BadLine::new(reason))));
    }
    Ok(Some(Ok(text)))
}

/// The members of an object, with duplicates. Zeroes strings on drop.
struct Members(Vec<(String, Value)>);

impl<'de> Visitor<'de> for Members {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(member) = map.next_entry()? {
            self.0.push(member);
        }
        Ok(self)
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}
