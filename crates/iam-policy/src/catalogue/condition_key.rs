//! Condition keys and the types of their values.

use super::Catalogue;
use super::glob::matches;

/// A condition key of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey<'c> {
    pub(super) name: &'c str,
    pub(super) kind_name: &'c str,
}

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// Text.
    String,
    /// ARNs.
    Arn,
    /// `true` or `false`.
    Bool,
    /// Numbers.
    Numeric,
    /// Moments, as ISO 8601 or seconds since 1970.
    Date,
    /// IPv4 or IPv6 addresses.
    IpAddress,
    /// Base64.
    Binary,
    /// The source gives no type, or one that this version does not know: see [`ConditionKey::kind_name`].
    Unknown,
}

const ARRAY: &str = "ArrayOf";

impl<'c> ConditionKey<'c> {
    /// The key as AWS spells it. A variable part stands as in the source, mostly `${TagKey}`.
    pub fn name(&self) -> &'c str {
        self.name
    }

    /// The type in AWS's words, such as `ArrayOfString`; empty if the source does not say.
    pub fn kind_name(&self) -> &'c str {
        self.kind_name
    }

    /// The type of one value.
    pub fn kind(&self) -> KeyKind {
        match self.kind_name.strip_prefix(ARRAY).unwrap_or(self.kind_name) {
            "String" => KeyKind::String,
            "ARN" => KeyKind::Arn,
            "Bool" | "Boolean" => KeyKind::Bool,
            "Numeric" | "Long" => KeyKind::Numeric,
            "Date" => KeyKind::Date,
            "IPAddress" => KeyKind::IpAddress,
            "Binary" => KeyKind::Binary,
            _ => KeyKind::Unknown,
        }
    }

    /// Whether a request may carry several values, so that `ForAllValues` or `ForAnyValue` is called for.
    pub fn multivalued(&self) -> bool {
        self.kind_name.starts_with(ARRAY)
    }

    /// Whether the name has a variable part.
    pub fn is_pattern(&self) -> bool {
        as_glob(self.name).is_some()
    }
}

/// Keys that any service's requests may carry, also those that other services put there (`lambda:SourceFunctionArn`), in the
/// order of their names without regard to case.
///
/// `aws:EpochTime` may be written as a number as well. Source: IAM User Guide, "AWS global condition context keys".
pub const GLOBAL_CONDITION_KEYS: &[ConditionKey<'static>] = &[
    global("aws:AssumedRoot", "Bool"),
    global("aws:CalledVia", "ArrayOfString"),
    global("aws:CalledViaAWSMCP", "String"),
    global("aws:CalledViaFirst", "String"),
    global("aws:CalledViaLast", "String"),
    global("aws:ChatbotSourceArn", "ARN"),
    global("aws:CurrentTime", "Date"),
    global("aws:Ec2InstanceSourcePrivateIPv4", "IPAddress"),
    global("aws:Ec2InstanceSourceVpc", "String"),
    global("aws:EpochTime", "Date"),
    global("aws:FederatedProvider", "String"),
    global("aws:IsMcpServiceAction", "Bool"),
    global("aws:MultiFactorAuthAge", "Numeric"),
    global("aws:MultiFactorAuthPresent", "Bool"),
    global("aws:PrincipalAccount", "String"),
    global("aws:PrincipalArn", "ARN"),
    global("aws:PrincipalIsAWSService", "Bool"),
    global("aws:PrincipalOrgID", "String"),
    global("aws:PrincipalOrgPaths", "ArrayOfString"),
    global("aws:PrincipalServiceName", "String"),
    global("aws:PrincipalServiceNamesList", "ArrayOfString"),
    global("aws:PrincipalTag/${TagKey}", "String"),
    global("aws:PrincipalType", "String"),
    global("aws:referer", "String"),
    global("aws:RequestedRegion", "String"),
    global("aws:RequestTag/${TagKey}", "String"),
    global("aws:ResourceAccount", "String"),
    global("aws:ResourceOrgID", "String"),
    global("aws:ResourceOrgPaths", "ArrayOfString"),
    global("aws:ResourceTag/${TagKey}", "String"),
    global("aws:SecureTransport", "Bool"),
    global("aws:SourceAccount", "String"),
    global("aws:SourceArn", "ARN"),
    global("aws:SourceIdentity", "String"),
    global("aws:SourceIp", "IPAddress"),
    global("aws:SourceOrgID", "String"),
    global("aws:SourceOrgPaths", "ArrayOfString"),
    global("aws:SourceOwner", "String"),
    global("aws:SourceVpc", "String"),
    global("aws:SourceVpcArn", "ARN"),
    global("aws:SourceVpce", "String"),
    global("aws:TagKeys", "ArrayOfString"),
    global("aws:TokenIssueTime", "Date"),
    global("aws:UserAgent", "String"),
    global("aws:userid", "String"),
    global("aws:username", "String"),
    global("aws:ViaAWSMCPService", "Bool"),
    global("aws:ViaAWSService", "Bool"),
    global("aws:VpceAccount", "String"),
    global("aws:VpceOrgID", "String"),
    global("aws:VpceOrgPaths", "ArrayOfString"),
    global("aws:VpcSourceIp", "IPAddress"),
    global("ec2:RoleDelivery", "Numeric"),
    global("ec2:SourceInstanceArn", "ARN"),
    global("glue:CredentialIssuingService", "String"),
    global("glue:RoleAssumedBy", "String"),
    global("identitystore:UserId", "String"),
    global("lambda:SourceFunctionArn", "ARN"),
    global("ssm:SourceInstanceArn", "ARN"),
];

