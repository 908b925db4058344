#![doc = include_str!("quarantine_policy_attached.md")]

use super::quarantine::{REMEDY, is_quarantine};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Severity, Verdict};
use crate::evidence::{DetailedUser, GrantedPolicy, Identity, Via};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("quarantine-policy-attached"),
    since: "0.1.0",
    title: "Quarantine of AWS in force for a user",
    severity: Severity::High,
    severity_reason: "AWS has found an access key of the user in public",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings { attack: &["T1552"], ..Mappings::NONE },
    remedy: REMEDY,
    page: include_str!("quarantine_policy_attached.md"),
    judge: Judge::DetailedUser(judge),
};

fn judge(user: &DetailedUser<'_>, cx: &Context<'_>) -> Judged {
    let grants = Identity::User(*user).grants();
    let quarantine = grants.seen.iter().find_map(|grant| match &grant.policy {
        GrantedPolicy::Managed { attached, .. } if is_quarantine(&attached.arn) => {
            Some((grant.via, attached))
        }
        _ => None,
    });
    let Some((via, attached)) = quarantine else {
        grants.complete()?;
        return Ok(Verdict::PASS);
    };
    let through = match via {
        Via::Own => String::new(),
        Via::Group(group) => format!(" through group {}", group.name),
    };
    cx.fail(format!("user {} has the quarantine policy {}{through}", user.detail.name, attached.name()))
        .at(attached.source)
        .judged()
}
