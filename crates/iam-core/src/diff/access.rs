use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::document::PolicyKind;
use iam_policy::policy::{Policy, StatementRef};
use iam_policy::symbolic::{Outcome, Settings, compare};
use iam_policy::truth::Doubts;
use sha2::{Digest as _, Sha256};

use super::access_look::{AccessLook, Holdings, Place, PolicyRef};
use crate::evidence::Supplied;
use crate::fact::Gap;
use crate::ident::Arn;
use crate::input::PolicyDocument;

/// A tenth of what a single question may take, as a change of a shared policy asks many.
const SETTINGS: fn() -> Settings = || Settings { max_comparisons: 2_000_000, ..Settings::default() };

/// What policies allow now and did not before, and the other way round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessChanges {
    /// The policies that are new, gone or have another text, in the order of [`PolicyRef`].
    pub policies: Vec<PolicyChange>,
    /// The users and roles whose policies or boundary are new, gone or have another text, by ARN.
    pub principals: Vec<PrincipalChange>,
    /// Places of which one of the looks does not show all policies, and why.
    pub unseen: BTreeMap<Place, Arc<Gap>>,
    /// Policies whose text is the same.
    pub unchanged: usize,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Only the later look shows it.
    Created,
    /// Only the earlier look shows it, and the later one would.
    Deleted,
    /// Both show it, with another text.
    Changed,
    /// Only one of them shows it, and the other would not have had to.
    Unseen,
}

/// What became of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChange {
    /// Which.
    pub policy: PolicyRef,
    /// What became of it.
    pub presence: Presence,
    /// What it allows.
    pub extent: Extents,
}

/// What became of the rights of a user or role, by all its policies together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalChange {
    /// The ARN.
    pub arn: Box<str>,
    /// What became of it.
    pub presence: Presence,
    /// What its policies allow, before its boundary takes something away.
    pub extent: Extents,
    /// The ARN of the policy that bounds it now: what its policies allow counts only as far as that allows it.
    pub bounded_by: Option<Box<str>>,
    /// What became of the boundary.
    pub boundary: BoundaryChange,
}

/// What became of the boundary of a user or role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoundaryChange {
    /// Nothing.
    Same,
    /// There was none, and now there is one: less is allowed than before.
    Set,
    /// There was one, and now there is none: what the policies allow counts wholly.
    Removed,
    /// It is another one, or has another text.
    Changed(Extents),
}

/// Both directions of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extents {
    /// Whether something is allowed now that was not before.
    pub grown: Extent,
    /// Whether something was allowed before that is not any more.
    pub shrunk: Extent,
}

/// One direction of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// What was proved, with the statements that allow the witness.
    Proved {
        /// Whether there is such a request.
        outcome: Outcome,
        /// The statements, on the side that allows it.
        through: Vec<Cited>,
    },
    /// Not known.
    Unseen(Arc<Gap>),
}

/// A statement, by its policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cited {
    /// The policy.
    pub policy: PolicyRef,
    /// The place among its statements, from 0.
    pub index: usize,
    /// Its name.
    pub sid: Option<Box<str>>,
}

impl Presence {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Deleted => "deleted",
            Self::Changed => "changed",
            Self::Unseen => "unseen",
        }
    }
}

impl Extent {
    /// Whether there certainly is no such request.
    pub fn is_never(&self) -> bool {
        matches!(self, Self::Proved { outcome, .. } if outcome.is_never())
    }
}

impl Extents {
    fn unseen(gap: &Arc<Gap>) -> Self {
        Self { grown: Extent::Unseen(Arc::clone(gap)), shrunk: Extent::Unseen(Arc::clone(gap)) }
    }
}

/// The policies of one side of a comparison.
type Side<'l> = Vec<Found<'l>>;

type Found<'l> = (&'l PolicyRef, &'l PolicyDocument);

/// By the hashes of the texts on both sides: those who have the same policies have the same answer.
type Known = BTreeMap<(Vec<[u8; 32]>, Vec<[u8; 32]>), Extents>;

