//! Made-up requests with the policies that apply to them, from a small vocabulary in which things meet often.
//!
//! A scene is made from a list of small numbers, so that a failing case shrinks to few statements.

use iam_policy::context::{Context, ContextValue};
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::PolicySet;
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use serde_json::{Map, Value, json};

pub(crate) const HERE: &str = "111122223333";
pub(crate) const THERE: &str = "444455556666";

/// A list of numbers that is asked for one choice after the other; when it ends, every further choice is the first one.
pub(crate) struct Choices<'c>(std::slice::Iter<'c, u8>);

impl<'c> Choices<'c> {
    pub(crate) fn new(numbers: &'c [u8]) -> Self {
        Self(numbers.iter())
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % end
    }

    pub(crate) fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// True once in so many times, and never when the list has ended.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Who {
    Anonymous,
    Root,
    User(&'static str),
    Role(&'static str, Option<&'static str>),
    FederatedUser(&'static str, Option<&'static str>),
    Provider(&'static str),
    Service(&'static str),
}

/// What is said of a context key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    One(&'static str),
    Many(Vec<&'static str>),
    Present,
    Absent,
    Unknown,
}

#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) who: Who,
    pub(crate) action: &'static str,
    pub(crate) resource: Option<&'static str>,
    pub(crate) owner: Option<&'static str>,
    pub(crate) context: Vec<(&'static str, Said)>,
    pub(crate) closed: bool,
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) session: Vec<Value>,
    pub(crate) levels: Vec<Vec<Value>>,
    pub(crate) resource_control: Vec<Value>,
    pub(crate) attached: Option<Value>,
    pub(crate) endpoint: Option<Value>,
    pub(crate) managing: Option<&'static str>,
    pub(crate) restricts: bool,
}

pub(crate) const USERS: &[&str] =
    &["arn:aws:iam::111122223333:user/dev/anna", "arn:aws:iam::111122223333:user/bert"];
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/dev/Deploy";
const LINKED: &str = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/Linked";
pub(crate) const SESSIONS: &[&str] = &["one", "two"];
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fred";
pub(crate) const PROVIDER: &str = "accounts.google.com";
pub(crate) const SERVICE: &str = "ec2.amazonaws.com";

/// An action with a resource that it is about.
type Question = (&'static str, Option<&'static str>);

pub(crate) const QUESTIONS: &[Question] = &[
    ("s3:GetObject", Some("arn:aws:s3:::bucket/anna/x")),
    ("s3:GetObject", Some("arn:aws:s3:::bucket/*/x")),
    ("s3:ListAllMyBuckets", None),
    ("sqs:SendMessage", Some("arn:aws:sqs:eu-west-1:111122223333:queue")),
    ("sqs:SendMessage", Some("arn:aws:sqs:eu-west-1:444455556666:queue")),
    ("logs:GetLogEvents", Some("arn:aws:logs:eu-west-1:111122223333:log-group:app")),
    ("kms:Decrypt", Some("arn:aws:kms:eu-west-1:111122223333:key/1")),
    ("kms:Decrypt", Some("arn:aws:kms:eu-west-1:444455556666:key/1")),
    ("kms:DeleteAlias", Some("arn:aws:kms:eu-west-1:111122223333:alias/a")),
    ("sts:AssumeRole", Some("arn:aws:iam::111122223333:role/Target")),
    ("sts:AssumeRole", Some("arn:aws:iam::444455556666:role/Target")),
    ("iam:DeletePolicy", Some("arn:aws:iam::aws:policy/Some")),
    ("iam:GetPolicy", Some("arn:aws:iam::aws:policy/Some")),
    ("sts:GetCallerIdentity", None),
];

const ACTIONS: &[&str] = &[
    "*",
    "*",
    "*",
    "s3:*",
    "S3:getobject",
    "s3:Get?bject",
    "s3:ListAllMyBuckets",
    "sqs:SendMessage",
    "sqs:*",
    "logs:*",
    "kms:*",
    "kms:Decrypt",
    "sts:AssumeRole",
    "sts:*",
    "*:Get*",
    "s3:Get Object",
    "iam:*",
    "s3:Put*",
    "s3",
    "",
    "s?*:*e*",
];

const RESOURCES: &[&str] = &[
    "*",
    "*",
    "*",
    "*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::bucket/${aws:username}/*",
    "arn:aws:s3:::bucket/anna/x",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/Team, 'anna'}/x",
    "arn:aws:s3:::bucket/${*}/x",
    "arn:aws:sqs",
    "arn:aws:sqs:*:*:queue",
    "arn:aws:sqs:eu-west-1:111122223333:queue",
    "arn:aws:logs:eu-*:*:app",
    "arn:aws:logs:*:111122223333:log-group:*",
    "arn:aws:s?s:eu-west-1:*",
    "arn:aws:kms:*:*:key/*",
    "arn:*",
    "**",
    "arn:aws:iam::*:role/T*",
    "arn:aws:*:app",
    "arn:aws:l*s:*1*:app",
    "bucket",
    "arn:aws:s3:::bucket/${aws:userid}/x",
    "arn:aws:iam::111122223333:role/Target",
];

const AWS_PRINCIPALS: &[&str] = &[
    "arn:aws:iam::111122223333:user/dev/anna",
    "arn:aws:iam::111122223333:user/bert",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    ROLE,
    "arn:aws:sts::111122223333:assumed-role/Deploy/one",
    FEDERATED,
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::111122223333:user/*",
    "AIDAEXAMPLE",
    "*",
];

/// Values of the keys, those of the request and those of policies.
pub(crate) const KEYS: &[(&str, &[&str], &[&str])] = &[
    ("aws:PrincipalTag/Team", &["red", "*", "anna", ""], &["red", "r*", "${aws:username}", "*", "RED"]),
    (
        "aws:SourceIp",
        &["203.0.113.9", "10.1.2.3", "2001:db8::1", "here"],
        &["203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32", "10.1.2.3", "oops"],
    ),
    (
        "aws:CurrentTime",
        &["2026-01-01T00:00:00Z", "1767225600", "2026-06-01T12:00:00+02:00"],
        &["2026-01-01", "2026-03-01T00:00:00Z", "1767225600", "never"],
    ),
    ("s3:max-keys", &["10", "9.5", "1e1", "ten"], &["10.0", "9", "100", "x"]),
    (
        "aws:SecureTransport",
        &["true", "FALSE", "yes"],
        &["true", "false", "True", "${aws:SecureTransport}", "no"],
    ),
    ("aws:TagKeys", &["red", "blue", ""], &["red", "blue", "b*", "${aws:PrincipalTag/team}"]),
    (
        "aws:SourceArn",
        &["arn:aws:sns:eu-west-1:111122223333:topic", "arn:aws:sns:eu-west-1:111122223333:a:b", "topic"],
        &[
            "arn:aws:sns:*:111122223333:*",
            "arn:aws:sns:*:topic",
            "*",
            "arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:topic",
            "${aws:SourceArn}",
        ],
    ),
    ("svc:blob", &["AQID", "aqid", "AQ="], &["AQID", "aqid", "!"]),
    ("aws:username", &["anna"], &["anna", "a*", "${aws:username}"]),
    (
        "aws:PrincipalArn",
        &["arn:aws:iam::111122223333:user/dev/anna"],
        &["arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:user/dev/anna", "arn:aws:iam::*:user/*"],
    ),
    ("aws:PrincipalAccount", &["111122223333"], &["111122223333", "anonymous", "${aws:ResourceAccount}"]),
    ("aws:userid", &["AIDA", "AROA:one"], &["*:one", "111122223333", "AIDA"]),
    ("aws:MultiFactorAuthPresent", &["true", "false"], &["true", "false"]),
    ("aws:ResourceAccount", &["111122223333", "444455556666"], &["111122223333", "${aws:PrincipalAccount}"]),
];

/// Operators by the kind of value of the key, most of them fitting.
fn operators(key: &str) -> &'static [&'static str] {
    match key {
        "aws:SourceIp" => &["IpAddress", "NotIpAddress"],
        "aws:CurrentTime" => &["DateLessThan", "DateGreaterThanEquals", "DateEquals", "DateNotEquals"],
        "s3:max-keys" => &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        "aws:SecureTransport" | "aws:MultiFactorAuthPresent" => &["Bool", "StringEquals"],
        "aws:SourceArn" | "aws:PrincipalArn" => {
            &["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike", "StringNotEquals"]
        }
        "svc:blob" => &["BinaryEquals"],
        _ => &[
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
        ],
    }
}

pub(crate) fn scene(c: &mut Choices<'_>) -> Scene {
    let who = match c.below(16) {
        0..5 => Who::User(USERS[0]),
        5 => Who::User(USERS[1]),
        6..9 => Who::Role(ROLE, Some(c.of(SESSIONS))),
        9 => Who::Role(ROLE, None),
        10 => Who::Role(LINKED, Some("one")),
        11 => Who::FederatedUser(FEDERATED, c.of(&[Some(USERS[0]), None])),
        12 => Who::Root,
        13 => Who::Anonymous,
        14 => Who::Provider(PROVIDER),
        _ => Who::Service(SERVICE),
    };
    let about = c.of(QUESTIONS);
    let (action, resource) = about;
    let owner = match resource {
        Some(arn) if arn.contains(":s3:::") => c.of(&[Some(HERE), Some(HERE), Some(THERE), None]),
        _ => None,
    };
    let closed = c.once_in(3);
    let mut context = Vec::new();
    for (key, values, _) in KEYS.iter().take(8) {
        let said = match c.below(8) {
            // Nobody has no tags.
            _ if who == Who::Anonymous && key.starts_with("aws:PrincipalTag/") => continue,
            0..5 if *key == "aws:TagKeys" => Said::Many((0..c.below(4)).map(|_| c.of(values)).collect()),
            0..5 => Said::One(c.of(values)),
            5 if *key != "aws:TagKeys" && !closed => Said::Present,
            6 if !closed => Said::Unknown,
            _ => continue,
        };
        context.push((*key, said));
    }
    let sides = c.below(3);
    let mut scene = Scene {
        who,
        action,
        resource,
        owner,
        context,
        closed,
        identity: Vec::new(),
        boundary: None,
        session: Vec::new(),
        levels: Vec::new(),
        resource_control: Vec::new(),
        attached: None,
        endpoint: None,
        managing: c.of(&[None, None, Some(HERE), Some(THERE)]),
        restricts: c.once_in(16),
    };
    if sides != 1 {
        scene.identity.push(document(c, PolicyKind::Identity, about));
    }
    if c.once_in(4) {
        scene.identity.push(document(c, PolicyKind::Identity, about));
    }
    if sides != 0 {
        let kind = if action == "sts:AssumeRole" { PolicyKind::Trust } else { PolicyKind::Resource };
        scene.attached = Some(document(c, kind, about));
    }
    if c.once_in(4) {
        scene.boundary = Some(document(c, PolicyKind::Boundary, about));
    }
    if c.once_in(4) {
        scene.session.push(document(c, PolicyKind::Session, about));
    }
    if c.once_in(4) {
        for _ in 0..=c.below(2) {
            scene
                .levels
                .push((0..c.below(3)).map(|_| document(c, PolicyKind::ServiceControl, about)).collect());
        }
    }
    if c.once_in(6) {
        scene.resource_control.push(document(c, PolicyKind::ResourceControl, about));
    }
    if c.once_in(8) {
        scene.endpoint = Some(document(c, PolicyKind::VpcEndpoint, about));
    }
    scene
}

pub(crate) fn document(c: &mut Choices<'_>, kind: PolicyKind, about: Question) -> Value {
    let mut document = Map::new();
    if !c.once_in(5) {
        document.insert("Version".into(), json!("2012-10-17"));
    }
    let statements: Vec<Value> = (0..=c.below(3)).map(|_| statement(c, kind, about)).collect();
    let statements = match (statements.len(), c.once_in(3)) {
        (1, true) => statements[0].clone(),
        _ => Value::Array(statements),
    };
    document.insert("Statement".into(), statements);
    Value::Object(document)
}

fn statement(c: &mut Choices<'_>, kind: PolicyKind, about: Question) -> Value {
    let mut statement = Map::new();
    let denies = if kind == PolicyKind::ResourceControl { !c.once_in(4) } else { c.once_in(3) };
    statement.insert("Effect".into(), json!(if denies { "Deny" } else { "Allow" }));
    // Once in a while an element that the kind of policy does not have, or lacks.
    let strange = c.once_in(40);
    if kind.has_principal() != strange {
        let name = if c.once_in(6) { "NotPrincipal" } else { "Principal" };
        statement.insert(name.into(), principal(c));
    }
    let name = if c.once_in(8) { "NotAction" } else { "Action" };
    statement.insert(name.into(), one_or_more(c, ACTIONS, about.0));
    let has_resource = match kind {
        PolicyKind::Trust => false,
        PolicyKind::Resource => !c.once_in(4),
        _ => true,
    };
    if has_resource != c.once_in(40) {
        let name = if c.once_in(8) { "NotResource" } else { "Resource" };
        statement.insert(name.into(), one_or_more(c, RESOURCES, about.1.unwrap_or("*")));
    }
    if c.once_in(2) {
        let mut condition = Map::new();
        for _ in 0..=c.below(2) {
            let (key, _, values) = c.of(KEYS);
            let operator = operator(c, key);
            let value = if operator == "Null" {
                one_or_more(c, &["true", "false"], "true")
            } else {
                one_or_more(c, values, values[0])
            };
            let key = if c.once_in(6) { key.to_lowercase() } else { key.to_owned() };
            let mut keys = Map::new();
            keys.insert(key, value);
            condition.insert(operator, Value::Object(keys));
        }
        statement.insert("Condition".into(), Value::Object(condition));
    }
    Value::Object(statement)
}

fn operator(c: &mut Choices<'_>, key: &str) -> String {
    match c.below(24) {
        0 => return "Null".to_owned(),
        1 => return "StringEqualsly".to_owned(),
        _ => {}
    }
    let prefix = match c.below(8) {
        0 => "ForAllValues:",
        1 => "ForAnyValue:",
        2..4 if key == "aws:TagKeys" => "ForAllValues:",
        4..7 if key == "aws:TagKeys" => "ForAnyValue:",
        _ => "",
    };
    let suffix = if c.once_in(5) { "IfExists" } else { "" };
    format!("{prefix}{}{suffix}", c.of(operators(key)))
}

fn principal(c: &mut Choices<'_>) -> Value {
    if c.once_in(5) {
        return json!("*");
    }
    let mut map = Map::new();
    let fitting = c.of(&["*", USERS[0], ROLE, HERE]);
    map.insert("AWS".into(), one_or_more(c, AWS_PRINCIPALS, fitting));
    if c.once_in(4) {
        map.insert("Service".into(), one_or_more(c, &[SERVICE, "s3.amazonaws.com"], SERVICE));
    }
    if c.once_in(4) {
        map.insert(
            "Federated".into(),
            one_or_more(c, &[PROVIDER, "accounts.google.com.evil.example"], PROVIDER),
        );
    }
    Value::Object(map)
}

/// Some of the texts. Half of the time the first is the one that fits.
fn one_or_more(c: &mut Choices<'_>, from: &[&str], fitting: &str) -> Value {
    let first = if c.once_in(2) { fitting } else { c.of(from) };
    match c.below(4) {
        0 | 1 => json!(first),
        2 => json!([first, c.of(from)]),
        _ => json!([first, c.of(from), c.of(from)]),
    }
}

// ---- as the crate takes it ----

impl Scene {
    /// The request; `None` where the context contradicts the rest.
    pub(crate) fn request(&self) -> Option<Request> {
        let account = || HERE.parse().unwrap();
        let principal = match self.who {
            Who::Anonymous => Principal::Anonymous,
            Who::Root => Principal::root(account()),
            Who::User(arn) => Principal::user(arn).unwrap(),
            Who::Role(arn, session) => Principal::role_session(arn, session).unwrap(),
            Who::FederatedUser(arn, user) => Principal::federated_user(arn, user).unwrap(),
            Who::Provider(name) => Principal::Federated(name.into()),
            Who::Service(name) => Principal::Service(name.into()),
        };
        let mut context = if self.closed { Context::closed() } else { Context::open() };
        for (key, said) in &self.context {
            let value = match said {
                Said::One(value) => ContextValue::single(value),
                Said::Many(values) => ContextValue::set(values.iter().copied()),
                Said::Present => ContextValue::Present,
                Said::Absent => ContextValue::Absent,
                Said::Unknown => ContextValue::Unknown,
            };
            context = context.with(*key, value);
        }
        let mut parts = RequestParts::new(principal, self.action.parse().unwrap(), context);
        parts.resource = self.resource.map(Into::into);
        parts.resource_account = self.owner.map(|owner| owner.parse().unwrap());
        Request::new(parts).ok()
    }

    /// The policies, each made ready.
    pub(crate) fn policies(&self) -> Policies {
        let compile = |kind| move |value: &Value| compiled(value, kind);
        let attached = if self.action == "sts:AssumeRole" { PolicyKind::Trust } else { PolicyKind::Resource };
        Policies {
            identity: self.identity.iter().map(compile(PolicyKind::Identity)).collect(),
            boundary: self.boundary.iter().map(compile(PolicyKind::Boundary)).collect(),
            session: self.session.iter().map(compile(PolicyKind::Session)).collect(),
            levels: self
                .levels
                .iter()
                .map(|level| level.iter().map(compile(PolicyKind::ServiceControl)).collect())
                .collect(),
            others: (self.resource_control.iter().map(compile(PolicyKind::ResourceControl)))
                .chain(self.attached.iter().map(compile(attached)))
                .chain(self.endpoint.iter().map(compile(PolicyKind::VpcEndpoint)))
                .collect(),
        }
    }
}

pub(crate) fn compiled(value: &Value, kind: PolicyKind) -> Policy {
    Policy::compile("made up", kind, &Document::parse(&value.to_string()).unwrap())
}

pub(crate) struct Policies {
    pub(crate) identity: Vec<Policy>,
    pub(crate) boundary: Vec<Policy>,
    pub(crate) session: Vec<Policy>,
    pub(crate) levels: Vec<Vec<Policy>>,
    pub(crate) others: Vec<Policy>,
}

impl Scene {
    /// The set of the policies that were made ready.
    pub(crate) fn set<'p>(&self, policies: &'p Policies) -> PolicySet<'p> {
        let mut set = PolicySet::new();
        let alone = policies.identity.iter().chain(&policies.boundary).chain(&policies.session);
        for policy in alone.chain(&policies.others) {
            set = set.with(policy);
        }
        for level in &policies.levels {
            set = set.with_level(level);
        }
        if let Some(account) = self.managing {
            set = set.managed_by(account.parse().unwrap());
        }
        if self.restricts { set.restricting_public_bucket() } else { set }
    }
}
