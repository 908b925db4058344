//! Which principals of an account can do one thing with one resource, by all policies that are known of them.
//!
//! Each user, role and the root user is asked for with everything that decides: identity policies, those of groups, the
//! permissions boundary, the policies of the organization above the account and above that of the resource, and the resource's own
//! policy. What a request would have to bring, such as MFA or an address, is not known; then the answer depends on it and says so.
//! Policies of the organization of which it is not known what they are attached to are named where they would take the answer away.
//!
//! Principals of other accounts are not asked for: [`crate::external`] tells what the resource grants them.

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_policy::context::Context;
use iam_policy::document::PolicyKind;
use iam_policy::evaluate::{Answer, Grant, PolicySet, evaluate};
use iam_policy::policy::{Policy, StatementRef};
use iam_policy::principal::Principal;
use iam_policy::request::{Action, Request, RequestParts};
use iam_policy::truth::Doubts;

use crate::access::{Controls, IdentityPolicies, full_access};
use crate::evidence::{Account, Evidence, Identity, Supplied, UnusedFile};
use crate::external::made_up;
use crate::external::way::Opened;
use crate::fact::{Gap, Reason, Source};
use crate::ident::{AccountId, Arn};
use crate::input::organizations_policies::OrganizationPolicyKind;
use crate::input::resource_policies::ResourceKind;
use crate::input::{Artefact, PolicyDocument, quoted};

/// Who can do an action with a resource.
#[derive(Debug, Clone)]
pub struct WhoCan {
    /// The account whose principals were asked for, where it is known.
    pub account: Option<AccountId>,
    /// Where the evidence came from.
    pub location: String,
    /// Those who can, for certain or depending on something, by ARN.
    pub able: Vec<Able>,
    /// How many cannot.
    pub unable: usize,
    /// What was not seen and could change the answer.
    pub unseen: Vec<Arc<Gap>>,
}

/// One who can do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Able {
    /// The ARN.
    pub arn: String,
    /// What it depends on; empty if it certainly can.
    pub depends_on: Vec<String>,
    /// What opens it.
    pub by: Vec<Opening>,
    /// Policies of the organization that may deny it: whether they are attached above the account is not known, nor whether
    /// others there allow what they do not.
    pub limited_by: Vec<String>,
}

/// A statement that opens the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// The name of the policy, or the ARN of the resource.
    pub policy: String,
    /// From 0.
    pub index: usize,
    /// The `Sid`.
    pub sid: Option<String>,
    /// Where it stands; `None` where the file did not keep it.
    pub source: Option<Source>,
}

/// Asks every principal of the account.
pub fn who_can(account: &Account, action: &Action, resource: &str) -> WhoCan {
    let asker = Asker::of(account, action, resource);
    let mut found = WhoCan {
        account: account.id(),
        location: account.location().to_owned(),
        able: Vec::new(),
        unable: 0,
        unseen: asker.unseen.iter().chain(&asker.gaps).cloned().collect(),
    };
    let mut answers = Vec::new();
    if let Some(id) = account.id() {
        answers.push(asker.answer(
            Principal::root(id),
            format!("arn:{}:iam::{id}:root", account.partition()),
            PolicySet::new(),
            &[],
        ));
    }
    match account.identities() {
        Ok(identities) => {
            let users = identities.users().map(Identity::User);
            let roles = identities.roles().map(Identity::Role);
            answers.extend(users.chain(roles).filter_map(|identity| asker.of_identity(&identity)));
            found.unseen.extend(identities.complete_users().err());
            found.unseen.extend(identities.complete_roles().err());
        }
        Err(gap) => found.unseen.push(gap),
    }
    for answer in answers {
        match answer {
            Some(able) => found.able.push(able),
            None => found.unable = found.unable.saturating_add(1),
        }
    }
    found.able.sort_by(|a, b| a.arn.cmp(&b.arn));
    found.unseen.dedup();
    found
}

