//! A made-up CloudTrail archive of an organisation: the same seed and size give the same bytes.
//!
//! What decides how fast a program reads an archive is as in real ones: the length of records and how much it varies, how
//! well they compress, how often one session makes several calls in a row, how many sessions and kinds of call there are.
//! Records run from 2026-01-01 to 2026-01-15, UTC.

use std::collections::VecDeque;
use std::rc::Rc;

use actors::{ACCOUNTS, Actor, Manner, Role, RootWay};
use bodies::{Body, Setting, body};
use calls::{Call, Calls, Shape};
use random::Random;

#[path = "gen_trail/actors.rs"]
mod actors;
#[path = "gen_trail/bodies.rs"]
mod bodies;
#[path = "gen_trail/calls.rs"]
mod calls;
#[path = "gen_trail/random.rs"]
mod random;

/// How many days the archive covers.
const DAYS: u64 = 15;

/// The Regions, and how much of a hundred files each gets.
const REGIONS: [(&str, u64); 4] =
    [("eu-west-1", 45), ("us-east-1", 33), ("eu-central-1", 14), ("ap-southeast-2", 8)];

/// One file of an archive.
#[derive(Debug)]
pub(crate) struct File {
    /// Below the folder of the archive, with `/`.
    pub(crate) path: String,
    /// `{"Records":[...]}`, not compressed.
    pub(crate) json: Vec<u8>,
}

/// Makes the files of an archive of so many bytes of JSON in all, about. Without a number there is one file for each MB.
pub(crate) fn files(bytes: u64, number: Option<u64>, seed: u64) -> impl Iterator<Item = File> {
    let number = number.unwrap_or(bytes / 1_000_000).max(1);
    let mut trail = Trail::new(seed);
    let mut written = 0;
    (0..number).map(move |index| {
        let share = bytes.saturating_sub(written) / (number - index);
        // Busy and quiet hours; the last file makes up for the others.
        let wanted = if index + 1 == number { share } else { share * (20 + trail.random.below(161)) / 100 };
        let place = Place::of(index, &mut trail.random);
        // CloudTrail delivers every five minutes; the first files would tell of the year before.
        let delivered = 86_400 + 1200 + index * (DAYS * 288 - 5) / number * 300;
        let json = trail.file(place, delivered, usize::try_from(wanted).unwrap_or(usize::MAX));
        written += u64::try_from(json.len()).unwrap_or(u64::MAX);
        File { path: path(place, delivered, &mut trail.random), json }
    })
}

/// Makes one file of about so many bytes of JSON, of the first account and us-east-1, where every kind of call is found.
pub(crate) fn records(bytes: usize, seed: u64) -> Vec<u8> {
    let place = Place { account: ACCOUNTS[0], region: "us-east-1" };
    Trail::new(seed).file(place, DAYS * 86_400 + 43_200, bytes)
}

/// Where the records of one file come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    account: &'static str,
    region: &'static str,
}

impl Place {
    /// The first two files are of the Regions that matter most, so that small archives have them.
    fn of(index: u64, random: &mut Random) -> Self {
        match index {
            0 => return Self { account: ACCOUNTS[0], region: "eu-west-1" },
            1 => return Self { account: ACCOUNTS[0], region: "us-east-1" },
            _ => {}
        }
        let account = if random.permille(350) { ACCOUNTS[1] } else { ACCOUNTS[0] };
        let mut at = random.below(100);
        for (region, share) in REGIONS {
            if at < share {
                return Self { account, region };
            }
            at -= share;
        }
        Self { account, region: REGIONS[0].0 }
    }
}

/// As CloudTrail names files, with the moment of delivery.
fn path(place: Place, delivered: u64, random: &mut Random) -> String {
    let Place { account, region } = place;
    let moment = moment(delivered);
    let part = |from: usize, to: usize| moment.get(from..to).unwrap_or_default();
    let (year, month, day, hour, minute) = (part(0, 4), part(5, 7), part(8, 10), part(11, 13), part(14, 16));
    let unique: String = random.base64(16).replace(['+', '/'], "x");
    format!(
        "AWSLogs/o-exampleorg1/{account}/CloudTrail/{region}/{year}/{month}/{day}/\
         {account}_CloudTrail_{region}_{year}{month}{day}T{hour}{minute}Z_{unique}.json.gz"
    )
}

