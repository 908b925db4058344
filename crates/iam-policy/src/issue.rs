//! What is wrong with a policy, and where.

use std::fmt;

use crate::span::{Position, Span};

/// One thing that is wrong with a policy, or that could be better.
///
/// Codes and kinds are those of IAM Access Analyzer where it has one of the same meaning (IAM User Guide, "IAM policy
/// validation check reference"), so that both tools can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What it is.
    pub code: IssueCode,
    /// Where it stands.
    pub span: Span,
    /// What was found and what was expected, in one line with neither a capital letter nor a full stop.
    pub message: String,
    /// What to do in this very case, such as the name that was probably meant; [`IssueCode::help`] says it in general.
    pub hint: Option<String>,
}

/// How bad an issue is, in Access Analyzer's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueKind {
    /// AWS refuses the policy, or a part of it never has an effect.
    Error,
    /// The policy works and allows what it probably should not.
    SecurityWarning,
    /// The policy works but not as it looks.
    Warning,
    /// The policy would be better otherwise.
    Suggestion,
}

/// Who gave an issue its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueOrigin {
    /// IAM Access Analyzer has a code of the same meaning and kind.
    AccessAnalyzer,
    /// This crate.
    Ours,
}

impl IssueKind {
    /// Every kind, the worst first.
    pub const ALL: &[Self] = &[Self::Error, Self::SecurityWarning, Self::Warning, Self::Suggestion];

    /// The word of Access Analyzer's API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Warning => "WARNING",
            Self::Suggestion => "SUGGESTION",
        }
    }

    /// The kind in the words of the command line, such as `security-warning`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::SecurityWarning => "security-warning",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
        }
    }
}

impl fmt::Display for IssueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares the codes with all that is known of them, so that each stands in one place.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $kind:ident, $origin:ident, $help:literal;)+) => {
        /// What an issue is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum IssueCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl IssueCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code in Access Analyzer's spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// How bad it is.
            pub fn kind(self) -> IssueKind {
                match self { $(Self::$name => IssueKind::$kind,)+ }
            }

            /// Whose code it is.
            pub fn origin(self) -> IssueOrigin {
                match self { $(Self::$name => IssueOrigin::$origin,)+ }
            }

            /// What it means, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)+ }.trim()
            }

            /// What to do about it, in one sentence.
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)+ }
            }
        }
    };
}

