#![doc = include_str!("waiver_unused.md")]

use chrono::NaiveDate;

use crate::check::{Check, CheckId, Judge, Mappings, Remedy, Severity, Step, WaiverUse};

pub(super) static CHECK: Check = Check {
    id: CheckId("waiver-unused"),
    since: "0.1.0",
    title: "Waiver that matches no finding",
    severity: Severity::Low,
    severity_reason: "it may hide a finding that nobody has seen yet",
    enabled: true,
    needs: &[],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks. If the check could not look this time, its findings come back without the waiver.",
        steps: &[
            Step::think(
                "See whether the check gave unknown verdicts; then hand in what it needs before you judge the waiver.",
            ),
            Step::think("Compare the pattern with the subject's whole ARN, path included, and correct it."),
            Step::think("If what it waived is gone, remove the waiver from the settings."),
        ],
        console: "Nothing to do in AWS: waivers stand in the settings file of iam-audit",
    },
    page: include_str!("waiver_unused.md"),
    judge: Judge::Waiver(judge),
};

fn judge(waiver: &WaiverUse<'_>, _today: NaiveDate) -> Option<String> {
    (waiver.matched == 0)
        .then(|| format!("no finding of {} has a subject that matches `{}`", waiver.check, waiver.subject))
}
