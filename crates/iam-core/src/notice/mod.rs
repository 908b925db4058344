//! What to tell people of events and reports: what happened, where, since when, how bad it is, what to do next.
//!
//! A notice is text as it stands in the evidence; whoever renders it neutralises it for where it goes.

mod activity;
mod console;
mod finding;
mod summary;

use chrono::{DateTime, Utc};

use crate::check::{RemedyStep, Severity};
use crate::event::{Envelope, Kind};
use crate::ident::KeyIdDisplay;

pub use summary::of_look;

/// Something that people are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What tells it from others: the id of the event, and of the finding where it is about one.
    pub id: String,
    /// What happened, in one sentence without a period.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is that bad.
    pub reason: String,
    /// The account, as 12 digits; empty where nothing tells.
    pub account: String,
    /// The Region; empty where nothing tells.
    pub region: String,
    /// When it happened, or since when it is so.
    pub at: Option<DateTime<Utc>>,
    /// What is known besides, in order.
    pub details: Vec<Detail>,
    /// The findings that it sums up, the worst first.
    pub items: Vec<Item>,
    /// What to do next.
    pub next: Option<RemedyStep>,
    /// Where in the AWS console to look. It is made of values that were checked, and nothing else.
    pub link: Option<String>,
    /// The check that says the same of a snapshot, the most telling where there are several; empty where there is none.
    pub check: String,
}

/// A value and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What it is: `From`, `Resource`.
    pub label: &'static str,
    /// The value.
    pub value: String,
}

/// One of several findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// How bad it is.
    pub severity: Severity,
    /// The check.
    pub check: String,
    /// What was found.
    pub message: String,
}

/// What becomes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// People are to be told.
    Notice(Box<Notice>),
    /// There is nothing to tell, and why.
    Nothing(String),
    /// What there may be to tell cannot be read, and why.
    Unreadable(String),
}

impl Notice {
    fn add(&mut self, label: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.details.push(Detail { label, value });
        }
    }
}

/// What to tell of an event.
///
/// ```
/// use iam_core::event::Delivery;
/// use iam_core::ident::KeyIdDisplay;
/// use iam_core::notice::{Answer, of_event};
///
/// let delivery = Delivery::read(br#"{"detail-type": "AWS Console Sign In via CloudTrail", "source": "aws.signin",
///     "account": "111122223333", "detail": {"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
///         "eventTime": "2026-01-15T08:00:00Z", "userIdentity": {"type": "Root", "accountId": "111122223333",
///         "arn": "arn:aws:iam::111122223333:root"}, "responseElements": {"ConsoleLogin": "Success"},
///         "additionalEventData": {"MFAUsed": "No"}}}"#);
/// let Answer::Notice(notice) = of_event(&delivery.events[0], KeyIdDisplay::Shortened) else { panic!() };
/// assert_eq!(notice.title, "Root of account 111122223333 signed in to the console without MFA");
/// ```
pub fn of_event(event: &Envelope, keys: KeyIdDisplay) -> Answer {
    match event.kind() {
        Some(Kind::Call | Kind::SignIn) => activity::of(event, keys),
        Some(Kind::ServiceEvent) => {
            Answer::Nothing("a service did it by itself, and nobody of yours".to_owned())
        }
        Some(Kind::AccessPreview) => Answer::Nothing("a preview of access is not a finding".to_owned()),
        Some(Kind::ExternalAccess | Kind::InternalAccess | Kind::UnusedAccess) => finding::of(event),
        None => Answer::Nothing(format!(
            "`{}` of `{}` is no event of IAM Access Analyzer or CloudTrail",
            event.detail_type, event.source
        )),
    }
}
