//! Made-up CloudTrail files, as strange as JSON allows.
//!
//! A file is made from a list of small numbers, so that a failing case shrinks to few records without anything strange
//! about them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A list of numbers that is asked for one choice after the other; when it ends, every further choice is the first one.
pub(crate) struct Choices<'c> {
    numbers: std::slice::Iter<'c, u8>,
    /// What the next event is called, if every event is to have a name of its own.
    next_id: Option<u32>,
}

impl<'c> Choices<'c> {
    pub(crate) fn new(numbers: &'c [u8]) -> Self {
        Self { numbers: numbers.iter(), next_id: None }
    }

    /// Gives every event an `eventID` of its own, the first one this.
    pub(crate) fn with_own_ids(self, first: u32) -> Self {
        Self { next_id: Some(first), ..self }
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.numbers.next().copied().unwrap_or(0)) % end
    }

    pub(crate) fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// True once in so many times, and never when the list has ended.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }
}

/// A JSON value whose objects have their members in order, some of them twice.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    /// `null`, `true`, a number: as it is written.
    Word(&'static str),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn object<const N: usize>(members: [(&str, Json); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

// ---- writing ----

/// Where white space goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spacing {
    None,
    Lines(&'static str),
    Anywhere,
}

/// Writes a value: with white space, and with escapes where they are not needed.
pub(crate) fn written(value: &Json, c: &mut Choices<'_>) -> String {
    let spacing = c.of(&[
        Spacing::None,
        Spacing::None,
        Spacing::Lines("\n"),
        Spacing::Lines("\r\n"),
        Spacing::Anywhere,
    ]);
    written_with(value, spacing, c)
}

/// Writes a value on one line.
pub(crate) fn on_one_line(value: &Json, c: &mut Choices<'_>) -> String {
    written_with(value, Spacing::None, c)
}

fn written_with(value: &Json, spacing: Spacing, c: &mut Choices<'_>) -> String {
    let mut writer = Writer { out: String::new(), spacing, is_escaping: c.once_in(4) };
    writer.value(value, 0, c);
    writer.out
}

struct Writer {
    out: String,
    spacing: Spacing,
    is_escaping: bool,
}

impl Writer {
    fn space(&mut self, depth: usize, c: &mut Choices<'_>) {
        match self.spacing {
            Spacing::None => {}
            Spacing::Lines(end) => {
                self.out.push_str(end);
                self.out.push_str(&"  ".repeat(depth));
            }
            Spacing::Anywhere => {
                let space = c.of(&["", " ", "\t", "\n", "\r\n", "   \n  "]);
                self.out.push_str(space);
            }
        }
    }

    fn value(&mut self, value: &Json, depth: usize, c: &mut Choices<'_>) {
        match value {
            Json::Word(word) => self.out.push_str(word),
            Json::Text(text) => self.text(text, c),
            Json::List(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if at == 0 { "" } else { "," });
                    self.space(depth + 1, c);
                    self.value(item, depth + 1, c);
                }
                self.space(depth, c);
                self.out.push(']');
            }
            Json::Object(members) => {
                self.out.push('{');
                for (at, (key, member)) in members.iter().enumerate() {
                    self.out.push_str(if at == 0 { "" } else { "," });
                    self.space(depth + 1, c);
                    self.text(key, c);
                    if self.spacing == Spacing::Anywhere {
                        self.space(0, c);
                    }
                    self.out.push(':');
                    if self.spacing != Spacing::None {
                        self.out.push(' ');
                    }
                    self.value(member, depth + 1, c);
                }
                self.space(depth, c);
                self.out.push('}');
            }
        }
    }

    fn text(&mut self, text: &str, c: &mut Choices<'_>) {
        let is_escaping = self.is_escaping && !PLAIN.contains(&text);
        let every = if is_escaping { c.of(&[0, 0, 0, 1, 3]) } else { 0 };
        self.out.push('"');
        for (at, char) in text.chars().enumerate() {
            let short = match char {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\u{8}' => "\\b",
                '\u{c}' => "\\f",
                '/' if self.is_escaping => "\\/",
                _ => "",
            };
            if (every > 0 && at % every == 0) || (short.is_empty() && char < ' ') {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    write!(self.out, "\\u{unit:04x}").unwrap();
                }
            } else if short.is_empty() {
                self.out.push(char);
            } else {
                self.out.push_str(short);
            }
        }
        self.out.push('"');
    }
}

