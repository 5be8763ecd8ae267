//! Rows of a CSV file, with line numbers.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use super::format::Format;
use crate::field::is_column_name;

/// Maximum length of a record: an unclosed quotation mark would swallow the rest of the file.
const RECORD_BYTES: u64 = 1024 * 1024;
const BUFFER: usize = 64 * 1024;
/// Stands for a name that a message does not show.
const HIDDEN: &str = "…";
/// In order of preference.
const DELIMITERS: [u8; 4] = *b",;\t|";

pub(super) struct Table<R: Read> {
    reader: csv::Reader<Chain<Cursor<Vec<u8>>, LineReader<R>>>,
    record: csv::ByteRecord,
    /// The number of fields of the header line.
    width: usize,
    /// The indices of the columns with tokens.
    columns: Vec<usize>,
}

impl<R: Read> Table<R> {
    /// Reads the header line.
    pub(super) fn open(source: R, format: &Format) -> io::Result<Self> {
        let mut source = LineReader {
            source: BufReader::with_capacity(BUFFER, source),
            left: RECORD_BYTES,
            is_quoted: false,
            lines: 0,
            first: None,
            last: b'\n',
        };
        let mut first = source.first_line()?;
        let mut delimiter = format.delimiter;
        // Written by spreadsheets.
        if let [sep @ .., separator, b'\r' | b'\n'] = first.trim_ascii_start()
            && sep.eq_ignore_ascii_case(b"sep=")
        {
            delimiter.get_or_insert(*separator);
            first = source.first_line()?;
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or_else(|| find(&first)))
            .flexible(true)
            .from_reader(Cursor::new(first).chain(source));
        let names = reader.byte_headers()?;
        let (width, columns) = (names.len(), locate(names, &format.columns)?);
        Ok(Self {
            reader,
            record: csv::ByteRecord::new(),
            width,
            columns,
        })
    }

    /// The number of the next record's first line. `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<i64>> {
        let (_, source) = self.reader.get_mut().get_mut();
        source.left = RECORD_BYTES;
        source.is_quoted = false;
        source.first = None;
        let is_read = self.reader.read_byte_record(&mut self.record)?;
        Ok(is_read.then(|| self.first_line()))
    }

    /// The fields with tokens. The error is why the record is bad.
    pub(super) fn fields(&self) -> Result<impl Iterator<Item = &[u8]>, String> {
        let source = self.source();
        let has_lines = source.lines > self.first_line();
        let reason = if self.record.len() != self.width {
            "the number of fields differs from the first line"
        } else if has_lines && source.is_quoted {
            // The lines after it may be records.
            "a quotation mark is unclosed"
        } else {
            return Ok(self.columns.iter().filter_map(|&at| self.record.get(at)));
        };
        let end = format!("; the record ends in line {}", source.lines);
        Err(format!("{reason}{}", if has_lines { &end } else { "" }))
    }

    /// The first line of the record.
    fn first_line(&self) -> i64 {
        self.source().first.unwrap_or(self.source().lines)
    }

    /// Lines read so far.
    pub(super) fn lines(&self) -> i64 {
        self.source().lines
    }

    fn source(&self) -> &LineReader<R> {
        self.reader.get_ref().get_ref().1
    }
}

/// The delimiter that occurs most often outside of quotation marks.
fn find(header: &[u8]) -> u8 {
    let mut counts = [0; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in header {
        is_quoted ^= *byte == b'"';
        if let Some(at) = DELIMITERS
            .iter()
            .position(|known| known == byte && !is_quoted)
        {
            counts[at] += 1;
        }
    }
    let most = (0..counts.len()).rev().max_by_key(|&at| counts[at]);
    DELIMITERS[most.unwrap_or(0)]
}

/// Finds columns by their names, without regard to case unless names differ only in it.
fn locate(names: &csv::ByteRecord, columns: &[String]) -> io::Result<Vec<usize>> {
    let find = |column: &String| {
        let is_same = |name: &[u8]| name == column.as_bytes();
        let is_similar = |name: &[u8]| {
            name.trim_ascii()
                .eq_ignore_ascii_case(column.trim().as_bytes())
        };
        let has_same = names.iter().any(is_same);
        let is = |name: &[u8]| is_same(name) || (!has_same && is_similar(name));
        let mut found = (0..names.len()).filter(|&at| is(&names[at]));
        match (found.next(), found.next()) {
            (Some(at), None) => Ok(at),
            (None, _) => Err(io::Error::other(format!(
                "the first line has no column `{column}`; its columns are `{}` (`{HIDDEN}` may be a token): \
                 choose one with `--column`",
                found_columns(names)
            ))),
            (Some(_), Some(_)) => Err(io::Error::other(format!(
                "the first line has more than one column `{column}`"
            ))),
        }
    };
    columns.iter().map(find).collect()
}

fn found_columns(names: &csv::ByteRecord) -> String {
    let shown = names.iter().map(|name| match std::str::from_utf8(name) {
        Ok(name) if is_column_name(name) => name,
        _ => HIDDEN,
    });
    shown.collect::<Vec<_>>().join("`, `")
}

/// Reads at most one line at a time, so that the CSV reader is never ahead of its record: its own line
/// numbers are wrong after blank lines, and do not count lines that end in CR. Limits the length of a record.
struct LineReader<R> {
    source: BufReader<R>,
    /// Bytes that the record may still have.
    left: u64,
    /// Whether a quotation mark of the record is unclosed, or part of a field.
    is_quoted: bool,
    /// Lines started.
    lines: i64,
    /// The first line of the record. `None` before it: blank lines are skipped.
    first: Option<i64>,
    /// The last byte.
    last: u8,
}

impl<R: Read> LineReader<R> {
    /// The first line that is not blank, with the lines before it.
    fn first_line(&mut self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = self.read(&mut buffer)?;
            text.extend_from_slice(&buffer[..count]);
            let is_blank = text.trim_ascii().is_empty();
            if count == 0 || (!is_blank && is_break(self.last)) {
                return Ok(text);
            }
        }
    }
}

impl<R: Read> Read for LineReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(format!(
                "a CSV record has more than {RECORD_BYTES} bytes: is a quotation mark unclosed?"
            )));
        }
        let text = self.source.fill_buf()?;
        let end = text.iter().position(|byte| is_break(*byte));
        let end = end.map_or(text.len(), |at| at + 1).min(buffer.len());
        let text = &text[..end];
        if let (Some(&first), Some(&last)) = (text.first(), text.last()) {
            if is_break(self.last) && (self.last, first) != (b'\r', b'\n') {
                self.lines += 1;
            }
            if !is_break(first) {
                self.first.get_or_insert(self.lines);
            }
            self.last = last;
        }
        for byte in text {
            self.is_quoted ^= *byte == b'"';
        }
        buffer[..end].copy_from_slice(text);
        self.source.consume(end);
        self.left = self.left.saturating_sub(end as u64);
        Ok(end)
    }
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
