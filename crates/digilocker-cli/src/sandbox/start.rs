//! The text printed when the sandbox is ready. It contains secrets, which are valid for this sandbox only.

use std::fmt::Write;

use digilocker_mock::{Grant, Sandbox};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::control;
use crate::exit::Failure;
use crate::output;

pub(super) fn announce(sandbox: &Sandbox, json: bool) -> Result<(), Failure> {
    let grant = sandbox.issue_grant();
    if json {
        return output::json(&json!({
            "base_url": sandbox.base_url(),
            "address": sandbox.address(),
            "client_id": sandbox.client_id(),
            "client_secret": sandbox.client_secret(),
            "grant": control::tokens(&grant),
        }));
    }
    let mut text = format!(
        "Sandbox of DigiLocker's revocation endpoint. Ctrl-C stops it.\n\n\
         \x20 base URL       {}\n\
         \x20 client id      {}\n\
         \x20 client secret  {}\n\
         \x20 page           {0}/\n",
        sandbox.base_url(),
        sandbox.client_id(),
        sandbox.client_secret(),
    );
    for (title, command) in curl_commands(sandbox, &grant) {
        let _ = write!(text, "\n{title}:\n\n  {command}\n");
    }
    output::line(text.trim_end())
}

/// Everything except characters that are plain in shells and unreserved in URLs (RFC 3986 section 2.3).
const NOT_IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// `curl` commands with their titles, from a grant to a revoked token.
pub(super) fn curl_commands(sandbox: &Sandbox, grant: &Grant) -> [(&'static str, String); 4] {
    let base_url = sandbox.base_url();
    let endpoint = sandbox.endpoint();
    let client = quote(&format!(
        "{}:{}",
        form_encode(sandbox.client_id()),
        form_encode(sandbox.client_secret())
    ));
    let body = quote(
        &json!({ "token": grant.refresh_token(), "token_type_hint": "refresh_token" }).to_string(),
    );
    [
        (
            "Revoke a refresh token",
            format!("curl -i -u {client} -H 'content-type: application/json' -d {body} {endpoint}"),
        ),
        ("Check that its access token was revoked too", {
            let token = utf8_percent_encode(grant.access_token(), NOT_IN_PATH);
            format!("curl {base_url}/sandbox/tokens/{token}")
        }),
        (
            "Issue another grant",
            format!("curl -X POST {base_url}/sandbox/grants"),
        ),
        (
            "Make the next request fail",
            format!("curl -d '{{\"status\": 503, \"retry_after\": 2}}' {base_url}/sandbox/faults"),
        ),
    ]
}

/// Form-encodes credentials (RFC 6749 section 2.3.1), which `curl -u` does not do.
fn form_encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Quotes any text as one shell word.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_one_shell_word() {
        assert_eq!(quote(r#"a"$b"#), r#"'a"$b'"#);
        assert_eq!(quote("it's"), r"'it'\''s'");
    }

    #[test]
    fn tokens_are_escaped_for_the_shell() {
        let sandbox = Sandbox::start();
        let grant = sandbox.issue_grant_with("a;b/$c d'", "r");
        let [_, (_, line), ..] = curl_commands(&sandbox, &grant);
        let path = "/sandbox/tokens/a%3Bb%2F%24c%20d%27";
        assert!(line.ends_with(path), "{line}");
    }
}
