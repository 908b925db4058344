//! Which policies can be smaller, and what of them goes.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::document::{Document, Statement};
use iam_policy::principal::Principal;

use super::proof::Claim;
use super::rewrite::{Rewritten, base_text, rewrite};
use crate::evidence::{Identity, ManagedPolicy, OwnPolicy, ReportSubjectKind};
use crate::input::PolicyDocument;
use crate::usage::{ActionUsage, Holders, State, Usage, Whom, parse};

/// How far policies are to shrink.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whose policies.
    pub whom: Whom,
    /// What goes.
    pub level: Level,
    /// Statements whose `Sid` begins so stay as they are.
    pub opt_out: Box<str>,
    /// Whether `iam:PassRole` may go, of which nobody sees whether it was used.
    pub with_pass_role: bool,
    /// Whether the actions that stay may be written as patterns, which admit what AWS adds later.
    pub shrink: bool,
    /// Whether policies of AWS are replaced by smaller ones of the customer's.
    pub replace_aws_managed: bool,
}

/// What goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Services of which nothing was used.
    Service,
    /// Actions that were not used.
    Action,
}

/// Where a policy stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The kind of the one who has an embedded policy; [`ReportSubjectKind::Policy`] for a managed one.
    pub kind: ReportSubjectKind,
    /// The name of the one who has an embedded policy, or of the managed policy.
    pub name: Box<str>,
    /// The ARN likewise.
    pub arn: Box<str>,
}

/// A policy, and what can become of it.
#[derive(Debug, Clone)]
pub struct RightSized {
    /// Where it stands.
    pub owner: Owner,
    /// Its name.
    pub policy: Box<str>,
    /// Whether AWS keeps it.
    pub is_of_aws: bool,
    /// The version of a managed policy that counts, to go back to.
    pub version: Option<Box<str>>,
    /// What can become of it.
    pub outcome: Outcome,
    /// The text, laid out as in the new policy.
    pub old: String,
    /// What went, by statement and name.
    pub removed: Vec<Removed>,
    /// How many actions stayed although nobody is known to have used them, by reason.
    pub kept: Vec<Kept>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// What can become of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing in it is known to be unused.
    Unchanged,
    /// A smaller text that was proven.
    Smaller(String),
    /// Nothing in it is used.
    Superfluous,
    /// The smaller text has more characters than AWS takes.
    TooLarge {
        /// Its characters, without white space.
        size: usize,
        /// What AWS takes.
        limit: usize,
    },
    /// It cannot or must not be changed; why.
    Untouched(String),
    /// The new text failed its proof, which is a fault of this program.
    Unproven(String),
}

/// An action that went.
#[derive(Debug, Clone)]
pub struct Removed {
    /// The statement, from 0.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<Box<str>>,
    /// The action.
    pub action: String,
    /// Why.
    pub usage: ActionUsage,
}

/// Actions that stayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Why.
    pub why: String,
    /// How many.
    pub count: usize,
}

/// Goes through the identity policies of an account: embedded ones, then managed ones.
pub fn right_size<'a>(usage: &mut Usage<'a>, options: &Options) -> Vec<RightSized> {
    let mut all = Vec::new();
    let principals: Vec<Identity<'a>> = usage.principals().collect();
    for identity in &principals {
        let kind = crate::usage::kind_of(identity);
        if !options.whom.has(kind, identity.name(), identity.arn()) || identity.is_service_linked() {
            continue;
        }
        let Ok(inline) = identity.inline().seen() else { continue };
        let first = all.len();
        for policy in inline {
            let owner = Owner { kind, name: identity.name().into(), arn: identity.arn().into() };
            let holders = usage.holders_of(identity);
            let name = OwnPolicy::Inline(policy).name();
            let planned = Planning { usage, options, holders: &holders };
            all.push(planned.policy(owner, name, policy.document.seen()));
        }
        within_quota(all.get_mut(first..).unwrap_or_default(), kind);
    }
    let policies: Vec<ManagedPolicy<'a>> = usage.policies().collect();
    for policy in &policies {
        let detail = policy.detail;
        // AWS alone attaches and changes what its service-linked roles have.
        let mut holders = policy.holders().peekable();
        if holders.peek().is_some() && holders.all(|holder| holder.is_service_linked()) {
            continue;
        }
        let has_one = policy
            .holders()
            .any(|holder| options.whom.has(crate::usage::kind_of(&holder), holder.name(), holder.arn()));
        if !has_one && !options.whom.has(ReportSubjectKind::Policy, &detail.name, &detail.arn) {
            continue;
        }
        let owner =
            Owner { kind: ReportSubjectKind::Policy, name: detail.name.clone(), arn: detail.arn.clone() };
        let holders = usage.holders_of_policy(policy);
        let planning = Planning { usage, options, holders: &holders };
        let mut planned = planning.policy(owner, &detail.name, policy.document());
        planned.is_of_aws = detail.is_of_aws();
        planned.version = detail.default_version.known().ok();
        let is_boundary = detail.boundary_uses.known().map_or(true, |uses| uses > 0);
        if is_boundary && planned.outcome != Outcome::Unchanged {
            planned.outcome = Outcome::Untouched("it is or may be a permissions boundary as well".to_owned());
        } else if planned.is_of_aws && !options.replace_aws_managed && planned.outcome != Outcome::Unchanged {
            let why = match planned.outcome {
                Outcome::Superfluous => "AWS keeps it; nothing of it is used, so that it can be detached",
                _ => "AWS keeps it; a smaller policy of your own can replace it",
            };
            planned.outcome = Outcome::Untouched(why.to_owned());
        }
        within_limit(&mut planned, MANAGED_LIMIT);
        all.push(planned);
    }
    all
}

