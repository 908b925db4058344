use std::collections::{BTreeSet, VecDeque};

use super::Settings;
use super::block::Block;
use super::labels::Ladder;
use super::outcome::{Limit, Outcome};
use super::policies::{Sides, allowing, allows, everything, holds, statements};
use super::space::Space;
use super::witness::decide;
use crate::arn::AccountId;
use crate::condition::{Comparison, Operator, Test, Values};
use crate::context::Key;
use crate::glob::{Case, Glob};
use crate::pattern::{PrincipalPattern, Text};
use crate::policy::{Patterns, Policy, Statement, StatementRef};
use crate::principal::Principal;
use crate::request::Request;
use crate::span::At;
use crate::truth::{Doubts, Truth};

/// Whose requests are no news.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// The accounts: of an organization, all of them that are known.
    pub accounts: BTreeSet<AccountId>,
    /// The id of the organization, such as `o-a1b2c3d4e5`, if all of it is trusted.
    pub organization: Option<Box<str>>,
}

/// Keys of which a requester does not choose the value, so that a policy may rely on them. The first eleven are those for
/// which IAM Access Analyzer has documented filters.
///
/// Source: IAM User Guide, "IAM Access Analyzer filter keys".
pub const TRUSTED_KEYS: &[&str] = &[
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:userid",
    "kms:CallerAccount",
    "cognito-identity.amazonaws.com:aud",
    "graph.facebook.com:app_id",
    "accounts.google.com:aud",
    "www.amazon.com:app_id",
    "aws:PrincipalAccount",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOwner",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "token.actions.githubusercontent.com:sub",
    "token.actions.githubusercontent.com:aud",
];

/// Some access from outside of a zone of trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFinding<'p> {
    /// Who, as the policy names them; `None` is anybody.
    pub principal: Option<String>,
    /// Under which condition: keys with one value each, all of which have to match.
    pub condition: Vec<(Key, String)>,
    /// Whether anybody gets in, without any condition on what a requester cannot choose.
    pub is_public: bool,
    /// A request of the finding that no narrower finding covers.
    pub witness: Request,
    /// What it depends on whether the witness is allowed; empty if it certainly is.
    pub depends_on: Doubts,
    /// The statements that allow requests of the finding.
    pub through: Vec<StatementRef<'p>>,
}

/// All access from outside of a zone of trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalAccess<'p> {
    /// The findings, the widest first.
    pub findings: Vec<ExternalFinding<'p>>,
    /// What it depends on whether there is more; empty if there certainly is not.
    pub undecided: Doubts,
}

/// The access from outside of a zone that the policy of a resource, or the trust policy of a role, allows.
///
/// Every request from outside that the policy allows is covered by a finding, and each finding has a witness that no narrower
/// one covers. No finding says "not": what a policy denies may be covered where it lies within what it allows. Requests of AWS
/// services are not looked at.
///
/// # Errors
///
/// [`Limit`] when the policy is too large to say.
pub fn external<'p>(
    policy: &'p Policy,
    zone: &Zone,
    trusted_keys: &[&str],
    settings: &Settings,
) -> Result<ExternalAccess<'p>, Limit> {
    let survey = Survey::of(policy, zone, trusted_keys, settings)?;
    Ok(survey.findings(survey.shapes()?))
}

/// The findings of [`external`] without those that the others cover together.
///
/// # Errors
///
/// As [`external`].
pub fn external_concise<'p>(
    policy: &'p Policy,
    zone: &Zone,
    trusted_keys: &[&str],
    settings: &Settings,
) -> Result<ExternalAccess<'p>, Limit> {
    let survey = Survey::of(policy, zone, trusted_keys, settings)?;
    let mut shapes = survey.shapes()?;
    // The narrowest first.
    for at in (0..shapes.found.len()).rev() {
        let mut others = shapes.found.clone();
        let (labels, _) = others.remove(at);
        let covered: Vec<Block> = others.iter().filter_map(|(labels, _)| survey.covered(labels)).collect();
        let start: Vec<Block> = survey.covered(&labels).into_iter().collect();
        match survey.look(&start, &covered) {
            Outcome::Never { .. } => shapes.found = others,
            Outcome::Undetermined(limit) => return Err(limit),
            Outcome::Witnessed(_) | Outcome::Possible { .. } => {}
        }
    }
    Ok(survey.findings(shapes))
}

