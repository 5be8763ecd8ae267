//! Reads tokens and their line numbers from plain lines, CSV and NDJSON.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use digilocker::Token;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::format::Format;

/// Maximum length of a line.
const LINE_BYTES: usize = 64 * 1024;
/// Maximum length of a CSV record: an unclosed quotation mark would swallow the rest of the file.
const RECORD_BYTES: u64 = 1024 * 1024;
const BUFFER: usize = 64 * 1024;

/// A line of the input and its number, from 1. A CSV record has the number of its first line.
#[derive(Debug)]
pub(crate) enum Line {
    Token(u64, Token),
    Bad(u64, BadLine),
}

/// Why a line is skipped. Never contains text of the line.
#[derive(Debug)]
pub(crate) enum BadLine {
    Token(digilocker::InvalidToken),
    TooLong,
    NotUtf8,
    NotJson,
    NoToken(String),
    DuplicateMember(String),
    FieldCount,
    LooksLikeJson,
    LooksLikeCsv,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(reason) => write!(f, "{reason}"),
            Self::TooLong => write!(f, "more than {LINE_BYTES} bytes"),
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::NotJson => f.write_str("not a JSON object"),
            Self::NoToken(name) => write!(f, "no token in `{name}`"),
            Self::DuplicateMember(name) => write!(f, "duplicate member `{name}`"),
            Self::FieldCount => f.write_str("the number of fields differs from the first line"),
            Self::LooksLikeJson => f.write_str("looks like JSON: use `--format ndjson`"),
            Self::LooksLikeCsv => f.write_str("looks like CSV: use `--column`"),
        }
    }
}

/// Reads an input line by line.
pub(crate) struct Lines<R: Read> {
    reader: Reader<R>,
    column: String,
    /// Lines read.
    count: u64,
    /// For `lines`: whether the first line looks like a CSV header. `None` before the first line.
    has_csv_header: Option<bool>,
}

enum Reader<R: Read> {
    Lines(BufReader<R>),
    Ndjson(BufReader<R>),
    Csv {
        reader: Box<csv::Reader<BoundedReader<R>>>,
        record: csv::ByteRecord,
        column: Option<usize>,
    },
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(source: R, format: Format, column: String) -> Self {
        let buffered = |source| BufReader::with_capacity(BUFFER, source);
        Self {
            reader: match format {
                Format::Lines => Reader::Lines(buffered(source)),
                Format::Ndjson => Reader::Ndjson(buffered(source)),
                Format::Csv => Reader::Csv {
                    reader: Box::new(
                        csv::ReaderBuilder::new()
                            .flexible(true)
                            .buffer_capacity(BUFFER)
                            .from_reader(BoundedReader::new(source)),
                    ),
                    record: csv::ByteRecord::new(),
                    column: None,
                },
            },
            column,
            count: 0,
            has_csv_header: None,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The next line that is not blank.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let text = match &mut self.reader {
                Reader::Lines(reader) | Reader::Ndjson(reader) => {
                    let Some(text) = read_line(reader, self.count == 0)? else {
                        return Ok(None);
                    };
                    self.count += 1;
                    match text {
                        Err(bad) => return Ok(Some(Line::Bad(self.count, bad))),
                        Ok(text) if text.trim_ascii().is_empty() => continue,
                        Ok(text) => text,
                    }
                }
                Reader::Csv {
                    reader,
                    record,
                    column,
                } => {
                    let index = match *column {
                        Some(index) => index,
                        None => *column.insert(header(reader, &self.column)?),
                    };
                    if !csv_record(reader, record)? {
                        self.count = reader.get_ref().starts.lines;
                        return Ok(None);
                    }
                    let byte = record.position().map_or(0, csv::Position::byte);
                    self.count = reader.get_mut().starts.line_at(byte);
                    if record.len() != reader.byte_headers().map_err(csv_error)?.len() {
                        return Ok(Some(Line::Bad(self.count, BadLine::FieldCount)));
                    }
                    match record.get(index) {
                        Some(field) if !field.is_empty() => Zeroizing::new(field.to_vec()),
                        _ => {
                            let bad = BadLine::NoToken(self.column.clone());
                            return Ok(Some(Line::Bad(self.count, bad)));
                        }
                    }
                }
            };
            let token = match &self.reader {
                Reader::Ndjson(_) => from_json(&text, &self.column),
                Reader::Csv { .. } => from_text(&text),
                Reader::Lines(_) => {
                    let is_csv = *(self.has_csv_header).get_or_insert_with(|| is_csv_header(&text));
                    match text.first() {
                        Some(b'{' | b'[' | b'"') => Err(BadLine::LooksLikeJson),
                        _ if is_csv && text.contains(&b',') => Err(BadLine::LooksLikeCsv),
                        _ => from_text(&text),
                    }
                }
            };
            return Ok(Some(match token {
                Ok(token) => Line::Token(self.count, token),
                Err(bad) => Line::Bad(self.count, bad),
            }));
        }
    }
}

