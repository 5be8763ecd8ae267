//! Exit codes, and what a command says when it cannot go on.

use std::process::ExitCode;

/// The codes are a contract with scripts; this text is their documentation.
pub(crate) const HELP: &str = "\
Exit codes:
    0  every token is revoked
    1  input or output failed, or a line of the input was skipped
    2  wrong usage or configuration
    3  a token is still alive, or was not tried
    4  a token may still be alive: no response says what became of it
    5  a token was not recognised by the server: expired, revoked before, or never issued there
  130  interrupted (a sandbox ends with 0)
Of many tokens, the first of 3, 4, skipped lines, 5 that occurs decides. A failure of input or
output, and then an interruption, comes before all of them.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    Io,
    Usage,
    Alive,
    Unknown,
    NotRecognised,
    Interrupted,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Io => 1,
            Self::Usage => 2,
            Self::Alive => 3,
            Self::Unknown => 4,
            Self::NotRecognised => 5,
            Self::Interrupted => 130,
        }
    }
}

/// Of many tokens, the first of these that occurs decides: alive or not tried, unknown, a line that was
/// skipped and may be a token, not recognised.
pub(crate) fn of_many(occurs: [bool; 4]) -> Exit {
    let order = [Exit::Alive, Exit::Unknown, Exit::Io, Exit::NotRecognised];
    let first = order.into_iter().zip(occurs).find(|(_, occurs)| *occurs);
    first.map_or(Exit::Success, |(exit, _)| exit)
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Why a command ended early, and what to do next. Neither text holds a secret.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            help: None,
        }
    }

    /// Input or output failed.
    pub(crate) fn io(message: impl Into<String>) -> Self {
        Self::new(Exit::Io, message)
    }

    /// The arguments, the environment or the configuration cannot work.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
