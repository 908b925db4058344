//! A second reader of CloudTrail files, as slow and as plain as can be: what the fast one has to agree with.
//!
//! Every record becomes a tree of JSON values, every field is looked up in it, and what one record adds is written down
//! by itself. Where nothing says how an input is to be read, the answer is `None`, and there is nothing to agree with.

#[path = "../../src/cloudtrail/data_events.rs"]
#[expect(dead_code, reason = "the reference asks of one call at a time")]
mod data_events;
#[path = "json.rs"]
pub(crate) mod json;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use chrono::DateTime;
use iam_core::cloudtrail::{
    Activity, Call, Coverage, Event, EventClass, EventKinds, EventPlace, Example, KeyUse, Limits, Outcome,
    Place, Principal, PrincipalActivity, PrincipalKind, Quarter, Sample, Selection, Tallies, Tally,
    TrailFile, TrailGap, Usage, watchlist,
};
use iam_core::fact::Reason;
use serde_json::Value;

use json::Span;

/// After so many gaps nobody has to go on with a file.
const FEW_GAPS: usize = 10;

/// What the files say, with the events counted once only if `once`.
pub(crate) fn activity(
    files: &[(TrailFile, Vec<u8>)],
    selection: &Selection,
    limits: Limits,
    once: bool,
) -> Option<Activity> {
    let mut reference = Reference {
        whole: Activity::empty(selection.clone(), limits),
        selection: selection.clone(),
        seen: once.then(BTreeSet::new),
    };
    reference.whole.files.deduplicated = once;
    for (file, bytes) in files {
        reference.file(file, bytes)?;
    }
    // Nothing has been cut so far; adding everything to nothing cuts it.
    let mut activity = Activity::empty(selection.clone(), limits);
    activity.merge(reference.whole);
    Some(activity)
}

/// The activity without what only the fast reader can know: the words of a gap, the hash of a file's name.
pub(crate) fn comparable(mut activity: Activity) -> Activity {
    let wordless = |gap: TrailGap| TrailGap { what: Arc::from(""), ..gap };
    activity.gaps = activity.gaps.into_iter().map(wordless).collect();
    activity.files.ids = (0..).take(activity.files.ids.len()).collect();
    activity
}

/// The records that stand in a file, as trees, with the byte at which each starts.
pub(crate) fn records(bytes: &[u8]) -> Option<Vec<(u64, Value)>> {
    Some(contents(bytes)?.records)
}

/// What stands in a file.
#[derive(Default)]
struct Contents {
    records: Vec<(u64, Value)>,
    digests: u64,
}

fn contents(bytes: &[u8]) -> Option<Contents> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut contents = Contents::default();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    loop {
        at = json::skip_space(text, at);
        if at == text.len() {
            return Some(contents);
        }
        at += length_of_time(&text[at..]);
        let value = json::value_at(text, at)?;
        match text.as_bytes()[value.start] {
            b'{' => contents.object(text, value.clone())?,
            b'[' => {
                for item in json::items(text, value.clone()) {
                    contents.plain(text, item)?;
                }
            }
            // Nothing says what a bare number among the records means.
            _ => return None,
        }
        at = value.end;
    }
}

/// How long the time is that a line of an export has in front of its record, with the space behind it.
fn length_of_time(text: &str) -> usize {
    match text.split_once(" {") {
        Some((time, _)) if DateTime::parse_from_rfc3339(time).is_ok() => time.len() + 1,
        _ => 0,
    }
}

impl Contents {
    /// An object on its own: a record, or something that holds records.
    fn object(&mut self, text: &str, object: Span) -> Option<()> {
        let members = json::members(text, object.clone())?;
        let has = |name: &str| members.iter().any(|(key, _)| key == name);
        let has_own = OWN.iter().any(|key| has(key));
        let lists = members.iter().filter(|(key, _)| LISTS.contains(&&**key)).collect::<Vec<_>>();
        if lists.is_empty() {
            if has("digestStartTime") {
                // A digest file is nothing else.
                self.digests += 1;
                return (!has_own && !is_envelope(&members)).then_some(());
            }
            if has("detail-type") && has("detail") {
                let details: Vec<_> = members.iter().filter(|(key, _)| key == "detail").collect();
                let [(_, detail)] = details[..] else { return None };
                let known = self.records.len();
                self.plain(text, detail.clone())?;
                // The place is that of the whole event.
                let start = u64::try_from(object.start).ok()?;
                self.records[known..].iter_mut().for_each(|(offset, _)| *offset = start);
                return (!has_own).then_some(());
            }
            return self.plain(text, object);
        }
        let [(list, array)] = lists[..] else { return None };
        // What a status means has tests of its own.
        let has_status = has("status") || has("QueryStatus");
        if text.as_bytes()[array.start] != b'[' || has_own || has_status || is_envelope(&members) {
            return None;
        }
        for item in json::items(text, array.clone()) {
            match &**list {
                "Records" => self.plain(text, item)?,
                "Events" => self.written(text, item, "CloudTrailEvent")?,
                "events" | "logEvents" => self.written(text, item, "message")?,
                // Rows of queries have tests of their own.
                _ => return None,
            }
        }
        Some(())
    }

