//! Messages keep to the limits of who takes them, and nothing in them is obeyed.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "functions that tests share; clippy excuses only the tests themselves"
)]

use iam_core::check::{RemedyStep, Severity};
use iam_core::notice::{Detail, Item, Notice};
use iam_report::notify::{Format, write};
use serde_json::Value;

const FORMATS: [Format; 4] = [Format::Slack, Format::Teams, Format::Email, Format::Sns];

/// What somebody would put into a name who wants a reader, a chat or a mailer to do something.
const HOSTILE: &[&str] = &[
    "<!channel> <@U024BE7LH> <https://evil.example|click>",
    "*bold* _it_ ~no~ `code` ```block```",
    "[click](https://evil.example) **bold** # head",
    "{{DATE(2026-01-01T00:00:00Z)}} {{TIME(x)}} ${x}",
    "\r\nBcc: everybody@example.com\r\n\r\nbody",
    "\nFrom me\n.\n",
    "=?utf-8?B?aGFja2Vk?= a\u{ad}d\u{2062}m\u{e0041}in\u{3164}",
    "\u{1b}]8;;https://evil.example\u{7}\u{202e}gpj.exe\u{2066}\u{200b}\u{feff}\u{0}",
    "<script>alert(1)</script>&lt;&amp;",
    "ünïcödé 部署 🚀",
    "'; rm -rf ~ #",
    "",
];

fn notice(text: &str, items: usize) -> Notice {
    Notice {
        id: text.to_owned(),
        title: format!("Title {text}"),
        severity: Severity::High,
        reason: format!("reason {text}"),
        account: text.to_owned(),
        region: text.to_owned(),
        at: None,
        details: (0..14).map(|_| Detail { label: "Label", value: text.to_owned() }).collect(),
        items: (0..items)
            .map(|_| Item { severity: Severity::Low, check: text.to_owned(), message: text.to_owned() })
            .collect(),
        next: Some(RemedyStep { text: text.to_owned(), command: Some(format!("aws iam get-user {text}")) }),
        link: Some("https://us-east-1.console.aws.amazon.com/x?a=1&b=2".to_owned()),
        check: text.to_owned(),
    }
}

fn written(notices: &[Notice], format: Format) -> String {
    let mut out = Vec::new();
    write(notices, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Every text in a document, with the key that it stands under.
fn texts<'v>(value: &'v Value, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if let Value::String(text) = value {
                    found.push((key, text));
                }
                texts(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        _ => {}
    }
}

/// All that is made of hostile texts, short, long, and many.
fn all() -> Vec<Notice> {
    let long: Vec<String> = HOSTILE.iter().map(|text| text.repeat(400)).collect();
    let short = HOSTILE.iter().flat_map(|text| [notice(text, 0), notice(text, 3)]);
    let many = notice("<&>", 600);
    short.chain(long.iter().map(|text| notice(text, 60))).chain([many]).collect()
}

#[test]
fn no_message_holds_a_character_that_is_obeyed() {
    for notice in all() {
        for format in FORMATS {
            let message = written(std::slice::from_ref(&notice), format);
            let mut found = Vec::new();
            let document: Value = serde_json::from_str(&message).unwrap_or(Value::String(message.clone()));
            texts(&document, &mut found);
            for (_, text) in found.iter().copied().chain([("", message.as_str())]) {
                let is_obeyed = |c: char| {
                    c.is_control() && c != '\n'
                        || ('\u{202a}'..='\u{202e}').contains(&c)
                        || c == '\u{2066}'
                        || "\u{200b}\u{ad}\u{2062}\u{e0041}\u{3164}".contains(c)
                };
                assert!(!text.contains(is_obeyed), "{format:?}: {text:?}");
            }
        }
    }
}

#[test]
fn slack_gets_no_markup_but_ours_and_keeps_to_its_limits() {
    for notice in all() {
        let message: Value = serde_json::from_str(&written(&[notice], Format::Slack)).unwrap();
        let blocks = message["blocks"].as_array().unwrap();
        assert!(blocks.len() <= 50, "{}", blocks.len());
        assert!(message.to_string().chars().count() <= 40_000);
        let length = |value: &Value| value["text"].as_str().map_or(0, |text| text.chars().count());
        for block in blocks {
            // Entities count as they are written, in the strictest reading. No text may be empty.
            let most = if block["type"] == "header" { 150 } else { 3_000 };
            let least = usize::from(block["text"].is_object());
            assert!((least..=most).contains(&length(&block["text"])), "{block}");
            let fields = block["fields"].as_array().map_or(&[][..], Vec::as_slice);
            assert!(fields.len() <= 10 && fields.iter().all(|field| length(field) <= 2_000), "{block}");
        }
        let mut found = Vec::new();
        texts(&message, &mut found);
        for (key, text) in found {
            let ours = "<https://us-east-1.console.aws.amazon.com/x?a=1&amp;b=2|Open the AWS console>";
            assert!(key == "type" || text == ours || !text.contains(['<', '>']), "{text}");
            for (at, _) in text.match_indices('&') {
                let rest = &text[at..];
                assert!(["&amp;", "&lt;", "&gt;"].iter().any(|entity| rest.starts_with(entity)), "{text}");
            }
        }
    }
}

#[test]
fn slack_is_told_how_many_findings_have_no_room() {
    for (number, is_cut) in [(0, false), (3, false), (60, false), (5_000, true)] {
        let message = written(&[notice(&"x".repeat(100), number)], Format::Slack);
        let document: Value = serde_json::from_str(&message).unwrap();
        let mut found = Vec::new();
        texts(&document, &mut found);
        let shown: usize = found.iter().map(|(_, text)| text.matches("low  xxx").count()).sum();
        let told = format!("and {} more of {number}, for which there is no room here", number - shown);
        assert_eq!(found.iter().any(|(_, text)| *text == told), is_cut, "{number}");
        assert!(is_cut != (shown == number), "{shown} of {number}");
    }
}

#[test]
fn no_subject_holds_an_encoded_word() {
    let mut notice = notice("x", 0);
    notice.title = "Account =?utf-8?B?aGFja2Vk?= of ==?utf-8?Q?x?=".to_owned();
    let mail = written(std::slice::from_ref(&notice), Format::Email);
    let publish: Value = serde_json::from_str(&written(&[notice], Format::Sns)).unwrap();
    for subject in [mail.split_once("\n\n").unwrap().0, publish["Subject"].as_str().unwrap()] {
        assert!(subject.contains("=\\u{3f}utf-8") && !subject.contains("=?"), "{subject}");
    }
}

#[test]
fn teams_gets_text_without_markdown_and_no_more_than_it_takes() {
    for notice in all() {
        let message = written(&[notice], Format::Teams);
        assert!(message.len() <= 28 * 1024, "{}", message.len());
        let message: Value = serde_json::from_str(&message).unwrap();
        assert_eq!(message["attachments"][0]["contentType"], "application/vnd.microsoft.card.adaptive");
        let card = &message["attachments"][0]["content"];
        assert_eq!((&card["type"], &card["version"]), (&"AdaptiveCard".into(), &"1.5".into()));
        for block in card["body"].as_array().unwrap() {
            assert_eq!(block["type"], "RichTextBlock");
            assert!(block["inlines"].as_array().unwrap().iter().all(|run| run["type"] == "TextRun"));
        }
        assert!(!message.to_string().contains("{{"));
    }
}

#[test]
fn no_text_becomes_a_header_or_the_start_of_a_line_of_an_e_mail() {
    for notice in all() {
        let message = written(&[notice.clone(), notice], Format::Email);
        let (headers, body) = message.split_once("\n\n").unwrap();
        let names: Vec<&str> = headers
            .lines()
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split(':').next())
            .collect();
        assert_eq!(
            names,
            ["Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"]
        );
        assert!(headers.is_ascii() && headers.lines().all(|line| !line.trim().is_empty()), "{headers}");
        assert!(message.lines().all(|line| line.len() <= 998));
        // These have a meaning to mailers and to files of mail.
        assert!(body.lines().all(|line| line != "." && !line.starts_with("From ")), "{body}");
    }
}

