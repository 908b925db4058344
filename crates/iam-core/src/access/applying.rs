use std::sync::Arc;

use iam_policy::document::PolicyKind;
use iam_policy::evaluate::PolicySet;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};

use super::{Bounds, Controls, IdentityPolicies};
use crate::evidence::{Account, Evidence, Identities, Identity, Supplied};
use crate::fact::{Gap, Reason};
use crate::input::{Artefact, PolicyDocument};

/// The policies of a snapshot that apply to one request: those of the principal, of the role that is asked for, and of the
/// organization.
#[derive(Debug, Clone)]
pub struct Applying<'a> {
    /// For the evaluator, with what was not seen.
    pub set: PolicySet<'a>,
    /// Their texts.
    pub documents: Vec<&'a PolicyDocument>,
    /// What was not seen, a sentence each.
    pub notes: Vec<String>,
}

/// The request with the path of the role, which the ARN of a session does not say: names of roles are unique in an account.
///
/// Source: IAM User Guide, "IAM and AWS STS quotas", "IAM name requirements".
pub fn with_path_of_role(request: Request, evidence: &Evidence) -> Request {
    let Principal::RoleSession(session) = request.principal() else { return request };
    let own = evidence.accounts.iter().filter(|account| account.id() == Some(session.account));
    let identities = own.filter_map(|account| account.identities().ok());
    let mut roles = identities.flat_map(Identities::roles).filter(|_| session.may_have_path());
    let Some(session) = roles.find_map(|role| session.of_role(&role.detail.arn)) else { return request };
    let mut parts =
        RequestParts::new(Principal::RoleSession(session), request.action().clone(), request.given().clone());
    parts.resource = request.resource().map(Into::into);
    parts.resource_account = request.resource_account();
    Request::new(parts).unwrap_or(request)
}

impl<'a> Applying<'a> {
    /// Gathers them, into a set of policies that were handed in otherwise. Where there are some of the organization's among those,
    /// they stand for what the snapshot holds of their kind.
    ///
    /// # Errors
    ///
    /// The gap, where the snapshot does not tell of the principal.
    pub fn to(request: &Request, evidence: &'a Evidence, set: PolicySet<'a>) -> Supplied<Self> {
        let principal = request.principal();
        let mut accounts = evidence.accounts.iter();
        let account = accounts
            .find(|account| account.id().is_some() && account.id() == principal.account())
            .ok_or_else(|| nothing_of(principal))?;
        let identities = account.identities()?;
        let identity = match principal {
            Principal::User(user) => Some(Identity::User(identities.user(user.arn())?)),
            Principal::RoleSession(session) => Some(Identity::Role(identities.role(session.role())?)),
            _ => None,
        };
        let mut applying = Self { set, documents: Vec::new(), notes: Vec::new() };
        if let Some(identity) = identity {
            applying.add_identity(&identity);
        }
        let role = request.resource().filter(|resource| resource.contains(":role/"));
        if let Some(role) = role.and_then(|role| identities.role(role).ok()) {
            match role.detail.trust.seen().and_then(|trust| Ok((trust, trust.policy()?))) {
                Ok((document, policy)) => {
                    applying.documents.push(document);
                    applying.set = applying.set.with(policy);
                }
                Err(gap) => {
                    let what = format!("the trust policy of role {} was not seen", role.detail.name);
                    applying.notes.push(format!("{what}: {}", gap.what));
                    applying.set = applying.set.unseen(PolicyKind::Trust);
                }
            }
        }
        applying.add_controls(account, request);
        Ok(applying)
    }

    fn add_identity(&mut self, identity: &Identity<'a>) {
        let IdentityPolicies { set, documents, unseen } =
            IdentityPolicies::of(identity, std::mem::take(&mut self.set));
        self.set = set;
        self.documents.extend(documents);
        self.notes.extend(unseen.into_iter().map(|(kind, gap)| match kind {
            PolicyKind::Boundary => {
                format!("the permissions boundary of {identity} was not seen: {}", gap.what)
            }
            _ => format!("not all policies of {identity} were seen: {}", gap.what),
        }));
    }

    fn add_controls(&mut self, account: &'a Account, request: &Request) {
        let mut controls = Controls::of(account, request.resource_account());
        for (kind, bounds, option) in [
            (PolicyKind::ServiceControl, &mut controls.of_principals, "--scp"),
            (PolicyKind::ResourceControl, &mut controls.of_resources, "--rcp"),
        ] {
            if self.set.has(kind) {
                *bounds = Bounds::default();
            }
            let note = |gap: &Arc<Gap>| {
                format!("{}; {}, or the policies that apply with {option}", gap.what, gap.remedy)
            };
            self.notes.extend(bounds.gaps.iter().map(note));
            self.documents.extend(bounds.attached().filter_map(|attached| attached.document));
        }
        self.set = controls.bind_in_doubt(std::mem::take(&mut self.set));
    }
}

fn nothing_of(principal: &Principal) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::AuthorizationDetails),
        source: None,
        what: format!("it holds nothing of the account of {principal}").into(),
        remedy: format!("hand in `{}` of that account", Artefact::AuthorizationDetails.command()).into(),
    })
}