    /// A record that stands there as it is.
    fn plain(&mut self, text: &str, object: Span) -> Option<()> {
        let value: Value = serde_json::from_str(&text[object.clone()]).ok()?;
        let members = value.as_object()?;
        // An envelope in a place where a record is expected.
        if LISTS.iter().chain(ENVELOPES).chain(&["digestStartTime"]).any(|key| members.contains_key(*key)) {
            return None;
        }
        self.records.push((u64::try_from(object.start).ok()?, value));
        Some(())
    }

    /// A record that stands as text in a member of an entry.
    fn written(&mut self, text: &str, entry: Span, member: &str) -> Option<()> {
        let value: Value = serde_json::from_str(&text[entry.clone()]).ok()?;
        let members = value.as_object()?;
        let mut others = ENVELOPES.iter().chain(OWN).chain(LISTS).chain(&["digestStartTime"]);
        if others.any(|key| *key != member && members.contains_key(*key)) {
            return None;
        }
        let own = members.get(member)?.as_str()?;
        let mut inner = Self::default();
        inner.plain(own, 0..own.len())?;
        let offset = u64::try_from(entry.start).ok()?;
        self.records.extend(inner.records.into_iter().map(|(_, record)| (offset, record)));
        Some(())
    }
}

/// Members that only records have.
const OWN: &[&str] = &["eventName", "eventSource", "eventTime"];

/// Members whose list holds records, or what holds records.
const LISTS: &[&str] = &["Records", "Events", "events", "logEvents", "QueryResultRows", "results"];

/// Members in which something else may hold a record.
const ENVELOPES: &[&str] = &["detail", "message", "Message", "CloudTrailEvent", "body", "Body"];

fn is_envelope(members: &[(String, Span)]) -> bool {
    members.iter().any(|(key, _)| ENVELOPES.contains(&&**key))
}

struct Reference {
    whole: Activity,
    selection: Selection,
    seen: Option<BTreeSet<(Arc<str>, Arc<str>)>>,
}

impl Reference {
    fn file(&mut self, file: &TrailFile, bytes: &[u8]) -> Option<()> {
        let contents = contents(bytes)?;
        let files = &mut self.whole.files;
        files.read += 1;
        files.bytes += u64::try_from(bytes.len()).ok()?;
        files.ids.insert(u64::try_from(files.ids.len()).ok()?);
        files.digests += contents.digests;
        let mut gaps = 0;
        let mut is_misplaced = false;
        for (offset, record) in contents.records {
            // An object that has nothing that records have is no record, but is told.
            let is_record = OWN.iter().any(|key| record.get(key).is_some());
            self.whole.files.records += u64::from(is_record);
            if is_record && is_insight(&record) {
                self.whole.files.insights += 1;
                continue;
            }
            let reason = match Deed::of(&record, file, offset) {
                None => {
                    gaps += 1;
                    Reason::Malformed
                }
                Some(deed) => {
                    let account = Arc::clone(&deed.place.account);
                    let is_counted = self.deed(&deed);
                    // Told once for each file.
                    if is_misplaced || !is_counted || file.account.as_ref().is_none_or(|own| *own == account)
                    {
                        continue;
                    }
                    is_misplaced = true;
                    Reason::Contradiction
                }
            };
            let path = Arc::clone(&file.path);
            self.whole.gaps.insert(TrailGap {
                file: path,
                offset: Some(offset),
                reason,
                what: Arc::from(""),
            });
        }
        (gaps <= FEW_GAPS).then_some(())
    }

