#![doc = include_str!("unused_access_analyzer_missing.md")]

use crate::check::{
    Check, CheckId, Context, Failure, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict,
};
use crate::evidence::Account;
use crate::input::Artefact;
use crate::input::access_analyzer::{Analyzer, Finds};

pub(super) static CHECK: Check = Check {
    id: CheckId("unused-access-analyzer-missing"),
    since: "0.1.0",
    title: "Account without an analyzer of unused access",
    severity: Severity::Info,
    severity_reason: "AWS can tell what nobody uses, for a price",
    enabled: false,
    needs: &[Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Analyzers of unused access cost money for every user and role they look at.",
        steps: &[
            Step::run("See which analyzers there are.", "aws accessanalyzer list-analyzers --region REGION"),
            Step::run(
                "Make one, in one Region only; unused-access.json sets unusedAccessAge. It can be undone with `aws accessanalyzer delete-analyzer`.",
                "aws accessanalyzer create-analyzer --region REGION --analyzer-name unused-access --type ACCOUNT_UNUSED_ACCESS --configuration file://unused-access.json",
            ),
        ],
        console: "IAM > Access Analyzer > Analyzer settings > Create analyzer",
    },
    page: include_str!("unused_access_analyzer_missing.md"),
    judge: Judge::Account(judge),
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let analyzers = account.access_analyzer();
    if let Some(active) = analyzers.active(Finds::Unused).next() {
        return Ok(Verdict::pass(format!("{} in {} looks", active.value.name, active.value.region())));
    }
    analyzers.all_analyzers()?;
    let mut idle =
        analyzers.analyzers().filter(|analyzer| analyzer.value.kind.finds() == Some(Finds::Unused));
    if let Some(analyzer) = idle.next() {
        let Analyzer { name, status, .. } = &analyzer.value;
        return cx.fail(format!("the analyzer of unused access {name} is {status}")).at(analyzer.at).judged();
    }
    let lists = analyzers.regions().filter_map(|region| analyzers.all_of_region(region).ok());
    let failure = cx.fail("no analyzer of unused access is at work in any Region that was asked");
    lists.take(3).fold(failure, Failure::at).judged()
}
