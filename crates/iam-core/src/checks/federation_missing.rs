#![doc = include_str!("federation_missing.md")]

use std::sync::Arc;

use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{Account, Supplied};
use crate::fact::{Fact, Gap, Place, Source};
use crate::input::identity_providers::IdentityProvider;
use crate::input::{Artefact, Listing};

pub(super) static CHECK: Check = Check {
    id: CheckId("federation-missing"),
    since: "0.1.0",
    title: "Passwords of IAM users and no identity provider",
    severity: Severity::Low,
    severity_reason: "people have one more password that nobody takes away when they leave",
    enabled: true,
    needs: &[
        Artefact::CredentialReport,
        Artefact::SamlProviders,
        Artefact::OpenIdConnectProviders,
        Artefact::AuthorizationDetails,
        Artefact::AccountSummary,
    ],
    params: &[],
    mappings: Mappings { cis: Cis::at("1.21", "1.20", "2.20", "2.19"), ..Mappings::NONE },
    remedy: Remedy {
        risk: "Setting a provider up breaks nothing. Taking a password away before its owner has signed in through the provider locks the owner out.",
        steps: &[
            Step::run(
                "See whether the organisation has IAM Identity Center already.",
                "aws sso-admin list-instances",
            ),
            Step::think("Set up IAM Identity Center or a SAML provider, and let people sign in there."),
            Step::run(
                "Then take the passwords of the IAM users away, one by one. This can be undone with `aws iam \
                 create-login-profile` and a new password.",
                "aws iam delete-login-profile --user-name USER_NAME",
            ),
        ],
        console: "IAM > Identity providers > Add provider",
    },
    page: include_str!("federation_missing.md"),
    judge: Judge::Account(judge),
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let Some(password) = any_password(account)? else {
        return Ok(Verdict::pass("no IAM user has a password"));
    };
    let no_center = match identity_center(account) {
        Ok(Some(role)) => return Ok(Verdict::pass(format!("IAM Identity Center made role {role}"))),
        Ok(None) => Ok(()),
        Err(gap) => Err(gap),
    };
    let counted = account.account_summary().ok().map(|summary| &summary.providers);
    let lists = [account.saml_providers(), account.open_id_connect_providers()];
    if let Some(provider) = lists.iter().flatten().flat_map(|list| &list.items).next() {
        return Ok(Verdict::pass(format!("there is the identity provider {}", provider.arn)));
    }
    let none = match counted.and_then(|counted| counted.known().ok()) {
        Some(0) => counted.and_then(Fact::source),
        Some(count) => {
            return Ok(Verdict::pass(format!("the account summary counts identity providers: {count}")));
        }
        None => Some(none_listed(&lists)?),
    };
    no_center?;
    let message = "IAM users have console passwords, and the account knows no identity provider";
    let failure = cx.fail(message).because(&password);
    none.into_iter().fold(failure, crate::check::Failure::at).judged()
}

/// The place of the first password of a user; `None` when certainly nobody has one.
fn any_password(account: &Account) -> Result<Option<Fact<bool>>, Arc<Gap>> {
    let mut unseen = None;
    for user in account.users() {
        match user.password_enabled.known() {
            Ok(true) => return Ok(Some(user.password_enabled)),
            Ok(false) => {}
            Err(gap) => drop(unseen.get_or_insert(gap)),
        }
    }
    if let Some(gap) = unseen {
        return Err(gap);
    }
    // Rows that could not be read may be users with a password. `report-incomplete` says when rows are missing.
    match account.credential_report()?.unread().first() {
        Some(row) => Err(Arc::clone(&row.gap)),
        None => Ok(None),
    }
}

/// A role that IAM Identity Center made in the account.
fn identity_center(account: &Account) -> Supplied<Option<&str>> {
    let identities = account.identities()?;
    let role = identities.roles().find(|role| role.detail.is_of_identity_center());
    match role {
        Some(role) => Ok(Some(&role.detail.name)),
        None => identities.complete_roles().map(|()| None),
    }
}

/// That both lists are there and empty.
fn none_listed(lists: &[Supplied<&Listing<IdentityProvider>>; 2]) -> Supplied<Source> {
    let [saml, open_id_connect] = lists;
    for list in [saml, open_id_connect] {
        list.as_ref().map_err(Arc::clone)?.complete()?;
    }
    let file = saml.as_ref().map_err(Arc::clone)?.file;
    Ok(Source { file, place: Place::Json { list: "SAMLProviderList", item: None, field: "" } })
}
