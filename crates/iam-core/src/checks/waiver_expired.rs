#![doc = include_str!("waiver_expired.md")]

use chrono::NaiveDate;

use crate::check::{Check, CheckId, Judge, Mappings, Remedy, Severity, Step, WaiverUse};

pub(super) static CHECK: Check = Check {
    id: CheckId("waiver-expired"),
    since: "0.1.0",
    title: "Expired waiver",
    severity: Severity::Low,
    severity_reason: "what was accepted for a time is open again",
    enabled: true,
    needs: &[],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks. Without the waiver its findings count again, which they already do since it expired.",
        steps: &[
            Step::think("Do what the waiver put off, and remove it from the settings."),
            Step::think(
                "If the reason still holds, let its owner decide on a new day and write it into `until`.",
            ),
        ],
        console: "Nothing to do in AWS: waivers stand in the settings file of iam-audit",
    },
    page: include_str!("waiver_expired.md"),
    judge: Judge::Waiver(judge),
};

fn judge(waiver: &WaiverUse<'_>, today: NaiveDate) -> Option<String> {
    (today > waiver.until).then(|| {
        format!("the waiver of {} for `{}` was good until {}", waiver.check, waiver.subject, waiver.until)
    })
}