/// Whether anybody gets in without any condition on what a requester cannot choose: the finding that is public, if there is
/// one. See [`fixed_values()`](super::fixed_values()) for the other notion of public.
///
/// # Errors
///
/// As [`external`].
pub fn reachable<'p>(
    policy: &'p Policy,
    trusted_keys: &[&str],
    settings: &Settings,
) -> Result<(Outcome, Vec<StatementRef<'p>>), Limit> {
    let nobody = Zone::default();
    let survey = Survey::of(policy, &nobody, trusted_keys, settings)?;
    let anybody = vec![0; survey.ladders.len()];
    let outcome = survey.look(&survey.own(&anybody), &[]);
    let through = outcome.witness().map(|witness| allowing(policy, witness)).unwrap_or_default();
    Ok((outcome, through))
}

/// One label for each ladder.
type Labels = Vec<usize>;

/// The labels of the findings, each with what shows it.
struct Shapes {
    found: Vec<(Labels, Outcome)>,
    undecided: Doubts,
}

/// A policy, made ready to be asked for findings.
struct Survey<'p> {
    policy: &'p Policy,
    /// Statements about the requests from within the zone.
    trust: Vec<Statement>,
    settings: Settings,
    space: Space,
    ladders: Vec<Ladder>,
    allows: Vec<Block>,
    /// What is denied, or comes from the zone.
    excluded: Vec<Block>,
}

impl<'p> Survey<'p> {
    fn of(
        policy: &'p Policy,
        zone: &Zone,
        trusted_keys: &[&str],
        settings: &Settings,
    ) -> Result<Self, Limit> {
        let own = statements([policy]);
        let trust = trust(zone);
        let all: Vec<&Statement> = own.iter().copied().chain(&trust).collect();
        let mut space = Space::of(&all, settings)?;
        let sides = Sides::of(policy, &mut space)?;
        let mut excluded = sides.denies;
        for statement in &trust {
            excluded.extend(space.blocks(statement)?);
        }
        excluded.extend(space.callers_who(|principal| matches!(principal, Principal::Service(_))));
        let trusted: BTreeSet<Key> = trusted_keys.iter().map(|key| Key::new(key)).collect();
        let mut ladders = vec![Ladder::of_principals(&space, &own)];
        for (number, key) in space.keys.iter().enumerate().filter(|(_, key)| trusted.contains(&key.key)) {
            ladders.push(Ladder::of_key(Space::key_dimension(number), key, &own));
        }
        Ok(Self { policy, trust, settings: *settings, space, ladders, allows: sides.allows, excluded })
    }

