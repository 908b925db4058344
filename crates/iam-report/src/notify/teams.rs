//! An Adaptive Card, in the message that the Workflows app takes. The connectors of Office 365 with their `MessageCard` are retired.
//!
//! Sources: Microsoft Learn, "Create and send messages" with the Workflows app; Adaptive Cards, schema of version 1.5.

use iam_core::check::Severity;
use iam_core::notice::Notice;
use serde_json::{Value, json};

use super::text;
use crate::neutral::shortened;

/// The longest message in bytes. Microsoft states 28 KB, and what the workflow adds counts.
const LONGEST_MESSAGE: usize = 25 * 1024;

pub(super) fn message(notice: &Notice) -> Value {
    let all: Vec<String> = text::items(notice).collect();
    let mut shown = all.len();
    loop {
        let message = with_items(notice, all.get(..shown).unwrap_or_default(), all.len() - shown);
        if shown == 0 || message.to_string().len() <= LONGEST_MESSAGE {
            return message;
        }
        // Half is enough to come below after few tries.
        shown /= 2;
    }
}

fn with_items(notice: &Notice, items: &[String], left_out: usize) -> Value {
    let title = run(&shortened(&notice.title, 300), &json!({"weight": "Bolder", "size": "Large"}));
    let severity = notice.severity.as_str();
    let mut body = vec![
        block(&[title]),
        block(&[
            run(
                &format!("Severity {severity}: "),
                &json!({"weight": "Bolder", "color": color(notice.severity)}),
            ),
            run(&shortened(&notice.reason, 500), &json!({})),
        ]),
    ];
    for (label, value) in text::rows(notice) {
        body.push(block(&[
            run(&format!("{label}: "), &json!({"weight": "Bolder"})),
            run(&value, &json!({})),
        ]));
    }
    body.extend(items.iter().map(|item| block(&[run(item, &json!({}))])));
    if left_out > 0 {
        body.push(block(&[run(
            &format!("and {left_out} more, for which there is no room here"),
            &json!({}),
        )]));
    }
    if let Some(next) = &notice.next {
        body.push(block(&[
            run("Next: ", &json!({"weight": "Bolder"})),
            run(&shortened(&next.text, 1_000), &json!({})),
        ]));
        if let Some(command) = &next.command {
            body.push(block(&[run(&shortened(command, 1_500), &json!({"fontType": "Monospace"}))]));
        }
    }
    let actions: Vec<Value> = notice
        .link
        .iter()
        .map(|link| json!({"type": "Action.OpenUrl", "title": "Open the AWS console", "url": link}))
        .collect();
    let fallback = defused(&shortened(&format!("[{severity}] {}", notice.title), 300));
    with_card(&json!({"fallbackText": fallback, "body": body, "actions": actions}))
}

/// A message of one line, which has to be harmless.
pub(crate) fn line(text: &str) -> Value {
    with_card(&json!({"fallbackText": text, "body": [block(&[run(text, &json!({}))])]}))
}

/// The message around a card.
fn with_card(parts: &Value) -> Value {
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
    });
    if let (Some(card), Some(parts)) = (card.as_object_mut(), parts.as_object()) {
        card.extend(parts.clone());
    }
    json!({
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    })
}

/// Text blocks and facts know Markdown, which has no sure way of being switched off; this one knows none.
fn block(runs: &[Value]) -> Value {
    json!({"type": "RichTextBlock", "inlines": runs})
}

fn run(text: &str, style: &Value) -> Value {
    let mut run = json!({"type": "TextRun", "text": defused(text)});
    if let (Some(run), Some(style)) = (run.as_object_mut(), style.as_object()) {
        run.extend(style.clone());
    }
    run
}

/// `{{DATE(...)}}` would be replaced by a date.
fn defused(text: &str) -> String {
    text.replace("{{", "{ {")
}

fn color(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "Attention",
        Severity::Medium => "Warning",
        Severity::Low => "Accent",
        Severity::Info => "Default",
    }
}
