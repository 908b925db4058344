#![doc = include_str!("report_incomplete.md")]

use std::sync::Arc;

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Account;
use crate::fact::{Place, Source};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("report-incomplete"),
    since: "0.1.0",
    title: "Credential report with more or fewer users than the account",
    severity: Severity::Low,
    severity_reason: "users who are not in the report are not judged",
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
    page: include_str!("report_incomplete.md"),
    judge: Judge::Account(judge),
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let report = account.credential_report()?;
    let users = &account.account_summary()?.users;
    let counted = users.known()?;
    let read = u64::try_from(report.users().count()).unwrap_or(u64::MAX);
    let unread = u64::try_from(report.unread_rows()).unwrap_or(u64::MAX);
    let rows = read.saturating_add(unread);
    if unread == 0 && counted == read {
        return Ok(Verdict::PASS);
    }
    // An unread row may be a user's, root's, or the second one of a user.
    if let (Some(row), true) = (report.unread().first(), (read..=rows).contains(&counted)) {
        return Err(Arc::clone(&row.gap));
    }
    let why = if counted > rows {
        "the report was cut off, or users were made after it"
    } else {
        "users were deleted after the report, or it is about another time"
    };
    let failure = cx
        .fail(format!(
            "users by the account summary: {counted}; by the rows of the credential report: {rows}; {why}"
        ))
        .because(users);
    match report.rows().next() {
        Some(row) => failure.at(Source { place: Place::File, ..row.source() }).judged(),
        None => failure.judged(),
    }
}
