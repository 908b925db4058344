use std::collections::BTreeMap;
use std::io::{self, Write};

use iam_core::external::{Comparison, ExternalAccess, Finding, Open, ResourceAccess};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::{Inside, NotRead, Options};
use crate::witness;

/// Who outside gets into which resource. Fields may be added; none changes its meaning or goes away within a version.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "iam-audit external access")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// The program.
    tool: Tool<'a>,
    /// What counted as inside, besides the account that owns a resource.
    zone_of_trust: Zone<'a>,
    /// Whether findings are left out that the others cover together.
    concise: bool,
    /// The accounts.
    accounts: Vec<Account<'a>>,
    /// What was handed in and could not be used.
    not_read: Vec<Unread<'a>>,
    /// The exit code of the run.
    exit_code: u8,
}

#[derive(Serialize, JsonSchema)]
struct Unread<'a> {
    /// Empty where no one file is at fault.
    path: &'a str,
    reason: &'a str,
    remedy: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Zone<'a> {
    /// The id of the organization, if all of it counted.
    organization: Option<&'a str>,
    /// Further accounts.
    accounts: &'a [String],
}

#[derive(Serialize, JsonSchema)]
struct Account<'a> {
    id: Option<String>,
    /// The folder or file that the evidence came from.
    location: &'a str,
    /// Each resource and role that was looked at, by ARN.
    resources: Vec<Resource<'a>>,
    /// What could not be looked at as a whole.
    unseen: Vec<Unseen<'a>>,
    /// Each resource that is open by this document or by IAM Access Analyzer, or at which that could not look, by ARN; null where
    /// nothing of Access Analyzer was handed in.
    access_analyzer: Option<Vec<Compared<'a>>>,
    /// Why what IAM Access Analyzer found was not seen, or not all of it.
    access_analyzer_unseen: Option<&'a str>,
}

/// What was computed beside what IAM Access Analyzer found.
#[derive(Serialize, JsonSchema)]
struct Compared<'a> {
    resource_type: &'a str,
    resource: &'a str,
    /// `agrees`, where both say the same of principals, actions, conditions and whether it is public; `archived`, where they do and
    /// the finding is; `differs`, where they do not; `only-aws`; `only-here`; `not-analyzed`, where AWS could not look.
    agreement: &'a str,
    /// Whom only AWS finds.
    only_aws: &'a [String],
    /// Who was only found here.
    only_here: &'a [String],
    /// What one of the two says and the other does not, in words.
    differences: &'a [String],
    /// AWS's findings of external access about the resource, whatever their status.
    findings: Vec<Told<'a>>,
    /// What may be the reason for a difference.
    why: &'a [String],
}

#[derive(Serialize, JsonSchema)]
struct Told<'a> {
    /// The id, in the first Region.
    id: &'a str,
    /// AWS's word.
    status: &'a str,
    regions: &'a [String],
    /// AWS's code where it could not look.
    error: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Unseen<'a> {
    /// `not-supplied` is no fault.
    reason: &'a str,
    what: &'a str,
    remedy: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the names that Access Analyzer gives them")]
struct Resource<'a> {
    /// In AWS's words, such as `AWS::S3::Bucket`.
    resource_type: &'a str,
    /// The ARN.
    resource: &'a str,
    resource_owner_account: Option<String>,
    region: Option<&'a str>,
    /// Who gets in, the widest first.
    findings: Vec<Access<'a>>,
    /// Ways into the resource of which it is not known who gets in.
    unknown: Vec<Unknown<'a>>,
}

/// As a finding of external access of IAM Access Analyzer, with what it does not tell: proof.
#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the name that AWS gives to it")]
struct Access<'a> {
    /// One key, `AWS`, `Federated` or `CanonicalUser`, with the value that the policy has; `*` is anybody.
    principal: BTreeMap<&'a str, String>,
    /// Patterns for exactly the actions that are allowed.
    action: &'a [String],
    /// All have to match. Conditions on what a requester can choose are none.
    condition: BTreeMap<&'a str, &'a str>,
    is_public: bool,
    /// `POLICY`, `BUCKET_ACL`, `S3_ACCESS_POINT`, `S3_ACCESS_POINT_ACCOUNT`, `KMS_GRANT` or `SHARED_LIST`.
    source: &'a str,
    /// The ARN of the access point through which they come, with `S3_ACCESS_POINT`.
    access_point: Option<&'a str>,
    /// The statements or entries that let them in.
    statements: Vec<Statement<'a>>,
    /// Whether the access is there for certain; else see `depends_on`.
    exact: bool,
    depends_on: &'a [String],
    /// The setting that keeps them out all the same.
    blocked_by: Option<&'a str>,
    /// Resource control policies that would keep the witness out, if they are attached above the account.
    limited_by: &'a [String],
    /// A request that no narrower finding covers, and that the evaluator allows.
    witness: witness::Request,
}

