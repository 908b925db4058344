use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Need, discloses};
use crate::cloudtrail::Event;
use crate::evidence::{AccountActivity, Supplied, Window};

/// The longest session of root in the console, in seconds. Source: IAM User Guide, "IAM and AWS STS quotas": 12 hours.
const LONGEST_SESSION: i64 = 12 * 3_600;

/// Uses of a key with a longer pause between them are shown apart, and so are sign-ins that failed.
const LONGEST_PAUSE: i64 = 3_600;

/// What root did.
#[derive(Debug, Clone)]
pub struct RootUse<'a> {
    /// By time.
    pub sessions: Vec<Session<'a>>,
    /// Calls that services made in root's name, which are nobody's deeds.
    pub by_services: usize,
    /// The window in which nothing was missed, or why something may have been.
    pub window: Supplied<Window>,
}

/// What root did in one go.
#[derive(Debug, Clone)]
pub struct Session<'a> {
    /// How it began.
    pub way: Way,
    /// Whether a second factor was used; `None` where the records do not say.
    pub mfa: Option<bool>,
    /// The first event.
    pub start: DateTime<Utc>,
    /// The last event.
    pub end: DateTime<Utc>,
    /// The access key of its calls, in full; empty where none is known.
    pub access_key: &'a str,
    /// The addresses it came from.
    pub addresses: BTreeSet<&'a str>,
    /// Those of them from which root did nothing before, as far as the records reach. A sign-in that failed is nothing that root did.
    pub new_addresses: BTreeSet<&'a str>,
    /// The program of its first event.
    pub agent: &'a str,
    /// The call of `sts:AssumeRoot` that made it, where the records of the other account are there too.
    pub made_by: Option<&'a Event>,
    /// All of its events, by time.
    pub deeds: Vec<Deed<'a>>,
}

/// How a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A sign-in to the console.
    SignIn,
    /// Attempts to sign in that failed.
    FailedSignIn,
    /// A long-lived access key.
    AccessKey,
    /// `sts:AssumeRoot`, from the management account or the account that manages root access.
    AssumeRoot,
    /// The records do not show how it began.
    Unseen,
}

/// One event of a session.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// The event.
    pub event: &'a Event,
    /// Whether it only read.
    pub reads: bool,
    /// Whether the console does so by itself, after a sign-in and on each page: it reads settings, as the console, from where the sign-in
    /// came from. Reads that hand out secrets or data are somebody's.
    pub by_console: bool,
    /// Whether it needed root.
    pub need: Need,
}

impl Way {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::FailedSignIn => "failed-sign-in",
            Self::AccessKey => "access-key",
            Self::AssumeRoot => "assume-root",
            Self::Unseen => "unseen",
        }
    }
}

impl<'a> Session<'a> {
    fn of(event: &'a Event, way: Way, mfa: Option<bool>) -> Self {
        Self {
            way,
            mfa,
            start: event.time(),
            end: event.time(),
            access_key: "",
            addresses: BTreeSet::new(),
            new_addresses: BTreeSet::new(),
            agent: &event.agent,
            made_by: None,
            deeds: Vec::new(),
        }
    }

    /// The events that somebody meant, in contrast to those that the console made by itself.
    pub fn own_deeds(&self) -> impl Iterator<Item = &Deed<'a>> {
        self.deeds.iter().filter(|deed| !deed.by_console)
    }

    fn last_second(&self) -> i64 {
        self.end.timestamp()
    }
}

impl RootUse<'_> {
    /// The first and the last event.
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let first = self.sessions.iter().map(|session| session.start).min()?;
        Some((first, self.sessions.iter().map(|session| session.end).max()?))
    }
}

