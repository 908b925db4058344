//! Every rule of the policy language by name, with the page of AWS that states it.
//!
//! Pages without a guide are those of the IAM User Guide.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod conditions;
mod decision;
mod documents;
mod doubts;
mod errors_of_others;
mod matching;
mod variables;

use iam_policy::context::{Context, ContextValue};
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};

pub(crate) const ANNA: &str = "arn:aws:iam::111122223333:user/anna";
pub(crate) const DEPLOY: &str = "arn:aws:iam::111122223333:role/Deploy";
pub(crate) const BUILD: &str = "arn:aws:sts::111122223333:assumed-role/Deploy/build";
pub(crate) const ROOT: &str = "arn:aws:iam::111122223333:root";
pub(crate) const FRED: &str = "arn:aws:sts::111122223333:federated-user/fred";
pub(crate) const OBJECT: &str = "arn:aws:s3:::bucket/anna/plan";
pub(crate) const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:queue";
pub(crate) const FOREIGN_QUEUE: &str = "arn:aws:sqs:eu-west-1:444455556666:queue";
pub(crate) const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1";
pub(crate) const TARGET: &str = "arn:aws:iam::111122223333:role/Target";

/// A question with the policies that apply. Keys that are not mentioned are absent unless it is open.
#[derive(Clone)]
pub(crate) struct Ask {
    principal: Principal,
    action: String,
    resource: Option<String>,
    owner: Option<String>,
    canonical: Option<String>,
    context: Context,
    policies: Vec<Policy>,
    levels: Vec<Vec<Policy>>,
    unseen: Vec<PolicyKind>,
    managing: Option<String>,
    restricts: bool,
}

pub(crate) fn ask(principal: &str, action: &str, resource: &str) -> Ask {
    Ask {
        principal: without_path(Principal::parse(principal).unwrap()),
        action: action.to_owned(),
        resource: Some(resource.to_owned()).filter(|resource| !resource.is_empty()),
        owner: resource.contains(":s3:::").then(|| "111122223333".to_owned()),
        canonical: None,
        context: Context::closed(),
        policies: Vec::new(),
        levels: Vec::new(),
        unseen: Vec::new(),
        managing: None,
        restricts: false,
    }
}

/// The ARN of a session does not say the path of its role. Where nothing depends on that, the role has none.
fn without_path(principal: Principal) -> Principal {
    match principal {
        Principal::RoleSession(session) => {
            let role = session.of_role(session.role()).unwrap();
            Principal::RoleSession(role)
        }
        other => other,
    }
}

impl Ask {
    pub(crate) fn by(mut self, principal: Principal) -> Self {
        self.principal = principal;
        self
    }

    /// Keys that were not mentioned before are unknown.
    pub(crate) fn open(mut self) -> Self {
        self.context = Context::open();
        self
    }

    pub(crate) fn owned_by(mut self, owner: &str) -> Self {
        self.owner = Some(owner.to_owned()).filter(|owner| !owner.is_empty());
        self
    }

    pub(crate) fn canonical(mut self, id: &str) -> Self {
        self.canonical = Some(id.to_owned());
        self
    }

    pub(crate) fn key(mut self, key: &str, value: &str) -> Self {
        self.context = self.context.with(key, ContextValue::single(value));
        self
    }

    pub(crate) fn keys(mut self, key: &str, values: &[&str]) -> Self {
        self.context = self.context.with(key, ContextValue::set(values.iter().copied()));
        self
    }

    pub(crate) fn said(mut self, key: &str, value: ContextValue) -> Self {
        self.context = self.context.with(key, value);
        self
    }

    pub(crate) fn policy(mut self, kind: PolicyKind, text: &str) -> Self {
        self.policies.push(compiled(kind, text));
        self
    }

    pub(crate) fn identity(self, text: &str) -> Self {
        self.policy(PolicyKind::Identity, text)
    }

    pub(crate) fn resource(self, text: &str) -> Self {
        self.policy(PolicyKind::Resource, text)
    }

    pub(crate) fn level(mut self, texts: &[&str]) -> Self {
        self.levels.push(texts.iter().map(|text| compiled(PolicyKind::ServiceControl, text)).collect());
        self
    }

    pub(crate) fn unseen(mut self, kind: PolicyKind) -> Self {
        self.unseen.push(kind);
        self
    }

    pub(crate) fn managed_by(mut self, account: &str) -> Self {
        self.managing = Some(account.to_owned());
        self
    }

    pub(crate) fn restricting(mut self) -> Self {
        self.restricts = true;
        self
    }

    /// The answer in one line: how it ends and, without the statements, why.
    pub(crate) fn answer(&self) -> String {
        let mut parts =
            RequestParts::new(self.principal.clone(), self.action.parse().unwrap(), self.context.clone());
        parts.resource = self.resource.as_deref().map(Into::into);
        parts.resource_account = self.owner.as_ref().map(|owner| owner.parse().unwrap());
        parts.canonical_user = self.canonical.as_deref().map(Into::into);
        let request = Request::new(parts).unwrap();
        let mut set = self.policies.iter().fold(PolicySet::new(), PolicySet::with);
        set = self.levels.iter().fold(set, PolicySet::with_level);
        set = self.unseen.iter().fold(set, |set, kind| set.unseen(*kind));
        if let Some(account) = &self.managing {
            set = set.managed_by(account.parse().unwrap());
        }
        if self.restricts {
            set = set.restricting_public_bucket();
        }
        match evaluate(&request, &set).answer {
            Answer::Allowed { .. } => "allowed".to_owned(),
            Answer::ExplicitDeny { .. } => "denied".to_owned(),
            Answer::ImplicitDeny { missing } => format!("missing {missing:?}"),
            Answer::Depends { on, .. } => format!("depends on {on:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn is(self, expected: &str) {
        assert_eq!(self.answer(), expected);
    }

    pub(crate) fn is_allowed(&self) -> bool {
        self.answer() == "allowed"
    }
}

fn compiled(kind: PolicyKind, text: &str) -> Policy {
    Policy::compile("policy", kind, &Document::parse(text).unwrap())
}

/// A document of the version of 2012 with one statement.
pub(crate) fn document(effect: &str, elements: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", {elements}}}}}"#)
}

pub(crate) fn allow(elements: &str) -> String {
    document("Allow", elements)
}

pub(crate) fn deny(elements: &str) -> String {
    document("Deny", elements)
}

/// An identity policy that allows everything.
pub(crate) const ALL: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;

/// A policy that allows everything to a principal: JSON such as `"*"` or `{"AWS": "..."}`.
pub(crate) fn to(principal: &str) -> String {
    allow(&format!(r#""Principal": {principal}, "Action": "*", "Resource": "*""#))
}