/// Asks every principal of all accounts. A file that should have been read and was not may hold a policy that decides: no
/// account's answer is whole then.
pub fn who_can_in(evidence: &Evidence, action: &Action, resource: &str) -> Vec<WhoCan> {
    let gap = |file: &UnusedFile| {
        Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: None,
            source: None,
            what: format!("{} was not read: {}", file.path, file.why).into(),
            remedy: file.remedy.as_str().into(),
        })
    };
    let faults: Vec<Arc<Gap>> = evidence.unused.iter().filter(|file| file.is_fault).map(gap).collect();
    let of_account = |account| {
        let mut found = who_can(account, action, resource);
        found.unseen.extend(faults.iter().cloned());
        found
    };
    evidence.accounts.iter().map(of_account).collect()
}

struct Asker<'a> {
    action: &'a Action,
    resource: &'a str,
    owner: Option<AccountId>,
    /// The policy of the resource itself.
    own: Option<&'a PolicyDocument>,
    /// Why that was not seen, if so.
    unseen: Option<Arc<Gap>>,
    own_kind: PolicyKind,
    /// What the grants of a key let in, as a policy, with their names.
    granted: Option<(Box<Policy>, Vec<made_up::Entry>)>,
    /// What else was not seen.
    gaps: Vec<Arc<Gap>>,
    /// What the organization leaves.
    controls: Controls<'a>,
}

impl<'a> Asker<'a> {
    fn of(account: &'a Account, action: &'a Action, resource: &'a str) -> Self {
        let (own, own_kind) = own_policy(account, action, resource);
        let (own, unseen) = match own.and_then(|own| own.map(|own| own.policy().map(|_| own)).transpose()) {
            Ok(own) => (own, None),
            Err(gap) => (None, Some(gap)),
        };
        let known = |arn: &str| Arn::parse(arn).ok().and_then(|arn| arn.account().ok());
        let owner = known(resource).or_else(|| account.resources().holding(resource)?.account);
        let controls = Controls::of(account, owner);
        let mut gaps = misread(account);
        gaps.extend(controls.gaps().cloned());
        let granted = granted(account, action, resource, own, &mut gaps);
        Self { action, resource, owner, own, unseen, own_kind, granted, gaps, controls }
    }

    /// The answer of a user or role; the outer `None` for those without a sound ARN.
    #[expect(clippy::option_option, reason = "the outer one says whether it was asked")]
    fn of_identity(&self, identity: &Identity<'a>) -> Option<Option<Able>> {
        let principal = match identity {
            Identity::User(_) => Principal::user(identity.arn()).ok()?,
            Identity::Role(_) => Principal::role_session(identity.arn(), None).ok()?,
            Identity::Group(_) => return None,
        };
        let IdentityPolicies { set, documents, .. } = IdentityPolicies::of(identity, PolicySet::new());
        Some(self.answer(principal, identity.arn().to_owned(), set, &documents))
    }

