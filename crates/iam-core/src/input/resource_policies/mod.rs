//! Who gets into a resource by its own word: the answers of `aws s3api get-bucket-policy`, `aws kms get-key-policy`,
//! `aws lambda get-policy` and their like, the other settings of buckets, the grants of keys, and the lists of accounts that
//! snapshots are shared with.
//!
//! Each service has its own shape, and many do not say which resource they are about. A snapshot keeps them as
//! `resource-policies/REGION/TYPE/NAME.json`, where the type is [`ResourceKind::folder`] and the name is percent-encoded
//! where a path could stumble over it. What else is asked about a resource lies in a folder with a further word, such as
//! `s3-bucket-acl`, `s3-bucket-public-access-block`, `s3-bucket-policy-status`, `s3-access-point-settings` and
//! `kms-key-grants`; the public access block of the account in `s3-account-public-access-block`. A bare policy document is accepted there as well.
//!
//! A resource without a policy has a file with an empty one, as somebody looked and found none. AWS's error message for that
//! case counts as the same.

mod access_point;
mod bucket;
mod key_grants;
mod kind;
mod sharing;

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::document::PolicyKind;
use serde_json::Value;

pub use access_point::{AccessPoint, NetworkOrigin};
pub use bucket::{AclGrant, BucketAcl, Grantee, PublicAccessBlock};
pub use key_grants::{Constraints, KeyGrant};
pub use kind::ResourceKind;
pub use sharing::{Share, SharedWith};

use super::call_error::CallError;
use super::json_text::{Fields, JsonText, Slice};
use super::policy_document::PolicyDocument;
use super::{Artefact, Document, InputError, Listing, Parsed, Read, quoted};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source};
use crate::ident::AccountId;

/// What one file tells about who gets into a resource.
#[derive(Debug, Clone)]
pub struct ResourceAnswer {
    /// The resource, as far as the answer itself says it.
    pub about: AnswerAbout,
    /// What it tells.
    pub told: Told,
    /// The file.
    pub file: FileId,
}

/// Which resource an answer is about, as far as it says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerAbout {
    /// The whole ARN.
    pub arn: Option<String>,
    /// The type.
    pub kind: Option<ResourceKind>,
    /// The name within the type.
    pub name: Option<String>,
    /// The account that owns it.
    pub account: Option<AccountId>,
}

/// What an answer tells.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Told {
    /// The resource's policy; `None` if it has none.
    Policy(Fact<Option<PolicyDocument>>),
    /// The access control list of a bucket.
    Acl(BucketAcl),
    /// What blocks public access to a bucket or to all of an account.
    PublicAccessBlock(PublicAccessBlock),
    /// What an access point is attached to, and from where it can be reached.
    AccessPoint(Box<AccessPoint>),
    /// Whether S3 takes the policy of a bucket for public.
    PolicyStatus(Fact<bool>),
    /// The grants of a key.
    KeyGrants(Listing<KeyGrant>),
    /// The accounts that a snapshot is shared with.
    Shared(Listing<Share>),
}

impl Told {
    /// The artefact that tells it.
    pub fn artefact(&self) -> Artefact {
        match self {
            Self::Policy(_) => Artefact::ResourcePolicy,
            Self::Acl(_) => Artefact::BucketAcl,
            Self::PublicAccessBlock(_) => Artefact::PublicAccessBlock,
            Self::AccessPoint(_) => Artefact::AccessPoint,
            Self::PolicyStatus(_) => Artefact::BucketPolicyStatus,
            Self::KeyGrants(_) => Artefact::KeyGrants,
            Self::Shared(_) => Artefact::SnapshotSharing,
        }
    }
}

/// How a service writes the policy of a resource: where the policy stands, where the ARN or name, and what has to be there
/// for the answer to be the service's.
struct Shape {
    policy: (&'static str, &'static str),
    arn: Option<&'static str>,
    name: Option<(ResourceKind, &'static str)>,
    marks: &'static [&'static str],
}

