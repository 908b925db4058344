//! Values of conditions: that they are what their operator compares.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements: Condition operators"; W3C note "Date and Time Formats"; RFC 4632 and
//! RFC 4291 for ranges of addresses.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;

use super::super::variable::has_variable;
use super::super::{Findings, did_you_mean, region, variable};
use crate::condition::{Comparison, Decimal, Family, Instant, Operator, Relation};
use crate::document::{ConditionKey, ConditionOperator, Scalar, ScalarForm};
use crate::issue::IssueCode;

pub(super) fn check(
    key: &ConditionKey,
    operator: Operator,
    name: &ConditionOperator,
    findings: &mut Findings<'_>,
) {
    let values = &key.values;
    if values.items.iter().any(|value| has_variable(&value.text)) {
        variables(key, operator, name, findings);
    }
    for value in values {
        if !has_variable(&value.text) {
            check_value(value, operator, findings);
        }
    }
    let form = values.items.first().map(|value| value.form);
    if let Some(other) = values.iter().find(|value| Some(value.form) != form) {
        let message = format!("the values of `{}` are written in different JSON types", key.name.value);
        findings.report(IssueCode::InvalidConditionDataType, other.at, message);
    }
    if operator.comparison.family() == Family::Bool && values.items.len() > 1 {
        let message = format!("`{}` is compared with {} truth values", key.name.value, values.items.len());
        findings.report(IssueCode::InvalidConditionMultipleBoolean, values.at, message);
    }
    if operator.comparison.family() == Family::Numeric && values.items.len() > 1 {
        let which = match operator.comparison.relation() {
            Relation::Less | Relation::LessOrEqual => Some("greatest"),
            Relation::Greater | Relation::GreaterOrEqual => Some("least"),
            Relation::Matches => None,
        };
        if let Some(which) = which {
            let message = format!("of the limits of `{}` only the {which} counts", key.name.value);
            findings.report(IssueCode::RedundantConditionValueNum, values.at, message);
        }
    }
    by_key(key, operator, findings);
}

fn variables(key: &ConditionKey, operator: Operator, name: &ConditionOperator, findings: &mut Findings<'_>) {
    let takes = matches!(operator.comparison.family(), Family::String | Family::Arn);
    for value in key.values.iter().filter(|value| has_variable(&value.text)) {
        if takes {
            variable::check(&value.text, |_, _| value.at, findings);
        } else {
            let message = format!("`{}` takes no variables", name.name.value);
            findings.report(IssueCode::InvalidVariableForOperator, value.at, message);
        }
    }
}

fn check_value(value: &Scalar, operator: Operator, findings: &mut Findings<'_>) {
    let text = &*value.text;
    match operator.comparison.family() {
        Family::Bool | Family::Null => {
            if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") {
                let message = format!("found `{text}`, expected `true` or `false`");
                findings.report(IssueCode::TypeMismatchBoolean, value.at, message);
            }
        }
        Family::Numeric => {
            if Decimal::parse(text).is_none() {
                findings.report(
                    IssueCode::TypeMismatchNumber,
                    value.at,
                    format!("found `{text}`, expected a number"),
                );
            }
        }
        Family::Date => {
            if text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() > 4 {
                let message = format!("found `{text}`, which are seconds since 1970");
                findings.report(IssueCode::InvalidDateValue, value.at, message);
            } else if Instant::parse(text).is_none() {
                findings.report(
                    IssueCode::TypeMismatchDate,
                    value.at,
                    format!("found `{text}`, expected a date"),
                );
            }
        }
        Family::Binary => {
            if STANDARD.decode(text).is_err() {
                findings.report(
                    IssueCode::TypeMismatchString,
                    value.at,
                    format!("found `{text}`, expected base64"),
                );
            }
        }
        Family::IpAddress => check_range(value, findings),
        Family::String => {
            let can_be_pattern =
                matches!(operator.comparison, Comparison::StringEquals | Comparison::StringNotEquals);
            if can_be_pattern && value.form == ScalarForm::Text && text.contains(['*', '?']) {
                let hint = format!(
                    "use `{}` if it is meant as a wildcard",
                    operator.comparison.as_str().replace("Equals", "Like")
                );
                let message = format!(
                    "the wildcard in `{text}` is a plain character for `{}`",
                    operator.comparison.as_str()
                );
                findings.report_with(IssueCode::WildcardWithoutLikeOperator, value.at, message, Some(hint));
            }
        }
        Family::Arn => {
            if !text.starts_with("arn:") && !text.contains(['*', '?']) {
                let message = format!("found `{text}`, expected an ARN");
                findings.report(IssueCode::TypeMismatch, value.at, message);
            }
        }
    }
}

fn check_range(value: &Scalar, findings: &mut Findings<'_>) {
    let Some(range) = IpRange::parse(&value.text) else {
        let message =
            format!("found `{}`, expected an address or a range such as 203.0.113.0/24", value.text);
        findings.report(IssueCode::TypeMismatchIpRange, value.at, message);
        return;
    };
    let better = range.0.trunc();
    if better != range.0 {
        let message = format!(
            "the bits of `{}` behind the prefix of {} do not count",
            value.text,
            range.0.prefix_len()
        );
        findings.report_with(IssueCode::ImproveIpRange, value.at, message, Some(format!("write `{better}`")));
    }
}

