//! From a request and the policies that apply to the answer and its reason.
//!
//! Truth has a third value: where the answer rests on what is not known, it is [`Answer::Depends`] and says on what.
//! Grants of KMS keys are no policies and are not looked at.
//!
//! Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".

mod decision;
mod layer;
mod protection;
mod set;

pub use decision::{Answer, Cited, Decision, Grant, Layer, LayerReport};
pub use set::PolicySet;

use crate::catalogue::Catalogue;
use crate::document::PolicyKind;
use crate::pattern::Naming;
use crate::policy::Policy;
use crate::principal::Principal;
use crate::request::Request;
use crate::truth::{Doubt, Rule, Truth};
use layer::{Scan, certain};

/// Decides a request.
pub fn evaluate<'p>(request: &Request, policies: &PolicySet<'p>) -> Decision<'p> {
    let principal = request.principal();
    let is_signed = !matches!(principal, Principal::Anonymous | Principal::Federated(_));
    if is_signed && request.action().is("sts", "GetCallerIdentity") {
        let answer = Answer::Allowed { by: vec![Grant::NeedsNoPermission] };
        return Decision { answer, layers: Vec::new() };
    }
    if protection::forbids(request) {
        let answer = Answer::ImplicitDeny { missing: vec![Layer::Protection] };
        return Decision { answer, layers: Vec::new() };
    }
    if matches!(principal, Principal::Root(_)) && request.action().is("sts", "AssumeRole") {
        let answer = Answer::ImplicitDeny { missing: vec![Layer::RootUser] };
        return Decision { answer, layers: Vec::new() };
    }
    let layers = Layers::of(request, policies);
    let answer = layers.answer(request);
    Decision { answer, layers: layers.reports() }
}

/// What each layer says about a request.
struct Layers<'p> {
    resource_control: Option<LayerReport<'p>>,
    service_control: Vec<LayerReport<'p>>,
    vpc_endpoint: Option<LayerReport<'p>>,
    public_access: Option<LayerReport<'p>>,
    resource: LayerReport<'p>,
    /// Whether a policy of the resource that was not seen may grant.
    unseen_resource: Truth,
    identity: Option<LayerReport<'p>>,
    boundary: Option<LayerReport<'p>>,
    session: Option<LayerReport<'p>>,
}

/// Whose the resource is, seen from the principal.
enum Ownership {
    /// The principal's account's.
    Own,
    /// Another account's.
    Foreign,
    /// The principal has no account.
    Outside,
    /// Not known.
    Unknown,
}

impl<'p> Layers<'p> {
    fn of(request: &Request, policies: &PolicySet<'p>) -> Self {
        let principal = request.principal();
        let has_identity =
            matches!(principal, Principal::User(_) | Principal::RoleSession(_) | Principal::FederatedUser(_));
        let is_session = matches!(principal, Principal::RoleSession(_) | Principal::FederatedUser(_));
        let is_unseen = |kind| policies.unseen.contains(&kind);
        let has_boundary = match (has_identity, policies.boundary.is_none()) {
            (true, false) => Truth::True,
            (true, true) if is_unseen(PolicyKind::Boundary) => {
                Truth::doubt(Doubt::Unseen(PolicyKind::Boundary))
            }
            (false, _) | (true, true) => Truth::False,
        };
        let scan = Scan { request, has_boundary: &has_boundary };
        let seen = |layer, kind, list: &[&'p Policy]| {
            let report = scan.report(layer, list);
            if is_unseen(kind) { report.or_unseen(kind) } else { report }
        };

        let is_managing =
            |account| policies.management_account.is_some_and(|managing| Some(managing) == account);
        let is_service_linked = principal.is_service_linked();
        let account = principal.account();
        let under_service_control =
            account.is_some() && !is_managing(account) && !is_service_linked.is_true();
        let under_resource_control = !is_managing(request.resource_account()) && !is_service_linked.is_true();
        // Where it is not known whether the organization's policies bind the principal.
        let if_bound = |report: LayerReport<'p>| LayerReport {
            allow: report.allow.or(|| is_service_linked.clone()),
            deny: report.deny.and(|| !is_service_linked.clone()),
            ..report
        };

