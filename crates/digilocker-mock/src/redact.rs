//! Redacts requests. By mistake, a token can be anywhere in a request.

use std::sync::LazyLock;

use http::{HeaderMap, HeaderName, Method};
use regex::Regex;

use crate::contract::Contract;
use crate::exchange::Header;
use crate::headers;
use crate::secrets::Secrets;

const HIDDEN: &str = "…";
/// Longer texts may be tokens that the sandbox did not issue.
const MAX_WORD: usize = 24;
const MAX_SEGMENT: usize = 16;
const MAX_NAME: usize = 32;
/// Limits of what the journal keeps of one request.
const MAX_TEXT: usize = 128;
const MAX_HEADERS: usize = 32;

/// Headers whose values are useful, and shown unless they may contain a secret.
const SHOWN: [&str; 3] = ["accept", "content-type", "user-agent"];

/// W3C Trace Context.
static TRACEPARENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("^[[:xdigit:]]{2}-[[:xdigit:]]{32}-[[:xdigit:]]{16}-[[:xdigit:]]{2}$").ok()
});

/// Hides texts that contain a known secret or may be one.
pub(crate) struct Redactor<'a> {
    /// The secrets of the sandbox, and those of the request.
    pub(crate) secrets: [&'a Secrets; 2],
}

impl Redactor<'_> {
    fn is_secret(&self, text: &str) -> bool {
        self.secrets.iter().any(|secrets| secrets.occur_in(text))
    }

    /// The path, with each segment replaced that may be a secret. Escapes may hide a secret.
    pub(crate) fn path(&self, path: &str) -> String {
        if path == Contract::get().path {
            return path.to_owned();
        }
        if self.is_secret(path) && path.split('/').all(|segment| !self.is_secret(segment)) {
            return HIDDEN.to_owned();
        }
        let segments = path.split('/').map(|segment| {
            let hidden =
                segment.len() > MAX_SEGMENT || segment.contains('%') || self.is_secret(segment);
            if hidden { HIDDEN } else { segment }
        });
        truncated(segments.collect::<Vec<_>>().join("/"))
    }

    /// The name of a header. Names of standard headers and of headers in the spec are not secrets.
    pub(crate) fn header_name<'n>(&self, name: &'n HeaderName) -> &'n str {
        let name = name.as_str();
        let shown = headers::is_known(name) || name.len() <= MAX_NAME && !self.is_secret(name);
        if shown { name } else { HIDDEN }
    }

    /// The names of headers, with the values of those that are harmless and useful.
    pub(crate) fn headers(&self, headers: &HeaderMap) -> Vec<Header> {
        let shown = headers.iter().take(MAX_HEADERS).map(|(name, value)| {
            let is_traceparent = name == "traceparent";
            let shown = is_traceparent || SHOWN.contains(&name.as_str());
            let value = value.to_str().ok().filter(|_| shown).map(|value| {
                let may_be_secret = if is_traceparent {
                    !TRACEPARENT
                        .as_ref()
                        .is_some_and(|form| form.is_match(value))
                } else {
                    longest_word(value) > MAX_WORD
                };
                let hidden = may_be_secret || self.is_secret(value);
                truncated(if hidden { HIDDEN } else { value }.to_owned())
            });
            Header {
                name: self.header_name(name).to_owned(),
                value,
            }
        });
        shown.collect()
    }
}

/// The name of a standard method. Others may be any word.
pub(crate) fn method(method: &Method) -> Option<&'static str> {
    let mut standard = "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE".split(' ');
    standard.find(|name| method == name)
}

fn longest_word(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

fn truncated(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
        text.truncate(end);
        text.push_str(HIDDEN);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, shown: &str) {
        let secrets = ["", "sEcret", "a/b"].into_iter().collect();
        let redactor = Redactor {
            secrets: [&secrets, &Secrets::default()],
        };
        assert_eq!(redactor.path(path), shown);
    }

    #[test]
    fn secrets_in_paths_are_hidden() {
        check("/", "/");
        check("//oauth2/1/revoke/", "//oauth2/1/revoke/");
        check("/x-secret-x/y", "/…/y");
        check("/xa/by", "…");
        check("/%73ecret", "/…");
        check("/12345678901234567", "/…");
        let long = "/1234567890".repeat(20);
        check(&long, &format!("{}…", &long[..128]));
    }

    #[test]
    fn values_that_may_be_tokens_are_hidden() {
        let secrets = ["secret"].into_iter().collect();
        let redactor = Redactor {
            secrets: [&Secrets::default(), &secrets],
        };
        for (name, value, shown) in [
            (
                "user-agent",
                "python-requests/2.31.0",
                Some("python-requests/2.31.0"),
            ),
            ("user-agent", "my-secret/1", Some("…")),
            (
                "content-type",
                "application/x-www-form-urlencoded",
                Some("application/x-www-form-urlencoded"),
            ),
            (
                "accept",
                "2YotnFZFEjr1zCsicMWpAA-2YotnFZFEjr1zCsicMWpAA",
                Some("…"),
            ),
            (
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            ),
            ("traceparent", "00-x-y-01", Some("…")),
            ("cookie", "a=b", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, http::HeaderValue::from_static(value));
            assert_eq!(
                redactor.headers(&headers),
                [Header {
                    name: name.to_owned(),
                    value: shown.map(str::to_owned),
                }]
            );
        }
    }
}
