//! IAM Access Analyzer: analyzers, their archive rules, and their findings with all details.
//!
//! A file of findings or rules does not name its analyzer, which is why these two are wrapped.

use aws_sdk_accessanalyzer::Client;
use aws_sdk_accessanalyzer::types::FindingStatus;
use serde_json::value::RawValue;

use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::run::{Halt, Run};
use crate::snapshot::moment;
use crate::wire::{Wire, items, rebuilt};

const LIST: Call = Call { operation: "ListAnalyzers", action: "access-analyzer:ListAnalyzers" };
const GET: Call = Call { operation: "GetAnalyzer", action: "access-analyzer:GetAnalyzer" };
const LIST_RULES: Call = Call { operation: "ListArchiveRules", action: "access-analyzer:ListArchiveRules" };
const LIST_FINDINGS: Call = Call { operation: "ListFindingsV2", action: "access-analyzer:ListFindings" };
const GET_FINDING: Call = Call { operation: "GetFindingV2", action: "access-analyzer:GetFinding" };

pub(super) static COLLECTOR: Collector = Collector {
    name: "access-analyzer",
    about: "analyzers of IAM Access Analyzer, archive rules, and findings with their details",
    calls: &[LIST, GET, LIST_RULES, LIST_FINDINGS, GET_FINDING],
    files: &[
        "access-analyzer/<region>/analyzers.json",
        "access-analyzer/<region>/archive-rules.json",
        "access-analyzer/<region>/findings.json",
    ],
    by_default: true,
    collect: Collect::Region(|run, region| -> Work<'_> { Box::pin(collect(run, region)) }),
};

/// An analyzer as AWS describes it.
pub(crate) struct Analyzer {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    description: Box<RawValue>,
}

async fn collect(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = Client::new(&run.aws.in_region(region));
    let file = |name: &str| format!("access-analyzer/{region}/{name}.json");
    let (file_analyzers, file_rules, file_findings) =
        (file("analyzers"), file("archive-rules"), file("findings"));
    let (made, rules, findings) = (
        LIST.in_region(region, &file_analyzers),
        LIST_RULES.in_region(region, &file_rules),
        LIST_FINDINGS.in_region(region, &file_findings),
    );
    run.plan(1);
    if [made, rules, findings].iter().all(|made| run.has(*made)) {
        run.known(made);
        return Ok(());
    }
    let (analyzers, failure) = analyzers(&client).await;
    let arns: Vec<String> = analyzers.iter().map(|analyzer| analyzer.arn.clone()).collect();
    let (described, undescribed) = described(&client, analyzers).await;
    if failure.is_none() {
        run.done(GET.in_region(region, &file_analyzers), undescribed.as_ref())?;
    }
    let has_listed = failure.is_none();
    run.keep_list(made, "analyzers", described, failure)?;
    if !has_listed && arns.is_empty() {
        return Ok(());
    }

    run.plan(3);
    let mut listed = Vec::new();
    let mut failure = None;
    for arn in &arns {
        let (archive_rules, failed) = archive_rules(&client, arn).await;
        listed.push(object().with("analyzerArn", arn).with("archiveRules", archive_rules).into());
        failure = failure.or(failed);
    }
    let wrapper = wrapper("iam-audit/access-analyzer-archive-rules", region, listed);
    match failure {
        None => run.keep(rules, &wrapper.into())?,
        Some(failure) => run.keep_part(rules, wrapper.with("incomplete", true), &failure)?,
    }
    self::findings(run, &client, region, &arns, &file_findings).await
}

fn wrapper(format: &str, region: &str, analyzers: Vec<Json>) -> crate::json::Object {
    object()
        .with("format", format)
        .with("version", 1)
        .with("region", region)
        .with("collected_at", moment())
        .with("analyzers", analyzers)
}

pub(crate) async fn analyzers(client: &Client) -> (Vec<Analyzer>, Option<Failure>) {
    let (mut analyzers, mut token) = (Vec::new(), None);
    loop {
        let wire = Wire::default();
        let call = client.list_analyzers().set_next_token(token).customize().interceptor(wire.clone());
        let page = match call.send().await {
            Ok(page) => page,
            Err(error) => return (analyzers, Some(error.into())),
        };
        let both = page.analyzers().iter().zip(wire.items("analyzers"));
        analyzers.extend(both.map(|(analyzer, description)| Analyzer {
            arn: analyzer.arn().to_owned(),
            name: analyzer.name().to_owned(),
            kind: analyzer.r#type().as_str().to_owned(),
            status: analyzer.status().as_str().to_owned(),
            description,
        }));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return (analyzers, None);
        }
    }
}

