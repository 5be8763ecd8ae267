//! Exit codes, and errors that end a command.

/// The codes are a contract with scripts; this text is their documentation.
pub(crate) const HELP: &str = "\
Exit codes:
    0  every token is revoked; with `--dry-run`, every line was read; `check`: ready
    1  input or output failed, a line of the input was skipped, or the input has no token
    2  invalid usage or configuration
    3  live: a token was not revoked, or not tried; `check`: not ready
    4  unknown: a token may or may not be revoked
    5  not recognised by the server: expired, already revoked, or never issued there
  130  interrupted (`digilocker sandbox` exits with 0)
If several apply, the first of these is used: input or output failed, interrupted, 3, 4, a line
was skipped, 5.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Success = 0,
    Io = 1,
    Usage = 2,
    Live = 3,
    Unknown = 4,
    NotRecognised = 5,
    Interrupted = 130,
}

/// An error that ends a command, and what to do next. Neither text contains a secret.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    /// Lines about the causes.
    pub(crate) causes: Vec<String>,
    pub(crate) help: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            causes: Vec::new(),
            help: None,
        }
    }

    /// Input or output failed.
    pub(crate) fn io(message: impl Into<String>) -> Self {
        Self::new(Exit::Io, message)
    }

    /// Invalid arguments, environment or configuration.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The message and the help in one line.
    pub(crate) fn text(&self) -> String {
        match &self.help {
            Some(help) => format!("{}: {help}", self.message),
            None => self.message.clone(),
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
