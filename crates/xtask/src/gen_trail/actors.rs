//! Who makes the calls: roles and their sessions, users, services, other accounts.

use super::calls::Calls;
use super::moment;
use super::random::Random;

/// The accounts of the organisation; the trail belongs to the first.
pub(super) const ACCOUNTS: [&str; 2] = ["111122223333", "444455556666"];

/// Accounts outside of it.
const OUTSIDERS: [&str; 2] = ["123456789012", "777788889999"];

/// One `userIdentity`, and what goes with it in every record.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    /// The JSON object.
    pub(super) identity: String,
    /// As error messages name it.
    pub(super) arn: String,
    pub(super) address: String,
    pub(super) agent: String,
    /// What it calls, the most frequent first.
    pub(super) calls: Vec<usize>,
    /// What it works on: part of the names of buckets, functions, tables.
    pub(super) work: String,
    pub(super) manner: Manner,
    pub(super) vpc_endpoint: Option<String>,
    /// The session's end, in seconds since the start of the archive's first day.
    pub(super) until: u64,
}

/// What else differs between records of different actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Program,
    Console,
    /// A program with an old SDK: no TLS details.
    OldProgram,
    /// An AWS service, by itself or for somebody: no TLS details.
    Service,
    /// An account outside of the organisation.
    Outsider,
}

/// What sessions are made of.
#[derive(Debug)]
pub(super) struct Role {
    name: String,
    path: &'static str,
    id: String,
    kind: Kind,
    account: &'static str,
    agent: String,
    calls: Vec<usize>,
    work: String,
    /// The instance, function or person behind a session.
    session: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    Instance,
    Container,
    Person,
    Pipeline,
    Linked,
    Auditor,
}

const TEAMS: &[&str] = &[
    "payments",
    "orders",
    "search",
    "billing",
    "catalogue",
    "shipping",
    "identity",
    "reporting",
    "ledger",
    "mailer",
    "pricing",
    "returns",
    "stock",
    "imports",
    "archive",
    "portal",
    "forecast",
    "webshop",
];
const PARTS: &[&str] = &[
    "api",
    "worker",
    "ingest",
    "export",
    "cron",
    "stream",
    "gateway",
    "sync",
    "index",
    "notify",
    "reader",
    "writer",
    "cleanup",
    "scheduler",
    "authorizer",
];
const STAGES: &[&str] = &["prod", "prod", "prod", "staging", "dev"];
pub(super) const PEOPLE: &[&str] = &[
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "niaj",
    "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter", "wendy",
];
const LINKED: &[(&str, &str)] = &[
    ("AWSServiceRoleForAutoScaling", "AutoScaling"),
    ("AWSServiceRoleForConfig", "AWSConfig-Describe"),
    ("AWSServiceRoleForAmazonECS", "ecs-service-scheduler"),
    ("AWSServiceRoleForSecurityHub", "securityhub"),
    ("AWSServiceRoleForAmazonEKS", "AmazonEKS"),
    ("AWSServiceRoleForRDS", "RDS-Monitoring"),
];

impl Role {
    pub(super) fn new(account: &'static str, calls: &Calls, random: &mut Random) -> Self {
        let kind = match random.below(100) {
            0..=29 => Kind::Function,
            30..=49 => Kind::Instance,
            50..=64 => Kind::Container,
            65..=76 => Kind::Person,
            77..=87 => Kind::Pipeline,
            88..=93 => Kind::Linked,
            _ => Kind::Auditor,
        };
        let (team, part, stage) = (random.pick(TEAMS), random.pick(PARTS), random.pick(STAGES));
        let work = format!("{team}-{part}");
        let tail = random.base32(6);
        let (linked, linked_session) = random.pick(LINKED);
        let name = match kind {
            Kind::Function => format!("{team}-{part}-{stage}-{tail}"),
            Kind::Instance => format!("{work}-instance-{}", random.hex(6)),
            Kind::Container => format!("{work}-task-{tail}"),
            Kind::Person => format!("AWSReservedSSO_{team}-{part}_{}", random.hex(16)),
            Kind::Pipeline => format!("{team}-{stage}-terraform-deploy-{}", random.hex(4)),
            Kind::Linked => linked.to_owned(),
            Kind::Auditor => format!("{team}-{part}-readonly-{}", random.hex(4)),
        };
        let path = match kind {
            Kind::Person => "aws-reserved/sso.amazonaws.com/eu-west-1/",
            Kind::Linked => "aws-service-role/",
            Kind::Pipeline if random.permille(500) => "deploy/",
            _ => "",
        };
        let session = match kind {
            Kind::Function => format!("{work}-handler"),
            Kind::Instance => format!("i-0{}", random.hex(16)),
            Kind::Container | Kind::Auditor => String::new(),
            Kind::Person => format!("{}@example.com", random.pick(PEOPLE)),
            Kind::Pipeline => "terraform-cloud-run".to_owned(),
            Kind::Linked => linked_session.to_owned(),
        };
        let agent = match kind {
            Kind::Function => boto(random, " exec-env/AWS_Lambda_python3.12"),
            Kind::Instance if random.permille(400) => {
                format!("aws-sdk-go/1.55.{} (go1.22.7; linux; amd64) amazon-ssm-agent/", random.below(9))
            }
            Kind::Instance | Kind::Container => java(random),
            Kind::Person => browser(random),
            Kind::Pipeline => terraform(random),
            Kind::Linked => {
                format!("{}.amazonaws.com", session.to_lowercase().split('-').next().unwrap_or("ec2"))
            }
            Kind::Auditor => boto(random, ""),
        };
        let calls = habits(calls, random);
        Self { name, path, id: principal("AROA", random), kind, account, agent, calls, work, session }
    }

