//! Reads a body into a [`Reply`]: the documented ones from the generated types, any other in each known shape,
//! as far as possible.

use std::fmt;

use chrono::{DateTime, Utc};
use digilocker_client::types::{RevocationError, RevocationSuccess};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

/// What the body of a response says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Reply {
    pub(crate) body: BodyShape,
    /// The documented member `success`, combined with `revoked`, which servers of production partners send instead.
    pub(crate) revoked: Flag,
    /// Whether the body speaks of an error, in a known shape or another one.
    pub(crate) is_error: bool,
    /// `error.code` of the documented error, or `error` of RFC 6749 §5.2.
    pub(crate) code: Option<String>,
    /// The texts of [`MESSAGES`].
    messages: [Option<String>; MESSAGES.len()],
    pub(crate) id: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    /// Whether the object was read to its end.
    is_complete: bool,
}

/// Top-level members that describe an error, the best one first: that of RFC 6749 §5.2, whose place `error.message`
/// takes in the documented error, and those of other servers; `title` is that of RFC 9457.
const MESSAGES: [&str; 5] = [
    "error_description",
    "message",
    "detail",
    "errorSummary",
    "title",
];

/// The other members that count.
const OTHERS: [&str; 5] = ["data", "error", "errors", "ok", "status"];

/// Values of a top-level `status` that report a failure.
const FAILURES: [&str; 4] = ["error", "fail", "failed", "failure"];

/// The shape of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BodyShape {
    Empty,
    /// The one that the spec documents for the status.
    Documented,
    /// It begins like another object.
    Object,
    #[default]
    Other,
}

/// Whether the body says that the token was revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flag {
    /// Absent, or `null`.
    #[default]
    Absent,
    True,
    False,
    /// Another value, or values that contradict each other.
    Unclear,
}

impl Flag {
    fn read(value: &Value) -> Self {
        match (value, value.as_str(), value.as_u64()) {
            (Value::Null, ..) => Self::Absent,
            (Value::Bool(true), ..) | (_, Some("true"), _) | (.., Some(1)) => Self::True,
            (Value::Bool(false), ..) | (_, Some("false"), _) | (.., Some(0)) => Self::False,
            _ => Self::Unclear,
        }
    }

    fn combine(self, other: Self) -> Self {
        match (self, other) {
            (Self::Absent, flag) | (flag, Self::Absent) => flag,
            (one, other) if one == other => one,
            _ => Self::Unclear,
        }
    }
}

/// The documented success. Other members are ignored (RFC 6749 §5.1).
impl From<RevocationSuccess> for Reply {
    fn from(body: RevocationSuccess) -> Self {
        Self {
            body: BodyShape::Documented,
            revoked: Flag::True,
            id: Some(body.data.id),
            created_at: Some(body.data.created_at),
            is_complete: true,
            ..Self::default()
        }
    }
}

/// The documented error.
impl From<RevocationError> for Reply {
    fn from(body: RevocationError) -> Self {
        let mut reply = Self {
            body: BodyShape::Documented,
            revoked: Flag::False,
            is_error: true,
            is_complete: true,
            ..Self::default()
        };
        set(&mut reply.code, body.error.code);
        set(&mut reply.messages[0], body.error.message);
        reply
    }
}

impl Reply {
    /// Reads as much as possible. Members before a syntax error count: a body that is truncated after
    /// `"success": false` is not a success.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut reply = Self::parse(bytes);
        let flag = reply.revoked;
        let is_unclear = if reply.body != BodyShape::Object {
            contains_failure(bytes)
        } else if reply.is_complete {
            let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
            values.next();
            let rest = bytes[values.byte_offset()..].trim_ascii();
            reply.is_complete = rest.is_empty();
            flag != Flag::False && contains_failure(rest)
        } else {
            // The decisive member may be in the part that was not read.
            flag == Flag::Absent
        };
        if is_unclear {
            reply.revoked = Flag::Unclear;
        }
        reply
    }

    /// Whether the body itself says that the token was revoked, and is complete.
    pub(crate) fn is_confirmed(&self) -> bool {
        self.is_complete && self.revoked == Flag::True
    }

    pub(crate) fn message(&self) -> Option<&String> {
        self.messages.iter().flatten().next()
    }

    fn parse(bytes: &[u8]) -> Self {
        let mut reply = Self::default();
        if bytes.is_empty() {
            reply.body = BodyShape::Empty;
        }
        let mut json = serde_json::Deserializer::from_slice(bytes);
        reply.is_complete = json.deserialize_map(&mut reply).is_ok();
        reply
    }

    /// Adds a member other than the flags.
    fn add(&mut self, name: &str, value: Value) {
        self.is_error |= match name {
            "error" | "errors" | "error_description" => !is_zero(&value),
            "ok" => value == false,
            "status" => (value.as_str())
                .is_some_and(|status| FAILURES.contains(&&*status.to_ascii_lowercase())),
            _ => false,
        };
        match (name, value) {
            ("error", Value::String(code)) => set(&mut self.code, code),
            ("error", Value::Object(mut error)) => {
                set(&mut self.code, take(&mut error, "code"));
                set(&mut self.messages[0], take(&mut error, "message"));
            }
            ("data", Value::Object(mut data)) => {
                set(&mut self.id, take(&mut data, "id"));
                self.created_at = take(&mut data, "created_at").parse().ok();
            }
            (name, Value::String(text)) => {
                if let Some(at) = MESSAGES.iter().position(|it| *it == name) {
                    set(&mut self.messages[at], text);
                }
            }
            _ => {}
        }
    }
}

