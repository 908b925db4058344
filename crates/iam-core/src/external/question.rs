use std::collections::BTreeSet;

use iam_policy::symbolic::{Settings, TRUSTED_KEYS, Zone};

use crate::evidence::Account;
use crate::ident::{AccountId, Arn};
use crate::input::organizations_features::OrganizationsFeatures;

/// How the question is asked.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// Who counts as inside.
    pub zone: Zone,
    /// Whether findings are left out that the others cover together.
    pub is_concise: bool,
    /// The one resource to look at; `None` for all.
    pub resource: Option<&'a str>,
    /// The condition keys that a requester does not choose.
    pub trusted_keys: &'a [&'a str],
    /// How much may be spent on each policy.
    pub settings: Settings,
}

impl<'a> Question<'a> {
    /// Asks about this resource only, where one is named. The account that its ARN tells is inside, whosever evidence it lies in.
    #[must_use]
    pub fn only_about(mut self, resource: Option<&'a str>) -> Self {
        if let Some(owner) = resource.and_then(|arn| Arn::parse(arn).ok()?.account().ok()) {
            self.zone.accounts = [owner].into();
        }
        Self { resource, ..self }
    }
}

impl Question<'_> {
    /// With the account itself as what counts as inside, and a tenth of the usual limits, as there are many policies.
    pub fn of(account: &Account) -> Self {
        let settings = Settings::default();
        Self {
            zone: Zone { accounts: account.id().into_iter().collect(), organization: None },
            is_concise: false,
            resource: None,
            trusted_keys: TRUSTED_KEYS,
            settings: Settings {
                max_states: settings.max_states / 10,
                max_comparisons: settings.max_comparisons / 10,
                ..settings
            },
        }
    }

    /// The same, where these accounts count as inside as well.
    #[must_use]
    pub fn trusting(mut self, accounts: &BTreeSet<AccountId>) -> Self {
        self.zone.accounts.extend(accounts);
        self
    }

    /// The same, where all of an organization counts as inside.
    #[must_use]
    pub fn trusting_organization(mut self, id: &str) -> Self {
        self.zone.organization = Some(id.into());
        self
    }

    pub(super) fn is_about(&self, arn: &str) -> bool {
        self.resource.is_none_or(|resource| resource == arn)
    }
}

/// The id of the organization that the account belongs to, where the artefacts tell it.
pub fn organization_of(account: &Account) -> Option<&str> {
    let mut features = account.organizations_features().ok().into_iter().chain(account.organization_of_run());
    features.find_map(|features| match features {
        OrganizationsFeatures::Enabled { organization, .. } => organization.as_deref(),
        _ => None,
    })
}