/// In the order in which they are tried: the general ones last.
const SHAPES: &[Shape] = &[
    Shape {
        policy: ("Attributes", "Policy"),
        arn: Some("/Attributes/QueueArn"),
        name: None,
        marks: &["/Attributes/QueueArn"],
    },
    Shape {
        policy: ("Attributes", "Policy"),
        arn: Some("/Attributes/TopicArn"),
        name: None,
        marks: &["/Attributes/TopicArn"],
    },
    Shape {
        policy: ("policyText", ""),
        arn: None,
        name: Some((ResourceKind::Repository, "/repositoryName")),
        marks: &["/repositoryName", "/policyText"],
    },
    Shape {
        policy: ("Policy", ""),
        arn: None,
        name: Some((ResourceKind::FileSystem, "/FileSystemId")),
        marks: &["/FileSystemId", "/Policy"],
    },
    Shape {
        policy: ("Policy", ""),
        arn: Some("/BackupVaultArn"),
        name: None,
        marks: &["/BackupVaultArn", "/Policy"],
    },
    Shape {
        policy: ("policy", "document"),
        arn: Some("/policy/resourceArn"),
        name: None,
        marks: &["/policy/resourceArn", "/policy/document"],
    },
    Shape { policy: ("policy", "Policy"), arn: None, name: None, marks: &["/policy/Policy"] },
    Shape { policy: ("PolicyInJson", ""), arn: None, name: None, marks: &["/PolicyInJson"] },
    Shape {
        policy: ("DomainStatus", "AccessPolicies"),
        arn: Some("/DomainStatus/ARN"),
        name: None,
        marks: &["/DomainStatus/ARN"],
    },
    Shape {
        policy: ("DomainConfig", "AccessPolicies/Options"),
        arn: None,
        name: None,
        marks: &["/DomainConfig/AccessPolicies/Options"],
    },
    Shape {
        policy: ("ResourcePolicy", ""),
        arn: Some("/ResourceArn"),
        name: None,
        marks: &["/ResourceArn", "/ResourcePolicy"],
    },
];

/// Secrets Manager leaves the policy out where there is none; so does EventBridge.
const MAY_LACK_POLICY: &[(Shape, &str)] = &[
    (
        Shape { policy: ("ResourcePolicy", ""), arn: Some("/ARN"), name: None, marks: &["/ARN", "/Name"] },
        ":secretsmanager:",
    ),
    (
        Shape { policy: ("Policy", ""), arn: Some("/Arn"), name: None, marks: &["/Arn", "/Name"] },
        ":event-bus/",
    ),
];

/// S3, KMS, Lambda, `DynamoDB` and Kinesis answer with the policy alone.
const ALONE: Shape = Shape { policy: ("Policy", ""), arn: None, name: None, marks: &["/Policy"] };

/// The document itself.
const BARE: Shape = Shape { policy: ("", ""), arn: None, name: None, marks: &["/Statement"] };

fn shape_of(document: &Value) -> Option<&'static Shape> {
    let has_marks = |shape: &Shape| shape.marks.iter().all(|mark| document.pointer(mark).is_some());
    let text = |pointer: Option<&str>| document.pointer(pointer?).and_then(Value::as_str);
    if let Some(shape) = SHAPES.iter().find(|shape| has_marks(shape)) {
        return Some(shape);
    }
    let lacking = MAY_LACK_POLICY
        .iter()
        .find(|(shape, sign)| has_marks(shape) && text(shape.arn).is_some_and(|arn| arn.contains(sign)));
    if let Some((shape, _)) = lacking {
        return Some(shape);
    }
    // IAM and Organizations have objects under this key.
    if document.get("Policy").is_some_and(|policy| {
        policy.as_str().is_some_and(|text| {
            let text = text.trim_start();
            text.is_empty() || text.starts_with('{')
        })
    }) {
        return Some(&ALONE);
    }
    is_bare(document).then_some(&BARE)
}

/// Whether a document is a policy and nothing around it, which many files of other programs are.
fn is_bare(document: &Value) -> bool {
    let statements = document.get("Statement");
    let first = match statements {
        Some(Value::Array(list)) => list.first(),
        other => other,
    };
    first.is_some_and(|statement| statement.get("Effect").is_some())
}

