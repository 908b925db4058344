//! The verbs below `policy`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand, ValueEnum};
use iam_policy::symbolic::PUBLIC_ACCESS_TYPES;
use iam_policy::validate::AttachedType;

use super::{ListFormat, Output};

/// Work on policies alone, outside of any account.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  iam-audit policy validate policy.json")]
pub(crate) struct Policy {
    #[command(subcommand)]
    pub(crate) verb: PolicyVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyVerb {
    Validate(PolicyValidate),
    Eval(Box<PolicyEval>),
    Compare(PolicyCompare),
    Granted(PolicyGranted),
    Public(PolicyPublic),
}

/// Prove that a policy allows nothing that another does not, or show a request that it does.
///
/// All requests are looked at, not samples. Each policy is taken alone, as if nothing else were attached. Where the answer
/// depends on the values of policy variables, or on a rule that AWS leaves open, it says so. See docs/proofs.md.
#[derive(Debug, Args)]
#[command(after_help = POLICY_COMPARE_EXAMPLES)]
pub(crate) struct PolicyCompare {
    /// The policy that is in force; `-` is standard input
    #[arg(value_name = "EXISTING")]
    pub(crate) existing: PathBuf,
    /// The policy that is to take its place; `-` is standard input
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// What both policies are attached to [default: by the elements of the new one]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<PolicyKindName>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const POLICY_COMPARE_EXAMPLES: &str = "\
Examples:
  iam-audit policy compare old.json new.json
  iam-audit policy compare --kind boundary old.json new.json --format json

Exit codes: 0 nothing new, 1 new access, 2 wrong usage, 3 a policy could not be read, 4 not determined.";

/// Prove that a policy does not grant some actions or resources, or show a request that it allows.
///
/// All requests with one of the actions on one of the resources are looked at, not samples. The policy is taken alone, as if
/// nothing else were attached. This is what `CheckAccessNotGranted` of IAM Access Analyzer asks. See docs/proofs.md.
#[derive(Debug, Args)]
#[command(after_help = POLICY_GRANTED_EXAMPLES)]
pub(crate) struct PolicyGranted {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// An action that should not be granted, wildcards allowed; any of several [default: every action]
    #[arg(long, value_name = "ACTION", required_unless_present = "resource")]
    pub(crate) action: Vec<String>,
    /// The ARN of a resource that should not be granted, wildcards allowed; any of several [default: every resource]
    #[arg(long, value_name = "ARN")]
    pub(crate) resource: Vec<String>,
    /// What the policy is attached to [default: by its elements]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<PolicyKindName>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const POLICY_GRANTED_EXAMPLES: &str = "\
Examples:
  iam-audit policy granted policy.json --action iam:PassRole --action 'iam:Create*'
  iam-audit policy granted policy.json --resource 'arn:aws:s3:::payroll/*' --format json

Exit codes: 0 not granted, 1 granted, 2 wrong usage, 3 the policy could not be read, 4 not determined.";

/// Tell whether the policy of a resource lets anybody in, in both meanings of the word.
///
/// First, whether anybody gets in without a condition on what a requester cannot choose: proved for all requests. Second,
/// whether the policy is public by the rule of fixed values, with which S3 blocks public access. They differ: see
/// docs/proofs.md.
#[derive(Debug, Args)]
#[command(after_help = POLICY_PUBLIC_EXAMPLES)]
pub(crate) struct PolicyPublic {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The type of the resource in AWS's words, such as `AWS::S3::Bucket` or `AWS::IAM::AssumeRolePolicyDocument`
    #[arg(
        long = "type",
        value_name = "TYPE",
        value_parser = PossibleValuesParser::new(PUBLIC_ACCESS_TYPES),
        hide_possible_values = true
    )]
    pub(crate) resource_type: String,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const POLICY_PUBLIC_EXAMPLES: &str = "\
Examples:
  iam-audit policy public --type AWS::S3::Bucket bucket.json

Exit codes: 0 not public, 1 public in either meaning, 2 wrong usage, 3 the policy could not be read, 4 not determined.";

/// Say what is wrong with policies, all of it at once, with line and column and what to do.
///
/// Looks at the grammar of each kind of policy, at actions, ARNs and condition keys that do not exist, conditions that
/// cannot hold, sizes, what is said twice, and what is allowed that probably should not be. The codes are those of IAM Access
/// Analyzer where it has one of the same meaning. URL-encoded text, as the API returns it, is decoded.
#[derive(Debug, Args)]
#[command(after_help = POLICY_VALIDATE_EXAMPLES)]
pub(crate) struct PolicyValidate {
    /// Files that hold one policy each; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// What the policies are attached to [default: identity, resource or trust, by the elements of each]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<PolicyKindName>,
    /// The type of the resource that the policies are attached to, in AWS's words, such as `AWS::S3::Bucket`: then also what
    /// policies of this type cannot name
    #[arg(
        long = "type",
        value_name = "TYPE",
        conflicts_with = "kind",
        value_parser = PossibleValuesParser::new(AttachedType::names()).try_map(|name| name.parse::<AttachedType>()),
        hide_possible_values = true
    )]
    pub(crate) attached_to: Option<AttachedType>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = PolicyFormat::Human)]
    pub(crate) format: PolicyFormat,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Look names up in this catalogue instead of the built-in one: a file in the format of docs/catalogue.md, or a file
    /// or folder of the AWS Service Reference
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Option<PathBuf>,
    /// Exit with 1 from this kind of issue upwards
    #[arg(long, value_enum, value_name = "KIND", default_value_t = PolicyFailOn::SecurityWarning)]
    pub(crate) fail_on: PolicyFailOn,
}