    /// `None` for one who cannot.
    fn answer(
        &self,
        principal: Principal,
        arn: String,
        set: PolicySet<'a>,
        documents: &[&'a PolicyDocument],
    ) -> Option<Able> {
        let parts = RequestParts::new(principal, self.action.clone(), Context::open()).on(self.resource);
        let parts = match self.owner {
            Some(owner) => parts.owned_by(owner),
            None => parts,
        };
        let request = Request::new(parts).ok()?;
        let set = match self.own.and_then(|own| own.policy().ok()) {
            Some(own) => set.with(own),
            None if self.unseen.is_some() => set.unseen(self.own_kind),
            None => set,
        };
        let set = self.granted.iter().fold(set, |set, (policy, _)| set.with(policy));
        let set = self.controls.bind(set);
        let documents: Vec<&PolicyDocument> = documents.iter().copied().chain(self.own).collect();
        let opening = |cited: &StatementRef<'_>| {
            if let Some((policy, entries)) = &self.granted
                && std::ptr::eq(cited.policy, &raw const **policy)
            {
                let entry = entries.get(cited.index);
                return Opening {
                    policy: format!("the grants of {}", policy.name()),
                    index: cited.index,
                    sid: entry.and_then(|entry| entry.name.clone()),
                    source: entry.map(|entry| entry.source),
                };
            }
            let is_it = |document: &&&PolicyDocument| {
                document.policy().is_ok_and(|policy| std::ptr::eq(policy, cited.policy))
            };
            let document = documents.iter().find(is_it);
            Opening {
                policy: cited.policy.name().to_owned(),
                index: cited.index,
                sid: cited.statement.sid.as_deref().map(str::to_owned),
                source: document.map(|document| document.part(cited.statement.at)),
            }
        };
        let answer = evaluate(&request, &set).answer;
        let doubts = match &answer {
            Answer::Depends { on, .. } => on.clone(),
            _ => Doubts::new(),
        };
        let (depends_on, by): (Vec<String>, BTreeSet<Opening>) = match answer {
            Answer::Allowed { by } => {
                let statements = by.iter().filter_map(|grant| match grant {
                    Grant::Statement(cited) => Some(cited),
                    _ => None,
                });
                (Vec::new(), statements.map(opening).collect())
            }
            Answer::Depends { on, statements } => {
                let allows = statements.iter().filter(|cited| cited.statement.allows());
                (on.iter().map(ToString::to_string).collect(), allows.map(opening).collect())
            }
            Answer::ExplicitDeny { .. } | Answer::ImplicitDeny { .. } => return None,
        };
        let stops = |bounded: PolicySet<'_>| match evaluate(&request, &bounded).answer {
            Answer::Allowed { .. } => false,
            Answer::Depends { on, .. } => !on.is_subset(&doubts),
            Answer::ExplicitDeny { .. } | Answer::ImplicitDeny { .. } => true,
        };
        let may_stop = |policy: &Policy| {
            let beside_full = match policy.kind() {
                PolicyKind::ServiceControl => {
                    let full = full_access(&OrganizationPolicyKind::ServiceControl);
                    set.clone().with_level(full.into_iter().chain([policy]))
                }
                _ => set.clone().with(policy),
            };
            // One that allows something may stand in place of the policy that allows everything.
            let allows_some = policy.statements().any(|cited| cited.statement.allows());
            stops(beside_full) || allows_some && stops(set.clone().with(policy))
        };
        let limited_by = self.controls.unattached().filter(|(_, policy)| may_stop(policy));
        let limited_by = limited_by.map(|(name, _)| name.clone()).collect();
        Some(Able { arn, depends_on, by: by.into_iter().collect(), limited_by })
    }
}

/// What of the organization's policies was handed in and cannot be read.
fn misread(account: &Account) -> Vec<Arc<Gap>> {
    let is_of_organization = |gap: &&Arc<Gap>| {
        gap.artefact.is_some_and(|artefact| artefact.service() == "organizations") && gap.reason.is_failure()
    };
    account.gaps().iter().filter(is_of_organization).cloned().collect()
}

/// What the grants of a key let in. What of them was not seen is a gap.
fn granted(
    account: &Account,
    action: &Action,
    resource: &str,
    own: Option<&PolicyDocument>,
    gaps: &mut Vec<Arc<Gap>>,
) -> Option<(Box<Policy>, Vec<made_up::Entry>)> {
    if action.service() != "kms" {
        return None;
    }
    let key = account.resources().named(resource).filter(|key| key.kind == ResourceKind::Key)?;
    let way = made_up::of_grants(key, own);
    gaps.extend(way.incomplete);
    match way.opened {
        Ok(Some(Opened::Made { policy, entries })) => Some((policy, entries)),
        Ok(_) => None,
        Err(gap) => {
            gaps.push(gap);
            None
        }
    }
}

/// The policy of the resource, or of the role, and its kind.
fn own_policy<'a>(
    account: &'a Account,
    action: &Action,
    resource: &str,
) -> (Supplied<Option<&'a PolicyDocument>>, PolicyKind) {
    if resource.contains(":role/") && action.service() == "sts" {
        let trust = account
            .identities()
            .and_then(|identities| identities.role(resource))
            .and_then(|role| role.detail.trust.seen().map(Some));
        return (trust, PolicyKind::Trust);
    }
    let is_alias =
        Arn::parse(resource).is_ok_and(|arn| arn.service == "kms" && arn.resource.starts_with("alias/"));
    if is_alias {
        let gap = Gap {
            reason: Reason::NotSupplied,
            artefact: Some(Artefact::ResourcePolicy),
            source: None,
            what: format!("the policy of the key that {} stands for was not seen", quoted(resource)).into(),
            remedy: "ask for the ARN of the key, which `aws kms describe-key` tells".into(),
        };
        return (Err(Arc::new(gap)), PolicyKind::Resource);
    }
    (account.resources().policy_of(resource), PolicyKind::Resource)
}