#[test]
fn sns_gets_a_subject_and_a_message_that_it_takes() {
    for notice in all() {
        let message: Value = serde_json::from_str(&written(&[notice], Format::Sns)).unwrap();
        let subject = message["Subject"].as_str().unwrap();
        assert!(subject.is_ascii() && (1..=100).contains(&subject.len()), "{subject}");
        let attributes = message["MessageAttributes"].as_object().unwrap();
        let values = attributes.values().map(|value| value["StringValue"].as_str().unwrap());
        assert!(values.clone().all(|value| !value.is_empty()));
        let size = message["Message"].as_str().unwrap().len() + values.map(str::len).sum::<usize>();
        assert!((1..=256 * 1024).contains(&size), "{size}");
    }
}

#[test]
fn each_notice_has_a_line_and_an_e_mail_has_them_all() {
    let (one, other) = (notice("one", 0), Notice { severity: Severity::Critical, ..notice("other", 1) });
    for format in [Format::Slack, Format::Teams, Format::Sns] {
        assert_eq!(written(&[one.clone(), other.clone()], format).lines().count(), 2);
    }
    let email = written(&[one, other], Format::Email);
    assert!(email.starts_with("Subject: [critical] Title other, and 1 more\n"), "{email}");
    assert!(email.contains("Title one") && email.contains("Title other"));
    assert!(FORMATS.iter().all(|format| written(&[], *format).is_empty()));
}

#[test]
fn a_long_command_is_one_command_on_several_lines() {
    let long = "aws cloudtrail lookup-events --region us-east-1 --lookup-attributes AttributeKey=EventId,AttributeValue=1a2b3c4d";
    let next = Some(RemedyStep { text: "See it.".to_owned(), command: Some(long.to_owned()) });
    let email = written(&[Notice { next, ..notice("x", 0) }], Format::Email);
    let start = email.find("aws cloudtrail").unwrap();
    let command: String = email[start..]
        .lines()
        .scan(true, |goes_on, line| {
            let is_part = *goes_on;
            *goes_on = line.ends_with(" \\");
            is_part.then(|| line.trim_start().trim_end_matches('\\').to_owned())
        })
        .collect();
    assert_eq!(command, long);
}
