//! Values that match everything, or more than they should.

use super::super::Findings;
use super::super::cover::{has_wildcard, is_star};
use super::operator::takes_wildcards;
use crate::condition::{Family, Operator};
use crate::document::ConditionKey;
use crate::issue::IssueCode;

/// Keys that name one account, organization or network, so that no pattern of them means anything.
///
/// Source: IAM User Guide, "AWS global condition context keys".
const WHOLE_IDS: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];

/// Keys of texts that every request has. Source: the same page.
const ALWAYS_THERE: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalType", "aws:RequestedRegion", "aws:UserAgent", "aws:userid"];

pub(super) fn check(key: &ConditionKey, operator: Operator, findings: &mut Findings<'_>) {
    if operator.comparison.family() != Family::String
        || !takes_wildcards(operator.comparison)
        || operator.quantifier.is_some()
    {
        return;
    }
    let name = &*key.name.value;
    let is_one_of = |names: &[&str]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
    if !key.values.iter().any(|value| is_star(&value.text)) {
        for value in key.values.iter().filter(|value| has_wildcard(&value.text) && is_one_of(WHOLE_IDS)) {
            let message = format!("found the pattern `{}` for `{name}`, expected a whole id", value.text);
            findings.report(IssueCode::WildcardUsageTooPermissive, value.at, message);
        }
        return;
    }
    let is_there = is_one_of(ALWAYS_THERE);
    let (code, says) = match (operator.comparison.is_negated(), operator.if_exists) {
        (false, true) => (IssueCode::RedundantKeyWildcard, "always holds"),
        (false, false) if is_there => (IssueCode::RedundantKeyWildcard, "always holds"),
        (false, false) => (IssueCode::EquivalentToNullFalse, "holds whenever the key is there"),
        (true, _) if is_there => (IssueCode::RedundantStatementWildcard, "never holds"),
        (true, _) => (IssueCode::EquivalentToNullTrue, "holds only where the key is missing"),
    };
    let message = format!("the condition on `{name}` {says}, because `*` stands for every value");
    findings.report(code, key.values.at, message);
}
