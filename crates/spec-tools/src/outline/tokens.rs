//! Formats Rust tokens on one line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// `syntax` on one line.
pub(super) fn text(syntax: &impl ToTokens) -> String {
    let mut line = String::new();
    write(syntax.to_token_stream(), &mut line);
    shorten(line.trim())
}

fn write(tokens: TokenStream, line: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                if open == "[" {
                    space_between_words(line);
                }
                line.push_str(open);
                write(group.stream(), line);
                line.push_str(close);
            }
            TokenTree::Ident(ident) => {
                space_between_words(line);
                line.push_str(&ident.to_string());
            }
            TokenTree::Literal(literal) => {
                space_between_words(line);
                line.push_str(&literal.to_string());
            }
            TokenTree::Punct(punct) => {
                let before = line.chars().last();
                let (space, after) = match punct.as_char() {
                    // Drops a trailing comma.
                    ',' if tokens.peek().is_none() => continue,
                    ',' | ';' => (false, true),
                    ':' if punct.spacing() == Spacing::Alone && before != Some(':') => {
                        (false, true)
                    }
                    '=' | '+' => (true, punct.spacing() == Spacing::Alone),
                    '-' => (true, false),
                    '>' if matches!(before, Some('-' | '=')) => (false, true),
                    _ => (false, false),
                };
                if space && !line.is_empty() && before != Some(' ') {
                    line.push(' ');
                }
                if punct.as_char() == '\'' {
                    space_between_words(line);
                }
                line.push(punct.as_char());
                if after {
                    line.push(' ');
                }
            }
        }
    }
}

fn space_between_words(line: &mut String) {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | '>' | ']');
    if line.chars().last().is_some_and(is_word) {
        line.push(' ');
    }
}

/// Removes the leading `::` of absolute paths, and shortens paths of the standard library to the last name.
fn shorten(line: &str) -> String {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let mut short = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("::") {
        let (before, path) = rest.split_at(at);
        let end = path.find(|c| !is_path(c)).unwrap_or(path.len());
        let (path, after) = path.split_at(end);
        short.push_str(before);
        short.push_str(match path.strip_prefix("::std::") {
            Some(std) => std.rsplit("::").next().unwrap_or_default(),
            None if before.ends_with(is_path) => path,
            None => &path[2..],
        });
        rest = after;
    }
    short + rest
}