pub(super) fn is_one(document: &Value) -> bool {
    is_acl(document)
        || is_grants(document)
        || access_point::is_one(document)
        || document.get("PublicAccessBlockConfiguration").is_some()
        || document.get("PolicyStatus").is_some_and(|status| status.get("IsPublic").is_some())
        || sharing::is_one(document)
        || shape_of(document).is_some()
}

fn is_acl(document: &Value) -> bool {
    let first = document.get("Grants").and_then(Value::as_array);
    first.is_some_and(|grants| match grants.first() {
        Some(grant) => grant.get("Grantee").is_some(),
        None => document.get("Owner").is_some(),
    })
}

fn is_grants(document: &Value) -> bool {
    let first = document.get("Grants").and_then(Value::as_array);
    first.is_some_and(|grants| match grants.first() {
        Some(grant) => grant.get("GrantId").is_some(),
        None => document.get("Owner").is_none(),
    })
}

pub(super) fn read(document: Value, text: String, file: FileId) -> Result<Read, InputError> {
    if is_acl(&document) {
        let (acl, gaps) = bucket::read_acl(&document, file);
        let about = AnswerAbout { kind: Some(ResourceKind::Bucket), ..AnswerAbout::default() };
        return Ok(answer(Artefact::BucketAcl, about, Told::Acl(acl), gaps, Document::Value(document), file));
    }
    if is_grants(&document) {
        let (grants, gaps) = key_grants::read(&document, file);
        let key = grants.items.first().map(|grant| grant.key.to_string());
        let (arn, name) = match key {
            Some(key) if key.starts_with("arn:") => (Some(key), None),
            key => (None, key),
        };
        let about = AnswerAbout { arn, kind: Some(ResourceKind::Key), name, account: None };
        let told = Told::KeyGrants(grants);
        return Ok(answer(Artefact::KeyGrants, about, told, gaps, Document::Value(document), file));
    }
    if access_point::is_one(&document) {
        let artefact = Artefact::AccessPoint;
        let (point, gaps) = access_point::read(&document, file);
        let told =
            point.map(|point| Told::AccessPoint(Box::new(point))).ok_or_else(|| damaged(artefact, &gaps))?;
        let arn = document.get("AccessPointArn").and_then(Value::as_str).map(str::to_owned);
        let name = document.get("Name").and_then(Value::as_str).map(str::to_owned);
        let about = AnswerAbout { arn, kind: Some(ResourceKind::AccessPoint), name, account: None };
        return Ok(answer(artefact, about, told, gaps, Document::Value(document), file));
    }
    if document.get("PublicAccessBlockConfiguration").is_some() {
        let artefact = Artefact::PublicAccessBlock;
        let (block, gaps) = bucket::read_block(&document, file);
        let told = block.map(Told::PublicAccessBlock).ok_or_else(|| damaged(artefact, &gaps))?;
        return Ok(answer(artefact, AnswerAbout::default(), told, gaps, Document::Value(document), file));
    }
    if document.get("PolicyStatus").is_some() {
        let artefact = Artefact::BucketPolicyStatus;
        let (status, gaps) = bucket::read_status(&document, file);
        let told = status.map(Told::PolicyStatus).ok_or_else(|| damaged(artefact, &gaps))?;
        let about = AnswerAbout { kind: Some(ResourceKind::Bucket), ..AnswerAbout::default() };
        return Ok(answer(artefact, about, told, gaps, Document::Value(document), file));
    }
    if sharing::is_one(&document) {
        let (shared, gaps) = sharing::read(&document, file);
        let about =
            AnswerAbout { kind: Some(shared.kind), name: shared.name.clone(), ..AnswerAbout::default() };
        let told = Told::Shared(shared.with);
        return Ok(answer(Artefact::SnapshotSharing, about, told, gaps, Document::Value(document), file));
    }
    let Some(shape) = shape_of(&document) else {
        return Err(damaged(Artefact::ResourcePolicy, &[]));
    };
    Ok(read_policy(shape, &document, text.into(), file))
}

