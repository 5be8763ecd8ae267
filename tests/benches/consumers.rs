//! What a program that depends on us pays: crates, a clean build, and the size of what comes out.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::child::{self, Cpu};
use crate::{Outcome, note};

pub(crate) struct Consumer {
    pub(crate) name: &'static str,
    dependencies: &'static str,
    main: &'static str,
    /// What a machine may lack, so that it cannot be built there.
    pub(crate) may_lack: Option<&'static str>,
}

pub(crate) struct Build {
    pub(crate) crates: usize,
    pub(crate) cpu_seconds: f64,
    pub(crate) release_bytes: u64,
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

const TOKIO: &str = "tokio = { version = \"1\", features = [\"rt\", \"macros\"] }\n";

/// `{}` stands for the folder of our crate.
pub(crate) const ALL: [Consumer; 6] = [
    Consumer {
        name: "**`digilocker`**: `rustls`, the default",
        dependencies: "digilocker = { path = \"{}\" }",
        main: OURS,
        may_lack: None,
    },
    Consumer {
        name: "`digilocker`: `rustls`, `blocking`, `tracing`",
        dependencies: "digilocker = { path = \"{}\", features = [\"blocking\", \"tracing\"] }",
        main: OURS,
        may_lack: None,
    },
    Consumer {
        name: "`digilocker`: `native-tls`",
        dependencies: "digilocker = { path = \"{}\", default-features = false, features = [\"native-tls\"] }",
        main: OURS,
        may_lack: Some("needs `pkg-config` and OpenSSL's headers"),
    },
    Consumer {
        name: "`digilocker`: no TLS",
        dependencies: "digilocker = { path = \"{}\", default-features = false }",
        main: OURS,
        may_lack: None,
    },
    Consumer {
        name: "`oauth2` 5, `reqwest` 0.12, `rustls` (ring)",
        dependencies: "oauth2 = { version = \"5\", default-features = false, features = [\"reqwest\", \"rustls-tls\"] }",
        main: OAUTH2,
        may_lack: None,
    },
    Consumer {
        name: "`reqwest` 0.13 by hand, its default TLS (aws-lc)",
        dependencies: "reqwest = { version = \"0.13\", features = [\"json\"] }",
        main: HAND,
        may_lack: None,
    },
];

impl Consumer {
    /// Builds it from nothing, with the versions of this workspace's `Cargo.lock`.
    pub(crate) fn build(&self) -> Outcome<Build> {
        let directory = tempfile::tempdir()?;
        let root = directory.path();
        let workspace = workspace();
        let ours = workspace.join("crates/digilocker");
        let dependencies = self.dependencies.replace("{}", &ours.display().to_string());
        std::fs::create_dir(root.join("src"))?;
        std::fs::write(root.join("src/main.rs"), self.main)?;
        std::fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock"))?;
        std::fs::write(
            root.join("Cargo.toml"),
            format!(
                "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [workspace]\n\n[dependencies]\n{dependencies}\n{TOKIO}\n\
                 [profile.release]\nstrip = true\n"
            ),
        )?;
        let tree = cargo(
            root,
            &["tree", "--prefix=none", "--edges=normal", "--format={p}"],
        )?;
        let mut crates: Vec<_> = tree
            .lines()
            .map(|line| line.trim_end_matches(" (*)"))
            .collect();
        crates.sort_unstable();
        crates.dedup();
        cargo(root, &["fetch"])?;
        note(&format!("  {}", self.name));
        let before = child::cpu_seconds(&Cpu::Children)?;
        cargo(root, &["build"])?;
        let cpu_seconds = child::cpu_seconds(&Cpu::Children)? - before;
        cargo(root, &["build", "--release"])?;
        let binary = format!("target/release/consumer{}", std::env::consts::EXE_SUFFIX);
        Ok(Build {
            // Without the program itself.
            crates: crates.len() - 1,
            cpu_seconds,
            release_bytes: std::fs::metadata(root.join(binary))?.len(),
        })
    }
}

fn cargo(root: &Path, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .arg("--quiet")
        .current_dir(root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env_remove("RUSTFLAGS")
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rev().find(|line| !line.trim().is_empty());
        return Err(last.unwrap_or("cargo failed").trim().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
