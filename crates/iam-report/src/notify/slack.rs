//! Block Kit. Sources: Slack, "Reference: blocks" for limits, "Formatting text for app surfaces" for what has to be escaped.

use iam_core::notice::Notice;
use serde_json::{Value, json};

use super::text;
use crate::neutral::shortened;

/// The longest header, in characters.
const LONGEST_HEADER: usize = 150;

/// The longest text of a section, in characters, with room for what stands around it.
const LONGEST_SECTION: usize = 2_900;

/// The same for a field, of which a section may hold 2,000; all of them have to fit into the message.
const LONGEST_FIELD: usize = 1_000;

/// Fields that a section may have.
const MOST_FIELDS: usize = 10;

/// Sections of fields.
const MOST_FIELD_BLOCKS: usize = 2;

/// Blocks that may hold findings, so that a message stays below 50 blocks.
const MOST_ITEM_BLOCKS: usize = 30;

/// The longest message, in characters. Slack cuts a message's text at 40,000 and states no limit for all blocks together; the whole body
/// keeps to that.
const LONGEST_MESSAGE: usize = 40_000;

pub(super) fn message(notice: &Notice) -> Value {
    let mut sections = items(notice);
    sections.truncate(MOST_ITEM_BLOCKS);
    loop {
        let message = with_items(notice, &sections);
        if sections.is_empty() || message.to_string().chars().count() <= LONGEST_MESSAGE {
            return message;
        }
        sections.pop();
    }
}

fn with_items(notice: &Notice, sections: &[Section]) -> Value {
    let title = shortened(&notice.title, LONGEST_HEADER);
    let severity = notice.severity.as_str();
    let mut blocks = vec![
        json!({"type": "header", "text": plain(&title, LONGEST_HEADER)}),
        section(&format!("Severity {severity}: {}", shortened(&notice.reason, 500))),
    ];
    let fields: Vec<Value> = text::rows(notice)
        .iter()
        .map(|(label, value)| mrkdwn(&format!("*{label}*\n{}", code(value, LONGEST_FIELD))))
        .collect();
    let fields = fields.chunks(MOST_FIELDS).take(MOST_FIELD_BLOCKS);
    blocks.extend(fields.map(|fields| json!({"type": "section", "fields": fields})));
    blocks.extend(sections.iter().map(|items| section(&items.text)));
    let (total, shown) = (notice.items.len(), sections.iter().map(|items| items.number).sum());
    if let Some(left_out) = total.checked_sub(shown).filter(|left_out| *left_out > 0) {
        blocks.push(section(&format!("and {left_out} more of {total}, for which there is no room here")));
    }
    if let Some(next) = &notice.next {
        blocks.push(section(&format!("Next: {}", shortened(&next.text, 1_000))));
        if let Some(command) = &next.command {
            let command = code(&shortened(command, LONGEST_SECTION), LONGEST_SECTION);
            blocks.push(json!({"type": "section", "text": mrkdwn(&command)}));
        }
    }
    if let Some(link) = &notice.link {
        let link = format!("<{}|Open the AWS console>", escaped(link, LONGEST_SECTION));
        blocks.push(json!({"type": "context", "elements": [mrkdwn(&link)]}));
    }
    json!({"text": escaped(&format!("[{severity}] {title}"), LONGEST_SECTION), "blocks": blocks})
}

/// Findings that stand in one section.
struct Section {
    text: String,
    /// Characters, with entities.
    length: usize,
    /// Findings.
    number: usize,
}

/// As many findings in one section as it may hold.
fn items(notice: &Notice) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for item in text::items(notice) {
        let length = escaped(&item, LONGEST_SECTION).chars().count() + 1;
        match sections.last_mut() {
            Some(section) if section.length + length < LONGEST_SECTION => {
                section.text.push('\n');
                section.text.push_str(&item);
                section.length += length;
                section.number += 1;
            }
            _ => sections.push(Section { text: item, length, number: 1 }),
        }
    }
    sections
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": plain(text, LONGEST_SECTION)})
}

/// Text in which nothing is markup, and no word an emoji.
fn plain(text: &str, most: usize) -> Value {
    json!({"type": "plain_text", "emoji": false, "text": escaped(text, most)})
}

/// Text with our own markup. Names of channels and addresses in it are not made links.
fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "verbatim": true, "text": text})
}

/// Text in which the marks of markup mean nothing. A backtick would end it.
fn code(text: &str, most: usize) -> String {
    format!("`{}`", escaped(&text.replace('`', "\\u{60}"), most))
}

/// The text with entities for the three signs that begin links and mentions, such as of everybody in a channel; cut to so many
/// characters with them.
fn escaped(text: &str, most: usize) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut left = most.saturating_sub(3);
    for character in text.chars() {
        let entity = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => "",
        };
        let length = entity.len().max(1);
        if length > left {
            escaped.push_str("...");
            break;
        }
        left -= length;
        if entity.is_empty() { escaped.push(character) } else { escaped.push_str(entity) }
    }
    escaped
}