/// Keys that say more of their values than their type.
fn by_key(key: &ConditionKey, operator: Operator, findings: &mut Findings<'_>) {
    let name = &*key.name.value;
    if operator.comparison.family() == Family::IpAddress && name.eq_ignore_ascii_case("aws:SourceIp") {
        private_addresses(key, operator, findings);
    }
    if operator.comparison.family() != Family::String {
        return;
    }
    let plain = |value: &&Scalar| !value.text.contains(['*', '?']) && !has_variable(&value.text);
    let each = |findings: &mut Findings<'_>, code, is_good: fn(&str) -> bool, expected: &str| {
        for value in key.values.iter().filter(plain).filter(|value| !is_good(&value.text)) {
            findings.report(code, value.at, format!("found `{}`, expected {expected}", value.text));
        }
    };
    match name.to_ascii_lowercase().as_str() {
        "aws:requestedregion" => {
            for value in key.values.iter().filter(plain) {
                if region::partition_of(&value.text).is_none() && !value.text.starts_with("aws-") {
                    let message = format!("there is no Region `{}`", value.text);
                    let hint = did_you_mean(&region::nearest(&value.text));
                    findings.report_with(IssueCode::InvalidRegion, value.at, message, hint);
                }
            }
        }
        "aws:sourcevpc" => {
            each(findings, IssueCode::InvalidVpcFormat, |id| has_id(id, "vpc-"), "the id of a VPC");
        }
        "aws:sourcevpce" => {
            each(
                findings,
                IssueCode::InvalidVpceFormat,
                |id| has_id(id, "vpce-"),
                "the id of a VPC endpoint",
            );
        }
        "s3:x-amz-server-side-encryption-aws-kms-key-id" => {
            each(findings, IssueCode::InvalidKmsKeyValue, is_kms_key, "the ARN of a KMS key");
        }
        "kms:viaservice" | "iam:passedtoservice" | "iam:awsservicename" | "aws:principalservicename" => {
            let is_good = |service: &str| is_service_principal(service);
            each(
                findings,
                IssueCode::InvalidServicePrincipalFormat,
                is_good,
                "a service such as lambda.amazonaws.com",
            );
        }
        _ => {}
    }
}

fn private_addresses(key: &ConditionKey, operator: Operator, findings: &mut Findings<'_>) {
    let values = &key.values.items;
    let private = |value: &&Scalar| IpRange::parse(&value.text).is_some_and(|range| range.is_private());
    let count = values.iter().filter(private).count();
    if count == 0 {
        return;
    }
    let (all, some) = if operator.comparison.is_negated() {
        (IssueCode::PrivateNotIpAddress, IssueCode::PrivateNotIpAddressSubset)
    } else {
        (IssueCode::PrivateIpAddress, IssueCode::PrivateIpAddressSubset)
    };
    if count == values.len() {
        findings.report(all, key.values.at, "`aws:SourceIp` is compared with private addresses only");
        return;
    }
    for value in values.iter().filter(private) {
        findings.report(some, value.at, format!("`{}` is a private address", value.text));
    }
}

fn has_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|id| matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_kms_key(text: &str) -> bool {
    let mut fields = text.splitn(6, ':');
    fields.next() == Some("arn")
        && fields.nth(1) == Some("kms")
        && fields.nth(2).is_some_and(|resource| resource.starts_with("key/"))
}

/// Whether a text has the form of a service principal.
pub(in crate::validate) fn is_service_principal(text: &str) -> bool {
    const ENDS: &[&str] =
        &[".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal", ".aws.dev"];
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_');
    ENDS.iter().any(|end| text.len() > end.len() && text.ends_with(end)) && text.bytes().all(is_name)
}

/// A range of addresses in CIDR form.
pub(in crate::validate) struct IpRange(IpNet);

impl IpRange {
    /// An address alone is a range of one.
    pub(in crate::validate) fn parse(text: &str) -> Option<Self> {
        text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok().map(Self)
    }

    /// Whether all of it is private (RFC 1918, RFC 4193), link-local or the machine itself.
    pub(in crate::validate) fn is_private(&self) -> bool {
        let least = match self.0.network() {
            IpAddr::V4(address) => match address.octets() {
                [10 | 127, ..] => 8,
                [172, 16..=31, ..] => 12,
                [192, 168, ..] | [169, 254, ..] => 16,
                _ => return false,
            },
            IpAddr::V6(address) if address.is_unique_local() => 7,
            IpAddr::V6(address) if address.is_unicast_link_local() => 10,
            IpAddr::V6(_) => return false,
        };
        self.0.prefix_len() >= least
    }

    /// Whether the range is too wide to limit anything: wider than /8, or /32 for IPv6. Source: Amazon S3 User Guide,
    /// "Blocking public access to your Amazon S3 storage".
    pub(in crate::validate) fn is_wide(&self) -> bool {
        let least = if self.0.network().is_ipv4() { 8 } else { 32 };
        self.0.prefix_len() < least && !self.is_private()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (text, first, private, wide) in [
            ("203.0.113.0/24", "203.0.113.0", false, false),
            ("203.0.113.7", "203.0.113.7", false, false),
            ("10.1.2.3/16", "10.1.0.0", true, false),
            ("10.0.0.0/7", "10.0.0.0", false, true),
            ("0.0.0.0/0", "0.0.0.0", false, true),
            ("2001:db8::1/32", "2001:db8::", false, false),
            ("::/0", "::", false, true),
            ("fd00::/8", "fd00::", true, false),
        ] {
            let range = IpRange::parse(text).unwrap();
            assert_eq!(
                (range.0.network().to_string().as_str(), range.is_private(), range.is_wide()),
                (first, private, wide),
                "{text}"
            );
        }
        for text in
            ["", "/8", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/+8", "10.0.0.0/", "::/129", "*", "10.0.0.*"]
        {
            assert!(IpRange::parse(text).is_none(), "{text}");
        }
    }
}
