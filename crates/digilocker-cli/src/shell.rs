//! Shell quoting.

/// Quotes any text as one shell word.
pub(crate) fn quote(text: &str) -> String {
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
}
