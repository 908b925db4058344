//! Notices as messages: for Slack, for Microsoft Teams, as e-mail, for Amazon SNS. Nothing is sent.
//!
//! Everything in a notice may come from somebody who wants it to be misread. Each format shows it as text that nobody obeys.
//!
//! ```
//! use iam_core::event::Delivery;
//! use iam_core::ident::KeyIdDisplay;
//! use iam_core::notice::{Answer, of_event};
//! use iam_report::notify::{Format, write};
//!
//! let delivery = Delivery::read(br#"{"detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "detail":
//!     {"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "eventTime": "2026-01-15T08:00:00Z",
//!     "userIdentity": {"type": "Root", "accountId": "111122223333"}}}"#);
//! let Answer::Notice(notice) = of_event(&delivery.events[0], KeyIdDisplay::Shortened) else { panic!() };
//! let mut message = Vec::new();
//! write(&[*notice], Format::Email, &mut message)?;
//! assert!(message.starts_with(b"Subject: [high] Root of account 111122223333 called iam:CreateUser\n"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod email;
mod slack;
mod sns;
pub(crate) mod teams;
mod text;

use std::io::{self, Write};

use iam_core::notice::Notice;

/// Where messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The body for an incoming webhook of Slack, in Block Kit.
    Slack,
    /// The body for a webhook of the Workflows app of Microsoft Teams: a message with an Adaptive Card.
    Teams,
    /// One e-mail with all notices, without `From` and `To`.
    Email,
    /// The input of `aws sns publish --cli-input-json`, without the topic.
    Sns,
}

/// Writes a message for each notice, as one line of JSON; e-mail has all of them in one message. Without notices nothing is written.
///
/// # Errors
///
/// Only what the writer returns.
pub fn write(notices: &[Notice], format: Format, out: &mut dyn Write) -> io::Result<()> {
    let one = match format {
        Format::Email if notices.is_empty() => return Ok(()),
        Format::Email => return out.write_all(email::message(notices).as_bytes()),
        Format::Slack => slack::message,
        Format::Teams => teams::message,
        Format::Sns => sns::message,
    };
    for notice in notices {
        serde_json::to_writer(&mut *out, &one(notice))?;
        writeln!(out)?;
    }
    Ok(())
}
