//! Which elements a policy of a kind must have, may have and may not have.
//!
//! Sources: IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy elements reference"; AWS Organizations
//! User Guide, "SCP syntax", "RCP syntax".

use std::collections::BTreeSet;

use super::Findings;
use super::cover::is_star;
use crate::document::{Document, Effect, PolicyKind, Principals, Statement, Version};
use crate::issue::{Issue, IssueCode};
use crate::span::{At, Span};

/// IAM takes a part of Unicode only; other services may take more.
pub(super) fn check_characters(text: &str, findings: &mut Findings<'_>) {
    if text.is_ascii() || findings.kind == PolicyKind::Resource || findings.kind == PolicyKind::VpcEndpoint {
        return;
    }
    let foreign =
        text.char_indices().find(|(_, character)| !matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}'));
    if let Some((at, character)) = foreign {
        let span = Span::new(at, at + character.len_utf8());
        let message = format!(
            "found the character U+{:04X}, which IAM does not take in policies",
            u32::from(character)
        );
        findings.report(IssueCode::UnsupportedCharacter, At(span), message);
    }
}

/// What is about the document as a whole.
pub(super) fn check_document(document: &Document, findings: &mut Findings<'_>) {
    let statements = document.statements.at;
    let is_inside = |issue: &Issue| (statements.0.start..statements.0.end).contains(&issue.span.start);
    // Of statements that could not be read, something else was said.
    if document.statements.items.is_empty() && !findings.issues.iter().any(is_inside) {
        let message = "the policy has no statement, which IAM refuses as malformed";
        findings.report(IssueCode::MissingStatement, statements, message);
    }
    let is_invalid = findings.issues.iter().any(|issue| issue.code == IssueCode::InvalidVersion);
    match document.version {
        None if is_invalid => {}
        None => {
            let message = "without `Version` the language of 2008-10-17 is in force";
            findings.report(IssueCode::MissingVersion, At(first_byte(document.at.0)), message);
        }
        Some(element) if element.version == Version::V2008 => {
            let message = "found the version of 2008, in which `${...}` is plain text";
            findings.report(IssueCode::OldVersion, element.at, message);
        }
        Some(_) => {}
    }
    let takes_no_id = matches!(
        findings.kind,
        PolicyKind::Identity
            | PolicyKind::Boundary
            | PolicyKind::Session
            | PolicyKind::ServiceControl
            | PolicyKind::ResourceControl
    );
    if let Some(id) = document.id.as_ref().filter(|_| takes_no_id) {
        let message = format!("`Id` is not taken in {}", named(findings.kind));
        findings.report(IssueCode::UnsupportedId, id.at, message);
    }
    check_sids(document, findings);
}

fn check_sids(document: &Document, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for sid in document.statements.iter().filter_map(|statement| statement.sid.as_ref()) {
        if sid.value.is_empty() || seen.insert(&*sid.value) {
            continue;
        }
        let message = format!("the Sid `{}` stands at another statement, too", sid.value);
        let code = match findings.kind {
            PolicyKind::Resource | PolicyKind::VpcEndpoint => IssueCode::UniqueSidsRecommended,
            _ => IssueCode::UniqueSidsRequired,
        };
        findings.report(code, sid.at, message);
    }
}

/// What is about a statement.
pub(super) fn check(statement: &Statement, findings: &mut Findings<'_>) {
    sid(statement, findings);
    principal(statement, findings);
    resource(statement, findings);
    if findings.kind == PolicyKind::ResourceControl {
        resource_control(statement, findings);
    }
}

fn sid(statement: &Statement, findings: &mut Findings<'_>) {
    let Some(sid) = &statement.sid else { return };
    let takes_all = matches!(findings.kind, PolicyKind::Resource | PolicyKind::VpcEndpoint);
    if sid.value.is_empty() {
        findings.report(IssueCode::EmptySidValue, sid.at, "the Sid is empty");
    } else if let Some(character) =
        sid.value.chars().find(|character| !takes_all && !character.is_ascii_alphanumeric())
    {
        let fitting: String = sid.value.chars().filter(char::is_ascii_alphanumeric).collect();
        let hint = (!fitting.is_empty()).then(|| format!("write `{fitting}`"));
        let message =
            format!("found `{}` in a Sid, expected letters and digits only", character.escape_debug());
        findings.report_with(IssueCode::UnsupportedSid, sid.at, message, hint);
    }
}

