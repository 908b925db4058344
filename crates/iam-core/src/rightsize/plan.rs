//! Which policies can be smaller, and what of them goes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::catalogue::{ActionId, ActionSet, Catalogue};
use iam_policy::document::{Document, Statement};

use super::narrow::narrow;
use super::opt_out::{Exemption, OptOut};
use super::proof::{Claim, ask_evaluator, prove_parts};
use super::rewrite::{Rewritten, base_text, rewrite};
use super::right_sized::{AttachedTo, Kept, Outcome, Owner, Removed, RightSized};
use super::size::{MANAGED_LIMIT, MOST_ATTACHED, inline_limit, size_of, split};
use crate::evidence::{Identity, ManagedPolicy, OwnPolicy, ReportSubjectKind};
use crate::fact::Gap;
use crate::input::PolicyDocument;
use crate::usage::{ActionUsage, Holders, State, Usage, UsageSource, Vote, Votes, Whom, Why, kind_of, parse};

/// How far policies are to shrink.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each of them can be chosen by itself")]
pub struct Options {
    /// Whose policies.
    pub whom: Whom,
    /// What goes.
    pub level: Level,
    /// What is to stay.
    pub opt_out: OptOut,
    /// Whether `iam:PassRole` may go, of which nobody sees whether it was used.
    pub with_pass_role: bool,
    /// Whether the actions that stay may be written as patterns, which admit what AWS adds later.
    pub shrink: bool,
    /// Whether a policy that is too long is divided into several managed ones.
    pub split: bool,
    /// Whether policies of AWS are replaced by smaller ones of the customer's.
    pub replace_aws_managed: bool,
}

/// What goes. Each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Services of which nothing was used.
    Service,
    /// Actions that were not used.
    Action,
    /// Actions that were not used; and of those that stay, a policy is proposed that allows them only on what they were used
    /// on.
    Resource,
}

/// Goes through the identity policies of an account: embedded ones, then managed ones.
pub fn right_size<'a>(usage: &mut Usage<'a>, options: &Options) -> Vec<RightSized> {
    let mut all = Vec::new();
    let principals: Vec<Identity<'a>> = usage.principals().collect();
    for identity in &principals {
        let kind = kind_of(identity);
        if !options.whom.has(kind, identity.name(), identity.arn()) || identity.is_service_linked() {
            continue;
        }
        let Ok(inline) = identity.inline().seen() else { continue };
        let first = all.len();
        for policy in inline {
            let owner = Owner { kind, name: identity.name().into(), arn: identity.arn().into() };
            let holders = usage.holders_of(identity);
            let direct = std::slice::from_ref(identity);
            let planned = RightSized::unchanged(owner, OwnPolicy::Inline(policy).name(), direct);
            let planning = Planning { usage, options, holders: &holders, direct, limit: inline_limit(kind) };
            all.push(planning.policy(planned, policy.document.seen()));
        }
        within_quota(all.get_mut(first..).unwrap_or_default(), kind, options);
    }
    let policies: Vec<ManagedPolicy<'a>> = usage.policies().collect();
    for policy in &policies {
        let detail = policy.detail;
        let direct: Vec<Identity<'a>> = policy.holders().collect();
        // AWS alone attaches and changes what its service-linked roles have.
        if !direct.is_empty() && direct.iter().all(Identity::is_service_linked) {
            continue;
        }
        let has_one = |holder: &Identity<'_>| options.whom.has(kind_of(holder), holder.name(), holder.arn());
        if !direct.iter().any(has_one)
            && !options.whom.has(ReportSubjectKind::Policy, &detail.name, &detail.arn)
        {
            continue;
        }
        let owner =
            Owner { kind: ReportSubjectKind::Policy, name: detail.name.clone(), arn: detail.arn.clone() };
        let holders = usage.holders_of_policy(policy);
        let mut planned = RightSized::unchanged(owner, &detail.name, &direct);
        planned.is_of_aws = detail.is_of_aws();
        planned.version = detail.default_version.known().ok();
        planned.may_have_others = !holders.are_all();
        let planning = Planning { usage, options, holders: &holders, direct: &direct, limit: MANAGED_LIMIT };
        let mut planned = planning.policy(planned, policy.document());
        let is_boundary = detail.boundary_uses.known().map_or(true, |uses| uses > 0);
        if is_boundary && planned.outcome != Outcome::Unchanged {
            planned.leave("it is or may be a permissions boundary as well");
        } else if planned.is_of_aws && !options.replace_aws_managed && planned.outcome != Outcome::Unchanged {
            planned.leave(match planned.outcome {
                Outcome::Superfluous => "AWS keeps it; nothing of it is used, so that it can be detached",
                _ => "AWS keeps it; a smaller policy of your own can replace it",
            });
        }
        all.push(planned);
    }
    all
}

