//! The policy with which AWS quarantines a user whose access key it has found in public.

/// Whether the ARN is that policy's: `AWSCompromisedKeyQuarantine`, or with a version at its end, such as `V2`. Source: AWS
/// Managed Policy Reference, "`AWSCompromisedKeyQuarantineV3`".
pub(super) fn is_quarantine(arn: &str) -> bool {
    let Some((_, version)) = arn.split_once("policy/AWSCompromisedKeyQuarantine") else { return false };
    let number = version.strip_prefix('V');
    version.is_empty()
        || number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
