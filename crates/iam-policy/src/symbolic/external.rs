use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fixedbitset::FixedBitSet;

use super::Settings;
use super::block::{Block, Part};
use super::granted::Access;
use super::labels::Ladder;
use super::outcome::{Limit, Outcome};
use super::policies::{Sides, allowing, allows, equals, everything, holds, statements};
use super::space::{ACTION, Space};
use super::witness::decide;
use crate::arn::AccountId;
use crate::catalogue::{ActionSet, Catalogue};
use crate::condition::{Comparison, Operator, Test, Values};
use crate::context::Key;
use crate::pattern::{ArnPattern, PrincipalPattern};
use crate::policy::{Patterns, Policy, Statement, StatementRef};
use crate::principal::Principal;
use crate::request::Request;
use crate::span::At;
use crate::truth::{Doubts, Truth};

/// Whose requests are no news: those of principals of the zone, and those that AWS services make for its resources, as
/// `aws:SourceAccount`, `aws:SourceOwner`, `aws:SourceArn` and `aws:SourceOrgID` tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// The accounts: of an organization, all of them that are known.
    pub accounts: BTreeSet<AccountId>,
    /// The id of the organization, such as `o-a1b2c3d4e5`, if all of it is trusted.
    pub organization: Option<Box<str>>,
}

/// Keys of which a requester does not choose the value, so that a policy may rely on them. The first eleven are those for
/// which IAM Access Analyzer has documented filters. A value may be one that everybody can have all the same.
///
/// Sources: IAM User Guide, "IAM Access Analyzer filter keys", "AWS global condition context keys" and "Available keys for AWS
/// OIDC federation".
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
    "accounts.google.com:oaud",
    "accounts.google.com:sub",
    "aws:PrincipalAccount",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "cognito-identity.amazonaws.com:amr",
    "cognito-identity.amazonaws.com:sub",
    "gitlab.com:aud",
    "gitlab.com:project_path",
    "gitlab.com:sub",
    "graph.facebook.com:id",
    "token.actions.githubusercontent.com:aud",
    "elasticfilesystem:AccessedViaMountTarget",
    "token.actions.githubusercontent.com:job_workflow_ref",
    "token.actions.githubusercontent.com:repository",
    "token.actions.githubusercontent.com:repository_id",
    "token.actions.githubusercontent.com:repository_owner",
    "token.actions.githubusercontent.com:repository_owner_id",
    "token.actions.githubusercontent.com:sub",
    "www.amazon.com:user_id",
];

/// Some access from outside of a zone of trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFinding<'p> {
    /// Who, as the policy names them; `None` is anybody.
    pub principal: Option<String>,
    /// What they may do: patterns for all of these actions and no others that exist; an action that does not exist where
    /// the policy names no other.
    pub actions: Vec<String>,
    /// Under which condition: keys with one value each, all of which have to match.
    pub condition: Vec<(Key, String)>,
    /// Whether anybody gets in: no value of the finding keeps somebody out who has an account, an organization, a network or a
    /// name with an identity provider of his own.
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

/// The access from outside of a zone that the policy of a resource, or the trust policy of a role, allows: of that, what
/// `access` is about, such as the resource itself and the actions of its service. Of several policies, all have to allow it, as that
/// of a bucket and that of the access point through which it is reached.
///
/// Every request from outside that the policies allow is covered by a finding with its action, and each finding has a witness
/// that no narrower one covers. No finding says "not": what a policy denies may be covered where it lies within what it
/// allows. Requests of AWS services are not looked at.
///
/// # Errors
///
/// [`Limit`] when the policy is too large to say.
pub fn external<'p>(
    policies: &[&'p Policy],
    access: &Access,
    zone: &Zone,
    trusted_keys: &[&str],
    settings: &Settings,
) -> Result<ExternalAccess<'p>, Limit> {
    let survey = Survey::of(policies, access, zone, trusted_keys, settings)?;
    let shapes = survey.groups.iter().map(|group| survey.shapes(group)).collect::<Result<_, _>>()?;
    Ok(survey.findings(shapes))
}