/// Groups what root did into sessions.
///
/// Calls of the console carry a temporary key, sign-ins carry none: the first call within twelve hours after a sign-in from the same
/// address ties the key to it. What only reads settings, from the address of the sign-in and as the console or a browser, is the
/// console's.
pub fn root_use(activity: &AccountActivity) -> RootUse<'_> {
    use crate::cloudtrail::EventClass::{FailedSignIn, Root, RootRead};

    let mut use_of = RootUse {
        sessions: Vec::new(),
        by_services: 0,
        window: activity.complete(&[Root, RootRead, FailedSignIn]),
    };
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for event in activity.root_events() {
        if !event.invoked_by.is_empty() || &*event.event_type == "AwsServiceEvent" {
            use_of.by_services += 1;
            continue;
        }
        let index = place(&mut use_of.sessions, event);
        let Some(session) = use_of.sessions.get_mut(index) else { continue };
        let reads = event.class == RootRead || event.read_only == Some(true);
        session.deeds.push(Deed {
            event,
            reads,
            by_console: reads && is_of_console(session, event) && !discloses(&event.call),
            need: Need::of(event),
        });
        session.end = session.end.max(event.time());
        session.mfa = session.mfa.or(event.session_mfa);
        if !event.access_key.is_empty() {
            session.access_key = &event.access_key;
        }
        if !event.address.is_empty() && !is_of_aws(&event.address) {
            session.addresses.insert(&event.address);
            // Whoever tries a password in vain makes no address root's.
            let is_new = match session.way {
                Way::FailedSignIn => !known.contains(&*event.address),
                _ => known.insert(&event.address),
            };
            if is_new {
                session.new_addresses.insert(&event.address);
            }
        }
    }
    for session in use_of.sessions.iter_mut().filter(|session| session.way == Way::AssumeRoot) {
        let key = session.access_key;
        session.made_by = activity
            .assume_root_calls()
            .find(|call| !key.is_empty() && call.responded("credentials/accessKeyId") == Some(key));
    }
    use_of
}

/// The session that an event belongs to, which may be a new one.
fn place<'a>(sessions: &mut Vec<Session<'a>>, event: &'a Event) -> usize {
    let found = match event.sign_in() {
        Some(sign_in) if sign_in.success => None,
        Some(_) => sessions.iter().rposition(|session| {
            session.way == Way::FailedSignIn
                && session.addresses.contains(&*event.address)
                && event.second - session.last_second() <= LONGEST_PAUSE
        }),
        None => sessions.iter().rposition(|session| continues(session, event)),
    };
    if let Some(index) = found {
        return index;
    }
    let (way, mfa) = match event.sign_in() {
        Some(sign_in) if sign_in.success => (Way::SignIn, sign_in.mfa),
        Some(sign_in) => (Way::FailedSignIn, sign_in.mfa),
        None if event.assumed_root => (Way::AssumeRoot, None),
        None if event.access_key.starts_with("AKIA") => (Way::AccessKey, event.session_mfa),
        None => (Way::Unseen, event.session_mfa),
    };
    sessions.push(Session::of(event, way, mfa));
    sessions.len() - 1
}

/// Whether a call goes on with a session.
fn continues(session: &Session<'_>, event: &Event) -> bool {
    let since_start = event.second - session.start.timestamp();
    let same_key = !event.access_key.is_empty() && session.access_key == &*event.access_key;
    let is_temporary = !event.access_key.starts_with("AKIA");
    match session.way {
        Way::FailedSignIn => false,
        Way::AccessKey => same_key && event.second - session.last_second() <= LONGEST_PAUSE,
        Way::AssumeRoot => event.assumed_root && same_key,
        Way::SignIn | Way::Unseen if event.assumed_root || !is_temporary || since_start > LONGEST_SESSION => {
            false
        }
        Way::SignIn => {
            let is_free = session.access_key.is_empty() || event.access_key.is_empty();
            same_key || is_free && session.addresses.contains(&*event.address)
        }
        Way::Unseen => same_key || event.access_key.is_empty() && session.addresses.contains(&*event.address),
    }
}

/// Whether the console may have made the call by itself in this session.
fn is_of_console(session: &Session<'_>, event: &Event) -> bool {
    let began_at = session.deeds.first().map(|deed| &deed.event.address);
    session.way == Way::SignIn
        && (began_at == Some(&event.address) || is_of_aws(&event.address))
        && is_console(&event.agent)
}

/// CloudTrail puts a service's name in the place of the address where the console works behind the scenes.
fn is_of_aws(address: &str) -> bool {
    address.ends_with(".amazonaws.com") || address == "AWS Internal"
}

/// What browsers and the console's own back ends send as user agent, and no command line or SDK that people run. Source: CloudTrail User
/// Guide, "CloudTrail record contents", `userAgent`.
pub(crate) fn is_console(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    let agent = agent.trim_start_matches('[').trim_end_matches(']');
    let is_own = ["mozilla/", "opera/", "s3console/", "aws-internal", "awsconsole", "aws internal"]
        .iter()
        .any(|own| agent.starts_with(own));
    let is_service = agent.ends_with(".amazonaws.com") && !agent.contains([' ', '/']);
    (is_own || is_service) && !["aws-cli", "boto", "cloudshell"].iter().any(|tool| agent.contains(tool))
}
