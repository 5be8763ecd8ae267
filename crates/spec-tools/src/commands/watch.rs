//! Generates whenever the spec is saved, until Ctrl-C.

use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify_debouncer_mini::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};

use super::generate::{self, Mode};
use crate::project::Project;
use crate::report::{Report, Status, Style};

/// Editors save in several steps, all within this.
const SETTLED: Duration = Duration::from_millis(50);

/// Generates now and at each save of the spec, and tells `sink`.
///
/// # Errors
///
/// A sentence for the user, if the spec's directory cannot be watched, or nobody reads any more.
pub fn run(project: &Project, style: Style, sink: &mut dyn Write) -> Result<(), String> {
    let spec = project.root.join(&project.spec);
    let (_watcher, saves) = listen(&spec)?;
    let mut lost = None;
    let saves = saves
        .into_iter()
        .map_while(|save| save.map_err(|error| lost = Some(error)).ok());
    let told = follow(
        saves,
        || std::fs::read(&spec).ok(),
        || generate::run(project, Mode::Write, style),
        sink,
    );
    told.map_err(|error| format!("cannot write: {error}"))?;
    lost.map_or(Ok(()), Err)
}

type Saves = Receiver<Result<(), String>>;

/// Saves of the file at `path`, settled. Its directory is watched, not the file: many editors save by
/// renaming a new file into its place. Ends when the watcher is dropped.
fn listen(path: &Path) -> Result<(Debouncer<RecommendedWatcher>, Saves), String> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let cannot = |error: &notify::Error| format!("cannot watch `{}`: {error}", dir.display());
    let (tell, saves) = channel();
    let name = path.file_name().map(std::ffi::OsStr::to_owned);
    let lost = dir.to_owned();
    let hear = move |events: DebounceEventResult| {
        // Who does not listen any more has ended.
        let _ = match events {
            Ok(events)
                if events
                    .iter()
                    .any(|event| event.path.file_name() == name.as_deref()) =>
            {
                tell.send(Ok(()))
            }
            Ok(_) => Ok(()),
            Err(error) => tell.send(Err(format!("cannot watch `{}`: {error}", lost.display()))),
        };
    };
    let mut watcher = new_debouncer(SETTLED, hear).map_err(|error| cannot(&error))?;
    watcher
        .watcher()
        .watch(dir, RecursiveMode::NonRecursive)
        .map_err(|error| cannot(&error))?;
    Ok((watcher, saves))
}

/// Runs once, and again at each of `saves` after which `read` gives something else.
fn follow(
    saves: impl Iterator<Item = ()>,
    mut read: impl FnMut() -> Option<Vec<u8>>,
    mut run: impl FnMut() -> Report,
    sink: &mut dyn Write,
) -> std::io::Result<()> {
    let mut last = None;
    for () in std::iter::once(()).chain(saves) {
        let spec = read();
        // A save without a change is no news; `last` is none before the first run.
        if last.as_ref() == Some(&spec) {
            continue;
        }
        last = Some(spec);
        sink.write_all(told(&run()).as_bytes())?;
        sink.flush()?;
    }
    Ok(())
}

/// A report as news: what is as it was goes without saying.
fn told(report: &Report) -> String {
    if report.status == Status::Failed {
        return report.errors.clone();
    }
    let is_news = |line: &&str| !line.ends_with(": unchanged");
    let news: Vec<_> = report.output.lines().filter(is_news).collect();
    let sum = match news.as_slice() {
        [] => "ok, unchanged".to_owned(),
        lines => format!("ok\n{}", lines.join("\n")),
    };
    format!("{}{sum}\n", report.errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAME: &str = "a.rs: unchanged\nb.rs: unchanged\n";

    /// What is told when the spec is saved with each of `texts`, and generating answers in order.
    #[track_caller]
    fn check(texts: &[&str], answers: Vec<Report>, expected: &str) {
        let spec = std::cell::RefCell::new(Some(b"first".to_vec()));
        let saves = texts
            .iter()
            .map(|text| *spec.borrow_mut() = Some(text.as_bytes().to_vec()));
        let mut answers = answers.into_iter();
        let mut sink = Vec::new();
        follow(
            saves,
            || spec.borrow().clone(),
            || answers.next().expect("one answer for each run"),
            &mut sink,
        )
        .expect("to write");
        assert_eq!(String::from_utf8_lossy(&sink), expected);
        assert_eq!(answers.next(), None, "not every answer was asked for");
    }

    #[test]
    fn it_runs_at_once_and_after_each_change() {
        let changed =
            "a.rs: updated (+1 \u{2212}0 lines)\n  + field A.b: String\nb.rs: unchanged\n";
        check(
            &["second"],
            vec![Report::ok(SAME.to_owned()), Report::ok(changed.to_owned())],
            "ok, unchanged\nok\na.rs: updated (+1 \u{2212}0 lines)\n  + field A.b: String\n",
        );
    }

    #[test]
    fn a_save_without_a_change_is_not_told() {
        let once = vec![Report::ok(SAME.to_owned())];
        check(&["first", "first"], once, "ok, unchanged\n");
    }

    #[test]
    fn a_bad_spec_does_not_end_it() {
        check(
            &["bad", "good"],
            vec![
                Report::ok(SAME.to_owned()),
                Report::failed("error: no\n".to_owned()),
                Report::ok(SAME.to_owned()),
            ],
            "ok, unchanged\nerror: no\nok, unchanged\n",
        );
    }

    #[test]
    fn a_reader_that_went_away_ends_it() {
        let mut full: &mut [u8] = &mut [];
        let result = follow(
            std::iter::repeat(()),
            || None,
            || Report::ok(SAME.to_owned()),
            &mut full,
        );
        assert!(result.is_err());
    }

    #[test]
    fn saves_of_the_file_are_heard_also_by_rename_and_of_others_not() {
        let dir = tempfile::tempdir().expect("a directory to work in");
        let path = dir.path().join("spec.yaml");
        let (watcher, saves) = listen(&path).expect("to watch");
        let heard = || saves.recv_timeout(Duration::from_secs(20));
        std::fs::write(&path, "a").expect("to write");
        assert_eq!(heard(), Ok(Ok(())));
        std::fs::write(dir.path().join("other"), "b").expect("to write");
        std::fs::rename(dir.path().join("other"), &path).expect("to rename");
        assert_eq!(heard(), Ok(Ok(())));
        drop(watcher);
        while let Ok(save) = saves.recv() {
            assert_eq!(save, Ok(()));
        }
    }

    #[test]
    fn a_directory_that_is_not_there_is_said_so() {
        let error = listen(Path::new("/nowhere/at/all/spec.yaml")).expect_err("no directory");
        assert!(
            error.starts_with("cannot watch `/nowhere/at/all`: "),
            "{error}"
        );
    }
}
