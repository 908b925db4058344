//! Who from outside gets into what: the policies of all resources and the trust policies of all roles, looked at as IAM Access
//! Analyzer does, offline, and with a request that shows it.
//!
//! | file | what it does |
//! |---|---|
//! | `question` | what counts as inside, and how the question is asked |
//! | `way` | what of a resource lets others in: its policy, access control list, grants, list of accounts |
//! | `made_up` | the ways that are no policies, as policies |
//! | `access_points` | access points of S3 together with their buckets |
//! | `block` | what blocks public access to buckets |
//! | `answer` | one way -> findings, each replayed |
//! | `elsewhere` | whether a policy is about the resource at all |
//! | `actions` | whether patterns of actions mean the same |
//! | `said` | what a finding says, and whether others say as much |
//! | `by_aws` | what IAM Access Analyzer says of the same resources |
//!
//! A way that could not be read, or is too large to decide, is never "nobody gets in": it stands among what is not known.
//!
//! ```
//! use iam_core::evidence::{Given, assemble};
//! use iam_core::external::{Question, external};
//! use iam_core::input::InputFile;
//!
//! let file = |path: &str, text: &str| {
//!     (InputFile { path: path.into(), bytes: text.into() }, Given::InFolder)
//! };
//! let policy = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "444455556666"},
//!     "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}}"#;
//! let evidence = assemble(vec![
//!     file("snapshot/manifest.json", r#"{"tool": "aws", "account": "111122223333", "calls": []}"#),
//!     file("snapshot/resource-policies/eu-west-1/sqs-queue/jobs.json", policy),
//! ]);
//! let account = &evidence.accounts[0];
//! let access = external(account, &Question::of(account));
//! let finding = &access.resources[0].findings[0];
//! assert_eq!(finding.principal.to_string(), "444455556666");
//! assert_eq!(finding.actions, ["sqs:SendMessage"]);
//! assert!(finding.is_exact());
//! ```

mod access_points;
mod actions;
mod answer;
mod block;
mod by_aws;
mod elsewhere;
pub(crate) mod made_up;
mod question;
mod said;
pub(crate) mod way;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use iam_policy::context::Key;
use iam_policy::request::Request;

pub use by_aws::{Agreement, Comparison, Told};
pub use question::{Question, organization_of};

use crate::evidence::{Account, Identities, Quote, Resource, Supplied};
use crate::fact::{Gap, Reason, Source};
use crate::ident::{AccountId, Arn};
use crate::input::resource_policies::ResourceKind;
use crate::input::{Artefact, PolicyDocument, quoted};

/// All access from outside to the resources and roles of an account.
#[derive(Debug, Clone)]
pub struct ExternalAccess {
    /// The account, where it is known.
    pub account: Option<AccountId>,
    /// Where the evidence came from.
    pub location: String,
    /// Each resource and role that was looked at, by ARN.
    pub resources: Vec<ResourceAccess>,
    /// What could not be looked at as a whole, such as the resources of a type that were not listed.
    pub unseen: Vec<Arc<Gap>>,
    /// What IAM Access Analyzer says beside it; `None` where nothing of it was handed in.
    pub by_aws: Option<Vec<Comparison>>,
    /// Why what IAM Access Analyzer found was not seen, or not all of it, where something of it was handed in.
    pub by_aws_unseen: Option<Arc<Gap>>,
}

/// Access from outside to one resource.
#[derive(Debug, Clone)]
pub struct ResourceAccess {
    /// What it is.
    pub kind: SharedKind,
    /// Its ARN.
    pub arn: String,
    /// The account that owns it, where known.
    pub account: Option<AccountId>,
    /// Its Region, where it has one and it is known.
    pub region: Option<String>,
    /// Who gets in, the widest first.
    pub findings: Vec<Finding>,
    /// What may let others in as well, and is not known.
    pub open: Vec<Open>,
}

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SharedKind {
    /// A resource with a policy of its own.
    Resource(ResourceKind),
    /// A role, by its trust policy.
    Role,
}

/// Some access from outside, as IAM Access Analyzer would list it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Who gets in.
    pub principal: Who,
    /// What they may do, as patterns for exactly these actions.
    pub actions: Vec<String>,
    /// Under which condition: all have to match. What a requester can choose is no condition.
    pub condition: Vec<(Key, String)>,
    /// Whether anybody gets in, without any condition.
    pub is_public: bool,
    /// What lets them in.
    pub via: Via,
    /// The ARN of the access point through which they come, if so.
    pub access_point: Option<String>,
    /// The statements or entries that do.
    pub statements: Vec<Cited>,
    /// A request of the finding that no narrower one covers.
    pub witness: Request,
    /// What it depends on whether the witness is allowed; empty if it certainly is.
    pub depends_on: Vec<String>,
    /// The setting that keeps them out all the same, where there is one.
    pub blocked_by: Option<String>,
    /// The resource control policies that would keep the witness out, if they are attached above the account.
    pub limited_by: Vec<String>,
}

