//! Reads a body that is not the documented success: in each known shape, as far as possible.

use std::fmt;

use chrono::{DateTime, Utc};
use digilocker_client::types::RevocationError;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// The members that can be read from a body.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ErrorBody {
    /// The documented member.
    success: Flag,
    /// The member that servers of production partners send instead.
    revoked: Flag,
    /// Whether there is an error, in a known shape or another one.
    pub(super) is_error: bool,
    /// `error.code` of the documented error, or `error` of RFC 6749 §5.2.
    pub(super) code: Option<String>,
    /// `error.message`, or `error_description`.
    pub(super) message: Option<String>,
    pub(super) id: Option<String>,
    pub(super) created_at: Option<DateTime<Utc>>,
    /// Whether the object was read to its end.
    pub(super) is_complete: bool,
}

/// The value of a member that says whether the token was revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Flag {
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
        match value {
            Value::Null => Self::Absent,
            Value::Bool(true) => Self::True,
            Value::Bool(false) => Self::False,
            Value::String(text) if text == "true" => Self::True,
            Value::String(text) if text == "false" => Self::False,
            Value::Number(number) => match number.as_u64() {
                Some(1) => Self::True,
                Some(0) => Self::False,
                _ => Self::Unclear,
            },
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

/// The documented error.
impl From<RevocationError> for ErrorBody {
    fn from(body: RevocationError) -> Self {
        Self {
            success: Flag::False,
            is_error: true,
            code: Some(body.error.code),
            message: Some(body.error.message),
            is_complete: true,
            ..Self::default()
        }
    }
}

impl ErrorBody {
    /// Reads as much as possible. Members before a syntax error count: a body that is truncated after
    /// `"success": false` is not a success.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut is_object = false;
        let mut body = Self::parse(bytes, &mut is_object);
        let flag = body.revocation_flag();
        let is_unclear = if !is_object {
            contains_failure(bytes)
        } else if body.is_complete {
            let rest = after_first_value(bytes).trim_ascii();
            body.is_complete = rest.is_empty();
            flag != Flag::False && contains_failure(rest)
        } else {
            // The decisive member may be in the part that was not read.
            flag == Flag::Absent
        };
        if is_unclear {
            body.success = Flag::Unclear;
        }
        body
    }

    /// Whether the token was revoked: `success` and `revoked` combined.
    pub(super) fn revocation_flag(&self) -> Flag {
        self.success.combine(self.revoked)
    }

    fn parse(bytes: &[u8], is_object: &mut bool) -> Self {
        let mut body = Self::default();
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let read = Reader(&mut body, is_object).deserialize(&mut json);
        body.is_complete = read.is_ok();
        body
    }

    fn add_error(&mut self, error: Value) {
        self.is_error |= !means_no_error(&error);
        match error {
            Value::String(code) => self.code = self.code.take().or(Some(code)),
            Value::Object(mut error) => {
                if let Some(Value::String(code)) = error.remove("code") {
                    self.code = self.code.take().or(Some(code));
                }
                if let Some(Value::String(message)) = error.remove("message") {
                    self.message = self.message.take().or(Some(message));
                }
            }
            _ => {}
        }
    }

    fn add_data(&mut self, data: Value) {
        let Value::Object(mut data) = data else {
            return;
        };
        if let Some(Value::String(id)) = data.remove("id") {
            self.id = Some(id);
        }
        if let Some(Value::String(created_at)) = data.remove("created_at") {
            self.created_at = created_at.parse().ok();
        }
    }
}

/// What follows the first JSON value.
fn after_first_value(bytes: &[u8]) -> &[u8] {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    values.next();
    bytes.get(values.byte_offset()..).unwrap_or_default()
}

/// Whether text that is not one object contains an object that reports a failure. PHP servers, for
/// instance, may send warnings first, with the status 200. Other servers encode JSON twice.
fn contains_failure(bytes: &[u8]) -> bool {
    /// The maximum number of objects that are searched. More count as a failure.
    const MAX_OBJECTS: usize = 1024;
    if let Ok(text) = serde_json::from_slice::<String>(bytes) {
        return contains_failure(text.as_bytes());
    }
    let objects = bytes.iter().enumerate().filter_map(|(at, byte)| {
        let (b'{', rest) = (byte, &bytes[at..]) else {
            return None;
        };
        rest[1..]
            .trim_ascii_start()
            .starts_with(b"\"")
            .then_some(rest)
    });
    objects.enumerate().any(|(number, object)| {
        let body = ErrorBody::parse(object, &mut false);
        number == MAX_OBJECTS
            || body.is_error
            || body.success == Flag::False
            || body.revoked == Flag::False
    })
}

/// Whether this value of `error` means that there is none. An empty string is an error code.
fn means_no_error(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) | Value::String(_) => false,
    }
}

