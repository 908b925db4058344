//! Values of `Principal` and `NotPrincipal`.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal".

use super::condition::value::is_service_principal;
use super::cover::{has_wildcard, is_star};
use super::{Findings, variable};
use crate::arn::{AccountId, Arn};
use crate::document::{PolicyKind, PrincipalEntry, PrincipalKind, Principals, Statement, Text};
use crate::issue::IssueCode;

/// Providers that AWS knows by their host.
pub(super) const KNOWN_PROVIDERS: &[&str] =
    &["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

pub(super) fn check(statement: &Statement, findings: &mut Findings<'_>) {
    let Some(element) = &statement.principal else { return };
    let Principals::Listed(entries, at) = &element.principals else { return };
    if entries.is_empty() {
        findings.report(IssueCode::EmptyObjectPrincipal, *at, "no principals are named");
    }
    for entry in entries {
        if entry.values.items.is_empty() {
            let message = format!("no principals of the kind `{}` are listed", entry.kind.as_str());
            findings.report(IssueCode::EmptyArrayPrincipal, entry.values.at, message);
        }
        check_entry(entry, findings);
    }
}

fn check_entry(entry: &PrincipalEntry, findings: &mut Findings<'_>) {
    if entry.kind == PrincipalKind::Federated && findings.kind != PolicyKind::Trust {
        let message = "only trust policies name federated providers";
        findings.report(IssueCode::FederatedPrincipalNotSupported, entry.key, message);
        return;
    }
    for text in &entry.values {
        variable::check_none(text, "principals", findings);
        if variable::has_variable(&text.value) {
            continue;
        }
        let is_everybody = is_star(&text.value) && entry.kind == PrincipalKind::Aws;
        if has_wildcard(&text.value) && !is_everybody {
            let message = format!("the wildcard in `{}` stands for itself", text.value);
            findings.report(IssueCode::UnsupportedWildcardInPrincipal, text.at, message);
            continue;
        }
        match entry.kind {
            PrincipalKind::Aws if is_everybody => {}
            PrincipalKind::Aws => check_aws(text, findings),
            PrincipalKind::Service => check_service(text, findings),
            PrincipalKind::Federated => check_provider(text, findings),
            PrincipalKind::CanonicalUser => check_canonical(text, findings),
        }
    }
}

fn check_aws(text: &Text, findings: &mut Findings<'_>) {
    let value = &*text.value;
    if value.parse::<AccountId>().is_ok() {
        return;
    }
    if is_unique_id(value, "AROA") {
        let message = format!("`{value}` is the id of a role, which matches nobody once the role is deleted");
        findings.report(IssueCode::InvalidRoleReference, text.at, message);
        return;
    }
    if is_unique_id(value, "AIDA") {
        let message = format!("`{value}` is the id of a user, which matches nobody once the user is deleted");
        findings.report(IssueCode::InvalidUserReference, text.at, message);
        return;
    }
    let message = match Arn::parse(value) {
        Err(_) => format!("found the principal `{value}`, expected an account id, an ARN or `*`"),
        Ok(arn) if is_principal(&arn) => return,
        Ok(arn) if arn.service == "iam" && arn.resource.starts_with("group/") => {
            format!("found the group `{value}`, but groups are no principals")
        }
        Ok(arn) if matches!(arn.service, "iam" | "sts") && arn.account().is_err() => {
            format!("found the account `{}`, expected twelve digits", arn.account_field())
        }
        Ok(_) => format!("`{value}` is not the ARN of an account, user, role or session"),
    };
    findings.report(IssueCode::InvalidPrincipalFormat, text.at, message);
}

fn is_unique_id(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix)
        && (16..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_principal(arn: &Arn<'_>) -> bool {
    const KINDS: &[(&str, &str)] = &[
        ("iam", "user/"),
        ("iam", "role/"),
        ("sts", "assumed-role/"),
        ("sts", "federated-user/"),
        ("sts", "self"),
    ];
    // Origin access identities of CloudFront belong to an account of a name of its own.
    let has_account = arn.account().is_ok() || arn.account_field() == "cloudfront";
    let is_kind = |(service, start): &(&str, &str)| {
        arn.service == *service && arn.resource.strip_prefix(start).is_some_and(|name| !name.is_empty())
    };
    has_account && arn.region.is_empty() && (arn.is_root() || KINDS.iter().any(is_kind))
}

fn check_service(text: &Text, findings: &mut Findings<'_>) {
    if is_service_principal(&text.value) {
        return;
    }
    let lower = text.value.to_ascii_lowercase();
    let hint = if is_service_principal(&lower) {
        Some(format!("write `{lower}`"))
    } else {
        findings
            .catalogue
            .service(&lower)
            .map(|service| format!("write `{}.amazonaws.com`", service.prefix()))
    };
    let message = format!("found the service `{}`, expected one such as `lambda.amazonaws.com`", text.value);
    findings.report_with(IssueCode::InvalidServicePrincipalFormat, text.at, message, hint);
}

fn check_provider(text: &Text, findings: &mut Findings<'_>) {
    let value = &*text.value;
    if KNOWN_PROVIDERS.contains(&value) || provider_kind(value).is_some() {
        return;
    }
    let message = format!("found the provider `{value}`, expected an ARN or {}", KNOWN_PROVIDERS.join(", "));
    findings.report(IssueCode::InvalidFederatedPrincipal, text.at, message);
}

/// What protocol a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    Saml,
    OpenIdConnect,
}

/// The protocol of a provider named by its ARN.
pub(super) fn provider_kind(value: &str) -> Option<Provider> {
    let arn = Arn::parse(value).ok().filter(|arn| arn.service == "iam" && arn.account().is_ok())?;
    if arn.resource.strip_prefix("saml-provider/").is_some_and(|name| !name.is_empty()) {
        return Some(Provider::Saml);
    }
    let oidc = arn.resource.strip_prefix("oidc-provider/").is_some_and(|name| !name.is_empty());
    oidc.then_some(Provider::OpenIdConnect)
}

fn check_canonical(text: &Text, findings: &mut Findings<'_>) {
    let is_id = text.value.len() == 64 && text.value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id || findings.kind == PolicyKind::Trust {
        let message = if is_id {
            "trust policies take no canonical users".to_owned()
        } else {
            format!("found the canonical user `{}`, expected 64 hexadecimal digits", text.value)
        };
        findings.report(IssueCode::InvalidPrincipalFormat, text.at, message);
    }
}
