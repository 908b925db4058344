use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::fact::parse_time;

/// An event as `EventBridge` delivers it: who says it, about what, and what it says.
///
/// Source: Amazon EventBridge User Guide, "AWS service event metadata".
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Where it stands in what was handed in: `event 2`, `event 1, Records 1`.
    pub place: String,
    /// The id of the event, which is not that of a finding in it.
    pub id: String,
    /// `detail-type`.
    pub detail_type: String,
    /// Who sent it. Only AWS's own services may send as `aws.`.
    pub source: String,
    /// The account that it was sent from, as 12 digits.
    pub account: String,
    /// The Region.
    pub region: String,
    /// When it was sent; for events of CloudTrail, when the call was made.
    pub time: Option<DateTime<Utc>>,
    /// ARNs of what it is about. Those of IAM Access Analyzer name the analyzer first.
    pub resources: Vec<String>,
    /// What it says.
    pub detail: Map<String, Value>,
}

/// What an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A finding of IAM Access Analyzer about access from outside.
    ExternalAccess,
    /// One about access from inside.
    InternalAccess,
    /// One about access that nobody uses.
    UnusedAccess,
    /// A preview of access that somebody asked for, which is no finding.
    AccessPreview,
    /// A call, something done in the console that is no call, or a call through an endpoint of a VPC, logged by CloudTrail.
    Call,
    /// A sign-in, logged by CloudTrail.
    SignIn,
    /// Something that a service did by itself, logged by CloudTrail.
    ServiceEvent,
}

impl Envelope {
    /// The envelope in an object; `None` where it is none.
    pub(super) fn of(object: &Map<String, Value>, place: String) -> Option<Self> {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let detail_type = object.get("detail-type")?.as_str()?.to_owned();
        let detail = object.get("detail")?.as_object()?.clone();
        let resources = object.get("resources").and_then(Value::as_array).into_iter().flatten();
        Some(Self {
            place,
            id: text("id"),
            detail_type,
            source: text("source"),
            account: text("account"),
            region: text("region"),
            time: parse_time(&text("time")),
            resources: resources.filter_map(Value::as_str).map(str::to_owned).collect(),
            detail,
        })
    }

    /// What it tells of; `None` for events of anybody else, also where they borrow the words of AWS.
    ///
    /// Sources: IAM User Guide, "Monitoring IAM Access Analyzer with Amazon EventBridge"; EventBridge User Guide,
    /// "AWS service events delivered via AWS CloudTrail".
    pub fn kind(&self) -> Option<Kind> {
        // Some Regions and stages of the service have an ending behind its name.
        let is_analyzer = self.source.starts_with("aws.access-analyzer");
        let is_aws = self.source.starts_with("aws.");
        match self.detail_type.as_str() {
            "Access Analyzer Finding" if is_analyzer => Some(Kind::ExternalAccess),
            "Internal Access Finding" if is_analyzer => Some(Kind::InternalAccess),
            "Unused Access Finding for IAM entities" if is_analyzer => Some(Kind::UnusedAccess),
            "Access Preview State Change" if is_analyzer => Some(Kind::AccessPreview),
            "AWS API Call via CloudTrail"
            | "AWS Console Action via CloudTrail"
            | "AWS Network Activity Event via CloudTrail"
                if is_aws =>
            {
                Some(Kind::Call)
            }
            // AWS writes it in both ways.
            "AWS Console Sign In via CloudTrail" | "AWS Console Signin via CloudTrail" if is_aws => {
                Some(Kind::SignIn)
            }
            "AWS Service Event via CloudTrail" if is_aws => Some(Kind::ServiceEvent),
            _ => None,
        }
    }
}
