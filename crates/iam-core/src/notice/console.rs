//! Addresses in the AWS console, made of values that were checked before.

/// The event in the history of CloudTrail. It keeps management events for 90 days, and shows them some minutes later.
pub(super) fn event(region: &str, id: &str) -> Option<String> {
    let home = home(region, "cloudtrailv2")?;
    is_id(id).then(|| format!("{home}#/events/{id}"))
}

/// The findings of IAM Access Analyzer in a Region.
pub(super) fn findings(region: &str) -> Option<String> {
    Some(format!("{}#/findings", home(region, "access-analyzer")?))
}

/// Source: AWS Management Console, "Service endpoints and quotas"; AWS GovCloud (US) User Guide, "Signing in"; Amazon Web
/// Services in China, "Getting started".
fn home(region: &str, service: &str) -> Option<String> {
    // The isolated Regions, and those of partitions that are newer than this, have consoles of their own.
    let is_elsewhere = region.contains("-iso") || region.starts_with("eusc-");
    if is_elsewhere || !is_region(region) {
        return None;
    }
    let domain = match region {
        gov if gov.starts_with("us-gov-") => "console.amazonaws-us-gov.com",
        china if china.starts_with("cn-") => "console.amazonaws.cn",
        _ => "console.aws.amazon.com",
    };
    Some(format!("https://{region}.{domain}/{service}/home?region={region}"))
}

/// `us-east-1`, `us-gov-west-1`
fn is_region(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (6..=25).contains(&text.len())
        && text.bytes().all(is_fine)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.ends_with(|c: char| c.is_ascii_digit())
}

/// `0123abcd-...`: letters, digits and hyphens, as in UUIDs.
pub(super) fn is_id(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_of_checked_values_or_not_at_all() {
        let id = "1a2b3c4d-0000-4000-8000-000000a00001";
        for (region, id, expected) in [
            (
                "us-east-1",
                id,
                "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/ID",
            ),
            (
                "us-gov-west-1",
                id,
                "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-west-1#/events/ID",
            ),
            (
                "cn-north-1",
                id,
                "https://cn-north-1.console.amazonaws.cn/cloudtrailv2/home?region=cn-north-1#/events/ID",
            ),
            ("us-iso-east-1", id, ""),
            ("evil.example/x", id, ""),
            ("us-east-1", "1a2b3c4d/../../x", ""),
            ("us-east-1", "", ""),
            ("", id, ""),
        ] {
            let made = event(region, id);
            let expected = expected.replace("ID", id);
            assert_eq!(made.unwrap_or_default(), expected, "{region} {id}");
        }
    }
}
