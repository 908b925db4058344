#![doc = include_str!("root_access_key_created.md")]

use super::root_events::Looked;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Root;
use crate::input::Artefact;
use crate::root_use::is_about_root;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-access-key-created"),
    since: "0.1.0",
    title: "Access key made for root",
    severity: Severity::Critical,
    severity_reason: "the key alone takes over the account, from anywhere and without a second factor",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1098"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Whatever uses the key already stops. Deactivate it first and look for a while.",
        steps: &[
            Step::run(
                "See what root did around that time. The event history keeps 90 days; root's sign-ins and what it did to IAM are in \
                 {region}.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=Username,AttributeValue=root",
            ),
            Step::run(
                "Find the key. Run this and what follows in CloudShell, signed in as root; it answers only when root itself asks.",
                "aws iam list-access-keys",
            ),
            Step::run(
                "Deactivate it. This can be undone with --status Active.",
                "aws iam update-access-key --access-key-id {id} --status Inactive",
            ),
            Step::run("Delete it. This cannot be undone.", "aws iam delete-access-key --access-key-id {id}"),
        ],
        console: "Sign in as root > account name > Security credentials > Access keys > Actions > Deactivate",
    },
    page: include_str!("root_access_key_created.md"),
    judge: Judge::Root(judge),
};

pub(super) static LOOKED: Looked = Looked {
    classes: &[EventClass::Root],
    is_wanted: |event: &Event| {
        event.is("iam", "CreateAccessKey") && event.error_code.is_empty() && is_about_root(event)
    },
    none: "root made no access key for itself",
};

fn judge(_: &Root<'_>, cx: &Context<'_>) -> Judged {
    LOOKED.judge(cx, |events| {
        let ids: Vec<String> = events
            .iter()
            .filter_map(|event| Some(cx.key_id(event.responded("accessKey/accessKeyId")?)))
            .collect();
        if ids.is_empty() {
            "root made an access key for itself".to_owned()
        } else {
            format!("root made an access key for itself ({})", ids.join(", "))
        }
    })
}