/// Keys that the tokens of any `OpenID` Connect provider bring, under the provider's address, and one whose values are many
/// although the Service Authorization Reference lists it with a single one.
///
/// Source: IAM User Guide, "IAM and AWS STS condition context keys", "Available keys for AWS OIDC federation".
const FEDERATED_CONDITION_KEYS: &[ConditionKey<'static>] = &[
    global("cognito-identity.amazonaws.com:amr", "ArrayOfString"),
    global("${IdentityProvider}:amr", "ArrayOfString"),
    global("${IdentityProvider}:aud", "String"),
    global("${IdentityProvider}:email", "String"),
    global("${IdentityProvider}:oaud", "String"),
    global("${IdentityProvider}:sub", "String"),
];

const fn global(name: &'static str, kind_name: &'static str) -> ConditionKey<'static> {
    ConditionKey { name, kind_name }
}

pub(super) fn find<'c>(catalogue: &'c Catalogue, name: &str) -> Option<ConditionKey<'c>> {
    let own = own_keys(catalogue, name);
    if let Ok(at) = GLOBAL_CONDITION_KEYS.binary_search_by(|key| compared(key.name, name)) {
        return GLOBAL_CONDITION_KEYS.get(at).copied();
    }
    let mut federated = FEDERATED_CONDITION_KEYS.iter().copied();
    if let Some(key) = federated.find(|key| key.name.eq_ignore_ascii_case(name)) {
        return Some(key);
    }
    let lower = name.to_ascii_lowercase();
    let like = |key: &ConditionKey<'_>| {
        head_fits(key.name, &lower) && as_glob(key.name).is_some_and(|pattern| matches(&pattern, &lower))
    };
    let mut global_patterns = GLOBAL_CONDITION_KEYS.iter().copied().filter(|key| key.name.ends_with('}'));
    if let Some(key) = global_patterns.find(like) {
        return Some(key);
    }
    let is_as_long =
        |at: &u32| catalogue.keys.get(*at as usize).is_some_and(|row| row.name.len() == name.len());
    let mut as_long = own.clone().filter(is_as_long).filter_map(|at| catalogue.key_at(at));
    if let Some(key) = as_long.find(|key| key.name.eq_ignore_ascii_case(name)) {
        return Some(key);
    }
    if let Some(key) = own.filter_map(|at| catalogue.key_at(at)).find(like) {
        return Some(key);
    }
    // Addresses have a dot, prefixes of services have none.
    let (provider, _) = lower.rsplit_once(':')?;
    FEDERATED_CONDITION_KEYS.iter().copied().filter(|_| provider.contains('.')).find(like)
}

/// The order of names without regard to ASCII case.
fn compared(one: &str, other: &str) -> std::cmp::Ordering {
    let folded = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(folded).cmp(other.bytes().map(folded))
}

/// Where the keys stand among which one of this name would be: those of the service, else those under foreign prefixes.
fn own_keys<'c>(catalogue: &'c Catalogue, name: &str) -> impl Iterator<Item = u32> + Clone + use<'c> {
    let prefix = name.split(':').next().unwrap_or_default();
    let service = catalogue.service(prefix);
    let own = service.map(|service| service.row.keys).unwrap_or_default();
    let foreign: &[u32] = if service.is_none() { &catalogue.foreign_keys } else { &[] };
    (own.start..own.end).chain(foreign.iter().copied())
}

