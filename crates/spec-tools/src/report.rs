//! What a command has to say when it is done.

use std::io::{self, Write};
use std::process::{ExitCode, Termination};

/// How a command ended; also the exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should be: exit code 0.
    Ok,
    /// Drift, findings, or a failure: exit code 1.
    Failed,
    /// Wrong usage that the parser of arguments cannot see: exit code 2, as its own.
    Usage,
}

impl Status {
    /// The process's exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Usage => 2,
        }
    }
}

/// Whether text is for a terminal that shows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// ANSI escape sequences.
    Colour,
}

impl Style {
    /// `text` in the given ANSI colour, if there are colours.
    #[must_use]
    pub fn paint(self, ansi: u8, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{ansi}m{text}\u{1b}[0m"),
        }
    }

    /// Colour for a terminal, unless `NO_COLOR` is set (<https://no-color.org>).
    #[must_use]
    pub fn of(stream: &impl std::io::IsTerminal) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if stream.is_terminal() && !refused {
            Self::Colour
        } else {
            Self::Plain
        }
    }
}

/// The colours used, by their ANSI numbers.
pub mod colour {
    /// Removed.
    pub const RED: u8 = 31;
    /// Added, or well.
    pub const GREEN: u8 = 32;
    /// Where in a file.
    pub const CYAN: u8 = 36;
    /// Worth the eye.
    pub const BOLD: u8 = 1;
}

/// A command's end: its status and its words. `main` prints them, tests read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub status: Status,
    /// For standard output: results.
    pub output: String,
    /// For standard error: findings and failures.
    pub errors: String,
}

/// A `main` may end with a report: it is shown, and its status is the exit code.
impl Termination for Report {
    fn report(self) -> ExitCode {
        self.show();
        ExitCode::from(self.status.code())
    }
}

impl Report {
    /// Writes it to standard output and standard error. A reader that went away (`| head`) is no failure.
    pub fn show(&self) {
        let _ = io::stdout()
            .write_all(self.output.as_bytes())
            .and_then(|()| io::stdout().flush());
        let _ = io::stderr().write_all(self.errors.as_bytes());
    }

    /// A success with `output` to show.
    #[must_use]
    pub fn ok(output: String) -> Self {
        Self {
            status: Status::Ok,
            output,
            errors: String::new(),
        }
    }

    /// A failure with `errors` to show.
    #[must_use]
    pub fn failed(errors: String) -> Self {
        Self {
            status: Status::Failed,
            output: String::new(),
            errors,
        }
    }

    /// Wrong usage, with `errors` to show.
    #[must_use]
    pub fn usage(errors: String) -> Self {
        Self {
            status: Status::Usage,
            ..Self::failed(errors)
        }
    }
}