/// The findings of [`external`] without those that the others cover together.
///
/// # Errors
///
/// As [`external`].
pub fn external_concise<'p>(
    policies: &[&'p Policy],
    access: &Access,
    zone: &Zone,
    trusted_keys: &[&str],
    settings: &Settings,
) -> Result<ExternalAccess<'p>, Limit> {
    let survey = Survey::of(policies, access, zone, trusted_keys, settings)?;
    let shapes = survey.groups.iter().map(|group| survey.concise(group)).collect::<Result<_, _>>()?;
    Ok(survey.findings(shapes))
}

/// Whether anybody gets in: somebody in particular is not meant, and no condition asks for what only somebody in particular
/// has. That is a finding that is public, if there is one. See [`fixed_values()`](super::fixed_values()) for the other notion of public.
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
    let survey = Survey::of(&[policy], &Access::default(), &nobody, trusted_keys, settings)?;
    let outcome = survey.look(&survey.unconfined(), &[]);
    let through = outcome.witness().map(|witness| allowing(policy, witness)).unwrap_or_default();
    Ok((outcome, through))
}

/// One label for each ladder.
type Labels = Vec<usize>;

/// The labels of the findings about some actions, each with what shows it.
struct Shapes {
    actions: FixedBitSet,
    found: Vec<(Labels, Outcome)>,
    undecided: Doubts,
}

/// Policies that have to allow the same, made ready to be asked for findings.
struct Survey<'p> {
    policies: Vec<&'p Policy>,
    /// Statements about the requests from within the zone.
    trust: Vec<Statement>,
    settings: Settings,
    space: Space,
    ladders: Vec<Ladder>,
    /// What it is asked about.
    asked: Statement,
    /// What is allowed of that.
    allows: Vec<Block>,
    /// What is denied, or comes from the zone.
    excluded: Vec<Block>,
    /// Actions that the policy treats alike.
    groups: Vec<FixedBitSet>,
}

impl<'p> Survey<'p> {
    fn of(
        policies: &[&'p Policy],
        access: &Access,
        zone: &Zone,
        trusted_keys: &[&str],
        settings: &Settings,
    ) -> Result<Self, Limit> {
        let own = statements(policies.iter().copied());
        let trust = trust(zone);
        let asked = access.statement();
        let all: Vec<&Statement> = own.iter().copied().chain(&trust).chain([&asked]).collect();
        let mut space = Space::of(&all, settings)?;
        let (mut allows, mut excluded) = (space.blocks(&asked)?, Vec::new());
        for policy in policies {
            let sides = Sides::of(policy, &mut space)?;
            let overlaps =
                |allow: &Block| allows.iter().filter_map(|known| allow.and(known)).collect::<Vec<_>>();
            allows = sides.allows.iter().flat_map(overlaps).collect();
            excluded.extend(sides.denies);
            if allows.len() > settings.max_blocks {
                return Err(Limit::Blocks);
            }
        }
        for statement in &trust {
            excluded.extend(space.blocks(statement)?);
        }
        excluded.extend(space.callers_who(|principal| matches!(principal, Principal::Service(_))));
        let trusted: BTreeSet<Key> = trusted_keys.iter().map(|key| Key::new(key)).collect();
        let mut ladders = vec![Ladder::of_principals(&space, &own)];
        let own: Vec<&Statement> = own.into_iter().chain([&asked]).collect();
        for (number, key) in space.keys.iter().enumerate().filter(|(_, key)| trusted.contains(&key.key)) {
            ladders.push(Ladder::of_key(Space::key_dimension(number), key, &own));
        }
        let groups = groups(&space, &allows, &excluded);
        let policies = policies.to_vec();
        Ok(Self { policies, trust, settings: *settings, space, ladders, asked, allows, excluded, groups })
    }

    /// One finding for all actions with the same labels.
    fn findings(&self, shapes: Vec<Shapes>) -> ExternalAccess<'p> {
        let mut undecided = Doubts::new();
        let mut merged: BTreeMap<(usize, Labels), (Outcome, FixedBitSet)> = BTreeMap::new();
        for Shapes { actions, found, undecided: of_actions } in shapes {
            undecided.extend(of_actions);
            for (labels, outcome) in found {
                // The widest first.
                let depth = labels.iter().filter(|label| **label != 0).count();
                let (known, all) = merged
                    .entry((depth, labels))
                    .or_insert_with(|| (outcome.clone(), FixedBitSet::with_capacity(actions.len())));
                all.union_with(&actions);
                if outcome.is_witnessed() && !known.is_witnessed() {
                    *known = outcome;
                }
            }
        }
        let findings = merged
            .into_iter()
            .filter_map(|((_, labels), (outcome, actions))| self.finding(&labels, &actions, outcome));
        ExternalAccess { findings: findings.collect(), undecided }
    }

