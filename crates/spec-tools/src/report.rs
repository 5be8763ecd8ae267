//! The result of a command.

use std::io::{self, Write};
use std::process::{ExitCode, Termination};

/// The status of a command, which determines the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Success: exit code 0.
    Ok,
    /// Drift, errors in a spec, or a failure: exit code 1.
    Failed,
    /// Wrong usage that the argument parser cannot detect: exit code 2, like its own errors.
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

/// Whether output has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    Plain,
    /// Text with ANSI escape sequences.
    Colour,
}

impl Style {
    /// `text` in the given ANSI colour if the style is `Colour`.
    #[must_use]
    pub fn paint(self, ansi: u8, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{ansi}m{text}\u{1b}[0m"),
        }
    }

    /// `Colour` for a terminal, unless `NO_COLOR` is set (<https://no-color.org>).
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

/// ANSI numbers of the colours used.
pub mod colour {
    /// Removed.
    pub const RED: u8 = 31;
    /// Added, or good.
    pub const GREEN: u8 = 32;
    /// Locations.
    pub const CYAN: u8 = 36;
    /// Emphasis.
    pub const BOLD: u8 = 1;
}

/// The result of a command: its status and output. `main` prints it, tests inspect it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The status.
    pub status: Status,
    /// For standard output: results.
    pub output: String,
    /// For standard error: findings and failures.
    pub errors: String,
}

/// Lets `main` return a report: prints it, and exits with the code of its status.
impl Termination for Report {
    fn report(self) -> ExitCode {
        self.show();
        ExitCode::from(self.status.code())
    }
}

impl Report {
    /// Prints the report to standard output and standard error. A closed pipe (`| head`) is ignored.
    pub fn show(&self) {
        let _ = io::stdout()
            .write_all(self.output.as_bytes())
            .and_then(|()| io::stdout().flush());
        let _ = io::stderr().write_all(self.errors.as_bytes());
    }

    /// A success with `output`.
    #[must_use]
    pub fn ok(output: String) -> Self {
        Self {
            status: Status::Ok,
            output,
            errors: String::new(),
        }
    }

    /// A failure with `errors`.
    #[must_use]
    pub fn failed(errors: String) -> Self {
        Self {
            status: Status::Failed,
            output: String::new(),
            errors,
        }
    }

    /// Wrong usage, with `errors`.
    #[must_use]
    pub fn usage(errors: String) -> Self {
        Self {
            status: Status::Usage,
            ..Self::failed(errors)
        }
    }
}