    /// Adds what the record says; tells whether it is selected.
    fn deed(&mut self, deed: &Deed<'_>) -> bool {
        let files = &mut self.whole.files;
        if !deed.is_selected(&self.selection) {
            return false;
        }
        let who = deed.who.principal.clone();
        if let Some(event) = deed.event() {
            self.whole.events.add(event, usize::MAX);
        }
        let key = (Arc::clone(&deed.example.id), Arc::clone(&deed.place.account));
        if let Some(seen) = &mut self.seen
            && !key.0.is_empty()
            && !seen.insert(key)
        {
            files.repeated += 1;
            // Of the copies of an example, the one in the lowest place stays.
            self.whole.principals.add(who, deed.examples());
            return true;
        }
        files.counted += 1;
        self.whole.coverage.add(deed.place.clone(), deed.coverage());
        self.whole.principals.add(who, deed.activity());
        true
    }
}

fn is_insight(record: &Value) -> bool {
    text(record, "/eventType") == Some("AwsCloudTrailInsight")
        || text(record, "/eventCategory") == Some("Insight")
}

/// One usable record.
struct Deed<'r> {
    record: &'r Value,
    second: i64,
    outcome: Outcome,
    place: Place,
    who: Who,
    /// The record as an example of itself.
    example: Example,
    read_only: Option<bool>,
    kinds: EventKinds,
}

/// Who did it.
struct Who {
    principal: Principal,
    session: Arc<str>,
}

impl<'r> Deed<'r> {
    fn of(record: &'r Value, file: &TrailFile, offset: u64) -> Option<Self> {
        let call =
            Call { source: text(record, "/eventSource")?.into(), name: text(record, "/eventName")?.into() };
        let second = DateTime::parse_from_rfc3339(text(record, "/eventTime")?).ok()?.timestamp();
        if second < 0 {
            return None;
        }
        let account = text(record, "/recipientAccountId")
            .or_else(|| text(record, "/userIdentity/accountId"))
            .or(file.account.as_deref())
            .unwrap_or("");
        let region: Arc<str> = text(record, "/awsRegion").unwrap_or("").into();
        let event_type = text(record, "/eventType").unwrap_or("");
        Some(Self {
            record,
            second,
            outcome: Outcome::of_error_code(text(record, "/errorCode").unwrap_or("")),
            place: Place { account: account.into(), region: Arc::clone(&region) },
            who: who(record, &call, event_type),
            example: Example {
                second,
                id: text(record, "/eventID").unwrap_or("").into(),
                call,
                region,
                address: text(record, "/sourceIPAddress").unwrap_or("").into(),
                agent: cut(text(record, "/userAgent").unwrap_or("")),
                place: EventPlace { file: Arc::clone(&file.path), offset },
            },
            read_only: truth(record, "/readOnly"),
            kinds: EventKinds::of_event_type(event_type),
        })
    }