    /// A session that began before the given moment.
    pub(super) fn session(&self, from: u64, random: &mut Random) -> Actor {
        let session = match self.kind {
            Kind::Container => random.hex(32),
            Kind::Auditor => format!("audit-{}", 1_767_000_000 + from),
            Kind::Pipeline => format!("{}-{}", self.session, random.base32(6)),
            _ => self.session.clone(),
        };
        let began = from.saturating_sub(random.below(2700));
        let (id, name, account) = (&self.id, &self.name, self.account);
        let delivery = if self.kind == Kind::Instance { ",\"ec2RoleDelivery\":\"2.0\"" } else { "" };
        let mut manner = Manner::Program;
        let mut agent = self.agent.clone();
        let mut address = address(random);
        let mut invoked = "";
        match self.kind {
            Kind::Person if random.permille(600) => manner = Manner::Console,
            Kind::Person => agent = cli(random),
            Kind::Linked => manner = Manner::Service,
            Kind::Pipeline if random.permille(250) => {
                (manner, invoked) = (Manner::Service, "cloudformation.amazonaws.com");
            }
            Kind::Container if random.permille(120) => {
                (manner, invoked) = (Manner::Service, "athena.amazonaws.com");
            }
            Kind::Function | Kind::Instance if random.permille(400) => manner = Manner::OldProgram,
            _ => {}
        }
        if manner == Manner::Service {
            let by = if invoked.is_empty() { self.agent.clone() } else { invoked.to_owned() };
            (address, agent) = (by.clone(), by);
        }
        let web = if self.kind == Kind::Pipeline && random.permille(400) {
            format!(
                "\"webIdFederationData\":{{\"federatedProvider\":\"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com\",\"attributes\":{{}}}},"
            )
        } else {
            String::new()
        };
        let by = if invoked.is_empty() { String::new() } else { format!(",\"invokedBy\":\"{invoked}\"") };
        let mfa = self.kind == Kind::Person && random.permille(200);
        let arn = format!("arn:aws:sts::{account}:assumed-role/{name}/{session}");
        let identity = format!(
            "{{\"type\":\"AssumedRole\",\"principalId\":\"{id}:{session}\",\"arn\":\"{arn}\",\"accountId\":\"{account}\",\
             \"accessKeyId\":\"{}\",\"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\",\"principalId\":\"{id}\",\
             \"arn\":\"arn:aws:iam::{account}:role/{}{name}\",\"accountId\":\"{account}\",\"userName\":\"{name}\"}},\
             {web}\"attributes\":{{\"creationDate\":\"{}\",\"mfaAuthenticated\":\"{mfa}\"}}{delivery}}}{by}}}",
            key("ASIA", random),
            self.path,
            moment(began),
        );
        let in_vpc = matches!(self.kind, Kind::Instance | Kind::Container | Kind::Function);
        let vpc_endpoint = (in_vpc && random.permille(150)).then(|| format!("vpce-0{}", random.hex(16)));
        let (calls, work) = (self.calls.clone(), self.work.clone());
        Actor { identity, arn, address, agent, calls, work, manner, vpc_endpoint, until: began + 3600 }
    }
}

