#![doc = include_str!("escalation_burst.md")]

use super::calls_in_a_day::{REMEDY, Watched};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Param, Percent, Severity};
use crate::cloudtrail::{PrincipalKind, watchlist};
use crate::evidence::ActivePrincipal;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("escalation-burst"),
    since: "0.1.0",
    title: "Many different calls by which rights are gained",
    severity: Severity::High,
    severity_reason: "an intruder makes sure to stay, or wants more",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[&SHARE],
    mappings: Mappings { attack: &["T1098", "T1136"], ..Mappings::NONE },
    remedy: REMEDY,
    page: include_str!("escalation_burst.md"),
    judge: Judge::Principal { kinds: &[PrincipalKind::User, PrincipalKind::Role], each },
};

static SHARE: Param<Percent> = Param::new(
    "share-percent",
    || Percent(20),
    (1, 99),
    "fails when a principal used more of the list than this within a day",
);

static WATCHED: Watched = Watched {
    list: watchlist::ESCALATION,
    that: "gain rights",
    made: |quarter| quarter.escalation,
    example: |quarter| quarter.escalation_example.as_deref(),
};

fn each(active: &ActivePrincipal<'_>, cx: &Context<'_>) -> Judged {
    WATCHED.judge(active, cx, cx.get(&SHARE))
}
