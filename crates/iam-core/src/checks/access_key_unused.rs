#![doc = include_str!("access_key_unused.md")]

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::{AccessKey, User};
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-key-unused"),
    since: "0.1.0",
    title: "Active access key that nobody uses",
    severity: Severity::Medium,
    severity_reason: "a key that nobody misses can leak unnoticed",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&UNUSED_AFTER],
    mappings: Mappings {
        cis: Cis::at("1.12", "1.11", "2.11", "2.11"),
        security_hub: &["IAM.22", "IAM.8"],
        pci_dss: &["7.2.4", "7.2.5.1", "8.2.6", "A3.4.1"],
        attack: &["T1078", "T1550", "T1110"],
    },
    remedy: Remedy {
        risk: "A job that runs once a quarter looks unused. Deactivate first, wait for a full cycle, then delete.",
        steps: &[
            Step::FIND_KEY_ID,
            Step::run(
                "Deactivate the key. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            Step::DELETE_KEY,
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys > Actions > Deactivate",
    },
    page: include_str!("access_key_unused.md"),
    judge: Judge::AccessKey(judge),
};

static UNUSED_AFTER: Param<Days> = Param::new(
    "unused-after-days",
    || Days(45),
    (1, 3_650),
    "fails when the key was not used for this long or longer",
);

fn judge(key: &AccessKey<'_>, user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !key.active.known()? {
        return Ok(Verdict::not_applicable("the key is inactive"));
    }
    let limit = cx.get(&UNUSED_AFTER);
    // Nothing can have been idle for longer than its owner exists, whatever else is unknown.
    let young = |created| cx.age(created) < limit.delta();
    if user.created.known().is_ok_and(young) || key.created.known().ok().flatten().is_some_and(young) {
        return Ok(Verdict::PASS);
    }
    let last_used = key.last_used.known()?;
    // A recorded use decides alone.
    let since = if last_used.is_some() { last_used } else { key.created.known()? };
    let Some(since) = since else {
        return Ok(Verdict::not_applicable("there is no key"));
    };
    if cx.age(since) < limit.delta() {
        return Ok(Verdict::PASS);
    }
    let (name, ago, limit) = (cx.key_name(key), cx.ago(since), limit.0);
    if last_used.is_some() {
        let region = key.last_used_region.known().ok().flatten().map(|region| format!(" in {region}"));
        let service = key.last_used_service.known().ok().flatten().map(|service| format!(" for {service}"));
        let (region, service) = (region.unwrap_or_default(), service.unwrap_or_default());
        cx.fail(format!("{name} of {} was last used {ago}{region}{service}; limit {limit} d", user.name))
            .because(&key.last_used)
            .judged()
    } else {
        cx.fail(format!(
            "{name} of {} was made {ago} and has never been seen in use; limit {limit} d",
            user.name
        ))
        .because(&key.last_used)
        .because(&key.created)
        .judged()
    }
}
