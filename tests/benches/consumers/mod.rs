//! Programs that depend on `digilocker` or another client: dependency trees and builds.

mod build;
mod tree;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(crate) use self::tree::Added;
use crate::Outcome;

pub(crate) struct Consumer {
    pub(crate) name: &'static str,
    dependencies: &'static str,
    main: &'static str,
}

const OURS: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("TOKEN")?;
    let client = digilocker::Client::builder(digilocker::Environment::Production)
        .credentials(digilocker::Credentials::basic("id", std::env::var("SECRET")?))
        .build()?;
    client.revoke(digilocker::Token::new(token)?).await?;
    Ok(())
}
"#;

const OAUTH2: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use oauth2::*;
    let client = basic::BasicClient::new(ClientId::new("id".to_owned()))
        .set_client_secret(ClientSecret::new(std::env::var("SECRET")?))
        .set_revocation_url(RevocationUrl::new("https://digilocker.meripehchaan.gov.in/public/oauth2/1/revoke".to_owned())?);
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let token = AccessToken::new(std::env::var("TOKEN")?);
    client.revoke_token(StandardRevocableToken::AccessToken(token))?.request_async(&http).await?;
    Ok(())
}
"#;

const HAND: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let body = std::collections::HashMap::from([("token", std::env::var("TOKEN")?)]);
    let response = reqwest::Client::new()
        .post("https://digilocker.meripehchaan.gov.in/public/oauth2/1/revoke")
        .basic_auth("id", Some(std::env::var("SECRET")?))
        .json(&body)
        .send()
        .await?;
    response.error_for_status()?;
    Ok(())
}
"#;

/// The name of the baseline program.
pub(crate) const HAND_WRITTEN: &str = "`reqwest` 0.13, hand-written, default TLS";

const REQWEST: &str = "reqwest = { version = \"0.13\", features = [\"json\"] }";
const TOKIO: &str = "tokio = { version = \"1\", features = [\"rt\", \"macros\"] }";

/// `{}` stands for the directory of `digilocker`.
pub(crate) const ALL: [Consumer; 6] = [
    Consumer {
        name: "**`digilocker`**: `rustls`, the default",
        dependencies: "digilocker = { path = \"{}\" }",
        main: OURS,
    },
    Consumer {
        name: "`digilocker`: `rustls`, `blocking`",
        dependencies: "digilocker = { path = \"{}\", features = [\"blocking\"] }",
        main: OURS,
    },
    Consumer {
        name: "`digilocker`: `native-tls`",
        dependencies: "digilocker = { path = \"{}\", default-features = false, features = [\"native-tls\"] }",
        main: OURS,
    },
    Consumer {
        name: "`digilocker`: no TLS",
        dependencies: "digilocker = { path = \"{}\", default-features = false }",
        main: OURS,
    },
    Consumer {
        name: "`oauth2` 5 with `reqwest` 0.12, `rustls`",
        dependencies: "oauth2 = { version = \"5\", default-features = false, features = [\"reqwest\", \"rustls-tls\"] }",
        main: OAUTH2,
    },
    Consumer {
        name: HAND_WRITTEN,
        dependencies: REQWEST,
        main: HAND,
    },
];

/// A package in a temporary directory, with the versions of the `Cargo.lock` of this workspace.
struct Package(TempDir);

impl Package {
    fn new(dependencies: &[&str], main: &str) -> Outcome<Self> {
        let directory = tempfile::tempdir()?;
        let root = directory.path();
        let ours = workspace().join("crates/digilocker");
        let dependencies = dependencies
            .join("\n")
            .replace("{}", &ours.display().to_string());
        std::fs::create_dir(root.join("src"))?;
        std::fs::write(root.join("src/main.rs"), main)?;
        std::fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock"))?;
        std::fs::write(
            root.join("Cargo.toml"),
            format!(
                "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [workspace]\n\n[dependencies]\n{dependencies}\n\n\
                 [profile.release]\nstrip = true\n"
            ),
        )?;
        Ok(Self(directory))
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn cargo(&self, arguments: &[&str]) -> Outcome<String> {
        let root = self.root();
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(arguments)
            .arg("--quiet")
            .current_dir(root)
            .env("CARGO_TARGET_DIR", root.join("target"))
            .env_remove("RUSTFLAGS")
            .output()?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            let last = stderr.lines().rev().find(|line| !line.trim().is_empty());
            return Err(last.unwrap_or("cargo failed").trim().into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