/// Characters of a managed policy without white space. Source: IAM User Guide, "IAM and AWS STS quotas".
const MANAGED_LIMIT: usize = 6_144;

fn within_limit(planned: &mut RightSized, limit: usize) {
    if let Outcome::Smaller(text) = &planned.outcome {
        let size = size_of(text);
        if size > limit {
            planned.outcome = Outcome::TooLarge { size, limit };
        }
    }
}

/// Embedded policies share one quota. Source: as above.
fn within_quota(planned: &mut [RightSized], kind: ReportSubjectKind) {
    let limit = match kind {
        ReportSubjectKind::User => 2_048,
        ReportSubjectKind::Group => 5_120,
        ReportSubjectKind::Role | ReportSubjectKind::Policy => 10_240,
    };
    let size: usize = planned
        .iter()
        .map(|own| match &own.outcome {
            Outcome::Smaller(text) => size_of(text),
            Outcome::Superfluous => 0,
            _ => size_of(&own.old),
        })
        .sum();
    if size <= limit {
        return;
    }
    for own in planned {
        if matches!(own.outcome, Outcome::Smaller(_)) {
            own.outcome = Outcome::TooLarge { size, limit };
        }
    }
}

/// Characters without white space, as IAM counts them.
fn size_of(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

struct Planning<'p, 'a> {
    usage: &'p Usage<'a>,
    options: &'p Options,
    holders: &'p Holders<'a>,
}

impl Planning<'_, '_> {
    fn policy(
        &self,
        owner: Owner,
        name: &str,
        document: Result<&PolicyDocument, std::sync::Arc<crate::fact::Gap>>,
    ) -> RightSized {
        let mut planned = RightSized {
            owner,
            policy: name.into(),
            is_of_aws: false,
            version: None,
            outcome: Outcome::Unchanged,
            old: String::new(),
            removed: Vec::new(),
            kept: Vec::new(),
            notes: Vec::new(),
        };
        let text = document.and_then(|document| parse(document, name)).map(|(text, _)| base_text(&text));
        let text = match text {
            Ok(text) => text,
            Err(gap) => {
                planned.outcome = Outcome::Untouched(format!("it was not read: {}", gap.what));
                return planned;
            }
        };
        let Ok(document) = Document::parse(&text) else {
            planned.outcome = Outcome::Untouched("it cannot be laid out".to_owned());
            return planned;
        };
        self.shrink(&text, &document, &mut planned);
        planned.old = text;
        planned
    }

    fn shrink(&self, text: &str, document: &Document, planned: &mut RightSized) {
        let catalogue = self.usage.catalogue();
        let states = self.states(catalogue, document);
        let options = self.options;
        let rewritten = rewrite(catalogue, text, document, options.shrink, |_, statement, all| {
            self.going(catalogue, statement, all, &states)
        });
        self.tell(catalogue, document, &rewritten, &states, planned);
        if rewritten.removed.is_empty() {
            return;
        }
        let Some(new) = rewritten.text else {
            planned.outcome = Outcome::Superfluous;
            return;
        };
        planned.outcome = match self.proven(catalogue, document, &rewritten.dropped, &new, &rewritten.removed)
        {
            Ok(()) => Outcome::Smaller(new),
            Err(why) => Outcome::Unproven(why),
        };
    }

    /// The state of every action that the policy allows.
    fn states(&self, catalogue: &Catalogue, document: &Document) -> BTreeMap<u32, ActionUsage> {
        let mut all = ActionSet::new();
        for statement in document.statements.iter().filter(|statement| statement.allows()) {
            all.union_with(&crate::usage::actions_of(catalogue, &statement.action));
        }
        let known = catalogue.members(&all);
        known.map(|action| (action.id().number(), self.usage.usage_of(&action, self.holders))).collect()
    }

    fn going(
        &self,
        catalogue: &Catalogue,
        statement: &Statement,
        all: &ActionSet,
        states: &BTreeMap<u32, ActionUsage>,
    ) -> ActionSet {
        if self.is_opted_out(statement) {
            return ActionSet::new();
        }
        let is_unused = |id: iam_policy::catalogue::ActionId| {
            states.get(&id.number()).is_some_and(|usage| usage.state == State::Unused)
        };
        let is_held = |action: &iam_policy::catalogue::Action<'_>| {
            !self.options.with_pass_role && action.prefix() == "iam" && action.name() == "PassRole"
        };
        // A wildcard may be what allows an action that is newer than the catalogue.
        let has_wildcard = statement.action.patterns.iter().any(|pattern| pattern.value.contains(['*', '?']));
        let newer = if has_wildcard { self.usage.newer_of(self.holders) } else { BTreeSet::new() };
        let mut going: ActionSet = catalogue
            .members(all)
            .filter(|action| is_unused(action.id()) && !is_held(action) && !newer.contains(action.prefix()))
            .map(|action| action.id())
            .collect();
        if self.options.level == Level::Service {
            let used: BTreeSet<&str> = catalogue
                .members(all)
                .filter(|action| !is_unused(action.id()))
                .map(|action| action.prefix())
                .collect();
            let all_going = going.clone();
            for action in catalogue.members(&all_going).filter(|action| used.contains(action.prefix())) {
                going.remove(action.id());
            }
        }
        going
    }

    fn is_opted_out(&self, statement: &Statement) -> bool {
        let start = &*self.options.opt_out;
        !start.is_empty() && statement.sid().is_some_and(|sid| sid.starts_with(start))
    }

    /// What went and why, what stayed and why.
    fn tell(
        &self,
        catalogue: &Catalogue,
        document: &Document,
        rewritten: &Rewritten,
        states: &BTreeMap<u32, ActionUsage>,
        planned: &mut RightSized,
    ) {
        let mut kept: BTreeMap<String, usize> = BTreeMap::new();
        let mut keep = |why: String| {
            let count = kept.entry(why).or_default();
            *count = count.saturating_add(1);
        };
        for (index, statement) in document.statements.iter().enumerate().filter(|(_, own)| own.allows()) {
            let sid = statement.sid().map(Box::from);
            let gone = rewritten.removed.get(&index).cloned().unwrap_or_default();
            for action in catalogue.members(&gone) {
                if let Some(usage) = states.get(&action.id().number()) {
                    let (sid, action) = (sid.clone(), action.to_string());
                    planned.removed.push(Removed { statement: index, sid, action, usage: *usage });
                }
            }
            let label = statement
                .sid()
                .map_or_else(|| format!("statement {index}"), |sid| format!("statement {sid}"));
            if statement.action.negated {
                planned.notes.push(format!(
                    "{label} allows by NotAction and stays: as a list of actions it would not admit what AWS adds later"
                ));
                continue;
            }
            if self.is_opted_out(statement) {
                planned.notes.push(format!("{label} stays, as its Sid asks for"));
                continue;
            }
            let all = crate::usage::actions_of(catalogue, &statement.action).difference(&gone);
            for usage in all.iter().filter_map(|id| states.get(&id.number())) {
                match usage.state {
                    State::Used => {}
                    State::Attempted => keep("only attempted".to_owned()),
                    State::Unused => keep("unused, and held back by the options".to_owned()),
                    State::Unknown => keep(unknown_because(usage)),
                }
            }
            for pattern in &statement.action.patterns {
                if catalogue.expand(&pattern.value).is_empty() {
                    keep("not in the catalogue".to_owned());
                }
            }
        }
        planned.kept = kept.into_iter().map(|(why, count)| Kept { why, count }).collect();
    }

    fn proven(
        &self,
        catalogue: &'static Catalogue,
        old: &Document,
        dropped: &[usize],
        new: &str,
        removed: &BTreeMap<usize, ActionSet>,
    ) -> Result<(), String> {
        let new = Document::parse(new).map_err(|_| "the new text is no policy".to_owned())?;
        let removed = removed.values().fold(ActionSet::new(), |all, own| all.union(own));
        let mut kept = ActionSet::new();
        for statement in old.statements.iter().filter(|statement| statement.allows()) {
            kept.union_with(&crate::usage::actions_of(catalogue, &statement.action));
        }
        // What one statement loses and another keeps is in neither: it may be allowed on less than before.
        kept.subtract(&removed);
        let holder = self.holders.arns().next();
        let principal =
            holder.and_then(principal_of).or_else(|| principal_of("arn:aws:iam::123456789012:user/nobody"));
        let principal = principal.ok_or("nobody to ask about")?;
        let resources = holder.map(|arn| self.usage.resources_of(arn)).unwrap_or_default();
        let claim = Claim {
            catalogue,
            old,
            new: &new,
            dropped,
            kept: &kept,
            removed: &removed,
            has_new_patterns: self.options.shrink,
            principal,
            resources: &resources,
        };
        claim.prove()
    }
}

fn principal_of(arn: &str) -> Option<Principal> {
    Principal::user(arn).or_else(|_| Principal::role_session(arn, None)).ok()
}

/// The reason in a few words: the sources that were there.
fn unknown_because(usage: &ActionUsage) -> String {
    use crate::usage::{Vote, Why};
    let mut why: BTreeSet<String> = BTreeSet::new();
    for (source, vote) in usage.deciding() {
        match vote {
            Vote::Possible { .. } => return "may have been needed by a call".to_owned(),
            Vote::Silent(Why::NoSource) => {}
            Vote::Silent(reason) => drop(why.insert(format!("{source} {reason}"))),
            _ => {}
        }
    }
    if why.is_empty() {
        return "no source tells".to_owned();
    }
    why.into_iter().collect::<Vec<_>>().join("; ")
}