/// Who gets in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Anybody whom the condition lets.
    Anyone,
    /// An account, user, role or session, as the policy names it.
    Aws(String),
    /// Those whom an identity provider vouches for.
    Federated(String),
    /// An account, by the id that only S3 uses.
    CanonicalUser(String),
}

/// What lets others in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// The policy of the resource, or the trust policy of the role.
    Policy,
    /// The access control list of a bucket.
    Acl,
    /// A grant of a key.
    Grant,
    /// The list of accounts that a snapshot is shared with.
    SharedList,
    /// The policy of a bucket together with that of an access point.
    AccessPoint,
    /// The policy of a bucket, for requests through access points of another account.
    ForeignAccessPoint,
}

/// A statement of a policy, or an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// From 0.
    pub index: usize,
    /// What names it, where something does.
    pub sid: Option<String>,
    /// Where it stands.
    pub source: Source,
    /// The same as file, line, columns and the text there.
    pub quote: Option<Quote>,
    /// The ARN of the access point in whose policy it stands; `None` for that of the resource itself.
    pub policy_of: Option<String>,
}

/// A way into a resource of which it is not known who gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The way.
    pub via: Via,
    /// Why it is not known.
    pub why: String,
    /// What was not seen, if that is why.
    pub gap: Option<Arc<Gap>>,
    /// Whether S3 says that anybody gets in, although it was not seen by what.
    pub is_public: bool,
}

/// Looks at all resources and roles of an account.
pub fn external(account: &Account, question: &Question<'_>) -> ExternalAccess {
    let mut resources: Vec<ResourceAccess> = account
        .resources()
        .iter()
        .filter(|resource| question.is_about(&resource.arn))
        .map(|resource| of_resource(account, resource, question))
        .collect();
    let mut unseen: Vec<Arc<Gap>> =
        account.resources().unlisted().iter().map(|unlisted| Arc::clone(&unlisted.gap)).collect();
    let trusts = trusts(account, question);
    let is_answered = question.resource.is_some_and(|arn| trusts.contains_key(arn));
    if !is_answered && question.resource.is_none_or(|arn| arn.contains(":role/")) {
        match account.identities() {
            Ok(identities) => unseen.extend(identities.complete_roles().err()),
            Err(gap) => unseen.push(gap),
        }
    }
    resources.extend(trusts.into_iter().map(|(arn, trust)| of_role(account, arn, trust, question)));
    resources.sort_by(|a, b| a.arn.cmp(&b.arn));
    unseen.dedup();
    let location = account.location().to_owned();
    let mut access = ExternalAccess {
        account: account.id(),
        location,
        resources,
        unseen,
        by_aws: None,
        by_aws_unseen: None,
    };
    access.by_aws = by_aws::compared(account, &access, question);
    access.by_aws_unseen =
        access.by_aws.as_ref().and_then(|_| account.access_analyzer().all_external().err());
    access
}

/// Looks at one resource.
pub fn of_resource(account: &Account, resource: &Resource, question: &Question<'_>) -> ResourceAccess {
    let mut access =
        ResourceAccess::empty(SharedKind::Resource(resource.kind), &resource.arn, resource.account);
    access.region.clone_from(&resource.region);
    if resource.kind == ResourceKind::AccessPoint
        && let Some((findings, open)) = access_points::of_point(account, resource, question)
    {
        return ResourceAccess { findings, open, ..access };
    }
    let asker = answer::Asker::new(account, &access, question);
    for way in way::of_resource(resource) {
        let (mut findings, open) = asker.ask_along(way, &access_points::route(resource));
        block::apply(account, resource, &mut findings);
        access.findings.extend(findings);
        access.open.extend(open);
    }
    match resource.kind {
        ResourceKind::Bucket => {
            let (findings, open) =
                access_points::of_bucket(account, resource, &asker, question, &access.findings);
            access.findings.extend(findings);
            access.open.extend(open);
        }
        ResourceKind::AccessPoint => {
            let why = access_points::why_alone(account, resource);
            access.findings.iter_mut().for_each(|finding| finding.depends_on.push(why.clone()));
        }
        _ => {}
    }
    access.open.extend(block::public_unseen(account, resource));
    access
}

/// The trust policies of the roles, by ARN: as the account authorization details tell them, and those that were handed in by
/// themselves. Where both tell of a role, they have to say the same.
fn trusts<'a>(
    account: &'a Account,
    question: &Question<'_>,
) -> BTreeMap<&'a str, Supplied<&'a PolicyDocument>> {
    let roles = account.identities().ok().into_iter().flat_map(Identities::roles);
    let roles = roles.filter(|role| !role.detail.is_service_linked());
    let mut trusts: BTreeMap<&str, Supplied<&PolicyDocument>> =
        roles.map(|role| (&*role.detail.arn, role.detail.trust.seen())).collect();
    for (arn, given) in account.resources().trusts() {
        let differs = |known: &Supplied<&PolicyDocument>| match (known, &given) {
            (Ok(known), Ok(given)) => known != given,
            _ => false,
        };
        let trust = if trusts.get(arn).is_some_and(differs) { Err(contradicted(arn)) } else { given };
        trusts.insert(arn, trust);
    }
    trusts.retain(|arn, _| question.is_about(arn));
    trusts
}

