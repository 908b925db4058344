//! Driving IAM Access Analyzer: making and deleting analyzers, reading and archiving findings.
//!
//! These are the only calls of this crate that change something in the account, and none is made unless a function here is
//! called.

use std::str::FromStr;

use aws_sdk_accessanalyzer::Client;
use aws_sdk_accessanalyzer::types::{
    AnalyzerConfiguration, Criterion as AwsCriterion, FindingStatusUpdate, Type, UnusedAccessConfiguration,
};

use crate::aws::Aws;
use crate::collect::{access_analyzer, regions};
use crate::error::Error;
use crate::failure::Failure;
use crate::json::{Json, printed};
use crate::progress::Progress;
use crate::request::{Access, Pace};

/// Access Analyzer in some Regions of an account.
#[derive(Debug)]
pub struct Management {
    event_loop: tokio::runtime::Runtime,
    aws: Aws,
    regions: Vec<String>,
}

/// An analyzer. Source: IAM Access Analyzer API Reference, `AnalyzerSummary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyzer {
    /// Its Region.
    pub region: String,
    /// Its name, unique in its Region.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its type, in AWS's words.
    pub kind: String,
    /// Its status, in AWS's words.
    pub status: String,
}

/// The analyzers of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analyzers {
    /// Those that there are.
    pub found: Vec<Analyzer>,
    /// The Regions that have none.
    pub without: Vec<String>,
    /// The Regions that could not be asked, and AWS's words.
    pub failed: Vec<(String, String)>,
}

/// A finding as it is listed. Source: IAM Access Analyzer API Reference, `FindingSummaryV2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its id, unique in its analyzer.
    pub id: String,
    /// The ARN of the analyzer.
    pub analyzer: String,
    /// Its type, in AWS's words.
    pub kind: String,
    /// Its status, in AWS's words.
    pub status: String,
    /// The ARN of the resource.
    pub resource: String,
    /// The resource's type, in AWS's words.
    pub resource_type: String,
    /// When it changed last, RFC 3339 in UTC.
    pub updated: String,
}

/// What an analyzer looks for, and where. Source: IAM Access Analyzer API Reference, `CreateAnalyzer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Access from outside of the account.
    Account,
    /// Access from outside of the organisation.
    Organization,
    /// Unused roles, keys, passwords and permissions of the account.
    AccountUnusedAccess,
    /// The same in the organisation.
    OrganizationUnusedAccess,
    /// Who in the account reaches chosen resources.
    AccountInternalAccess,
    /// The same in the organisation.
    OrganizationInternalAccess,
}

/// A condition on findings, such as `resourceType=AWS::S3::Bucket`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// What is compared. Source: IAM Access Analyzer User Guide, "Filter keys".
    pub key: String,
    /// How.
    pub comparison: Comparison,
    /// With what: one of these.
    pub values: Vec<String>,
}

/// How a criterion compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `key=value`
    Equal,
    /// `key!=value`
    NotEqual,
    /// `key~value`
    Contains,
}

impl Kind {
    /// All of them, with AWS's names.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Account, "ACCOUNT"),
        (Self::Organization, "ORGANIZATION"),
        (Self::AccountUnusedAccess, "ACCOUNT_UNUSED_ACCESS"),
        (Self::OrganizationUnusedAccess, "ORGANIZATION_UNUSED_ACCESS"),
        (Self::AccountInternalAccess, "ACCOUNT_INTERNAL_ACCESS"),
        (Self::OrganizationInternalAccess, "ORGANIZATION_INTERNAL_ACCESS"),
    ];

    /// AWS's name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Whether it looks for what is not used.
    pub fn is_of_unused_access(self) -> bool {
        matches!(self, Self::AccountUnusedAccess | Self::OrganizationUnusedAccess)
    }
}

impl FromStr for Kind {
    type Err = String;

    /// Reads AWS's names, in small letters and with dashes as well, and `unused-access` and `internal-access` for those of
    /// the account.
    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.to_ascii_uppercase().replace('-', "_");
        let name = match name.as_str() {
            "UNUSED_ACCESS" => "ACCOUNT_UNUSED_ACCESS",
            "INTERNAL_ACCESS" => "ACCOUNT_INTERNAL_ACCESS",
            name => name,
        };
        if let Some((kind, _)) = Self::ALL.iter().find(|(_, own)| *own == name) {
            return Ok(*kind);
        }
        let known = Self::ALL.map(|(_, name)| name.to_ascii_lowercase().replace('_', "-")).join(", ");
        if name == "SERVICE_ACCESS_ANALYZER" {
            return Err(format!("AWS has no such type any more; the types are {known}"));
        }
        Err(format!("the types are {known}"))
    }
}

