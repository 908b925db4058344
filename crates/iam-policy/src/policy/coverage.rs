//! Whether a statement is about a request.

use super::{Patterns, Statement};
use crate::document::Effect;
use crate::pattern::{ActionPattern, Naming, PrincipalPattern, ResourceMatch, ResourcePattern};
use crate::principal::Principal;
use crate::request::{Action, Request};
use crate::truth::{Rule, Truth};

impl Statement {
    /// Whether all elements but the principal cover a request.
    pub fn covers_question(&self, request: &Request) -> Truth {
        if !self.actions.cover(request.action()) {
            return Truth::False;
        }
        let refused = if self.is_refused { Truth::rule(Rule::RefusedStatement) } else { Truth::True };
        refused
            .and(|| self.resources.as_ref().map_or(Truth::True, |resources| resources.cover(request)))
            .and(|| Truth::all(self.conditions.iter().map(|test| test.holds(request.context()))))
    }

    /// In which ways the principal of a request is named, each with whether it is; nothing if it is not meant. A statement
    /// without `Principal`, and one with `NotPrincipal`, names everybody whom it means.
    ///
    /// `has_boundary` tells whether the principal has a permissions boundary: a `Deny` with `NotPrincipal` spares nobody who
    /// has one. Source: IAM User Guide, "AWS JSON policy elements: `NotPrincipal`".
    pub fn namings(&self, request: &Request, has_boundary: &Truth) -> Vec<(Naming, Truth)> {
        let everyone = match &self.principals {
            None => Truth::True,
            Some(principals) if principals.negated => {
                let boundary = || match self.effect {
                    Effect::Deny => has_boundary.clone(),
                    Effect::Allow => Truth::False,
                };
                (!principals.spare(request)).or(boundary)
            }
            Some(principals) => {
                return principals.namings(request).filter(|(_, truth)| !truth.is_false()).collect();
            }
        };
        if everyone.is_false() { Vec::new() } else { vec![(Naming::Everyone, everyone)] }
    }
}

impl Patterns<ActionPattern> {
    /// Whether the element covers an action.
    pub fn cover(&self, action: &Action) -> bool {
        self.negated != self.values.iter().any(|pattern| pattern.matches(action.service(), action.name()))
    }
}

impl Patterns<ResourcePattern> {
    /// Whether the element covers the resource of a request.
    pub fn cover(&self, request: &Request) -> Truth {
        let arn = request.resource_fields();
        let matches = self.values.iter().map(|pattern| pattern.matches(arn, request.context()));
        if self.negated {
            Truth::all(matches.map(ResourceMatch::leaves))
        } else {
            Truth::any(matches.map(ResourceMatch::covers))
        }
    }
}

impl Patterns<PrincipalPattern> {
    fn namings(&self, request: &Request) -> impl Iterator<Item = (Naming, Truth)> {
        self.values.iter().map(|pattern| pattern.matches(request.principal(), request.canonical_user()))
    }

    /// Whether `NotPrincipal` with these values leaves the principal of a request out. To spare a session, its account and
    /// role have to be listed as well.
    fn spare(&self, request: &Request) -> Truth {
        let listed = |naming: Naming| {
            Truth::any(self.namings(request).filter(|(named, _)| *named == naming).map(|(_, truth)| truth))
        };
        let needed: &[Naming] = match request.principal() {
            Principal::Anonymous => &[],
            Principal::Service(_) => &[Naming::Service],
            Principal::Federated(_) => &[Naming::Provider],
            Principal::Root(_) => &[Naming::Account],
            Principal::User(_) => &[Naming::User],
            Principal::RoleSession(_) => &[Naming::Session, Naming::Role],
            Principal::FederatedUser(_) => &[Naming::Session, Naming::FederatingUser],
        };
        let needs_account = match request.principal() {
            Principal::User(_) | Principal::RoleSession(_) | Principal::FederatedUser(_) => true,
            Principal::Anonymous | Principal::Root(_) | Principal::Service(_) | Principal::Federated(_) => {
                false
            }
        };
        listed(Naming::Everyone).or(|| {
            if needed.is_empty() {
                return Truth::False;
            }
            let by_name = Truth::all(needed.iter().map(|naming| listed(*naming)));
            by_name.and(|| {
                if !needs_account {
                    return Truth::True;
                }
                Truth::any([listed(Naming::Account), Truth::rule(Rule::NotPrincipalWithoutAccount)])
            })
        })
    }
}