/// A user with an access key.
pub(super) fn user(account: &str, calls: &Calls, random: &mut Random) -> Actor {
    let name = match random.below(3) {
        0 => format!("{}.{}", random.pick(PEOPLE), random.pick(TEAMS)),
        1 => format!("svc-{}-{}", random.pick(TEAMS), random.pick(PARTS)),
        _ => format!("{}-{}-{}", random.pick(TEAMS), random.pick(STAGES), random.hex(4)),
    };
    let arn = format!("arn:aws:iam::{account}:user/{name}");
    let identity = format!(
        "{{\"type\":\"IAMUser\",\"principalId\":\"{}\",\"arn\":\"{arn}\",\"accountId\":\"{account}\",\
         \"accessKeyId\":\"{}\",\"userName\":\"{name}\"}}",
        principal("AIDA", random),
        key("AKIA", random),
    );
    let agent = if random.permille(500) { cli(random) } else { boto(random, "") };
    Actor {
        identity,
        arn,
        address: address(random),
        agent,
        calls: habits(calls, random),
        work: format!("{}-{}", random.pick(TEAMS), random.pick(STAGES)),
        manner: if random.permille(300) { Manner::OldProgram } else { Manner::Program },
        vpc_endpoint: None,
        until: 0,
    }
}

/// The same user signed in to the console, or with temporary credentials.
pub(super) fn user_session(user: &Actor, from: u64, in_console: bool, random: &mut Random) -> Actor {
    let mut session = user.clone();
    let started = user.identity.find("\"accessKeyId\"").and_then(|at| user.identity.get(..at)).unwrap_or("{");
    let name = user.arn.rsplit('/').next().unwrap_or_default();
    session.identity = format!(
        "{started}\"accessKeyId\":\"{}\",\"userName\":\"{name}\",\"sessionContext\":{{\"attributes\":{{\
         \"creationDate\":\"{}\",\"mfaAuthenticated\":\"{}\"}}}}}}",
        key("ASIA", random),
        moment(from.saturating_sub(random.below(2700))),
        random.permille(800),
    );
    if in_console {
        (session.manner, session.agent) = (Manner::Console, browser(random));
    }
    session
}

/// As a user is named in a `ConsoleLogin`.
pub(super) fn user_signing_in(user: &Actor, account: &str, known: bool, random: &mut Random) -> Actor {
    let name = user.arn.rsplit('/').next().unwrap_or_default();
    let mut actor = plain(String::new(), user.arn.clone(), Manner::Console, random);
    actor.agent = browser(random);
    actor.identity = if known {
        format!(
            "{{\"type\":\"IAMUser\",\"principalId\":\"{}\",\"arn\":\"{}\",\"accountId\":\"{account}\",\"userName\":\"{name}\"}}",
            principal("AIDA", random),
            user.arn,
        )
    } else {
        format!(
            "{{\"type\":\"IAMUser\",\"accountId\":\"{account}\",\"accessKeyId\":\"\",\
             \"userName\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}}"
        )
    };
    actor
}

/// How root comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RootWay {
    SigningIn,
    Console,
    AccessKey,
    /// A session of `AssumeRoot`.
    Assumed,
}

pub(super) fn root(account: &str, way: RootWay, from: u64, random: &mut Random) -> Actor {
    let arn = format!("arn:aws:iam::{account}:root");
    let began = moment(from.saturating_sub(random.below(600)));
    let (key_id, context) = match way {
        RootWay::SigningIn => (String::new(), String::new()),
        RootWay::AccessKey => (key("AKIA", random), String::new()),
        RootWay::Console | RootWay::Assumed => {
            let assumed = if way == RootWay::Assumed { ",\"assumedRoot\":\"true\"" } else { "" };
            let context = format!(
                ",\"sessionContext\":{{\"attributes\":{{\"creationDate\":\"{began}\",\"mfaAuthenticated\":\"{}\"}}{assumed}}}",
                way == RootWay::Console && random.permille(700),
            );
            (key("ASIA", random), context)
        }
    };
    let identity = format!(
        "{{\"type\":\"Root\",\"principalId\":\"{account}\",\"arn\":\"{arn}\",\"accountId\":\"{account}\",\
         \"accessKeyId\":\"{key_id}\"{context}}}"
    );
    let from_console = matches!(way, RootWay::SigningIn | RootWay::Console);
    let manner = if from_console { Manner::Console } else { Manner::Program };
    let mut actor = plain(identity, arn, manner, random);
    actor.agent = if from_console { browser(random) } else { cli(random) };
    actor
}

