#![doc = include_str!("role_trusts_itself.md")]

use super::policy_statements::cite;
use super::trusts::{PUT_TRUST, SAVE_TRUST, Trust};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Role;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-trusts-itself"),
    since: "0.1.0",
    title: "Role that trusts itself",
    severity: Severity::Low,
    severity_reason: "a leaked session of the role can renew itself without end",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Programs that assume the role while they already have it are refused. They can use the session that they have, or ask for a longer one.",
        steps: &[SAVE_TRUST, Step::think("Take the role out of its own principals."), PUT_TRUST],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_trusts_itself.md"),
    judge: Judge::Role(judge),
};

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let trust = Trust::of(role)?;
    let openings = trust.openings(|one| trust.is_itself(one));
    if openings.is_empty() {
        return Ok(Verdict::PASS);
    }
    let failure = cx.fail(format!("role {} can be assumed by its own sessions", role.detail.name));
    cite(failure, trust.document, openings.iter().map(|opening| opening.cited)).judged()
}
