//! `aws iam get-account-authorization-details`: the users, groups, roles and managed policies of an account, who has which
//! policy, and the policies' documents.
//!
//! Source: IAM API Reference, `GetAccountAuthorizationDetails`. A file holds the joined output of the AWS CLI, or one page
//! of several. `--filter` leaves lists empty, which looks as if there were nothing to list; the joining of files compares
//! with what else is known.

mod item;
mod policy;
mod principal;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::Artefact;
use super::json::Listing;
use super::json_text::{Fields, JsonText, Slice, items_of, range_in};
use super::policy_document::PolicyDocument;
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source};
use crate::ident::Arn;
use item::{At, Item, Reader};

/// What one file holds.
#[derive(Debug, Clone)]
pub struct AuthorizationDetails {
    /// The IAM users.
    pub users: Listing<UserDetail>,
    /// The groups of IAM users.
    pub groups: Listing<GroupDetail>,
    /// The roles, those of AWS services and of IAM Identity Center included.
    pub roles: Listing<RoleDetail>,
    /// The customer's managed policies, and those of AWS that are attached to somebody.
    pub policies: Listing<ManagedPolicyDetail>,
    /// Whether AWS says that the answer goes on after this page.
    pub is_truncated: bool,
}

/// An IAM user. Source: IAM API Reference, `UserDetail`.
#[derive(Debug, Clone)]
pub struct UserDetail {
    /// The name, unique in the account whatever the case of its letters.
    pub name: Box<str>,
    /// The ARN.
    pub arn: Box<str>,
    /// The id, `AIDA…`, which no other user ever gets.
    pub id: Fact<Box<str>>,
    /// When the user was made.
    pub created: Fact<DateTime<Utc>>,
    /// The names of the groups that the user is in.
    pub groups: Fact<Vec<Box<str>>>,
    /// The policies embedded in the user.
    pub inline: Fact<Vec<InlinePolicy>>,
    /// The managed policies attached to the user.
    pub attached: Fact<Vec<AttachedPolicy>>,
    /// The policy that bounds what the user may do.
    pub boundary: Fact<Option<AttachedPolicy>>,
    /// The tags.
    pub tags: Fact<Vec<Tag>>,
    /// Where the entry stands.
    pub source: Source,
    /// The entry itself.
    pub entry: Slice,
}

/// A group of IAM users. Source: IAM API Reference, `GroupDetail`.
#[derive(Debug, Clone)]
pub struct GroupDetail {
    /// The name, unique in the account whatever the case of its letters.
    pub name: Box<str>,
    /// The ARN.
    pub arn: Box<str>,
    /// The id, `AGPA…`.
    pub id: Fact<Box<str>>,
    /// When the group was made.
    pub created: Fact<DateTime<Utc>>,
    /// The policies embedded in the group.
    pub inline: Fact<Vec<InlinePolicy>>,
    /// The managed policies attached to the group.
    pub attached: Fact<Vec<AttachedPolicy>>,
    /// Where the entry stands.
    pub source: Source,
    /// The entry itself.
    pub entry: Slice,
}

/// A role. Source: IAM API Reference, `RoleDetail`.
#[derive(Debug, Clone)]
pub struct RoleDetail {
    /// The name, unique in the account whatever the case of its letters.
    pub name: Box<str>,
    /// The ARN.
    pub arn: Box<str>,
    /// The path, `/` for most roles.
    pub path: Fact<Box<str>>,
    /// The id, `AROA…`.
    pub id: Fact<Box<str>>,
    /// When the role was made.
    pub created: Fact<DateTime<Utc>>,
    /// Who may assume the role.
    pub trust: Fact<PolicyDocument>,
    /// The policies embedded in the role.
    pub inline: Fact<Vec<InlinePolicy>>,
    /// The managed policies attached to the role.
    pub attached: Fact<Vec<AttachedPolicy>>,
    /// The policy that bounds what the role may do.
    pub boundary: Fact<Option<AttachedPolicy>>,
    /// The tags.
    pub tags: Fact<Vec<Tag>>,
    /// The last use; `None` for none within the 400 days that AWS keeps, or since AWS keeps them in the Region.
    pub last_used: Fact<Option<RoleUse>>,
    /// The longest session in seconds, where AWS says it.
    pub max_session: Fact<Option<u64>>,
    /// The instance profiles that hand the role to EC2 instances.
    pub instance_profiles: Fact<Vec<InstanceProfile>>,
    /// Where the entry stands.
    pub source: Source,
    /// The entry itself.
    pub entry: Slice,
}

