//! Condition keys: that they exist, and that the requests of the statement carry them.
//!
//! Sources: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference.

use std::collections::BTreeSet;

use super::super::Findings;
use super::super::action::Meaning;
use super::super::cover::is_star;
use super::{has_key, keys_of};
use crate::catalogue::{Action, GLOBAL_CONDITION_KEYS, Service};
use crate::condition::{Family, Operator};
use crate::document::{ConditionKey, Effect, PolicyKind, Statement};
use crate::issue::IssueCode;

/// Keys about tags that name the tag behind a slash.
const TAG_KEYS: &[&str] = &["aws:ResourceTag", "aws:RequestTag", "aws:PrincipalTag"];

/// Keys whose values callers make up.
const CHOSEN_BY_CALLERS: &[&str] = &["aws:referer", "aws:UserAgent"];

/// Keys that only some services set. Source: IAM User Guide, "AWS global condition context keys".
const OF_SOME_SERVICES: &[&str] = &["aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"];

/// Keys about principals that services of AWS do not have.
const OF_PRINCIPALS: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"];

/// Keys about where a call between services comes from.
const OF_SOURCES: &[&str] = &["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths"];

const ORGANIZATION_OF_SOURCE: &[&str] = &["aws:SourceOrgID", "aws:SourceOrgPaths"];

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// The name alone.
pub(super) fn check_name(key: &ConditionKey, findings: &mut Findings<'_>) {
    let text = &key.name;
    let name = &*text.value;
    let Some((prefix, rest)) = name.rsplit_once(':') else {
        if is_one_of(name, TAG_KEYS) {
            return;
        }
        let message = format!("found the condition key `{name}`, expected `service:key`");
        let hint = findings.guess(|catalogue| {
            let global = format!("aws:{name}");
            if catalogue.condition_key(&global).is_some() { vec![global] } else { Vec::new() }
        });
        findings.report_with(IssueCode::InvalidConditionKeyFormat, text.at, message, hint);
        return;
    };
    let tag_key = name.strip_suffix('/').unwrap_or(name);
    if is_one_of(tag_key, TAG_KEYS) {
        let message = format!("`{tag_key}` does not say which tag");
        findings.report(IssueCode::MissingTagKeyInCondition, text.at, message);
        return;
    }
    if name.eq_ignore_ascii_case("aws:ARN") {
        findings.report(
            IssueCode::UnsupportedGlobalConditionKey,
            text.at,
            format!("`{name}` is not supported"),
        );
        return;
    }
    if name.eq_ignore_ascii_case("aws:SourceOwner") {
        findings.report(IssueCode::DeprecatedGlobalConditionKey, text.at, format!("`{name}` is deprecated"));
        return;
    }
    // The tokens of identity providers have keys of their own, which no list holds.
    let is_provider = prefix.contains('.') || prefix.contains('/');
    if prefix.is_empty() || rest.is_empty() {
        let message = format!("found the condition key `{name}`, expected `service:key`");
        findings.report(IssueCode::InvalidConditionKeyFormat, text.at, message);
        return;
    }
    if is_provider || findings.catalogue.condition_key(name).is_some() {
        return;
    }
    unknown(key, findings);
}

fn unknown(key: &ConditionKey, findings: &mut Findings<'_>) {
    let name = &*key.name.value;
    let prefix = name.split(':').next().unwrap_or_default();
    let catalogue = findings.catalogue_name();
    let hint = findings.guess(|catalogue| catalogue.nearest_condition_key(name));
    let (code, message) = if prefix.eq_ignore_ascii_case("aws") {
        (
            IssueCode::InvalidGlobalConditionKey,
            format!("the global condition key `{name}` is not in {catalogue}"),
        )
    } else if findings.catalogue.service(prefix).is_some() || is_key_prefix(prefix) {
        (IssueCode::InvalidServiceConditionKey, format!("the condition key `{name}` is not in {catalogue}"))
    } else {
        (
            IssueCode::InvalidService,
            format!("the service `{prefix}` of the condition key is not in {catalogue}"),
        )
    };
    findings.report_with(code, key.name.at, message, hint);
}

