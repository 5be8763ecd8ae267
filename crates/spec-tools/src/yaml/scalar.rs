//! Unquoted scalars, by the core schema of YAML 1.2.2 (section 10.3.2).

use serde_json::{Number, Value};

/// The value of an unquoted scalar; `None` if it is a number that JSON cannot express.
pub(super) fn plain(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ if is_special_float(text) => None,
        _ if is_decimal(text) => decimal(text),
        _ => match text.get(..2) {
            Some("0x") => radix(text, 16),
            Some("0o") => radix(text, 8),
            _ => Some(Value::String(text.to_owned())),
        },
    }
}

fn is_special_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, which is what Rust parses, without words like
/// `inf`.
fn is_decimal(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().all(is_part) && text.parse::<f64>().is_ok()
}

fn decimal(text: &str) -> Option<Value> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    Number::from_f64(text.parse().ok()?).map(Value::Number)
}

fn radix(text: &str, radix: u32) -> Option<Value> {
    let digits = &text[2..];
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Some(Value::String(text.to_owned()));
    }
    u64::from_str_radix(digits, radix).ok().map(Value::from)
}
