use std::sync::{Arc, LazyLock};

use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::pattern::PrincipalPattern;
use iam_policy::policy::{Policy, Statement, StatementRef};
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use iam_policy::symbolic::{self, Access, ExternalFinding};
use iam_policy::truth::Doubts;

use super::access_points::{self, Point, Route};
use super::way::{Opened, Way};
use super::{Cited, Finding, Open, Question, ResourceAccess, SharedKind, Via, Who, elsewhere};
use crate::access::Controls;
use crate::evidence::Account;
use crate::fact::Gap;
use crate::ident::AccountId;
use crate::input::resource_policies::ResourceKind;

/// The policies of whoever asks: who can give himself permissions has these. One is his identity policy, the other that of a session of
/// a federated user, who has no permissions without one and chooses it himself. Source: AWS STS API Reference, "`GetFederationToken`".
static EVERYTHING: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let text =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let document = Document::parse(text).into_iter();
    let kinds = [PolicyKind::Identity, PolicyKind::Session];
    document.flat_map(|document| kinds.map(|kind| Policy::compile("everything", kind, &document))).collect()
});

/// Asks who gets into one resource.
pub(super) struct Asker<'a> {
    account: &'a Account,
    question: &'a Question<'a>,
    access: Access,
    /// What the policy of the resource can be about; empty where that is not told by its ARN.
    resources: Vec<String>,
    owner: Option<AccountId>,
    kind: SharedKind,
    /// The resource control policies above the resource, and those that may be, by name.
    resource_control: Vec<(String, &'a Policy)>,
}

