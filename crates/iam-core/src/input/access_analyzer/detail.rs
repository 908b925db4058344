//! What a finding says in detail: a union, of which each element has one key.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::FindingKind;
use super::item::{Reader, moment};
use crate::fact::{Gap, Place};
use crate::ident::AccessKeyId;

/// One detail of a finding. Source: IAM Access Analyzer API Reference, `FindingDetails`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingDetail {
    /// Access from outside.
    External(Box<Access>),
    /// Access from inside.
    Internal(Box<InternalAccess>),
    /// A role without use.
    UnusedRole {
        /// When it was last used, in UTC; `None` where AWS knows of no use.
        last_accessed: Option<DateTime<Utc>>,
    },
    /// An access key without use.
    UnusedAccessKey {
        /// Its id.
        id: AccessKeyId,
        /// When it was last used, in UTC.
        last_accessed: Option<DateTime<Utc>>,
    },
    /// A password without use.
    UnusedPassword {
        /// When it was last used, in UTC.
        last_accessed: Option<DateTime<Utc>>,
    },
    /// A service that is granted and not used, or some of its actions.
    UnusedPermission {
        /// The prefix of its actions, in small letters, such as `s3`.
        service: Box<str>,
        /// When the service was last used, in UTC.
        last_accessed: Option<DateTime<Utc>>,
        /// The actions that are not used; without any it is the whole service.
        actions: Vec<UnusedAction>,
    },
    /// Another kind, by its key.
    Other {
        /// The key.
        key: Box<str>,
    },
}

/// An action that is granted and not used. Source: IAM Access Analyzer API Reference, `UnusedAction`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedAction {
    /// Its name without the service's prefix.
    pub name: Box<str>,
    /// When it was last used, in UTC.
    pub last_accessed: Option<DateTime<Utc>>,
}

/// Who may do what with a resource. Source: IAM Access Analyzer API Reference, `ExternalAccessDetails`. All of it is absent
/// where AWS could not look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// By kind, such as `AWS` or `Federated`.
    pub principal: BTreeMap<Box<str>, Box<str>>,
    /// The actions.
    pub actions: Vec<Box<str>>,
    /// The condition keys that bound it, each with its value.
    pub condition: BTreeMap<Box<str>, Box<str>>,
    /// Whether everybody has access, where AWS says so.
    pub is_public: Option<bool>,
    /// What grants it, for buckets.
    pub sources: Vec<AccessSource>,
    /// What became of resource control policies, by AWS's word: `APPLICABLE` ones were not taken into account.
    pub resource_control: Option<Box<str>>,
}

/// What grants access to a bucket. Source: IAM Access Analyzer API Reference, `FindingSource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessSource {
    /// `POLICY`, `BUCKET_ACL`, `S3_ACCESS_POINT`, `S3_ACCESS_POINT_ACCOUNT`, or another word of AWS.
    pub kind: Box<str>,
    /// The ARN of the access point, for those.
    pub access_point: Option<Box<str>>,
}

/// Who inside may do what with a resource. Source: IAM Access Analyzer API Reference, `InternalAccessDetails`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InternalAccess {
    /// Who, and what.
    pub access: Access,
    /// The account that the principal belongs to.
    pub principal_owner: Option<Box<str>>,
    /// `IAM_ROLE`, `IAM_USER`, or another word of AWS.
    pub principal_type: Option<Box<str>>,
    /// `INTRA_ACCOUNT`, `INTRA_ORG`, or another word of AWS.
    pub access_type: Option<Box<str>>,
    /// What became of service control policies, by AWS's word.
    pub service_control: Option<Box<str>>,
}

impl FindingDetail {
    /// The kind of finding that has such details.
    pub fn kind(&self) -> Option<FindingKind> {
        match self {
            Self::External(_) => Some(FindingKind::ExternalAccess),
            Self::Internal(_) => Some(FindingKind::InternalAccess),
            Self::UnusedRole { .. } => Some(FindingKind::UnusedRole),
            Self::UnusedAccessKey { .. } => Some(FindingKind::UnusedAccessKey),
            Self::UnusedPassword { .. } => Some(FindingKind::UnusedPassword),
            Self::UnusedPermission { .. } => Some(FindingKind::UnusedPermission),
            Self::Other { .. } => None,
        }
    }
}

pub(super) fn read(reader: &mut Reader, value: &Value, place: Place) -> Result<FindingDetail, Arc<Gap>> {
    // A union that an SDK wrote may hold its other members as null.
    let members = value.as_object().into_iter().flatten().filter(|(_, member)| !member.is_null());
    let members: Vec<(&String, &Value)> = members.collect();
    let [(key, member)] = members.as_slice() else {
        return Err(reader.malformed(place, Some(value), "an object with one key"));
    };
    if !member.is_object() {
        return Err(reader.malformed(place, Some(value), "details in an object"));
    }
    let mut fields = Fields { reader, member, place, gap: None };
    let detail = match key.as_str() {
        "externalAccessDetails" => FindingDetail::External(Box::new(fields.access())),
        "internalAccessDetails" => FindingDetail::Internal(Box::new(fields.internal())),
        "unusedIamRoleDetails" => FindingDetail::UnusedRole { last_accessed: fields.time("lastAccessed") },
        "unusedIamUserPasswordDetails" => {
            FindingDetail::UnusedPassword { last_accessed: fields.time("lastAccessed") }
        }
        "unusedIamUserAccessKeyDetails" => FindingDetail::UnusedAccessKey {
            id: AccessKeyId::new(&fields.must("accessKeyId")),
            last_accessed: fields.time("lastAccessed"),
        },
        "unusedPermissionDetails" => fields.permission(),
        other => {
            fields.reader.not_understood(place, "the kind of details", other);
            FindingDetail::Other { key: other.into() }
        }
    };
    fields.gap.map_or(Ok(detail), Err)
}