/// Compares what two looks at an account show.
pub(super) fn changes(old: &AccessLook, new: &AccessLook) -> AccessChanges {
    let mut found = AccessChanges::default();
    for place in Place::ALL {
        let gap = new.unseen.get(place).or(old.unseen.get(place));
        found.unseen.extend(gap.map(|gap| (*place, Arc::clone(gap))));
    }
    let all: BTreeSet<&PolicyRef> = old.policies.keys().chain(new.policies.keys()).collect();
    for policy in all {
        match one_policy(policy, old, new) {
            Some(change) => found.policies.push(change),
            None => found.unchanged += 1,
        }
    }
    let mut known = Known::new();
    let all: BTreeSet<&Box<str>> = old.principals.keys().chain(new.principals.keys()).collect();
    found.principals.extend(all.into_iter().filter_map(|arn| principal(arn, old, new, &mut known)));
    found
}

/// What became of a policy; `None` where nothing did.
fn one_policy(policy: &PolicyRef, old: &AccessLook, new: &AccessLook) -> Option<PolicyChange> {
    let (before, after) = (old.policies.get(policy), new.policies.get(policy));
    let presence = match (before, after) {
        (Some(Ok(before)), Some(Ok(after))) if before == after => return None,
        (Some(_), Some(_)) => Presence::Changed,
        // Policies of AWS are listed only while somebody has them.
        (None, _) | (_, None) if is_of_aws(policy) => return None,
        (None, Some(_)) if old.unseen.contains_key(&policy.place) => Presence::Unseen,
        (Some(_), None) if new.unseen.contains_key(&policy.place) => Presence::Unseen,
        (None, Some(_)) => Presence::Created,
        (Some(_), None) => Presence::Deleted,
        (None, None) => return None,
    };
    let gap = match presence {
        Presence::Unseen => new.unseen.get(&policy.place).or(old.unseen.get(&policy.place)),
        _ => [before, after].into_iter().flatten().find_map(|side| side.as_ref().err()),
    };
    let extent = gap.map_or_else(
        || {
            let kind = match policy.place {
                Place::Managed | Place::Inline => PolicyKind::Identity,
                Place::Trust => PolicyKind::Trust,
                Place::Resource => PolicyKind::Resource,
            };
            both_ways(&side(policy, before), &side(policy, after), kind)
        },
        Extents::unseen,
    );
    Some(PolicyChange { policy: policy.clone(), presence, extent })
}

/// What became of the rights of a user or role; `None` where nothing did.
fn principal(arn: &str, old: &AccessLook, new: &AccessLook, known: &mut Known) -> Option<PrincipalChange> {
    let (before, after) = (old.principals.get(arn), new.principals.get(arn));
    let presence = match (before, after) {
        (Some(_), Some(_)) => Presence::Changed,
        (None, Some(_)) if old.unseen_principals.is_some() => Presence::Unseen,
        (Some(_), None) if new.unseen_principals.is_some() => Presence::Unseen,
        (None, Some(_)) => Presence::Created,
        (Some(_), None) => Presence::Deleted,
        (None, None) => return None,
    };
    let bounded_by = after.and_then(|after| after.boundary.as_ref().ok()?.as_ref()).map(|it| it.of.clone());
    let mut change = PrincipalChange {
        arn: arn.into(),
        presence,
        extent: Extents { grown: never(), shrunk: never() },
        bounded_by,
        boundary: BoundaryChange::Same,
    };
    if presence == Presence::Unseen {
        let gap = new.unseen_principals.as_ref().or(old.unseen_principals.as_ref())?;
        change.extent = Extents::unseen(gap);
        return Some(change);
    }
    let is_same = match (documents(before, old), documents(after, new)) {
        (Ok(before), Ok(after)) => {
            let key = (hashes(&before), hashes(&after));
            let is_same = key.0 == key.1;
            if !is_same {
                let make = || both_ways(&before, &after, PolicyKind::Identity);
                change.extent = known.entry(key).or_insert_with(make).clone();
            }
            is_same
        }
        (Err(gap), _) | (_, Err(gap)) => {
            change.extent = Extents::unseen(&gap);
            false
        }
    };
    if let (Some(before), Some(after)) = (before, after) {
        change.boundary = bound((before, old), (after, new));
    }
    let is_silent = is_same && presence == Presence::Changed && change.boundary == BoundaryChange::Same;
    (!is_silent).then_some(change)
}

