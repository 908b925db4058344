//! `aws cloudtrail describe-trails` and `aws cloudtrail get-trail-status`.

use std::sync::Arc;

use serde_json::Value;

use super::Placed;
use crate::fact::{FileId, Gap};
use crate::ident::Arn;
use crate::input::Artefact;
use crate::input::json::{Listing, Reader};

/// A trail, as every Region in which it works lists it. Source: CloudTrail API Reference, `Trail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// Its name, unique in its home Region.
    pub name: String,
    /// Its ARN, which names the home Region and the account that made it.
    pub arn: String,
    /// Whether it logs all Regions.
    pub is_multi_region: bool,
    /// Whether it logs all accounts of the organisation.
    pub is_organization: bool,
    /// The ARN of the log group of CloudWatch Logs that it delivers to as well.
    pub log_group: Option<String>,
    /// Whether what it logs was changed from all management events and nothing else; `None` where AWS does not say.
    pub has_custom_selectors: Option<bool>,
}

/// Whether a trail is at work. The answer does not name the trail. Source: CloudTrail API Reference, `GetTrailStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailStatus {
    /// Whether it logs.
    pub is_logging: bool,
    /// Why the last delivery to CloudWatch Logs failed, if it did.
    pub log_group_error: Option<String>,
}

pub(in crate::input) fn read(document: &Value, file: FileId) -> (Listing<Placed<Trail>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::Trails, file);
    let listing = reader.listing(document, "trailList", |reader, item| {
        let is_arn = |text: &str| {
            let arn = Arn::parse(text).ok()?;
            (arn.service == "cloudtrail" && arn.account().is_ok()).then(|| text.to_owned())
        };
        let name = reader.text(item, "Name");
        let arn = reader.text_that(item, "TrailARN", "the ARN of a trail", is_arn);
        let is_multi_region = reader.flag(item, "IsMultiRegionTrail");
        let is_organization = reader.flag_or_false(item, "IsOrganizationTrail");
        let log_group = reader.optional_text(item, "CloudWatchLogsLogGroupArn");
        let has_custom_selectors = reader.optional_flag(item, "HasCustomEventSelectors");
        let trail = Trail {
            name: name.known().ok()?,
            arn: arn.known().ok()?,
            is_multi_region: is_multi_region.known().ok()?,
            is_organization: is_organization.known().ok()?,
            log_group: log_group.known().ok()?.filter(|arn| !arn.is_empty()),
            has_custom_selectors: has_custom_selectors.known().ok()?,
        };
        Some(Placed { value: trail, at: reader.source(item) })
    });
    (listing, reader.into_gaps())
}

pub(in crate::input) fn read_status(
    document: &Value,
    file: FileId,
) -> (Option<Placed<TrailStatus>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::TrailStatus, file);
    let status = reader.object(document, "").and_then(|item| {
        let is_logging = reader.flag(item, "IsLogging");
        let error = reader.optional_text(item, "LatestCloudWatchLogsDeliveryError");
        let at = is_logging.source()?;
        let value = TrailStatus {
            is_logging: is_logging.known().ok()?,
            log_group_error: error.known().ok()?.filter(|error| !error.is_empty()),
        };
        Some(Placed { value, at })
    });
    (status, reader.into_gaps())
}