/// A service that calls by itself.
pub(super) fn service(random: &mut Random) -> (Actor, &'static [(&'static str, &'static str)]) {
    type Habits = &'static [(&'static str, &'static str)];
    const SERVICES: &[(&str, Habits)] = &[
        ("lambda", &[("sts", "AssumeRole"), ("kms", "Decrypt")]),
        ("ec2", &[("sts", "AssumeRole"), ("kms", "GenerateDataKeyWithoutPlaintext"), ("kms", "Decrypt")]),
        ("ecs-tasks", &[("sts", "AssumeRole")]),
        ("cloudtrail", &[("s3", "GetBucketAcl"), ("s3", "PutObject"), ("kms", "GenerateDataKey")]),
        ("config", &[("s3", "GetBucketAcl"), ("s3", "PutObject"), ("sts", "AssumeRole")]),
        ("delivery.logs", &[("s3", "PutObject"), ("kms", "GenerateDataKey")]),
        ("apigateway", &[("lambda", "Invoke"), ("kms", "Decrypt")]),
        ("events", &[("sts", "AssumeRole"), ("lambda", "Invoke")]),
        ("sns", &[("lambda", "Invoke"), ("kms", "GenerateDataKey")]),
        ("autoscaling", &[("sts", "AssumeRole")]),
        ("elasticloadbalancing", &[("s3", "PutObject")]),
        ("ssm", &[("sts", "AssumeRole")]),
        ("dynamodb", &[("kms", "Decrypt")]),
        ("secretsmanager", &[("kms", "Decrypt"), ("kms", "GenerateDataKey")]),
        ("logs", &[("kms", "Decrypt"), ("kms", "GenerateDataKey")]),
        ("cloudfront", &[("s3", "GetObject")]),
        ("states", &[("sts", "AssumeRole")]),
        ("glue", &[("sts", "AssumeRole")]),
        ("sagemaker", &[("sts", "AssumeRole")]),
        ("vpc-flow-logs", &[("sts", "AssumeRole")]),
    ];
    let (name, habits) = SERVICES.get(random.skewed(SERVICES.len())).copied().unwrap_or(("ec2", &[]));
    let by = format!("{name}.amazonaws.com");
    let identity = format!("{{\"type\":\"AWSService\",\"invokedBy\":\"{by}\"}}");
    let mut actor = plain(identity, by.clone(), Manner::Service, random);
    (actor.address, actor.agent) = (by.clone(), by);
    (actor, habits)
}

/// Somebody in an account outside of the organisation.
pub(super) fn outsider(random: &mut Random) -> Actor {
    let account = random.pick(&OUTSIDERS);
    let session = format!("{}-collector", random.pick(TEAMS));
    let id = format!("{}:{session}", principal("AROA", random));
    let identity =
        format!("{{\"type\":\"AWSAccount\",\"principalId\":\"{id}\",\"accountId\":\"{account}\"}}");
    let arn = format!("arn:aws:sts::{account}:assumed-role/collector/{session}");
    let mut actor = plain(identity, arn, Manner::Outsider, random);
    actor.agent = boto(random, "");
    actor
}

