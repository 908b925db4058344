use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::tally::time_of;
use super::{Call, Outcome, Principal};

/// Where an event stands: the file, and the byte at which its record starts after decompression. In a listing that holds
/// records as text, that is the start of the listing's entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventPlace {
    /// The file's path, as it was given.
    pub file: Arc<str>,
    /// Bytes from the start, decompressed.
    pub offset: u64,
}

/// One event that stands for others like it: enough to find it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Example {
    /// `eventTime`, in seconds since 1970-01-01 UTC.
    pub second: i64,
    /// `eventID`.
    pub id: Arc<str>,
    /// The call.
    pub call: Call,
    /// `awsRegion`.
    pub region: Arc<str>,
    /// `sourceIPAddress`.
    pub address: Arc<str>,
    /// `userAgent`, at most [`Event::LONGEST_TEXT`] bytes of it.
    pub agent: Arc<str>,
    /// Where it stands.
    pub place: EventPlace,
}

/// An event that is kept with all that matters about it.
///
/// Passwords, secrets and tokens are left out wherever they stand. Texts longer than [`Event::LONGEST_TEXT`] are cut and
/// end in `...`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// `eventTime`, in seconds since 1970-01-01 UTC.
    pub second: i64,
    /// `eventID`.
    pub id: Arc<str>,
    /// The account in whose trail it was logged, as 12 digits; empty where the record does not tell.
    pub account: Arc<str>,
    /// Why it is kept.
    pub class: EventClass,
    /// Who did it.
    pub principal: Principal,
    /// The name of the session, of a role or federated user.
    pub session: Arc<str>,
    /// `userIdentity.accessKeyId`, in full; empty where there is none.
    pub access_key: Arc<str>,
    /// Whether the session was made with MFA (`sessionContext.attributes.mfaAuthenticated`).
    pub session_mfa: Option<bool>,
    /// Whether root acted in a session of `sts:AssumeRoot`.
    pub assumed_root: bool,
    /// The service that made the call in the principal's name (`userIdentity.invokedBy`); empty for none.
    pub invoked_by: Arc<str>,
    /// The call.
    pub call: Call,
    /// `awsRegion`.
    pub region: Arc<str>,
    /// `sourceIPAddress`.
    pub address: Arc<str>,
    /// `userAgent`.
    pub agent: Arc<str>,
    /// `eventType`.
    pub event_type: Arc<str>,
    /// `readOnly`.
    pub read_only: Option<bool>,
    /// `errorCode`; empty for none.
    pub error_code: Arc<str>,
    /// `errorMessage`; empty for none.
    pub error_message: Arc<str>,
    /// `requestParameters`, each scalar with its path: `("userName", "anna")`, `("tags/0/key", "team")`.
    pub request: Vec<(Arc<str>, Arc<str>)>,
    /// Whether `requestParameters` is there and not null.
    pub has_request: bool,
    /// `responseElements`, likewise.
    pub response: Vec<(Arc<str>, Arc<str>)>,
    /// `additionalEventData`, likewise.
    pub additional: Vec<(Arc<str>, Arc<str>)>,
    /// Where it stands. Of several copies, the place that sorts first.
    pub place: EventPlace,
}

/// Why an event is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventClass {
    /// Root did it, and it was more than reading.
    Root,
    /// Root read something. The console does so by the hundred after each sign-in.
    RootRead,
    /// It changed who may do what: IAM writes, credentials, sign-in settings.
    Change,
    /// Somebody signed in to the console.
    SignIn,
    /// Somebody tried to sign in to the console and failed.
    FailedSignIn,
}

impl EventClass {
    /// Every class.
    pub const ALL: &[Self] = &[Self::Root, Self::RootRead, Self::Change, Self::SignIn, Self::FailedSignIn];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::RootRead => "root-read",
            Self::Change => "change",
            Self::SignIn => "sign-in",
            Self::FailedSignIn => "failed-sign-in",
        }
    }

    /// The class of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.as_str() == word)
    }
}

/// How a sign-in to the console ended, and how it was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignIn {
    /// Whether it succeeded.
    pub success: bool,
    /// Whether a second factor was used; `None` where the record does not say. For federated sign-ins the factor is the
    /// identity provider's business, and AWS does not see it.
    pub mfa: Option<bool>,
    /// Whether an identity provider vouched for the person (SAML, IAM Identity Center, or a role's session).
    pub federated: bool,
}

impl Event {
    /// Texts longer than this, in bytes, are cut.
    pub const LONGEST_TEXT: usize = 2_048;
    /// At most so many values of the request, and of the response, are kept.
    pub const MOST_VALUES: usize = 64;

    /// The moment.
    pub fn time(&self) -> DateTime<Utc> {
        time_of(self.second).unwrap_or_default()
    }

    /// What it proves.
    pub fn outcome(&self) -> Outcome {
        Outcome::of_error_code(&self.error_code)
    }

    /// Whether it is this call.
    pub fn is(&self, service: &str, name: &str) -> bool {
        self.call.service() == service && &*self.call.name == name
    }

    /// A value of the request, by its path; compared without case, as services differ in it.
    pub fn requested(&self, path: &str) -> Option<&str> {
        value_at(&self.request, path)
    }

    /// A value of the response, likewise.
    pub fn responded(&self, path: &str) -> Option<&str> {
        value_at(&self.response, path)
    }

    /// What the event says as a sign-in, if it is one: `ConsoleLogin`. Switching roles and renewing a session are none.
    ///
    /// Source: CloudTrail User Guide, "AWS Management Console sign-in events".
    pub fn sign_in(&self) -> Option<SignIn> {
        if !self.is("signin", "ConsoleLogin") {
            return None;
        }
        let success = self.responded("ConsoleLogin") == Some("Success");
        let federated = value_at(&self.additional, "SamlProviderArn").is_some()
            || !matches!(self.principal.kind, super::PrincipalKind::Root | super::PrincipalKind::User);
        // `No` says that AWS itself has asked for no factor.
        let mfa = match value_at(&self.additional, "MFAUsed") {
            Some("Yes") => Some(true),
            Some("No") if !federated => Some(false),
            _ => None,
        };
        Some(SignIn { success, mfa, federated })
    }
}

fn value_at<'e>(values: &'e [(Arc<str>, Arc<str>)], path: &str) -> Option<&'e str> {
    values.iter().find(|(own, _)| own.eq_ignore_ascii_case(path)).map(|(_, value)| &**value)
}