/// A time within two days of the archive from its number of seconds since 2025-12-31, UTC.
fn moment(seconds: u64) -> String {
    let (day, hour) = (seconds / 86_400, seconds / 3600 % 24);
    let date = if day == 0 { "2025-12-31".to_owned() } else { format!("2026-01-{day:02}") };
    format!("{date}T{hour:02}:{:02}:{:02}Z", seconds / 60 % 60, seconds % 60)
}

/// The organisation while it runs.
#[derive(Debug)]
struct Trail {
    random: Random,
    calls: Calls,
    roles: Vec<(Place, Role)>,
    users: Vec<(&'static str, Rc<Actor>)>,
    sessions: Vec<(Place, Rc<Actor>)>,
    /// What comes next: calls in a row by one actor.
    runs: VecDeque<Run>,
    made: u64,
    /// The number of records after which root comes in.
    root_due: u64,
}

/// Calls in a row.
#[derive(Debug)]
struct Run {
    actor: Rc<Actor>,
    call: usize,
    time: u64,
    object: String,
    /// The number of calls; without one, it is left to chance.
    left: Option<u64>,
    /// What else the actor does in this run.
    habits: Habits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habits {
    One,
    Management,
    Data,
}

impl Trail {
    fn new(seed: u64) -> Self {
        let (random, calls, runs) = (Random::new(seed), Calls::new(), VecDeque::new());
        let (roles, users, sessions) = (Vec::new(), Vec::new(), Vec::new());
        Self { random, calls, roles, users, sessions, runs, made: 0, root_due: 2000 }
    }

    /// One file of about so many bytes.
    fn file(&mut self, place: Place, delivered: u64, bytes: usize) -> Vec<u8> {
        self.runs.clear();
        self.sessions.retain(|(_, session)| session.until > delivered.saturating_sub(300));
        let mut out = String::with_capacity(bytes + 4000);
        out.push_str("{\"Records\":[");
        let mut is_first = true;
        while is_first || out.len() < bytes {
            if !is_first {
                out.push(',');
            }
            is_first = false;
            self.record(place, delivered, &mut out);
        }
        out.push_str("]}");
        out.into_bytes()
    }

    fn record(&mut self, place: Place, delivered: u64, out: &mut String) {
        let mut run = match self.runs.pop_front() {
            Some(run) => run,
            None => self.run(place, delivered),
        };
        let goes_on = match run.left {
            Some(left) => left > 1,
            None => self.random.permille(767),
        };
        let line = Line { place, run: &run, calls: &self.calls };
        line.write(&mut self.random, out);
        self.made += 1;
        if goes_on {
            run.left = run.left.map(|left| left - 1);
            run.time = (run.time + self.random.below(3)).min(delivered);
            if self.random.permille(200) {
                run.object = object(&mut self.random);
            }
            if self.random.permille(350) {
                run.call = self.call(&run.actor, run.habits, place).unwrap_or(run.call);
            }
            self.runs.push_front(run);
        }
    }

    /// Who is next, and with what.
    fn run(&mut self, place: Place, delivered: u64) -> Run {
        // Deliveries tell of the last quarter of an hour, in no order.
        let time = delivered - self.random.below(900);
        // Where CloudTrail files what belongs to no Region.
        let has_global = place.region == "us-east-1";
        if has_global && self.made >= self.root_due {
            self.root_due = self.made + 60_000;
            self.root(place, time);
        } else if has_global && self.random.permille(30) {
            self.iam(place, time);
        } else if self.random.permille(6) {
            let (actor, (service, name)) = actors::rare(place.account, time, &mut self.random);
            let call = self.calls.named(service, name);
            self.push(Rc::new(actor), call, time, 1);
        }
        if let Some(run) = self.runs.pop_front() {
            return run;
        }
        let (actor, data) = match self.random.below(1000) {
            0..=619 => (self.session(place, delivered), 330),
            620..=824 => return self.service(place, time),
            825..=957 => (self.user(place, time), 330),
            _ => (Rc::new(actors::outsider(&mut self.random)), 450),
        };
        let habits = if self.random.permille(data) { Habits::Data } else { Habits::Management };
        let call = self.call(&actor, habits, place).unwrap_or(0);
        Run { actor, call, time, object: object(&mut self.random), left: None, habits }
    }

