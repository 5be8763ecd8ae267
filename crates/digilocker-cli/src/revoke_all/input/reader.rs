//! Reads tokens and their line numbers from plain lines, CSV and NDJSON.

use std::borrow::Cow;
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
use super::format::{Format, Kind};
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

/// UTF-8, or UTF-16 with a byte order mark.
type Decoded<R> = DecodeReaderBytes<R, Vec<u8>>;

/// Reads an input line by line.
pub(super) struct Lines<R: Read> {
    reader: Reader<R>,
    format: Format,
    /// Lines read.
    count: i64,
    /// Whether the first of plain lines looks like a CSV header. `None` before it.
    has_csv_header: Option<bool>,
    /// The tokens of the last record, if it has several.
    ready: VecDeque<Line>,
}

enum Reader<R: Read> {
    Lines(BufReader<Decoded<R>>),
    Csv(Box<Table<Decoded<R>>>),
}

type Tokens = Vec<Result<Token, BadLine>>;

impl<R: Read> Lines<R> {
    /// Fails if the input has no usable header line.
    pub(super) fn open(source: R, format: Format) -> io::Result<Self> {
        let decoded = DecodeReaderBytesBuilder::new()
            .utf8_passthru(true)
            .strip_bom(true)
            .build(source);
        Ok(Self {
            reader: match format.kind {
                Kind::Csv => Reader::Csv(Box::new(Table::open(decoded, &format)?)),
                Kind::Lines | Kind::Ndjson => {
                    Reader::Lines(BufReader::with_capacity(BUFFER, decoded))
                }
            },
            format,
            count: 0,
            has_csv_header: None,
            ready: VecDeque::new(),
        })
    }

    pub(super) fn count(&self) -> i64 {
        self.count
    }

    /// The next token or bad line.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        while self.ready.is_empty() {
            let tokens = match &mut self.reader {
                Reader::Csv(_) => self.record()?,
                Reader::Lines(_) => self.line()?,
            };
            let Some(tokens) = tokens else {
                return Ok(None);
            };
            let line = self.count;
            self.ready
                .extend(tokens.into_iter().map(|token| match token {
                    Ok(token) => Line::Token(line, token),
                    Err(bad) => Line::Bad(line, bad),
                }));
        }
        Ok(self.ready.pop_front())
    }

    /// Reads a CSV record. `None` at the end.
    fn record(&mut self) -> io::Result<Option<Tokens>> {
        let Reader::Csv(table) = &mut self.reader else {
            return Ok(None);
        };
        let line = table.next()?;
        self.count = line.unwrap_or_else(|| table.lines());
        if line.is_none() {
            return Ok(None);
        }
        let tokens = table.fields().map(|fields| {
            let fields = fields.filter(|field| !field.is_empty());
            fields.map(field::token).collect()
        });
        Ok(Some(match tokens {
            None => bad("the number of fields differs from the first line"),
            Some(tokens) => self.or_no_token(tokens),
        }))
    }

    /// Reads a plain line or a JSON object. `None` at the end.
    fn line(&mut self) -> io::Result<Option<Tokens>> {
        let Reader::Lines(reader) = &mut self.reader else {
            return Ok(None);
        };
        let Some(text) = read_line(reader)? else {
            return Ok(None);
        };
        self.count += 1;
        Ok(Some(match text {
            Err(reason) => vec![Err(reason)],
            Ok(text) if text.trim_ascii().is_empty() => Vec::new(),
            Ok(text) if self.format.kind == Kind::Ndjson => self.parse_json(&text),
            Ok(text) => self.parse_line(&text),
        }))
    }

    fn parse_line(&mut self, text: &[u8]) -> Tokens {
        // A token may contain a delimiter, too.
        let has_delimiter = text.iter().any(|byte| b",;\t".contains(byte));
        let is_csv = *self.has_csv_header.get_or_insert_with(|| {
            has_delimiter
                && text
                    .to_ascii_lowercase()
                    .windows(5)
                    .any(|word| word == b"token")
        });
        match text.first() {
            Some(b'{' | b'[' | b'"') => bad("looks like JSON: use `--format ndjson`"),
            _ if is_csv && has_delimiter => bad("looks like CSV: use `--column`"),
            _ if field::is_header(text) => {
                bad("looks like a header line, not a token: use `--column`")
            }
            _ => vec![field::token(text)],
        }
    }

    /// Drops the error of serde, which may quote the input.
    fn parse_json(&self, text: &[u8]) -> Tokens {
        let columns = &self.format.columns;
        let mut json = serde_json::Deserializer::from_slice(text);
        let found = json.deserialize_map(Members(columns));
        let (Ok(values), Ok(())) = (found, json.end()) else {
            return bad("not a JSON object");
        };
        let tokens = columns.iter().filter_map(|name| {
            let mut of_name = values.0.iter().filter(|(found, _)| found == name);
            match (of_name.next(), of_name.next()) {
                (Some((_, Value::String(token))), None) => Some(field::token(token.as_bytes())),
                (_, None) => None,
                _ => Some(Err(BadLine::new(format!("duplicate member `{name}`")))),
            }
        });
        self.or_no_token(tokens.collect())
    }

    fn or_no_token(&self, tokens: Tokens) -> Tokens {
        if tokens.is_empty() {
            return bad(format!(
                "no token in `{}`",
                self.format.columns.join("`, `")
            ));
        }
        tokens
    }
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
