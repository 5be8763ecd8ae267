//! Progress and warnings of a run, on standard error.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use digilocker::Error;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use super::input::Input;
use super::tally::Counts;
use crate::cause;
use crate::field::BadLine;
use crate::output::escape;

/// Interval of progress lines without a terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Maximum number of errors and reasons for a skipped line that are reported. The summary counts all.
const REASONS: usize = 20;

#[derive(Debug)]
pub(crate) struct Progress {
    /// `None` if standard error is not a terminal.
    bar: Option<ProgressBar>,
    started: Instant,
    last_line: Instant,
    /// Only the first error of a kind and cause is shown, and only the first line that is skipped for a reason.
    shown: Vec<(&'static str, Option<String>)>,
    /// Whether a line could not be written.
    pub(crate) is_broken: bool,
    is_verbose: bool,
}

impl Progress {
    /// `bytes` is the size of the input, if known. `is_verbose` shows all sources of errors.
    pub(crate) fn new(bytes: Option<u64>, is_verbose: bool) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            // No colours, so `NO_COLOR` needs no code.
            let template = match bytes {
                Some(_) => "[{bar:20}] {percent}% {msg}, {eta} left",
                None => "{spinner} {msg}",
            };
            let style = ProgressStyle::with_template(template);
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr())
                .with_style(style.progress_chars("=> "))
        });
        Self {
            bar,
            started: Instant::now(),
            last_line: Instant::now(),
            shown: Vec::new(),
            is_broken: false,
            is_verbose,
        }
    }

    /// Called every second.
    pub(crate) fn tick(&mut self, counts: &Counts, input: &Input) {
        if let Some(bar) = &self.bar {
            bar.set_position(input.bytes_read());
            bar.set_message(self.text(counts));
            bar.tick();
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let part = input.bytes().map_or_else(String::new, |bytes| {
                let percent = input.bytes_read().saturating_mul(100) / bytes.max(1);
                format!("{}% read; ", percent.min(100))
            });
            self.note(&format!("{part}{}", self.text(counts)));
        }
    }

    fn text(&self, counts: &Counts) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a rate, for display")]
        let rate = counts.calls as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        let results = &counts.results;
        format!(
            "{} revoked, {} not recognised, {} live, {} unknown; {rate:.0}/s",
            results.revoked, results.not_recognised, results.live.count, results.unknown.count,
        )
    }

    pub(crate) fn bad_line(&mut self, line: i64, reason: &BadLine) {
        if self.is_new("bad line", Some(reason.to_string())) {
            self.note(&format!("warning: skipped line {line}: {reason}"));
        }
    }

    pub(crate) fn error(&mut self, line: i64, error: &Error) {
        if self.is_new(error.kind().as_str(), error.cause()) {
            self.note(&format!("line {line}: {}", cause::text(error)));
            for line in cause::lines(error, self.is_verbose) {
                self.note(&format!("  {line}"));
            }
        }
    }

    fn is_new(&mut self, kind: &'static str, cause: Option<String>) -> bool {
        let reason = (kind, cause);
        let is_new = self.shown.len() < REASONS && !self.shown.contains(&reason);
        if is_new {
            self.shown.push(reason);
        }
        is_new
    }

    /// Writes one line to standard error.
    pub(crate) fn note(&mut self, text: &str) {
        let write = || writeln!(io::stderr(), "{}", escape(text));
        let written = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        self.is_broken |= written.is_err();
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
