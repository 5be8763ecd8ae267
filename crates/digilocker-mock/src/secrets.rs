//! The texts that are never shown.

use std::collections::{BTreeMap, HashSet};

/// Finds secrets in texts. The time depends on the text and on how many lengths the secrets have, not on
/// their number.
#[derive(Default)]
pub(crate) struct Secrets {
    /// In lower case: header names arrive in lower case.
    by_length: BTreeMap<usize, HashSet<Vec<u8>>>,
}

impl Secrets {
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

impl<'a> FromIterator<&'a str> for Secrets {
    fn from_iter<T: IntoIterator<Item = &'a str>>(texts: T) -> Self {
        let mut secrets = Self::default();
        texts.into_iter().for_each(|text| secrets.insert(text));
        secrets
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn secrets_are_found_anywhere_and_in_any_case() {
        let secrets: Secrets = ["", "sEcret", "a/b", "é€"].into_iter().collect();
        for text in ["secret", "x-SECRET-x", "xa/by", "1é€2"] {
            assert!(secrets.occur_in(text), "{text}");
        }
        for text in ["", "secre", "a-b", "é"] {
            assert!(!secrets.occur_in(text), "{text}");
        }
    }
}
