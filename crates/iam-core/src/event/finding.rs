use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{Envelope, Kind};
use crate::fact::parse_time;
use crate::ident::Arn;
use crate::input::access_analyzer::{Access, FindingKind, FindingStatus, InternalAccess};

/// What an event of IAM Access Analyzer says of a finding.
///
/// Its shape is not that of the calls: the account has another name, restrictions do too, and unused access is told in numbers
/// only. Source: IAM User Guide, "Monitoring IAM Access Analyzer with Amazon EventBridge".
#[derive(Debug, Clone, PartialEq)]
pub struct FindingEvent {
    /// The id of the finding.
    pub id: String,
    /// What was found.
    pub kind: FindingKind,
    /// What became of it. Where it was deleted, what became of it before.
    pub status: FindingStatus,
    /// What had become of it before, where the event tells.
    pub previous: Option<FindingStatus>,
    /// Whether the finding is deleted, because it was kept long enough or the analyzer is gone. That says nothing of the access.
    pub is_deleted: bool,
    /// Why AWS could not look, by its code. Then nothing is stated about the resource.
    pub error: Option<String>,
    /// The ARN of the resource, or of the user or role.
    pub resource: String,
    /// Its type as `CloudFormation` calls it.
    pub resource_type: String,
    /// The account that owns it, as 12 digits.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The ARN of the analyzer, where the event tells.
    pub analyzer: Option<String>,
    /// When it was found, in UTC.
    pub created: Option<DateTime<Utc>>,
    /// Who may do what, for external and internal access.
    pub access: InternalAccess,
    /// How many services are not used at all, for unused permissions.
    pub unused_services: Option<u64>,
    /// How many actions of other services are not used, likewise.
    pub unused_actions: Option<u64>,
}

impl FindingEvent {
    /// The finding that an event tells of.
    ///
    /// # Errors
    ///
    /// What is missing, for an event that tells of none or does not say enough.
    pub fn of(envelope: &Envelope) -> Result<Self, String> {
        let detail = &envelope.detail;
        let told = |key: &str| detail.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let text = |key: &str| told(key).unwrap_or_default().to_owned();
        let kind = match (envelope.kind(), told("findingType")) {
            (Some(Kind::ExternalAccess), _) => FindingKind::ExternalAccess,
            (Some(Kind::InternalAccess), _) => FindingKind::InternalAccess,
            (Some(Kind::UnusedAccess), Some(word)) => FindingKind::of(word),
            (Some(Kind::UnusedAccess), None) => return Err("it has no `findingType`".to_owned()),
            _ => return Err(format!("`{}` tells of no finding", envelope.detail_type)),
        };
        let status = told("status").ok_or("it has no `status`")?;
        let region = told("region").map_or_else(|| envelope.region.clone(), str::to_owned);
        Ok(Self {
            // Both names stand in events of unused access.
            id: told("findingId").or(told("id")).unwrap_or_default().to_owned(),
            kind,
            status: FindingStatus::of(status),
            previous: told("previousStatus").map(FindingStatus::of),
            is_deleted: detail.get("isDeleted").and_then(Value::as_bool).unwrap_or(false),
            error: told("error").map(str::to_owned),
            resource: text("resource"),
            resource_type: text("resourceType"),
            account: told("accountId").map_or_else(|| envelope.account.clone(), str::to_owned),
            region,
            analyzer: envelope.resources.iter().find(|arn| is_analyzer(arn)).cloned(),
            created: told("createdAt").and_then(parse_time),
            access: access(detail),
            unused_services: detail.get("numberOfUnusedServices").and_then(Value::as_u64),
            unused_actions: detail.get("numberOfUnusedActions").and_then(Value::as_u64),
        })
    }
}

fn is_analyzer(text: &str) -> bool {
    // The service's name has an ending in some Regions and stages.
    Arn::parse(text)
        .is_ok_and(|arn| arn.service.starts_with("access-analyzer") && arn.resource.starts_with("analyzer/"))
}

fn access(detail: &Map<String, Value>) -> InternalAccess {
    let text = |key: &str| detail.get(key).and_then(Value::as_str).map(Box::from);
    let texts = |key: &str| -> BTreeMap<Box<str>, Box<str>> {
        let members = detail.get(key).and_then(Value::as_object).into_iter().flatten();
        members.map(|(key, value)| (key.as_str().into(), shown(value))).collect()
    };
    let actions = detail.get("action").and_then(Value::as_array).into_iter().flatten();
    InternalAccess {
        access: Access {
            principal: texts("principal"),
            actions: actions.filter_map(Value::as_str).map(Box::from).collect(),
            condition: texts("condition"),
            is_public: detail.get("isPublic").and_then(Value::as_bool),
            sources: Vec::new(),
            resource_control: text("resourceControlPolicyRestrictionType"),
        },
        principal_owner: text("principalOwnerAccount"),
        principal_type: text("principalType"),
        access_type: text("accessType"),
        service_control: text("serviceControlPolicyRestrictionType"),
    }
}

fn shown(value: &Value) -> Box<str> {
    value.as_str().map_or_else(|| value.to_string().into(), Box::from)
}