codes! {
    /// The text is not JSON.
    JsonSyntax = "JSON_SYNTAX_ERROR", Error, AccessAnalyzer,
        "Mend the JSON at the place that is marked.";
    /// The text is larger than any policy may be.
    TooLarge = "POLICY_TOO_LARGE_TO_READ", Error, Ours,
        "Hand in the policy alone.";
    /// A key stands twice in the same object, and readers differ in which of them they take.
    DuplicateKey = "DUPLICATE_KEY", Error, Ours,
        "Join the two, or take one away.";
    /// A value has the wrong JSON type.
    DataTypeMismatch = "DATA_TYPE_MISMATCH", Error, AccessAnalyzer,
        "Write the type that is expected.";
    /// A key that the policy language does not have.
    InvalidPolicyElement = "INVALID_POLICY_ELEMENT", Error, AccessAnalyzer,
        "Take the key away, or spell it as the language does.";
    /// A version other than the two that exist.
    InvalidVersion = "INVALID_VERSION", Error, AccessAnalyzer,
        "Write \"2012-10-17\".";
    /// An effect other than Allow and Deny.
    InvalidEffect = "INVALID_EFFECT", Error, AccessAnalyzer,
        "Write Allow or Deny, with this capital letter.";
    /// A principal in a form that does not exist.
    InvalidPrincipalFormat = "INVALID_PRINCIPAL_FORMAT", Error, AccessAnalyzer,
        "Name an account id, the ARN of an account, user, role or session, or * for everybody.";
    /// A kind of principal that does not exist.
    InvalidPrincipalKey = "INVALID_PRINCIPAL_KEY", Error, AccessAnalyzer,
        "Write AWS, Federated, Service or CanonicalUser.";
    /// The policy has no Statement.
    MissingStatement = "MISSING_STATEMENT", Error, AccessAnalyzer,
        "Add a Statement.";
    /// A statement has no Effect.
    MissingEffect = "MISSING_EFFECT", Error, AccessAnalyzer,
        "Add \"Effect\": \"Allow\" or \"Deny\".";
    /// A statement has neither Action nor `NotAction`.
    MissingAction = "MISSING_ACTION", Error, AccessAnalyzer,
        "Add an Action.";
    /// An element stands beside its opposite with Not.
    ExcludingElements = "UNSUPPORTED_ELEMENT_COMBINATION", Error, AccessAnalyzer,
        "Keep one of the two; make two statements if both are meant.";
    /// The policy is so large that not everything in it was compared with everything else.
    CheckIncomplete = "CHECK_INCOMPLETE", Warning, Ours,
        "Split the policy, or mend the issues that are listed and validate again.";
    /// A character that IAM does not take in policies.
    UnsupportedCharacter = "UNSUPPORTED_CHARACTER", Error, Ours,
        "Use tab, line feed, carriage return and U+0020 to U+00FF only.";
    /// A policy of a kind that may have no Id has one.
    UnsupportedId = "UNSUPPORTED_ID", Error, Ours,
        "Take the Id away; name the policy where it is created.";
    /// The version of 2008, in which variables are plain text and newer features do not work.
    OldVersion = "OLD_VERSION", Suggestion, Ours,
        "Write \"Version\": \"2012-10-17\", and see whether a ${...} in the policy then becomes a variable.";
    /// Without Version the language of 2008 is in force, in which variables are plain text.
    MissingVersion = "MISSING_VERSION", Warning, AccessAnalyzer,
        "Add \"Version\": \"2012-10-17\" as the first element.";
    /// A policy of a kind that must say whom it is about does not.
    MissingPrincipal = "MISSING_PRINCIPAL", Error, AccessAnalyzer,
        "Add a Principal.";
    /// A policy of a kind that is about whomever it is attached to names principals.
    UnsupportedPrincipal = "UNSUPPORTED_PRINCIPAL", Error, AccessAnalyzer,
        "Take the Principal away, or validate the policy as one of a resource.";
    /// A statement has neither Resource nor `NotResource`.
    MissingResource = "MISSING_RESOURCE", Error, AccessAnalyzer,
        "Add a Resource.";
    /// A policy of a resource leaves out Resource, which not every service takes to mean the resource it is
    /// attached to.
    ResourceLeftOut = "RESOURCE_LEFT_OUT", Suggestion, Ours,
        "Name the resource that the policy is attached to.";
    /// A Sid with characters other than letters and digits, in a policy of a kind that takes no others.
    UnsupportedSid = "UNSUPPORTED_SID", Error, AccessAnalyzer,
        "Use a-z, A-Z and 0-9.";
    /// A Sid without text.
    EmptySidValue = "EMPTY_SID_VALUE", Suggestion, AccessAnalyzer,
        "Give the statement a name, or take the Sid away.";
    /// Two statements have the same Sid, in a policy of a kind that does not allow it.
    UniqueSidsRequired = "UNIQUE_SIDS_REQUIRED", Error, AccessAnalyzer,
        "Give each statement a Sid of its own.";
    /// Two statements have the same Sid.
    UniqueSidsRecommended = "UNIQUE_SIDS_RECOMMENDED", Warning, AccessAnalyzer,
        "Give each statement a Sid of its own, so that logs and tools tell them apart.";
    /// A service control policy names principals.
    ScpPrincipal = "SCP_SYNTAX_ERROR_PRINCIPAL", Error, AccessAnalyzer,
        "Take the Principal away; use the condition key aws:PrincipalArn instead.";
    /// A resource control policy has a principal other than `"*"`.
    RcpPrincipal = "RCP_SYNTAX_ERROR_PRINCIPAL", Error, AccessAnalyzer,
        "Write \"Principal\": \"*\"; use condition keys such as aws:PrincipalArn to tell principals apart.";
    /// A resource control policy allows: only the policy that AWS attaches itself does.
    RcpAllow = "RCP_SYNTAX_ERROR_ALLOW", Error, AccessAnalyzer,
        "Write \"Effect\": \"Deny\".";
    /// A resource control policy has `NotAction`.
    RcpNotAction = "RCP_SYNTAX_ERROR_NOTACTION", Error, AccessAnalyzer,
        "List the actions in Action.";
    /// A resource control policy names an action of a service that resource control policies do not apply to.
    RcpAction = "RCP_SYNTAX_ERROR_ACTION", Error, AccessAnalyzer,
        "Name services that support resource control policies, each by its prefix.";
    /// A trust policy has `NotPrincipal`.
    TrustNotPrincipal = "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", Error, AccessAnalyzer,
        "Name the principals that may assume the role in Principal.";
    /// A trust policy trusts `"*"`.
    TrustWildcard = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", Error, AccessAnalyzer,
        "Name the accounts, roles, providers or services that may assume the role.";
    /// A trust policy names a resource.
    TrustResource = "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", Error, AccessAnalyzer,
        "Take the element away: the resource is the role itself.";
    /// An action that a policy of this kind cannot allow or deny.
    UnsupportedActionInPolicy = "UNSUPPORTED_ACTION_IN_POLICY", Error, AccessAnalyzer,
        "Name actions of the resource that the policy is attached to; for trust policies those of sts.";
    /// A resource that the type of resource that the policy is attached to does not have.
    UnsupportedResourceArn = "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", Error, AccessAnalyzer,
        "Name the resource that the policy is attached to, or what lies in it.";
    /// More characters than a managed policy may have, blanks not counted.
    IdentityPolicySize = "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", Warning, AccessAnalyzer,
        "Split the policy, or use wildcards where they grant no more.";
    /// More characters than an inline session policy may have.
    SessionPolicySize = "POLICY_SIZE_EXCEEDS_SESSION_POLICY_QUOTA", Error, Ours,
        "Shorten the policy, or pass managed policies to the session.";
    /// More bytes than the largest policy of a resource may have.
    ResourcePolicySize = "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", Warning, AccessAnalyzer,
        "Split the policy, or use conditions on the organization instead of long lists.";
    /// More characters than a trust policy may have by default, blanks not counted.
    TrustPolicySize = "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", Warning, AccessAnalyzer,
        "Shorten the policy, or have the quota raised.";
    /// More characters than a service control policy may have.
    ScpSize = "POLICY_SIZE_EXCEEDS_SCP_QUOTA", Error, AccessAnalyzer,
        "Split the policy, or save blanks.";
    /// More characters than a resource control policy may have.
    RcpSize = "POLICY_SIZE_EXCEEDS_RCP_QUOTA", Error, AccessAnalyzer,
        "Split the policy, or save blanks.";
    /// An action that does not exist, or a pattern that no action matches.
    InvalidAction = "INVALID_ACTION", Error, AccessAnalyzer,
        "Look the action up in the Service Authorization Reference. Newer actions than the catalogue are unknown to it.";
    /// An action of a service that does not exist.
    InvalidServiceInAction = "INVALID_SERVICE_IN_ACTION", Error, AccessAnalyzer,
        "Look the prefix up in the Service Authorization Reference. Newer services than the catalogue are unknown to it.";
    /// A wildcard in the name of a service, which also means services that AWS adds later.
    WildcardInServiceName = "WILDCARD_IN_SERVICE_NAME", Suggestion, AccessAnalyzer,
        "Name each service.";
    /// A statement without actions, which has no effect.
    EmptyArrayAction = "EMPTY_ARRAY_ACTION", Suggestion, AccessAnalyzer,
        "Name actions, or take the statement away.";
    /// An action that another one of the same statement includes.
    RedundantAction = "REDUNDANT_ACTION", Suggestion, AccessAnalyzer,
        "Take the action away.";
    /// A resource that does not begin with arn.
    InvalidArnPrefix = "INVALID_ARN_PREFIX", Error, AccessAnalyzer,
        "Begin it with arn: or write * for every resource.";
    /// An ARN with fewer than six fields.
    MissingArnField = "MISSING_ARN_FIELD", Error, AccessAnalyzer,
        "Write arn:partition:service:region:account:resource; fields may be empty or *.";
    /// A partition that does not exist, or that does not have the Region.
    InvalidPartition = "INVALID_PARTITION", Error, AccessAnalyzer,
        "Write aws, aws-cn or aws-us-gov.";
    /// A service that does not exist.
    InvalidService = "INVALID_SERVICE", Error, AccessAnalyzer,
        "Look the prefix up in the Service Authorization Reference. Newer services than the catalogue are unknown to it.";
    /// The service of an ARN in capital letters.
    InvalidArnServiceCase = "INVALID_ARN_SERVICE_CASE", Error, AccessAnalyzer,
        "Write the service in small letters.";
    /// A Region in an ARN that does not exist.
    InvalidArnRegion = "INVALID_ARN_REGION", Error, AccessAnalyzer,
        "Write the code of a Region, such as eu-west-1, or *.";
    /// A Region in an ARN of resources that have none.
    ArnRegionNotAllowed = "ARN_REGION_NOT_ALLOWED", Error, AccessAnalyzer,
        "Leave the field of the Region empty.";
    /// No Region in an ARN of resources that have one.
    MissingArnRegion = "MISSING_ARN_REGION", Error, AccessAnalyzer,
        "Write the Region, or *.";
    /// An account in an ARN that is no account id.
    InvalidArnAccount = "INVALID_ARN_ACCOUNT", Error, AccessAnalyzer,
        "Write the twelve digits of the account, or *.";
    /// An account in an ARN of resources that have none.
    ArnAccountNotAllowed = "ARN_ACCOUNT_NOT_ALLOWED", Error, AccessAnalyzer,
        "Leave the field of the account empty; use the condition key aws:ResourceAccount.";
    /// No account in an ARN of resources that have one.
    MissingArnAccount = "MISSING_ARN_ACCOUNT", Error, AccessAnalyzer,
        "Write the twelve digits of the account, or *.";
    /// The last field of an ARN is not like any resource of the service.
    InvalidArnResource = "INVALID_ARN_RESOURCE", Error, AccessAnalyzer,
        "Write it like one of the service's resource types.";
    /// A statement without resources, which has no effect.
    EmptyArrayResource = "EMPTY_ARRAY_RESOURCE", Suggestion, AccessAnalyzer,
        "Name resources, or take the statement away.";
    /// A resource that another one of the same statement includes.
    RedundantResource = "REDUNDANT_RESOURCE", Suggestion, AccessAnalyzer,
        "Take the resource away, or the wider one if it is wider than meant.";
    /// An action that is authorised against * only stands beside resources that are named, so that it is never
    /// matched.
    ActionNeedsStarResource = "ACTION_NEEDS_STAR_RESOURCE", Warning, Ours,
        "Move the action to a statement with \"Resource\": \"*\".";
    /// An action none of whose resource types is among the resources of the statement, so that it is never matched.
    ActionWithoutMatchingResource = "ACTION_WITHOUT_MATCHING_RESOURCE", Warning, Ours,
        "Add a resource of a type that the action works on, or take the action away.";
    /// A variable without its closing brace.
    MissingBraceInVariable = "MISSING_BRACE_IN_VARIABLE", Error, AccessAnalyzer,
        "Close the variable with }.";
    /// The default of a variable without its quotes.
    MissingQuoteInVariable = "MISSING_QUOTE_IN_VARIABLE", Error, AccessAnalyzer,
        "Put the default between single quotes: ${key, 'default'}.";
    /// A blank in the name of a variable.
    UnsupportedSpaceInVariable = "UNSUPPORTED_SPACE_IN_VARIABLE", Error, AccessAnalyzer,
        "Take the blank away.";
    /// A variable without a name.
    EmptyVariable = "EMPTY_VARIABLE", Error, AccessAnalyzer,
        "Name a condition key between the braces, or take them away.";
    /// A variable where variables are plain text.
    VariableUnsupportedInElement = "VARIABLE_UNSUPPORTED_IN_ELEMENT", Error, AccessAnalyzer,
        "Use variables in Resource, behind the fifth colon, and in values of conditions only.";
    /// A variable in a policy of the version of 2008, where it is plain text.
    VariableUnsupportedInVersion = "VARIABLE_UNSUPPORTED_IN_VERSION", Error, AccessAnalyzer,
        "Write \"Version\": \"2012-10-17\".";
    /// A variable in a value of an operator that is about neither texts nor ARNs.
    InvalidVariableForOperator = "INVALID_VARIABLE_FOR_OPERATOR", Error, AccessAnalyzer,
        "Use variables with String and Arn operators only.";
    /// A variable that is no condition key, so that it never has a value.
    UnknownVariable = "UNKNOWN_VARIABLE", Error, Ours,
        "Name a condition key that requests carry, with a single value.";
    /// An operator that does not exist.
    InvalidConditionOperator = "INVALID_CONDITION_OPERATOR", Error, AccessAnalyzer,
        "Look the operator up in the IAM User Guide; they are spelled with capital letters.";
    /// Null with `IfExists`.
    NullWithIfExists = "NULL_WITH_IF_EXISTS", Error, AccessAnalyzer,
        "Take IfExists away: Null itself asks whether the key is there.";
    /// Null with `ForAllValues` or `ForAnyValue`, which makes it always true or always false.
    NullWithQualifier = "NULL_WITH_QUALIFIER", Suggestion, AccessAnalyzer,
        "Take the set operator away.";
    /// A condition key without the prefix of a service.
    InvalidConditionKeyFormat = "INVALID_CONDITION_KEY_FORMAT", Error, AccessAnalyzer,
        "Write service:key, or aws:key for global keys.";
    /// A condition key that begins with aws: and does not exist, so that it is never in a request.
    InvalidGlobalConditionKey = "INVALID_GLOBAL_CONDITION_KEY", Error, AccessAnalyzer,
        "Look the key up in the IAM User Guide. Newer keys than the catalogue are unknown to it.";
    /// A condition key that the service does not have, so that it is never in a request.
    InvalidServiceConditionKey = "INVALID_SERVICE_CONDITION_KEY", Error, AccessAnalyzer,
        "Look the key up in the Service Authorization Reference. Newer keys than the catalogue are unknown to it.";
    /// A global condition key that AWS no longer supports.
    UnsupportedGlobalConditionKey = "UNSUPPORTED_GLOBAL_CONDITION_KEY", Error, AccessAnalyzer,
        "Use aws:PrincipalArn or aws:SourceArn.";
    /// A condition key that new services do not set any more.
    DeprecatedGlobalConditionKey = "DEPRECATED_GLOBAL_CONDITION_KEY", Warning, AccessAnalyzer,
        "Use aws:SourceAccount or aws:SourceArn.";
    /// A condition key about tags that does not say which tag.
    MissingTagKeyInCondition = "MISSING_TAG_KEY_IN_CONDITION", Error, AccessAnalyzer,
        "Write the key of the tag behind a slash, such as aws:ResourceTag/team.";
    /// A condition key stands twice below the same operator, spelled differently; their names are compared without
    /// case.
    DuplicateKeysWithDifferentCase = "DUPLICATE_KEYS_WITH_DIFFERENT_CASE", Error, AccessAnalyzer,
        "Join the values below one of them.";
    /// A condition key without values.
    EmptyArrayCondition = "EMPTY_ARRAY_CONDITION", Suggestion, AccessAnalyzer,
        "Give values, or take the key away.";
    /// `ForAllValues` without values, which holds only where the key is missing.
    EmptyArrayConditionForAllValues = "EMPTY_ARRAY_CONDITION_FORALLVALUES", Suggestion, AccessAnalyzer,
        "Use \"Null\": {\"key\": \"true\"} to ask for a missing key.";
    /// `ForAnyValue` without values, which never holds.
    EmptyArrayConditionForAnyValue = "EMPTY_ARRAY_CONDITION_FORANYVALUE", Suggestion, AccessAnalyzer,
        "Give values, or take the key away.";
    /// `IfExists` without values, which holds only where the key is missing.
    EmptyArrayConditionIfExists = "EMPTY_ARRAY_CONDITION_IFEXISTS", Suggestion, AccessAnalyzer,
        "Use \"Null\": {\"key\": \"true\"} to ask for a missing key.";
    /// A condition that asks for nothing.
    EmptyObjectCondition = "EMPTY_OBJECT_CONDITION", Suggestion, AccessAnalyzer,
        "Take it away, or ask for something.";
    /// A condition key with many values in a request, without `ForAllValues` or `ForAnyValue`.
    MissingQualifier = "MISSING_QUALIFIER", Error, AccessAnalyzer,
        "Write ForAnyValue: or ForAllValues: in front of the operator; for Allow mind that ForAllValues also holds where the key is missing.";
    /// `ForAllValues` with a key of a single value: it also holds where the key is missing.
    ForAllValuesSingle = "FORALLVALUES_WITH_SINGLE_VALUED_KEY", SecurityWarning, AccessAnalyzer,
        "Take ForAllValues: away.";
    /// `ForAnyValue` with the audience of a token, which is a single value.
    ForAnyValueAudience = "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", SecurityWarning, AccessAnalyzer,
        "Take ForAnyValue: away.";
    /// The audience of a token, compared without a set operator: right where tokens of the provider name one audience.
    ConfirmAudience = "CONFIRM_AUDIENCE_CLAIM_TYPE", Suggestion, AccessAnalyzer,
        "Make sure that the provider's tokens name one audience; else write ForAnyValue: in front of the operator.";
    /// An operator that does not fit the type of its key.
    TypeMismatch = "TYPE_MISMATCH", Warning, AccessAnalyzer,
        "Use an operator of the key's type.";
    /// `StringLike` with a key whose values are ARNs: its wildcards run over the colons.
    StringLikeWithArn = "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", SecurityWarning, AccessAnalyzer,
        "Use ArnLike, which compares field by field.";
    /// A value that is neither true nor false.
    TypeMismatchBoolean = "TYPE_MISMATCH_BOOLEAN", Warning, AccessAnalyzer,
        "Write \"true\" or \"false\".";
    /// Several truth values for one key.
    InvalidConditionMultipleBoolean = "INVALID_CONDITION_MULTIPLE_BOOLEAN", Error, AccessAnalyzer,
        "Write one of them; both together say nothing.";
    /// A value that is no number.
    TypeMismatchNumber = "TYPE_MISMATCH_NUMBER", Warning, AccessAnalyzer,
        "Write a number.";
    /// Several limits for one number, of which only one counts.
    RedundantConditionValueNum = "REDUNDANT_CONDITION_VALUE_NUM", Suggestion, AccessAnalyzer,
        "Keep the one that counts.";
    /// A value that is no date.
    TypeMismatchDate = "TYPE_MISMATCH_DATE", Warning, AccessAnalyzer,
        "Write a date such as 2026-01-31 or 2026-01-31T12:00:00Z.";
    /// A date as seconds since 1970.
    InvalidDateValue = "INVALID_DATE_VALUE", Warning, AccessAnalyzer,
        "Write a date such as 2026-01-31T12:00:00Z, which people can read.";
    /// A value that is no range of IP addresses.
    TypeMismatchIpRange = "TYPE_MISMATCH_IP_RANGE", Error, AccessAnalyzer,
        "Write an address or a range such as 203.0.113.0/24 or 2001:db8::/32.";
    /// A range with bits behind its prefix, which do not count.
    ImproveIpRange = "IMPROVE_IP_RANGE", Suggestion, AccessAnalyzer,
        "Write the first address of the range.";
    /// Only private addresses for `aws:SourceIp`, which is always a public one: the condition never holds.
    PrivateIpAddress = "PRIVATE_IP_ADDRESS", Error, AccessAnalyzer,
        "Use aws:VpcSourceIp for private addresses.";
    /// Only private addresses are excluded by `aws:SourceIp`, which is always a public one: the condition always
    /// holds.
    PrivateNotIpAddress = "PRIVATE_NOT_IP_ADDRESS", Error, AccessAnalyzer,
        "Use aws:VpcSourceIp for private addresses.";
    /// A private address for `aws:SourceIp`, which is always a public one.
    PrivateIpAddressSubset = "PRIVATE_IP_ADDRESS_SUBSET", Suggestion, AccessAnalyzer,
        "Use aws:VpcSourceIp for private addresses.";
    /// A private address is excluded by `aws:SourceIp`, which is always a public one.
    PrivateNotIpAddressSubset = "PRIVATE_NOT_IP_ADDRESS_SUBSET", Suggestion, AccessAnalyzer,
        "Use aws:VpcSourceIp for private addresses.";
    /// A value of a binary operator that is no base64.
    TypeMismatchString = "TYPE_MISMATCH_STRING", Warning, AccessAnalyzer,
        "Write the bytes in base64.";
    /// Values of one key in different JSON types.
    InvalidConditionDataType = "INVALID_CONDITION_DATA_TYPE", Error, AccessAnalyzer,
        "Write all of them as texts.";
    /// A wildcard with an operator for which it is a plain character.
    WildcardWithoutLikeOperator = "WILDCARD_WITHOUT_LIKE_OPERATOR", Warning, AccessAnalyzer,
        "Use StringLike or StringNotLike.";
    /// A Region that does not exist.
    InvalidRegion = "INVALID_REGION", Error, AccessAnalyzer,
        "Write the code of a Region, such as eu-west-1.";
    /// A value that is no id of a VPC.
    InvalidVpcFormat = "INVALID_VPC_FORMAT", Error, AccessAnalyzer,
        "Write vpc- and 8 or 17 letters and digits.";
    /// A value that is no id of a VPC endpoint.
    InvalidVpceFormat = "INVALID_VPCE_FORMAT", Error, AccessAnalyzer,
        "Write vpce- and 8 or 17 letters and digits.";
    /// A value that is no ARN of a KMS key.
    InvalidKmsKeyValue = "INVALID_KMS_KEY_VALUE", Error, AccessAnalyzer,
        "Write arn:aws:kms:REGION:ACCOUNT:key/ID.";
    /// A service principal in a form that does not exist.
    InvalidServicePrincipalFormat = "INVALID_SERVICE_PRINCIPAL_FORMAT", Error, AccessAnalyzer,
        "Write the service as AWS documents it, such as lambda.amazonaws.com.";
    /// A wildcard in a key that names an account, an organization or a VPC.
    WildcardUsageTooPermissive = "WILDCARD_USAGE_TOO_PERMISSIVE", Error, AccessAnalyzer,
        "Write the whole id.";
    /// A condition that holds for every value, and so only asks whether the key is there.
    EquivalentToNullFalse = "EQUIVALENT_TO_NULL_FALSE", Suggestion, AccessAnalyzer,
        "Write \"Null\": {\"key\": \"false\"}, which says it.";
    /// A condition that holds for no value, and so only asks whether the key is missing.
    EquivalentToNullTrue = "EQUIVALENT_TO_NULL_TRUE", Suggestion, AccessAnalyzer,
        "Write \"Null\": {\"key\": \"true\"}, which says it.";
    /// A condition that always holds.
    RedundantKeyWildcard = "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", Suggestion, AccessAnalyzer,
        "Take the key away.";
    /// A condition that never holds, so that the statement has no effect.
    RedundantStatementWildcard = "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION", Suggestion, AccessAnalyzer,
        "Mend the condition, or take the statement away.";
    /// An action whose requests never carry the condition key.
    UnsupportedActionForConditionKey = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", Error, AccessAnalyzer,
        "Move the action to a statement without this key.";
    /// A condition key that only some services set, with the actions of all of them.
    UseKeyWithSupportedServices = "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES", Warning, AccessAnalyzer,
        "Name the services that set the key.";
    /// Actions are allowed by the tag of a resource in a service that does not tell it, so that they are not
    /// allowed.
    AllowUnsupportedTag = "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", Suggestion, AccessAnalyzer,
        "Move these actions to a statement that names resources.";
    /// `NotAction` with the tag of a resource: actions of services that do not tell it are not allowed.
    AllowNotActionUnsupportedTag = "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", Suggestion, AccessAnalyzer,
        "List the actions in Action.";
    /// Actions are denied by the tag of a resource in a service that does not tell it, so that they are not denied.
    DenyUnsupportedTag = "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", SecurityWarning, AccessAnalyzer,
        "Move these actions to a statement that names resources.";
    /// `NotAction` is denied by the tag of a resource: actions of services that do not tell it are not denied.
    DenyNotActionUnsupportedTag = "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", SecurityWarning, AccessAnalyzer,
        "List the actions in Action.";
    /// A condition key whose value the caller chooses.
    UntrustworthyConditionKey = "UNTRUSTWORTHY_CONDITION_KEY", SecurityWarning, AccessAnalyzer,
        "Use a key that AWS sets, such as aws:PrincipalArn or aws:SourceVpce.";
    /// Private addresses without the VPC they belong to: other VPCs have the same.
    MissingPairedConditionKeys = "MISSING_PAIRED_CONDITION_KEYS", SecurityWarning, AccessAnalyzer,
        "Add aws:SourceVpc to the condition.";
    /// Attributes are limited, but a request that names none gets all of them.
    DynamodbAttributes = "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", SecurityWarning, AccessAnalyzer,
        "Add \"StringEquals\": {\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"}.";
    /// A prefix is kept from being listed, but a shorter prefix lists the same objects.
    S3PrefixNegative = "S3_PREFIX_IN_NEGATIVE_CONTEXT", SecurityWarning, AccessAnalyzer,
        "Allow the prefixes that may be listed with StringLike, or deny all others with StringNotLike.";
    /// A condition key that says nothing in the policy of a resource: the resource is known.
    IrrelevantConditionKey = "IRRELEVANT_CONDITION_KEY_IN_POLICY", Suggestion, AccessAnalyzer,
        "Use the key in policies of identities.";
    /// A resource control policy tells principals apart and also meets services of AWS, which have no such key.
    RcpPrincipalKey = "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", Warning, AccessAnalyzer,
        "Add \"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}.";
    /// A resource control policy tells sources apart and also meets principals, which have no such key.
    RcpServiceKey = "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", Warning, AccessAnalyzer,
        "Add \"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"true\"}.";
    /// A resource control policy asks for the organization of a source that not every service tells.
    RcpNullCheck = "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", Warning, AccessAnalyzer,
        "Add \"Null\": {\"aws:SourceAccount\": \"false\"}.";
    /// A wildcard in a principal, which stands for itself there.
    UnsupportedWildcardInPrincipal = "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", Error, AccessAnalyzer,
        "Name each principal, or use the condition key aws:PrincipalArn, which takes wildcards.";
    /// A kind of principal without principals.
    EmptyArrayPrincipal = "EMPTY_ARRAY_PRINCIPAL", Suggestion, AccessAnalyzer,
        "Name principals, or take the kind away.";
    /// A Principal that names nobody.
    EmptyObjectPrincipal = "EMPTY_OBJECT_PRINCIPAL", Suggestion, AccessAnalyzer,
        "Name principals, or take the statement away.";
    /// A principal that is the id of a role: IAM shows it where the role was deleted.
    InvalidRoleReference = "INVALID_ROLE_REFERENCE", Warning, AccessAnalyzer,
        "Name the ARN of the role that is meant, or take the entry away.";
    /// A principal that is the id of a user: IAM shows it where the user was deleted.
    InvalidUserReference = "INVALID_USER_REFERENCE", Warning, AccessAnalyzer,
        "Name the ARN of the user that is meant, or take the entry away.";
    /// A federated provider outside a trust policy.
    FederatedPrincipalNotSupported = "FEDERATED_PRINCIPAL_NOT_SUPPORTED", Error, AccessAnalyzer,
        "Name the role that federated users assume.";
    /// A federated provider in a form that does not exist.
    InvalidFederatedPrincipal = "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", Error, AccessAnalyzer,
        "Write the ARN of a SAML or OpenID Connect provider, or the host of a provider that AWS knows.";
    /// An action of sts that the principal cannot use.
    MismatchedActionForPrincipal = "MISMATCHED_ACTION_FOR_PRINCIPAL", Error, AccessAnalyzer,
        "Use sts:AssumeRoleWithSAML with SAML providers, sts:AssumeRoleWithWebIdentity with OpenID Connect providers, sts:AssumeRole with all others.";
    /// IAM Roles Anywhere is trusted without all the actions that it needs.
    RolesAnywhere = "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", Error, AccessAnalyzer,
        "Allow sts:AssumeRole, sts:SetSourceIdentity and sts:TagSession.";
    /// A condition on what a caller sets for the session, without the action that sets it.
    MissingActionForConditionKey = "MISSING_ACTION_FOR_CONDITION_KEY", Error, AccessAnalyzer,
        "Add the action to the statement.";
    /// A condition key that requests of services never carry.
    UnsupportedKeyForService = "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", Error, AccessAnalyzer,
        "Use aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths.";
    /// A service is allowed in, on behalf of any customer of AWS.
    RestrictServicePrincipal = "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", SecurityWarning, AccessAnalyzer,
        "Add a condition on aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths.";
    /// A service is limited by a key that the caller chooses.
    RecommendedKeyForService = "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", Suggestion, AccessAnalyzer,
        "Use aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths.";
    /// A session of a role is trusted beside the role itself.
    RedundantTrustPrincipal = "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", Suggestion, AccessAnalyzer,
        "Take the session away.";
    /// An `OpenID` Connect provider is trusted for each of its users and applications.
    OidcWithoutCondition = "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", SecurityWarning, AccessAnalyzer,
        "Add conditions on the provider's aud and sub.";
    /// A SAML provider is trusted without a condition on the audience, so that an assertion made for another
    /// service is taken.
    SamlWithoutCondition = "MISSING_CONDITION_KEY_FOR_SAML_PRINCIPAL", SecurityWarning, Ours,
        "Add \"StringEquals\": {\"SAML:aud\": \"https://signin.aws.amazon.com/saml\"}.";
    /// GitHub Actions is trusted for every repository on GitHub.
    GithubWithoutRepo = "MISSING_GITHUB_REPO_CONDITION_KEY", SecurityWarning, AccessAnalyzer,
        "Add a condition on token.actions.githubusercontent.com:sub that names repository and branch.";
    /// GitHub Actions is trusted for more than one branch of one repository.
    GithubWildcard = "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", Warning, AccessAnalyzer,
        "Name repository and branch in token.actions.githubusercontent.com:sub.";
    /// Everybody is allowed, also without signing in, and no condition with fixed values limits it.
    AllowEverybody = "ALLOW_WITH_WILDCARD_PRINCIPAL", SecurityWarning, Ours,
        "Name principals, or add a condition such as aws:PrincipalOrgID.";
    /// Everybody but a few is allowed, also without signing in.
    AllowNotPrincipal = "ALLOW_WITH_NOT_PRINCIPAL", SecurityWarning, AccessAnalyzer,
        "Name who is allowed in Principal.";
    /// Every action but a few is allowed, also those that AWS adds later.
    AllowNotAction = "ALLOW_WITH_NOT_ACTION", SecurityWarning, Ours,
        "List the actions in Action.";
    /// Every resource but a few is allowed, also those that are made later.
    AllowNotResource = "ALLOW_WITH_NOT_RESOURCE", SecurityWarning, Ours,
        "List the resources in Resource.";
    /// Any role may be passed, also one with more permissions.
    PassRoleStarResource = "PASS_ROLE_WITH_STAR_IN_RESOURCE", SecurityWarning, AccessAnalyzer,
        "Name the roles, or add a condition on iam:PassedToService.";
    /// A pattern of actions includes `iam:PassRole` for any role.
    PassRoleStarBoth = "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", SecurityWarning, AccessAnalyzer,
        "Name the roles, or add a condition on iam:PassedToService.";
    /// `NotAction` leaves `iam:PassRole` allowed for any role.
    PassRoleStarNotAction = "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", SecurityWarning, AccessAnalyzer,
        "Add iam:PassRole to NotAction, or name the roles.";
    /// All roles but a few may be passed.
    PassRoleNotResource = "PASS_ROLE_WITH_NOT_RESOURCE", SecurityWarning, AccessAnalyzer,
        "Name the roles in Resource.";
    /// A pattern of actions includes `iam:PassRole` for all roles but a few.
    PassRoleStarNotResource = "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", SecurityWarning, AccessAnalyzer,
        "Name the roles in Resource.";
    /// `NotAction` leaves `iam:PassRole` allowed for all roles but a few.
    PassRoleNotActionNotResource = "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE", SecurityWarning, AccessAnalyzer,
        "Add iam:PassRole to NotAction, or name the roles.";
    /// Service-linked roles of any service may be made.
    SlrStarResource = "CREATE_SLR_WITH_STAR_IN_RESOURCE", Warning, AccessAnalyzer,
        "Name the roles, such as arn:aws:iam::*:role/aws-service-role/SERVICE.amazonaws.com/*.";
    /// A pattern of actions includes `iam:CreateServiceLinkedRole` for any service.
    SlrStarBoth = "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", Warning, AccessAnalyzer,
        "Name the roles in a statement of their own.";
    /// `NotAction` leaves `iam:CreateServiceLinkedRole` allowed for any service.
    SlrStarNotAction = "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", Warning, AccessAnalyzer,
        "Add iam:CreateServiceLinkedRole to NotAction.";
    /// Service-linked roles of all services but a few may be made.
    SlrNotResource = "CREATE_SLR_WITH_NOT_RESOURCE", Warning, AccessAnalyzer,
        "Name the roles in Resource.";
    /// A pattern of actions includes `iam:CreateServiceLinkedRole` for all roles but a few.
    SlrStarNotResource = "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", Warning, AccessAnalyzer,
        "Name the roles in Resource.";
    /// `NotAction` leaves `iam:CreateServiceLinkedRole` allowed for all roles but a few.
    SlrNotActionNotResource = "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE", Warning, AccessAnalyzer,
        "Add iam:CreateServiceLinkedRole to NotAction.";
    /// A statement that another one of the policy includes.
    RedundantStatement = "REDUNDANT_STATEMENT", Suggestion, AccessAnalyzer,
        "Take the statement away.";
    /// A statement allows only what another one of the policy denies.
    ShadowedStatement = "SHADOWED_STATEMENT", Warning, Ours,
        "Take one of the two away, or narrow the Deny.";
}

impl IssueCode {
    /// The code of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

impl Issue {
    /// An issue at a place.
    pub fn new(code: IssueCode, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into(), hint: None }
    }

    /// The issue with what to do in this very case.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// What to do: the hint, else what the code says in general.
    pub fn help(&self) -> &str {
        self.hint.as_deref().unwrap_or_else(|| self.code.help())
    }

    /// The issue with line and column in `text`, in one line.
    pub fn in_text(&self, text: &str) -> String {
        format!("{}: {}: {}", Position::of(text, self.span.start), self.code, self.message)
    }
}

impl fmt::Display for IssueCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A short, harmless quotation of foreign text for a message: at most 60 characters, control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}