/// Whether the name begins as a key with a variable part does; tells most keys apart without making a pattern of them.
fn head_fits(key: &str, name: &str) -> bool {
    let (key, name) = (key.as_bytes(), name.as_bytes());
    let same = key.iter().zip(name).take_while(|(one, other)| one.eq_ignore_ascii_case(other)).count();
    let until_part = key.strip_suffix(b"/tag-key").map_or(key.len(), <[u8]>::len);
    same >= until_part || key.iter().take(same + 1).any(|byte| matches!(byte, b'$' | b'<'))
}

/// A key with a variable part as a pattern in lower case; `None` for a key without one.
///
/// AWS writes the part as `${TagKey}`, as `<key>` or as `tag-key`. It is never empty.
fn as_glob(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    if let Some(stem) = name.strip_suffix("/tag-key") {
        return Some(format!("{stem}/?*"));
    }
    let mut pattern = String::new();
    let mut rest = name.as_str();
    while let Some(((before, after), end)) = [("${", '}'), ("<", '>')]
        .iter()
        .filter_map(|(open, close)| Some((rest.split_once(open)?, *close)))
        .min_by_key(|((before, _), _)| before.len())
    {
        let Some((_, after)) = after.split_once(end) else { break };
        pattern.push_str(before);
        pattern.push_str("?*");
        rest = after;
    }
    (!pattern.is_empty()).then(|| pattern + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_with_their_types() {
        for (asked, name, kind, multivalued) in [
            ("aws:sourceip", "aws:SourceIp", KeyKind::IpAddress, false),
            ("AWS:TagKeys", "aws:TagKeys", KeyKind::String, true),
            ("aws:PrincipalTag/team", "aws:PrincipalTag/${TagKey}", KeyKind::String, false),
            ("aws:requesttag/a:b/c", "aws:RequestTag/${TagKey}", KeyKind::String, false),
            ("s3:ExistingObjectTag/class", "s3:ExistingObjectTag/<key>", KeyKind::String, false),
            ("s3:x-amz-acl", "s3:x-amz-acl", KeyKind::String, false),
            ("S3:TlsVersion", "s3:TlsVersion", KeyKind::Numeric, false),
            ("iam:PassedToService", "iam:PassedToService", KeyKind::String, false),
            ("secretsmanager:ResourceTag/x", "secretsmanager:ResourceTag/tag-key", KeyKind::String, false),
            (
                "kms:EncryptionContext:project",
                "kms:EncryptionContext:${EncryptionContextKey}",
                KeyKind::String,
                false,
            ),
            (
                "token.actions.githubusercontent.com:Repository",
                "token.actions.githubusercontent.com:repository",
                KeyKind::String,
                false,
            ),
            ("token.actions.githubusercontent.com:sub", "${IdentityProvider}:sub", KeyKind::String, false),
            (
                "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:aud",
                "${IdentityProvider}:aud",
                KeyKind::String,
                false,
            ),
            ("accounts.google.com:sub", "accounts.google.com:sub", KeyKind::String, false),
            (
                "cognito-identity.amazonaws.com:amr",
                "cognito-identity.amazonaws.com:amr",
                KeyKind::String,
                true,
            ),
            ("saml:aud", "saml:aud", KeyKind::String, false),
            ("lambda:SourceFunctionArn", "lambda:SourceFunctionArn", KeyKind::Arn, false),
        ] {
            let key = Catalogue::embedded().condition_key(asked).unwrap_or_else(|| panic!("{asked}"));
            assert_eq!((key.name(), key.kind(), key.multivalued()), (name, kind, multivalued), "{asked}");
        }
        for unknown in [
            "",
            ":",
            "aws:",
            "aws:SourceIpp",
            "aws:RequestTag/",
            "aws:RequestTag",
            "s3:",
            "nowhere:key",
            "nowhere:sub",
            ".:other",
            "${",
            "<",
        ] {
            assert_eq!(Catalogue::embedded().condition_key(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn global_keys_are_in_order() {
        assert!(GLOBAL_CONDITION_KEYS.is_sorted_by(|one, other| compared(one.name, other.name).is_lt()));
    }

    #[test]
    fn every_type_of_the_data_is_known() {
        for key in Catalogue::embedded().services().flat_map(|service| service.condition_keys()) {
            assert_ne!(key.kind(), KeyKind::Unknown, "{}: {}", key.name(), key.kind_name());
        }
        for key in GLOBAL_CONDITION_KEYS {
            assert_ne!(key.kind(), KeyKind::Unknown, "{}", key.name());
        }
    }
}