#[derive(Serialize, JsonSchema)]
struct Statement<'a> {
    /// From 0.
    index: usize,
    /// The `Sid`, or what names a grant.
    sid: Option<&'a str>,
    /// The ARN of the access point in whose policy it stands; null for that of the resource itself.
    access_point: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Unknown<'a> {
    source: &'a str,
    /// Why.
    why: &'a str,
    /// Whether something went wrong, as opposed to something not having been handed in.
    failed: bool,
    /// Whether S3 says that anybody gets in.
    is_public: bool,
}

/// Writes the access as one JSON document.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(
    accounts: &[ExternalAccess],
    inside: Inside<'_>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        schema_version: "1",
        tool: Tool { name: options.tool.name, version: options.tool.version },
        zone_of_trust: Zone { organization: inside.organization, accounts: inside.accounts },
        concise: inside.is_concise,
        accounts: accounts.iter().map(Account::of).collect(),
        not_read: inside.not_read.iter().map(Unread::of).collect(),
        exit_code: options.exit_code,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The schema of what [`json`] writes.
pub fn schema() -> Schema {
    schema_for!(Document<'static>)
}

impl<'a> Unread<'a> {
    fn of(one: &'a NotRead) -> Self {
        Self { path: &one.path, reason: &one.reason, remedy: &one.remedy }
    }
}

impl<'a> Account<'a> {
    fn of(access: &'a ExternalAccess) -> Self {
        let unseen = access.unseen.iter().map(|gap| Unseen {
            reason: gap.reason.as_str(),
            what: &gap.what,
            remedy: &gap.remedy,
        });
        Self {
            id: access.account.map(|id| id.to_string()),
            location: &access.location,
            resources: access.resources.iter().map(Resource::of).collect(),
            unseen: unseen.collect(),
            access_analyzer: access.by_aws.as_ref().map(|all| all.iter().map(Compared::of).collect()),
            access_analyzer_unseen: access.by_aws_unseen.as_ref().map(|gap| &*gap.what),
        }
    }
}

impl<'a> Compared<'a> {
    fn of(compared: &'a Comparison) -> Self {
        let told = compared.findings.iter().map(|told| Told {
            id: &told.id,
            status: &told.status,
            regions: &told.regions,
            error: told.error.as_deref(),
        });
        Self {
            resource_type: &compared.resource_type,
            resource: &compared.arn,
            agreement: compared.agreement.as_str(),
            only_aws: &compared.only_aws,
            only_here: &compared.only_here,
            differences: &compared.differences,
            findings: told.collect(),
            why: &compared.why,
        }
    }
}

impl<'a> Resource<'a> {
    fn of(resource: &'a ResourceAccess) -> Self {
        Self {
            resource_type: resource.kind.as_str(),
            resource: &resource.arn,
            resource_owner_account: resource.account.map(|id| id.to_string()),
            region: resource.region.as_deref(),
            findings: resource.findings.iter().map(Access::of).collect(),
            unknown: resource.open.iter().map(Unknown::of).collect(),
        }
    }
}

impl<'a> Access<'a> {
    fn of(finding: &'a Finding) -> Self {
        let condition = finding.condition.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let statements = finding.statements.iter().map(|cited| Statement {
            index: cited.index,
            sid: cited.sid.as_deref(),
            access_point: cited.policy_of.as_deref(),
        });
        Self {
            principal: BTreeMap::from([(finding.principal.key(), finding.principal.to_string())]),
            action: &finding.actions,
            condition: condition.collect(),
            is_public: finding.is_public,
            source: finding.via.as_str(),
            access_point: finding.access_point.as_deref(),
            statements: statements.collect(),
            exact: finding.is_exact(),
            depends_on: &finding.depends_on,
            blocked_by: finding.blocked_by.as_deref(),
            limited_by: &finding.limited_by,
            witness: witness::Request::of(&finding.witness),
        }
    }
}

impl<'a> Unknown<'a> {
    fn of(open: &'a Open) -> Self {
        Self {
            source: open.via.as_str(),
            why: &open.why,
            failed: open.is_failure(),
            is_public: open.is_public,
        }
    }
}