/// The last use of a role. Source: IAM API Reference, `RoleLastUsed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleUse {
    /// The moment, in UTC.
    pub at: DateTime<Utc>,
    /// The Region.
    pub region: Option<Box<str>>,
}

/// An instance profile that holds a role. Source: IAM API Reference, `InstanceProfile`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProfile {
    /// The name.
    pub name: Box<str>,
    /// The ARN.
    pub arn: Box<str>,
}

/// A managed policy. Source: IAM API Reference, `ManagedPolicyDetail`.
#[derive(Debug, Clone)]
pub struct ManagedPolicyDetail {
    /// The name.
    pub name: Box<str>,
    /// The ARN, which tells whose policy it is.
    pub arn: Box<str>,
    /// The id, `ANPA…`.
    pub id: Fact<Box<str>>,
    /// When it was made.
    pub created: Fact<DateTime<Utc>>,
    /// The version that counts, such as `v3`.
    pub default_version: Fact<Box<str>>,
    /// How many users, groups and roles it is attached to.
    pub attachments: Fact<u64>,
    /// How many users and roles it is the boundary of.
    pub boundary_uses: Fact<u64>,
    /// The versions that AWS keeps, at most five.
    pub versions: Fact<Vec<PolicyVersion>>,
    /// Where the entry stands.
    pub source: Source,
    /// The entry itself.
    pub entry: Slice,
}

/// A version of a managed policy. Source: IAM API Reference, `PolicyVersion`.
#[derive(Debug, Clone)]
pub struct PolicyVersion {
    /// The version, such as `v3`.
    pub id: Box<str>,
    /// When it was made.
    pub created: Fact<DateTime<Utc>>,
    /// What it says.
    pub document: Fact<PolicyDocument>,
}

/// A policy embedded in a user, group or role. Source: IAM API Reference, `PolicyDetail`.
#[derive(Debug, Clone)]
pub struct InlinePolicy {
    /// The name, unique within its owner.
    pub name: Box<str>,
    /// What it says.
    pub document: Fact<PolicyDocument>,
    /// Where its name stands.
    pub source: Source,
}

/// A managed policy that somebody has, by its ARN. Source: IAM API Reference, `AttachedPolicy`.
#[derive(Debug, Clone)]
pub struct AttachedPolicy {
    /// The ARN.
    pub arn: Box<str>,
    /// Where the ARN stands.
    pub source: Source,
}

/// A tag. Source: IAM API Reference, `Tag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The key; AWS keeps the case of its letters.
    pub key: Box<str>,
    /// The value.
    pub value: Box<str>,
}

impl AttachedPolicy {
    fn of(arn: Box<str>, source: Source) -> Self {
        Self { arn, source }
    }

    /// The policy's name: the last part of its ARN.
    pub fn name(&self) -> &str {
        last_name(&self.arn)
    }

    /// Whether this is the policy of AWS with this name, in any partition and under any path.
    pub fn is_of_aws(&self, name: &str) -> bool {
        is_of_aws(&self.arn) && self.name() == name
    }
}

impl ManagedPolicyDetail {
    /// Whether AWS made the policy, as opposed to the customer.
    pub fn is_of_aws(&self) -> bool {
        is_of_aws(&self.arn)
    }
}

impl RoleDetail {
    /// Whether the role is linked to a service: the service alone makes it, uses it and says what it may do. Source: IAM
    /// User Guide, "Service-linked roles".
    pub fn is_service_linked(&self) -> bool {
        self.is_under("aws-service-role/")
    }

