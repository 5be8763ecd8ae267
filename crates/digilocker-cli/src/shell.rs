//! Text for a shell.

/// One word of a shell, whatever is in it.
pub(crate) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_one_word_of_a_shell() {
        assert_eq!(quote(r#"a"$b"#), r#"'a"$b'"#);
        assert_eq!(quote("it's"), r"'it'\''s'");
    }
}
