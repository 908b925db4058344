//! Who did what.

use iam_core::cloudtrail::{Principal, PrincipalActivity};
use iam_core::ident::AccessKeyId;
use schemars::JsonSchema;
use serde::Serialize;

use super::counts::Counts;

/// What one principal did.
#[derive(Serialize, JsonSchema)]
pub(super) struct PrincipalRow<'a> {
    /// What it is: a user, a role, root and so on.
    kind: &'static str,
    /// Its account; empty for services.
    account: &'a str,
    /// Its ARN, where it has one.
    name: &'a str,
    #[serde(flatten)]
    counts: Counts,
    /// By call.
    calls: Vec<CallRow<'a>>,
    /// Whether there were more calls than these.
    calls_are_cut: bool,
    /// The long-lived access keys that it used.
    access_keys: Vec<KeyRow>,
}

/// One principal's use of one call.
#[derive(Serialize, JsonSchema)]
struct CallRow<'a> {
    /// `eventSource`.
    source: &'a str,
    /// `eventName`.
    name: &'a str,
    #[serde(flatten)]
    counts: Counts,
    /// Regions in which it was made; a sample.
    regions: Vec<&'a str>,
    /// Whether there were more Regions than these.
    regions_are_cut: bool,
}

/// Use of one access key.
#[derive(Serialize, JsonSchema)]
struct KeyRow {
    /// Its id, shortened.
    id: String,
    #[serde(flatten)]
    counts: Counts,
}

impl<'a> PrincipalRow<'a> {
    pub(super) fn of(principal: &'a Principal, deeds: &'a PrincipalActivity) -> Self {
        let calls = deeds.calls.iter().map(|(call, usage)| CallRow {
            source: &call.source,
            name: &call.name,
            counts: Counts::of(usage.tallies),
            regions: usage.regions.iter().map(|region| &**region).collect(),
            regions_are_cut: usage.regions.is_cut(),
        });
        let keys = deeds.keys.iter().map(|(id, used)| KeyRow {
            id: AccessKeyId::new(id).to_string(),
            counts: Counts::of(used.tallies),
        });
        Self {
            kind: principal.kind.as_str(),
            account: &principal.account,
            name: &principal.name,
            counts: Counts::of(deeds.all),
            calls: calls.collect(),
            calls_are_cut: deeds.calls.is_cut(),
            access_keys: keys.collect(),
        }
    }
}