    /// Whether IAM Identity Center made the role for one of its permission sets. Source: IAM Identity Center User Guide,
    /// "Referencing permission sets in resource policies".
    pub fn is_of_identity_center(&self) -> bool {
        self.is_under("aws-reserved/sso.amazonaws.com/")
    }

    fn is_under(&self, path: &str) -> bool {
        let resource = Arn::parse(&self.arn).map(|arn| arn.resource).unwrap_or_default();
        resource.strip_prefix("role/").is_some_and(|resource| resource.starts_with(path))
    }
}

/// Whether a policy's ARN is one of AWS's own: its account field says `aws`.
pub(crate) fn is_of_aws(arn: &str) -> bool {
    Arn::parse(arn).is_ok_and(|arn| arn.account_field() == "aws" && arn.resource.starts_with("policy/"))
}

/// The name at the end of an ARN.
pub(crate) fn last_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The keys of lists that only this artefact has.
pub(super) const OWN_KEYS: [&str; 3] = ["UserDetailList", "GroupDetailList", "RoleDetailList"];

/// Reads a page, given the fields of its top level.
pub(super) fn read(
    text: &Arc<str>,
    top: &Fields<'_>,
    file: FileId,
) -> (AuthorizationDetails, Vec<Arc<Gap>>, JsonText) {
    let mut lists = BTreeMap::new();
    let mut reader = Reader { text, file, gaps: Vec::new() };
    let users = listing(&mut reader, top, "UserDetailList", &mut lists, principal::user);
    let groups = listing(&mut reader, top, "GroupDetailList", &mut lists, principal::group);
    let roles = listing(&mut reader, top, "RoleDetailList", &mut lists, principal::role);
    let policies = listing(&mut reader, top, "Policies", &mut lists, policy::managed);
    let is_true = |raw: &RawValue| raw.get() == "true";
    let is_token = |raw: &RawValue| raw.get() != "null";
    let is_truncated = top.field("IsTruncated").is_some_and(is_true)
        || ["Marker", "NextToken"].iter().any(|key| top.field(key).is_some_and(is_token));
    let details = AuthorizationDetails { users, groups, roles, policies, is_truncated };
    (details, reader.gaps, JsonText::new(Arc::clone(text), lists))
}

fn listing<'t, T>(
    reader: &mut Reader<'t>,
    top: &Fields<'t>,
    key: &'static str,
    lists: &mut BTreeMap<&'static str, Vec<std::ops::Range<usize>>>,
    read: impl Fn(&mut Reader<'t>, &Item<'t>) -> Option<T>,
) -> Listing<T> {
    let mut listing = Listing { items: Vec::new(), file: reader.file, incomplete: None };
    let raw = top.field(key);
    let Some(items) = raw.and_then(items_of) else {
        let found = raw.map_or_else(|| "nothing".to_owned(), |raw| super::quoted(raw.get()));
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(Artefact::AuthorizationDetails),
            source: Some(Source {
                file: reader.file,
                place: Place::Json { list: key, item: None, field: "" },
            }),
            what: format!("at /{key}: found {found}, expected a list").into(),
            remedy: format!("save the whole output of `{}`", Artefact::AuthorizationDetails.command()).into(),
        });
        reader.gaps.push(Arc::clone(&gap));
        listing.incomplete = Some(gap);
        return listing;
    };
    lists.insert(key, items.iter().map(|item| range_in(reader.text, item.get())).collect());
    listing.items.reserve(items.len());
    for (item, raw) in (0..).zip(items) {
        let gaps = reader.gaps.len();
        let at = At { list: key, item, inner: None };
        if let Some(value) = reader.item(raw, at).and_then(|item| read(reader, &item)) {
            listing.items.push(value);
        } else {
            let gap = reader.gaps.get(gaps).or(reader.gaps.last()).cloned();
            listing.incomplete = listing.incomplete.or(gap);
        }
    }
    listing
}