impl FromStr for Criterion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected KEY=VALUE, KEY!=VALUE or KEY~VALUE, with commas between several values";
        let at = text.find(['=', '!', '~']).ok_or(expected)?;
        let (key, rest) = text.split_at(at);
        let (comparison, values) = if let Some(values) = rest.strip_prefix("!=") {
            (Comparison::NotEqual, values)
        } else if let Some(values) = rest.strip_prefix('=') {
            (Comparison::Equal, values)
        } else if let Some(values) = rest.strip_prefix('~') {
            (Comparison::Contains, values)
        } else {
            return Err(expected.to_owned());
        };
        let values: Vec<String> = values.split(',').map(str::to_owned).collect();
        if key.is_empty() || values.iter().any(String::is_empty) {
            return Err(expected.to_owned());
        }
        Ok(Self { key: key.to_owned(), comparison, values })
    }
}

impl Criterion {
    fn for_aws(&self) -> AwsCriterion {
        let values = Some(self.values.clone());
        let builder = AwsCriterion::builder();
        match self.comparison {
            Comparison::Equal => builder.set_eq(values),
            Comparison::NotEqual => builder.set_neq(values),
            Comparison::Contains => builder.set_contains(values),
        }
        .build()
    }
}

impl Management {
    /// Reaches Access Analyzer in these Regions; with none, in the configured one; with `all`, in all that the account has
    /// enabled.
    ///
    /// # Errors
    ///
    /// When there are no credentials, or no Region.
    pub fn connect(
        access: &Access,
        pace: &Pace,
        regions: &[String],
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let event_loop = crate::event_loop()?;
        let (aws, regions) = event_loop.block_on(async {
            let aws = Aws::connect(access, pace).await?;
            aws.caller().await?;
            let regions = match regions {
                [] => vec![aws.region().to_owned()],
                [all] if all == "all" => regions::chosen(&aws, &[], progress).await,
                regions => regions.to_vec(),
            };
            Ok::<_, Error>((aws, regions))
        })?;
        Ok(Self { event_loop, aws, regions })
    }

    /// The Regions.
    pub fn regions(&self) -> &[String] {
        &self.regions
    }

    /// The analyzers of all types.
    pub fn list(&self) -> Analyzers {
        let mut analyzers = Analyzers::default();
        for region in &self.regions {
            let (listed, failure) =
                self.event_loop.block_on(access_analyzer::analyzers(&self.client(region)));
            if let Some(failure) = failure {
                analyzers.failed.push((region.clone(), failure.to_string()));
            } else if listed.is_empty() {
                analyzers.without.push(region.clone());
            }
            analyzers.found.extend(listed.into_iter().map(|analyzer| Analyzer {
                region: region.clone(),
                name: analyzer.name,
                arn: analyzer.arn,
                kind: analyzer.kind,
                status: analyzer.status,
            }));
        }
        analyzers
    }

