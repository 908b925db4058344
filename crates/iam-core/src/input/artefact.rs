use std::fmt;

/// A kind of file that iam-audit reads: the output of one AWS call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Artefact {
    /// The credential report.
    CredentialReport,
    /// The account's IAM totals and quotas.
    AccountSummary,
    /// The password policy for IAM users.
    PasswordPolicy,
    /// The account's virtual MFA devices.
    VirtualMfaDevices,
    /// The MFA devices of one user.
    MfaDevices,
    /// What the organisation manages centrally about root.
    OrganizationsFeatures,
    /// The account's alias.
    AccountAliases,
    /// TLS certificates kept in IAM.
    ServerCertificates,
    /// The access keys of one user.
    AccessKeys,
    /// The last use of one access key.
    AccessKeyLastUsed,
    /// Passwords and API keys for single services, of one user or of all.
    ServiceSpecificCredentials,
    /// X.509 signing certificates of one user.
    SigningCertificates,
    /// SSH public keys of one user.
    SshPublicKeys,
    /// The users, groups, roles and managed policies of the account.
    AuthorizationDetails,
    /// The SAML identity providers of the account.
    SamlProviders,
    /// The OpenID Connect identity providers of the account.
    OpenIdConnectProviders,
    /// Which EC2 instances of a Region have which instance profile.
    InstanceProfileAssociations,
    /// The policies of the organisation, without what they say.
    OrganizationsPolicies,
    /// One policy of the organisation, and what it says.
    OrganizationsPolicy,
    /// What one policy of the organisation is attached to.
    OrganizationsTargets,
    /// The organisation itself.
    Organization,
    /// The roots, units and accounts of the organisation.
    OrganizationsTree,
    /// When a user, group, role or policy last used which service and action.
    ServiceLastAccessed,
    /// Which users and roles used one service through one policy or group.
    LastAccessedEntities,
    /// When the accounts of an organisation last used which service.
    OrganizationsAccessReport,
    /// Which policies grant a user, group or role which service.
    PoliciesGrantingServiceAccess,
    /// The trails of CloudTrail.
    Trails,
    /// Whether one trail is at work.
    TrailStatus,
    /// Which events one trail logs.
    TrailSelectors,
    /// The metric filters of CloudWatch Logs.
    MetricFilters,
    /// The alarms of CloudWatch.
    Alarms,
    /// Who is told what a topic of SNS tells.
    Subscriptions,
    /// The rules of EventBridge.
    EventRules,
    /// Where one rule of EventBridge sends events.
    EventTargets,
    /// The analyzers of IAM Access Analyzer.
    Analyzers,
    /// The archive rules of its analyzers.
    ArchiveRules,
    /// What its analyzers found.
    AnalyzerFindings,
    /// The policy of one resource.
    ResourcePolicy,
    /// The access control list of one bucket.
    BucketAcl,
    /// What blocks public access to one bucket, or to all of an account.
    PublicAccessBlock,
    /// Whether S3 takes the policy of one bucket for public.
    BucketPolicyStatus,
    /// What one access point of S3 is attached to, and from where it can be reached.
    AccessPoint,
    /// The grants of one key of KMS.
    KeyGrants,
    /// The accounts that one snapshot is shared with.
    SnapshotSharing,
    /// The list of calls behind a snapshot directory.
    Manifest,
    /// Records of CloudTrail. They are folded into an activity before they come here, and are never the content of a file
    /// that [`crate::input::read`] reads.
    CloudTrail,
}

/// The operations that answer with the policy of a resource, besides `GetResourcePolicy`.
const POLICY_OPERATIONS: &[&str] = &[
    "GetBucketPolicy",
    "GetAccessPointPolicy",
    "GetKeyPolicy",
    "GetPolicy",
    "GetLayerVersionPolicy",
    "GetQueueAttributes",
    "GetTopicAttributes",
    "DescribeFileSystemPolicy",
    "GetRepositoryPolicy",
    "GetVaultAccessPolicy",
    "GetBackupVaultAccessPolicy",
    "DescribeDomain",
    "DescribeDomainConfig",
    "DescribeEventBus",
    "GetDomainPermissionsPolicy",
];

