use ipnet::IpNet;

use super::outsider::is_private;
use crate::condition::{Operator, Quantifier, Test, Values};
use crate::glob::{Glob, Token};
use crate::pattern::{ArnPattern, PrincipalPattern};
use crate::policy::{Policy, Statement, StatementRef};

/// What a policy is attached to, as far as the rule of [`fixed_values`] makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachedTo {
    /// An access point of S3. Whether it is bound to a VPC is not asked here: then it is never public.
    AccessPoint,
    /// A bucket, or anything else.
    Other,
}

/// The types of resources about whose policies `CheckNoPublicAccess` of IAM Access Analyzer can be asked.
///
/// Source: IAM Access Analyzer API Reference, "`CheckNoPublicAccess`".
pub const PUBLIC_ACCESS_TYPES: &[&str] = &[
    "AWS::ApiGateway::RestApi",
    "AWS::Backup::BackupVault",
    "AWS::CloudTrail::Dashboard",
    "AWS::CloudTrail::EventDataStore",
    "AWS::CodeArtifact::Domain",
    "AWS::DynamoDB::Stream",
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "AWS::IAM::AssumeRolePolicyDocument",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Kinesis::StreamConsumer",
    "AWS::Lambda::Function",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::AccessPoint",
    "AWS::S3::Bucket",
    "AWS::S3::Glacier",
    "AWS::S3Express::AccessPoint",
    "AWS::S3Express::DirectoryBucket",
    "AWS::S3Outposts::AccessPoint",
    "AWS::S3Outposts::Bucket",
    "AWS::S3Tables::Table",
    "AWS::S3Tables::TableBucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
];

/// The statements that make a policy public by the rule with which S3 blocks public access: an `Allow` statement is public
/// unless it is limited to fixed values, without wildcard or variable, of the principal or of one of some condition keys. One
/// such statement makes the whole policy public.
///
/// The rule looks at the text. A statement may be public by it although nobody gets in, because another denies; and one with
/// values that are no real limit may not be. [`super::reachable`] looks at what happens. Operators that hold for requests
/// without the key (`...IfExists`, `ForAllValues:`, negated ones) are no limit here.
///
/// Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of public".
pub fn fixed_values(policy: &Policy, attached_to: AttachedTo) -> Vec<StatementRef<'_>> {
    let allows = policy.statements().filter(|cited| cited.statement.allows());
    allows.filter(|cited| !is_limited(cited.statement, attached_to)).collect()
}

fn is_limited(statement: &Statement, attached_to: AttachedTo) -> bool {
    names_its_principals(statement) || statement.conditions.iter().any(|test| limits(test, attached_to))
}

fn names_its_principals(statement: &Statement) -> bool {
    let Some(principals) = statement.principals.as_ref().filter(|principals| !principals.negated) else {
        return false;
    };
    principals.values.iter().all(|principal| match principal {
        PrincipalPattern::Everyone | PrincipalPattern::EveryAws | PrincipalPattern::Federated(_) => false,
        PrincipalPattern::Account(_)
        | PrincipalPattern::Arn(_)
        | PrincipalPattern::Service(_)
        | PrincipalPattern::CanonicalUser(_) => true,
    })
}

fn limits(test: &Test, attached_to: AttachedTo) -> bool {
    let is_positive = |operator: Operator| {
        !operator.comparison.is_negated()
            && !operator.if_exists
            && operator.quantifier != Some(Quantifier::ForAllValues)
    };
    if !test.operator.is_some_and(is_positive) {
        return false;
    }
    match test.key.folded() {
        "aws:sourceip" => match &test.values {
            Values::Networks(networks) => networks.iter().flatten().all(is_narrow),
            _ => false,
        },
        "s3:dataaccesspointarn" => all_texts(&test.values, |glob| match attached_to {
            AttachedTo::AccessPoint => is_fixed(glob),
            AttachedTo::Other => is_of_fixed_account(glob),
        }),
        "aws:principalorgid"
        | "aws:sourcearn"
        | "aws:sourcevpc"
        | "aws:sourcevpce"
        | "aws:sourceowner"
        | "aws:sourceaccount"
        | "s3:x-amz-server-side-encryption-aws-kms-key-id"
        | "aws:userid"
        | "s3:dataaccesspointaccount" => all_texts(&test.values, is_fixed),
        _ => false,
    }
}

/// Whether all values are texts without variables that a rule accepts.
fn all_texts(values: &Values, accepts: impl Fn(&Glob) -> bool) -> bool {
    match values {
        Values::Texts(texts) => texts.iter().all(|text| text.glob().is_some_and(&accepts)),
        Values::Arns(arns) => arns.iter().all(|arn| match arn {
            ArnPattern::Fields(fields) => accepts(&Glob::with_colons(&**fields)),
            ArnPattern::Template(_) | ArnPattern::NotArn => false,
        }),
        _ => false,
    }
}

/// Without wildcards. Equality operators take them as ordinary characters, and they are none here.
fn is_fixed(glob: &Glob) -> bool {
    glob.tokens().iter().all(|token| matches!(token, Token::Literal(character) if !"*?".contains(*character)))
}

/// Whether the first five fields are fixed; the name of the access point need not be.
fn is_of_fixed_account(glob: &Glob) -> bool {
    let mut fields = glob.tokens().split(|token| *token == Token::Literal(':'));
    let is_fixed = |field: &[Token]| field.iter().all(|token| matches!(token, Token::Literal(_)));
    fields.by_ref().nth(4).is_some_and(|account| is_fixed(account) && !account.is_empty())
}

/// Not broader than what S3 takes for a limit: private networks are one in any case.
fn is_narrow(network: &IpNet) -> bool {
    let shortest = if network.addr().is_ipv4() { 8 } else { 32 };
    is_private(network) || network.prefix_len() >= shortest
}
