//! The Indexed Job of `tests/recipes/kubernetes`: its arguments, as its pods run them.

use super::support::{Place, token};
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
fn the_pods_of_the_manifest_cover_the_input() {
    let completions: usize = MANIFEST
        .lines()
        .find_map(|line| line.trim().strip_prefix("completions: "))
        .unwrap()
        .parse()
        .unwrap();
    let args = args();
    assert_eq!(args[0], "revoke-all");
    let (place, server) = (Place::with_tokens(200), CountingServer::start());
    place.write("secret", "s");
    for index in 0..completions {
        let index = index.to_string();
        let args = args[1..].iter().map(|arg| {
            // As Kubernetes expands it, and without the mounts.
            arg.replace("$(JOB_COMPLETION_INDEX)", &index)
                .replace("/leak/", "")
                .replace("/journals/", "")
                .replace("/client/", "")
        });
        let mut command = place.command(&server);
        command
            .env("JOB_COMPLETION_INDEX", &index)
            .env("DIGILOCKER_CLIENT_ID", "id");
        let done = run(command, args, b"");
        assert_eq!((done.code, &done.stderr[..]), (Some(0), ""), "{done:?}");
    }
    assert_eq!(server.requests(), 200);
    assert!((1..=200).all(|line| server.times(&token(line)) == 1));
    let journals: Vec<String> = (0..completions).map(|i| format!("{i}.journal")).collect();
    let report = place.report(&journals.join(" "));
    assert_eq!(report.code, Some(0), "{report:?}");
    assert!(
        report.stdout.contains("  revoked         200\n"),
        "{report:?}"
    );
}
