//! Which Regions an account is at work in, and what says so.

use std::collections::{BTreeMap, BTreeSet};

use super::Account;
use crate::ident::Arn;
use crate::input::credential_report::{Column, CredentialReport};

/// How many signs of use of a Region are kept.
const MOST_SIGNS: usize = 3;

/// A Region in which the account can or does work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRegion {
    /// Its name.
    pub name: Box<str>,
    /// What shows that it is at work there, such as `role app was last used there`; the first few signs, and none where the
    /// Region was only asked.
    pub signs: Vec<String>,
    /// Whether calls of the evidence asked there. A fetch asks in all Regions that the account has enabled, or in those that it
    /// was told.
    pub is_asked: bool,
}

/// The Regions that every account of a partition has, whoever enabled what. Source: AWS General Reference, "Specify which AWS
/// Regions your account can use".
pub fn default_regions(partition: &str) -> &'static [&'static str] {
    match partition {
        "aws" => &[
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
        "aws-cn" => &["cn-north-1", "cn-northwest-1"],
        "aws-us-gov" => &["us-gov-east-1", "us-gov-west-1"],
        _ => &[],
    }
}

impl Account {
    /// The Regions in which something of the account may be: those that every account of its partition has, and those that
    /// anything in the evidence names.
    pub fn regions_to_look_at(&self) -> Vec<String> {
        let named = self.regions().into_iter().map(|region| region.name.into());
        let every = default_regions(self.partition.as_str()).iter().map(|region| (*region).to_owned());
        named.chain(every).collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// The Regions that anything in the evidence names as the account's, by name.
    pub fn regions(&self) -> Vec<AccountRegion> {
        let mut seen = Seen(BTreeMap::new());
        self.regions_asked.iter().for_each(|region| seen.asked(region));
        self.access_analyzer.regions().for_each(|region| seen.asked(region));
        self.regions_of_monitoring(&mut seen);
        self.regions_of_identities(&mut seen);
        for reported in self.access_analyzer.findings() {
            let resource = reported.finding.resource.as_deref().unwrap_or_default();
            if let Ok(arn) = Arn::parse(resource) {
                seen.sign(arn.region, || format!("{} {} is there", arn.service, arn.resource));
            }
        }
        seen.0.into_values().collect()
    }

    fn regions_of_monitoring(&self, seen: &mut Seen) {
        if let Ok(trails) = self.monitoring.trails() {
            for trail in trails.items() {
                if let Ok(arn) = Arn::parse(&trail.value.arn)
                    && arn.account().ok() == self.id
                {
                    seen.sign(arn.region, || format!("the trail {} was made there", trail.value.name));
                }
            }
        }
        for (region, alarms) in &self.monitoring.alarms {
            if let Some(alarm) = alarms.items().next() {
                seen.sign(region, || format!("the alarm {} is there", alarm.value.name));
            }
        }
        for region in self.activity.iter().flat_map(|activity| &activity.places).map(|place| &place.region) {
            seen.sign(region, || "CloudTrail records are of there".to_owned());
        }
    }

    fn regions_of_identities(&self, seen: &mut Seen) {
        for role in self.identities.iter().flat_map(|identities| identities.roles()) {
            if let Ok(Some(last)) = role.detail.last_used.seen()
                && let Some(region) = &last.region
            {
                seen.sign(region, || format!("role {} was last used there", role.detail.name));
            }
        }
        for row in self.credential_report.iter().flat_map(|report| CredentialReport::rows(report)) {
            for column in [Column::AccessKey1LastUsedRegion, Column::AccessKey2LastUsedRegion] {
                if let Ok(region) = row.text(column).known() {
                    seen.sign(region, || format!("an access key of {} was last used there", row.user()));
                }
            }
        }
    }
}

struct Seen(BTreeMap<Box<str>, AccountRegion>);

impl Seen {
    fn region(&mut self, name: &str) -> Option<&mut AccountRegion> {
        // Reports say `N/A` or nothing of what has no Region, and some ARNs `aws-global`.
        let is_region = super::is_region(name);
        is_region.then(|| {
            self.0.entry(name.into()).or_insert_with(|| AccountRegion {
                name: name.into(),
                signs: Vec::new(),
                is_asked: false,
            })
        })
    }

    fn asked(&mut self, name: &str) {
        if let Some(region) = self.region(name) {
            region.is_asked = true;
        }
    }

    fn sign(&mut self, name: &str, sign: impl FnOnce() -> String) {
        if let Some(region) = self.region(name)
            && region.signs.len() < MOST_SIGNS
        {
            let sign = sign();
            if !region.signs.contains(&sign) {
                region.signs.push(sign);
            }
        }
    }
}
