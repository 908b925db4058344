use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::PolicySet;
use iam_policy::policy::Policy;

use crate::evidence::{Account, Organization, Supplied};
use crate::fact::{Gap, Reason};
use crate::ident::AccountId;
use crate::input::organizations_policies::{
    OrganizationPolicy, OrganizationPolicyKind, OrganizationPolicySummary,
};
use crate::input::{Artefact, PolicyDocument, quoted};

/// What the policies of an organization leave to the principals of an account and to resources, as far as they were handed in.
///
/// Nothing that was handed in tells of an organization: then there is none, as far as anybody knows. Where some of it was and not
/// all, the rest is a doubt with a gap that says what to hand in.
///
/// Source: AWS Organizations User Guide, "SCP evaluation" and "RCP evaluation".
#[derive(Debug, Clone, Default)]
pub struct Controls<'a> {
    management_account: Option<AccountId>,
    /// What binds the principals: service control policies.
    pub of_principals: Bounds<'a>,
    /// What binds the resources: resource control policies.
    pub of_resources: Bounds<'a>,
}

/// The policies of one type above an account.
#[derive(Debug, Clone, Default)]
pub struct Bounds<'a> {
    /// The root, each unit on the way, and the account itself. Empty where nothing binds the account, or where it is not known
    /// what is attached to any of them.
    pub levels: Vec<Level<'a>>,
    /// Policies of the customer that may be attached to any level, by name.
    pub unattached: Vec<(String, &'a Policy)>,
    /// What was not seen.
    pub gaps: Vec<Arc<Gap>>,
}

/// The policies attached to the root, to one unit or to an account.
#[derive(Debug, Clone)]
pub struct Level<'a> {
    /// Its id.
    pub id: String,
    /// The policies.
    pub policies: Vec<Attached<'a>>,
    /// Whether that is all of them.
    pub is_whole: bool,
}

/// A policy attached to a level.
#[derive(Debug, Clone)]
pub struct Attached<'a> {
    /// Its name.
    pub name: String,
    /// What it says.
    pub policy: &'a Policy,
    /// Its text; `None` for the policy of AWS that allows everything, where it was not handed in.
    pub document: Option<&'a PolicyDocument>,
}

impl<'a> Controls<'a> {
    /// Those that bind the principals of an account, and the resources of `owner`: of the same account where that is `None`.
    pub fn of(account: &'a Account, owner: Option<AccountId>) -> Self {
        let organization = match account.organization() {
            Ok(organization) => organization,
            Err(gap) => {
                let unseen = || Bounds { gaps: vec![Arc::clone(&gap)], ..Bounds::default() };
                return Self { of_principals: unseen(), of_resources: unseen(), management_account: None };
            }
        };
        let owner = owner.or(account.id());
        // The organization tells nothing of the resources of others.
        let is_ours = owner == account.id() || owner.is_some_and(|owner| organization.levels(owner).is_ok());
        let of_resources = if is_ours {
            Bounds::of(organization, &OrganizationPolicyKind::ResourceControl, owner)
        } else {
            Bounds::default()
        };
        Self {
            management_account: organization.management_account(),
            of_principals: Bounds::of(organization, &OrganizationPolicyKind::ServiceControl, account.id()),
            of_resources,
        }
    }

