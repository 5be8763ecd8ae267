use super::*;

fn as_texts(texts: &[(&str, &str)]) -> Texts {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    texts.iter().map(owned).collect()
}

#[test]
fn changed_files_are_shown_and_no_others() {
    let before = as_texts(&[("a.snap", "one\n"), ("b.snap", "two\n"), ("d.snap", "y\n")]);
    assert_eq!(
        changes(&before, &before, Style::Plain),
        "accepted files: unchanged\n"
    );
    let after = as_texts(&[
        ("a.snap", "one\n"),
        ("b.snap", "three\n"),
        ("c.snap", "x\n"),
    ]);
    assert_eq!(
        changes(&before, &after, Style::Plain),
        "\
--- b.snap (accepted before)
+++ b.snap (accepted now)
@@ -1 +1 @@
-two
+three
--- c.snap (accepted before)
+++ c.snap (accepted now)
@@ -0,0 +1 @@
+x
--- d.snap (accepted before)
+++ d.snap (accepted now)
@@ -1 +0,0 @@
-y
accepted files that changed:
  b.snap
  c.snap
  d.snap
next: review them with `git diff`, then commit
"
    );
}

#[test]
fn scopes_include_one_another() {
    let files = |scope| {
        let owners: Vec<_> = OWNERS.iter().filter(|owner| owner.scope <= scope).collect();
        let files = owners.iter().flat_map(|owner| owner.files.iter().copied());
        files.collect::<BTreeSet<_>>()
    };
    assert_eq!(
        files(Scope::Spec),
        BTreeSet::from(["tests/snapshots/snapshots"])
    );
    assert!(files(Scope::Usual).is_superset(&files(Scope::Spec)));
    let slow: Vec<_> = files(Scope::Proof)
        .difference(&files(Scope::Usual))
        .copied()
        .collect();
    assert_eq!(slow, ["crates/spec-tools/src/diff/proved.md"]);
}

/// Programs that stand in for cargo.
#[cfg(unix)]
mod with_a_cargo {
    use std::cell::RefCell;

    use super::*;

    const RULES: Owner = Owner {
        scope: Scope::Usual,
        target: &["-p", "rules"],
        tests: &["documented"],
        files: &["RULES.md"],
    };
    const SNAPSHOTS: Owner = Owner {
        scope: Scope::Usual,
        target: &["-p", "snapshots"],
        tests: &["all"],
        files: &["snapshots"],
    };

    /// Blesses `RULES` and `SNAPSHOTS` with a cargo that runs `script`, and gives what was noticed too.
    fn blessed_by(script: &str) -> (Report, String) {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        fs::create_dir(root.join("snapshots")).expect("to make it");
        fs::write(root.join("snapshots/a.snap"), "one\n").expect("to write");
        fs::write(root.join("cargo"), script).expect("to write");
        let cargo = || {
            let mut shell = Command::new("sh");
            shell.arg("cargo");
            shell
        };
        let noticed = RefCell::new(String::new());
        let notice = |line: &str| noticed.borrow_mut().push_str(line);
        let owners = [&RULES, &SNAPSHOTS];
        let report = accept(root, cargo, &owners, Style::Plain, notice);
        (report.expect("readable files"), noticed.into_inner())
    }

    #[test]
    fn the_tests_of_each_owner_are_run_and_told_to_write() {
        let (report, noticed) = blessed_by(
            r#"
            test "$XTASK_BLESS $INSTA_UPDATE ${INSTA_FORCE_PASS-unset}" = "1 always unset" || exit 9
            case "$*" in
                "test --quiet -p rules -- documented") echo rules > RULES.md ;;
                "test --quiet -p snapshots -- all") echo two > snapshots/a.snap ;;
                *) exit 9 ;;
            esac
            echo "running 1 test"
            "#,
        );
        assert_eq!(report.status, Status::Ok, "{}", report.errors);
        assert_eq!(report.errors, "");
        assert!(
            report.output.ends_with(
                "-one\n+two\naccepted files that changed:\n  RULES.md\n  snapshots/a.snap\n\
                 next: review them with `git diff`, then commit\n"
            ),
            "{}",
            report.output
        );
        assert_eq!(
            noticed,
            "running the tests that own `RULES.md`\nrunning the tests that own `snapshots`\n"
        );
    }

    #[test]
    fn a_failing_test_is_reported_and_the_others_are_accepted() {
        let (report, _) = blessed_by(
            r#"
            echo "running 1 test"
            case "$*" in
                *rules*) echo "the rules are wrong"; exit 101 ;;
                *) echo two > snapshots/a.snap ;;
            esac
            "#,
        );
        assert_eq!(report.status, Status::Failed);
        assert_eq!(
            report.errors,
            "running 1 test\nthe rules are wrong\n\n\
             error: `RULES.md` may not be what the tests see\n\n\
             fix what is reported above, then run the same command again\n"
        );
        assert!(
            report
                .output
                .contains("accepted files that changed:\n  snapshots/a.snap\n"),
            "{}",
            report.output
        );
    }

    #[test]
    fn a_run_of_no_tests_is_a_failure() {
        let (report, _) = blessed_by("echo 'running 0 tests'");
        assert_eq!(report.status, Status::Failed);
        assert!(
            report.errors.starts_with(
                "no test matches `documented`: correct the table in `xtask/src/bless/artefacts.rs`\n"
            ),
            "{}",
            report.errors
        );
        assert_eq!(report.output, "accepted files: unchanged\n");
    }
}
