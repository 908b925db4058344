use aws_sdk_iam::types::ReportStateType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::time::Instant;

use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::run::{Halt, Run};

const GENERATE: Call = Call { operation: "GenerateCredentialReport", action: "iam:GenerateCredentialReport" };
const GET: Call = Call { operation: "GetCredentialReport", action: "iam:GetCredentialReport" };
const FILE: &str = "credential-report.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "credential-report",
    about: "all users with the state of their credentials; AWS makes a new one at most every four hours",
    calls: &[GENERATE, GET],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

/// Generating may be denied or limited and getting still work: AWS keeps the last report.
async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    let made = GET.kept_in(FILE);
    if run.has(made) {
        return Ok(());
    }
    run.plan(2);
    let deadline = Instant::now() + run.pace.report_deadline;
    let generated = generate(run, deadline).await.err();
    run.done(GENERATE.alone(), generated.as_ref())?;
    match get(run, deadline).await {
        Ok(report) => run.keep(made, &report),
        Err(failure) => run.fail(made, &failure, false),
    }
}

async fn generate(run: &Run<'_>, deadline: Instant) -> Result<(), Failure> {
    for wait in run.pace.polls() {
        let answer = run.aws.iam().generate_credential_report().send().await?;
        if answer.state() == Some(&ReportStateType::Complete) {
            return Ok(());
        }
        if Instant::now() + wait > deadline {
            break;
        }
        run.pause(wait).await;
    }
    Err(not_finished(run))
}

async fn get(run: &Run<'_>, deadline: Instant) -> Result<Json, Failure> {
    for wait in run.pace.polls() {
        let failure = match run.aws.iam().get_credential_report().send().await {
            Ok(answer) => {
                return Ok(object()
                    .maybe("Content", answer.content().map(|content| STANDARD.encode(content)))
                    .maybe("ReportFormat", answer.report_format().map(|format| format.as_str()))
                    .maybe("GeneratedTime", answer.generated_time())
                    .into());
            }
            Err(error) => Failure::from(error),
        };
        if !failure.is("ReportInProgress") {
            return Err(failure);
        }
        if Instant::now() + wait > deadline {
            break;
        }
        run.pause(wait).await;
    }
    Err(not_finished(run))
}

fn not_finished(run: &Run<'_>) -> Failure {
    let seconds = run.pace.report_deadline.as_secs();
    Failure::new("ReportInProgress", &format!("AWS did not finish the report within {seconds} s"))
}
