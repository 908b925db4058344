//! Proposals to allow actions only on what records show that they were used on, and roles to be passed only where they were.
//!
//! An action is narrowed only where the records show all of its uses by everybody who has the policy, for at least the window,
//! with ARNs of all that it works on, and where the summary of the records keeps all of these. These are proposals, and nothing
//! applies them.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::catalogue::{Action, ActionId, ActionSet, Catalogue};
use iam_policy::document::{
    ConditionElement, ConditionKey, ConditionOperator, Document, Items, Scalar, ScalarForm, Statement, Text,
};
use iam_policy::glob::{Case, Glob};
use iam_policy::span::At;

use super::fitting::{escaped, passed_by, shown_by};
use super::plan::{Level, Planning, label};
use super::proof::{ask_evaluator, prove_within};
use super::rewrite::{listed, smaller};
use super::right_sized::{Proposal, RightSized};
use super::size::size_of;
use crate::usage::{Unclear, actions_of};

/// Adds to a planned policy what of this document could be narrower.
pub(super) fn narrow(planning: &Planning<'_, '_>, document: &Document, planned: &mut RightSized) {
    let looking = Looking::at(planning);
    for (index, statement) in document.statements.iter().enumerate() {
        looking.statement(index, statement, planned);
    }
    if planning.options.level < Level::Resource || planned.proposals.is_empty() {
        return;
    }
    let narrowed = looking.worked_in(document, &planned.proposals);
    let size = size_of(&narrowed.to_json());
    if size > planning.limit {
        let limit = planning.limit;
        planned.notes.push(format!(
            "with the proposals worked in it would have {size} characters, and AWS takes {limit}"
        ));
        return;
    }
    match looking.proven(document, &narrowed, &planned.proposals) {
        Ok(bounded) => {
            planned.narrowed = Some(narrowed.to_json());
            planned.notes.extend(bounded.map(|why| {
                format!("that the narrower policy allows nothing new is proven except for this: {why}")
            }));
        }
        Err(why) => planned.notes.push(format!("not narrowed, please report this: the proof failed: {why}")),
    }
}

/// What the records show of everybody who has the policy.
struct Looking<'p, 'a> {
    planning: &'p Planning<'p, 'a>,
    catalogue: &'static Catalogue,
    used: ActionSet,
    pass_role: Option<ActionId>,
}