/// The details of external access as the older calls print them; `None` where they cannot be read, which a gap says.
pub(super) fn access(reader: &mut Reader, member: &Value, place: Place) -> Option<Access> {
    let mut fields = Fields { reader, member, place, gap: None };
    let access = fields.access();
    fields.gap.is_none().then_some(access)
}

/// The fields of one member of the union. What cannot be read makes it unusable.
struct Fields<'r, 'v> {
    reader: &'r mut Reader,
    member: &'v Value,
    place: Place,
    gap: Option<Arc<Gap>>,
}

impl Fields<'_, '_> {
    fn present(&self, field: &str) -> Option<&Value> {
        self.member.get(field).filter(|value| !value.is_null())
    }

    fn wrong(&mut self, field: &str, expected: &str) {
        let found = self.member.get(field).cloned();
        let expected = format!("{expected} as {field}");
        self.gap = Some(self.reader.malformed(self.place, found.as_ref(), &expected));
    }

    fn must(&mut self, field: &str) -> Box<str> {
        let text = self.present(field).and_then(Value::as_str).map(Box::from);
        text.unwrap_or_else(|| {
            self.wrong(field, "a text");
            Box::default()
        })
    }

    fn text(&mut self, field: &str) -> Option<Box<str>> {
        self.understood(field, "a text", |value| value.as_str().map(Box::from))
    }

    fn time(&mut self, field: &str) -> Option<DateTime<Utc>> {
        self.understood(field, "an RFC 3339 timestamp", moment)
    }

    fn understood<T>(
        &mut self,
        field: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let read = read(self.present(field)?);
        if read.is_none() {
            self.wrong(field, expected);
        }
        read
    }

    fn texts(&mut self, field: &str) -> Vec<Box<str>> {
        let read =
            |value: &Value| value.as_array()?.iter().map(|text| text.as_str().map(Box::from)).collect();
        self.understood(field, "a list of texts", read).unwrap_or_default()
    }

    fn map(&mut self, field: &str) -> BTreeMap<Box<str>, Box<str>> {
        let read = |value: &Value| {
            let pairs = value.as_object()?.iter();
            pairs.map(|(key, text)| Some((key.as_str().into(), text.as_str()?.into()))).collect()
        };
        self.understood(field, "an object of texts", read).unwrap_or_default()
    }

    fn access(&mut self) -> Access {
        Access {
            principal: self.map("principal"),
            actions: self.texts("action"),
            condition: self.map("condition"),
            is_public: self.understood("isPublic", "`true` or `false`", Value::as_bool),
            sources: self.sources(),
            resource_control: self.text("resourceControlPolicyRestriction"),
        }
    }

    fn sources(&mut self) -> Vec<AccessSource> {
        let one = |source: &Value| {
            let point = source.pointer("/detail/accessPointArn").and_then(Value::as_str);
            Some(AccessSource {
                kind: source.get("type")?.as_str()?.into(),
                access_point: point.map(Box::from),
            })
        };
        let read = |value: &Value| value.as_array()?.iter().map(one).collect();
        self.understood("sources", "a list of sources", read).unwrap_or_default()
    }

    fn internal(&mut self) -> InternalAccess {
        InternalAccess {
            access: self.access(),
            principal_owner: self.text("principalOwnerAccount"),
            principal_type: self.text("principalType"),
            access_type: self.text("accessType"),
            service_control: self.text("serviceControlPolicyRestriction"),
        }
    }

    fn permission(&mut self) -> FindingDetail {
        let service = self.must("serviceNamespace").to_ascii_lowercase();
        let action = |value: &Value| {
            let name = value.get("action")?.as_str()?;
            let last = value.get("lastAccessed").filter(|last| !last.is_null());
            let last_accessed = match last {
                None => None,
                Some(last) => Some(moment(last)?),
            };
            // AWS's page does not show whether the prefix is part of the name.
            let name = name.split_once(':').map_or(name, |(_, name)| name);
            Some(UnusedAction { name: name.into(), last_accessed })
        };
        let read = |value: &Value| value.as_array()?.iter().map(action).collect();
        FindingDetail::UnusedPermission {
            service: service.into(),
            last_accessed: self.time("lastAccessed"),
            actions: self.understood("actions", "a list of actions", read).unwrap_or_default(),
        }
    }
}