fn principal(statement: &Statement, findings: &mut Findings<'_>) {
    let kind = findings.kind;
    let Some(element) = &statement.principal else {
        if kind.has_principal() {
            let message =
                format!("{} says for whom each statement is, but this one has no `Principal`", named(kind));
            findings.report(IssueCode::MissingPrincipal, At(first_byte(statement.at.0)), message);
        }
        return;
    };
    let name = if element.negated { "NotPrincipal" } else { "Principal" };
    match kind {
        PolicyKind::ServiceControl => {
            findings.report(
                IssueCode::ScpPrincipal,
                element.key,
                format!("a service control policy has no `{name}`"),
            );
        }
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => {
            let message = format!("{} is about whomever it is attached to, and has no `{name}`", named(kind));
            findings.report(IssueCode::UnsupportedPrincipal, element.key, message);
        }
        PolicyKind::ResourceControl => {
            if element.negated || !matches!(element.principals, Principals::Everybody(_)) {
                let message = "a resource control policy takes no principal but `\"*\"`";
                findings.report(IssueCode::RcpPrincipal, element.key, message);
            }
        }
        PolicyKind::Trust => {
            if element.negated {
                let message = "a trust policy has no `NotPrincipal`";
                findings.report(IssueCode::TrustNotPrincipal, element.key, message);
            } else if let Principals::Everybody(at) = element.principals {
                findings.report(
                    IssueCode::TrustWildcard,
                    at,
                    "a trust policy does not take the principal `\"*\"`",
                );
            }
        }
        PolicyKind::Resource | PolicyKind::VpcEndpoint => {}
    }
}

fn resource(statement: &Statement, findings: &mut Findings<'_>) {
    match (&statement.resource, findings.kind) {
        (Some(element), PolicyKind::Trust) => {
            let message = "a trust policy is about its role, and names no resource";
            findings.report(IssueCode::TrustResource, element.key, message);
        }
        (None, PolicyKind::Resource) => {
            let message =
                "without `Resource` the statement is about the resource that the policy is attached to";
            findings.report(IssueCode::ResourceLeftOut, At(first_byte(statement.at.0)), message);
        }
        (None, kind) if kind.has_resource() => {
            let message = "the statement has neither `Resource` nor `NotResource`";
            let hint = statement.principal.is_some().then(|| {
                "add a Resource, or validate the policy as one of a resource or a role (trust)".to_owned()
            });
            findings.report_with(IssueCode::MissingResource, At(first_byte(statement.at.0)), message, hint);
        }
        (Some(element), _) if element.patterns.items.is_empty() => {
            findings.report(IssueCode::EmptyArrayResource, element.patterns.at, "no resources are listed");
        }
        _ => {}
    }
}

fn resource_control(statement: &Statement, findings: &mut Findings<'_>) {
    if statement.effect == Effect::Allow {
        let all = |texts: Option<&crate::document::PatternElement>| {
            texts.is_some_and(|element| {
                !element.negated && element.patterns.iter().any(|text| is_star(&text.value))
            })
        };
        if !all(Some(&statement.action)) || !all(statement.resource.as_ref()) || statement.condition.is_some()
        {
            let message =
                "a resource control policy denies; only `RCPFullAWSAccess` allows, and it allows everything";
            findings.report(IssueCode::RcpAllow, At(first_byte(statement.at.0)), message);
        }
        return;
    }
    if statement.action.negated {
        let message = "a resource control policy has no `NotAction`";
        findings.report(IssueCode::RcpNotAction, statement.action.key, message);
        return;
    }
    for action in &statement.action.patterns {
        let prefix = action.value.split(':').next().unwrap_or_default();
        let service = findings.catalogue.service(prefix);
        let is_all = is_star(&action.value);
        if is_all || service.is_some_and(|service| service.supports_rcp() == Some(false)) {
            let message = if is_all {
                "a resource control policy names the services it is about, found `*`".to_owned()
            } else {
                format!(
                    "resource control policies do not apply to `{prefix}`, by {}",
                    findings.catalogue_name()
                )
            };
            findings.report(IssueCode::RcpAction, action.at, message);
        }
    }
}

/// The opening bracket: issues about what an object lacks are shown there, not at all of it.
fn first_byte(span: Span) -> Span {
    Span { start: span.start, end: span.end.min(span.start.saturating_add(1)) }
}

/// The kind with its article, as it stands in sentences.
pub(super) fn named(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "an identity policy",
        PolicyKind::Boundary => "a permissions boundary",
        PolicyKind::Session => "a session policy",
        PolicyKind::Resource => "the policy of a resource",
        PolicyKind::Trust => "a trust policy",
        PolicyKind::ServiceControl => "a service control policy",
        PolicyKind::ResourceControl => "a resource control policy",
        PolicyKind::VpcEndpoint => "the policy of a VPC endpoint",
    }
}