    fn text(&self, pointer: &str) -> &'r str {
        text(self.record, pointer).unwrap_or("")
    }

    fn is_selected(&self, selection: &Selection) -> bool {
        selection.has_second(self.second)
            && selection.has_place(&self.place.account, &self.place.region)
            && selection.has_call(&self.example.call)
            && selection.has_principal(&self.who.principal)
    }

    fn is_data(&self) -> bool {
        let call = &self.example.call;
        match (text(self.record, "/eventCategory"), truth(self.record, "/managementEvent")) {
            (Some(category), _) => category == "Data",
            (None, Some(management)) => !management,
            (None, None) => data_events::contains(call.service(), &call.name),
        }
    }

    /// What the record adds to what is known of its account and Region.
    fn coverage(&self) -> Coverage {
        Coverage {
            all: Tally::of(self.second),
            reads: u64::from(self.read_only == Some(true)),
            writes: u64::from(self.read_only == Some(false)),
            data: u64::from(self.is_data()),
            days: BTreeMap::from([(i32::try_from(self.second / 86_400).unwrap(), 1)]),
        }
    }

    /// What the record adds to what is known of its principal.
    fn activity(&self) -> PrincipalActivity {
        let tallies = self.tallies();
        let call = &self.example.call;
        let mut activity = PrincipalActivity { all: tallies, ..PrincipalActivity::default() };
        activity.calls.add(call.clone(), self.usage());
        if !self.example.address.is_empty() {
            activity.addresses.add(Arc::clone(&self.example.address), tallies);
        }
        activity.quarters.insert(u32::try_from(self.second / 21_600).unwrap(), Box::new(self.quarter()));
        if !self.who.session.is_empty() {
            activity.sessions.add(&self.who.session);
        }
        let assuming = ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"];
        if &*call.source == "sts.amazonaws.com"
            && assuming.contains(&&*call.name)
            && let Some(role) = text(self.record, "/requestParameters/roleArn")
        {
            activity.assumed.add(role.into(), tallies);
        }
        let key = self.text("/userIdentity/accessKeyId");
        if key.starts_with("AKIA") {
            let latest = (self.second, Arc::clone(&call.source), Arc::clone(&self.example.region));
            activity.keys.add(key.into(), KeyUse { tallies, latest: Some(latest) });
        }
        if self.who.principal.kind == PrincipalKind::User
            && self.outcome == Outcome::Denied
            && ["List", "Get", "Describe"].iter().any(|verb| call.name.starts_with(verb))
            && self.example.address.parse::<IpAddr>().is_ok()
        {
            activity.denied_reads.insert(self.second, 1);
            activity.denied_read = Some(Box::new(self.example.clone()));
        }
        activity
    }

    /// What the record adds to what is known of its principal when it has been counted already.
    fn examples(&self) -> PrincipalActivity {
        let whole = self.activity();
        let mut examples =
            PrincipalActivity { denied_read: whole.denied_read, ..PrincipalActivity::default() };
        for (call, usage) in whole.calls.iter() {
            examples.calls.add(call.clone(), Usage { denied: usage.denied.clone(), ..Usage::default() });
        }
        for (quarter, deeds) in whole.quarters {
            examples.quarters.insert(quarter, Box::new(Quarter { tallies: Tallies::default(), ..*deeds }));
        }
        examples
    }

    fn tallies(&self) -> Tallies {
        let mut tallies = Tallies::default();
        tallies.add(self.outcome, self.second);
        tallies
    }

    fn is_via_service(&self) -> bool {
        !self.text("/userIdentity/invokedBy").is_empty() && self.who.principal.kind != PrincipalKind::Service
    }

    fn usage(&self) -> Usage {
        let denied = self.outcome == Outcome::Denied;
        let mut regions = Sample::default();
        if !self.example.region.is_empty() {
            regions.add(&self.example.region);
        }
        let mut resources = Sample::default();
        let arns = if denied { Vec::new() } else { self.arns() };
        for arn in &arns {
            resources.add(arn);
        }
        Usage {
            tallies: self.tallies(),
            data: u64::from(self.is_data()),
            via_service: u64::from(self.is_via_service()),
            kinds: self.kinds,
            regions,
            resources,
            with_resources: u64::from(self.outcome == Outcome::Used && !arns.is_empty()),
            denied: denied.then(|| Box::new(self.example.clone())),
        }
    }

    /// The ARNs in `resources` and `requestParameters`, at whatever depth.
    fn arns(&self) -> Vec<&'r str> {
        let mut arns = Vec::new();
        let parts = ["resources", "requestParameters"].iter().filter_map(|key| self.record.get(key));
        let mut left: Vec<&Value> = parts.filter(|part| !part.is_string()).collect();
        while let Some(value) = left.pop() {
            match value {
                Value::String(text) if text.starts_with("arn:") => arns.push(text.as_str()),
                Value::Array(items) => left.extend(items),
                Value::Object(members) => left.extend(members.values()),
                _ => {}
            }
        }
        arns
    }

    fn quarter(&self) -> Quarter {
        let bit = |list: &[(&str, &str)]| {
            let call = &self.example.call;
            let at = list.iter().position(|listed| *listed == (call.service(), &*call.name));
            at.filter(|_| self.kinds == EventKinds::API_CALL).map_or(0, |at| 1_u64 << at)
        };
        let example = |bits: u64| (bits != 0).then(|| Box::new(self.example.clone()));
        let (enumeration, escalation) = (bit(watchlist::ENUMERATION), bit(watchlist::ESCALATION));
        Quarter {
            tallies: self.tallies(),
            enumeration,
            escalation,
            enumeration_example: example(enumeration),
            escalation_example: example(escalation),
        }
    }

    /// Why the event is kept, if it is.
    fn class(&self) -> Option<EventClass> {
        if self.kinds == EventKinds::SERVICE_EVENT {
            return None;
        }
        let Call { source, name } = &self.example.call;
        let is_root = self.who.principal.kind == PrincipalKind::Root;
        if &**source == "signin.amazonaws.com" && &**name == "ConsoleLogin" {
            return Some(match self.text("/responseElements/ConsoleLogin") {
                "Success" if is_root => EventClass::Root,
                "Success" => EventClass::SignIn,
                _ => EventClass::FailedSignIn,
            });
        }
        if is_root {
            return Some(if self.read_only == Some(true) { EventClass::RootRead } else { EventClass::Root });
        }
        let reads = ["Get", "List", "Generate", "Simulate"].iter().any(|verb| name.starts_with(verb));
        let is_change = match &**source {
            "iam.amazonaws.com" => self.read_only.map_or(!reads, |read_only| !read_only),
            "sts.amazonaws.com" => &**name == "AssumeRoot",
            "signin.amazonaws.com" => {
                let settings = [
                    "PasswordUpdated",
                    "PasswordRecoveryRequested",
                    "PasswordRecoveryCompleted",
                    "EmailUpdated",
                ];
                settings.contains(&&**name)
            }
            _ => false,
        };
        is_change.then_some(EventClass::Change)
    }

    fn event(&self) -> Option<Event> {
        let class = self.class()?;
        let short = |pointer: &str| cut(self.text(pointer));
        let flat = |key: &str| self.record.get(key).map(scalars).unwrap_or_default();
        Some(Event {
            second: self.second,
            id: Arc::clone(&self.example.id),
            account: Arc::clone(&self.place.account),
            class,
            principal: self.who.principal.clone(),
            session: Arc::clone(&self.who.session),
            access_key: short("/userIdentity/accessKeyId"),
            session_mfa: truth(self.record, "/userIdentity/sessionContext/attributes/mfaAuthenticated"),
            assumed_root: truth(self.record, "/userIdentity/sessionContext/assumedRoot") == Some(true),
            invoked_by: short("/userIdentity/invokedBy"),
            call: self.example.call.clone(),
            region: Arc::clone(&self.example.region),
            address: Arc::clone(&self.example.address),
            agent: Arc::clone(&self.example.agent),
            event_type: short("/eventType"),
            read_only: self.read_only,
            error_code: short("/errorCode"),
            error_message: short("/errorMessage"),
            request: flat("requestParameters"),
            has_request: self.record.get("requestParameters").is_some_and(|value| !value.is_null()),
            response: flat("responseElements"),
            additional: flat("additionalEventData"),
            place: self.example.place.clone(),
        })
    }
}