/// Words that are never written with escapes: the fold compares them as they stand, and tests of their own tell so.
const PLAIN: &[&str] = &[
    "Records",
    "Events",
    "events",
    "logEvents",
    "true",
    "True",
    "false",
    "FALSE",
    "Data",
    "Management",
    "Insight",
];

// ---- records ----

/// Stands in every field whose name says that it is secret.
pub(crate) const SECRET: &str = "SECRETVALUE";

const ACCOUNTS: &[&str] = &["111122223333", "123456789012", "444455556666"];

const CALLS: &[(&str, &str)] = &[
    ("iam.amazonaws.com", "CreateUser"),
    ("iam.amazonaws.com", "ListUsers"),
    ("iam.amazonaws.com", "GetUser"),
    ("iam.amazonaws.com", "UpdateLoginProfile"),
    ("iam.amazonaws.com", "GenerateCredentialReport"),
    ("iam.amazonaws.com", "SimulatePrincipalPolicy"),
    ("sts.amazonaws.com", "AssumeRole"),
    ("sts.amazonaws.com", "AssumeRoleWithSAML"),
    ("sts.amazonaws.com", "AssumeRoleWithWebIdentity"),
    ("sts.amazonaws.com", "AssumeRoot"),
    ("sts.amazonaws.com", "GetCallerIdentity"),
    ("signin.amazonaws.com", "ConsoleLogin"),
    ("signin.amazonaws.com", "PasswordUpdated"),
    ("signin.amazonaws.com", "EmailUpdated"),
    ("signin.amazonaws.com", "SwitchRole"),
    ("ec2.amazonaws.com", "RunInstances"),
    ("ec2.amazonaws.com", "DescribeInstances"),
    ("s3.amazonaws.com", "GetObject"),
    ("s3.amazonaws.com", "ListBuckets"),
    ("sqs.amazonaws.com", "SendMessage"),
    ("dynamodb.amazonaws.com", "Query"),
    ("kms.amazonaws.com", "Decrypt"),
    ("cloudtrail.amazonaws.com", "DescribeTrails"),
    ("made.up", "Do \"it\"\\now"),
];

/// Words that mean something to a reader, in places where they mean nothing.
const TRAPS: &[&str] = &[
    "eventName",
    "eventSource",
    "eventTime",
    "errorCode",
    "userIdentity",
    "Records",
    "arn",
    "ARN",
    "detail",
    "type",
    "readOnly",
    "accessKeyId",
    "roleArn",
    "userName",
    "sourceIPAddress",
    "ConsoleLogin",
    "bucketName",
    "{",
    "}]",
    "\"",
    "\\",
    "Grüße 🗝",
];

const TEXTS: &[&str] = &[
    "anna",
    "arn:aws:iam::111122223333:role/deploy",
    "arn:aws:s3:::example-bucket/a,b{c}",
    "{\"eventName\":\"DeleteUser\",\"eventSource\":\"iam.amazonaws.com\"}",
    "\",\"errorCode\":\"AccessDenied\",\"x\":\"",
    "\\\",\\\"eventName\\\":\\\"Fake\\\"",
    "}]}",
    "[[[{{{",
    "\\",
    "\\\\",
    "\"",
    "\u{1}\t\r\n\u{7f}",
    "Grüße 🗝 \u{fffd}",
    "AKIAIOSFODNN7EXAMPLE",
    "",
    "Success",
    "2026-01-15T08:00:00Z {\"eventName\":\"Fake\"}",
];

const WORDS: &[&str] = &["null", "true", "false", "0", "-1.5e3", "18446744073709551615", "1E-2"];