/// What became of the boundary of one who was there before and is there now.
fn bound(before: (&Holdings, &AccessLook), after: (&Holdings, &AccessLook)) -> BoundaryChange {
    match (document_of_boundary(before), document_of_boundary(after)) {
        (Err(gap), _) | (_, Err(gap)) => BoundaryChange::Changed(Extents::unseen(&gap)),
        (Ok(None), Ok(None)) => BoundaryChange::Same,
        (Ok(None), Ok(Some(_))) => BoundaryChange::Set,
        (Ok(Some(_)), Ok(None)) => BoundaryChange::Removed,
        (Ok(Some(before)), Ok(Some(after))) if before.1 == after.1 => BoundaryChange::Same,
        (Ok(Some(before)), Ok(Some(after))) => {
            BoundaryChange::Changed(both_ways(&[before], &[after], PolicyKind::Identity))
        }
    }
}

fn document_of_boundary<'l>((holdings, look): (&'l Holdings, &'l AccessLook)) -> Supplied<Option<Found<'l>>> {
    let Some(boundary) = holdings.boundary.as_ref().map_err(Arc::clone)? else { return Ok(None) };
    document(boundary, look).map(Some)
}

/// The policies that somebody has; none for one who is not there.
fn documents<'l>(holdings: Option<&'l Holdings>, look: &'l AccessLook) -> Supplied<Side<'l>> {
    let Some(holdings) = holdings else { return Ok(Vec::new()) };
    holdings.policies.as_ref().map_err(Arc::clone)?.iter().map(|policy| document(policy, look)).collect()
}

fn document<'l>(policy: &'l PolicyRef, look: &'l AccessLook) -> Supplied<Found<'l>> {
    match look.policies.get(policy) {
        Some(Ok(document)) => Ok((policy, document)),
        Some(Err(gap)) => Err(Arc::clone(gap)),
        None => Err(look.unseen.get(&policy.place).cloned().unwrap_or_else(|| {
            Arc::new(Gap {
                reason: crate::fact::Reason::CutOff,
                artefact: Some(crate::input::Artefact::AuthorizationDetails),
                source: None,
                what: format!("{policy} is not listed").into(),
                remedy: "run `aws iam get-account-authorization-details` without --filter".into(),
            })
        })),
    }
}

fn hashes(side: &[Found<'_>]) -> Vec<[u8; 32]> {
    let mut hashes: Vec<[u8; 32]> =
        side.iter().map(|(_, document)| Sha256::digest(document.json().as_bytes()).into()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn side<'l>(policy: &'l PolicyRef, document: Option<&'l Supplied<PolicyDocument>>) -> Side<'l> {
    document
        .and_then(|document| document.as_ref().ok())
        .map(|document| (policy, document))
        .into_iter()
        .collect()
}

fn both_ways(before: &[Found<'_>], after: &[Found<'_>], kind: PolicyKind) -> Extents {
    let compiled = |side: &[Found<'_>]| -> Supplied<Policy> {
        let policies: Vec<&Policy> =
            side.iter().map(|(_, document)| document.policy()).collect::<Result<_, _>>()?;
        Ok(Policy::joined("joined", kind, policies))
    };
    match (compiled(before), compiled(after)) {
        (Ok(old), Ok(new)) => {
            Extents { grown: one_way(&old, &new, after), shrunk: one_way(&new, &old, before) }
        }
        (Err(gap), _) | (_, Err(gap)) => Extents::unseen(&gap),
    }
}

fn one_way(existing: &Policy, new: &Policy, side: &[Found<'_>]) -> Extent {
    let comparison = compare(existing, new, &SETTINGS());
    let through = comparison.through.iter().filter_map(|statement| cited(statement, side)).collect();
    Extent::Proved { outcome: comparison.new_access, through }
}

/// The statement in the policy of the side that it came from.
fn cited(statement: &StatementRef<'_>, side: &[Found<'_>]) -> Option<Cited> {
    let mut index = statement.index;
    for (policy, document) in side {
        let count = document.policy().ok()?.statements().count();
        if index < count {
            let sid = statement.statement.sid.clone();
            return Some(Cited { policy: (*policy).clone(), index, sid });
        }
        index -= count;
    }
    None
}

fn never() -> Extent {
    Extent::Proved { outcome: Outcome::Never { assuming: Doubts::new() }, through: Vec::new() }
}

fn is_of_aws(policy: &PolicyRef) -> bool {
    policy.place == Place::Managed && Arn::parse(&policy.of).is_ok_and(|arn| arn.account_field() == "aws")
}