const POLICY_VALIDATE_EXAMPLES: &str = "\
Examples:
  iam-audit policy validate policy.json
  iam-audit policy validate --kind scp --fail-on warning guardrails.json
  iam-audit policy validate --type AWS::S3::Bucket bucket.json
  aws iam get-role --role-name app --query Role.AssumeRolePolicyDocument |
    iam-audit policy validate -
  iam-audit policy validate policy.json --format sarif -o policy.sarif

Exit codes: 0 no issue at or above --fail-on, 1 issues, 2 wrong usage, 3 no file could be read, 4 some could not.";

/// Say whether a request is allowed, by which statement, or what that depends on.
///
/// All kinds of policies count, within an account and between two. What is not handed in is taken not to exist, but for
/// the policies of KMS keys and the trust policies of roles, which always exist. Condition keys that
/// are not mentioned are unknown, so that the answer may depend on them; with --closed they are absent, as in a simulation.
#[derive(Debug, Args)]
#[command(after_help = POLICY_EVAL_EXAMPLES)]
pub(crate) struct PolicyEval {
    /// Who asks: the ARN of a user, role, session or root user, a service such as ec2.amazonaws.com, the ARN of an identity
    /// provider such as `arn:aws:iam::111122223333:oidc-provider/HOST` or federated:HOST, or anonymous
    #[arg(long, value_name = "ARN", required_unless_present = "not_granted")]
    pub(crate) principal: Option<String>,
    /// What is to be done, such as s3:GetObject
    #[arg(long, required_unless_present = "not_granted")]
    pub(crate) action: Option<String>,
    /// Instead of one request: prove that the one policy that is handed in grants none of these actions on any of these
    /// resources, as `policy granted` does. Commas separate, one side may be empty: `iam:PassRole,iam:Create*/*`
    #[arg(
        long,
        value_name = "ACTIONS/RESOURCES",
        conflicts_with_all = [
            "principal", "action", "resource", "resource_account", "context", "absent", "closed", "snapshot",
            "management_account"
        ]
    )]
    pub(crate) not_granted: Option<String>,
    /// The ARN of the resource; without it the request names none
    #[arg(long, value_name = "ARN")]
    pub(crate) resource: Option<String>,
    /// The account that owns the resource, where its ARN does not say [default: that of the principal]
    #[arg(long, value_name = "ID")]
    pub(crate) resource_account: Option<String>,
    /// A condition key with its value; once for each value of a key that has several
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
    /// A condition key that the request does not have
    #[arg(long, value_name = "KEY")]
    pub(crate) absent: Vec<String>,
    /// Condition keys that are not mentioned are absent
    #[arg(long)]
    pub(crate) closed: bool,
    /// An identity policy of the principal
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Vec<PathBuf>,
    /// The policy of the resource; of a role, its trust policy
    #[arg(long, value_name = "FILE")]
    pub(crate) resource_policy: Option<PathBuf>,
    /// The permissions boundary of the principal
    #[arg(long, value_name = "FILE")]
    pub(crate) boundary: Option<PathBuf>,
    /// The session policy of the principal
    #[arg(long, value_name = "FILE")]
    pub(crate) session: Option<PathBuf>,
    /// The service control policy of one level, from the root of the organization downwards
    #[arg(long, value_name = "FILE")]
    pub(crate) scp: Vec<PathBuf>,
    /// A resource control policy
    #[arg(long, value_name = "FILE")]
    pub(crate) rcp: Vec<PathBuf>,
    /// The policy of the VPC endpoint that the request goes through
    #[arg(long, value_name = "FILE")]
    pub(crate) vpc_endpoint: Option<PathBuf>,
    /// The management account of the organization, which its policies do not bind
    #[arg(long, value_name = "ID")]
    pub(crate) management_account: Option<String>,
    /// Take the policies of the principal, the trust policy of a role, and the policies of the organization from this snapshot
    #[arg(long, value_name = "PATH")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const POLICY_EVAL_EXAMPLES: &str = "\
Examples:
  iam-audit policy eval --principal arn:aws:iam::111122223333:user/anna \\
    --action s3:GetObject --resource arn:aws:s3:::plans/a.txt --identity policy.json
  iam-audit policy eval --principal arn:aws:iam::111122223333:user/build \\
    --action sts:AssumeRole --resource arn:aws:iam::111122223333:role/deploy \\
    --snapshot account --context aws:MultiFactorAuthPresent=true
  iam-audit policy eval --not-granted 'iam:PassRole,iam:Create*/*' --identity policy.json

Exit codes: 0 allowed, 1 denied, 2 wrong usage, 4 undetermined.
With --not-granted: 0 not granted, 1 granted, 2 wrong usage, 3 the policy could not be read, 4 not determined.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// For reading at a terminal
    Human,
    /// Everything, for programs; see docs/schema
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyKindName {
    /// Of a user, group or role
    Identity,
    /// Of a resource such as a bucket or key
    Resource,
    /// The trust policy of a role
    Trust,
    /// A service control policy
    Scp,
    /// A resource control policy
    Rcp,
    /// A permissions boundary
    Boundary,
    /// Handed in when a session is made
    Session,
    /// Of a VPC endpoint
    VpcEndpoint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFailOn {
    Error,
    SecurityWarning,
    Warning,
    Suggestion,
    Never,
}
