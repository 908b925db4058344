//! Input of Amazon SNS. Source: Amazon SNS API Reference, `Publish`.

use iam_core::notice::Notice;
use serde_json::{Value, json};

use super::text;
use crate::neutral::shortened;

/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 100;

/// The longest message in bytes; 256 KB less what the attributes take.
const LONGEST_MESSAGE: usize = 255 * 1024;

/// Attributes let subscriptions choose by a filter policy.
pub(super) fn message(notice: &Notice) -> Value {
    let mut attributes = serde_json::Map::new();
    for (name, value) in
        [("severity", notice.severity.as_str()), ("account", &notice.account), ("check", &notice.check)]
    {
        let value = shortened(value, 128);
        // SNS takes no empty values.
        if !value.is_empty() {
            attributes.insert(name.to_owned(), json!({"DataType": "String", "StringValue": value}));
        }
    }
    json!({
        "Subject": text::subject(notice.severity.as_str(), &notice.title, LONGEST_SUBJECT),
        "Message": cut(text::body(notice)),
        "MessageAttributes": attributes,
    })
}

fn cut(mut text: String) -> String {
    const END: &str = "\n... the rest is cut off\n";
    if text.len() > LONGEST_MESSAGE {
        let most = LONGEST_MESSAGE - END.len();
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push_str(END);
    }
    text
}