/// The analyzers with their configuration, which the list leaves out; where AWS does not tell it, as they are listed.
async fn described(client: &Client, analyzers: Vec<Analyzer>) -> (Vec<Json>, Option<Failure>) {
    let mut failure = None;
    let mut described = Vec::new();
    for analyzer in analyzers {
        let wire = Wire::default();
        let name = analyzer.arn.rsplit('/').next().unwrap_or_default();
        let call = client.get_analyzer().analyzer_name(name).customize().interceptor(wire.clone());
        let description = match call.send().await {
            Ok(_) => wire.fields().remove("analyzer"),
            Err(error) => {
                failure = failure.or(Some(error.into()));
                None
            }
        };
        described.push(Json::Raw(description.unwrap_or(analyzer.description)));
    }
    (described, failure)
}

pub(crate) async fn archive_rules(client: &Client, arn: &str) -> (Vec<Json>, Option<Failure>) {
    let (mut rules, mut token) = (Vec::new(), None);
    let name = arn.rsplit('/').next().unwrap_or_default();
    loop {
        let wire = Wire::default();
        let call = client.list_archive_rules().analyzer_name(name).set_next_token(token);
        let page = match call.customize().interceptor(wire.clone()).send().await {
            Ok(page) => page,
            Err(error) => return (rules, Some(error.into())),
        };
        rules.extend(wire.items("archiveRules").into_iter().map(Json::Raw));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return (rules, None);
        }
    }
}

/// A finding as it is listed.
struct Listed {
    id: String,
    is_resolved: bool,
    summary: Box<RawValue>,
}

async fn findings(
    run: &Run<'_>,
    client: &Client,
    region: &str,
    arns: &[String],
    file: &str,
) -> Result<(), Halt> {
    let mut of_analyzers = Vec::new();
    let (mut not_listed, mut not_described) = (None, None);
    for arn in arns {
        let (listed, failed) = list(client, arn).await;
        not_listed = not_listed.or(failed);
        run.plan(listed.len());
        let described = std::cell::RefCell::new(Vec::with_capacity(listed.len()));
        let failures = std::cell::RefCell::new(None);
        run.for_each((0..).zip(listed), async |(place, finding): (usize, Listed)| {
            // What is resolved is no longer there; its details would cost a call each.
            let detail =
                if finding.is_resolved { Ok(None) } else { detail(client, arn, &finding.id).await.map(Some) };
            let detail = match detail {
                Ok(detail) => detail.map(Json::from),
                Err(failure) => {
                    failures.borrow_mut().get_or_insert(failure);
                    None
                }
            };
            run.known(GET_FINDING.in_region(region, file));
            described.borrow_mut().push((place, detail.unwrap_or(Json::Raw(finding.summary))));
            Ok(())
        })
        .await?;
        not_described = not_described.or(failures.into_inner());
        let mut described = described.into_inner();
        described.sort_by_key(|(place, _)| *place);
        let described: Vec<Json> = described.into_iter().map(|(_, finding)| finding).collect();
        of_analyzers.push(object().with("analyzerArn", arn).with("findings", described).into());
    }
    run.done(GET_FINDING.in_region(region, file), not_described.as_ref())?;
    let wrapper = wrapper("iam-audit/access-analyzer-findings", region, of_analyzers);
    let made = LIST_FINDINGS.in_region(region, file);
    match not_listed.or(not_described) {
        None => run.keep(made, &wrapper.into()),
        Some(failure) => run.keep_part(made, wrapper.with("incomplete", true), &failure),
    }
}

async fn list(client: &Client, arn: &str) -> (Vec<Listed>, Option<Failure>) {
    let (mut findings, mut token) = (Vec::new(), None);
    loop {
        let wire = Wire::default();
        let call = client.list_findings_v2().analyzer_arn(arn).set_next_token(token);
        let page = match call.customize().interceptor(wire.clone()).send().await {
            Ok(page) => page,
            Err(error) => return (findings, Some(error.into())),
        };
        let both = page.findings().iter().zip(wire.items("findings"));
        findings.extend(both.map(|(finding, summary)| Listed {
            id: finding.id().to_owned(),
            is_resolved: finding.status() == &FindingStatus::Resolved,
            summary,
        }));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return (findings, None);
        }
    }
}

/// A finding with the details of all pages.
pub(crate) async fn detail(client: &Client, arn: &str, id: &str) -> Result<crate::json::Object, Failure> {
    let (mut details, mut token) = (Vec::new(), None);
    loop {
        let wire = Wire::default();
        let call = client.get_finding_v2().analyzer_arn(arn).id(id).set_next_token(token);
        let page = call.customize().interceptor(wire.clone()).send().await?;
        let mut fields = wire.fields();
        if let Some(list) = fields.remove("findingDetails") {
            details.extend(items(&list).into_iter().map(Json::Raw));
        }
        fields.remove("nextToken");
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(rebuilt(fields).with("findingDetails", details));
        }
    }
}