/// Reads `userIdentity`.
fn who(record: &Value, call: &Call, event_type: &str) -> Who {
    let identity = |field: &str| text(record, &format!("/userIdentity/{field}"));
    let arn = identity("arn");
    let principal_id = identity("principalId");
    let issuer = identity("sessionContext/sessionIssuer/arn");
    let or_id = |name: Option<&str>| name.or(principal_id).unwrap_or("").to_owned();
    let mut session = "";
    let (kind, name) = match identity("type") {
        Some("AssumedRole") => {
            session = principal_id
                .and_then(|id| Some(id.split_once(':')?.1))
                .or_else(|| Some(arn?.rsplit_once('/')?.1))
                .unwrap_or("");
            match (issuer, arn) {
                (Some(issuer), _) => (PrincipalKind::Role, issuer.to_owned()),
                (None, Some(arn)) => {
                    // Without a session there is nothing to leave out.
                    let role = arn.rsplit_once('/').map_or(arn, |(role, _)| role);
                    let role = if role.contains('/') { role } else { arn };
                    (PrincipalKind::Role, role.to_owned())
                }
                (None, None) => (PrincipalKind::Unknown, or_id(None)),
            }
        }
        Some("IAMUser") => (PrincipalKind::User, or_id(arn.or(identity("userName")))),
        Some("Root") => {
            let account = identity("accountId").unwrap_or("");
            let made_up = format!("arn:aws:iam::{account}:root");
            (PrincipalKind::Root, arn.map_or(made_up, ToOwned::to_owned))
        }
        Some("FederatedUser") => {
            session = arn.and_then(|arn| Some(arn.rsplit_once('/')?.1)).unwrap_or("");
            (PrincipalKind::FederatedUser, issuer.or(arn).unwrap_or("").to_owned())
        }
        Some("Role") => (PrincipalKind::Role, issuer.or(arn).unwrap_or("").to_owned()),
        Some("AWSService") => (PrincipalKind::Service, identity("invokedBy").unwrap_or("").to_owned()),
        Some("AWSAccount") => {
            session = principal_id.unwrap_or("");
            (PrincipalKind::OtherAccount, identity("accountId").unwrap_or("").to_owned())
        }
        Some(provided @ ("WebIdentityUser" | "SAMLUser")) => {
            session = identity("userName").or(principal_id).unwrap_or("");
            let kind = if provided == "SAMLUser" { PrincipalKind::Saml } else { PrincipalKind::WebIdentity };
            (kind, identity("identityProvider").unwrap_or("").to_owned())
        }
        Some("IdentityCenterUser") => {
            let user = or_id(identity("onBehalfOf/userId"));
            let store = identity("onBehalfOf/identityStoreArn").map(|store| format!("{store}/"));
            (PrincipalKind::IdentityCenterUser, store.unwrap_or_default() + &user)
        }
        Some("Directory") => (PrincipalKind::Directory, or_id(identity("userName"))),
        Some(_) => (PrincipalKind::Unknown, or_id(None)),
        None if event_type == "AwsServiceEvent" => (PrincipalKind::Service, call.source.to_string()),
        None => match identity("invokedBy") {
            Some(service) => (PrincipalKind::Service, service.to_owned()),
            None => (PrincipalKind::Unknown, or_id(None)),
        },
    };
    let of_name = name.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3));
    let account = identity("accountId")
        .or_else(|| identity("sessionContext/sessionIssuer/accountId"))
        .or(of_name)
        .filter(|_| kind != PrincipalKind::Service)
        .unwrap_or("");
    Who {
        principal: Principal { kind, account: account.into(), name: name.as_str().into() },
        session: session.into(),
    }
}

