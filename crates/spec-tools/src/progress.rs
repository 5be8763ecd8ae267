//! One line that says what is being done, when that takes longer than people wait in silence.
//!
//! Hand-written because indicatif 0.18 draws at its first tick and at each `set_message`: nearly every run would
//! flash a line that nobody can read, and a delay takes the thread that is all there is here.

use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Until then there is nothing to say.
const PATIENCE: Duration = Duration::from_secs(1);

/// How soon a new step is seen.
const TICK: Duration = Duration::from_millis(100);

/// Back to the start of the line, and all of it away.
const CLEAR: &str = "\r\u{1b}[K";

/// What is being done. The process has one line to say it on.
static STEP: Mutex<String> = Mutex::new(String::new());

/// Says what is being done from now on.
pub fn step(what: String) {
    *STEP.lock().unwrap_or_else(PoisonError::into_inner) = what;
}

/// Does `work`, and says on `terminal` meanwhile what step it is at. The line is gone when it is done.
pub fn shown<T>(terminal: Option<impl Write + Send>, work: impl FnOnce() -> T) -> T {
    let Some(mut terminal) = terminal else {
        return work();
    };
    std::thread::scope(|scope| {
        let (done, is_done) = channel::<()>();
        let line = scope.spawn(move || {
            let start = Instant::now();
            let mut line = Line::default();
            let mut say = |text: &str| {
                // Who cannot be told does not wait for it.
                let _ = terminal
                    .write_all(text.as_bytes())
                    .and_then(|()| terminal.flush());
            };
            while is_done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                let step = STEP.lock().unwrap_or_else(PoisonError::into_inner).clone();
                say(&line.at(start.elapsed(), &step));
            }
            say(line.end());
        });
        let result = work();
        drop(done);
        // Before anything else is written there.
        let _ = line.join();
        result
    })
}

/// What the terminal shows.
#[derive(Default)]
struct Line {
    shown: String,
}

impl Line {
    /// What to write to have it say `step`, so long after the start.
    fn at(&mut self, elapsed: Duration, step: &str) -> String {
        if elapsed < PATIENCE || step == self.shown {
            return String::new();
        }
        step.clone_into(&mut self.shown);
        format!("{CLEAR}{step}\u{2026}")
    }

    /// What to write to have it say nothing.
    fn end(&self) -> &'static str {
        if self.shown.is_empty() { "" } else { CLEAR }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_appears_after_a_second_changes_with_the_step_and_goes() {
        let mut line = Line::default();
        let ms = Duration::from_millis;
        assert_eq!(line.at(ms(999), "linting"), "");
        assert_eq!(line.end(), "");
        assert_eq!(line.at(ms(1000), ""), "");
        assert_eq!(line.at(ms(1000), "linting"), "\r\u{1b}[Klinting…");
        assert_eq!(line.at(ms(1100), "linting"), "");
        assert_eq!(line.at(ms(1200), "generating"), "\r\u{1b}[Kgenerating…");
        assert_eq!(line.end(), "\r\u{1b}[K");
    }

    #[test]
    fn what_is_quick_is_silent_and_so_is_what_has_no_terminal() {
        let mut terminal = Vec::new();
        assert_eq!(shown(Some(&mut terminal), || 3), 3);
        assert_eq!(String::from_utf8_lossy(&terminal), "");
        assert_eq!(shown(None::<Vec<u8>>, || 4), 4);
    }
}
