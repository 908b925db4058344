//! An e-mail: headers and plain text. Sources: RFC 5322, Internet Message Format; RFC 2045, MIME; RFC 3834, automatic responses.

use iam_core::notice::Notice;

use super::text;

/// The longest subject, in characters, before it is folded.
const LONGEST_SUBJECT: usize = 200;

/// The message, with lines that end in LF, as `sendmail -t` and its kin take them. Whoever sends it adds `From`, `To` and `Date`.
pub(super) fn message(notices: &[Notice]) -> String {
    let bodies: Vec<String> = notices.iter().map(text::body).collect();
    let body = bodies.join(&format!("\n{}\n\n", "-".repeat(72)));
    let encoding = if body.is_ascii() { "7bit" } else { "8bit" };
    format!(
        "{}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\
         Auto-Submitted: auto-generated\n\n{body}",
        folded(&format!("Subject: {}", subject(notices)))
    )
}

fn subject(notices: &[Notice]) -> String {
    let worst = notices.iter().max_by_key(|notice| notice.severity);
    let (severity, title) =
        worst.map_or(("", ""), |notice| (notice.severity.as_str(), notice.title.as_str()));
    match notices.len() {
        0 | 1 => text::subject(severity, title, LONGEST_SUBJECT),
        number => text::subject(severity, &format!("{title}, and {} more", number - 1), LONGEST_SUBJECT),
    }
}

/// A header in lines of at most 78 characters. Source: RFC 5322, 2.2.3: a line may be folded before white space.
fn folded(header: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for (index, word) in header.split(' ').enumerate() {
        if index > 0 {
            // A line of white space alone would be no folding.
            if column + 1 + word.len() > 78 && !word.is_empty() {
                lines.push('\n');
                column = 0;
            }
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += word.len();
    }
    lines.push('\n');
    lines
}
