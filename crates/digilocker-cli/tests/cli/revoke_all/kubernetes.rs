//! Runs the arguments of the Indexed Job in `tests/recipes/kubernetes`, as its pods would.

use super::support::{TestDir, token};
use crate::support::{run, yaml_items, yaml_value};

const MANIFEST: &str = include_str!("../../../../../tests/recipes/kubernetes/revoke-all.yaml");

#[test]
fn pods_of_the_manifest_cover_the_input() {
    let completions: usize = yaml_value(MANIFEST, "completions: ").parse().unwrap();
    let args = yaml_items(MANIFEST, "args:");
    assert_eq!(args[0], "revoke-all");
    let dir = TestDir::with_tokens(200);
    dir.write("secret", "s");
    for index in 0..completions {
        let index = index.to_string();
        let args = args[1..].iter().map(|arg| {
            // Expanded as by Kubernetes, and without the mount paths.
            arg.replace("$(JOB_COMPLETION_INDEX)", &index)
                .replace("/leak/", "")
                .replace("/journals/", "")
                .replace("/client/", "")
        });
        let mut command = dir.command();
        command
            .env("JOB_COMPLETION_INDEX", &index)
            .env("DIGILOCKER_CLIENT_ID", "id");
        let done = run(command, args, b"");
        assert_eq!((done.code, &done.stderr[..]), (Some(0), ""), "{done:?}");
    }
    assert_eq!(dir.server.requests(), 200);
    assert!((1..=200).all(|line| dir.server.times(&token(line)) == 1));
    let journals: Vec<String> = (0..completions).map(|i| format!("{i}.journal")).collect();
    let report = dir.report(journals.join(" "));
    assert_eq!(report.code, Some(0), "{report:?}");
    report.prints("  revoked         200\n");
}