        let mut service_control = Vec::new();
        if under_service_control {
            for (number, level) in policies.service_control.iter().enumerate() {
                let report = scan.report(Layer::ServiceControl(number), &level.policies);
                let report =
                    if level.is_whole { report } else { report.or_unseen(PolicyKind::ServiceControl) };
                service_control.push(if_bound(report));
            }
            if is_unseen(PolicyKind::ServiceControl) {
                let level = Layer::ServiceControl(service_control.len());
                service_control.push(if_bound(seen(level, PolicyKind::ServiceControl, &[])));
            }
        }
        let exists = |list: &[&Policy], kind| !list.is_empty() || is_unseen(kind);
        let resource_control = (under_resource_control
            && exists(&policies.resource_control, PolicyKind::ResourceControl))
        .then(|| {
            let list = &policies.resource_control;
            if_bound(resource_control(
                request,
                seen(Layer::ResourceControl, PolicyKind::ResourceControl, list),
            ))
        });
        let vpc_endpoint = exists(&policies.vpc_endpoint, PolicyKind::VpcEndpoint)
            .then(|| seen(Layer::VpcEndpoint, PolicyKind::VpcEndpoint, &policies.vpc_endpoint));
        let resource_kind = if is_role_assumed(request) { PolicyKind::Trust } else { PolicyKind::Resource };
        let identity = match principal {
            Principal::Root(_) => Some(LayerReport::fixed(Layer::Identity, Truth::True)),
            _ => has_identity.then(|| seen(Layer::Identity, PolicyKind::Identity, &policies.identity)),
        };
        let boundary = match policies.boundary {
            _ if !has_identity => None,
            Some(boundary) => Some(scan.report(Layer::Boundary, &[boundary])),
            None => is_unseen(PolicyKind::Boundary).then(|| seen(Layer::Boundary, PolicyKind::Boundary, &[])),
        };
        // A federated session without a session policy has no permissions.
        let has_session = exists(&policies.session, PolicyKind::Session)
            || matches!(principal, Principal::FederatedUser(_));
        let session =
            (is_session && has_session).then(|| seen(Layer::Session, PolicyKind::Session, &policies.session));
        Self {
            resource_control,
            service_control,
            vpc_endpoint,
            public_access: policies
                .restricts_public_bucket
                .then(|| LayerReport::fixed(Layer::PublicAccessBlock, passes_public_access_block(request))),
            resource: seen(Layer::Resource, resource_kind, &policies.resource),
            unseen_resource: if is_unseen(resource_kind) {
                Truth::doubt(Doubt::Unseen(resource_kind))
            } else {
                Truth::False
            },
            identity,
            boundary,
            session,
        }
    }

    fn answer(&self, request: &Request) -> Answer<'p> {
        let deny = Truth::any(self.iter().map(|report| report.deny.clone()));
        if deny.is_true() {
            let denying = self.iter().filter(|report| report.deny.is_true());
            let by = denying.flat_map(|report| certain(&report.denies)).collect();
            return Answer::ExplicitDeny { by };
        }
        let allow = self.allow(request);
        if allow.is_false() {
            return Answer::ImplicitDeny { missing: self.missing(request) };
        }
        let Truth::Unknown(on) = Truth::all([allow, !deny]) else {
            return Answer::Allowed { by: self.grants(request) };
        };
        let statements = self.iter().flat_map(|report| report.doubtful(&on)).collect();
        Answer::Depends { on, statements }
    }

    fn allow(&self, request: &Request) -> Truth {
        let guards = || Truth::all(self.guards().map(|report| report.allow.clone()));
        let within = || match ownership(request) {
            Ownership::Own => self.own(request),
            Ownership::Foreign => self.foreign(),
            Ownership::Outside => self.resource.allow.clone(),
            Ownership::Unknown => {
                let (own, foreign) = (self.own(request), self.foreign());
                if own == foreign {
                    return own;
                }
                let either = Truth::doubt(Doubt::ResourceAccount);
                Truth::any([
                    Truth::all([own.clone(), foreign.clone()]),
                    Truth::any([own, foreign]).and(|| either),
                ])
            }
        };
        guards().and(within)
    }

    /// What all of them have to allow, whoever owns the resource.
    fn guards(&self) -> impl Iterator<Item = &LayerReport<'p>> {
        self.service_control.iter().chain(&self.vpc_endpoint).chain(&self.public_access)
    }

    /// In one account, either side may grant. The policies of roles and KMS keys have to, at least to the account.
    fn own(&self, request: &Request) -> Truth {
        if needs_resource_policy(request) {
            return self.by_resource();
        }
        self.by_identity().or(|| self.by_resource())
    }

    /// Across accounts, both sides have to grant.
    fn foreign(&self) -> Truth {
        self.by_identity().and(|| self.resource.allow.clone())
    }

    fn by_identity(&self) -> Truth {
        Truth::all([&self.identity, &self.boundary, &self.session].map(|report| allows(report.as_ref())))
    }

    /// Whether the resource policy grants to a principal of its own account, which depends on how it names the principal.
    fn by_resource(&self) -> Truth {
        let seen = Truth::any(self.resource.allows.iter().map(|cited| self.grants_alone(cited)));
        let unseen = self.unseen_resource.clone();
        seen.or(|| unseen)
    }

    fn grants_alone(&self, cited: &Cited<'p>) -> Truth {
        let named = |(naming, truth): &(Naming, Truth)| {
            let others = [
                (naming.replaces_identity(), &self.identity),
                (naming.replaces_boundary(), &self.boundary),
                (naming.replaces_session(), &self.session),
            ];
            let others = others
                .into_iter()
                .filter(|(replaces, _)| !replaces)
                .map(|(_, report)| allows(report.as_ref()));
            Truth::all([truth.clone()].into_iter().chain(others))
        };
        cited.question.clone().and(|| Truth::any(cited.namings.iter().map(named)))
    }

    fn missing(&self, request: &Request) -> Vec<Layer> {
        let lacks = |report: &&LayerReport<'p>| report.allow.is_false();
        let mut missing: Vec<Layer> = self.guards().filter(lacks).map(|report| report.layer).collect();
        let own_sides = [&self.identity, &self.boundary, &self.session];
        let identity_side = own_sides.into_iter().flatten().filter(lacks).map(|report| report.layer);
        let resource_side = Some(&self.resource).filter(lacks).map(|report| report.layer);
        match ownership(request) {
            Ownership::Outside => missing.extend(resource_side),
            Ownership::Own if !needs_resource_policy(request) => missing.extend(identity_side),
            Ownership::Own => match resource_side {
                Some(layer) => missing.push(layer),
                None => missing.extend(identity_side),
            },
            Ownership::Foreign | Ownership::Unknown => {
                missing.extend(identity_side.chain(resource_side));
            }
        }
        missing
    }

    fn grants(&self, request: &Request) -> Vec<Grant<'p>> {
        let mut grants = Vec::new();
        if matches!(request.principal(), Principal::Root(_)) {
            grants.push(Grant::RootUser);
        }
        let identity = self.identity.iter().flat_map(|report| certain(&report.allows));
        let resource = self.resource.allows.iter().filter(|cited| match ownership(request) {
            Ownership::Own => self.grants_alone(cited).is_true(),
            Ownership::Foreign | Ownership::Outside | Ownership::Unknown => cited.holds().is_true(),
        });
        let counts = self.by_identity().is_true();
        grants.extend(identity.filter(|_| counts).map(Grant::Statement));
        grants.extend(resource.map(|cited| Grant::Statement(cited.statement)));
        grants
    }

    fn iter(&self) -> impl Iterator<Item = &LayerReport<'p>> {
        let guards = self.resource_control.iter().chain(self.guards());
        guards.chain([&self.resource]).chain(&self.identity).chain(&self.boundary).chain(&self.session)
    }

    fn reports(self) -> Vec<LayerReport<'p>> {
        let guards = self.resource_control.into_iter().chain(self.service_control).chain(self.vpc_endpoint);
        let sides = [Some(self.resource), self.identity, self.boundary, self.session];
        guards.chain(self.public_access).chain(sides.into_iter().flatten()).collect()
    }
}