    /// The labels without those that the others cover together.
    fn concise(&self, actions: &FixedBitSet) -> Result<Shapes, Limit> {
        let mut shapes = self.shapes(actions)?;
        let of_actions = Block::of(ACTION, actions.clone());
        // The narrowest first.
        for at in (0..shapes.found.len()).rev() {
            let mut others = shapes.found.clone();
            let (labels, _) = others.remove(at);
            let covered: Vec<Block> = others.iter().filter_map(|(labels, _)| self.covered(labels)).collect();
            let start = self.covered(&labels).zip(of_actions.as_ref());
            let start: Vec<Block> = start.and_then(|(own, actions)| own.and(actions)).into_iter().collect();
            match self.look(&start, &covered) {
                Outcome::Never { .. } => shapes.found = others,
                Outcome::Undetermined(limit) => return Err(limit),
                Outcome::Witnessed(_) | Outcome::Possible { .. } => {}
            }
        }
        Ok(shapes)
    }

    fn shapes(&self, actions: &FixedBitSet) -> Result<Shapes, Limit> {
        let of_actions = Block::of(ACTION, actions.clone());
        let within = |blocks: Vec<Block>| -> Vec<Block> {
            blocks.iter().filter_map(|block| block.and(of_actions.as_ref()?)).collect()
        };
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
            let outcome = self.look(&within(self.own(&labels)), &[]);
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
        Ok(Shapes { actions: actions.clone(), found, undecided })
    }

    /// A request of `starts` outside of `covered` that the policy allows from outside.
    fn look(&self, starts: &[Block], covered: &[Block]) -> Outcome {
        let of = |allow: &Block| starts.iter().filter_map(|start| allow.and(start)).collect::<Vec<_>>();
        let starts: Vec<Block> = self.allows.iter().flat_map(of).collect();
        let excluded: Vec<Block> = self.excluded.iter().chain(covered).cloned().collect();
        let judge = |request: &Request| {
            holds(&self.asked, request)
                .and(|| Truth::all(self.policies.iter().map(|policy| allows(policy, request))))
                .and(|| !is_from_within(request, &self.trust))
        };
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

    /// What outsiders can ask.
    fn unconfined(&self) -> Vec<Block> {
        let mut blocks = vec![Block::everything()];
        for ladder in &self.ladders {
            let rest = ladder.unconfined();
            blocks = blocks.iter().flat_map(|block| rest.iter().filter_map(|rest| block.and(rest))).collect();
        }
        blocks
    }

    /// A request of a finding that an outsider can make.
    fn of_outsider(&self, labels: &Labels, actions: &FixedBitSet) -> Outcome {
        let none = || Outcome::Never { assuming: Doubts::new() };
        let mut all = self.ladders.iter().zip(labels);
        if all.any(|(ladder, label)| ladder.is_confining(*label)) {
            return none();
        }
        let Some(of_actions) = Block::of(ACTION, actions.clone()) else { return none() };
        let unconfined = self.unconfined();
        let own = self.own(labels);
        let own = own.iter().filter_map(|own| own.and(&of_actions));
        let both: Vec<Block> = own
            .flat_map(|own| unconfined.iter().filter_map(|rest| own.and(rest)).collect::<Vec<_>>())
            .collect();
        self.look(&both, &[])
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

    fn finding(
        &self,
        labels: &Labels,
        actions: &FixedBitSet,
        outcome: Outcome,
    ) -> Option<ExternalFinding<'p>> {
        let of_outsider = self.of_outsider(labels, actions);
        let is_public =
            matches!(of_outsider, Outcome::Witnessed(_) | Outcome::Possible { witness: Some(_), .. });
        let outcome = if is_public { of_outsider } else { outcome };
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
            actions: self.names(actions),
            condition: keys.into_iter().filter_map(|(key, text)| Some((key?, text))).collect(),
            is_public,
            through: self.policies.iter().flat_map(|policy| allowing(policy, &witness)).collect(),
            witness,
            depends_on,
        })
    }
}