    fn session(&mut self, place: Place, delivered: u64) -> Rc<Actor> {
        let present: Vec<usize> = (0..self.sessions.len())
            .filter(|&index| self.sessions.get(index).is_some_and(|(at, _)| *at == place))
            .collect();
        if !present.is_empty() && self.random.permille(830) {
            // The youngest sessions are the busiest.
            let index = present.len() - 1 - self.random.index(present.len().min(40));
            let session = present.get(index).and_then(|&index| self.sessions.get(index));
            if let Some((_, session)) = session {
                return Rc::clone(session);
            }
        }
        let at_home: Vec<usize> = (0..self.roles.len())
            .filter(|&index| self.roles.get(index).is_some_and(|(at, _)| *at == place))
            .collect();
        let role = if at_home.is_empty() || self.random.permille(165) {
            let role = Role::new(place.account, &self.calls, &mut self.random);
            self.roles.push((place, role));
            self.roles.last()
        } else {
            // Some roles are busier than others.
            let once = self.random.index(at_home.len());
            let index = if self.random.permille(500) { self.random.index(once + 1) } else { once };
            at_home.get(index).and_then(|&index| self.roles.get(index))
        };
        let from = delivered - 900;
        let session = match role {
            Some((_, role)) => Rc::new(role.session(from, &mut self.random)),
            None => Rc::new(actors::outsider(&mut self.random)),
        };
        self.sessions.push((place, Rc::clone(&session)));
        session
    }

    fn user(&mut self, place: Place, time: u64) -> Rc<Actor> {
        let at_home: Vec<Rc<Actor>> = self
            .users
            .iter()
            .filter(|(account, _)| *account == place.account)
            .map(|(_, user)| Rc::clone(user))
            .collect();
        let known = at_home.get(self.random.skewed(at_home.len())).map(Rc::clone);
        let user = match known {
            Some(user) if at_home.len() > 8 && self.random.permille(970) => user,
            _ => {
                let user = Rc::new(actors::user(place.account, &self.calls, &mut self.random));
                self.users.push((place.account, Rc::clone(&user)));
                user
            }
        };
        if self.random.permille(150) {
            let in_console = self.random.permille(600);
            return Rc::new(actors::user_session(&user, time, in_console, &mut self.random));
        }
        user
    }

    fn service(&mut self, place: Place, time: u64) -> Run {
        let (mut actor, habits) = actors::service(&mut self.random);
        actor.calls = habits.iter().map(|(service, name)| self.calls.named(service, name)).collect();
        let call = self.call(&actor, Habits::Management, place).unwrap_or(0);
        let object = object(&mut self.random);
        Run { actor: Rc::new(actor), call, time, object, left: None, habits: Habits::Management }
    }

    /// What an actor does next.
    fn call(&mut self, actor: &Actor, habits: Habits, place: Place) -> Option<usize> {
        const DATA: &[(&str, &[&str])] = &[
            ("s3", &["GetObject", "PutObject", "ListObjects", "HeadObject", "DeleteObject"]),
            ("lambda", &["Invoke"]),
            ("dynamodb", &["GetItem", "Query", "PutItem", "UpdateItem"]),
        ];
        match habits {
            Habits::One => None,
            Habits::Data => {
                // A program keeps to one kind of store.
                let store = match actor.work.bytes().map(u64::from).sum::<u64>() % 8 {
                    0..=3 => DATA.first(),
                    4 | 5 => DATA.get(1),
                    _ => DATA.get(2),
                };
                let (service, names) = store?;
                let name = names.get(self.random.skewed(names.len()))?;
                Some(self.calls.named(service, name))
            }
            Habits::Management => {
                for _ in 0..4 {
                    let call = match actor.calls.get(self.random.skewed(actor.calls.len())) {
                        Some(&call) => call,
                        None => self.calls.any(&mut self.random),
                    };
                    if place.region == "us-east-1" || !self.calls.get(call)?.is_global() {
                        return Some(call);
                    }
                }
                None
            }
        }
    }

