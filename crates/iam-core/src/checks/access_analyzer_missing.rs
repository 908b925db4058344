#![doc = include_str!("access_analyzer_missing.md")]

use std::sync::Arc;

use super::analyzer_findings::some;
use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::AccountRegion;
use crate::fact::{Gap, Reason, Source};
use crate::input::Artefact;
use crate::input::access_analyzer::{Analyzer, AnalyzerKind, AnalyzerStatus, Finds, Scope};
use crate::input::monitoring::Placed;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-analyzer-missing"),
    since: "0.1.0",
    title: "Region without an analyzer of external access",
    severity: Severity::Medium,
    severity_reason: "nobody learns of a bucket, key or role that is opened to strangers there",
    enabled: true,
    needs: &[Artefact::Analyzers],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.20", "1.19", "2.19", "2.18"),
        security_hub: &["IAM.28"],
        pci_dss: &[],
        attack: &[],
    },
    remedy: Remedy {
        risk: "None: analyzers of external access only look, and cost nothing. Their findings want somebody who reads them.",
        steps: &[
            Step::run(
                "See which analyzers there are in the Region.",
                "aws accessanalyzer list-analyzers --region {name}",
            ),
            Step::run(
                "Make one. It can be undone with `aws accessanalyzer delete-analyzer`.",
                "aws accessanalyzer create-analyzer --region {name} --analyzer-name external-access --type ACCOUNT",
            ),
        ],
        console: "IAM > Access Analyzer > Analyzer settings > Create analyzer",
    },
    page: include_str!("access_analyzer_missing.md"),
    judge: Judge::Region(judge),
};

fn judge(region: &AccountRegion, cx: &Context<'_>) -> Judged {
    let analyzers = cx.account().access_analyzer();
    let own = || analyzers.analyzers().filter(|analyzer| analyzer.value.region() == &*region.name);
    let is_external = |analyzer: &&Placed<Analyzer>| analyzer.value.kind.finds() == Some(Finds::External);
    let mut external = own().filter(is_external);
    if let Some(active) = external.find(|analyzer| analyzer.value.status == AnalyzerStatus::Active) {
        return Ok(Verdict::pass(format!("{} looks", active.value.name)));
    }
    if let Some(pass) = by_organization(region, cx)? {
        return Ok(pass);
    }
    let list = analyzers.all_of_region(&region.name)?;
    if own().any(|analyzer| matches!(analyzer.value.kind, AnalyzerKind::Other(_))) {
        return Err(not_clear(
            list,
            format!("an analyzer in {} is of a type that is not understood", region.name),
        ));
    }
    let others: Vec<String> =
        own().map(|one| format!("{} ({}, {})", one.value.name, one.value.kind, one.value.status)).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let others = if others.is_empty() { String::new() } else { format!("; there is only {}", some(&others)) };
    let signs: Vec<&str> = region.signs.iter().map(String::as_str).collect();
    let signs =
        if signs.is_empty() { String::new() } else { format!("; the Region is in use: {}", some(&signs)) };
    let message = format!("no analyzer of external access is at work in {}{others}{signs}", region.name);
    cx.fail(message).at(list).judged()
}

/// An organisation's analyzer of the same Region in another account of the run, where it is known to look at this one: it tells
/// of a resource of this account.
fn by_organization(region: &AccountRegion, cx: &Context<'_>) -> Result<Option<Verdict>, Arc<Gap>> {
    let Some(own) = cx.account().id() else { return Ok(None) };
    for (account, analyzers) in cx.account().access_analyzer_of_run() {
        let mut looking = analyzers.active(Finds::External).filter(|analyzer| {
            analyzer.value.region() == &*region.name
                && analyzer.value.kind.scope() == Some(Scope::Organization)
        });
        let Some(analyzer) = looking.next() else { continue };
        if *account == own {
            continue;
        }
        if analyzers.findings().any(|reported| reported.owner() == Some(own)) {
            return Ok(Some(Verdict::pass(format!("{} of account {account} looks", analyzer.value.name))));
        }
        let what = format!(
            "nothing tells whether the organisation of {} in {account} has this account",
            analyzer.value.name
        );
        return Err(not_clear(analyzer.at, what));
    }
    Ok(None)
}

fn not_clear(at: Source, what: String) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::Analyzers),
        source: Some(at),
        what: what.into(),
        remedy: "look into the console: IAM > Access Analyzer > Analyzer settings".into(),
    })
}
