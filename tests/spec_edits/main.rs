//! The workflow of "Changing the spec" in `CONTRIBUTING.md`, with each kind of edit, in a copy of the workspace.
//!
//! An additive edit needs no other edit by hand: what a person decides is asked in one place, and accepted by
//! `cargo xtask bless`. Each test takes minutes:
//!
//! ```sh
//! cargo test -p integration-tests --test spec_edits -- --ignored --nocapture
//! ```

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

mod workspace;

use std::sync::{Mutex, MutexGuard, PoisonError};

use workspace::Workspace;

const SPEC: &str = "spec/digilocker.yaml";

/// Replacements in the spec.
type Edit = &'static [[&'static str; 2]];

const MEMBER_OF_THE_DATA: Edit = &[[
    "        created_at:\n          description: When",
    "        reference:\n          description: The case of the revocation\n          type: string\n\
     \u{20}       created_at:\n          description: When",
]];

const MEMBER_OF_THE_SUCCESS: Edit = &[[
    "        data:\n          $ref: '#/components/schemas/Revocation'\n",
    "        data:\n          $ref: '#/components/schemas/Revocation'\n        trace:\n\
     \u{20}         description: The id of the exchange\n          type: string\n",
]];

const STATUS: Edit = &[[
    "        '503':\n",
    "        '429':
          description: Too many requests; the token was not revoked
          headers:
            Retry-After:
              description: Seconds, or an HTTP date, before which a retry is pointless
              schema:
                type: string
              example: '30'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/RevocationError'
              examples:
                tooMany:
                  value:
                    success: false
                    error:
                      code: too_many_requests
                      message: Try again later
        '503':\n",
]];

const HINT: Edit = &[[
    "        - refresh_token\n",
    "        - refresh_token\n        - id_token\n",
]];

const CODES: Edit = &[
    ["code: VALIDATION_ERROR", "code: REQUEST_REJECTED"],
    ["code: invalid_client", "code: CLIENT_REJECTED"],
    ["code: temporarily_unavailable", "code: TRY_LATER"],
];

const HEADER: Edit = &[[
    "          description: The token is no longer valid\n",
    "          description: The token is no longer valid\n          headers:\n\
     \u{20}           X-Revocation:\n              description: The id of the revocation\n\
     \u{20}             schema:\n                type: string\n              example: abc123\n",
]];

const DESCRIPTION: Edit = &[["A sentence for people", "One sentence for people"]];

/// The tests share one copy and its build directory.
fn workspace() -> (MutexGuard<'static, ()>, Workspace) {
    static ONE: Mutex<()> = Mutex::new(());
    let guard = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    (guard, Workspace::copy())
}

fn edited(spec: &str, edit: &[[&str; 2]]) -> String {
    edit.iter().fold(spec.to_owned(), |spec, [old, new]| {
        assert!(spec.contains(old), "the spec has no {old:?}");
        spec.replacen(old, new, 1)
    })
}

/// Edits the spec and follows `CONTRIBUTING.md`, without an edit by hand. `questions` are what a person is asked,
/// with the file of the place.
#[track_caller]
fn check(edit: &[[&str; 2]], questions: &[[&str; 2]]) {
    let (_guard, workspace) = workspace();
    let spec = workspace.read(SPEC);
    workspace.write(SPEC, &edited(&spec, edit));
    let generated = workspace.succeed(&["xtask", "generate", "--snapshots"]);
    let asked = |output: &str| {
        for [item, file] in questions {
            let line = output
                .lines()
                .find(|line| line.contains(item) && line.contains(file));
            let line = line.unwrap_or_else(|| panic!("{item} is not asked:\n{output}"));
            let number = line.rsplit(':').next().map(str::parse::<u32>);
            assert!(matches!(number, Some(Ok(_))), "{line} has no line number");
        }
        let count = output.lines().filter(|line| line.contains(": if ")).count();
        assert_eq!(count, questions.len(), "{output}");
    };
    asked(&generated);
    assert!(
        generated.contains("next: run `cargo xtask bless`"),
        "{generated}"
    );
    if !questions.is_empty() {
        let test = "test -p integration-tests --test contract exposure";
        asked(&workspace.fail(&test.split(' ').collect::<Vec<_>>()));
    }
    workspace.succeed(&["xtask", "bless"]);
    workspace.succeed(&["test", "--workspace", "--locked"]);
}

#[test]
#[ignore = "takes minutes"]
fn optional_member_of_the_data() {
    let place = "crates/digilocker/src/revoked.rs";
    check(
        MEMBER_OF_THE_DATA,
        &[["success member `data.reference`", place]],
    );
}

#[test]
#[ignore = "takes minutes"]
fn optional_member_of_the_success() {
    let place = "crates/digilocker/src/revoked.rs";
    check(MEMBER_OF_THE_SUCCESS, &[["success member `trace`", place]]);
}

/// With a header that other statuses have, too.
#[test]
#[ignore = "takes minutes"]
fn status() {
    check(
        STATUS,
        &[["status 429", "crates/digilocker/src/response/mod.rs"]],
    );
}

#[test]
#[ignore = "takes minutes"]
fn hint() {
    let place = "crates/digilocker/src/config/hint.rs";
    check(HINT, &[["`token_type_hint` value `id_token`", place]]);
}

#[test]
#[ignore = "takes minutes"]
fn error_codes() {
    check(CODES, &[]);
}

#[test]
#[ignore = "takes minutes"]
fn header() {
    let place = "crates/digilocker/src/response/headers.rs";
    check(HEADER, &[["success header `X-Revocation`", place]]);
}

#[test]
#[ignore = "takes minutes"]
fn description() {
    check(DESCRIPTION, &[]);
}

#[test]
#[ignore = "takes minutes"]
fn mistake() {
    let (_guard, workspace) = workspace();
    let spec = workspace.read(SPEC);
    for [old, new] in [
        ["schemas/RevocationSuccess'", "schemas/RevocationSucces'"],
        ["required: [token]", "required: [tokn]"],
        ["      summary: Revoke", "\tsummary: Revoke"],
    ] {
        workspace.write(SPEC, &edited(&spec, &[[old, new]]));
        let before = workspace.files();
        let output = workspace.fail(&["xtask", "generate", "--snapshots"]);
        assert!(output.contains(&format!("--> {SPEC}:")), "{output}");
        assert_eq!(workspace.files(), before);
    }
}

#[test]
#[ignore = "takes minutes"]
fn undo_leaves_no_difference() {
    let (_guard, workspace) = workspace();
    let (before, spec) = (workspace.files(), workspace.read(SPEC));
    let all = [
        MEMBER_OF_THE_DATA,
        MEMBER_OF_THE_SUCCESS,
        STATUS,
        HINT,
        CODES,
        HEADER,
        DESCRIPTION,
    ];
    for text in [edited(&spec, &all.concat()), spec] {
        workspace.write(SPEC, &text);
        workspace.succeed(&["xtask", "generate", "--snapshots"]);
        workspace.succeed(&["xtask", "bless"]);
    }
    let after = workspace.files();
    let names = before.keys().chain(after.keys());
    let changed: Vec<_> = names
        .filter(|name| before.get(*name) != after.get(*name))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
}
