#![doc = include_str!("role_cross_account_broad.md")]

use iam_policy::catalogue::{ActionSet, Catalogue, Levels};
use iam_policy::pattern::PrincipalPattern;
use iam_policy::permissions::OnEverything;

use super::policy_statements::{cite, conditions};
use super::trusts::{Opening, PUT_TRUST, SAVE_TRUST, Trust, told};
use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Percent, Remedy, Severity, Step, Verdict,
};
use crate::evidence::{Grant, Identity, Role, Supplied};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-cross-account-broad"),
    since: "0.1.0",
    title: "Role with which another account can read everything",
    severity: Severity::High,
    severity_reason: "whoever takes over the other account has all data of this one",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&SHARE],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "What the other account does with the role beyond the smaller policy stops working. IAM > Access Advisor shows which services it uses.",
        steps: &[
            SAVE_TRUST,
            Step::think(
                "Give the role a policy with the services and resources that the other account needs, then detach the broad one. \
                 Attaching it again undoes this.",
            ),
            Step::think("Where the other account needs nothing any more, take it out of the trust policy."),
            PUT_TRUST,
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_cross_account_broad.md"),
    judge: Judge::Role(judge),
};

static SHARE: Param<Percent> = Param::new(
    "share-percent",
    || Percent(50),
    (1, 100),
    "everything is at least this share of the actions that AWS says read, or write, allowed on every resource",
);

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let trust = Trust::of(role)?;
    let is_other = |one: &PrincipalPattern| trust.other_account(one).is_some();
    let openings = trust.openings(is_other);
    if openings.is_empty() {
        return Ok(Verdict::not_applicable("it trusts no other account"));
    }
    let breadth = Breadth::of(role, cx)?;
    let can = match (breadth.administers, breadth.writes, breadth.reads) {
        (true, ..) => "do everything",
        (false, true, _) => "read and change everything",
        (false, false, true) => "read everything",
        (false, false, false) => return Ok(Verdict::PASS),
    };
    let cited = || openings.iter().map(|opening| opening.cited);
    let principals = openings.iter().flat_map(Opening::principals).filter(|one| is_other(one));
    let conditions = conditions(cited());
    let under = if conditions.is_empty() { String::new() } else { format!(", depending on {conditions}") };
    let failure = cx.fail(format!("role {} lets {} {can}{under}", role.detail.name, told(principals)));
    let failure = if breadth.administers {
        failure.severity(Severity::Critical, "the other account administers this one")
    } else {
        failure
    };
    cite(failure, trust.document, cited())
        .because(&role.detail.attached)
        .because(&role.detail.inline)
        .judged()
}

/// How far the policies of a role reach.
#[derive(Clone, Copy)]
struct Breadth {
    reads: bool,
    writes: bool,
    administers: bool,
}

impl Breadth {
    fn of(role: &Role<'_>, cx: &Context<'_>) -> Supplied<Self> {
        let identity = Identity::Role(*role);
        let grants = identity.grants();
        let granted = grants.complete()?;
        let policies =
            granted.iter().map(|grant| grant.document()?.policy()).collect::<Supplied<Vec<_>>>()?;
        let catalogue = cx.catalogue();
        let mut allowed = OnEverything::of(policies, catalogue).certain;
        if let Some(boundary) = identity.boundary_document()? {
            allowed.intersect_with(&OnEverything::of([boundary.policy()?], catalogue).possible);
        }
        let is_read_only =
            |grant: &Grant<'_>| grant.arn().is_some_and(|arn| arn.ends_with(":aws:policy/ReadOnlyAccess"));
        let is_bounded = identity.boundary_document()?.is_some();
        let share = cx.get(&SHARE);
        let reaches = |levels| is_most(&allowed, levels, share, catalogue);
        Ok(Self {
            reads: reaches(Levels::READ) || (!is_bounded && granted.iter().any(is_read_only)),
            writes: reaches(Levels::WRITE),
            administers: catalogue.all().is_subset(&allowed),
        })
    }
}

/// Whether a set has so large a share of the actions of a level.
fn is_most(allowed: &ActionSet, level: Levels, share: Percent, catalogue: &Catalogue) -> bool {
    let of_level = catalogue.actions().filter(|action| action.levels().contains(level));
    let (mut all, mut had) = (0_usize, 0_usize);
    for action in of_level {
        all = all.saturating_add(1);
        had = had.saturating_add(usize::from(allowed.contains(action.id())));
    }
    let needed = all.saturating_mul(usize::try_from(share.0).unwrap_or(usize::MAX));
    had.saturating_mul(100) >= needed
}