/// Takes a member that is text. Empty if there is none.
fn take(object: &mut Map<String, Value>, name: &str) -> String {
    match object.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Sets a text that is not known yet. Empty text counts as absent.
fn set(slot: &mut Option<String>, text: String) {
    if slot.is_none() && !text.is_empty() {
        *slot = Some(text);
    }
}

/// Whether text that is not one object contains an object that reports a failure. PHP servers, for
/// instance, may send warnings first, with the status 200. Other servers encode JSON twice.
fn contains_failure(bytes: &[u8]) -> bool {
    /// The maximum number of objects that are searched. More count as a failure.
    const MAX_OBJECTS: usize = 1024;
    if let Ok(text) = serde_json::from_slice::<String>(bytes) {
        return contains_failure(text.as_bytes());
    }
    let tails = (0..bytes.len()).map(|at| &bytes[at..]);
    let objects = tails.filter(|tail| {
        (tail.strip_prefix(b"{")).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""))
    });
    objects
        .enumerate()
        .any(|(number, object)| number == MAX_OBJECTS || Reply::parse(object).is_error)
}

/// Whether this is a zero value, which means that there is no error: servers in Go and Java serialise their
/// zero values beside a success.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().all(is_zero),
        Value::Array(items) => items.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        other => other.is_null() || *other == false || *other == "",
    }
}

