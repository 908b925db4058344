#![doc = include_str!("access_key_old.md")]

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::{AccessKey, User};
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-key-old"),
    since: "0.1.0",
    title: "Old active access key",
    severity: Severity::Medium,
    severity_reason: "an old key has been copied to more places and has had more time to leak",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&MAX_AGE],
    mappings: Mappings {
        cis: Cis::at("1.14", "1.13", "2.13", "2.12"),
        security_hub: &["IAM.3"],
        pci_dss: &["8.3.5", "8.3.7", "8.3.9", "8.3.10.1", "8.6.3"],
        attack: &["T1078", "T1550", "T1110"],
    },
    remedy: Remedy {
        risk: "Programs that still hold the old key stop. Change all of them first, and deactivate before deleting.",
        steps: &[
            Step::think("If a role can do the work, use one: then there is no key to rotate."),
            Step::run(
                "Otherwise make a second key and put it wherever the old one is used. A user can have two keys: if both places are \
                 taken, delete the unused one first.",
                "aws iam create-access-key --user-name {user}",
            ),
            Step::FIND_KEY_ID,
            Step::run(
                "See when the old key was last used, and for what: what still uses it has to change over first.",
                "aws iam get-access-key-last-used --access-key-id {key}",
            ),
            Step::run(
                "Deactivate the old key when its last use stays in the past. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            Step::DELETE_KEY,
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys > Create access key",
    },
    page: include_str!("access_key_old.md"),
    judge: Judge::AccessKey(judge),
};

static MAX_AGE: Param<Days> =
    Param::new("max-age-days", || Days(90), (1, 3_650), "fails when the key is older than this");

fn judge(key: &AccessKey<'_>, user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !key.active.known()? {
        return Ok(Verdict::not_applicable("the key is inactive"));
    }
    let Some(created) = key.created.known()? else {
        return Ok(Verdict::not_applicable("there is no key"));
    };
    let limit = cx.get(&MAX_AGE);
    if cx.age(created) <= limit.delta() {
        return Ok(Verdict::PASS);
    }
    let (name, ago, limit) = (cx.key_name(key), cx.ago(created), limit.0);
    cx.fail(format!("{name} of {} was made {ago}, older than the limit of {limit} d", user.name))
        .because(&key.created)
        .because(&key.active)
        .judged()
}