    /// The set with the policies that are known to be attached. Levels that were not seen whole make its answers depend on
    /// that.
    pub fn bind(&self, set: PolicySet<'a>) -> PolicySet<'a> {
        let set = match self.management_account {
            Some(account) => set.managed_by(account),
            None => set,
        };
        let set = self.of_principals.levels.iter().fold(set, |set, level| {
            let policies = level.policies.iter().map(|attached| attached.policy);
            if level.is_whole { set.with_level(policies) } else { set.with_level_seen_in_part(policies) }
        });
        self.of_resources.attached().fold(set, |set, attached| set.with(attached.policy))
    }

    /// The set with those policies too of which nothing is known but that there are some.
    pub fn bind_in_doubt(&self, set: PolicySet<'a>) -> PolicySet<'a> {
        let kinds = [
            (PolicyKind::ServiceControl, &self.of_principals),
            (PolicyKind::ResourceControl, &self.of_resources),
        ];
        let doubtful = kinds.into_iter().filter(|(_, bounds)| !bounds.gaps.is_empty());
        doubtful.fold(self.bind(set), |set, (kind, _)| set.unseen(kind))
    }

    /// What was not seen of either.
    pub fn gaps(&self) -> impl Iterator<Item = &Arc<Gap>> {
        self.of_principals.gaps.iter().chain(&self.of_resources.gaps)
    }

    /// The policies that may bind and of which it is not known whether they are attached, by name.
    pub fn unattached(&self) -> impl Iterator<Item = &(String, &'a Policy)> {
        self.of_principals.unattached.iter().chain(&self.of_resources.unattached)
    }
}

impl<'a> Bounds<'a> {
    /// The policies of all levels.
    pub fn attached(&self) -> impl Iterator<Item = &Attached<'a>> {
        self.levels.iter().flat_map(|level| &level.policies)
    }

    fn of(organization: &'a Organization, kind: &OrganizationPolicyKind, account: Option<AccountId>) -> Self {
        if account.is_some() && account == organization.management_account() {
            return Self::default();
        }
        let levels = account.map(|account| organization.levels(account));
        let root = match &levels {
            Some(Ok(levels)) => levels.first().map(String::as_str),
            _ => organization.roots().next(),
        };
        let in_force = root.and_then(|root| organization.in_force(root));
        if in_force.is_some_and(|kinds| !kinds.contains(kind)) {
            return Self::default();
        }
        let known = Known::of(organization, kind);
        if !known.has_of_customer() {
            // The policy of AWS that is left then allows everything.
            let gaps = if known.is_listed || in_force.is_none() { Vec::new() } else { vec![unlisted(kind)] };
            return Self { gaps, ..Self::default() };
        }
        known.above(levels.unwrap_or_else(|| Err(nameless())))
    }
}

/// The policies of one type that were handed in.
struct Known<'a> {
    organization: &'a Organization,
    kind: OrganizationPolicyKind,
    /// By id.
    policies: BTreeMap<&'a str, (&'a OrganizationPolicySummary, Option<&'a OrganizationPolicy>)>,
    /// Whether a list of them was seen to its end.
    is_listed: bool,
}

impl<'a> Known<'a> {
    fn of(organization: &'a Organization, kind: &OrganizationPolicyKind) -> Self {
        let is_of_kind = |summary: &OrganizationPolicySummary| {
            // One of an unknown type may be of this one.
            summary.kind.known().map_or(true, |own| own == *kind)
        };
        let listed = organization.lists().iter().flat_map(|list| &list.items).map(|summary| (summary, None));
        let texts = organization.policies().iter().map(|policy| (&policy.summary, Some(policy)));
        let all = listed.chain(texts).filter(|(summary, _)| is_of_kind(summary));
        let mut lists = organization.lists().iter().filter(|list| list.items.iter().any(is_of_kind));
        Self {
            organization,
            kind: kind.clone(),
            policies: all.map(|(summary, policy)| (&*summary.id, (summary, policy))).collect(),
            is_listed: lists.any(|list| list.incomplete.is_none()),
        }
    }

    fn has_of_customer(&self) -> bool {
        self.policies.values().any(|(summary, _)| summary.is_of_aws.known() != Ok(true))
    }

    fn above(&self, levels: Supplied<Vec<String>>) -> Bounds<'a> {
        let mut bounds = Bounds::default();
        match levels {
            Ok(ids) => {
                let level = |id| Level { id, policies: Vec::new(), is_whole: true };
                bounds.levels = ids.into_iter().map(level).collect();
            }
            Err(gap) => bounds.gaps.push(unattached(&self.kind, &gap)),
        }
        if !self.is_listed {
            bounds.gaps.push(unlisted(&self.kind));
        }
        let mut adrift = Vec::new();
        for (id, (summary, policy)) in &self.policies {
            let said = said(&self.kind, summary, *policy);
            let name = summary.name.known().unwrap_or_else(|_| (*id).to_owned());
            let targets = self.organization.targets(id);
            let is_attached =
                |level: &Level<'_>| targets.is_some_and(|targets| targets.items.contains(&level.id));
            for level in bounds.levels.iter_mut().filter(|level| is_attached(level)) {
                match &said {
                    Ok((policy, document)) => {
                        level.policies.push(Attached { name: name.clone(), policy, document: *document });
                    }
                    Err(_) => level.is_whole = false,
                }
            }
            let is_placed =
                !bounds.levels.is_empty() && targets.is_some_and(|list| list.incomplete.is_none());
            let may_bind = summary.is_of_aws.known() != Ok(true);
            match &said {
                Ok((policy, _)) if !is_placed && may_bind => bounds.unattached.push((name, policy)),
                Ok(_) => {}
                Err(gap) => bounds.gaps.push(Arc::clone(gap)),
            }
            if targets.is_none_or(|list| list.incomplete.is_some()) {
                adrift.push(*id);
            }
        }
        if bounds.attached().next().is_none() && !adrift.is_empty() {
            bounds.levels.clear();
        }
        let is_sure = adrift.is_empty() && self.is_listed;
        for level in &mut bounds.levels {
            level.is_whole &= is_sure;
            // AWS keeps one of them attached everywhere.
            let always_has_one = self.kind == OrganizationPolicyKind::ServiceControl;
            if always_has_one && level.policies.is_empty() && level.is_whole {
                level.is_whole = false;
                bounds.gaps.push(nothing_attached(&level.id));
            }
        }
        bounds.gaps.extend(untold(&adrift));
        bounds
    }
}