/// The operations that tell what stands in an organisation, besides `ListAccounts`.
const TREE_OPERATIONS: &[&str] =
    &["ListRoots", "ListChildren", "ListOrganizationalUnitsForParent", "ListAccountsForParent"];

/// What is constant about an artefact.
struct About {
    name: &'static str,
    noun: &'static str,
    operation: &'static str,
    command: &'static str,
}

impl Artefact {
    /// Every artefact, in the order in which they are read and listed.
    pub const ALL: &[Self] = &[
        Self::CredentialReport,
        Self::AccountSummary,
        Self::PasswordPolicy,
        Self::VirtualMfaDevices,
        Self::MfaDevices,
        Self::OrganizationsFeatures,
        Self::AccountAliases,
        Self::ServerCertificates,
        Self::AccessKeys,
        Self::AccessKeyLastUsed,
        Self::ServiceSpecificCredentials,
        Self::SigningCertificates,
        Self::SshPublicKeys,
        Self::AuthorizationDetails,
        Self::SamlProviders,
        Self::OpenIdConnectProviders,
        Self::InstanceProfileAssociations,
        Self::OrganizationsPolicies,
        Self::OrganizationsPolicy,
        Self::OrganizationsTargets,
        Self::Organization,
        Self::OrganizationsTree,
        Self::ServiceLastAccessed,
        Self::LastAccessedEntities,
        Self::OrganizationsAccessReport,
        Self::PoliciesGrantingServiceAccess,
        Self::Trails,
        Self::TrailStatus,
        Self::TrailSelectors,
        Self::MetricFilters,
        Self::Alarms,
        Self::Subscriptions,
        Self::EventRules,
        Self::EventTargets,
        Self::Analyzers,
        Self::ArchiveRules,
        Self::AnalyzerFindings,
        Self::ResourcePolicy,
        Self::BucketAcl,
        Self::PublicAccessBlock,
        Self::BucketPolicyStatus,
        Self::AccessPoint,
        Self::KeyGrants,
        Self::SnapshotSharing,
        Self::Manifest,
        Self::CloudTrail,
    ];

    /// What tells who would notice what happens in the account. Such files may lie in a folder `monitoring`.
    pub const OF_MONITORING: &[Self] = &[
        Self::Trails,
        Self::TrailStatus,
        Self::TrailSelectors,
        Self::MetricFilters,
        Self::Alarms,
        Self::Subscriptions,
        Self::EventRules,
        Self::EventTargets,
    ];

    /// What tells who gets into resources. Such files lie in a folder `resource-policies`.
    pub const OF_RESOURCES: &[Self] = &[
        Self::ResourcePolicy,
        Self::BucketAcl,
        Self::PublicAccessBlock,
        Self::BucketPolicyStatus,
        Self::AccessPoint,
        Self::KeyGrants,
        Self::SnapshotSharing,
    ];

