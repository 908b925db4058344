//! How findings about policies are graded, cite statements, tell conditions, and are put right.

use iam_policy::catalogue::Catalogue;
use iam_policy::condition::Test;
use iam_policy::permissions::{Allowance, OnEverything, Reach, may_allow_everything};
use iam_policy::policy::{Policy, StatementRef};

use crate::check::{Context, Failure, Judged, Severity, Step, SubjectKind, Verdict, When};
use crate::evidence::{CustomerPolicy, Supplied};
use crate::input::PolicyDocument;

/// More conditions than this are not told one by one.
const MOST_CONDITIONS: usize = 3;

/// Why only one check speaks of a policy that allows everything.
const ADMIN: &str = "the policy allows everything, which policy-admin tells";

/// Why a permissions boundary is not asked what it allows.
pub(super) const BOUNDARY: &str = "the policy is a permissions boundary only, which grants nothing";

/// A first step, and those that then replace the text of a policy, whosever it is.
pub(super) const fn replace_after(first: Step) -> [Step; 5] {
    [
        first,
        Step::run_when(
            When::Of(SubjectKind::ManagedPolicy),
            "Put the smaller policy into policy.json and make it the version that counts. This can be undone with \
         `aws iam set-default-policy-version`.",
            "aws iam create-policy-version --policy-arn {arn} --policy-document file://policy.json --set-as-default",
        ),
        Step::run_when(
            When::Of(SubjectKind::UserPolicy),
            "Put the smaller policy into policy.json and replace the old one. Keep the old text to undo this.",
            "aws iam put-user-policy --user-name {user} --policy-name {policy} --policy-document file://policy.json",
        ),
        Step::run_when(
            When::Of(SubjectKind::GroupPolicy),
            "Put the smaller policy into policy.json and replace the old one. Keep the old text to undo this.",
            "aws iam put-group-policy --group-name {group} --policy-name {policy} --policy-document file://policy.json",
        ),
        Step::run_when(
            When::Of(SubjectKind::RolePolicy),
            "Put the smaller policy into policy.json and replace the old one. Keep the old text to undo this.",
            "aws iam put-role-policy --role-name {role} --policy-name {policy} --policy-document file://policy.json",
        ),
    ]
}

/// The way to a policy's text through the AWS console.
pub(super) const CONSOLE: &str = "IAM > Policies > {name} > Permissions defined in this policy > Edit";

/// How bad it is to allow something, by how far it reaches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ladder {
    /// What is reached: `role`.
    pub(super) noun: &'static str,
    /// What may hold all of them: `account`.
    pub(super) part: &'static str,
    /// All of them.
    pub(super) everywhere: Rung,
    /// All of some account or Region.
    pub(super) account: Rung,
    /// Those that fit a pattern; `None` where that is no matter.
    pub(super) some: Option<Rung>,
}

/// How bad it is, with a reason where it is not as bad as the check says; and how bad under a condition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rung {
    pub(super) severity: Severity,
    pub(super) why: Option<&'static str>,
    pub(super) under_condition: Severity,
}

impl Rung {
    /// As bad as the check says.
    pub(super) const fn own(severity: Severity, under_condition: Severity) -> Self {
        Self { severity, why: None, under_condition }
    }

    /// Less bad, for a reason.
    pub(super) const fn lowered(severity: Severity, why: &'static str, under_condition: Severity) -> Self {
        Self { severity, why: Some(why), under_condition }
    }
}

impl Ladder {
    fn rung(&self, reach: Reach) -> Option<Rung> {
        match reach {
            Reach::Nothing | Reach::One => None,
            Reach::Some => self.some,
            Reach::Account => Some(self.account),
            Reach::Everywhere => Some(self.everywhere),
        }
    }

