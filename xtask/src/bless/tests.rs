use super::*;

fn as_texts(texts: &[(&str, &str)]) -> Texts {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    texts.iter().map(owned).collect()
}

#[test]
fn only_changed_files_are_shown() {
    let before = as_texts(&[("a.snap", "one\n"), ("b.snap", "two\n"), ("d.snap", "y\n")]);
    assert_eq!(
        changes(&before, &before, Style::Plain),
        "all files are up to date\n"
    );
    let after = as_texts(&[
        ("a.snap", "one\n"),
        ("b.snap", "three\n"),
        ("c.snap", "x\n"),
    ]);
    assert_eq!(
        changes(&before, &after, Style::Plain),
        "\
--- b.snap (before)
+++ b.snap (after)
@@ -1 +1 @@
-two
+three
--- c.snap (before)
+++ c.snap (after)
@@ -0,0 +1 @@
+x
--- d.snap (before)
+++ d.snap (after)
@@ -1 +0,0 @@
-y
updated files:
  b.snap
  c.snap
  d.snap
"
    );
}

#[test]
fn each_scope_includes_the_smaller_ones() {
    let [spec, usual, proof] = [Scope::Spec, Scope::Usual, Scope::Proof].map(|scope| {
        let files = owners(scope).into_iter().flat_map(|owner| owner.files);
        files.copied().collect::<BTreeSet<_>>()
    });
    assert_eq!(spec, BTreeSet::from(["tests/snapshots/snapshots"]));
    assert!(usual.is_superset(&spec) && proof.is_superset(&usual));
    let slow: Vec<_> = proof.difference(&usual).copied().collect();
    assert_eq!(slow, ["crates/spec-tools/src/diff/proved.md"]);
}

/// Shell scripts in place of cargo.
#[cfg(unix)]
mod fake_cargo {
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

    /// Updates `RULES` and `SNAPSHOTS` with `script` as cargo; returns the report and the notices.
    fn bless_with(script: &str) -> (Report, String) {
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
        let notices = RefCell::new(String::new());
        let notice = |line: &str| notices.borrow_mut().push_str(line);
        let owners = [&RULES, &SNAPSHOTS];
        let report = update(root, cargo, &owners, Style::Plain, notice);
        (report.expect("readable files"), notices.into_inner())
    }

    #[test]
    fn tests_of_each_owner_run_in_write_mode() {
        let (report, notices) = bless_with(
            r#"
            case "$*" in *--no-run*) exit 0 ;; esac
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
        let changed = "-one\n+two\nupdated files:\n  RULES.md\n  snapshots/a.snap\n";
        assert!(report.output.ends_with(changed), "{report:?}");
        let notice = "running the tests that write";
        let expected = format!("{notice} `RULES.md`\n{notice} `snapshots`\n");
        assert_eq!(notices, expected);
    }

    #[test]
    fn a_failing_test_is_reported_and_the_other_files_are_updated() {
        let (report, _) = bless_with(
            r#"
            echo "running 1 test"
            case "$*" in
                *--no-run*) ;;
                *rules*) echo "the rules are wrong"; exit 101 ;;
                *) echo two > snapshots/a.snap ;;
            esac
            "#,
        );
        assert_eq!(report.status, Status::Failed);
        assert_eq!(
            report.errors,
            "running 1 test\nthe rules are wrong\n\n\
             error: `cargo test -p rules` fails\n\
             fix the failures above, then run the same command again\n"
        );
        let changed = "updated files:\n  snapshots/a.snap\n";
        assert!(report.output.contains(changed), "{report:?}");
    }

    #[test]
    fn a_run_of_no_tests_is_a_failure() {
        let (report, _) = bless_with("echo 'running 0 tests'");
        assert_eq!(report.status, Status::Failed);
        let error = "error: no test matches `documented`: correct the table in `xtask/src/bless/artefacts.rs`\n";
        assert!(report.errors.starts_with(error), "{report:?}");
        assert_eq!(report.output, "all files are up to date\n");
    }

    #[test]
    fn code_that_does_not_compile_is_reported_once() {
        let (report, notices) = bless_with(r#"case "$*" in *--no-run*) exit 101 ;; esac"#);
        assert_eq!(report.status, Status::Failed);
        assert_eq!(
            report.errors,
            "error: `cargo test -p rules` does not compile\n\
             fix the failures above, then run the same command again\n"
        );
        assert_eq!(notices.matches("running").count(), 1, "{notices}");
    }
}
