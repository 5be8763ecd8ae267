//! Rows of a CSV file, with line numbers.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use super::field::is_column_name;
use super::format::Format;

/// Maximum length of a record: an unclosed quotation mark would swallow the rest of the file.
const RECORD_BYTES: u64 = 1024 * 1024;
const BUFFER: usize = 64 * 1024;
/// In order of preference.
const DELIMITERS: [u8; 4] = *b",;\t|";

type Source<R> = BoundedReader<Chain<Cursor<Vec<u8>>, BufReader<R>>>;

pub(super) struct Table<R: Read> {
    reader: csv::Reader<Source<R>>,
    record: csv::ByteRecord,
    /// The number of fields of the header line.
    width: usize,
    /// The indices of the columns with tokens.
    columns: Vec<usize>,
}

impl<R: Read> Table<R> {
    /// Reads the header line.
    pub(super) fn open(source: R, format: &Format) -> io::Result<Self> {
        let mut source = BufReader::with_capacity(BUFFER, source);
        let mut starts = LineStarts::default();
        let mut first = first_line(&mut source)?;
        let mut delimiter = format.delimiter;
        // Written by spreadsheets.
        if let [sep @ .., separator, b'\r' | b'\n'] = first.trim_ascii_start()
            && sep.eq_ignore_ascii_case(b"sep=")
        {
            delimiter.get_or_insert(*separator);
            starts.skip(&first);
            first = first_line(&mut source)?;
        }
        let delimiter = delimiter.unwrap_or_else(|| find(&first));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(BoundedReader {
                source: Cursor::new(first).chain(source),
                left: RECORD_BYTES,
                starts,
            });
        let names = reader.byte_headers().map_err(csv_error)?;
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
        self.reader.get_mut().left = RECORD_BYTES;
        let is_read = self.reader.read_byte_record(&mut self.record);
        if !is_read.map_err(csv_error)? {
            return Ok(None);
        }
        let byte = self.record.position().map_or(0, csv::Position::byte);
        Ok(Some(self.reader.get_mut().starts.line_at(byte)))
    }

    /// The fields with tokens. `None` if the record is not as long as the header line.
    pub(super) fn fields(&self) -> Option<impl Iterator<Item = &[u8]>> {
        (self.record.len() == self.width)
            .then(|| self.columns.iter().filter_map(|&at| self.record.get(at)))
    }

    /// Lines read so far.
    pub(super) fn lines(&self) -> i64 {
        self.reader.get_ref().starts.lines
    }
}

/// Reads a line with its line break. Of CR LF, only CR: the rest is a blank line, which is skipped.
fn first_line(source: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    for byte in source.by_ref().take(RECORD_BYTES).bytes() {
        line.push(byte?);
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(b'\r' | b'\n') = line.last() {
            break;
        }
    }
    Ok(line)
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
        let positions = |is: &dyn Fn(&[u8]) -> bool| -> Vec<usize> {
            let found = names.iter().enumerate().filter(|(_, name)| is(name));
            found.map(|(at, _)| at).collect()
        };
        let mut found = positions(&|name| name == column.as_bytes());
        if found.is_empty() {
            let column = column.trim().as_bytes();
            found = positions(&|name| name.trim_ascii().eq_ignore_ascii_case(column));
        }
        match found[..] {
            [at] => Ok(at),
            [] => Err(io::Error::other(format!(
                "the first line has no column `{column}`; {}: choose one with `--column`",
                found_columns(names)
            ))),
            _ => Err(io::Error::other(format!(
                "the first line has more than one column `{column}`"
            ))),
        }
    };
    columns.iter().map(find).collect()
}

fn found_columns(names: &csv::ByteRecord) -> String {
    let (mut shown, mut hidden) = (Vec::new(), 0);
    for name in names {
        match std::str::from_utf8(name) {
            Ok(name) if is_column_name(name) => shown.push(format!("`{name}`")),
            _ => hidden += 1,
        }
    }
    match (shown.is_empty(), hidden) {
        (false, 0) => format!("its columns are {}", shown.join(", ")),
        (false, _) => format!(
            "its columns are {}, and {hidden} not shown here, which may be tokens",
            shown.join(", ")
        ),
        (true, _) => format!("it has {hidden} columns, not shown here, which may be tokens"),
    }
}

/// Converts an error without the fields of the record.
fn csv_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("not CSV"),
    }
}

/// Limits the length of a record, and counts lines.
struct BoundedReader<R> {
    source: R,
    left: u64,
    starts: LineStarts,
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

/// Where lines start. The line numbers of the CSV reader are wrong after blank lines, and do not count lines
/// that end in CR.
#[derive(Default)]
struct LineStarts {
    /// Bytes read.
    bytes: u64,
    /// Lines started.
    lines: i64,
    /// The last byte. `None` at the start.
    last: Option<u8>,
    /// The offsets and numbers of lines that are not blank, as far as still needed.
    non_blank: VecDeque<(u64, i64)>,
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

    /// Counts lines that the CSV reader does not get.
    fn skip(&mut self, text: &[u8]) {
        self.add(text);
        self.bytes = 0;
        self.non_blank.clear();
    }

    /// The first line that is not blank and starts at or after this byte. Forgets earlier lines.
    fn line_at(&mut self, byte: u64) -> i64 {
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