/// Prefixes of keys that are no prefixes of actions.
fn is_key_prefix(prefix: &str) -> bool {
    ["saml", "accounts"].iter().any(|known| known.eq_ignore_ascii_case(prefix))
}

/// The rules about keys that look at the rest of the statement.
pub(in crate::validate) fn check_with_actions(
    statement: &Statement,
    actions: &[Meaning<'_>],
    findings: &mut Findings<'_>,
) {
    if statement.condition.is_none() {
        return;
    }
    for (operator, key) in keys_of(statement) {
        alone(statement, operator, key, findings);
        tags(statement, actions, key, findings);
        supported(statement, actions, key, findings);
    }
    if findings.kind == PolicyKind::ResourceControl && statement.effect == Effect::Deny {
        resource_control(statement, findings);
    }
}

fn alone(statement: &Statement, operator: Operator, key: &ConditionKey, findings: &mut Findings<'_>) {
    let name = &*key.name.value;
    let allows = statement.allows();
    if allows && is_one_of(name, CHOSEN_BY_CALLERS) {
        let message = format!("the caller chooses the value of `{name}`");
        findings.report(IssueCode::UntrustworthyConditionKey, key.name.at, message);
    }
    if allows
        && name.eq_ignore_ascii_case("aws:VpcSourceIp")
        && !has_key(statement, &["aws:SourceVpc", "aws:SourceVpce"])
    {
        let message = "private addresses of which VPC are meant is not said";
        findings.report(IssueCode::MissingPairedConditionKeys, key.name.at, message);
    }
    if allows && name.eq_ignore_ascii_case("dynamodb:Attributes") && !has_key(statement, &["dynamodb:Select"])
    {
        let message = "requests that name no attributes get all of them";
        findings.report(IssueCode::DynamodbAttributes, key.name.at, message);
    }
    let is_bypassed =
        operator.comparison.family() == Family::String && operator.comparison.is_negated() == allows;
    if name.eq_ignore_ascii_case("s3:prefix") && is_bypassed {
        let message = "a request with a shorter prefix is not met, and lists the same objects";
        findings.report(IssueCode::S3PrefixNegative, key.name.at, message);
    }
    if findings.kind == PolicyKind::Resource && name.eq_ignore_ascii_case("s3:ResourceAccount") {
        let message = format!("`{name}` is the same for every request to the resource");
        findings.report(IssueCode::IrrelevantConditionKey, key.name.at, message);
    }
    let is_all =
        statement.action.negated || statement.action.patterns.iter().any(|text| is_star(&text.value));
    if is_one_of(name, OF_SOME_SERVICES) && is_all {
        let message = format!("only some services set `{name}`, and the statement is about all");
        findings.report(IssueCode::UseKeyWithSupportedServices, key.name.at, message);
    }
}

/// `aws:ResourceTag/...` with actions whose resources have no tags that IAM sees.
fn tags(statement: &Statement, actions: &[Meaning<'_>], key: &ConditionKey, findings: &mut Findings<'_>) {
    const RESOURCE_TAG: &str = "aws:ResourceTag/";
    let name = &*key.name.value;
    let is_tag = name.get(..RESOURCE_TAG.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESOURCE_TAG));
    if !is_tag || name.len() == RESOURCE_TAG.len() {
        return;
    }
    let allows = statement.allows();
    if statement.action.negated {
        let code = if allows {
            IssueCode::AllowNotActionUnsupportedTag
        } else {
            IssueCode::DenyNotActionUnsupportedTag
        };
        let message = format!("many actions that `NotAction` leaves do not tell `{name}`");
        findings.report(code, key.name.at, message);
        return;
    }
    let mut untold = BTreeSet::new();
    for (text, meaning) in statement.action.patterns.iter().zip(actions) {
        let prefix = text.value.split(':').next().unwrap_or_default();
        match meaning {
            Meaning::Known(action) if !tells_tags(*action) => {
                untold.insert(action.to_string());
            }
            Meaning::Pattern => {
                let service = findings.catalogue.service(prefix);
                if let Some(service) = service.filter(|service| !has_tags(*service)) {
                    untold.insert(format!("{}:*", service.prefix()));
                }
            }
            _ => {}
        }
    }
    if untold.is_empty() {
        return;
    }
    let code = if allows { IssueCode::AllowUnsupportedTag } else { IssueCode::DenyUnsupportedTag };
    findings.report(code, key.name.at, format!("`{name}` is not told by {}", listed(&untold)));
}

fn listed(names: &BTreeSet<String>) -> String {
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(5) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn tells_tags(action: Action<'_>) -> bool {
    all_keys(action).any(is_resource_tag)
}

fn has_tags(service: Service<'_>) -> bool {
    service.condition_keys().any(|key| is_resource_tag(key.name()))
        || service
            .resource_types()
            .flat_map(|kind| kind.condition_keys())
            .any(|key| is_resource_tag(key.name()))
}

fn is_resource_tag(name: &str) -> bool {
    name.eq_ignore_ascii_case("aws:ResourceTag/${TagKey}")
}

/// The keys that requests of an action may carry, as the catalogue lists them.
fn all_keys(action: Action<'_>) -> impl Iterator<Item = &str> {
    let own = action.condition_keys();
    let of_types = action.resources().flat_map(|resource| {
        let of_type = resource.resource_type();
        resource.condition_keys().chain(of_type.into_iter().flat_map(|kind| kind.condition_keys()))
    });
    own.chain(of_types).map(|key| key.name())
}

/// Keys of one service with actions that are known not to carry them.
fn supported(
    statement: &Statement,
    actions: &[Meaning<'_>],
    key: &ConditionKey,
    findings: &mut Findings<'_>,
) {
    let name = &*key.name.value;
    let prefix = name.split(':').next().unwrap_or_default();
    // Trust policies list what sets up a session beside what assumes the role, under one condition.
    if statement.action.negated || findings.kind == PolicyKind::Trust {
        return;
    }
    let Some(service) = findings.catalogue.service(prefix) else {
        return;
    };
    let Some(known) = findings.catalogue.condition_key(name) else { return };
    let is_global = GLOBAL_CONDITION_KEYS.iter().any(|global| global.name() == known.name());
    // Calls that come by way of another service carry its keys in more cases than the lists tell.
    if is_global || !service.condition_keys().any(|own| own.name() == known.name()) {
        return;
    }
    let is_listed = |action: Action<'_>| all_keys(action).any(|own| own.eq_ignore_ascii_case(known.name()));
    let mut unsupported = BTreeSet::new();
    for meaning in actions {
        if let Meaning::Known(action) = meaning
            && !is_listed(*action)
        {
            unsupported.insert(action.to_string());
        }
    }
    if !unsupported.is_empty() {
        let message = format!("requests of {} do not carry `{name}`", listed(&unsupported));
        findings.report(IssueCode::UnsupportedActionForConditionKey, key.name.at, message);
    }
}

fn resource_control(statement: &Statement, findings: &mut Findings<'_>) {
    if !has_key(statement, &["aws:PrincipalIsAWSService"]) {
        let first = |names: &[&str]| {
            keys_of(statement).map(|(_, key)| key).find(|key| is_one_of(&key.name.value, names))
        };
        for (names, code, value) in [
            (OF_PRINCIPALS, IssueCode::RcpPrincipalKey, "false"),
            (OF_SOURCES, IssueCode::RcpServiceKey, "true"),
        ] {
            if let Some(key) = first(names) {
                let message = format!("`{}` without `aws:PrincipalIsAWSService` = {value}", key.name.value);
                findings.report(code, key.name.at, message);
            }
        }
    }
    let has_null = keys_of(statement).any(|(operator, key)| {
        operator.comparison.family() == Family::Null
            && is_one_of(&key.name.value, &["aws:SourceAccount", "aws:SourceArn"])
    });
    let organization = keys_of(statement).find(|(_, key)| is_one_of(&key.name.value, ORGANIZATION_OF_SOURCE));
    if let Some((_, key)) = organization.filter(|_| !has_null) {
        let message = format!("`{}` without asking whether the source is told at all", key.name.value);
        findings.report(IssueCode::RcpNullCheck, key.name.at, message);
    }
}
