//! Results of queries of CloudWatch Logs Insights, as `aws logs get-query-results` prints them: rows of fields, each an object
//! with its name and its text. Source: CloudWatch Logs API Reference, `GetQueryResults`, `ResultField`.

use serde::Deserialize;
use std::borrow::Cow;

use super::scan::Scanner;

/// The field that holds a log event as it was sent, here a record.
const MESSAGE: &str = "@message";

#[derive(Deserialize)]
struct Field<'a> {
    #[serde(borrow)]
    field: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

/// The log event of a row, if the query asked for it.
pub(super) fn message_of_row(row: &[u8]) -> Option<String> {
    let fields: Vec<Field<'_>> = serde_json::from_slice(row).ok()?;
    let message = fields.into_iter().find(|field| field.field == MESSAGE)?;
    Some(message.value.into_owned())
}

/// Whether the first row of results, with whose bracket these bytes start, holds a log event for which `is_record` is true; a
/// row that does not end in the bytes, if it may be one.
pub(super) fn starts_with_message(results: &[u8], is_record: impl Fn(&[u8]) -> bool) -> bool {
    let mut scanner = Scanner::new(results, 0);
    if scanner.expect(b'[').is_err() || scanner.peek() != Ok(b'[') {
        return false;
    }
    let holds = |text: &str| memchr::memmem::find(scanner.ahead(), text.as_bytes()).is_some();
    match scanner.clone().value() {
        Ok(row) => message_of_row(row.nested()).is_some_and(|message| is_record(message.as_bytes())),
        Err(_) => holds(MESSAGE) && holds("eventSource"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_its_log_event() {
        for (row, expected) in [
            (
                r#"[{"field":"@timestamp","value":"2026-01-15 08:00:00.000"},{"field":"@message","value":"{\"a\":1}"}]"#,
                Some(r#"{"a":1}"#),
            ),
            (r#"[{"value":"x","field":"@message"}]"#, Some("x")),
            (r#"[{"field":"@ptr","value":"@message"}]"#, None),
            (r#"[{"@message":"x"}]"#, None),
            (r#"[{"field":"@message"}]"#, None),
            ("[]", None),
            ("{", None),
        ] {
            assert_eq!(message_of_row(row.as_bytes()).as_deref(), expected, "{row}");
        }
    }
}