fn read_policy(shape: &Shape, document: &Value, text: Arc<str>, file: FileId) -> Read {
    let told = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let arn = shape.arn.and_then(told);
    let about = AnswerAbout {
        kind: shape
            .name
            .map(|(kind, _)| kind)
            .or_else(|| arn.as_deref().and_then(ResourceKind::of_arn))
            .or_else(|| (shape.policy.0 == "PolicyInJson").then_some(ResourceKind::DataCatalog)),
        name: shape.name.and_then(|(_, name)| told(name)),
        account: told("/registryId").and_then(|id| id.parse().ok()),
        arn,
    };
    let (list, field) = shape.policy;
    let place = if list.is_empty() { Place::File } else { Place::Json { list, item: None, field } };
    let source = Source { file, place };
    let mut keys = [list].into_iter().chain(field.split('/')).filter(|key| !key.is_empty());
    let raw = keys.try_fold(&*text, |value, key| Some(Fields::of(value).ok()?.field(key)?.get()));
    let mut gaps = Vec::new();
    let policy = match raw {
        None => Fact::Seen(None, source),
        Some(raw) if is_empty(raw) => Fact::Seen(None, source),
        Some(raw) => {
            let name = about.arn.as_deref().or(about.name.as_deref()).unwrap_or("the resource policy");
            if let Some(policy) =
                PolicyDocument::of(Slice::new(&text, raw), source, PolicyKind::Resource, name)
            {
                Fact::Seen(Some(policy), source)
            } else {
                let gap = Arc::new(Gap {
                    reason: Reason::Malformed,
                    artefact: Some(Artefact::ResourcePolicy),
                    source: Some(source),
                    what: format!(
                        "at {}: found {}, expected a policy document",
                        place.pointer().unwrap_or_default(),
                        quoted(raw)
                    )
                    .into(),
                    remedy: "save the output of the AWS CLI command again".into(),
                });
                gaps.push(Arc::clone(&gap));
                Fact::Unknown(gap)
            }
        }
    };
    let kept = Document::Text(JsonText::new(text, BTreeMap::new()));
    answer(Artefact::ResourcePolicy, about, Told::Policy(policy), gaps, kept, file)
}

/// `null`, or a text without anything in it.
fn is_empty(raw: &str) -> bool {
    raw == "null" || serde_json::from_str::<String>(raw).is_ok_and(|text| text.trim().is_empty())
}

fn answer(
    artefact: Artefact,
    about: AnswerAbout,
    told: Told,
    gaps: Vec<Arc<Gap>>,
    document: Document,
    file: FileId,
) -> Read {
    let answer = ResourceAnswer { about, told, file };
    let parsed = Parsed::ResourceAnswer(Box::new(answer));
    Read { artefact, parsed, gaps, document: Some(document) }
}

fn damaged(artefact: Artefact, gaps: &[Arc<Gap>]) -> InputError {
    let (what, remedy) = gaps.first().map_or_else(
        || ("the file cannot be read".to_owned(), "save it again".to_owned()),
        |gap| (gap.what.to_string(), gap.remedy.to_string()),
    );
    InputError::new(Some(artefact), what, remedy)
}

/// The answer that an error of AWS stands for: that there is no policy, or that nothing is blocked.
pub(super) fn of_error(error: &CallError, file: FileId) -> Option<ResourceAnswer> {
    let source = Source { file, place: Place::File };
    let told = match error.code.as_str() {
        "NoSuchPublicAccessBlockConfiguration" => Told::PublicAccessBlock(PublicAccessBlock::none(source)),
        "NoSuchBucketPolicy"
        | "NoSuchAccessPointPolicy"
        | "RepositoryPolicyNotFoundException"
        | "PolicyNotFound"
        | "PolicyNotFoundException"
        | "ResourcePolicyNotFoundException" => Told::Policy(Fact::Seen(None, source)),
        // Of these services the code says as well that there is no resource, which nobody asks about.
        "ResourceNotFoundException"
            if matches!(
                error.operation.as_str(),
                "GetPolicy" | "GetLayerVersionPolicy" | "GetVaultAccessPolicy" | "GetBackupVaultAccessPolicy"
            ) =>
        {
            Told::Policy(Fact::Seen(None, source))
        }
        _ => return None,
    };
    Some(ResourceAnswer { about: AnswerAbout::default(), told, file })
}