impl Survey<'_> {
    /// The actions of classes that exist, as few patterns as will do; the sample of a class without any.
    fn names(&self, classes: &FixedBitSet) -> Vec<String> {
        let catalogue = Catalogue::embedded();
        let prefixes: BTreeSet<&str> = classes
            .ones()
            .filter_map(|class| self.space.actions.classes.get(class)?.sample.split_once(':'))
            .map(|(prefix, _)| prefix)
            .collect();
        let mut known = ActionSet::default();
        let mut has_known = FixedBitSet::with_capacity(classes.len());
        let services = catalogue.services().filter(|service| {
            prefixes.contains(service.prefix()) || prefixes.iter().any(|prefix| prefix.len() < 2)
        });
        for action in services.flat_map(|service| service.actions()) {
            let text = action.to_string().to_ascii_lowercase();
            if let Some(class) = classes.ones().find(|class| self.space.actions.is_in(*class, &text)) {
                known.insert(action.id());
                has_known.insert(class);
            }
        }
        let mut names = catalogue.shrink(&known);
        let unknown = classes.ones().filter(|class| !has_known.contains(*class));
        let samples = unknown.filter_map(|class| self.space.actions.classes.get(class));
        if names.is_empty() {
            names.extend(samples.map(|class| class.sample.clone()));
        }
        names
    }
}

/// Classes of actions that are in the same blocks, so that what holds for one holds for the others; of those that are in none
/// of `allows`, none.
fn groups(space: &Space, allows: &[Block], excluded: &[Block]) -> Vec<FixedBitSet> {
    let classes = space.actions.classes.len();
    let has = |block: &Block, class: usize| match block.part(ACTION) {
        Some(Part::One(actions)) => actions.contains(class),
        _ => true,
    };
    let mut groups: BTreeMap<Vec<bool>, FixedBitSet> = BTreeMap::new();
    for class in 0..classes {
        if !allows.iter().any(|block| has(block, class)) {
            continue;
        }
        let signature = allows.iter().chain(excluded).map(|block| has(block, class)).collect();
        groups.entry(signature).or_insert_with(|| FixedBitSet::with_capacity(classes)).insert(class);
    }
    let mut groups: Vec<FixedBitSet> = groups.into_values().collect();
    groups.sort_by_key(|group| group.ones().next());
    groups
}

/// Statements about the requests from within a zone.
fn trust(zone: &Zone) -> Vec<Statement> {
    let accounts = zone.accounts.iter().copied().map(PrincipalPattern::Account).collect();
    let principals = Some(Patterns { negated: false, values: accounts });
    let of_accounts = Statement { principals, ..everything() };
    let accounts: Vec<String> = zone.accounts.iter().map(ToString::to_string).collect();
    let organization: Vec<String> = zone.organization.iter().map(ToString::to_string).collect();
    let has = |key: &str, values: &[String]| {
        let statement = || Statement { conditions: [equals(key, values)].into(), ..everything() };
        (!values.is_empty()).then(statement)
    };
    let arns =
        zone.accounts.iter().map(|account| ArnPattern::parse(&format!("arn:*:*:*:{account}:*"), false));
    let sources = Test {
        operator: Some(Operator::plain(Comparison::ArnLike)),
        key: Key::new("aws:SourceArn"),
        values: Values::Arns(arns.collect()),
        at: At::default(),
    };
    let of_sources =
        (!accounts.is_empty()).then(|| Statement { conditions: [sources].into(), ..everything() });
    let conditions = [
        of_sources,
        has("aws:PrincipalOrgID", &organization),
        has("aws:SourceOrgID", &organization),
        has("aws:SourceAccount", &accounts),
        has("aws:SourceOwner", &accounts),
    ];
    [of_accounts].into_iter().chain(conditions.into_iter().flatten()).collect()
}

fn is_from_within(request: &Request, trust: &[Statement]) -> Truth {
    let is_service = matches!(request.principal(), Principal::Service(_));
    Truth::from(is_service).or(|| Truth::any(trust.iter().map(|statement| holds(statement, request))))
}