impl<'a> Asker<'a> {
    pub(super) fn new(account: &'a Account, resource: &ResourceAccess, question: &'a Question<'a>) -> Self {
        let (actions, resources) = scope(resource.kind, &resource.arn);
        let access = Access::new(
            actions.iter().map(String::as_str),
            resources.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        let access = match resource.account {
            Some(owner) => access.owned_by(owner),
            None => access,
        };
        let bounds = Controls::of(account, resource.account).of_resources;
        let attached = bounds.attached().map(|attached| (attached.name.clone(), attached.policy));
        let resource_control = attached.chain(bounds.unattached.iter().cloned());
        Self {
            account,
            question,
            access,
            resources,
            owner: resource.account,
            kind: resource.kind,
            resource_control: resource_control.collect(),
        }
    }

    /// Who gets in on a way, however requests come.
    pub(super) fn ask(&self, way: Way<'_>) -> (Vec<Finding>, Vec<Open>) {
        self.ask_along(way, &Route::Any)
    }

    /// Who gets in on a way by requests of a route.
    pub(super) fn ask_along(&self, way: Way<'_>, route: &Route<'_>) -> (Vec<Finding>, Vec<Open>) {
        let Way { via, opened, incomplete } = way;
        let unseen =
            |gap: Arc<Gap>| Open { via, why: gap.what.to_string(), gap: Some(gap), is_public: false };
        let unclear = |why: String| Open { via, why, gap: None, is_public: false };
        let mut open: Vec<Open> = incomplete.into_iter().map(unseen).collect();
        let opened = match opened {
            Ok(Some(opened)) => opened,
            Ok(None) => return (Vec::new(), open),
            Err(gap) => return (Vec::new(), vec![unseen(gap)]),
        };
        let policy = match opened.policy() {
            Ok(policy) => policy,
            Err(gap) => return (Vec::new(), vec![unseen(gap)]),
        };
        if let Opened::Document(_) = opened
            && let Some(why) = self.misplaced(policy)
        {
            return (Vec::new(), vec![unclear(why)]);
        }
        let point = match route {
            Route::Through(point) => Some(*point),
            _ => None,
        };
        let policies: Vec<&Policy> = [policy].into_iter().chain(point.and_then(Point::policy)).collect();
        let Question { zone, is_concise, trusted_keys, settings, .. } = self.question;
        let ask = if *is_concise { symbolic::external_concise } else { symbolic::external };
        let more: &[&str] = if matches!(route, Route::Foreign(_)) { &access_points::TRUSTED } else { &[] };
        let trusted: Vec<&str> = trusted_keys.iter().chain(more).copied().collect();
        let found = match ask(&policies, &route.within(&self.access), zone, &trusted, settings) {
            Ok(found) => found,
            Err(limit) => {
                let why = format!("not determined: {limit}");
                return (Vec::new(), vec![unclear(why)]);
            }
        };
        if !found.undecided.is_empty() {
            let why = format!("there may be more access, depending on {}", listed(&found.undecided));
            open.push(unclear(why));
        }
        if self.kind != SharedKind::Role {
            open.extend(policies.iter().filter_map(|policy| vouched_for(policy)).map(unclear));
        }
        let told = Told { account: self.account, via, opened: &opened, policy, point };
        let findings = found.findings.into_iter().map(|found| self.finding(&told, found));
        (findings.collect(), open)
    }

    /// Why a policy as it stands in a file cannot be the one of the resource, if so.
    fn misplaced(&self, policy: &Policy) -> Option<String> {
        let SharedKind::Resource(kind) = self.kind else {
            let names_resources = policy.statements().any(|cited| cited.statement.resources.is_some());
            return names_resources.then(|| {
                "the policy names resources, which no trust policy does: it belongs to something else"
                    .to_owned()
            });
        };
        let about = elsewhere::about(policy, &self.resources)?;
        Some(format!(
            "the policy is about {about}, not about this {}: it was saved for another resource, or AWS would refuse it",
            kind.noun()
        ))
    }

    fn finding(&self, told: &Told<'_>, found: ExternalFinding<'_>) -> Finding {
        let ExternalFinding { principal, actions, condition, is_public, witness, depends_on, through } =
            found;
        let statements = through.iter().filter_map(|cited| told.cited(cited));
        let mut depends_on: Vec<String> = depends_on.iter().map(ToString::to_string).collect();
        depends_on.extend(told.point.and_then(Point::doubt));
        let mut asked = vec![(self.replayed(&witness, None), told.policy)];
        if let Some(point) = told.point
            && let Some(own) = point.document().and_then(|document| document.policy().ok())
        {
            asked.push((self.replayed(&witness, Some(point)), own));
        }
        for (request, policy) in asked {
            match request.map(|request| evaluate(&request, &with_everything(policy, &request)).answer) {
                Some(Answer::Allowed { .. }) => {}
                Some(Answer::Depends { on, .. }) => depends_on.extend(on.iter().map(ToString::to_string)),
                Some(Answer::ExplicitDeny { .. } | Answer::ImplicitDeny { .. }) => {
                    depends_on.push("the evaluator, which denies the request: please report this".to_owned());
                }
                None => depends_on.push("whether the request can be made".to_owned()),
            }
        }
        depends_on.sort();
        depends_on.dedup();
        let denies = |policy: &Policy| {
            let request = self.replayed(&witness, None);
            request.is_some_and(|request| {
                let set = with_everything(told.policy, &request).with(policy);
                matches!(evaluate(&request, &set).answer, Answer::ExplicitDeny { .. })
            })
        };
        let limited_by = self.resource_control.iter().filter(|(_, policy)| denies(policy));
        Finding {
            principal: who(principal, witness.principal()),
            actions,
            condition,
            is_public,
            via: told.via,
            access_point: told.point.map(|point| point.arn.to_owned()),
            statements: statements.collect(),
            limited_by: limited_by.map(|(name, _)| name.clone()).collect(),
            witness,
            depends_on,
            blocked_by: None,
        }
    }

    /// The request with all that is known of the resource; as it reaches the access point, where it comes through one.
    fn replayed(&self, witness: &Request, point: Option<&Point<'_>>) -> Option<Request> {
        let mut parts =
            RequestParts::new(witness.principal().clone(), witness.action().clone(), witness.given().clone());
        parts.canonical_user = witness.canonical_user().map(Into::into);
        let resource = witness.resource();
        parts.resource = match point {
            Some(point) => resource.and_then(|arn| point.resource(arn)).map(Into::into),
            None => resource.map(Into::into),
        };
        parts.resource_account = self.owner.or(witness.resource_account());
        Request::new(parts)
            .ok()
            .filter(|request| self.kind == SharedKind::Role || request.resource().is_some())
    }
}

/// What lets somebody in: the policy of the resource and, where requests come through an access point, that as well.
struct Told<'t> {
    account: &'t Account,
    via: Via,
    opened: &'t Opened<'t>,
    policy: &'t Policy,
    point: Option<&'t Point<'t>>,
}

