//! Progress and warnings of a run, on standard error.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use digilocker::Error;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use super::input::{BadLine, Input};
use super::tally::Counts;
use crate::cause;
use crate::output::escape;

/// Interval of progress lines without a terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Maximum number of bad lines that are reported individually. The summary with `--json` lists all.
const BAD_LINES: i64 = 20;
/// Maximum number of errors that are reported. The summary counts all.
const ERRORS: usize = 20;

#[derive(Debug)]
pub(crate) struct Progress {
    /// `None` if standard error is not a terminal.
    bar: Option<ProgressBar>,
    started: Instant,
    last_line: Cell<Instant>,
    bad_lines: Cell<i64>,
    /// The kinds of errors already shown, with their causes: only the first error of each is.
    shown: RefCell<Vec<(&'static str, Option<String>)>>,
    broken: Cell<bool>,
    is_verbose: bool,
}

impl Progress {
    /// `bytes` is the size of the input, if known. `is_verbose` shows all sources of errors.
    pub(crate) fn new(bytes: Option<u64>, is_verbose: bool) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let target = ProgressDrawTarget::stderr();
            // No colours, so `NO_COLOR` needs no code.
            let (bar, template) = match bytes {
                Some(bytes) => (
                    ProgressBar::with_draw_target(Some(bytes), target),
                    "[{bar:20}] {percent}% {msg}, {eta} left",
                ),
                None => (
                    ProgressBar::with_draw_target(None, target),
                    "{spinner} {msg}",
                ),
            };
            match ProgressStyle::with_template(template) {
                Ok(style) => bar.with_style(style.progress_chars("=> ")),
                Err(_) => bar,
            }
        });
        Self {
            bar,
            started: Instant::now(),
            last_line: Cell::new(Instant::now()),
            bad_lines: Cell::new(0),
            shown: RefCell::default(),
            broken: Cell::new(false),
            is_verbose,
        }
    }

    /// Called every second.
    pub(crate) fn tick(&self, counts: &Counts, input: &Input) {
        if let Some(bar) = &self.bar {
            bar.set_position(input.bytes_read());
            bar.set_message(self.text(counts));
            bar.tick();
        } else if self.is_line_due() {
            let part = input.bytes().map_or_else(String::new, |bytes| {
                let percent = input.bytes_read().saturating_mul(100) / bytes.max(1);
                format!("{}% read; ", percent.min(100))
            });
            self.note(&format!("{part}{}", self.text(counts)));
        }
    }

    fn is_line_due(&self) -> bool {
        let is_due = self.last_line.get().elapsed() >= LINE_EVERY;
        if is_due {
            self.last_line.set(Instant::now());
        }
        is_due
    }

    fn text(&self, counts: &Counts) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a rate, for display")]
        let rate = counts.calls as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        format!(
            "{} revoked, {} not recognised, {} live, {} unknown; {rate:.0}/s",
            counts.revoked, counts.not_recognised, counts.live, counts.unknown,
        )
    }

    pub(crate) fn bad_line(&self, line: i64, reason: &BadLine) {
        let count = self.bad_lines.get() + 1;
        self.bad_lines.set(count);
        if count <= BAD_LINES {
            self.note(&format!("warning: skipped line {line}: {reason}"));
        } else if count == BAD_LINES + 1 {
            self.note("warning: further skipped lines are in the summary only; `--json` has all");
        }
    }

    pub(crate) fn error(&self, line: i64, error: &Error) {
        let reason = (error.kind().as_str(), error.cause());
        let mut shown = self.shown.borrow_mut();
        if shown.len() < ERRORS && !shown.contains(&reason) {
            shown.push(reason);
            self.note(&format!("line {line}: {}", cause::text(error)));
            for line in cause::lines(error, self.is_verbose) {
                self.note(&format!("  {line}"));
            }
        }
    }

    /// Writes one line to standard error.
    pub(crate) fn note(&self, text: &str) {
        let write = || writeln!(io::stderr(), "{}", escape(text));
        let written = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        if written.is_err() {
            self.broken.set(true);
        }
    }

    /// Whether a line could not be written.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.get()
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn progress_line_is_due_every_five_seconds() {
        let progress = Progress::new(None, false);
        let mut lines = 0;
        for _ in 0..61 {
            lines += u32::from(progress.is_line_due());
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(lines, 12);
    }
}
