//! A progress line on the terminal, shown only if the work takes longer than a second.
//!
//! Hand-written because indicatif 0.18 draws at its first tick and at each `set_message`, so nearly every run would
//! flash a line. Delaying it needs a thread, which is all that this module has.

use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Delay before the line is shown.
const DELAY: Duration = Duration::from_secs(1);

/// Refresh interval.
const TICK: Duration = Duration::from_millis(100);

/// Returns to the start of the line, and clears it.
const CLEAR: &str = "\r\u{1b}[K";

/// The current step. There is one line per process.
static STEP: Mutex<String> = Mutex::new(String::new());

/// Sets the current step.
pub fn step(what: String) {
    *STEP.lock().unwrap_or_else(PoisonError::into_inner) = what;
}

/// Runs `work`, and shows the current step on `terminal` meanwhile. The line is cleared at the end.
pub fn show<T>(terminal: Option<impl Write + Send>, work: impl FnOnce() -> T) -> T {
    let Some(mut terminal) = terminal else {
        return work();
    };
    std::thread::scope(|scope| {
        let (done, is_done) = channel::<()>();
        let line = scope.spawn(move || {
            let start = Instant::now();
            let mut line = Line::default();
            let mut write = |text: &str| {
                // Errors are ignored: the line is optional.
                let _ = terminal
                    .write_all(text.as_bytes())
                    .and_then(|()| terminal.flush());
            };
            while is_done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                let step = STEP.lock().unwrap_or_else(PoisonError::into_inner).clone();
                write(&line.update(start.elapsed(), &step));
            }
            write(line.end());
        });
        let result = work();
        drop(done);
        // Wait until the line is cleared, before the caller writes to the terminal.
        let _ = line.join();
        result
    })
}

/// The line on the terminal.
#[derive(Default)]
struct Line {
    shown: String,
}

impl Line {
    /// The text to write so that the line shows `step`, `elapsed` after the start.
    fn update(&mut self, elapsed: Duration, step: &str) -> String {
        if elapsed < DELAY || step == self.shown {
            return String::new();
        }
        step.clone_into(&mut self.shown);
        format!("{CLEAR}{step}\u{2026}")
    }

    /// The text to write to clear the line.
    fn end(&self) -> &'static str {
        if self.shown.is_empty() { "" } else { CLEAR }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_appears_after_a_second_and_is_cleared() {
        let mut line = Line::default();
        let ms = Duration::from_millis;
        assert_eq!(line.update(ms(999), "linting"), "");
        assert_eq!(line.end(), "");
        assert_eq!(line.update(ms(1000), ""), "");
        assert_eq!(line.update(ms(1000), "linting"), "\r\u{1b}[Klinting…");
        assert_eq!(line.update(ms(1100), "linting"), "");
        assert_eq!(line.update(ms(1200), "generating"), "\r\u{1b}[Kgenerating…");
        assert_eq!(line.end(), "\r\u{1b}[K");
    }

    #[test]
    fn quick_work_and_missing_terminals_print_nothing() {
        let mut terminal = Vec::new();
        assert_eq!(show(Some(&mut terminal), || 3), 3);
        assert_eq!(String::from_utf8_lossy(&terminal), "");
        assert_eq!(show(None::<Vec<u8>>, || 4), 4);
    }
}
