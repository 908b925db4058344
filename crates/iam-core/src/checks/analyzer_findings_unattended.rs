#![doc = include_str!("analyzer_findings_unattended.md")]

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::Sighting;
use crate::fact::Days;
use crate::input::Artefact;
use crate::input::access_analyzer::{Analyzer, FindingStatus};
use crate::input::monitoring::Placed;

pub(super) static CHECK: Check = Check {
    id: CheckId("analyzer-findings-unattended"),
    since: "0.1.0",
    title: "Analyzer whose findings nobody attends to",
    severity: Severity::Low,
    severity_reason: "who does not read the old findings does not read the new ones",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[&MAX_OPEN],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "None: it is about reading.",
        steps: &[
            Step::run(
                "List what stands, oldest first.",
                "aws accessanalyzer list-findings-v2 --analyzer-arn ANALYZER_ARN --filter file://active.json --sort attributeName=createdAt,orderBy=ASC",
            ),
            Step::think(
                "Mend or archive each of them. Make archive rules for what is meant and comes again, as narrow as it goes.",
            ),
        ],
        console: "IAM > Access Analyzer",
    },
    page: include_str!("analyzer_findings_unattended.md"),
    judge: Judge::Analyzer(judge),
};

static MAX_OPEN: Param<Days> =
    Param::new("max-open-days", || Days(90), (0, 3_650), "fails when an active finding is older than this");

fn judge(analyzer: &Placed<Analyzer>, cx: &Context<'_>) -> Judged {
    let limit = cx.get(&MAX_OPEN);
    let analyzers = cx.account().access_analyzer();
    let (mut old, mut oldest, mut unknown) = (0_usize, None, None);
    for reported in analyzers.findings() {
        let finding = &reported.finding;
        let is_own = |sighting: &&Sighting| {
            sighting.analyzer.as_deref() == Some(&analyzer.value.arn)
                && sighting.status == FindingStatus::Active
        };
        let Some(sighting) = reported.sightings.iter().find(is_own) else { continue };
        match finding.created.known() {
            Err(gap) => unknown = Some(gap),
            Ok(at) if cx.age(at) > limit.delta() => {
                old += 1;
                if oldest.is_none_or(|(oldest, _)| at < oldest) {
                    oldest = Some((at, sighting.source));
                }
            }
            Ok(_) => {}
        }
    }
    let Analyzer { name, kind, .. } = &analyzer.value;
    if let Some((at, source)) = oldest {
        let findings = if old == 1 { "finding" } else { "findings" };
        let message = format!(
            "analyzer {name} ({kind}) in {} has {old} active {findings} older than {} d, the oldest of {}",
            analyzer.value.region(),
            limit.0,
            cx.ago(at)
        );
        return cx.fail(message).at(source).at(analyzer.at).judged();
    }
    analyzers.all_findings(&analyzer.value)?;
    unknown.map_or(Ok(Verdict::PASS), Err)
}
