//! Reads a journal, which may be truncated or damaged.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::header::{HEADER_BYTES, Header};
use super::record::{RECORD_BYTES, Record};
use crate::exit::Failure;
use crate::output;

/// The header and the condition of a journal.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) header: Header,
    /// The length up to the end of the last intact record.
    intact: u64,
    /// The number of bytes after it: an incomplete write, or data that never reached the disk.
    pub(crate) torn: u64,
    /// The number of damaged records before it. Their tokens are sent again.
    pub(crate) damaged: u64,
}

/// Why a journal cannot be read.
#[derive(Debug)]
pub(crate) enum ScanError {
    Io(io::Error),
    Refused(String),
}

impl From<io::Error> for ScanError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl ScanError {
    pub(crate) fn into_failure(
        self,
        path: &Path,
        refused: impl FnOnce(&Path, &str) -> Failure,
    ) -> Failure {
        match self {
            Self::Io(error) => Failure::io(format!(
                "cannot read the journal `{}`: {error}",
                path.display()
            )),
            Self::Refused(reason) => refused(path, &reason),
        }
    }
}

/// Reads the header, validates it with `check`, and calls `on_record` with each intact record.
pub(crate) fn scan(
    mut file: &File,
    check: impl FnOnce(&Header) -> Result<(), String>,
    mut on_record: impl FnMut(Record),
) -> Result<Scan, ScanError> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut header = [0; HEADER_BYTES];
    match reader.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            let reason = "it is not a journal, or its run ended before the first record";
            return Err(ScanError::Refused(reason.to_owned()));
        }
        result => result?,
    }
    let header = Header::decode(&header).map_err(|reason| ScanError::Refused(reason.to_owned()))?;
    check(&header).map_err(ScanError::Refused)?;

    let mut scan = Scan {
        header,
        intact: HEADER_BYTES as u64,
        torn: 0,
        damaged: 0,
    };
    let mut bytes = [0; RECORD_BYTES];
    loop {
        let filled = fill(&mut reader, &mut bytes)?;
        if filled == RECORD_BYTES
            && let Some(record) = Record::decode(&bytes)
        {
            scan.damaged += scan.torn / RECORD_BYTES as u64;
            scan.intact += scan.torn + RECORD_BYTES as u64;
            scan.torn = 0;
            on_record(record);
        } else {
            scan.torn += filled as u64;
        }
        if filled < RECORD_BYTES {
            return Ok(scan);
        }
    }
}

/// Reads until the buffer is full or the input ends. Returns the number of bytes.
pub(super) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

impl Scan {
    /// Truncates the journal after its last intact record, and warns about lost records.
    pub(crate) fn repair(&self, path: &Path, file: &File) -> io::Result<()> {
        let shown = path.display();
        if self.torn > 0 {
            file.set_len(self.intact)?;
            output::warning(&format!(
                "removed an incomplete write of {} bytes from the end of the journal `{shown}`",
                self.torn
            ));
        }
        if self.damaged > 0 {
            output::warning(&format!(
                "the journal `{shown}` has damaged records: {}; their tokens are sent again",
                self.damaged
            ));
        }
        Ok(())
    }
}
