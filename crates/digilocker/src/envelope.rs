//! What an answer's body says, in whichever of the known shapes, however broken.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// All that can be read from a body. A body that is no JSON object says nothing.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) success: Success,
    /// Whether it speaks of an error, in these shapes or in any other.
    pub(crate) is_error: bool,
    /// `error.code` of the documented envelope, or `error` of RFC 6749 §5.2.
    pub(crate) code: Option<String>,
    /// `error.message`, or `error_description`.
    pub(crate) message: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
}

/// What the member `success` says, from the best to the worst: where it occurs twice, the worst
/// counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Success {
    #[default]
    Absent,
    True,
    /// There is one, but it is no boolean; or the object breaks off before there is one.
    Unreadable,
    False,
}

impl Envelope {
    /// Reads as much as there is. What was read before a syntax error still counts: an answer that
    /// breaks off after `"success": false` is not a success.
    pub(crate) fn read(body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let mut is_object = false;
        let (mut envelope, is_whole) = Self::parse(body, &mut is_object);
        let is_in_doubt = if is_object {
            // What was not read could have been the one word that matters.
            !is_whole
        } else {
            holds_refusal(body)
        };
        if is_in_doubt && envelope.success == Success::Absent {
            envelope.success = Success::Unreadable;
        }
        envelope
    }

    /// What there is, and whether it was read to its end.
    fn parse(body: &[u8], is_object: &mut bool) -> (Self, bool) {
        let mut envelope = Self::default();
        let mut json = serde_json::Deserializer::from_slice(body);
        let ended = Reader(&mut envelope, is_object).deserialize(&mut json);
        (envelope, ended.is_ok())
    }

    fn error(&mut self, error: Value) {
        self.is_error |= !is_nothing(&error);
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

    fn data(&mut self, data: Value) {
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

/// Whether a body that is no object has one in it that speaks of a failure: after a page of warnings,
/// say, the first of which costs a PHP server the status too, since a 200 has been sent with it.
fn holds_refusal(body: &[u8]) -> bool {
    /// More objects than a page has before its envelope; each costs a reading of the rest.
    const MOST: usize = 16;
    let objects = body.iter().enumerate().filter_map(|(at, byte)| {
        let (b'{', rest) = (byte, &body[at..]) else {
            return None;
        };
        rest[1..]
            .trim_ascii_start()
            .starts_with(b"\"")
            .then_some(rest)
    });
    objects.take(MOST).any(|object| {
        let (envelope, _) = Envelope::parse(object, &mut false);
        envelope.success == Success::False || envelope.is_error
    })
}

/// Whether this is how a server says that there was no error. An empty code is none of these ways:
/// a code is there.
fn is_nothing(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) | Value::String(_) => false,
    }
}

/// Fills an envelope that outlives a syntax error, and says whether there was an object at all.
struct Reader<'a>(&'a mut Envelope, &'a mut bool);

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
        let Self(envelope, is_object) = self;
        *is_object = true;
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "success" => {
                    let before = envelope.success;
                    envelope.success = before.max(Success::Unreadable);
                    let said = match members.next_value::<Value>()? {
                        Value::Bool(true) => Success::True,
                        Value::Bool(false) => Success::False,
                        _ => Success::Unreadable,
                    };
                    envelope.success = before.max(said);
                }
                "error" => envelope.error(members.next_value()?),
                "error_description" => {
                    if let Value::String(message) = members.next_value()? {
                        envelope.is_error |= !message.is_empty();
                        envelope.message = envelope.message.take().or(Some(message));
                    }
                }
                "data" => envelope.data(members.next_value()?),
                // Members that nobody told us of are ignored (RFC 6749 §5.1).
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

    #[test]
    fn what_success_says() {
        #[track_caller]
        fn check(body: &str, expected: Success) {
            assert_eq!(Envelope::read(body.as_bytes()).success, expected, "{body}");
        }
        check("", Success::Absent);
        check("{}", Success::Absent);
        check("null", Success::Absent);
        check("[]", Success::Absent);
        check("<html>", Success::Absent);
        check(r#"{"data": {"success": false}}"#, Success::Absent);
        check(r#"{"success": true}"#, Success::True);
        check("\u{feff}{\"success\": false}", Success::False);
        check(r#"{"success": false}"#, Success::False);
        check(r#"{"success": "true"}"#, Success::Unreadable);
        check(r#"{"success": null}"#, Success::Unreadable);
        check(r#"{"success": 0}"#, Success::Unreadable);
        check(r#"{"success": [false]}"#, Success::Unreadable);
        check(r#"{"success": true, "success": false}"#, Success::False);
        check(r#"{"success": false, "success": true}"#, Success::False);
        check(r#"{"success": true, "success": 1}"#, Success::Unreadable);
        check(r#"{"success": false, "err"#, Success::False);
        check(r#"{"success": fal"#, Success::Unreadable);
        check(r#"{"success""#, Success::Unreadable);
        check(r#"{"suc"#, Success::Unreadable);
        check("{", Success::Unreadable);
        check(r#"{"data": oops, "success": false}"#, Success::Unreadable);
        check(r#"{"success": true, "data": {"#, Success::True);
        check(r#"{"success": false} trailing"#, Success::False);
        check(r#"{"\u0073uccess": false}"#, Success::False);
    }

    #[test]
    fn an_envelope_may_have_something_before_it() {
        #[track_caller]
        fn check(body: &str, expected: Success) {
            assert_eq!(Envelope::read(body.as_bytes()).success, expected, "{body}");
        }
        let page = "<br />\n<b>Warning</b>: Undefined index {x} in <b>/revoke.php</b><br />\n";
        let refused = r#"{ "success": false, "error": {"code": "E", "message": "m"}}"#;
        check(&format!("{page}{refused}"), Success::Unreadable);
        check(&format!("{page}{refused}</html>"), Success::Unreadable);
        check(&format!("{page}{}", &refused[..20]), Success::Unreadable);
        check(&format!("{page}{{\"error\": \"E\"}}"), Success::Unreadable);
        check(&format!(")]}}'\n{refused}"), Success::Unreadable);
        check(&format!("callback({refused})"), Success::Unreadable);
        check(&format!("[{refused}]"), Success::Unreadable);
        check(&format!("{page}{{\"success\": true}}"), Success::Absent);
        check(
            r#"<style>a {color: red}</style><script>f({"a": b, "success": false})</script>"#,
            Success::Absent,
        );
        let deep = format!("x{}", "{\"a\":".repeat(20_000));
        check(&deep, Success::Absent);
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!(r#"{{"success": false, "x": {}"#, "[".repeat(10_000));
        assert_eq!(Envelope::read(deep.as_bytes()).success, Success::False);
        let deep = format!(r#"{{"data": {}"#, "{\"a\":".repeat(10_000));
        assert_eq!(Envelope::read(deep.as_bytes()).success, Success::Unreadable);
    }

    #[test]
    fn code_and_message_in_both_shapes() {
        #[track_caller]
        fn check(body: &str, code: Option<&str>, message: Option<&str>) {
            let found = Envelope::read(body.as_bytes());
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
    fn data_is_read_as_far_as_it_goes() {
        let found = Envelope::read(br#"{"data": {"id": "a", "created_at": "yesterday"}}"#);
        assert_eq!((found.id.as_deref(), found.created_at), (Some("a"), None));
        let found =
            Envelope::read(br#"{"data": {"id": 1, "created_at": "2025-01-01T05:30:00+05:30"}}"#);
        assert_eq!(found.created_at, "2025-01-01T00:00:00Z".parse().ok());
        assert_eq!(found.id, None);
    }
}
