#![doc = include_str!("root_access_key_active.md")]

use super::root_summary::{Credential, decision};
use super::told::told;
use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::cloudtrail::Event;
use crate::evidence::{AccessKey, Root};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-access-key-active"),
    since: "0.1.0",
    title: "Active access key of the root user",
    severity: Severity::Critical,
    severity_reason: "unlimited rights without a second factor",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::AccountSummary],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.4", "1.3", "2.3", "2.4"),
        security_hub: &["IAM.4"],
        pci_dss: &["7.2.1", "7.2.2", "7.2.3", "8.2.1", "8.2.2", "8.2.4", "8.2.5", "8.3.11"],
        attack: &["T1078", "T1550"],
    },
    remedy: Remedy {
        risk: "Whatever signs its calls with this key stops. Look at the last use of the key, give that job a role of its own, \
               then deactivate. In GovCloud root has no console: once its only key is inactive, you cannot undo that \
               yourself.",
        steps: &[
            Step::FIND_ROOT_KEY_ID,
            Step::run(
                "See when the key was last used, and for what.",
                "aws iam get-access-key-last-used --access-key-id {key}",
            ),
            Step::run(
                "Deactivate the key: in CloudShell, signed in as root, where this can be undone with --status Active; in \
                 GovCloud with a CLI profile that holds the root key, where you cannot undo it if that is root's only key.",
                "aws iam update-access-key --access-key-id {key} --status Inactive",
            ),
            Step::run(
                "Delete it when nobody has missed it, in the same way. This cannot be undone.",
                "aws iam delete-access-key --access-key-id {key}",
            ),
        ],
        console: "Not in GovCloud, elsewhere: sign in as root > account name > Security credentials > Access keys > Actions > Deactivate",
    },
    page: include_str!("root_access_key_active.md"),
    judge: Judge::RootAccessKey { each: judge, account: Some(judge_account) },
};

pub(super) const ACCESS_KEY: Credential = Credential {
    about: "an access key",
    plural: "access keys",
    present: |summary| &summary.root_access_keys_present,
};

fn judge(key: &AccessKey<'_>, cx: &Context<'_>) -> Judged {
    if !key.active.known()? {
        let why = if key.exists() { "the key is inactive" } else { "the slot is empty" };
        return Ok(Verdict::pass(why));
    }
    let root = cx.account().root();
    if let Some(gone) = ACCESS_KEY.gone_since(&root) {
        return Ok(Verdict::pass(gone));
    }
    let name = cx.key_name(key);
    let made = key.created.known().ok().flatten();
    let made = made.map_or_else(String::new, |made| format!(", made {}", cx.ago(made)));
    let used = match key.last_used.known() {
        Ok(Some(used)) => format!(", last used {}", cx.ago(used)),
        Ok(None) => ", never seen in use".to_owned(),
        Err(_) => String::new(),
    };
    let seen = seen_in_trail(key, cx);
    let seen = seen.map(|event| format!("; CloudTrail shows such a key in use: {}", told(&[event])));
    let used = format!("{used}{}", seen.unwrap_or_default());
    let decision = decision(&root, ACCESS_KEY.about).unwrap_or_default();
    cx.fail(format!("{name} of root is active{made}{used}{decision}"))
        .because(&key.active)
        .because(&key.created)
        .because(&key.last_used)
        .judged()
}

/// The latest use of a long-lived key of root in the records, where it is later than what the report says, or that says none.
fn seen_in_trail<'a>(key: &AccessKey<'_>, cx: &Context<'a>) -> Option<&'a Event> {
    let reported = key.last_used.known().ok().flatten();
    let is_it = |event: &&Event| {
        let is_key = match key.id {
            Some(id) => *event.access_key == *id.full(),
            None => event.access_key.starts_with("AKIA"),
        };
        is_key && reported.is_none_or(|reported| event.time() > reported + chrono::TimeDelta::days(1))
    };
    cx.activity().ok()?.root_events().filter(is_it).max_by_key(|event| event.second)
}

fn judge_account(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    ACCESS_KEY.judge_account(root, cx)
}
