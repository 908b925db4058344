//! Whether a file is one of CloudTrail's. Only what stands where records have it counts: names and tags, which anybody may
//! choose, must not turn another artefact into a log file.

use super::logs_insights::starts_with_message;
use super::partial::is_partial;
use super::record::{Key, Record};
use super::scan::{Scanner, Stop};

/// Values within values that are looked into.
const MOST_NESTED: usize = 6;

/// Whether a file that starts with these bytes, decompressed (some 16 KiB are enough), holds CloudTrail records, in any shape
/// that the fold reads, or is a part of an activity.
pub fn may_be_records(start: &[u8]) -> bool {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    // RFC 7464 puts a record separator in front of each value, exports of CloudWatch Logs the time.
    let text = match text.first() {
        Some(0x1E) => text.get(1..),
        Some(b'0'..=b'9') => {
            memchr::memchr(b'{', text.get(..64).unwrap_or(text)).and_then(|at| text.get(at..))
        }
        _ => Some(text),
    };
    is_partial(start) || text.is_some_and(|text| holds_records(text, MOST_NESTED))
}

fn holds_records(text: &[u8], nested: usize) -> bool {
    // Where the text ends first, nothing told.
    nested > 0 && value_holds_records(&mut Scanner::new(text, 0), nested).unwrap_or(false)
}

fn value_holds_records(scanner: &mut Scanner<'_>, nested: usize) -> Result<bool, Stop> {
    match scanner.peek()? {
        b'[' if nested > 0 => {
            scanner.move_to(scanner.at() + 1);
            value_holds_records(scanner, nested - 1)
        }
        b'{' => object_holds_records(scanner, nested),
        _ => Ok(false),
    }
}

fn object_holds_records(scanner: &mut Scanner<'_>, nested: usize) -> Result<bool, Stop> {
    scanner.expect(b'{')?;
    let mut is_first = true;
    while let Some(key) = scanner.key(is_first)? {
        is_first = false;
        if Record::is_list(key) && scanner.peek()? == b'[' {
            let name = key.decoded();
            let holds = |text: &[u8]| holds_records(text, nested - 1);
            // Other artefacts list events and results, too.
            let is_own = if name == "results" {
                starts_with_message(scanner.ahead(), holds)
            } else {
                !name.eq_ignore_ascii_case("events") || holds(scanner.ahead())
            };
            if is_own {
                return Ok(true);
            }
        }
        match Key::of(key) {
            Key::EventSource | Key::EventName | Key::EventTime | Key::DigestStartTime => return Ok(true),
            Key::Enclosed => {
                let rest = scanner.ahead();
                let Ok(value) = scanner.value() else {
                    return Ok(memchr::memmem::find(rest, b"eventSource").is_some());
                };
                let text = value.decoded().unwrap_or_default();
                if holds_records(value.object().unwrap_or(text.as_bytes()), nested - 1) {
                    return Ok(true);
                }
            }
            _ => {
                scanner.value()?;
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_where_records_have_it_counts_and_nothing_else() {
        let record = r#"{"eventVersion":"1.11","userIdentity":{"type":"Root"},"eventTime":"2026-01-15T08:00:00Z","eventSource":"iam.amazonaws.com"}"#;
        let text = serde_json::to_string(record).unwrap();
        let lake = r#"{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventTime":"2026-01-15"}]]}"#;
        for (start, expected) in [
            (record.to_owned(), true),
            (format!("\u{FEFF}  {record}\n{record}"), true),
            (format!("[{record}]"), true),
            (format!(r#"{{"Records":[{record}]}}"#), true),
            (r#"{"Records":[]}"#.to_owned(), true),
            (format!(r#"{{"Events":[{{"EventId":"1","CloudTrailEvent":{text}}}]}}"#), true),
            (format!(r#"{{"Events":[{{"CloudTrailEvent":{}"#, text.get(..60).unwrap()), false),
            (format!(r#"{{"Events":[{{"CloudTrailEvent":{}"#, text.strip_suffix('"').unwrap()), true),
            (format!(r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":{record}}}"#), true),
            (format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"message":{text}}}]}}"#), true),
            (format!("2026-01-15T08:00:00.000Z {record}"), true),
            (format!("\u{1E}{record}"), true),
            (lake.to_owned(), true),
            (format!(r#"{{"results":[[{{"field":"@message","value":{text}}}]],"status":"Complete"}}"#), true),
            (format!(r#"{{"results":[[{{"field":"@ptr","value":"1"}},{{"field":"@message","value":{}"#, text.strip_suffix('"').unwrap()), true),
            (r#"{"results":[[{"field":"@message","value":"no record, eventSource"}]]}"#.to_owned(), false),
            (r#"{"results":[{"eventSource":"x"}],"y":1}"#.to_owned(), false),
            (r#"{"digestStartTime":"2026-01-15T08:00:00Z"}"#.to_owned(), true),
            (r#"{"UserDetailList":[{"Tags":[{"Key":"x","Value":"Records"}],"eventSource":"x"}]}"#.to_owned(), false),
            (r#"{"Rules":[{"EventPattern":"{\"detail\":{\"eventSource\":[\"iam.amazonaws.com\"]}}"}]}"#.to_owned(), false),
            (r#"{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventSource"}]}]}"#.to_owned(), false),
            (r#"{"metricFilters":[{"filterName":"CloudTrailEvent"}]}"#.to_owned(), false),
            (r#"{"detail-type":"Access Analyzer Finding","detail":{"status":"ACTIVE","note":"eventSource"}}"#.to_owned(), false),
            (r#"{"events":[{"name":"CloudTrailEvent"}]}"#.to_owned(), false),
            ("[".repeat(100), false),
            (String::new(), false),
        ] {
            assert_eq!(may_be_records(start.as_bytes()), expected, "{start}");
        }
    }
}