/// A member of a record that is there as a rule.
fn usually(
    members: &mut Vec<(String, Json)>,
    key: &str,
    c: &mut Choices<'_>,
    value: impl FnOnce(&mut Choices<'_>) -> Json,
) {
    match c.below(40) {
        36 => {}
        37 => members.push((key.to_owned(), Json::Word(c.of(WORDS)))),
        38 => members.push((key.to_owned(), junk(c, 1))),
        39 => {
            members.push((key.to_owned(), junk(c, 1)));
            members.push((key.to_owned(), value(c)));
        }
        _ => members.push((key.to_owned(), value(c))),
    }
}

/// A member of a record that is there now and then.
fn sometimes(
    members: &mut Vec<(String, Json)>,
    key: &str,
    c: &mut Choices<'_>,
    value: impl FnOnce(&mut Choices<'_>) -> Json,
) {
    if c.once_in(2) {
        usually(members, key, c, value);
    }
}

fn one_of<'t>(texts: &'t [&'t str]) -> impl Fn(&mut Choices<'_>) -> Json + use<'t> {
    |c| Json::text(c.of(texts))
}

/// A record, mostly as CloudTrail writes it.
pub(crate) fn record(c: &mut Choices<'_>) -> Json {
    let (source, name) = c.of(CALLS);
    let mut members = Vec::new();
    let m = &mut members;
    m.push(("eventVersion".to_owned(), Json::text("1.08")));
    usually(m, "userIdentity", c, identity);
    usually(m, "eventTime", c, |c| Json::Text(time(c)));
    usually(m, "eventSource", c, |_| Json::text(source));
    usually(m, "eventName", c, |_| Json::text(name));
    usually(m, "awsRegion", c, one_of(&["us-east-1", "eu-central-1", "eu-west-1", ""]));
    usually(
        m,
        "sourceIPAddress",
        c,
        one_of(&["192.0.2.10", "198.51.100.7", "2001:db8::1", "ec2.amazonaws.com", "AWS Internal", ""]),
    );
    usually(m, "userAgent", c, |c| match c.below(16) {
        14 => Json::Text("ä".repeat(1_000 + c.below(100))),
        15 => junk_text(c),
        _ => Json::text(c.of(&["aws-cli/2.15", "console.amazonaws.com"])),
    });
    sometimes(
        m,
        "errorCode",
        c,
        one_of(&["AccessDenied", "Client.UnauthorizedOperation", "NoSuchEntity", "ThrottlingException", ""]),
    );
    sometimes(m, "errorMessage", c, junk_text);
    usually(m, "requestParameters", c, |c| parameters(c, name));
    usually(m, "responseElements", c, |c| match c.below(4) {
        0 => Json::Word("null"),
        1 => parameters(c, name),
        _ => Json::object([("ConsoleLogin", Json::text(c.of(&["Success", "Failure"])))]),
    });
    sometimes(m, "additionalEventData", c, |c| {
        Json::object([("MFAUsed", Json::text(c.of(&["Yes", "No"]))), ("LoginTo", junk_text(c))])
    });
    if let Some(id) = c.next_id {
        c.next_id = Some(id + 1);
        m.push(("eventID".to_owned(), Json::Text(format!("event-{id}"))));
    } else {
        usually(m, "eventID", c, |c| Json::Text(format!("event-{}", c.below(40))));
    }
    sometimes(m, "readOnly", c, flag);
    sometimes(m, "resources", c, |c| {
        Json::List(
            (0..c.below(3))
                .map(|at| {
                    Json::object([
                        ("accountId", Json::text(ACCOUNTS[at])),
                        ("ARN", Json::text(c.of(&["arn:aws:s3:::a", "arn:aws:s3:::b", "c", ""]))),
                    ])
                })
                .collect(),
        )
    });
    usually(m, "eventType", c, |c| {
        Json::text(match c.below(16) {
            11 => "AwsServiceEvent",
            12 => "AwsConsoleSignIn",
            13 => "AwsConsoleAction",
            14 => "AwsVpceEvent",
            15 => "AwsCloudTrailInsight",
            _ => "AwsApiCall",
        })
    });
    sometimes(m, "managementEvent", c, flag);
    usually(m, "recipientAccountId", c, one_of(ACCOUNTS));
    sometimes(m, "eventCategory", c, one_of(&["Management", "Management", "Management", "Data", "Insight"]));
    sometimes(m, c.of(&["tlsDetails", "serviceEventDetails", "addendum", "requestID"]), c, |c| junk(c, 3));
    disorder(m, c);
    Json::Object(members)
}

/// Moves members of an object about, now and then.
fn disorder(members: &mut [(String, Json)], c: &mut Choices<'_>) {
    if c.once_in(4) {
        for at in 1..members.len() {
            members.swap(at, c.below(at + 1));
        }
    }
}

fn flag(c: &mut Choices<'_>) -> Json {
    match c.below(6) {
        0 | 4 => Json::Word("true"),
        1 | 5 => Json::Word("false"),
        2 => Json::text(c.of(&["true", "True"])),
        _ => Json::text(c.of(&["false", "FALSE", "no"])),
    }
}

fn time(c: &mut Choices<'_>) -> String {
    let plain = format!(
        "2026-01-{:02}T{:02}:{:02}:{:02}",
        c.of(&[15, 15, 16, 28]),
        c.of(&[0, 5, 6, 8, 11, 12, 23]),
        c.of(&[0, 59]),
        c.of(&[0, 1, 59])
    );
    match c.below(24) {
        16 => plain + ".999Z",
        17 => plain + "+02:00",
        18 => plain + "-23:59",
        19 => plain + ".000000001+00:00",
        20 => plain,
        21 => "1969-12-31T23:59:59Z".to_owned(),
        22 => "2024-02-29T12:00:00Z".to_owned(),
        23 => "2026-02-29T12:00:00Z".to_owned(),
        _ => plain + "Z",
    }
}

fn identity(c: &mut Choices<'_>) -> Json {
    let account = c.of(ACCOUNTS);
    let name = c.of(&["anna", "bert", "ci/deploy", "carla", "Ünü \"x\""]);
    let kind = c.of(&[
        "AssumedRole",
        "IAMUser",
        "Root",
        "FederatedUser",
        "Role",
        "AWSService",
        "AWSAccount",
        "WebIdentityUser",
        "SAMLUser",
        "IdentityCenterUser",
        "Directory",
        "Unknown",
        "Novelty",
    ]);
    let arn = match kind {
        "AssumedRole" => format!("arn:aws:sts::{account}:assumed-role/{name}/session-{}", c.below(3)),
        "Root" => format!("arn:aws:iam::{account}:root"),
        "FederatedUser" => format!("arn:aws:sts::{account}:federated-user/{name}"),
        "Role" => format!("arn:aws:iam::{account}:role/{name}"),
        _ => format!("arn:aws:iam::{account}:user/{name}"),
    };
    let mut members = Vec::new();
    let m = &mut members;
    usually(m, "type", c, |_| Json::text(kind));
    usually(m, "principalId", c, |c| {
        Json::text(c.of(&["AIDAEXAMPLE", "AROAEXAMPLE:session-1", "AROAEXAMPLE:session-2", account]))
    });
    usually(m, "arn", c, |_| Json::Text(arn));
    usually(m, "accountId", c, |_| Json::text(account));
    sometimes(
        m,
        "accessKeyId",
        c,
        one_of(&["AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "ASIAIOSFODNN7EXAMPLE"]),
    );
    sometimes(m, "userName", c, |_| Json::text(name));
    sometimes(m, "invokedBy", c, one_of(&["cloudformation.amazonaws.com", "AWS Internal"]));
    sometimes(
        m,
        "identityProvider",
        c,
        one_of(&["accounts.example.com", "arn:aws:iam::111122223333:saml-provider/x"]),
    );
    if matches!(kind, "AssumedRole" | "FederatedUser" | "Root" | "Role") || c.once_in(8) {
        usually(m, "sessionContext", c, |c| session_context(c, account, name));
    }
    if kind == "IdentityCenterUser" || c.once_in(8) {
        usually(m, "onBehalfOf", c, |c| {
            let mut members = Vec::new();
            usually(&mut members, "userId", c, one_of(&["user-1", "user-2"]));
            usually(
                &mut members,
                "identityStoreArn",
                c,
                one_of(&["arn:aws:identitystore::111122223333:identitystore/d-1"]),
            );
            Json::Object(members)
        });
    }
    disorder(m, c);
    Json::Object(members)
}

fn session_context(c: &mut Choices<'_>, account: &'static str, name: &str) -> Json {
    let mut members = Vec::new();
    let m = &mut members;
    usually(m, "sessionIssuer", c, |c| {
        let mut members = Vec::new();
        let m = &mut members;
        usually(m, "type", c, |_| Json::text("Role"));
        usually(m, "arn", c, |_| Json::Text(format!("arn:aws:iam::{account}:role/{name}")));
        usually(m, "accountId", c, |_| Json::text(account));
        usually(m, "userName", c, |_| Json::text(name));
        disorder(m, c);
        Json::Object(members)
    });
    usually(m, "attributes", c, |c| {
        Json::object([("mfaAuthenticated", flag(c)), ("creationDate", Json::Text(time(c)))])
    });
    sometimes(m, "assumedRoot", c, flag);
    disorder(m, c);
    Json::Object(members)
}

/// What a call asks for or gets back: plain values, secrets, ARNs, traps.
fn parameters(c: &mut Choices<'_>, name: &str) -> Json {
    let mut members = Vec::new();
    if name.starts_with("AssumeRole") {
        usually(&mut members, "roleArn", c, |c| {
            Json::text(c.of(&[
                "arn:aws:iam::111122223333:role/deploy",
                "arn:aws:iam::444455556666:role/other",
                "odd",
            ]))
        });
    }
    for _ in 0..c.below(5) {
        match c.below(8) {
            0 => members.push(("userName".to_owned(), Json::text(c.of(&["anna", "bert"])))),
            1 => members.push(secret(c)),
            2 => members.push(("credentials".to_owned(), Json::Object(distinct(vec![secret(c), secret(c)])))),
            3 => members.push((c.of(TRAPS).to_owned(), junk(c, 4))),
            4 => members.push(("passwordResetRequired".to_owned(), flag(c))),
            5 => members.push(("resource".to_owned(), Json::List(vec![junk_text(c), junk_text(c)]))),
            6 if c.once_in(8) => members.push(("deep".to_owned(), deep(c.below(90), c))),
            6 if c.once_in(8) => {
                let many = (0..70).map(|at| Json::Text(format!("value {at}"))).collect();
                members.push(("many".to_owned(), Json::List(many)));
            }
            _ => members.push(("accessKeyId".to_owned(), Json::text("AKIAIOSFODNN7EXAMPLE"))),
        }
    }
    Json::Object(distinct(members))
}

/// The members without those whose key stands there already.
fn distinct(members: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let mut keys = BTreeSet::new();
    members.into_iter().filter(|(key, _)| keys.insert(key.clone())).collect()
}

fn secret(c: &mut Choices<'_>) -> (String, Json) {
    let key = c.of(&[
        "password",
        "newPassword",
        "secretAccessKey",
        "SecretString",
        "sessionToken",
        "X-Amz-Security-Token",
        "privateKey",
        "clientSecret",
        "credential",
    ]);
    (key.to_owned(), Json::text(SECRET))
}

fn junk_text(c: &mut Choices<'_>) -> Json {
    if c.once_in(128) {
        return Json::Text("\\\"x".repeat(2_000));
    }
    Json::text(c.of(TEXTS))
}

fn junk(c: &mut Choices<'_>, depth: usize) -> Json {
    match c.below(if depth == 0 { 3 } else { 5 }) {
        0 | 1 => junk_text(c),
        2 => Json::Word(c.of(WORDS)),
        3 => Json::List((0..c.below(4)).map(|_| junk(c, depth - 1)).collect()),
        _ => {
            let members = (0..c.below(4)).map(|_| (c.of(TRAPS).to_owned(), junk(c, depth - 1)));
            Json::Object(distinct(members.collect()))
        }
    }
}

fn deep(levels: usize, c: &mut Choices<'_>) -> Json {
    let mut value = junk_text(c);
    for _ in 0..levels {
        value = if c.once_in(2) {
            Json::List(vec![value])
        } else {
            Json::Object(vec![(c.of(TRAPS).to_owned(), value)])
        };
    }
    value
}

// ---- files ----

/// The shapes in which records come.
pub(crate) const SHAPES: usize = 11;

/// A file: one or more documents, each with some records.
pub(crate) fn file(c: &mut Choices<'_>) -> Vec<u8> {
    let documents = c.of(&[1, 1, 1, 2, 3, 0]);
    let mut text = String::new();
    if documents > 0 && c.once_in(4) {
        text.push('\u{feff}');
    }
    for at in 0..documents {
        if at > 0 {
            text.push_str(c.of(&["\n", "", "\r\n", " ", "\n\n"]));
        }
        let shape = c.below(SHAPES);
        let records = (0..c.below(5)).map(|_| record(c)).collect();
        if needs_line(shape) && !text.is_empty() && !text.ends_with('\n') && !text.ends_with('\u{feff}') {
            text.push('\n');
        }
        text.push_str(&document(shape, records, c));
    }
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        // A mark before nothing has a test of its own.
        text.clear();
    }
    text.push_str(c.of(&["", "\n", "\r\n", "  "]));
    text.into_bytes()
}

/// Whether a document of the shape has to start on a line of its own.
fn needs_line(shape: usize) -> bool {
    shape == 9
}

/// Records in one of the shapes.
pub(crate) fn document(shape: usize, records: Vec<Json>, c: &mut Choices<'_>) -> String {
    let as_text = |record: &Json, c: &mut Choices<'_>| Json::Text(written(record, c));
    let whole = match shape {
        0 => Json::object([("Records", Json::List(records))]),
        1 => Json::List(records),
        2 => {
            let lines: Vec<String> = records.iter().map(|record| on_one_line(record, c)).collect();
            return lines.join(c.of(&["\n", "\r\n", "\n\n"]));
        }
        3 => {
            let records: Vec<String> = records.iter().map(|record| written(record, c)).collect();
            return records.join(c.of(&["", " ", "\n"]));
        }
        4 => {
            let entries = records
                .iter()
                .map(|record| {
                    let mut members = vec![
                        ("EventId".to_owned(), Json::text("1")),
                        ("EventName".to_owned(), Json::text("Fake")),
                        ("Resources".to_owned(), Json::List(vec![])),
                        ("CloudTrailEvent".to_owned(), as_text(record, c)),
                        ("EventTime".to_owned(), Json::Word("1768464000.0")),
                    ];
                    disorder(&mut members, c);
                    Json::Object(members)
                })
                .collect();
            Json::object([("Events", Json::List(entries)), ("NextToken", Json::text("x"))])
        }
        5 => {
            let envelopes: Vec<String> =
                records.into_iter().map(|record| on_one_line(&event_bridge(record, c), c)).collect();
            return envelopes.join("\n");
        }
        6 => {
            let entries = records.iter().map(|record| log_event(as_text(record, c))).collect();
            let mut members = vec![
                ("nextForwardToken".to_owned(), Json::text("f/1")),
                ("events".to_owned(), Json::List(entries)),
                ("nextBackwardToken".to_owned(), Json::text("b/1")),
            ];
            disorder(&mut members, c);
            Json::Object(members)
        }
        7 => {
            let entries = records.iter().map(|record| log_event(as_text(record, c))).collect();
            Json::object([
                ("messageType", Json::text("DATA_MESSAGE")),
                ("owner", Json::text("111122223333")),
                ("logGroup", Json::text("trail")),
                ("subscriptionFilters", Json::List(vec![Json::text("all")])),
                ("logEvents", Json::List(entries)),
            ])
        }
        8 => {
            let mut envelopes = records.into_iter();
            match envelopes.next() {
                Some(record) => event_bridge(record, c),
                None => Json::object([("Records", Json::List(vec![]))]),
            }
        }
        9 => {
            let lines: Vec<String> = records
                .iter()
                .map(|record| format!("2026-01-15T08:00:00.123Z {}", on_one_line(record, c)))
                .collect();
            return lines.join("\n");
        }
        _ => Json::object([
            ("digestStartTime", Json::text("2026-01-15T08:00:00Z")),
            ("awsAccountId", Json::text("111122223333")),
            ("logFiles", Json::List(vec![Json::object([("s3Object", Json::text("x"))])])),
        ]),
    };
    written(&whole, c)
}

fn event_bridge(record: Json, c: &mut Choices<'_>) -> Json {
    let mut members = vec![
        ("version".to_owned(), Json::text("0")),
        ("detail-type".to_owned(), Json::text("AWS API Call via CloudTrail")),
        ("source".to_owned(), Json::text("aws.iam")),
        ("account".to_owned(), Json::text("111122223333")),
        ("resources".to_owned(), Json::List(vec![])),
        ("detail".to_owned(), record),
    ];
    disorder(&mut members, c);
    Json::Object(members)
}

fn log_event(message: Json) -> Json {
    Json::object([
        ("timestamp", Json::Word("1768464000000")),
        ("message", message),
        ("eventId", Json::text("1")),
    ])
}