fn contradicted(role: &str) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::Contradiction,
        artefact: Some(Artefact::ResourcePolicy),
        source: None,
        what: format!("two files say different things of the trust policy of {}", quoted(role)).into(),
        remedy: "hand in the newest one only".into(),
    })
}

/// Looks at the trust policy of one role.
fn of_role(
    account: &Account,
    arn: &str,
    trust: Supplied<&PolicyDocument>,
    question: &Question<'_>,
) -> ResourceAccess {
    let owner = Arn::parse(arn).ok().and_then(|arn| arn.account().ok()).or(account.id());
    let mut access = ResourceAccess::empty(SharedKind::Role, arn, owner);
    let asker = answer::Asker::new(account, &access, question);
    let (findings, open) = asker.ask(way::of_trust(trust));
    access.findings = findings;
    access.open = open;
    access
}

impl ExternalAccess {
    /// Whether somebody gets in somewhere, by what was computed or by what IAM Access Analyzer alone found.
    pub fn is_open(&self) -> bool {
        let by_aws = |one: &Comparison| one.agreement == Agreement::OnlyAws;
        self.resources.iter().any(ResourceAccess::is_open) || self.compared().any(by_aws)
    }

    /// Whether something that was handed in or asked for does not tell who gets in.
    pub fn has_failed(&self) -> bool {
        let is_untold = |one: &Comparison| one.agreement == Agreement::NotAnalyzed || !one.is_seen_here;
        let mut gaps = self.unseen.iter().chain(&self.by_aws_unseen);
        self.resources.iter().any(|resource| resource.failed().next().is_some())
            || gaps.any(|gap| gap.reason.is_failure())
            || self.compared().any(is_untold)
    }

    fn compared(&self) -> impl Iterator<Item = &Comparison> {
        self.by_aws.iter().flatten()
    }
}

impl ResourceAccess {
    /// Of one that nobody gets into, as far as was looked.
    fn empty(kind: SharedKind, arn: &str, account: Option<AccountId>) -> Self {
        Self { kind, arn: arn.to_owned(), account, region: None, findings: Vec::new(), open: Vec::new() }
    }

    /// The findings that nothing blocks.
    pub fn in_force(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.blocked_by.is_none())
    }

    /// Whether somebody gets in: by a finding that nothing blocks, or as S3 says.
    pub fn is_open(&self) -> bool {
        self.in_force().next().is_some() || self.is_public_by_s3()
    }

    /// Whether S3 says that anybody gets in, although the policy was not seen.
    pub fn is_public_by_s3(&self) -> bool {
        self.open.iter().any(|open| open.is_public)
    }

    /// What is not known although somebody handed it in or asked for it.
    pub fn failed(&self) -> impl Iterator<Item = &Open> {
        self.open.iter().filter(|open| open.is_failure())
    }
}

impl Finding {
    /// Whether the access is there for certain.
    pub fn is_exact(&self) -> bool {
        self.depends_on.is_empty()
    }
}

impl Open {
    /// Whether something went wrong, as opposed to something not having been handed in.
    pub fn is_failure(&self) -> bool {
        self.gap.as_ref().is_none_or(|gap| gap.reason.is_failure())
    }
}

impl SharedKind {
    /// AWS's name, such as `AWS::S3::Bucket`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource(kind) => kind.as_str(),
            Self::Role => "AWS::IAM::Role",
        }
    }

    /// What a person calls it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Resource(kind) => kind.noun(),
            Self::Role => "role",
        }
    }
}

impl Via {
    /// The word that IAM Access Analyzer uses in `sources`, where it has one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "POLICY",
            Self::Acl => "BUCKET_ACL",
            Self::Grant => "KMS_GRANT",
            Self::SharedList => "SHARED_LIST",
            Self::AccessPoint => "S3_ACCESS_POINT",
            Self::ForeignAccessPoint => "S3_ACCESS_POINT_ACCOUNT",
        }
    }

    /// What a person calls it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Acl => "access control list",
            Self::Grant => "grants",
            Self::SharedList => "list of accounts",
            Self::AccessPoint => "access point",
            Self::ForeignAccessPoint => "access point of another account",
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => f.write_str("*"),
            Self::Aws(text) | Self::Federated(text) | Self::CanonicalUser(text) => f.write_str(text),
        }
    }
}

impl Who {
    /// The key of a policy under which it stands.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Anyone | Self::Aws(_) => "AWS",
            Self::Federated(_) => "Federated",
            Self::CanonicalUser(_) => "CanonicalUser",
        }
    }
}
