//! `aws organizations list-policies`, `describe-policy` and `list-targets-for-policy`: the policies with which an organisation
//! bounds what its accounts may do, and what they are attached to.
//!
//! The answer about targets does not name the policy. The snapshots of this project add it as `PolicyId`; without that, the path
//! tells it: `organizations/targets/p-example1.json`.
//!
//! Source: AWS Organizations API Reference, `ListPolicies`, `DescribePolicy` and `ListTargetsForPolicy`.

use std::sync::Arc;

use iam_policy::document::PolicyKind;
use serde_json::Value;

use super::json::{Item, Listing, Reader};
use super::json_text::{Fields, JsonText, Slice};
use super::policy_document::PolicyDocument;
use super::{Artefact, InputError, quoted};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source};

/// A policy of the organisation, without what it says. Source: AWS Organizations API Reference, `PolicySummary`.
#[derive(Debug, Clone)]
pub struct OrganizationPolicySummary {
    /// The id, `p-…`, unique in the organisation.
    pub id: String,
    /// The ARN.
    pub arn: String,
    /// The name.
    pub name: Fact<String>,
    /// What it bounds.
    pub kind: Fact<OrganizationPolicyKind>,
    /// Whether AWS made it, as opposed to the customer.
    pub is_of_aws: Fact<bool>,
}

/// A policy of the organisation and what it says.
#[derive(Debug, Clone)]
pub struct OrganizationPolicy {
    /// Its summary.
    pub summary: OrganizationPolicySummary,
    /// What it says.
    pub document: Fact<PolicyDocument>,
}

/// The types of policies that concern permissions, and the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrganizationPolicyKind {
    /// A service control policy: what the principals of an account may do at most.
    ServiceControl,
    /// A resource control policy: what may be done with the resources of an account at most.
    ResourceControl,
    /// Any other, such as for tags or backups, by AWS's word.
    Other(Box<str>),
}

/// What one policy is attached to.
#[derive(Debug, Clone)]
pub struct PolicyTargets {
    /// The policy, where the file names it.
    pub policy: Option<String>,
    /// The ids of roots, units and accounts.
    pub targets: Listing<String>,
}

impl OrganizationPolicyKind {
    pub(super) fn named(word: &str) -> Self {
        match word {
            "SERVICE_CONTROL_POLICY" => Self::ServiceControl,
            "RESOURCE_CONTROL_POLICY" => Self::ResourceControl,
            other => Self::Other(other.into()),
        }
    }
}

/// Whether a list under `Policies` is one of Organizations; IAM has lists of that name too.
pub(super) fn is_list(document: &Value) -> bool {
    let policies = document.get("Policies").and_then(Value::as_array);
    policies.and_then(|policies| policies.first()).is_some_and(|policy| {
        policy.get("Arn").and_then(Value::as_str).is_some_and(|arn| arn.contains(":organizations:"))
    })
}

/// Whether a list under `Targets` is one of Organizations; EventBridge has lists of that name too.
pub(super) fn is_targets(document: &Value) -> bool {
    let targets = document.get("Targets").and_then(Value::as_array);
    targets.is_some_and(|targets| match targets.first() {
        Some(first) => first.get("TargetId").is_some(),
        None => document.get("PolicyId").is_some(),
    })
}

/// Whether a text is the id of a policy. Source: AWS Organizations API Reference, `PolicySummary`.
pub(crate) fn is_policy_id(text: &str) -> bool {
    let id = text.strip_prefix("p-").unwrap_or_default();
    (8..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether an object under `Policy` is one of Organizations; IAM has objects of that name too.
pub(super) fn is_policy(document: &Value) -> bool {
    document.get("Policy").is_some_and(|policy| policy.get("PolicySummary").is_some())
}

pub(super) fn read_list(
    document: &Value,
    file: FileId,
) -> (Listing<OrganizationPolicySummary>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::OrganizationsPolicies, file);
    let listing = reader.listing(document, "Policies", |reader, item| {
        summary(reader, item, ["Id", "Arn", "Name", "Type", "AwsManaged"])
    });
    (listing, reader.into_gaps())
}

pub(super) fn read_targets(document: &Value, file: FileId) -> (PolicyTargets, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::OrganizationsTargets, file);
    let targets =
        reader.listing(document, "Targets", |reader, item| reader.text(item, "TargetId").known().ok());
    let policy = document.get("PolicyId").and_then(Value::as_str).map(str::to_owned);
    (PolicyTargets { policy, targets }, reader.into_gaps())
}

/// Reads an answer of `describe-policy`, whose text is kept: the document has its place in it.
pub(super) fn read_policy(
    document: &Value,
    text: Arc<str>,
    file: FileId,
) -> Result<(OrganizationPolicy, Vec<Arc<Gap>>, JsonText), InputError> {
    let mut reader = Reader::new(Artefact::OrganizationsPolicy, file);
    let fields = [
        "PolicySummary/Id",
        "PolicySummary/Arn",
        "PolicySummary/Name",
        "PolicySummary/Type",
        "PolicySummary/AwsManaged",
    ];
    let item = reader.object(document, "Policy");
    let Some(summary) = item.and_then(|item| summary(&mut reader, item, fields)) else {
        let what = reader.into_gaps().first().map_or_else(String::new, |gap| gap.what.to_string());
        let remedy = "save the whole output of `aws organizations describe-policy` again";
        return Err(InputError::new(Some(Artefact::OrganizationsPolicy), what, remedy));
    };
    let source = Source { file, place: Place::Json { list: "Policy", item: None, field: "Content" } };
    let content = Fields::of(&text).ok().and_then(|top| top.field("Policy"));
    let content = content.and_then(|policy| Fields::of(policy.get()).ok()?.field("Content"));
    let parsed = content.and_then(|content| {
        let kind = match summary.kind.known() {
            Ok(OrganizationPolicyKind::ResourceControl) => PolicyKind::ResourceControl,
            _ => PolicyKind::ServiceControl,
        };
        let name = summary.name.known().unwrap_or_default();
        PolicyDocument::of(Slice::new(&text, content.get()), source, kind, &name)
    });
    let mut gaps = reader.into_gaps();
    let document = if let Some(document) = parsed {
        Fact::Seen(document, source)
    } else {
        let found = content.map_or_else(|| "nothing".to_owned(), |content| quoted(content.get()));
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(Artefact::OrganizationsPolicy),
            source: Some(source),
            what: format!("at /Policy/Content: found {found}, expected a policy document").into(),
            remedy: "save the whole output of `aws organizations describe-policy` again".into(),
        });
        gaps.push(Arc::clone(&gap));
        Fact::Unknown(gap)
    };
    let kept = JsonText::new(text, std::collections::BTreeMap::new());
    Ok((OrganizationPolicy { summary, document }, gaps, kept))
}

fn summary(
    reader: &mut Reader,
    item: Item<'_>,
    [id, arn, name, kind, is_of_aws]: [&'static str; 5],
) -> Option<OrganizationPolicySummary> {
    let (id, arn) = (reader.text(item, id).known(), reader.text(item, arn).known());
    Some(OrganizationPolicySummary {
        id: id.ok()?,
        arn: arn.ok()?,
        name: reader.text(item, name),
        kind: reader.text(item, kind).map(|word| OrganizationPolicyKind::named(&word)),
        is_of_aws: reader.flag_or_false(item, is_of_aws),
    })
}
