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

/// Editors save in several steps, which are combined within this time.
const DEBOUNCE: Duration = Duration::from_millis(50);

/// Generates now and at each save of the spec, and writes a summary to `sink`.
///
/// # Errors
///
/// The directory of the spec cannot be watched, or `sink` cannot be written to.
pub fn run(project: &Project, style: Style, sink: &mut dyn Write) -> Result<(), String> {
    let spec = project.root.join(&project.spec);
    // Many editors save by renaming a new file over the old one, so its directory is watched.
    let dir = spec.parent().unwrap_or(Path::new("."));
    let cannot = |error: notify::Error| format!("cannot watch `{}`: {error}", dir.display());
    let (_watcher, events) = listen(dir).map_err(cannot)?;
    let mut watched = Ok(());
    let saves = events.into_iter().map_while(|event| match event {
        Ok(_) => Some(()),
        Err(error) => {
            watched = Err(cannot(error));
            None
        }
    });
    let result = follow(
        saves,
        || std::fs::read(&spec).ok(),
        || generate::run(project, Mode::Write, style),
        sink,
    );
    result.map_err(|error| format!("cannot write: {error}"))?;
    watched
}

type Events = Receiver<DebounceEventResult>;

/// Debounced changes in `dir`. The receiver is disconnected when the watcher is dropped.
fn listen(dir: &Path) -> notify::Result<(Debouncer<RecommendedWatcher>, Events)> {
    let (sender, events) = channel();
    let mut watcher = new_debouncer(DEBOUNCE, sender)?;
    watcher.watcher().watch(dir, RecursiveMode::NonRecursive)?;
    Ok((watcher, events))
}

/// Calls `run` once, and again after each of `saves` that changes what `read` returns.
fn follow(
    saves: impl Iterator<Item = ()>,
    mut read: impl FnMut() -> Option<Vec<u8>>,
    mut run: impl FnMut() -> Report,
    sink: &mut dyn Write,
) -> std::io::Result<()> {
    let mut last = None;
    for () in std::iter::once(()).chain(saves) {
        let spec = read();
        // Skips saves without a change. `last` is `None` before the first run.
        if last.as_ref() == Some(&spec) {
            continue;
        }
        last = Some(spec);
        sink.write_all(summary(&run()).as_bytes())?;
        sink.flush()?;
    }
    Ok(())
}

/// The report without the lines of unchanged files.
fn summary(report: &Report) -> String {
    if report.status == Status::Failed {
        return report.errors.clone();
    }
    let is_change = |line: &&str| !line.ends_with(": unchanged");
    let changes: Vec<_> = report.output.lines().filter(is_change).collect();
    let status = match changes.as_slice() {
        [] => "ok, unchanged".to_owned(),
        lines => format!("ok\n{}", lines.join("\n")),
    };
    format!("{}{status}\n", report.errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_at_start_and_after_each_change_even_of_an_invalid_spec() {
        let same = Report::ok("a.rs: unchanged\nb.rs: unchanged\n".to_owned());
        let changed =
            "a.rs: updated (+1 \u{2212}0 lines)\n  + field A.b: String\nb.rs: unchanged\n";
        let mut reports = vec![
            same.clone(),
            Report::ok(changed.to_owned()),
            Report::failed("error: no\n".to_owned()),
            same,
        ]
        .into_iter();
        let mut specs = ["first", "first", "second", "bad", "good"]
            .map(|text| Some(text.into()))
            .into_iter();
        let mut sink = Vec::new();
        follow(
            [(); 4].into_iter(),
            || specs.next().expect("one reading per save"),
            || reports.next().expect("one run per change"),
            &mut sink,
        )
        .expect("to write");
        assert_eq!(
            String::from_utf8_lossy(&sink),
            "\
ok, unchanged
ok
a.rs: updated (+1 \u{2212}0 lines)
  + field A.b: String
error: no
ok, unchanged
"
        );
        assert_eq!(reports.next(), None, "fewer runs than changes");
    }

    #[test]
    fn closed_output_stops_watching() {
        let mut full: &mut [u8] = &mut [];
        let result = follow(
            std::iter::repeat(()),
            || None,
            || Report::ok(String::new()),
            &mut full,
        );
        assert!(result.is_err());
    }

    #[test]
    fn writes_and_renames_of_the_file_are_noticed() {
        let dir = tempfile::tempdir().expect("a directory to work in");
        let path = dir.path().join("spec.yaml");
        let (watcher, saves) = listen(dir.path()).expect("to watch");
        let next = || {
            saves
                .recv_timeout(Duration::from_secs(20))
                .map(|it| it.is_ok())
        };
        std::fs::write(&path, "a").expect("to write");
        assert_eq!(next(), Ok(true));
        std::fs::write(dir.path().join("other"), "b").expect("to write");
        std::fs::rename(dir.path().join("other"), &path).expect("to rename");
        assert_eq!(next(), Ok(true));
        drop(watcher);
        while let Ok(save) = saves.recv() {
            assert!(save.is_ok(), "{save:?}");
        }
    }

    #[test]
    fn missing_directory_is_reported() {
        let project = Project::new("/nowhere/at/all", "spec.yaml");
        let error = run(&project, Style::Plain, &mut Vec::new()).expect_err("no directory");
        assert!(
            error.starts_with("cannot watch `/nowhere/at/all`: "),
            "{error}"
        );
    }
}
