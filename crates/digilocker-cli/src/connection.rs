//! The options for the server and the client credentials.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use digilocker::{BodyEncoding, Client, Credentials, Environment, InvalidEnvironment, Token};
use zeroize::Zeroizing;

use crate::exit::{self, Failure};
use crate::{cause, secret};

const CLIENT_ID: &str = "DIGILOCKER_CLIENT_ID";
const CLIENT_SECRET: &str = "DIGILOCKER_CLIENT_SECRET";

#[derive(clap::Args)]
#[command(next_help_heading = "Server and client")]
pub(crate) struct ConnectionArgs {
    /// Server: `beta`, `production`, or a base URL
    #[arg(long, env = "DIGILOCKER_ENV", value_name = "ENV", value_parser = environment)]
    pub(crate) env: Environment,

    /// Allow a server without TLS: anyone on the network path can read tokens and secret
    #[arg(long)]
    danger_allow_plain_http: bool,

    /// Client id
    #[arg(long, env = CLIENT_ID, value_name = "ID")]
    pub(crate) client_id: Option<String>,

    /// File with the client secret [default: the environment variable DIGILOCKER_CLIENT_SECRET]
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,

    /// Client authentication method [default: `basic`; none without a client id]
    #[arg(long, value_enum, value_name = "METHOD")]
    auth: Option<Auth>,

    /// Encoding of request bodies [default: `form` for `production`, else `json`]
    #[arg(long, value_enum, value_name = "ENCODING")]
    body_encoding: Option<Encoding>,

    /// Timeout for one token in seconds, including all attempts
    #[arg(long, default_value = "30", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// Show all causes of an error
    #[arg(long)]
    pub(crate) verbose: bool,
}

/// The end of the help of commands that call the server.
pub(crate) fn help() -> String {
    format!(
        "\
Environment:
  SSL_CERT_FILE, SSL_CERT_DIR  trusted root certificates (PEM) in place of the system's, on Linux
  HTTPS_PROXY, ALL_PROXY       URL of a proxy
  NO_PROXY                     hosts that are reached without it

{}",
        exit::HELP
    )
}

/// Whether requests may go to a proxy.
pub(crate) fn has_proxy() -> bool {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names.iter().any(|name| env::var_os(name).is_some())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Auth {
    /// HTTP Basic, form-encoded (RFC 6749 section 2.3.1)
    Basic,
    /// HTTP Basic, not form-encoded
    BasicUnencoded,
    /// Client id and secret in the body
    Body,
    /// Client id in the body, no secret
    Public,
}

#[derive(Clone, Copy, ValueEnum)]
enum Encoding {
    Json,
    Form,
}

/// Plain HTTP is refused later, unless it is allowed.
fn environment(text: &str) -> Result<Environment, InvalidEnvironment> {
    text.parse()
        .or_else(|error| Environment::plain_http(text).map_err(|_| error))
}

pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

impl ConnectionArgs {
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.check()?;
        self.client_for(self.env.clone())
    }

    /// A client with these options for another server.
    pub(crate) fn client_for(&self, environment: Environment) -> Result<Client, Failure> {
        let mut builder = Client::builder(environment)
            .timeout(self.timeout)
            .danger_allow_plain_http(self.danger_allow_plain_http)
            .user_agent(concat!("digilocker-cli/", env!("CARGO_PKG_VERSION")))
            .body_encoding(self.body_encoding());
        if let Some(credentials) = self.credentials()? {
            builder = builder.credentials(credentials);
        }
        builder
            .build()
            .map_err(|error| Failure::usage(cause::text(&error)))
    }

    /// Refuses plain HTTP, unless it is allowed.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let is_exposed = self.env.to_string().parse::<Environment>().is_err();
        if is_exposed && !self.danger_allow_plain_http {
            let message =
                "invalid value for `--env <ENV>`: anyone on the network path can read plain HTTP";
            return Err(Failure::usage(message).help(
                "use `https://`; for a sandbox in another container, add `--danger-allow-plain-http`",
            ));
        }
        Ok(())
    }

    fn body_encoding(&self) -> BodyEncoding {
        match (self.body_encoding, &self.env) {
            (Some(Encoding::Form), _) | (None, Environment::Production) => BodyEncoding::Form,
            _ => BodyEncoding::Json,
        }
    }

    /// The token and the credentials in the forms in which a server may quote them.
    pub(crate) fn secrets(&self, token: &Token) -> Result<Vec<Zeroizing<String>>, Failure> {
        let secret = client_secret(self.client_secret_file.as_deref())?;
        let id = self.client_id.as_deref();
        let secret = secret.as_ref().map(|text| text.as_str());
        let texts = [Some(token.expose_secret()), id, secret];
        let forms = texts.into_iter().flatten().flat_map(|text| {
            let form = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let json = serde_json::json!(text).to_string();
            let json = json[1..json.len() - 1].to_owned();
            [form, json, text.to_owned()]
        });
        Ok(forms.map(Zeroizing::new).collect())
    }

    fn credentials(&self) -> Result<Option<Credentials>, Failure> {
        let secret = client_secret(self.client_secret_file.as_deref())?;
        Ok(Some(match (self.auth, self.client_id.as_deref(), secret) {
            (None, None, None) => return Ok(None),
            (_, None, _) => {
                return Err(Failure::usage("the client id is missing")
                    .help(format!("set {CLIENT_ID} or `--client-id`")));
            }
            (Some(Auth::Public), Some(id), None) => Credentials::public(id),
            (Some(Auth::Public), _, Some(_)) => {
                return Err(Failure::usage("a public client has no secret")
                    .help(format!("unset {CLIENT_SECRET} or choose another `--auth`")));
            }
            (_, _, None) => {
                return Err(Failure::usage("the client secret is missing").help(format!(
                    "set {CLIENT_SECRET} or `--client-secret-file`; for a client without a secret, use \
                     `--auth public`"
                )));
            }
            (Some(Auth::BasicUnencoded), Some(id), Some(secret)) => {
                Credentials::basic_unencoded(id, secret.as_str())
            }
            (Some(Auth::Body), Some(id), Some(secret)) => Credentials::body(id, secret.as_str()),
            (Some(Auth::Basic) | None, Some(id), Some(secret)) => {
                Credentials::basic(id, secret.as_str())
            }
        }))
    }
}

/// Reads the client secret from the file, or else from the environment. It is not an argument, because `ps`
/// shows arguments.
pub(crate) fn client_secret(file: Option<&Path>) -> Result<Option<Zeroizing<String>>, Failure> {
    if let Some(path) = file {
        return secret::from_file(path).map(Some);
    }
    match env::var_os(CLIENT_SECRET) {
        None => Ok(None),
        Some(value) => match value.into_string() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(_) => Err(Failure::usage(format!("{CLIENT_SECRET} is not UTF-8"))),
        },
    }
}
