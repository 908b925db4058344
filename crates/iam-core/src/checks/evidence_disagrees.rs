#![doc = include_str!("evidence_disagrees.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{Disagreement, Root};
use crate::fact::Fact;
use crate::input::Artefact;
use crate::input::credential_report::Column;

pub(super) static CHECK: Check = Check {
    id: CheckId("evidence-disagrees"),
    since: "0.1.0",
    title: "Credential report and account summary that contradict each other",
    severity: Severity::Info,
    severity_reason: "one of the two was taken at another time",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::AccountSummary],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks.",
        steps: &[
            Step::GENERATE_REPORT,
            Step::FETCH_REPORT,
            Step::run(
                "Take the totals at the same time.",
                "aws iam get-account-summary --output json > account-summary.json",
            ),
        ],
        console: "IAM > Credential report > Download credentials report",
    },
    page: include_str!("evidence_disagrees.md"),
    judge: Judge::Root(judge),
};

fn judge(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    if root.disagreements.is_empty() {
        return compared(root, cx);
    }
    let said: Vec<String> = root.disagreements.iter().map(said).collect();
    let failure = cx.fail(format!(
        "credential report and account summary say different things of root: {}",
        said.join("; ")
    ));
    root.disagreements
        .iter()
        .fold(failure, |failure, it| failure.at(it.report_source).at(it.summary_source))
        .judged()
}

fn said(it: &Disagreement) -> String {
    let word = |value| if value { "yes" } else { "no" };
    format!("{} (report {}, summary {}: {})", it.about, word(it.report), word(it.summary), it.decision)
}

/// A pass, if all that the two can agree about was seen on both sides.
fn compared(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    let row = root.row.clone()?;
    let summary = cx.account().account_summary()?;
    row.switch(Column::PasswordEnabled).known()?;
    row.switch(Column::MfaActive).known()?;
    let keys = root.access_keys.iter().map(|key| (&key.active, &key.created));
    let certificates = root.signing_certificates.iter();
    let certificates = certificates.map(|certificate| (&certificate.active, &certificate.uploaded));
    for slots in [keys.collect::<Vec<_>>(), certificates.collect()] {
        // One active credential is enough to compare; otherwise each slot has to be known as empty or inactive.
        if slots.iter().any(|(active, _)| active.known() == Ok(true)) {
            continue;
        }
        for (active, made) in slots {
            active.known()?;
            made.known()?;
        }
    }
    let counts: [&Fact<bool>; 4] = [
        &summary.root_password_present,
        &summary.root_mfa_enabled,
        &summary.root_access_keys_present,
        &summary.root_signing_certificates_present,
    ];
    for count in counts {
        count.known()?;
    }
    Ok(Verdict::PASS)
}