    /// Fails for the worst of what is allowed, and passes if nothing is.
    pub(super) fn judge<'p>(
        &self,
        policy: &CustomerPolicy<'_>,
        document: &PolicyDocument,
        found: impl IntoIterator<Item = (&'static str, Allowance<'p>)>,
        cx: &Context<'_>,
    ) -> Judged {
        let severity = |allowance: &Allowance<'_>| {
            let rung = self.rung(allowance.reach)?;
            Some(if allowance.is_conditional() { rung.under_condition } else { rung.severity })
        };
        let graded = found
            .into_iter()
            .filter_map(|(action, allowance)| Some((severity(&allowance)?, action, allowance)));
        // How far it reaches decides between two that are equally bad.
        let rank = |one: &(Severity, &str, Allowance<'_>)| (one.0, one.2.reach, !one.2.is_conditional());
        let graded: Vec<_> = graded.collect();
        let Some(worst) = graded.iter().map(rank).max() else {
            return Ok(Verdict::PASS);
        };
        let (severity, reach, is_sure) = worst;
        let decisive = || graded.iter().filter(|one| rank(one) == worst);
        let mut actions: Vec<&str> = decisive().map(|(_, action, _)| *action).collect();
        actions.dedup();
        let what = match reach {
            Reach::Everywhere => format!("every {}", self.noun),
            Reach::Account => format!("every {} of {}", self.noun, self.part),
            _ => format!("{}s by a pattern", self.noun),
        };
        let mut message = format!("{policy} allows {} on {what}", actions.join(" and "));
        if !is_sure {
            let conditional = decisive().flat_map(|(_, _, allowance)| allowance.conditional());
            message = format!("{message}, depending on {}", conditions(conditional));
        }
        let why =
            if is_sure { self.rung(reach).and_then(|rung| rung.why) } else { Some("only under a condition") };
        let failure = cx.fail(message);
        let failure = match why {
            Some(why) => failure.severity(severity, why),
            None => failure,
        };
        cite(failure, document, decisive().flat_map(|(_, _, allowance)| allowance.conditional())).judged()
    }
}

/// Why a policy is not asked for parts of everything, if it is not.
///
/// # Errors
///
/// The gap, when it was not seen whether anybody has the policy.
pub(super) fn exempt(
    policy: &CustomerPolicy<'_>,
    said: &Policy,
    catalogue: &Catalogue,
) -> Supplied<Option<&'static str>> {
    if policy.is_boundary_only()? {
        return Ok(Some(BOUNDARY));
    }
    let allows_everything = may_allow_everything([said])
        && catalogue.all().is_subset(&OnEverything::of([said], catalogue).possible);
    Ok(allows_everything.then_some(ADMIN))
}

/// Cites statements of a document, each once.
pub(super) fn cite<'p>(
    failure: Failure,
    document: &PolicyDocument,
    statements: impl IntoIterator<Item = StatementRef<'p>>,
) -> Failure {
    let mut spans: Vec<_> = statements.into_iter().map(|cited| cited.statement.at).collect();
    spans.dedup();
    spans.into_iter().fold(failure, |failure, span| failure.at(document.part(span)))
}

/// The conditions of statements, each once: `aws:MultiFactorAuthPresent (Bool)`.
pub(super) fn conditions<'p>(statements: impl IntoIterator<Item = StatementRef<'p>>) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut tell = |one: String| {
        if !told.contains(&one) {
            told.push(one);
        }
    };
    for cited in statements {
        cited.statement.conditions.iter().for_each(|test| tell(one(test)));
        if cited.statement.is_refused {
            tell("a statement that AWS refuses".to_owned());
        }
    }
    let others = told.len().saturating_sub(MOST_CONDITIONS);
    told.truncate(MOST_CONDITIONS);
    let more = if others > 0 { format!(" and {others} more") } else { String::new() };
    told.join(" and ") + &more
}

fn one(test: &Test) -> String {
    match test.operator {
        Some(operator) => format!("{} ({operator})", test.key),
        None => format!("{} (an operator that does not exist)", test.key),
    }
}