/// A layer that does not bind the request allows it.
fn allows(report: Option<&LayerReport<'_>>) -> Truth {
    report.map_or(Truth::True, |report| report.allow.clone())
}

fn ownership(request: &Request) -> Ownership {
    let Some(account) = request.principal().account() else {
        return Ownership::Outside;
    };
    match (request.resource_account(), request.resource_fields()) {
        (Some(owner), _) if owner == account => Ownership::Own,
        (Some(_), _) => Ownership::Foreign,
        (None, None) => Ownership::Own,
        // What AWS owns and every account has, such as managed policies.
        (None, Some(arn)) if arn.fields().last() == Some(&"aws") => Ownership::Own,
        (None, Some(_)) => Ownership::Unknown,
    }
}

/// Whether a role is to be assumed, which its trust policy has to allow.
///
/// Source: IAM User Guide, "Roles terms and concepts", "Trust policy".
fn is_role_assumed(request: &Request) -> bool {
    const ACTIONS: &[&str] =
        &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "SetSourceIdentity", "TagSession"];
    is_resource(request, "iam", "role/") && ACTIONS.iter().any(|name| request.action().is("sts", name))
}

/// Whether identity policies of the resource's own account are not enough.
///
/// Source: as for roles, and AWS Key Management Service Developer Guide, "Key policies in AWS KMS".
pub fn needs_resource_policy(request: &Request) -> bool {
    is_role_assumed(request) || (request.action().service() == "kms" && is_resource(request, "kms", "key/"))
}

fn is_resource(request: &Request, service: &str, beginning: &str) -> bool {
    request.resource_fields().is_some_and(|arn| {
        let [_, _, of, ..] = arn.fields();
        of == service && arn.resource().starts_with(beginning)
    })
}

/// Resource control policies cover the resources of some services. There are more every year: for others than those of the
/// catalogue it is not known.
///
/// Source: AWS Organizations User Guide, "Resource control policies (RCPs)", "List of AWS services that support RCPs".
fn resource_control<'p>(request: &Request, report: LayerReport<'p>) -> LayerReport<'p> {
    let service = Catalogue::embedded().service(request.action().service());
    let is_covered = service.and_then(|service| service.supports_rcp()) == Some(true);
    let covered = || if is_covered { Truth::True } else { Truth::rule(Rule::ServiceUnderResourceControl) };
    LayerReport { allow: Truth::True, deny: report.deny.and(covered), ..report }
}

fn passes_public_access_block(request: &Request) -> Truth {
    match (request.principal(), ownership(request)) {
        (Principal::Service(_), _) | (_, Ownership::Own) => Truth::True,
        (_, Ownership::Foreign | Ownership::Outside) => Truth::False,
        (_, Ownership::Unknown) => Truth::doubt(Doubt::ResourceAccount),
    }
}
