//! Runs the arguments of the Indexed Job in `tests/recipes/kubernetes`, as its pods would.

use super::support::{TestDir, token};
use crate::counting_server::CountingServer;
use crate::support::run;

const MANIFEST: &str = include_str!("../../../../../tests/recipes/kubernetes/revoke-all.yaml");

/// The items of the list `args`.
fn args() -> Vec<String> {
    MANIFEST
        .lines()
        .skip_while(|line| line.trim() != "args:")
        .skip(1)
        .map_while(|line| line.trim().strip_prefix("- "))
        .map(|item| item.trim_matches('"').to_owned())
        .collect()
}

#[test]
fn pods_of_the_manifest_cover_the_input() {
    let completions: usize = MANIFEST
        .lines()
        .find_map(|line| line.trim().strip_prefix("completions: "))
        .unwrap()
        .parse()
        .unwrap();
    let args = args();
    assert_eq!(args[0], "revoke-all");
    let (dir, server) = (TestDir::with_tokens(200), CountingServer::start());
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
        let mut command = dir.command(&server);
        command
            .env("JOB_COMPLETION_INDEX", &index)
            .env("DIGILOCKER_CLIENT_ID", "id");
        let done = run(command, args, b"");
        assert_eq!((done.code, &done.stderr[..]), (Some(0), ""), "{done:?}");
    }
    assert_eq!(server.requests(), 200);
    assert!((1..=200).all(|line| server.times(&token(line)) == 1));
    let journals: Vec<String> = (0..completions).map(|i| format!("{i}.journal")).collect();
    let report = dir.report(&journals.join(" "));
    assert_eq!(report.code, Some(0), "{report:?}");
    report.prints("  revoked         200\n");
}
