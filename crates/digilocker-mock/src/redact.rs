//! Redacts requests. By mistake, a token can be anywhere in a request.

use std::collections::{BTreeMap, HashSet};

use http::{HeaderMap, HeaderName, Method};

use crate::contract::Contract;
use crate::exchange::Header;

const HIDDEN: &str = "…";
/// Longer texts may be tokens that the sandbox did not issue.
const MAX_WORD: usize = 24;
const MAX_SEGMENT: usize = 16;
const MAX_NAME: usize = 32;
/// Limits of what the journal keeps of one request.
const MAX_TEXT: usize = 128;
const MAX_HEADERS: usize = 32;

/// Headers whose values are useful, and shown unless they may contain a secret.
const SHOWN: [&str; 4] = ["accept", "content-type", "traceparent", "user-agent"];

/// Headers of HTTP, proxies and tracing, which any request may have.
const STANDARD: &str = "accept accept-charset accept-encoding accept-language b3 baggage cache-control \
    connection content-length content-type date dnt expect forwarded host http2-settings keep-alive \
    origin pragma priority proxy-connection referer te traceparent tracestate transfer-encoding upgrade \
    upgrade-insecure-requests user-agent via x-amzn-trace-id x-correlation-id x-real-ip x-request-id";
const STANDARD_PREFIXES: [&str; 3] = ["sec-", "x-b3-", "x-forwarded-"];

/// Whether a header of this name is standard or in the spec. Such a name is not a secret.
pub(crate) fn is_known(name: &str) -> bool {
    STANDARD.split(' ').any(|known| known == name)
        || Contract::get().headers.iter().any(|known| known == name)
}

/// Whether a request may have a header of this name.
pub(crate) fn is_accepted(name: &HeaderName) -> bool {
    let name = name.as_str();
    let mut prefixes = STANDARD_PREFIXES.iter();
    prefixes.any(|prefix| name.starts_with(prefix)) || is_known(name)
}

/// Finds secrets in texts. The time depends on the text and on how many lengths the secrets have, not on
/// their number.
#[derive(Default)]
pub(crate) struct Secrets {
    /// In lower case: header names arrive in lower case.
    by_length: BTreeMap<usize, HashSet<Vec<u8>>>,
}

impl Secrets {
    pub(crate) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut secrets = Self::default();
        texts.for_each(|text| secrets.insert(text));
        secrets
    }

    pub(crate) fn insert(&mut self, secret: &str) {
        if !secret.is_empty() {
            let same_length = self.by_length.entry(secret.len()).or_default();
            same_length.insert(secret.to_ascii_lowercase().into_bytes());
        }
    }

    /// Whether the text contains a secret.
    pub(crate) fn occur_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase().into_bytes();
        let shorter = self.by_length.range(..=text.len());
        shorter.into_iter().any(|(length, secrets)| {
            let mut parts = text.windows(*length);
            parts.any(|part| secrets.contains(part))
        })
    }
}

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
        let shown = is_known(name) || name.len() <= MAX_NAME && !self.is_secret(name);
        if shown { name } else { HIDDEN }
    }

    /// The names of headers, with the values of those that are harmless and useful.
    pub(crate) fn headers(&self, headers: &HeaderMap) -> Vec<Header> {
        let shown = headers.iter().take(MAX_HEADERS).map(|(name, value)| {
            let shown = SHOWN.contains(&name.as_str());
            let value = value.to_str().ok().filter(|_| shown).map(|value| {
                let may_be_secret = match name.as_str() {
                    "traceparent" => !is_trace_context(value),
                    _ => has_long_word(value),
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

fn has_long_word(text: &str) -> bool {
    let is_separator = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
    text.split(is_separator).any(|word| word.len() > MAX_WORD)
}

/// W3C Trace Context: groups of hexadecimal digits of these lengths.
fn is_trace_context(value: &str) -> bool {
    let lengths = value.split('-').map(str::len);
    let is_digit = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    lengths.eq([2, 32, 16, 2]) && value.bytes().all(is_digit)
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
        let secrets = Secrets::new(["", "sEcret", "a/b"].into_iter());
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
        check("/1234567890123456/12345678901234567", "/1234567890123456/…");
        let long = "/1234567890".repeat(20);
        check(&long, &format!("{}…", &long[..128]));
    }

    #[test]
    fn values_that_may_be_tokens_are_hidden() {
        let secrets = Secrets::new(["secret"].into_iter());
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
                "user-agent",
                "123456789012345678901234/1",
                Some("123456789012345678901234/1"),
            ),
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
            (
                "traceparent",
                "00-2YotnFZFEjr1zCsicMWpAA2YotnFZFEj-00f067aa0ba902b7-01",
                Some("…"),
            ),
            (
                "user-agent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                Some("…"),
            ),
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