    #[expect(clippy::too_many_lines, reason = "one entry for each artefact")]
    fn about(self) -> About {
        let about = |name, noun, operation, command| About { name, noun, operation, command };
        match self {
            Self::CredentialReport => about(
                "credential-report",
                "credential report",
                "GetCredentialReport",
                "aws iam generate-credential-report; aws iam get-credential-report",
            ),
            Self::AccountSummary => about(
                "account-summary",
                "account summary",
                "GetAccountSummary",
                "aws iam get-account-summary",
            ),
            Self::PasswordPolicy => about(
                "account-password-policy",
                "password policy",
                "GetAccountPasswordPolicy",
                "aws iam get-account-password-policy",
            ),
            Self::VirtualMfaDevices => about(
                "virtual-mfa-devices",
                "list of virtual MFA devices",
                "ListVirtualMFADevices",
                "aws iam list-virtual-mfa-devices",
            ),
            Self::MfaDevices => about(
                "mfa-devices",
                "list of a user's MFA devices",
                "ListMFADevices",
                "aws iam list-mfa-devices --user-name USER_NAME",
            ),
            Self::OrganizationsFeatures => about(
                "organizations-features",
                "list of central root features",
                "ListOrganizationsFeatures",
                "aws iam list-organizations-features",
            ),
            Self::AccountAliases => about(
                "account-aliases",
                "account alias",
                "ListAccountAliases",
                "aws iam list-account-aliases",
            ),
            Self::ServerCertificates => about(
                "server-certificates",
                "list of server certificates",
                "ListServerCertificates",
                "aws iam list-server-certificates",
            ),
            Self::AccessKeys => about(
                "access-keys",
                "list of a user's access keys",
                "ListAccessKeys",
                "aws iam list-access-keys --user-name USER_NAME",
            ),
            Self::AccessKeyLastUsed => about(
                "access-key-last-used",
                "last use of an access key",
                "GetAccessKeyLastUsed",
                "aws iam get-access-key-last-used --access-key-id KEY_ID",
            ),
            Self::ServiceSpecificCredentials => about(
                "service-specific-credentials",
                "list of service-specific credentials",
                "ListServiceSpecificCredentials",
                "aws iam list-service-specific-credentials --all-users",
            ),
            Self::SigningCertificates => about(
                "signing-certificates",
                "list of a user's signing certificates",
                "ListSigningCertificates",
                "aws iam list-signing-certificates --user-name USER_NAME",
            ),
            Self::SshPublicKeys => about(
                "ssh-public-keys",
                "list of a user's SSH public keys",
                "ListSSHPublicKeys",
                "aws iam list-ssh-public-keys --user-name USER_NAME",
            ),
            Self::AuthorizationDetails => about(
                "account-authorization-details",
                "account authorization details",
                "GetAccountAuthorizationDetails",
                "aws iam get-account-authorization-details",
            ),
            Self::SamlProviders => about(
                "saml-providers",
                "list of SAML providers",
                "ListSAMLProviders",
                "aws iam list-saml-providers",
            ),
            Self::OpenIdConnectProviders => about(
                "open-id-connect-providers",
                "list of OpenID Connect providers",
                "ListOpenIDConnectProviders",
                "aws iam list-open-id-connect-providers",
            ),
            Self::InstanceProfileAssociations => about(
                "iam-instance-profile-associations",
                "list of instances with instance profiles",
                "DescribeIamInstanceProfileAssociations",
                "aws ec2 describe-iam-instance-profile-associations --region REGION",
            ),
            Self::OrganizationsPolicies => about(
                "organizations-policies",
                "list of the organisation's policies",
                "ListPolicies",
                "aws organizations list-policies --filter SERVICE_CONTROL_POLICY",
            ),
            Self::OrganizationsPolicy => about(
                "organizations-policy",
                "policy of the organisation",
                "DescribePolicy",
                "aws organizations describe-policy --policy-id POLICY_ID",
            ),
            Self::OrganizationsTargets => about(
                "organizations-targets",
                "list of a policy's targets",
                "ListTargetsForPolicy",
                "aws organizations list-targets-for-policy --policy-id POLICY_ID",
            ),
            Self::Organization => about(
                "organization",
                "description of the organisation",
                "DescribeOrganization",
                "aws organizations describe-organization",
            ),
            Self::OrganizationsTree => about(
                "organizations-tree",
                "tree of the organisation",
                "ListAccounts",
                "aws organizations list-roots; aws organizations list-accounts; aws organizations list-children \
                 --parent-id ID --child-type ACCOUNT; aws organizations list-children --parent-id ID --child-type \
                 ORGANIZATIONAL_UNIT",
            ),
            Self::ServiceLastAccessed => about(
                "service-last-accessed",
                "last accessed report",
                "GetServiceLastAccessedDetails",
                "aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn ARN; aws iam \
                 get-service-last-accessed-details --job-id JOB_ID",
            ),
            Self::LastAccessedEntities => about(
                "service-last-accessed-entities",
                "list of those who used a service",
                "GetServiceLastAccessedDetailsWithEntities",
                "aws iam get-service-last-accessed-details-with-entities --job-id JOB_ID --service-namespace SERVICE",
            ),
            Self::OrganizationsAccessReport => about(
                "organizations-access-report",
                "access report of the organisation",
                "GetOrganizationsAccessReport",
                "aws iam generate-organizations-access-report --entity-path PATH; aws iam \
                 get-organizations-access-report --job-id JOB_ID",
            ),
            Self::PoliciesGrantingServiceAccess => about(
                "policies-granting-service-access",
                "list of policies that grant services",
                "ListPoliciesGrantingServiceAccess",
                "aws iam list-policies-granting-service-access --arn ARN --service-namespaces SERVICE",
            ),
            Self::Trails => about(
                "trails",
                "list of trails",
                "DescribeTrails",
                "aws cloudtrail describe-trails --region REGION",
            ),
            Self::TrailStatus => about(
                "trail-status",
                "status of a trail",
                "GetTrailStatus",
                "aws cloudtrail get-trail-status --name TRAIL_ARN --region REGION",
            ),
            Self::TrailSelectors => about(
                "event-selectors",
                "event selectors of a trail",
                "GetEventSelectors",
                "aws cloudtrail get-event-selectors --trail-name TRAIL_ARN --region REGION",
            ),
            Self::MetricFilters => about(
                "metric-filters",
                "list of metric filters",
                "DescribeMetricFilters",
                "aws logs describe-metric-filters --region REGION",
            ),
            Self::Alarms => about(
                "alarms",
                "list of alarms",
                "DescribeAlarms",
                "aws cloudwatch describe-alarms --region REGION",
            ),
            Self::Subscriptions => about(
                "subscriptions",
                "list of a topic's subscriptions",
                "ListSubscriptionsByTopic",
                "aws sns list-subscriptions-by-topic --topic-arn TOPIC_ARN --region REGION",
            ),
            Self::EventRules => about(
                "event-rules",
                "list of EventBridge rules",
                "ListRules",
                "aws events list-rules --region REGION",
            ),
            Self::EventTargets => about(
                "event-targets",
                "list of an EventBridge rule's targets",
                "ListTargetsByRule",
                "aws events list-targets-by-rule --rule RULE_NAME --region REGION",
            ),
            Self::Analyzers => about(
                "analyzers",
                "list of analyzers",
                "ListAnalyzers",
                "aws accessanalyzer list-analyzers --region REGION",
            ),
            Self::ArchiveRules => about(
                "archive-rules",
                "list of archive rules",
                "ListArchiveRules",
                "aws accessanalyzer list-archive-rules --analyzer-name ANALYZER_NAME --region REGION",
            ),
            Self::AnalyzerFindings => about(
                "access-analyzer-findings",
                "list of Access Analyzer's findings",
                "ListFindingsV2",
                "aws accessanalyzer list-findings-v2 --analyzer-arn ANALYZER_ARN --region REGION",
            ),
            Self::ResourcePolicy => about(
                "resource-policy",
                "policy of a resource",
                "GetResourcePolicy",
                "aws s3api get-bucket-policy --bucket BUCKET, and its like of other services",
            ),
            Self::BucketAcl => about(
                "bucket-acl",
                "access control list of a bucket",
                "GetBucketAcl",
                "aws s3api get-bucket-acl --bucket BUCKET",
            ),
            Self::PublicAccessBlock => about(
                "public-access-block",
                "public access block",
                "GetPublicAccessBlock",
                "aws s3api get-public-access-block --bucket BUCKET; aws s3control get-public-access-block \
                 --account-id ID",
            ),
            Self::BucketPolicyStatus => about(
                "bucket-policy-status",
                "policy status of a bucket",
                "GetBucketPolicyStatus",
                "aws s3api get-bucket-policy-status --bucket BUCKET",
            ),
            Self::AccessPoint => about(
                "access-point",
                "settings of an access point",
                "GetAccessPoint",
                "aws s3control get-access-point --account-id ID --name NAME",
            ),
            Self::KeyGrants => about(
                "kms-key-grants",
                "list of a key's grants",
                "ListGrants",
                "aws kms list-grants --key-id KEY_ID",
            ),
            Self::SnapshotSharing => about(
                "snapshot-sharing",
                "list of accounts that a snapshot is shared with",
                "DescribeSnapshotAttribute",
                "aws ec2 describe-snapshot-attribute --attribute createVolumePermission --snapshot-id ID",
            ),
            Self::Manifest => about("manifest", "snapshot manifest", "", ""),
            Self::CloudTrail => about(
                "cloudtrail",
                "CloudTrail records",
                "LookupEvents",
                "aws s3 sync s3://BUCKET/AWSLogs/ACCOUNT/CloudTrail/ cloudtrail/",
            ),
        }
    }