/// What a policy says. The one that AWS attaches everywhere need not be handed in.
fn said<'a>(
    kind: &OrganizationPolicyKind,
    summary: &OrganizationPolicySummary,
    policy: Option<&'a OrganizationPolicy>,
) -> Supplied<(&'a Policy, Option<&'a PolicyDocument>)> {
    summary.kind.known()?;
    let Some(policy) = policy else {
        let allows_all = summary.is_of_aws.known() == Ok(true);
        let full = allows_all.then(|| full_access(kind)).flatten();
        return full.map(|policy| (policy, None)).ok_or_else(|| {
            gap(
                Artefact::OrganizationsPolicy,
                format!("what the organization's policy {} says was not seen", quoted(&summary.id)),
                format!("hand in what `aws organizations describe-policy --policy-id {}` says", summary.id),
            )
        });
    };
    let document = policy.document.seen()?;
    Ok((document.policy()?, Some(document)))
}

/// The policy of AWS that it attaches to everything, so that those of the customer need only deny.
///
/// Source: AWS Organizations User Guide, "Service control policies", `FullAWSAccess`, and "Resource control policies",
/// `RCPFullAWSAccess`.
pub(crate) fn full_access(kind: &OrganizationPolicyKind) -> Option<&'static Policy> {
    static OF_PRINCIPALS: OnceLock<Option<Policy>> = OnceLock::new();
    static OF_RESOURCES: OnceLock<Option<Policy>> = OnceLock::new();
    let compiled = |name, kind, text| Some(Policy::compile(name, kind, &Document::parse(text).ok()?));
    match kind {
        OrganizationPolicyKind::ServiceControl => OF_PRINCIPALS.get_or_init(|| {
            let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
            compiled("FullAWSAccess", PolicyKind::ServiceControl, text)
        }),
        OrganizationPolicyKind::ResourceControl => OF_RESOURCES.get_or_init(|| {
            let text = r#"{"Version": "2012-10-17", "Statement":
                {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#;
            compiled("RCPFullAWSAccess", PolicyKind::ResourceControl, text)
        }),
        OrganizationPolicyKind::Other(_) => return None,
    }
    .as_ref()
}

fn gap(artefact: Artefact, what: String, remedy: String) -> Arc<Gap> {
    let (what, remedy) = (what.into(), remedy.into());
    Arc::new(Gap { reason: Reason::NotSupplied, artefact: Some(artefact), source: None, what, remedy })
}

fn words(kind: &OrganizationPolicyKind) -> &str {
    match kind {
        OrganizationPolicyKind::ServiceControl => "service control policies",
        OrganizationPolicyKind::ResourceControl => "resource control policies",
        OrganizationPolicyKind::Other(word) => word,
    }
}

fn unattached(kind: &OrganizationPolicyKind, because: &Gap) -> Arc<Gap> {
    let what = format!(
        "{} of the organization were handed in, but not whom they are attached to: {}",
        words(kind),
        because.what
    );
    Arc::new(Gap { what: what.into(), ..because.clone() })
}

fn nameless() -> Arc<Gap> {
    let what = "which account this is was not seen".to_owned();
    gap(Artefact::OrganizationsTree, what, "hand in an artefact that names the account".to_owned())
}

fn unlisted(kind: &OrganizationPolicyKind) -> Arc<Gap> {
    let filter = match kind {
        OrganizationPolicyKind::ResourceControl => "RESOURCE_CONTROL_POLICY",
        _ => "SERVICE_CONTROL_POLICY",
    };
    gap(
        Artefact::OrganizationsPolicies,
        format!("no whole list of the organization's {} was handed in", words(kind)),
        format!("hand in what `aws organizations list-policies --filter {filter}` says"),
    )
}

fn nothing_attached(level: &str) -> Arc<Gap> {
    gap(
        Artefact::OrganizationsTargets,
        format!(
            "no service control policy was seen to be attached to {}, and there always is one",
            quoted(level)
        ),
        "hand in what `aws organizations list-targets-for-policy` says of every policy".to_owned(),
    )
}

/// That it is not known what policies are attached to: one gap for all of them.
fn untold(policies: &[&str]) -> Option<Arc<Gap>> {
    let first = policies.first()?;
    let others = match policies.len() {
        1 => String::new(),
        all => format!(" and {} more", all.saturating_sub(1)),
    };
    Some(gap(
        Artefact::OrganizationsTargets,
        format!("what the organization's policy {}{others} is attached to was not seen", quoted(first)),
        format!(
            "hand in what `aws organizations list-targets-for-policy --policy-id {first}` says, as targets/{first}.json, and so of \
             each"
        ),
    ))
}