impl Told<'_> {
    fn cited(&self, cited: &StatementRef<'_>) -> Option<Cited> {
        let sid = cited.statement.sid.as_deref().map(str::to_owned);
        if let Some(point) = self.point
            && point.policy().is_some_and(|own| std::ptr::eq(own, cited.policy))
        {
            let source = point.document()?.part(cited.statement.at);
            let (quote, policy_of) = (self.account.quote(source), Some(point.arn.to_owned()));
            return Some(Cited { index: cited.index, sid, source, quote, policy_of });
        }
        let (name, source) = self.opened.entry(cited.index, cited.statement.at)?;
        let quote = self.account.quote(source);
        Some(Cited { index: cited.index, sid: sid.or(name), source, quote, policy_of: None })
    }
}

/// The policy with those of whoever makes the request.
fn with_everything<'p>(policy: &'p Policy, request: &Request) -> PolicySet<'p> {
    let is_federated = matches!(request.principal(), Principal::FederatedUser(_));
    let own = EVERYTHING.iter().filter(|own| is_federated || own.kind() != PolicyKind::Session);
    own.fold(PolicySet::new().with(policy), PolicySet::with)
}

/// Why it is not known whom a policy of a resource lets in that names identity providers: those are principals of trust policies,
/// and which sessions they are elsewhere depends on the service.
fn vouched_for(policy: &Policy) -> Option<String> {
    let names_provider = |statement: &Statement| {
        let principals = statement.principals.as_ref().filter(|principals| !principals.negated);
        let is_provider = |one: &PrincipalPattern| matches!(one, PrincipalPattern::Federated(_));
        statement.allows() && principals.is_some_and(|principals| principals.values.iter().any(is_provider))
    };
    let cited = policy.statements().find(|cited| names_provider(cited.statement))?;
    let index = cited.index;
    Some(format!(
        "statement {index} names an identity provider as principal, and whom that lets in here is not known"
    ))
}

fn who(label: Option<String>, witness: &Principal) -> Who {
    let Some(text) = label else { return Who::Anyone };
    if matches!(witness, Principal::Federated(_)) {
        return Who::Federated(text);
    }
    let is_canonical = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_canonical { Who::CanonicalUser(text) } else { Who::Aws(text) }
}

fn listed(doubts: &Doubts) -> String {
    doubts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The actions and resources that the policy of a resource can be about. Source: Service Authorization Reference.
fn scope(kind: SharedKind, arn: &str) -> (Vec<String>, Vec<String>) {
    let SharedKind::Resource(kind) = kind else {
        let actions = ["sts:AssumeRole*", "sts:SetSourceIdentity", "sts:TagSession"];
        return (actions.map(str::to_owned).to_vec(), vec![arn.to_owned()]);
    };
    let actions = vec![format!("{}:*", kind.service())];
    let arn = arn.to_owned();
    let resources = match kind {
        // Their policies are about databases, tables and recovery points with ARNs of their own.
        ResourceKind::DataCatalog | ResourceKind::BackupVault => Vec::new(),
        // The six characters that AWS adds to the name may not be known.
        ResourceKind::Secret => vec![arn.clone(), format!("{arn}-??????")],
        ResourceKind::Topic | ResourceKind::Queue | ResourceKind::Key => vec![arn],
        // Its policy is also about the rules on it, which have ARNs beside its own.
        ResourceKind::EventBus => {
            let rules = arn.replacen(":event-bus/default", ":rule", 1).replacen(":event-bus/", ":rule/", 1);
            vec![format!("{rules}/*"), arn]
        }
        _ => vec![format!("{arn}/*"), format!("{arn}:*"), arn],
    };
    (actions, resources)
}