/// Keeps the members before a syntax error.
impl<'de> Visitor<'de> for &mut Reply {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.body = BodyShape::Object;
        while let Some(name) = members.next_key::<String>()? {
            match &*name {
                "success" | "revoked" => {
                    // Unclear until the value is read: the body may end here.
                    let before = std::mem::replace(&mut self.revoked, Flag::Unclear);
                    let flag = Flag::read(&members.next_value()?);
                    self.revoked = before.combine(flag);
                    self.is_error |= flag == Flag::False;
                }
                name if MESSAGES.contains(&name) || OTHERS.contains(&name) => {
                    self.add(name, members.next_value()?);
                }
                // Others are ignored (RFC 6749 §5.1), however deep they are.
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Flag) {
        assert_eq!(Reply::read(body.as_bytes()).revoked, expected, "{body}");
    }

    #[test]
    fn each_spelling_of_a_flag_is_read() {
        use Flag::{False, True, Unclear};
        check("\u{feff}{\"success\": false}", False);
        check(r#"{"\u0073uccess": false}"#, False);
        check(r#"{"success": -1}"#, Unclear);
        check(r#"{"success": false, "success": 0}"#, False);
        check(r#"{"success": false} trailing"#, False);
        check(r#"{"success": true} trailing"#, True);
    }

    #[test]
    fn a_truncated_flag_is_unclear() {
        check(r#"{"success""#, Flag::Unclear);
        check(r#"{"success": fal"#, Flag::Unclear);
        check(r#"{"success": true, "revoked": fal"#, Flag::Unclear);
        check(r#"{"data": oops, "success": false}"#, Flag::Unclear);
    }

    #[test]
    fn a_failure_after_other_text_is_unclear() {
        use Flag::{Absent, Unclear};
        let page = "<br />\n<b>Warning</b>: Undefined index {x} in <b>/revoke.php</b><br />\n";
        let refused = r#"{ "success": false, "error": {"code": "E", "message": "m"}}"#;
        check(&format!("{page}{refused}"), Unclear);
        check(&format!("{page}{refused}</html>"), Unclear);
        check(&format!("{page}{}", &refused[..20]), Unclear);
        check(&format!("{page}{{\"error\": \"E\"}}"), Unclear);
        check(&format!("{page}{{\"revoked\": false}}"), Unclear);
        check(&format!(")]}}'\n{refused}"), Unclear);
        check(&format!("callback({refused})"), Unclear);
        check(&format!("[{refused}]"), Unclear);
        check(&format!("{page}{{\"success\": true}}"), Absent);
        check(
            r#"<style>a {color: red}</style><script>f({"a": b, "success": false})</script>"#,
            Absent,
        );
        let many = |number| format!("x{}", r#"{"a": 1}"#.repeat(number));
        check(&many(100), Absent);
        check(&format!("{}{refused}", many(100)), Unclear);
        // More objects than are searched.
        check(&many(2_000), Unclear);
        check(&format!("x{}", "{\"a\":".repeat(20_000)), Unclear);
    }

    #[test]
    fn a_failure_after_an_object_or_in_a_string_is_unclear() {
        use Flag::{Absent, False, Unclear};
        let refused = r#"{"success": false, "error": {"code": "E", "message": "m"}}"#;
        check(&format!("{{\"warning\": \"x\"}}\n{refused}"), Unclear);
        check(&format!("{{\"success\": true}}{refused}"), Unclear);
        check(&format!("{refused}{refused}"), False);
        check(r#"{"a": 1} trailing"#, Absent);
        check(&serde_json::to_string(refused).unwrap(), Unclear);
        check(r#""{\"success\": true}""#, Absent);
        let is_complete = |body: &str| Reply::read(body.as_bytes()).is_complete;
        assert!(is_complete("{\"success\": true}\r\n"));
        assert!(!is_complete(r#"{"success": true} trailing"#));
    }

    #[test]
    fn code_and_message_are_read_in_both_shapes() {
        #[track_caller]
        fn check(body: &str, code: Option<&str>, message: Option<&str>) {
            let found = Reply::read(body.as_bytes());
            assert_eq!(
                (found.code.as_deref(), found.message().map(String::as_str)),
                (code, message),
                "{body}"
            );
        }
        check(
            r#"{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "m"}}"#,
            Some("VALIDATION_ERROR"),
            Some("m"),
        );
        check(
            r#"{"error": "invalid_token", "error_description": "d", "error_uri": "u"}"#,
            Some("invalid_token"),
            Some("d"),
        );
        check(
            r#"{"error": {"code": "A", "message": "m"}, "error": "b", "error_description": "d"}"#,
            Some("A"),
            Some("m"),
        );
        check(
            r#"{"title": "t", "errorSummary": "s", "detail": "d", "message": "m"}"#,
            None,
            Some("m"),
        );
        check(r#"{"detail": "d", "title": "t"}"#, None, Some("d"));
        check(r#"{"errorSummary": "s", "detail": ""}"#, None, Some("s"));
        check(r#"{"title": "t", "status": 409}"#, None, Some("t"));
        check(
            r#"{"message": "m", "error": "E", "error_description": "d"}"#,
            Some("E"),
            Some("d"),
        );
        check(r#"{"message": "m", "error": ""}"#, None, Some("m"));
        check(r#"{"error": {"code": 7, "message": null}}"#, None, None);
        check(r#"{"error": null}"#, None, None);
        check(r#"{"error": ["a"]}"#, None, None);
    }

    #[test]
    fn a_documented_error_says_the_same_through_the_generated_type() {
        let body = r#"{"success": false, "error": {"code": "E", "message": "m"}}"#;
        let generated: RevocationError = serde_json::from_str(body).unwrap();
        let read = Reply {
            body: BodyShape::Documented,
            ..Reply::read(body.as_bytes())
        };
        assert_eq!(Reply::from(generated), read);
    }

    #[test]
    fn data_is_read_as_far_as_possible() {
        let found = Reply::read(br#"{"data": {"id": "a", "created_at": "yesterday"}}"#);
        assert_eq!((found.id.as_deref(), found.created_at), (Some("a"), None));
        let found =
            Reply::read(br#"{"data": {"id": 1, "created_at": "2025-01-01T05:30:00+05:30"}}"#);
        assert_eq!(found.created_at, "2025-01-01T00:00:00Z".parse().ok());
        assert_eq!(found.id, None);
    }
}
