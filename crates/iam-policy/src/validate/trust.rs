//! Whom a trust policy, or the policy of a resource, lets in: providers, services, sessions.
//!
//! Sources: IAM User Guide, "Create a role for `OpenID` Connect federation", "The confused deputy problem"; IAM Roles Anywhere User
//! Guide, "Trust model".

use super::Findings;
use super::condition::{has_key, keys_of, limits};
use super::cover::{covers_ignoring_case, has_wildcard};
use super::principal::{KNOWN_PROVIDERS, Provider, provider_kind};
use crate::document::{PolicyKind, PrincipalEntry, PrincipalKind, Principals, Statement, Text};
use crate::issue::IssueCode;
use crate::span::At;

const GITHUB: &str = "token.actions.githubusercontent.com";
const GITHUB_SUBJECT: &str = "token.actions.githubusercontent.com:sub";
const ROLES_ANYWHERE: &str = "rolesanywhere.amazonaws.com";

/// Keys that say for whom a service acts.
const SOURCES: &[&str] = &["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/// Keys about principals, which requests of services do not carry.
const OF_PRINCIPALS: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"];

pub(super) fn check(statement: &Statement, findings: &mut Findings<'_>) {
    if findings.kind != PolicyKind::Trust || !statement.allows() {
        return;
    }
    let entries = entries(statement);
    actions_fit(statement, entries, findings);
    for entry in entries {
        for text in &entry.values {
            match entry.kind {
                PrincipalKind::Federated => provider(statement, text, findings),
                PrincipalKind::Service => roles_anywhere(statement, text, findings),
                PrincipalKind::Aws => session(entry, text, findings),
                PrincipalKind::CanonicalUser => {}
            }
        }
    }
    session_keys(statement, findings);
}

fn entries(statement: &Statement) -> &[PrincipalEntry] {
    match statement.principal.as_ref().map(|element| &element.principals) {
        Some(Principals::Listed(entries, _)) => entries,
        _ => &[],
    }
}

/// Whether the statement's actions include an action.
fn allows(statement: &Statement, action: &str) -> bool {
    let is_listed = statement.action.patterns.iter().any(|text| covers_ignoring_case(&text.value, action));
    is_listed != statement.action.negated
}

/// Each kind of principal assumes roles by an action of its own.
fn actions_fit(statement: &Statement, entries: &[PrincipalEntry], findings: &mut Findings<'_>) {
    if entries.is_empty() || statement.action.negated {
        return;
    }
    let is_saml = |text: &Text| provider_kind(&text.value) == Some(Provider::Saml);
    for text in &statement.action.patterns {
        let fits = |entry: &PrincipalEntry, value: &Text| {
            let is_federated = entry.kind == PrincipalKind::Federated;
            match text.value.to_ascii_lowercase().as_str() {
                "sts:assumerole" => !is_federated,
                "sts:assumerolewithsaml" => is_federated && is_saml(value),
                "sts:assumerolewithwebidentity" => is_federated && !is_saml(value),
                _ => true,
            }
        };
        let mut values =
            entries.iter().flat_map(|entry| entry.values.iter().map(move |value| (entry, value))).peekable();
        if values.peek().is_some() && !values.any(|(entry, value)| fits(entry, value)) {
            let message = format!("none of the principals can use `{}`", text.value);
            findings.report(IssueCode::MismatchedActionForPrincipal, text.at, message);
        }
    }
}

fn provider(statement: &Statement, text: &Text, findings: &mut Findings<'_>) {
    let value = &*text.value;
    let host = match provider_kind(value) {
        Some(Provider::Saml) => {
            saml(statement, text.at, findings);
            return;
        }
        Some(Provider::OpenIdConnect) => value.split_once("oidc-provider/").map_or("", |(_, host)| host),
        None if KNOWN_PROVIDERS.contains(&value) => value,
        None => return,
    };
    if host.eq_ignore_ascii_case(GITHUB) {
        github(statement, text.at, findings);
        return;
    }
    let is_limited = keys_of(statement).any(|(operator, key)| {
        let name = &*key.name.value;
        let start = name.get(..host.len()).unwrap_or_default();
        limits(operator)
            && start.eq_ignore_ascii_case(host)
            && name.get(host.len()..).is_some_and(|rest| rest.starts_with(':'))
    });
    if !is_limited {
        let message = format!("every user of `{host}` is trusted; no condition limits them");
        let hint = format!("add conditions on {host}:aud and {host}:sub");
        findings.report_with(IssueCode::OidcWithoutCondition, text.at, message, Some(hint));
    }
}

fn saml(statement: &Statement, at: At, findings: &mut Findings<'_>) {
    let is_limited = keys_of(statement).any(|(operator, key)| {
        let name = key.name.value.to_ascii_lowercase();
        limits(operator) && name.starts_with("saml:")
    });
    if !is_limited && allows(statement, "sts:AssumeRoleWithSAML") {
        let message = "assertions of the provider are taken whatever their audience";
        findings.report(IssueCode::SamlWithoutCondition, at, message);
    }
}

fn github(statement: &Statement, at: At, findings: &mut Findings<'_>) {
    let subject = keys_of(statement)
        .find(|(operator, key)| limits(*operator) && key.name.value.eq_ignore_ascii_case(GITHUB_SUBJECT));
    let Some((_, key)) = subject else {
        let message = "workflows of every repository on GitHub are trusted";
        findings.report(IssueCode::GithubWithoutRepo, at, message);
        return;
    };
    for value in &key.values {
        // `repo:OWNER/NAME:ref:refs/heads/BRANCH` and the like.
        let owner = value.text.strip_prefix("repo:").and_then(|rest| rest.split('/').next());
        if owner.is_none_or(|owner| owner.is_empty() || has_wildcard(owner)) && has_wildcard(&value.text) {
            let message = format!("`{}` is met by workflows of repositories of any owner", value.text);
            findings.report(IssueCode::GithubWithoutRepo, value.at, message);
        } else if has_wildcard(&value.text) {
            let message = format!("`{}` is met by more than one branch of one repository", value.text);
            findings.report(IssueCode::GithubWildcard, value.at, message);
        }
    }
}

fn roles_anywhere(statement: &Statement, text: &Text, findings: &mut Findings<'_>) {
    if &*text.value != ROLES_ANYWHERE {
        return;
    }
    let missing: Vec<&str> = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
        .into_iter()
        .filter(|action| !allows(statement, action))
        .collect();
    if !missing.is_empty() {
        let message = format!("IAM Roles Anywhere cannot assume the role without {}", missing.join(", "));
        findings.report(IssueCode::RolesAnywhere, text.at, message);
    }
}

/// A session beside the role it is of.
fn session(entry: &PrincipalEntry, text: &Text, findings: &mut Findings<'_>) {
    let Some((account, name)) = text.value.split_once(":assumed-role/") else { return };
    let account = account.rsplit(':').next().unwrap_or_default();
    let name = name.split('/').next().unwrap_or_default();
    if !findings.may_compare(entry.values.items.len()) {
        return;
    }
    let is_its_role = |other: &&Text| {
        let Some((own, role)) = other.value.split_once(":role/") else { return false };
        own.ends_with(&format!(":{account}")) && role.rsplit('/').next() == Some(name)
    };
    if let Some(role) = entry.values.iter().find(is_its_role) {
        let message = format!("the session `{}` is one of the role `{}`", text.value, role.value);
        findings.report(IssueCode::RedundantTrustPrincipal, text.at, message);
    }
}

/// What a caller sets for a session is in the request only where the statement lets it be set.
fn session_keys(statement: &Statement, findings: &mut Findings<'_>) {
    for (operator, key) in keys_of(statement) {
        let name = key.name.value.to_ascii_lowercase();
        let action = match name.as_str() {
            "sts:sourceidentity" => "sts:SetSourceIdentity",
            "aws:tagkeys" | "sts:transitivetagkeys" => "sts:TagSession",
            name if name.starts_with("aws:requesttag/") => "sts:TagSession",
            _ => continue,
        };
        if limits(operator) && !allows(statement, action) {
            let message =
                format!("`{}` is never set, because the statement does not allow `{action}`", key.name.value);
            findings.report(IssueCode::MissingActionForConditionKey, key.name.at, message);
        }
    }
}

/// Services that a policy of a resource lets in.
pub(super) fn check_services(statement: &Statement, findings: &mut Findings<'_>) {
    let entries = entries(statement);
    let Some(services) = entries.iter().find(|entry| entry.kind == PrincipalKind::Service) else { return };
    let is_only_services = entries.iter().all(|entry| entry.kind == PrincipalKind::Service);
    let never = keys_of(statement).find(|(operator, key)| {
        limits(*operator) && OF_PRINCIPALS.iter().any(|name| key.name.value.eq_ignore_ascii_case(name))
    });
    if let Some((_, key)) = never.filter(|_| is_only_services) {
        let message =
            format!("requests of services do not carry `{}`, so that nobody is let in", key.name.value);
        findings.report(IssueCode::UnsupportedKeyForService, key.name.at, message);
        return;
    }
    if has_key(statement, SOURCES) {
        return;
    }
    let referer = keys_of(statement).find(|(_, key)| key.name.value.eq_ignore_ascii_case("aws:referer"));
    for text in &services.values {
        if let Some((_, key)) = referer {
            let message = format!("`{}` says little of whom `{}` acts for", key.name.value, text.value);
            findings.report(IssueCode::RecommendedKeyForService, key.name.at, message);
        } else {
            let message = format!("`{}` is let in whomever it acts for", text.value);
            findings.report(IssueCode::RestrictServicePrincipal, text.at, message);
        }
    }
}