/// The actions of one statement that were used on the same resources, and how often.
type Groups = BTreeMap<(Vec<String>, Vec<&'static str>), (Vec<ActionId>, u64)>;

impl<'p, 'a> Looking<'p, 'a> {
    fn at(planning: &'p Planning<'p, 'a>) -> Self {
        let catalogue = planning.usage.catalogue();
        let arns = planning.holders.arns();
        let used = arns.flat_map(|arn| planning.usage.uses_by(arn)).map(|(id, _)| id).collect();
        let pass_role = catalogue.action("iam", "PassRole").known().map(|action| action.id());
        Self { planning, catalogue, used, pass_role }
    }

    fn statement(&self, index: usize, statement: &Statement, planned: &mut RightSized) {
        let Some(patterns) = wide_resources(statement) else { return };
        if self.planning.options.opt_out.is_by_sid(statement) {
            return;
        }
        let mut groups = Groups::new();
        let mut unclear: BTreeMap<Unclear, Vec<String>> = BTreeMap::new();
        let actions = actions_of(self.catalogue, &statement.action).intersection(&self.used);
        for id in actions.iter().filter(|id| self.is_asked_about(*id)) {
            match self.seen(id, &patterns, statement) {
                Ok(Some((key, count))) => {
                    let group = groups.entry(key).or_default();
                    group.0.push(id);
                    group.1 = group.1.saturating_add(count);
                }
                Ok(None) => {}
                Err(why) => {
                    let name = self.catalogue.by_id(id).map(|action| action.to_string());
                    unclear.entry(why).or_default().extend(name);
                }
            }
        }
        for (why, names) in unclear {
            let (at, names) = (label(index, statement), names.join(", "));
            planned.notes.push(format!("{at} is not narrowed for {names}: {why}"));
        }
        planned.proposals.extend(groups.into_iter().map(|((resources, passed_to), (actions, count))| {
            let sid = statement.sid().map(Box::from);
            Proposal { statement: index, sid, actions, resources, passed_to, count }
        }));
    }

    /// `iam:PassRole` is looked at whatever the level: what nobody can see is the more worth narrowing.
    fn is_asked_about(&self, id: ActionId) -> bool {
        self.planning.options.level == Level::Resource || Some(id) == self.pass_role
    }

    /// On what an action was used through this statement, as far as one can tell.
    #[expect(clippy::type_complexity, reason = "the key and value of `Groups`")]
    fn seen(
        &self,
        id: ActionId,
        patterns: &[Glob],
        statement: &Statement,
    ) -> Result<Option<((Vec<String>, Vec<&'static str>), u64)>, Unclear> {
        let seen = self.planning.usage.seen_on(id, self.planning.holders)?;
        let Some(action) = self.catalogue.by_id(id).filter(Action::has_resources) else {
            return Ok(None);
        };
        let is_passed = Some(id) == self.pass_role;
        let shown = if is_passed { passed_by(&action, &seen.calls) } else { shown_by(&action, &seen.calls) }?;
        if !shown.parts.is_empty() {
            return Err(Unclear::OtherArns);
        }
        if shown.arns.is_empty() {
            return if seen.count == 0 { Ok(None) } else { Err(Unclear::NoArn) };
        }
        // What other statements allow is theirs to narrow.
        let covered =
            shown.arns.into_iter().filter(|arn| patterns.iter().any(|pattern| pattern.matches(arn)));
        let resources: Vec<String> = covered.map(escaped).collect();
        if resources.is_empty() {
            return Ok(None);
        }
        // A condition that stands there already stays as it is.
        let known: Option<Vec<&'static str>> = seen.passed_to.into_iter().collect();
        let is_passing = is_passed && statement.condition.is_none();
        let passed_to = known.filter(|_| is_passing).unwrap_or_default();
        Ok(Some(((resources, passed_to), seen.count)))
    }

    /// The document with the proposals as statements of their own, behind those that they narrow.
    fn worked_in(&self, document: &Document, proposals: &[Proposal]) -> Document {
        let mut sids: BTreeSet<String> =
            document.statements.iter().filter_map(|own| own.sid().map(str::to_owned)).collect();
        let mut statements = Vec::new();
        for (index, statement) in document.statements.iter().enumerate() {
            let own: Vec<&Proposal> = proposals.iter().filter(|own| own.statement == index).collect();
            if own.is_empty() {
                statements.push(statement.clone());
                continue;
            }
            let narrowed: ActionSet = own.iter().flat_map(|own| own.actions.iter().copied()).collect();
            let rest = actions_of(self.catalogue, &statement.action).difference(&narrowed);
            let shrink = self.planning.options.shrink;
            let list = smaller(self.catalogue, &statement.action.patterns, &rest, shrink);
            if !list.is_empty() {
                statements.push(Statement { action: listed(list), ..statement.clone() });
            }
            for own in own {
                let sid = own.sid.as_deref().map(|sid| unused_sid(sid, &mut sids));
                let names = own.actions.iter().filter_map(|id| self.catalogue.by_id(*id));
                statements.push(Statement {
                    sid: sid.as_deref().map(Text::from),
                    action: listed(names.map(|action| action.to_string())),
                    resource: Some(listed(own.resources.iter().cloned())),
                    condition: passed_only_to(&own.passed_to).or_else(|| statement.condition.clone()),
                    ..statement.clone()
                });
            }
        }
        Document { statements: Items::list(statements), ..document.clone() }
    }

    fn proven(
        &self,
        document: &Document,
        narrowed: &Document,
        proposals: &[Proposal],
    ) -> Result<Option<String>, String> {
        let bounded = prove_within(document, narrowed)?;
        // Which service a call handed a role to is not kept with the call, and so cannot be asked about.
        let mut on: BTreeMap<ActionId, BTreeSet<&str>> = BTreeMap::new();
        for own in proposals.iter().filter(|own| own.passed_to.is_empty()) {
            for id in &own.actions {
                on.entry(*id).or_default().extend(own.resources.iter().map(String::as_str));
            }
        }
        let asks = |id: ActionId, resource: Option<&str>| {
            let resources = on.get(&id);
            resources.is_some_and(|own| resource.is_some_and(|arn| own.contains(escaped(arn).as_str())))
        };
        ask_evaluator(self.planning.usage, self.planning.holders, document, narrowed, asks)?;
        Ok(bounded)
    }
}

/// The resources of a statement that allows, where one of them has a wildcard. Variables stand for what nobody knows here.
fn wide_resources(statement: &Statement) -> Option<Vec<Glob>> {
    let resource = statement.resource.as_ref()?;
    if !statement.allows() || statement.action.negated || resource.negated {
        return None;
    }
    let patterns = || resource.patterns.iter().map(|pattern| &*pattern.value);
    if patterns().any(|pattern| pattern.contains('$')) || !patterns().any(|own| own.contains(['*', '?'])) {
        return None;
    }
    Some(patterns().map(|pattern| Glob::parse(pattern, Case::Sensitive)).collect())
}

/// The name with a number behind it that no other statement has.
fn unused_sid(sid: &str, sids: &mut BTreeSet<String>) -> String {
    let numbered = (1_usize..).map(|number| format!("{sid}Narrow{number}"));
    let new = numbered.into_iter().find(|own| !sids.contains(own)).unwrap_or_default();
    sids.insert(new.clone());
    new
}

/// The condition that a role is passed to these services only.
fn passed_only_to(services: &[&str]) -> Option<ConditionElement> {
    if services.is_empty() {
        return None;
    }
    let scalar =
        |service: &&str| Scalar { text: (*service).into(), form: ScalarForm::Text, at: At::default() };
    let values = Items::list(services.iter().map(scalar).collect());
    let keys = vec![ConditionKey { name: Text::from("iam:PassedToService"), values }];
    let operators = vec![ConditionOperator { name: Text::from("StringEquals"), keys }];
    Some(ConditionElement { operators, at: At::default() })
}
