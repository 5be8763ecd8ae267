//! Shell quoting.

/// Quotes any text as one shell word.
pub(crate) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Quotes a text if necessary.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        quote(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_one_shell_word() {
        assert_eq!(quote(r#"a"$b"#), r#"'a"$b'"#);
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(word("--a=b/c"), "--a=b/c");
        assert_eq!(word(""), "''");
    }
}