/// Fills a body, which keeps its members after a syntax error. The `bool` becomes true if it is an object.
struct Reader<'a>(&'a mut ErrorBody, &'a mut bool);

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(body, is_object) = self;
        *is_object = true;
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "success" | "revoked" => {
                    let member = if name == "success" {
                        &mut body.success
                    } else {
                        &mut body.revoked
                    };
                    // Unclear until the value is read: the body may end here.
                    let before = std::mem::replace(member, Flag::Unclear);
                    *member = before.combine(Flag::read(&members.next_value()?));
                }
                "error" => body.add_error(members.next_value()?),
                "error_description" => {
                    if let Value::String(message) = members.next_value()? {
                        body.is_error |= !message.is_empty();
                        body.message = body.message.take().or(Some(message));
                    }
                }
                "data" => body.add_data(members.next_value()?),
                // Unknown members are ignored (RFC 6749 §5.1).
                _ => drop(
                    members
                        .next_value::<IgnoredAny>()
                        .map_err(A::Error::custom)?,
                ),
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
        assert_eq!(
            ErrorBody::read(body.as_bytes()).revocation_flag(),
            expected,
            "{body}"
        );
    }

    #[test]
    fn success_and_revoked_are_combined() {
        use Flag::{Absent, False, True, Unclear};
        for absent in [
            "",
            "{}",
            "null",
            "[]",
            "<html>",
            r#"{"data": {"success": false}}"#,
        ] {
            check(absent, Absent);
        }
        for (value, flag) in [
            ("true", True),
            (r#""true""#, True),
            ("1", True),
            ("false", False),
            (r#""false""#, False),
            ("0", False),
            ("null", Absent),
            ("2", Unclear),
            ("-1", Unclear),
            ("1.5", Unclear),
            (r#""yes""#, Unclear),
            (r#""""#, Unclear),
            ("[false]", Unclear),
            ("{}", Unclear),
        ] {
            for member in ["success", "revoked"] {
                check(&format!(r#"{{"{member}": {value}}}"#), flag);
            }
        }
        check("\u{feff}{\"success\": false}", False);
        check(r#"{"\u0073uccess": false}"#, False);
        check(r#"{"success": false} trailing"#, False);
        check(r#"{"success": true, "revoked": true}"#, True);
        check(r#"{"success": null, "revoked": true}"#, True);
        check(r#"{"success": true, "revoked": false}"#, Unclear);
        check(r#"{"success": false, "revoked": 1}"#, Unclear);
        check(r#"{"success": true, "success": false}"#, Unclear);
        check(r#"{"success": true, "success": 7}"#, Unclear);
        check(r#"{"success": false, "success": 0}"#, False);
    }

    #[test]
    fn a_truncated_body_is_read_as_far_as_possible() {
        use Flag::{False, True, Unclear};
        check(r#"{"success": false, "err"#, False);
        check(r#"{"revoked": false, "err"#, False);
        check(r#"{"success": fal"#, Unclear);
        check(r#"{"success": true, "revoked": fal"#, Unclear);
        check(r#"{"success""#, Unclear);
        check(r#"{"suc"#, Unclear);
        check("{", Unclear);
        check(r#"{"data": oops, "success": false}"#, Unclear);
        check(r#"{"success": true, "data": {"#, True);
        let is_complete = |body: &str| ErrorBody::read(body.as_bytes()).is_complete;
        assert!(is_complete(r#"{"success": true}"#));
        assert!(!is_complete(r#"{"success": true, "data": {"#));
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
        use Flag::{Absent, False, True, Unclear};
        let refused = r#"{"success": false, "error": {"code": "E", "message": "m"}}"#;
        check(&format!("{{\"warning\": \"x\"}}\n{refused}"), Unclear);
        check(&format!("{{\"success\": true}}{refused}"), Unclear);
        check(&format!("{refused}{refused}"), False);
        check(r#"{"success": true} trailing"#, True);
        check(r#"{"a": 1} trailing"#, Absent);
        check(&serde_json::to_string(refused).unwrap(), Unclear);
        check(r#""{\"success\": true}""#, Absent);
        let is_complete = |body: &str| ErrorBody::read(body.as_bytes()).is_complete;
        assert!(is_complete("{\"success\": true}\r\n"));
        assert!(!is_complete(r#"{"success": true} trailing"#));
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        check(
            &format!(r#"{{"success": false, "x": {}"#, "[".repeat(10_000)),
            Flag::False,
        );
        check(
            &format!(r#"{{"data": {}"#, "{\"a\":".repeat(10_000)),
            Flag::Unclear,
        );
    }

    #[test]
    fn code_and_message_are_read_in_both_shapes() {
        #[track_caller]
        fn check(body: &str, code: Option<&str>, message: Option<&str>) {
            let found = ErrorBody::read(body.as_bytes());
            assert_eq!(
                (found.code.as_deref(), found.message.as_deref()),
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
        check(r#"{"error": {"code": 7, "message": null}}"#, None, None);
        check(r#"{"error": null}"#, None, None);
        check(r#"{"error": ["a"]}"#, None, None);
    }

    #[test]
    fn a_documented_error_equals_the_generated_type() {
        let body = r#"{"success": false, "error": {"code": "E", "message": "m"}}"#;
        let generated: RevocationError = serde_json::from_str(body).unwrap();
        assert_eq!(ErrorBody::from(generated), ErrorBody::read(body.as_bytes()));
    }

    #[test]
    fn data_is_read_as_far_as_possible() {
        let found = ErrorBody::read(br#"{"data": {"id": "a", "created_at": "yesterday"}}"#);
        assert_eq!((found.id.as_deref(), found.created_at), (Some("a"), None));
        let found =
            ErrorBody::read(br#"{"data": {"id": 1, "created_at": "2025-01-01T05:30:00+05:30"}}"#);
        assert_eq!(found.created_at, "2025-01-01T00:00:00Z".parse().ok());
        assert_eq!(found.id, None);
    }
}