/// Embedded policies share one quota. The longest are divided first.
fn within_quota(planned: &mut [RightSized], kind: ReportSubjectKind, options: &Options) {
    let limit = inline_limit(kind);
    let sizes = |own: &RightSized| match &own.outcome {
        Outcome::Smaller(text) => size_of(text),
        Outcome::Superfluous | Outcome::Split(_) => 0,
        Outcome::TooLarge { .. } | Outcome::Unchanged | Outcome::Untouched(_) | Outcome::Unproven(_) => {
            size_of(&own.old)
        }
    };
    loop {
        let size: usize = planned.iter().map(sizes).sum();
        let smaller = planned.iter_mut().filter(|own| matches!(own.outcome, Outcome::Smaller(_)));
        if size <= limit {
            return;
        }
        let Some(longest) = smaller.max_by_key(|own| sizes(own)) else { return };
        let Outcome::Smaller(text) = &longest.outcome else { return };
        longest.outcome = if options.split { divided(text) } else { Outcome::TooLarge { size, limit } };
    }
}

/// A new text as several managed policies.
fn divided(text: &str) -> Outcome {
    let too_large = || Outcome::TooLarge { size: size_of(text), limit: MANAGED_LIMIT };
    let Ok(whole) = Document::parse(text) else { return too_large() };
    let Some(parts) = split(text, &whole).filter(|parts| parts.len() <= MOST_ATTACHED) else {
        return too_large();
    };
    let documents: Result<Vec<Document>, _> = parts.iter().map(|part| Document::parse(part)).collect();
    let proven = documents
        .map_err(|_| "a part is no policy".to_owned())
        .and_then(|documents| prove_parts(&whole, &documents));
    match proven {
        Ok(()) => Outcome::Split(parts),
        Err(why) => Outcome::Unproven(why),
    }
}

impl RightSized {
    fn unchanged(owner: Owner, name: &str, holders: &[Identity<'_>]) -> Self {
        let attached =
            |holder: &Identity<'_>| AttachedTo { kind: kind_of(holder), name: holder.name().into() };
        Self {
            owner,
            policy: name.into(),
            is_of_aws: false,
            version: None,
            holders: holders.iter().map(attached).collect(),
            may_have_others: false,
            outcome: Outcome::Unchanged,
            old: String::new(),
            removed: Vec::new(),
            kept: Vec::new(),
            proposals: Vec::new(),
            narrowed: None,
            notes: Vec::new(),
        }
    }

    /// Leaves the policy as it is, with the reason.
    fn leave(&mut self, why: &str) {
        self.outcome = Outcome::Untouched(why.to_owned());
        self.narrowed = None;
        self.proposals.clear();
    }
}

/// Everything that decides about one policy.
pub(super) struct Planning<'p, 'a> {
    pub(super) usage: &'p Usage<'a>,
    pub(super) options: &'p Options,
    /// Those whose use counts.
    pub(super) holders: &'p Holders<'a>,
    /// Those who have the policy, groups among them.
    pub(super) direct: &'p [Identity<'a>],
    /// Characters that it may have.
    pub(super) limit: usize,
}

/// What is known of the use of the actions that a policy allows.
struct States {
    /// All of them.
    allowed: ActionSet,
    /// By action.
    usages: Vec<ActionUsage>,
    unused: ActionSet,
}

impl States {
    fn of(&self, id: ActionId) -> Option<&ActionUsage> {
        let at = self.usages.binary_search_by_key(&id, |usage| usage.id).ok()?;
        self.usages.get(at)
    }
}

impl Planning<'_, '_> {
    fn policy(&self, planned: RightSized, document: Result<&PolicyDocument, Arc<Gap>>) -> RightSized {
        let mut planned = planned;
        let name = planned.policy.clone();
        let text = document.and_then(|document| parse(document, &name)).map(|(text, _)| base_text(&text));
        let text = match text {
            Ok(text) => text,
            Err(gap) => {
                planned.leave(&format!("it was not read: {}", gap.what));
                return planned;
            }
        };
        let Ok(document) = Document::parse(&text) else {
            planned.leave("it cannot be laid out");
            return planned;
        };
        match self.opted_out(&planned.owner.arn) {
            Some(why) => planned.leave(&why),
            None => self.shrink(&text, &document, &mut planned),
        }
        planned.old = text;
        planned
    }