/// The text at this place, if there is one that is not empty.
fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    let mut place = value;
    for key in pointer.split('/').skip(1) {
        // Only objects are entered: not `pointer`, which would also count in arrays.
        place = place.as_object()?.get(key)?;
    }
    place.as_str().filter(|text| !text.is_empty())
}

/// The truth at this place, also as text.
fn truth(value: &Value, pointer: &str) -> Option<bool> {
    let mut place = value;
    for key in pointer.split('/').skip(1) {
        place = place.as_object()?.get(key)?;
    }
    match place {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The text, or as much of it as an event keeps.
fn cut(text: &str) -> Arc<str> {
    if text.len() <= Event::LONGEST_TEXT {
        return text.into();
    }
    let mut end = Event::LONGEST_TEXT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", &text[..end]).into()
}

/// Every scalar below a value with its path, except secrets.
fn scalars(value: &Value) -> Vec<(Arc<str>, Arc<str>)> {
    let mut found = Vec::new();
    collect_scalars(&[], value, &mut found);
    found.truncate(Event::MOST_VALUES);
    found
}

fn collect_scalars(path: &[String], value: &Value, found: &mut Vec<(Arc<str>, Arc<str>)>) {
    let below = |part: &str| [path, &[part.to_owned()]].concat();
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().take(Event::MOST_VALUES) {
                collect_scalars(&below(&index.to_string()), item, found);
            }
        }
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|(key, member)| !is_secret(key, member)) {
                collect_scalars(&below(key), member, found);
            }
        }
        // What is no list of values has none.
        _ if path.is_empty() => {}
        Value::String(text) => found.push((cut(&path.join("/")), cut(text))),
        Value::Bool(_) | Value::Number(_) => found.push((cut(&path.join("/")), cut(&value.to_string()))),
    }
}

fn is_secret(key: &str, value: &Value) -> bool {
    let key = key.to_lowercase();
    // Flags such as `passwordResetRequired`, and how a change of a password ended, are none.
    if value.is_boolean() || value == "Success" || value == "Failure" {
        return false;
    }
    // What stands below `credentials` is looked at one by one.
    let words: &[&str] = if value.is_object() {
        &["password", "secret", "token", "privatekey"]
    } else {
        &["password", "secret", "token", "privatekey", "credential"]
    };
    words.iter().any(|word| key.contains(word))
}
