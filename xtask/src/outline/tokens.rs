//! A piece of Rust on one line, as people write it.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// `syntax` on one line, with the standard library's types by their last name alone.
pub(super) fn text(syntax: &impl ToTokens) -> String {
    let mut line = String::new();
    write(syntax.to_token_stream(), &mut line);
    // prelude and well-known types: their paths say nothing that their names do not
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
                    // A trailing comma is an accident of formatting.
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

fn shorten(line: &str) -> String {
    let mut short = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("::std::") {
        short.push_str(&rest[..at]);
        let path = &rest[at..];
        let end = path
            .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':'))
            .unwrap_or(path.len());
        short.push_str(path[..end].rsplit("::").next().unwrap_or_default());
        rest = &path[end..];
    }
    short + rest
}