    /// Root signs in, looks around and changes little; a key of root is used once, and so is a session of `AssumeRoot`.
    fn root(&mut self, place: Place, time: u64) {
        const READS: &[(&str, &str)] = &[
            ("iam", "GetAccountSummary"),
            ("iam", "ListUsers"),
            ("ec2", "DescribeRegions"),
            ("s3", "GetAccountPublicAccessBlock"),
            ("ce", "GetCostAndUsage"),
            ("health", "DescribeEventAggregates"),
        ];
        const WRITES: &[(&str, &str)] = &[("s3", "PutBucketPolicy"), ("iam", "CreateAccessKey")];
        let random = &mut self.random;
        let [signing_in, console, with_key, assumed] =
            [RootWay::SigningIn, RootWay::Console, RootWay::AccessKey, RootWay::Assumed]
                .map(|way| Rc::new(actors::root(place.account, way, time, random)));
        self.push(signing_in, self.calls.named("signin", "ConsoleLogin"), time, 1);
        for (number, (service, name)) in (0..).zip(READS.iter().chain(WRITES)) {
            let times = 1 + self.random.below(3);
            let call = self.calls.named(service, name);
            self.push(Rc::clone(&console), call, time + number, times);
        }
        self.push(with_key, self.calls.named("sts", "GetCallerIdentity"), time, 1);
        self.push(assumed, self.calls.named("s3", "DeleteBucketPolicy"), time, 1);
    }

    /// What happens in IAM: people sign in, keys are made, policies are attached.
    fn iam(&mut self, place: Place, time: u64) {
        let user = self.user(place, time);
        let (service, name) = match self.random.below(12) {
            0..=5 => ("signin", "ConsoleLogin"),
            6 | 7 => ("iam", "CreateAccessKey"),
            8 => ("iam", "AttachUserPolicy"),
            9 => ("iam", "PutUserPolicy"),
            10 => ("iam", "PutRolePolicy"),
            _ => ("iam", "CreateServiceLinkedRole"),
        };
        let call = self.calls.named(service, name);
        let actor = if name != "ConsoleLogin" {
            user
        } else if self.random.permille(350) {
            self.session(place, time + 900)
        } else {
            let known = self.random.permille(900);
            Rc::new(actors::user_signing_in(&user, place.account, known, &mut self.random))
        };
        self.push(actor, call, time, 1);
    }