    fn findings(&self, shapes: Shapes) -> ExternalAccess<'p> {
        let findings =
            shapes.found.into_iter().filter_map(|(labels, outcome)| self.finding(&labels, outcome));
        ExternalAccess { findings: findings.collect(), undecided: shapes.undecided }
    }

    fn shapes(&self) -> Result<Shapes, Limit> {
        let top = vec![0; self.ladders.len()];
        let mut seen = BTreeSet::from([top.clone()]);
        let mut queue = VecDeque::from([top]);
        let (mut found, mut undecided) = (Vec::new(), Doubts::new());
        while let Some(labels) = queue.pop_front() {
            let is_covered = |(wider, outcome): &(Labels, Outcome)| {
                outcome.is_witnessed() && self.includes(wider, &labels)
            };
            if found.iter().any(is_covered) {
                continue;
            }
            let outcome = self.look(&self.own(&labels), &[]);
            if let Outcome::Undetermined(limit) = outcome {
                return Err(limit);
            }
            // What depends on something does not stand for what is certain further down.
            if !outcome.is_witnessed() {
                let narrower = self.narrower(&labels).into_iter();
                queue.extend(narrower.filter(|narrower| seen.insert(narrower.clone())));
            }
            match outcome {
                Outcome::Never { .. } | Outcome::Undetermined(_) => {}
                Outcome::Possible { witness: None, depends_on } => undecided.extend(depends_on),
                outcome => found.push((labels, outcome)),
            }
            if seen.len() > self.settings.max_blocks {
                return Err(Limit::Blocks);
            }
        }
        let all = found.clone();
        found.retain(|(labels, outcome)| {
            !all.iter().any(|(wider, of_wider)| {
                wider != labels
                    && self.includes(wider, labels)
                    && (of_wider.is_witnessed() || !outcome.is_witnessed())
            })
        });
        Ok(Shapes { found, undecided })
    }

    /// A request of `starts` outside of `covered` that the policy allows from outside.
    fn look(&self, starts: &[Block], covered: &[Block]) -> Outcome {
        let of = |allow: &Block| starts.iter().filter_map(|start| allow.and(start)).collect::<Vec<_>>();
        let starts: Vec<Block> = self.allows.iter().flat_map(of).collect();
        let excluded: Vec<Block> = self.excluded.iter().chain(covered).cloned().collect();
        let judge =
            |request: &Request| allows(self.policy, request).and(|| !is_from_within(request, &self.trust));
        decide(&self.space, &starts, &excluded, &judge, &self.settings)
    }

    fn own(&self, labels: &Labels) -> Vec<Block> {
        let mut blocks = vec![Block::everything()];
        for (ladder, label) in self.ladders.iter().zip(labels) {
            let own = ladder.own(*label);
            blocks = blocks.iter().flat_map(|block| own.iter().filter_map(|own| block.and(own))).collect();
        }
        blocks
    }

    fn covered(&self, labels: &Labels) -> Option<Block> {
        let mut ladders = self.ladders.iter().zip(labels);
        ladders.try_fold(Block::everything(), |block, (ladder, label)| block.and(&ladder.covered(*label)?))
    }

    fn includes(&self, wider: &Labels, narrower: &Labels) -> bool {
        let labels = wider.iter().zip(narrower);
        self.ladders.iter().zip(labels).all(|(ladder, (wider, narrower))| ladder.includes(*wider, *narrower))
    }

    /// The labels with one of them one step narrower.
    fn narrower(&self, labels: &Labels) -> Vec<Labels> {
        let mut all = Vec::new();
        for (number, (ladder, label)) in self.ladders.iter().zip(labels).enumerate() {
            for below in ladder.labels.get(*label).into_iter().flat_map(|label| &label.below) {
                let mut narrower = labels.clone();
                if let Some(label) = narrower.get_mut(number) {
                    *label = *below;
                }
                all.push(narrower);
            }
        }
        all
    }

    fn finding(&self, labels: &Labels, outcome: Outcome) -> Option<ExternalFinding<'p>> {
        let (witness, depends_on) = match outcome {
            Outcome::Witnessed(witness) => (*witness, Doubts::new()),
            Outcome::Possible { witness, depends_on } => (*witness?, depends_on),
            Outcome::Never { .. } | Outcome::Undetermined(_) => return None,
        };
        let texts =
            || self.ladders.iter().zip(labels).map(|(ladder, label)| (ladder, ladder.labels.get(*label)));
        let named = texts().filter_map(|(ladder, label)| Some((ladder.key.clone(), label?.text.clone()?)));
        let (principals, keys): (Vec<_>, Vec<_>) = named.partition(|(key, _)| key.is_none());
        Some(ExternalFinding {
            principal: principals.into_iter().next().map(|(_, text)| text),
            condition: keys.into_iter().filter_map(|(key, text)| Some((key?, text))).collect(),
            is_public: labels.iter().all(|label| *label == 0),
            through: allowing(self.policy, &witness),
            witness,
            depends_on,
        })
    }
}

/// Statements about the requests from within a zone.
fn trust(zone: &Zone) -> Vec<Statement> {
    let accounts = zone.accounts.iter().copied().map(PrincipalPattern::Account).collect();
    let principals = Some(Patterns { negated: false, values: accounts });
    let of_accounts = Statement { principals, ..everything() };
    let of_organization = zone.organization.iter().map(|id| {
        let test = Test {
            operator: Some(Operator::plain(Comparison::StringEquals)),
            key: Key::new("aws:PrincipalOrgID"),
            values: Values::Texts(vec![Text::Fixed(Glob::literal(id, Case::Sensitive))]),
            at: At::default(),
        };
        Statement { conditions: [test].into(), ..everything() }
    });
    [of_accounts].into_iter().chain(of_organization).collect()
}

fn is_from_within(request: &Request, trust: &[Statement]) -> Truth {
    let is_service = matches!(request.principal(), Principal::Service(_));
    Truth::from(is_service).or(|| Truth::any(trust.iter().map(|statement| holds(statement, request))))
}