    /// Makes an analyzer in a Region; gives back its ARN. `unused_age` is in days, from 1 to 365.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn create(
        &self,
        region: &str,
        name: &str,
        kind: Kind,
        unused_age: Option<i32>,
    ) -> Result<String, Error> {
        let configuration = unused_age.filter(|_| kind.is_of_unused_access()).map(|age| {
            let unused = UnusedAccessConfiguration::builder().unused_access_age(age).build();
            AnalyzerConfiguration::UnusedAccess(unused)
        });
        let call = self
            .client(region)
            .create_analyzer()
            .analyzer_name(name)
            .r#type(Type::from(kind.as_str()))
            .set_configuration(configuration);
        let made = self
            .event_loop
            .block_on(call.send())
            .map_err(|error| refused("CreateAnalyzer", &error.into()))?;
        Ok(made.arn().unwrap_or_default().to_owned())
    }

    /// Deletes an analyzer with all its findings and archive rules.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn delete(&self, analyzer: &Analyzer) -> Result<(), Error> {
        let call = self.client(&analyzer.region).delete_analyzer().analyzer_name(&analyzer.name);
        self.event_loop.block_on(call.send()).map_err(|error| refused("DeleteAnalyzer", &error.into()))?;
        Ok(())
    }

    /// The findings of an analyzer that meet all criteria.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn findings(&self, analyzer: &Analyzer, criteria: &[Criterion]) -> Result<Vec<Finding>, Error> {
        let client = self.client(&analyzer.region);
        let mut findings = Vec::new();
        let failure = self.event_loop.block_on(async {
            let mut call = client.list_findings_v2().analyzer_arn(&analyzer.arn);
            for criterion in criteria {
                call = call.filter(&criterion.key, criterion.for_aws());
            }
            crate::aws::pages(call.into_paginator().send(), |page| {
                findings.extend(page.findings().iter().map(|finding| Finding {
                    id: finding.id().to_owned(),
                    analyzer: analyzer.arn.clone(),
                    kind: finding.finding_type().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
                    status: finding.status().as_str().to_owned(),
                    resource: finding.resource().unwrap_or_default().to_owned(),
                    resource_type: finding.resource_type().as_str().to_owned(),
                    updated: crate::json::shown(finding.updated_at()),
                }));
            })
            .await
        });
        match failure {
            None => Ok(findings),
            Some(failure) => Err(refused("ListFindingsV2", &failure)),
        }
    }

    /// A finding with all its details, as JSON in AWS's own shape.
    ///
    /// # Errors
    ///
    /// AWS's refusal; a finding that is not of this analyzer among them.
    pub fn show(&self, analyzer: &Analyzer, id: &str) -> Result<String, Error> {
        let client = self.client(&analyzer.region);
        let detail = self.event_loop.block_on(access_analyzer::detail(&client, &analyzer.arn, id));
        let detail = detail.map_err(|failure| refused("GetFindingV2", &failure))?;
        let bytes = printed(&Json::from(detail)).unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Archives findings, or makes them active again.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn set_archived(&self, analyzer: &Analyzer, ids: &[String], is_archived: bool) -> Result<(), Error> {
        let status = if is_archived { FindingStatusUpdate::Archived } else { FindingStatusUpdate::Active };
        let client = self.client(&analyzer.region);
        // As many as AWS takes at once are not documented; it lists at most so many.
        for ids in ids.chunks(100) {
            let call = client
                .update_findings()
                .analyzer_arn(&analyzer.arn)
                .status(status.clone())
                .set_ids(Some(ids.to_vec()));
            self.event_loop
                .block_on(call.send())
                .map_err(|error| refused("UpdateFindings", &error.into()))?;
        }
        Ok(())
    }

    /// The archive rules of an analyzer, as JSON in AWS's own shape.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn archive_rules(&self, analyzer: &Analyzer) -> Result<String, Error> {
        let client = self.client(&analyzer.region);
        let (rules, failure) =
            self.event_loop.block_on(access_analyzer::archive_rules(&client, &analyzer.arn));
        if let Some(failure) = failure {
            return Err(refused("ListArchiveRules", &failure));
        }
        let document = crate::json::object().with("archiveRules", rules);
        let bytes = printed(&Json::from(document)).unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Makes a rule that archives new findings which meet all criteria.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn create_archive_rule(
        &self,
        analyzer: &Analyzer,
        name: &str,
        criteria: &[Criterion],
    ) -> Result<(), Error> {
        let client = self.client(&analyzer.region);
        let mut call = client.create_archive_rule().analyzer_name(&analyzer.name).rule_name(name);
        for criterion in criteria {
            call = call.filter(&criterion.key, criterion.for_aws());
        }
        self.event_loop.block_on(call.send()).map_err(|error| refused("CreateArchiveRule", &error.into()))?;
        Ok(())
    }

    /// Archives the findings that there are already and that a rule is about.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn apply_archive_rule(&self, analyzer: &Analyzer, name: &str) -> Result<(), Error> {
        let call =
            self.client(&analyzer.region).apply_archive_rule().analyzer_arn(&analyzer.arn).rule_name(name);
        self.event_loop.block_on(call.send()).map_err(|error| refused("ApplyArchiveRule", &error.into()))?;
        Ok(())
    }

    /// Lets an analyzer of outside access look at a resource now.
    ///
    /// # Errors
    ///
    /// AWS's refusal.
    pub fn scan(&self, analyzer: &Analyzer, resource: &str) -> Result<(), Error> {
        let client = self.client(&analyzer.region);
        let call = client.start_resource_scan().analyzer_arn(&analyzer.arn).resource_arn(resource);
        self.event_loop.block_on(call.send()).map_err(|error| refused("StartResourceScan", &error.into()))?;
        Ok(())
    }

    fn client(&self, region: &str) -> Client {
        Client::new(&self.aws.in_region(region))
    }
}

fn refused(operation: &'static str, failure: &Failure) -> Error {
    Error::Refused { operation, why: failure.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_todays_names() {
        for (text, expected) in [
            ("account", Ok(Kind::Account)),
            ("ORGANIZATION_UNUSED_ACCESS", Ok(Kind::OrganizationUnusedAccess)),
            ("unused-access", Ok(Kind::AccountUnusedAccess)),
            ("account-internal-access", Ok(Kind::AccountInternalAccess)),
            ("SERVICE_ACCESS_ANALYZER", Err("AWS has no such type any more; the types are account, ")),
            ("x", Err("the types are account, ")),
        ] {
            match (text.parse::<Kind>(), expected) {
                (Ok(kind), Ok(expected)) => assert_eq!(kind, expected),
                (Err(error), Err(start)) => assert!(error.starts_with(start), "{error}"),
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn criteria_are_a_key_a_comparison_and_values() {
        let criterion = |key: &str, comparison, values: &[&str]| Criterion {
            key: key.to_owned(),
            comparison,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        for (text, expected) in [
            (
                "resourceType=AWS::S3::Bucket",
                criterion("resourceType", Comparison::Equal, &["AWS::S3::Bucket"]),
            ),
            ("principal.AWS!=1,2", criterion("principal.AWS", Comparison::NotEqual, &["1", "2"])),
            ("resource~role/ci=x", criterion("resource", Comparison::Contains, &["role/ci=x"])),
        ] {
            assert_eq!(text.parse(), Ok(expected));
        }
        for wrong in ["", "resource", "=x", "a!b", "a=", "a=b,,c"] {
            assert!(wrong.parse::<Criterion>().is_err(), "{wrong}");
        }
    }
}
