#![doc = include_str!("role_unused.md")]

use chrono::{DateTime, Utc};

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::cloudtrail::PrincipalKind;
use crate::evidence::{ReportSubject, Role};
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-unused"),
    since: "0.1.0",
    title: "Role that nobody assumes",
    severity: Severity::Medium,
    severity_reason: "rights that are open to all whom it trusts and that nobody needs",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&MAX_IDLE],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused. Its next run fails.",
        steps: &[
            Step::SEE_ROLE,
            Step::think("Ask whom the role was made for."),
            Step::CLOSE_ROLE,
            Step::think(
                "When nobody has missed it for as long as its work may rest, detach its policies, take it out of its instance \
                 profiles and delete it. This cannot be undone.",
            ),
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_unused.md"),
    judge: Judge::Role(judge),
};

static MAX_IDLE: Param<Days> = Param::new(
    "max-idle-days",
    || Days(90),
    (0, 400),
    "fails when the last use lies more than this long back; AWS keeps a last use for 400 days",
);

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let detail = role.detail;
    let limit = cx.get(&MAX_IDLE);
    let is_long_ago = |time| cx.age(time) > limit.delta();
    // Whatever else is unknown, it was not there before.
    if detail.created.known().is_ok_and(|created| !is_long_ago(created)) {
        return Ok(Verdict::pass("it was made lately"));
    }
    let is_active = || last_seen(role, cx).is_some_and(|at| !is_long_ago(at));
    let Some(last) = detail.last_used.known()? else {
        if is_active() {
            return Ok(Verdict::PASS);
        }
        let created = detail.created.known()?;
        return cx
            .fail(format!(
                "role {} has no recorded use and was made {}; limit {} d",
                detail.name,
                cx.ago(created),
                limit.0
            ))
            .because(&detail.last_used)
            .because(&detail.created)
            .judged();
    };
    if !is_long_ago(last.at) || is_active() {
        return Ok(Verdict::PASS);
    }
    let region = last.region.map(|region| format!(" in {region}")).unwrap_or_default();
    cx.fail(format!("role {} was last used {}{region}; limit {} d", detail.name, cx.ago(last.at), limit.0))
        .because(&detail.last_used)
        .judged()
}

/// The last use that something else than the account authorization details tells of, which may be older than that.
fn last_seen(role: &Role<'_>, cx: &Context<'_>) -> Option<DateTime<Utc>> {
    let arn = &*role.detail.arn;
    let report =
        ReportSubject::of_arn(arn).and_then(|subject| cx.account().last_accessed().of(&subject).ok());
    let services = report.into_iter().flat_map(|report| report.services.values());
    let reported = services.filter_map(|service| service.last.as_ref()).map(|last| last.at);
    let activity = cx.activity().ok();
    let principals = activity.into_iter().flat_map(|activity| activity.principals(&[PrincipalKind::Role]));
    let own = principals.filter(|active| &*active.principal.name == arn);
    let recorded = own.filter_map(|active| active.activity.all.all().last_time());
    reported.chain(recorded).max()
}
