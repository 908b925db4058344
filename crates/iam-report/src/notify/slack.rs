//! Block Kit. Sources: Slack, "Reference: blocks" for limits, "Formatting text for app surfaces" for what has to be escaped.

use iam_core::notice::Notice;
use serde_json::{Value, json};

use super::text;

/// The longest header, in characters.
const LONGEST_HEADER: usize = 150;

/// The longest text of a section, in characters, with room for what stands around it.
const LONGEST_SECTION: usize = 2_900;

/// Fields that a section may have.
const MOST_FIELDS: usize = 10;

/// Blocks that may hold findings, so that a message stays below 50 blocks.
const MOST_ITEM_BLOCKS: usize = 30;

pub(super) fn message(notice: &Notice) -> Value {
    let title = text::line(&notice.title, LONGEST_HEADER);
    let severity = notice.severity.as_str();
    let mut blocks = vec![
        json!({"type": "header", "text": plain(&title)}),
        json!({"type": "section", "text": plain(&format!("Severity {severity}: {}", text::line(&notice.reason, 500)))}),
    ];
    let fields: Vec<Value> = text::rows(notice)
        .iter()
        .map(|(label, value)| mrkdwn(&format!("*{label}*\n{}", code(value))))
        .collect();
    blocks.extend(fields.chunks(MOST_FIELDS).map(|fields| json!({"type": "section", "fields": fields})));
    blocks.extend(items(notice));
    if let Some(next) = &notice.next {
        blocks.push(
            json!({"type": "section", "text": plain(&format!("Next: {}", text::line(&next.text, 1_000)))}),
        );
        if let Some(command) = &next.command {
            let command = code(&text::line(command, 1_500));
            blocks.push(json!({"type": "section", "text": mrkdwn(&command)}));
        }
    }
    if let Some(link) = &notice.link {
        let link = format!("<{}|Open the AWS console>", escaped(link));
        blocks.push(json!({"type": "context", "elements": [mrkdwn(&link)]}));
    }
    json!({"text": escaped(&format!("[{severity}] {title}")), "blocks": blocks})
}

/// As many findings in one section as it may hold.
fn items(notice: &Notice) -> Vec<Value> {
    let mut sections: Vec<String> = Vec::new();
    for item in text::items(notice) {
        match sections.last_mut() {
            Some(section)
                if escaped(section).chars().count() + escaped(&item).chars().count() < LONGEST_SECTION =>
            {
                section.push('\n');
                section.push_str(&item);
            }
            _ => sections.push(item),
        }
    }
    let blocks = sections.iter().take(MOST_ITEM_BLOCKS);
    blocks.map(|section| json!({"type": "section", "text": plain(section)})).collect()
}

/// Text in which nothing is markup, and no word an emoji.
fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "emoji": false, "text": escaped(text)})
}

/// Text with our own markup. Names of channels and addresses in it are not made links.
fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "verbatim": true, "text": text})
}

/// Text in which the marks of markup mean nothing. A backtick would end it.
fn code(text: &str) -> String {
    format!("`{}`", escaped(text).replace('`', "\\u{60}"))
}

/// These three begin links and mentions, such as of everybody in a channel.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