    fn push(&mut self, actor: Rc<Actor>, call: usize, time: u64, times: u64) {
        let object = object(&mut self.random);
        self.runs.push_back(Run { actor, call, time, object, left: Some(times), habits: Habits::One });
    }
}

/// The name of a thing.
fn object(random: &mut Random) -> String {
    match random.below(3) {
        0 => format!("{:06}", random.below(400)),
        1 => format!("part-{:05}", random.below(2000)),
        _ => random.hex(8),
    }
}

/// One record that is about to be written.
struct Line<'a> {
    place: Place,
    run: &'a Run,
    calls: &'a Calls,
}

impl Line<'_> {
    fn write(&self, random: &mut Random, out: &mut String) {
        let Some(call) = self.calls.get(self.run.call) else {
            return;
        };
        let Place { account, region } = self.place;
        let actor = &*self.run.actor;
        let setting = Setting { account, region, time: self.run.time, object: &self.run.object, actor };
        let mut body = body(call, setting, random);
        let is_sign_in = call.shape == Shape::ConsoleLogin;
        let failure = if is_sign_in { sign_in_failure(&body) } else { failure(call, actor, &body, random) };
        if failure.is_some() && !is_sign_in {
            "null".clone_into(&mut body.response);
        }
        let is_old = is_sign_in || call.shape == Shape::ServiceEvent;
        out.push_str("{\"eventVersion\":");
        out.push_str(if is_old { "\"1.08\"" } else { "\"1.11\"" });
        value(out, "userIdentity", &actor.identity);
        text(out, "eventTime", &moment(self.run.time));
        text(out, "eventSource", &format!("{}.amazonaws.com", call.service));
        text(out, "eventName", &call.name);
        text(out, "awsRegion", region);
        text(out, "sourceIPAddress", &actor.address);
        text(out, "userAgent", &actor.agent);
        if let Some((code, message)) = failure {
            if let Some(code) = code {
                text(out, "errorCode", code);
            }
            if let Some(message) = message {
                text(out, "errorMessage", &message);
            }
        }
        value(out, "requestParameters", &body.request);
        value(out, "responseElements", &body.response);
        if let Some(additional) = &body.additional {
            value(out, "additionalEventData", additional);
        }
        if let Some(id) = &body.request_id {
            text(out, "requestID", id);
        }
        text(out, "eventID", &random.uuid());
        value(out, "readOnly", if call.reads { "true" } else { "false" });
        if let Some(resources) = &body.resources {
            value(out, "resources", resources);
        }
        text(out, "eventType", body.event_type);
        let is_data = call.is_data();
        value(out, "managementEvent", if is_data { "false" } else { "true" });
        text(out, "recipientAccountId", account);
        let is_shared = matches!(actor.manner, Manner::Outsider)
            || actor.manner == Manner::Service && matches!(call.shape, Shape::AssumeRole);
        if is_shared {
            text(out, "sharedEventID", &random.uuid());
        }
        if let Some(endpoint) = &actor.vpc_endpoint {
            text(out, "vpcEndpointId", endpoint);
        }
        text(out, "eventCategory", if is_data { "Data" } else { "Management" });
        if !matches!(actor.manner, Manner::Service | Manner::OldProgram) {
            value(
                out,
                "tlsDetails",
                &format!(
                    "{{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"{}\"}}",
                    body.host
                ),
            );
        }
        if actor.manner == Manner::Console && !is_sign_in {
            text(out, "sessionCredentialFromConsole", "true");
        }
        out.push('}');
    }
}

/// An error code and a message, each where there is one.
type Failure = (Option<&'static str>, Option<String>);

/// A failed sign-in has a message and no code.
fn sign_in_failure(body: &Body) -> Option<Failure> {
    body.response.contains("Failure").then(|| (None, Some("Failed authentication".to_owned())))
}

fn failure(call: &Call, actor: &Actor, body: &Body, random: &mut Random) -> Option<Failure> {
    const OTHERS: &[&str] = &[
        "ThrottlingException",
        "ResourceNotFoundException",
        "NoSuchEntityException",
        "ValidationException",
        "NoSuchKey",
        "Client.InvalidParameterValue",
        "ServerSideEncryptionConfigurationNotFoundError",
    ];
    if actor.arn.is_empty() || actor.manner == Manner::Service && random.permille(700) {
        return None;
    }
    match random.below(1000) {
        0..=57 => {
            let code = match call.service {
                "ec2" => "Client.UnauthorizedOperation",
                "s3" | "iam" | "sts" | "cloudformation" => "AccessDenied",
                _ => "AccessDeniedException",
            };
            let (arn, about) = (&actor.arn, &body.about);
            let action = format!("{}:{}", call.service, call.name);
            let message = format!(
                "User: {arn} is not authorized to perform: {action} on resource: \\\"{about}\\\" \
                 because no identity-based policy allows the {action} action"
            );
            Some((Some(code), Some(message)))
        }
        58..=92 => {
            let code = random.pick(OTHERS);
            let message =
                random.permille(800).then(|| format!("{} was not found or is not ready.", body.about));
            Some((Some(code), message))
        }
        _ => None,
    }
}

fn text(out: &mut String, name: &str, text: &str) {
    for part in [",\"", name, "\":\"", text, "\""] {
        out.push_str(part);
    }
}

fn value(out: &mut String, name: &str, value: &str) {
    for part in [",\"", name, "\":", value] {
        out.push_str(part);
    }
}
