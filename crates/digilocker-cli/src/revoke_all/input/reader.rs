//! Lines, CSV and NDJSON: tokens with the numbers of their lines.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use digilocker::Token;
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::format::Format;

/// Maximum length of a line.
const LINE_BYTES: usize = 64 * 1024;
/// Maximum length of a CSV record: an unclosed quotation mark would take the rest of the file.
const RECORD_BYTES: u64 = 1024 * 1024;
const BUFFER: usize = 64 * 1024;

/// A line of the input. Lines are counted from 1. The line of a CSV record is its first one.
#[derive(Debug)]
pub(crate) enum Line {
    Token(u64, Token),
    Bad(u64, BadLine),
}

/// Why a line is skipped. Never holds text of the line.
#[derive(Debug)]
pub(crate) enum BadLine {
    Token(digilocker::InvalidToken),
    TooLong,
    NotUtf8,
    NotJson,
    NoToken(String),
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(reason) => write!(f, "{reason}"),
            Self::TooLong => write!(f, "it has more than {LINE_BYTES} bytes"),
            Self::NotUtf8 => f.write_str("it is not UTF-8"),
            Self::NotJson => f.write_str("it is not a JSON object"),
            Self::NoToken(name) => write!(f, "it has no text in `{name}`"),
        }
    }
}

/// Reads an input line by line.
pub(crate) struct Lines<R: Read> {
    reader: Reader<R>,
    column: String,
    /// Lines read.
    count: u64,
}

enum Reader<R: Read> {
    Lines(BufReader<R>),
    Ndjson(BufReader<R>),
    Csv {
        reader: Box<csv::Reader<Bounded<R>>>,
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
                            .from_reader(Bounded {
                                source,
                                left: RECORD_BYTES,
                            }),
                    ),
                    record: csv::ByteRecord::new(),
                    column: None,
                },
            },
            column,
            count: 0,
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
                    let Some(text) = line(reader, self.count == 0)? else {
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
                        self.count = reader.position().line().saturating_sub(1);
                        return Ok(None);
                    }
                    self.count = record.position().map_or(0, csv::Position::line);
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
                Reader::Lines(_) | Reader::Csv { .. } => match std::str::from_utf8(&text) {
                    Ok(text) => Token::new(text).map_err(BadLine::Token),
                    Err(_) => Err(BadLine::NotUtf8),
                },
            };
            return Ok(Some(match token {
                Ok(token) => Line::Token(self.count, token),
                Err(bad) => Line::Bad(self.count, bad),
            }));
        }
    }
}

type Bytes = Zeroizing<Vec<u8>>;

/// The next line without its line break; the rest of one that is too long is skipped. `None` at the end.
fn line(reader: &mut impl BufRead, is_first: bool) -> io::Result<Option<Result<Bytes, BadLine>>> {
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

/// Serde's error is dropped: it may quote the input.
fn from_json(text: &[u8], column: &str) -> Result<Token, BadLine> {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(text) else {
        return Err(BadLine::NotJson);
    };
    let token = match object.get_mut(column) {
        Some(Value::String(token)) => Token::new(std::mem::take(token)).map_err(BadLine::Token),
        _ => Err(BadLine::NoToken(column.to_owned())),
    };
    // Another member may hold another token.
    for (_, value) in object {
        if let Value::String(mut text) = value {
            text.zeroize();
        }
    }
    token
}

fn header<R: Read>(reader: &mut csv::Reader<Bounded<R>>, column: &str) -> io::Result<usize> {
    let names = reader.byte_headers().map_err(csv_error)?;
    let mut found = names
        .iter()
        .enumerate()
        .filter(|(_, name)| *name == column.as_bytes());
    // The names are not shown: in a file without a header they are tokens.
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (None, _) => Err(io::Error::other(format!(
            "no column is named `{column}` in the first line"
        ))),
        (Some(_), Some(_)) => Err(io::Error::other(format!(
            "more than one column is named `{column}`"
        ))),
    }
}

fn csv_record<R: Read>(
    reader: &mut csv::Reader<Bounded<R>>,
    record: &mut csv::ByteRecord,
) -> io::Result<bool> {
    reader.get_mut().left = RECORD_BYTES;
    reader.read_byte_record(record).map_err(csv_error)
}

/// Without the fields of the record.
fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("it is not CSV"),
    }
}

/// Fails a record that is too long.
struct Bounded<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(format!(
                "a CSV record has more than {RECORD_BYTES} bytes: a quotation mark may not be closed"
            )));
        }
        let count = self.source.read(buffer)?;
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}