    /// The kebab-case name, which is also the stem of the file in a snapshot directory, but for the findings of Access Analyzer.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// What a person calls it, to stand behind "the".
    pub fn noun(self) -> &'static str {
        self.about().noun
    }

    /// The name of the API operation; empty for the manifest.
    pub fn operation(self) -> &'static str {
        self.about().operation
    }

    /// The permission that the call needs.
    pub fn permission(self) -> String {
        self.permission_for(self.operation())
    }

    /// The permission that another call for the same artefact needs. Both versions of the calls for findings need the same.
    pub fn permission_for(self, operation: &str) -> String {
        let action = match self {
            Self::AnalyzerFindings => operation.trim_end_matches("V2"),
            _ => operation,
        };
        format!("{}:{action}", self.service())
    }

    /// The prefix of the service that the call belongs to, as it stands in permissions.
    pub fn service(self) -> &'static str {
        match self {
            Self::CloudTrail | Self::Trails | Self::TrailStatus | Self::TrailSelectors => "cloudtrail",
            Self::MetricFilters => "logs",
            Self::Alarms => "cloudwatch",
            Self::Subscriptions => "sns",
            Self::EventRules | Self::EventTargets => "events",
            Self::OrganizationsPolicies
            | Self::OrganizationsPolicy
            | Self::OrganizationsTargets
            | Self::Organization
            | Self::OrganizationsTree => "organizations",
            Self::Analyzers | Self::ArchiveRules | Self::AnalyzerFindings => "access-analyzer",
            Self::ResourcePolicy => "secretsmanager",
            Self::BucketAcl | Self::PublicAccessBlock | Self::BucketPolicyStatus | Self::AccessPoint => "s3",
            Self::KeyGrants => "kms",
            Self::SnapshotSharing | Self::InstanceProfileAssociations => "ec2",
            _ => "iam",
        }
    }

    /// Whether it is one of [`Artefact::OF_MONITORING`].
    pub fn is_of_monitoring(self) -> bool {
        Self::OF_MONITORING.contains(&self)
    }

    /// Whether it tells of IAM Access Analyzer. Such files may lie in a folder `access-analyzer`.
    pub fn is_of_access_analyzer(self) -> bool {
        matches!(self, Self::Analyzers | Self::ArchiveRules | Self::AnalyzerFindings)
    }

    /// Whether it is one of [`Artefact::OF_RESOURCES`].
    pub fn is_of_resources(self) -> bool {
        Self::OF_RESOURCES.contains(&self)
    }

    /// That nobody handed it in, as a sentence.
    pub fn not_handed_in(self) -> String {
        let verb = match self {
            Self::CloudTrail | Self::TrailSelectors | Self::AuthorizationDetails => "were",
            _ => "was",
        };
        format!("no {} {verb} handed in", self.noun())
    }

    /// The AWS CLI command whose output this is.
    pub fn command(self) -> &'static str {
        self.about().command
    }

    /// The artefact that an API operation answers with.
    pub fn of_operation(operation: &str) -> Option<Self> {
        match operation {
            "GenerateCredentialReport" => return Some(Self::CredentialReport),
            "GenerateServiceLastAccessedDetails" => return Some(Self::ServiceLastAccessed),
            "GenerateOrganizationsAccessReport" => return Some(Self::OrganizationsAccessReport),
            "GetAnalyzer" => return Some(Self::Analyzers),
            "GetArchiveRule" => return Some(Self::ArchiveRules),
            "ListFindings" | "GetFinding" | "GetFindingV2" => return Some(Self::AnalyzerFindings),
            "DescribeDBSnapshotAttributes" | "DescribeDBClusterSnapshotAttributes" => {
                return Some(Self::SnapshotSharing);
            }
            _ if TREE_OPERATIONS.contains(&operation) => return Some(Self::OrganizationsTree),
            _ if POLICY_OPERATIONS.contains(&operation) => return Some(Self::ResourcePolicy),
            _ => {}
        }
        Self::ALL.iter().copied().find(|artefact| !operation.is_empty() && artefact.operation() == operation)
    }

    /// The artefact with this kebab-case name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|artefact| artefact.name() == name)
    }
}

impl fmt::Display for Artefact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