/// Kinds of identity of which an archive holds a handful, with the call that each makes.
pub(super) fn rare(account: &str, from: u64, random: &mut Random) -> (Actor, (&'static str, &'static str)) {
    let person = random.pick(PEOPLE);
    let began = moment(from.saturating_sub(random.below(1800)));
    let (identity, arn, manner, call) = match random.below(5) {
        0 => {
            let arn = format!("arn:aws:sts::{account}:federated-user/{person}");
            let identity = format!(
                "{{\"type\":\"FederatedUser\",\"principalId\":\"{account}:{person}\",\"arn\":\"{arn}\",\
                 \"accountId\":\"{account}\",\"accessKeyId\":\"{}\",\"sessionContext\":{{\"sessionIssuer\":{{\
                 \"type\":\"IAMUser\",\"principalId\":\"{}\",\"arn\":\"arn:aws:iam::{account}:user/{person}\",\
                 \"accountId\":\"{account}\",\"userName\":\"{person}\"}},\"attributes\":{{\
                 \"creationDate\":\"{began}\",\"mfaAuthenticated\":\"false\"}}}}}}",
                key("ASIA", random),
                principal("AIDA", random),
            );
            (identity, arn, Manner::Console, ("ec2", "DescribeInstances"))
        }
        1 => {
            let provider = "token.actions.githubusercontent.com";
            let subject = format!("repo:example/{}:ref:refs/heads/main", random.pick(TEAMS));
            let provider = format!("arn:aws:iam::{account}:oidc-provider/{provider}");
            let identity = format!(
                "{{\"type\":\"WebIdentityUser\",\"principalId\":\"{provider}:sts.amazonaws.com:{subject}\",\
                 \"userName\":\"{subject}\",\"identityProvider\":\"{provider}\"}}"
            );
            (identity, subject, Manner::Program, ("sts", "AssumeRoleWithWebIdentity"))
        }
        2 => {
            let identity = format!(
                "{{\"type\":\"SAMLUser\",\"principalId\":\"{}=:{person}@example.com\",\
                 \"userName\":\"{person}@example.com\",\"identityProvider\":\"{}=\"}}",
                random.base64(27),
                random.base64(27),
            );
            (identity, person.to_owned(), Manner::Program, ("sts", "AssumeRoleWithSAML"))
        }
        3 => {
            let identity = format!(
                "{{\"type\":\"IdentityCenterUser\",\"accountId\":\"{account}\",\"onBehalfOf\":{{\"userId\":\"{}\",\
                 \"identityStoreArn\":\"arn:aws:identitystore::{account}:identitystore/d-936{}\"}},\"credentialId\":\"{}\"}}",
                random.uuid(),
                random.hex(7),
                random.base64(60),
            );
            (identity, person.to_owned(), Manner::Console, ("sso", "ListAccountAssignments"))
        }
        _ => {
            let identity = format!("{{\"accountId\":\"{account}\",\"invokedBy\":\"AWS Internal\"}}");
            (identity, String::new(), Manner::Service, ("kms", "RotateKey"))
        }
    };
    let mut actor = plain(identity, arn, manner, random);
    match manner {
        Manner::Service => {
            (actor.address, actor.agent) = ("AWS Internal".to_owned(), "AWS Internal".to_owned());
        }
        Manner::Console => actor.agent = browser(random),
        _ => {}
    }
    (actor, call)
}

/// An access key id.
pub(super) fn key(kind: &str, random: &mut Random) -> String {
    format!("{kind}{}EXAMPLE", random.base32(9))
}

/// A unique id of a user or role.
pub(super) fn principal(kind: &str, random: &mut Random) -> String {
    format!("{kind}{}EXAMPLE", random.base32(10))
}

fn plain(identity: String, arn: String, manner: Manner, random: &mut Random) -> Actor {
    Actor {
        identity,
        arn,
        address: address(random),
        agent: boto(random, ""),
        calls: Vec::new(),
        work: format!("{}-{}", random.pick(TEAMS), random.pick(STAGES)),
        manner,
        vpc_endpoint: None,
        until: 0,
    }
}

fn habits(calls: &Calls, random: &mut Random) -> Vec<usize> {
    let count = 3 + random.skewed(24);
    (0..count).map(|_| calls.any(random)).collect()
}

/// In the networks kept for documents.
fn address(random: &mut Random) -> String {
    let network = random.pick(&["192.0.2", "198.51.100", "203.0.113"]);
    format!("{network}.{}", 1 + random.below(254))
}

fn boto(random: &mut Random, place: &str) -> String {
    let patch = random.below(40);
    format!("Boto3/1.35.{patch} md/Botocore#1.35.{patch} ua/2.0 os/linux lang/python#3.12.7{place}")
}

fn java(random: &mut Random) -> String {
    format!(
        "aws-sdk-java/2.29.{} md/io#sync md/http#Apache ua/2.1 os/Linux#5.10.230 lang/java#17.0.13",
        random.below(40)
    )
}

fn cli(random: &mut Random) -> String {
    format!(
        "aws-cli/2.22.{} md/awscrt#0.23.4 ua/2.0 os/macos#24.1.0 md/arch#arm64 lang/python#3.12.7 \
         md/installer#exe md/prompt#off",
        random.below(20)
    )
}

fn terraform(random: &mut Random) -> String {
    format!(
        "APN/1.0 HashiCorp/1.0 Terraform/1.9.{} (+https://www.terraform.io) terraform-provider-aws/5.76.0 \
         aws-sdk-go-v2/1.32.5 ua/2.1 os/linux lang/go#1.23.3",
        random.below(9)
    )
}

fn browser(random: &mut Random) -> String {
    format!(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
        126 + random.below(6)
    )
}