    /// Why the policy as a whole is to stay.
    fn opted_out(&self, arn: &str) -> Option<String> {
        let opt_out = &self.options.opt_out;
        for holder in self.everybody() {
            match opt_out.is_by_tag(&holder) {
                Ok(true) => {
                    return Some(format!("a tag of {} {} asks for it", kind_of(&holder), holder.name()));
                }
                Err(gap) => return Some(format!("nothing tells whether a tag asks for it: {}", gap.what)),
                Ok(false) => {}
            }
        }
        let exemptions = opt_out.exemptions.iter().filter(|own| own.actions.is_empty());
        let mut counting = exemptions.filter(|own| self.counts(own, arn));
        counting.next().map(|own| format!("the settings ask for it until {}: {}", own.until, own.reason))
    }

    /// Those who have the policy, and the members of groups among them.
    fn everybody(&self) -> impl Iterator<Item = Identity<'_>> {
        self.direct.iter().flat_map(|holder| {
            let members: Vec<Identity<'_>> = match holder {
                Identity::Group(group) => group.members().map(Identity::User).collect(),
                _ => Vec::new(),
            };
            std::iter::once(*holder).chain(members)
        })
    }

    /// Whether an entry of the settings counts, and is about the policy with this ARN or somebody who has it.
    fn counts(&self, own: &Exemption, arn: &str) -> bool {
        own.counts_on(self.usage.as_of().date_naive())
            && (own.is_about(arn) || self.everybody().any(|holder| own.is_about(holder.arn())))
    }

    /// Actions that the settings keep, and until when and why.
    fn kept_by_settings(&self, arn: &str, notes: &mut Vec<String>) -> ActionSet {
        let mut kept = ActionSet::new();
        for own in &self.options.opt_out.exemptions {
            if let Some(actions) = own.kept(self.usage.catalogue())
                && self.counts(own, arn)
            {
                kept.union_with(&actions);
                let list = own.actions.join(", ");
                notes.push(format!("the settings keep {list} until {}: {}", own.until, own.reason));
            }
        }
        kept
    }

    fn shrink(&self, text: &str, document: &Document, planned: &mut RightSized) {
        let catalogue = self.usage.catalogue();
        let kept = self.kept_by_settings(&planned.owner.arn, &mut planned.notes);
        let states = self.states(catalogue, document, &kept);
        let newer = self.usage.newer_of(self.holders);
        let shrink = self.options.shrink;
        let rewritten = rewrite(catalogue, text, document, shrink, |_, statement, all| {
            self.going(catalogue, statement, all, &states.unused, &newer)
        });
        self.tell(catalogue, document, &rewritten, &states, planned);
        if rewritten.removed.is_empty() {
            narrow(self, document, planned);
            return;
        }
        let Some(new) = &rewritten.text else {
            planned.outcome = Outcome::Superfluous;
            return;
        };
        let size = size_of(new);
        if size > self.limit && !self.options.split {
            planned.outcome = Outcome::TooLarge { size, limit: self.limit };
            return;
        }
        let Ok(new_document) = Document::parse(new) else {
            planned.outcome = Outcome::Unproven("the new text is no policy".to_owned());
            return;
        };
        if let Err(why) = self.proven(document, &states, &rewritten, &new_document) {
            planned.outcome = Outcome::Unproven(why);
            return;
        }
        planned.outcome = if size > self.limit { divided(new) } else { Outcome::Smaller(new.clone()) };
        narrow(self, &new_document, planned);
    }

    /// The state of every action that the policy allows.
    fn states(&self, catalogue: &Catalogue, document: &Document, kept: &ActionSet) -> States {
        let allowed = allowed(catalogue, document);
        let services = self.usage.usage_of_all(&allowed, self.holders);
        let usages: Vec<ActionUsage> = services.into_iter().flat_map(|(_, actions)| actions).collect();
        let unused = usages.iter().filter(|usage| usage.state == State::Unused).map(|usage| usage.id);
        let mut unused: ActionSet = unused.collect();
        unused.subtract(kept);
        if let Some(action) = catalogue.action("iam", "PassRole").known()
            && !self.options.with_pass_role
        {
            unused.remove(action.id());
        }
        States { allowed, usages, unused }
    }

    fn going(
        &self,
        catalogue: &Catalogue,
        statement: &Statement,
        all: &ActionSet,
        unused: &ActionSet,
        newer: &BTreeSet<String>,
    ) -> ActionSet {
        if self.options.opt_out.is_by_sid(statement) {
            return ActionSet::new();
        }
        let mut going = all.intersection(unused);
        let mut keep_service = |prefix: &str| {
            if let Some(service) = catalogue.service(prefix) {
                going.subtract(&service.all());
            }
        };
        // A wildcard may be what allows an action that is newer than the catalogue.
        if statement.action.patterns.iter().any(|pattern| pattern.value.contains(['*', '?'])) {
            for prefix in newer {
                keep_service(prefix);
            }
        }
        if self.options.level == Level::Service {
            let stays = all.difference(unused);
            let used: BTreeSet<&str> = catalogue.members(&stays).map(|action| action.prefix()).collect();
            used.into_iter().for_each(keep_service);
        }
        going
    }

    /// What went and why, what stayed and why.
    fn tell(
        &self,
        catalogue: &Catalogue,
        document: &Document,
        rewritten: &Rewritten,
        states: &States,
        planned: &mut RightSized,
    ) {
        let mut kept: BTreeMap<String, usize> = BTreeMap::new();
        let mut keep = |why: &str, count: usize| match kept.get_mut(why) {
            Some(own) => *own = own.saturating_add(count),
            None => drop(kept.insert(why.to_owned(), count)),
        };
        for (index, statement) in document.statements.iter().enumerate().filter(|(_, own)| own.allows()) {
            let gone = rewritten.removed.get(&index).cloned().unwrap_or_default();
            let gone_usages: Vec<&ActionUsage> = gone.iter().filter_map(|id| states.of(id)).collect();
            let mut removed: BTreeMap<Votes, Vec<ActionId>> = BTreeMap::new();
            // Those of one service often have the same votes.
            for alike in gone_usages.chunk_by(|one, next| one.votes == next.votes) {
                if let Some(first) = alike.first() {
                    removed.entry(first.votes).or_default().extend(alike.iter().map(|usage| usage.id));
                }
            }
            planned.removed.extend(removed.into_iter().map(|(votes, actions)| {
                let sid = statement.sid().map(Box::from);
                Removed { statement: index, sid, votes, actions }
            }));
            let label = label(index, statement);
            if statement.action.negated {
                planned.notes.push(format!(
                    "{label} allows by NotAction and stays: as a list of actions it would not admit what AWS adds later"
                ));
                continue;
            }
            if self.options.opt_out.is_by_sid(statement) {
                planned.notes.push(format!("{label} stays, as its Sid asks for"));
                continue;
            }
            let all = crate::usage::actions_of(catalogue, &statement.action).difference(&gone);
            let stays: Vec<&ActionUsage> = all.iter().filter_map(|id| states.of(id)).collect();
            for alike in stays.chunk_by(|one, next| one.votes == next.votes) {
                match alike.first().map(|first| (first.state, &first.votes)) {
                    Some((State::Attempted, _)) => keep("only attempted", alike.len()),
                    Some((State::Unused, _)) => keep("unused, and held back by the options", alike.len()),
                    Some((State::Unknown, votes)) => keep(&unknown_because(votes), alike.len()),
                    Some((State::Used, _)) | None => {}
                }
            }
            for pattern in &statement.action.patterns {
                if catalogue.expand(&pattern.value).is_empty() {
                    keep("not in the catalogue", 1);
                }
            }
        }
        planned.kept = kept.into_iter().map(|(why, count)| Kept { why, count }).collect();
    }

    fn proven(
        &self,
        old: &Document,
        states: &States,
        rewritten: &Rewritten,
        new: &Document,
    ) -> Result<(), String> {
        let catalogue = self.usage.catalogue();
        let Rewritten { removed, dropped, .. } = rewritten;
        let has_new_patterns = self.options.shrink;
        Claim { catalogue, old, new, dropped, removed, has_new_patterns }.prove()?;
        // What one statement loses and another keeps may be allowed on less than before.
        let mut kept = states.allowed.clone();
        for own in removed.values() {
            kept.subtract(own);
        }
        ask_evaluator(self.usage, self.holders, old, new, |id, _| kept.contains(id))
    }
}

/// Everything that some statement allows on something.
fn allowed(catalogue: &Catalogue, document: &Document) -> ActionSet {
    let mut all = ActionSet::new();
    for statement in document.statements.iter().filter(|statement| statement.allows()) {
        all.union_with(&crate::usage::actions_of(catalogue, &statement.action));
    }
    all
}

/// `statement Storage`
pub(super) fn label(index: usize, statement: &Statement) -> String {
    statement.sid().map_or_else(|| format!("statement {index}"), |sid| format!("statement {sid}"))
}

/// The reason in a few words: the sources that were there.
fn unknown_because(votes: &Votes) -> String {
    let mut why: BTreeSet<String> = BTreeSet::new();
    for (source, vote) in votes.deciding() {
        match vote {
            Vote::Possible { .. } => return "may have been needed by a call".to_owned(),
            Vote::Silent(Why::NoSource) => {}
            // That nothing was found says nothing.
            Vote::Silent(Why::NotListed) if source == UsageSource::AccessAnalyzer => {}
            Vote::Silent(reason) => drop(why.insert(format!("{source} {reason}"))),
            _ => {}
        }
    }
    if why.is_empty() {
        return "no source tells".to_owned();
    }
    why.into_iter().collect::<Vec<_>>().join("; ")
}
