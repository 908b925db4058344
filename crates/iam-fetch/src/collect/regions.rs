//! Which Regions to look at.

use aws_sdk_account::types::RegionOptStatus;

use crate::aws::{Aws, pages};
use crate::collector::Call;
use crate::progress::Progress;

pub(super) const LIST: Call = Call { operation: "ListRegions", action: "account:ListRegions" };

/// The Regions that were asked for, else all that the account has enabled, else the one that is configured.
pub(crate) async fn chosen(aws: &Aws, asked: &[String], progress: &dyn Progress) -> Vec<String> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    let mut regions = Vec::new();
    let client = aws_sdk_account::Client::new(aws.config());
    let enabled = [RegionOptStatus::Enabled, RegionOptStatus::EnabledByDefault];
    let call = client.list_regions().set_region_opt_status_contains(Some(enabled.to_vec()));
    let failure = pages(call.into_paginator().send(), |page| {
        regions.extend(page.regions().iter().filter_map(|region| Some(region.region_name()?.to_owned())));
    })
    .await;
    if let Some(failure) = failure {
        let own = aws.region().to_owned();
        progress.note(&format!(
            "cannot list the Regions of the account ({failure}); only {own} is looked at. Allow {} or name them with --regions",
            LIST.action
        ));
        return vec![own];
    }
    regions.sort();
    regions
}
