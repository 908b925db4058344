#![doc = include_str!("access_analyzer_inactive.md")]

use std::sync::Arc;

use super::analyzer_findings::cut;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::fact::{Gap, Reason};
use crate::input::Artefact;
use crate::input::access_analyzer::{Analyzer, AnalyzerStatus};
use crate::input::monitoring::Placed;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-analyzer-inactive"),
    since: "0.1.0",
    title: "Analyzer that is not at work",
    severity: Severity::Medium,
    severity_reason: "its findings look like the present and are of the past",
    enabled: true,
    needs: &[Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Deleting an analyzer deletes its findings and archive rules.",
        steps: &[
            Step::run(
                "See its state and the reason.",
                "aws accessanalyzer get-analyzer --analyzer-name {name} --region REGION",
            ),
            Step::think(
                "Mend what the reason names: trusted access of the organisation, the delegated administrator, or the right to make the service-linked role.",
            ),
            Step::think(
                "Only if AWS does not take it up again: write down its archive rules, delete it, and make it anew.",
            ),
        ],
        console: "IAM > Access Analyzer > Analyzer settings > {name}",
    },
    page: include_str!("access_analyzer_inactive.md"),
    judge: Judge::Analyzer(judge),
};

fn judge(analyzer: &Placed<Analyzer>, cx: &Context<'_>) -> Judged {
    let Placed { value, at } = analyzer;
    match &value.status {
        AnalyzerStatus::Active => return Ok(Verdict::PASS),
        AnalyzerStatus::Creating => return Ok(Verdict::not_applicable("it is being made")),
        AnalyzerStatus::Other(word) => {
            return Err(Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: Some(Artefact::Analyzers),
                source: Some(*at),
                what: format!(
                    "the status {} of the analyzer {} is not understood",
                    cut(word),
                    cut(&value.name)
                )
                .into(),
                remedy: "look at it in the console; a newer iam-audit may know it".into(),
            }));
        }
        AnalyzerStatus::Disabled | AnalyzerStatus::Failed => {}
    }
    let why = value.status_reason.as_deref().map(|reason| format!(": {}", cut(reason))).unwrap_or_default();
    let last = value.last_analyzed.map(|at| format!("; it last looked {}", cx.ago(at))).unwrap_or_default();
    let message = format!(
        "analyzer {} ({}) in {} is {}{why}{last}",
        value.name,
        value.kind,
        value.region(),
        value.status
    );
    cx.fail(message).at(*at).judged()
}