type Bytes = Zeroizing<Vec<u8>>;

/// Reads the next line without its line break. Skips the rest of a line that is too long. `None` at the end.
fn read_line(
    reader: &mut impl BufRead,
    is_first: bool,
) -> io::Result<Option<Result<Bytes, BadLine>>> {
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
        return Ok(Some(Err(BadLine::TooLong)));
    }
    if is_first && text.starts_with(b"\xEF\xBB\xBF") {
        text.drain(..3);
    }
    Ok(Some(Ok(text)))
}

fn from_text(text: &[u8]) -> Result<Token, BadLine> {
    match std::str::from_utf8(text) {
        Ok(text) => Token::new(text).map_err(BadLine::Token),
        Err(_) => Err(BadLine::NotUtf8),
    }
}

/// A comma alone is not enough, because a token may contain one.
fn is_csv_header(text: &[u8]) -> bool {
    text.contains(&b',') && text.to_ascii_lowercase().windows(5).any(|w| w == b"token")
}

/// Drops the error of serde, which may quote the input.
fn from_json(text: &[u8], column: &str) -> Result<Token, BadLine> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let found = json.deserialize_map(Member(column));
    let (Ok(mut values), Ok(())) = (found, json.end()) else {
        return Err(BadLine::NotJson);
    };
    match &mut *values.0 {
        [Value::String(token)] => Token::new(std::mem::take(token)).map_err(BadLine::Token),
        [] | [_] => Err(BadLine::NoToken(column.to_owned())),
        _ => Err(BadLine::DuplicateMember(column.to_owned())),
    }
}

/// Deserializes all values of one member of an object, without copying the other members.
struct Member<'a>(&'a str);

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values, A::Error> {
        let mut values = Values(Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if name == self.0 {
                values.0.push(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(values)
    }
}

/// Zeroes strings on drop.
struct Values(Vec<Value>);

impl Drop for Values {
    fn drop(&mut self) {
        for value in &mut self.0 {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

fn header<R: Read>(reader: &mut csv::Reader<BoundedReader<R>>, column: &str) -> io::Result<usize> {
    let names = reader.byte_headers().map_err(csv_error)?;
    let mut found = names
        .iter()
        .enumerate()
        .filter(|(_, name)| *name == column.as_bytes());
    // The error does not show the names: in a file without a header they are tokens.
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (None, _) => Err(io::Error::other(format!(
            "the first line has no column `{column}`"
        ))),
        (Some(_), Some(_)) => Err(io::Error::other(format!(
            "the first line has more than one column `{column}`"
        ))),
    }
}

fn csv_record<R: Read>(
    reader: &mut csv::Reader<BoundedReader<R>>,
    record: &mut csv::ByteRecord,
) -> io::Result<bool> {
    reader.get_mut().left = RECORD_BYTES;
    reader.read_byte_record(record).map_err(csv_error)
}

/// Converts an error without the fields of the record.
fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("not CSV"),
    }
}

/// Limits the length of a CSV record, and counts lines.
struct BoundedReader<R> {
    source: R,
    left: u64,
    starts: LineStarts,
}

impl<R> BoundedReader<R> {
    fn new(source: R) -> Self {
        Self {
            source,
            left: RECORD_BYTES,
            starts: LineStarts::default(),
        }
    }
}

/// Where lines start. The line numbers of the CSV reader are wrong after blank lines, and do not count lines
/// that end in CR.
#[derive(Default)]
struct LineStarts {
    /// Bytes read.
    bytes: u64,
    /// Lines started.
    lines: u64,
    /// The last byte. `None` at the start.
    last: Option<u8>,
    /// The offsets and numbers of lines that are not blank, as far as still needed.
    non_blank: VecDeque<(u64, u64)>,
}

impl LineStarts {
    fn add(&mut self, text: &[u8]) {
        for &byte in text {
            let is_break = matches!(byte, b'\r' | b'\n');
            let is_start = matches!(self.last, None | Some(b'\r' | b'\n'));
            if is_start && (self.last, byte) != (Some(b'\r'), b'\n') {
                self.lines += 1;
                if !is_break {
                    self.non_blank.push_back((self.bytes, self.lines));
                }
            }
            self.last = Some(byte);
            self.bytes += 1;
        }
    }

    /// The first line that is not blank and starts at or after this byte. Forgets earlier lines.
    fn line_at(&mut self, byte: u64) -> u64 {
        while self
            .non_blank
            .front()
            .is_some_and(|&(start, _)| start < byte)
        {
            self.non_blank.pop_front();
        }
        self.non_blank.front().map_or(self.lines, |&(_, line)| line)
    }
}

impl<R: Read> Read for BoundedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(format!(
                "a CSV record has more than {RECORD_BYTES} bytes: is a quotation mark unclosed?"
            )));
        }
        let count = self.source.read(buffer)?;
        self.left = self.left.saturating_sub(count as u64);
        self.starts.add(&buffer[..count]);
        Ok(count)
    }
}
