//! Single events: refused calls with an example, sign-ins, what root did.

use iam_core::cloudtrail::{Call, Event, EventPlace, Example, Principal};
use iam_core::ident::AccessKeyId;
use schemars::JsonSchema;
use serde::Serialize;

use super::counts::ends;
use crate::trail::summary::{self, moment};

/// A call that was refused.
#[derive(Serialize, JsonSchema)]
pub(super) struct Denied<'a> {
    /// `eventSource`.
    source: &'a str,
    /// `eventName`.
    name: &'a str,
    /// How often.
    events: u64,
    /// To how many principals.
    principals: u64,
    /// The first time.
    first: Option<String>,
    /// The last time.
    last: Option<String>,
    /// One of the events.
    example: Option<ExampleOf<'a>>,
}

/// One event that stands for others.
#[derive(Serialize, JsonSchema)]
struct ExampleOf<'a> {
    /// The kind of principal.
    kind: &'static str,
    /// The principal's account.
    account: &'a str,
    /// The principal's name.
    principal: &'a str,
    /// `eventTime`.
    time: String,
    /// `eventID`.
    event_id: &'a str,
    /// `awsRegion`.
    region: &'a str,
    /// `sourceIPAddress`.
    address: &'a str,
    /// `userAgent`.
    agent: &'a str,
    /// Where the record stands.
    place: Place<'a>,
}

/// Where a record stands.
#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    /// The file.
    file: &'a str,
    /// The byte in it, decompressed, at which the record begins.
    offset: u64,
}

impl<'a> Place<'a> {
    fn of(place: &'a EventPlace) -> Self {
        Self { file: &place.file, offset: place.offset }
    }
}

impl<'a> Denied<'a> {
    pub(super) fn of(denied: summary::Denied<'a>) -> Self {
        let (first, last) = ends(&denied.tally);
        let Call { source, name } = denied.call;
        let example = denied.example.map(|(principal, example): (&Principal, &Example)| ExampleOf {
            kind: principal.kind.as_str(),
            account: &principal.account,
            principal: &principal.name,
            time: moment(example.second),
            event_id: &example.id,
            region: &example.region,
            address: &example.address,
            agent: &example.agent,
            place: Place::of(&example.place),
        });
        Self { source, name, events: denied.tally.count, principals: denied.principals, first, last, example }
    }
}

/// A sign-in to the console.
#[derive(Serialize, JsonSchema)]
pub(super) struct SignIn<'a> {
    /// Whether it succeeded.
    success: bool,
    /// Whether a second factor was used, as far as the record says.
    mfa: Option<bool>,
    /// Whether somebody else vouched for the person, so that the record says nothing of a second factor.
    federated: bool,
    #[serde(flatten)]
    event: EventRow<'a>,
}

impl<'a> SignIn<'a> {
    pub(super) fn of(event: &'a Event) -> Option<Self> {
        let sign_in = event.sign_in()?;
        Some(Self {
            success: sign_in.success,
            mfa: sign_in.mfa,
            federated: sign_in.federated,
            event: EventRow::of(event),
        })
    }
}

/// One event.
#[derive(Serialize, JsonSchema)]
struct EventRow<'a> {
    /// `eventTime`.
    time: String,
    /// The kind of principal.
    kind: &'static str,
    /// The principal's account.
    account: &'a str,
    /// The principal's name.
    principal: &'a str,
    /// `eventSource`.
    source: &'a str,
    /// `eventName`.
    name: &'a str,
    /// `awsRegion`.
    region: &'a str,
    /// `sourceIPAddress`.
    address: &'a str,
    /// `userAgent`.
    agent: &'a str,
    /// `errorCode`; empty for none.
    error_code: &'a str,
    /// `errorMessage`; empty for none.
    error_message: &'a str,
    /// `accessKeyId`, shortened.
    access_key: Option<String>,
    /// `mfaAuthenticated` of the session.
    session_mfa: Option<bool>,
    /// Whether somebody acted as root in a session of `sts:AssumeRoot`.
    assumed_root: bool,
    /// The service that made the call in the principal's name; empty for none.
    invoked_by: &'a str,
    /// `eventID`.
    event_id: &'a str,
    /// Where the record stands.
    place: Place<'a>,
}

impl<'a> EventRow<'a> {
    fn of(event: &'a Event) -> Self {
        let key = (!event.access_key.is_empty()).then(|| AccessKeyId::new(&event.access_key).to_string());
        Self {
            time: moment(event.second),
            kind: event.principal.kind.as_str(),
            account: &event.principal.account,
            principal: &event.principal.name,
            source: &event.call.source,
            name: &event.call.name,
            region: &event.region,
            address: &event.address,
            agent: &event.agent,
            error_code: &event.error_code,
            error_message: &event.error_message,
            access_key: key,
            session_mfa: event.session_mfa,
            assumed_root: event.assumed_root,
            invoked_by: &event.invoked_by,
            event_id: &event.id,
            place: Place::of(&event.place),
        }
    }
}

/// What root of one account did.
#[derive(Serialize, JsonSchema)]
pub(super) struct Root<'a> {
    /// The account.
    account: &'a str,
    /// What root itself did that is neither a sign-in nor known to have only read.
    writes: usize,
    /// What others did as root, in sessions of `sts:AssumeRoot`, that is not known to have only read.
    writes_in_assumed_sessions: usize,
    /// Sign-ins that succeeded.
    sign_ins: usize,
    /// Sign-ins that failed.
    failed_sign_ins: usize,
    /// Events that only read.
    reads: u64,
    /// The earliest of them.
    first_read: Option<String>,
    /// The latest of them.
    last_read: Option<String>,
    /// The events that were kept.
    events: Vec<EventRow<'a>>,
}

impl<'a> Root<'a> {
    pub(super) fn of(root: summary::RootActivity<'a>) -> Self {
        let (first_read, last_read) = ends(&root.reads);
        Self {
            account: root.account,
            writes: root.writes(),
            writes_in_assumed_sessions: root.by_assume_root(),
            sign_ins: root.sign_ins(true),
            failed_sign_ins: root.sign_ins(false),
            reads: root.reads.count,
            first_read,
            last_read,
            events: root.events.into_iter().map(EventRow::of).collect(),
        }
    }
}
