#![doc = include_str!("root_access_key_inactive.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::AccessKey;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-access-key-inactive"),
    since: "0.1.0",
    title: "Inactive access key of the root user that still exists",
    severity: Severity::Medium,
    severity_reason: "one call makes it live again",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "An inactive key already fails every call, so that nothing breaks. It cannot be brought back, though: make sure \
               that nobody keeps it as an emergency access.",
        steps: &[
            Step::FIND_ROOT_KEY_ID,
            Step::run(
                "Make sure that the key was not used lately.",
                "aws iam get-access-key-last-used --access-key-id {key}",
            ),
            Step::run(
                "Delete the key: in CloudShell, signed in as root; in GovCloud with a CLI profile that holds another key of root. \
                 This cannot be undone.",
                "aws iam delete-access-key --access-key-id {key}",
            ),
        ],
        console: "Not in GovCloud, elsewhere: sign in as root > account name > Security credentials > Access keys > Actions > Delete",
    },
    page: include_str!("root_access_key_inactive.md"),
    judge: Judge::RootAccessKey { each: judge, account: None },
};

fn judge(key: &AccessKey<'_>, cx: &Context<'_>) -> Judged {
    if key.active.known()? {
        return Ok(Verdict::not_applicable("the key is active"));
    }
    let Some(created) = key.created.known()? else {
        return Ok(Verdict::pass("the slot is empty"));
    };
    let (name, made) = (cx.key_name(key), cx.ago(created));
    cx.fail(format!("{name} of root, made {made}, is inactive but not deleted"))
        .because(&key.active)
        .because(&key.created)
        .judged()
}
