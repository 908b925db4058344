#![doc = include_str!("archive_rule_broad.md")]

use std::collections::BTreeMap;

use super::analyzer_findings::{cut, some};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::input::Artefact;
use crate::input::access_analyzer::{Analyzer, ArchiveRule, Criterion, Finds};
use crate::input::monitoring::Placed;

pub(super) static CHECK: Check = Check {
    id: CheckId("archive-rule-broad"),
    since: "0.1.0",
    title: "Archive rule that puts aside what nobody has seen",
    severity: Severity::Medium,
    severity_reason: "new access from outside is archived before anybody learns of it",
    enabled: true,
    needs: &[Artefact::ArchiveRules, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "A narrower rule leaves findings active that are meant; archive those one by one.",
        steps: &[
            Step::run(
                "See what the rules of the analyzer say.",
                "aws accessanalyzer list-archive-rules --analyzer-name ANALYZER_NAME --region REGION",
            ),
            Step::think(
                "Give the rule criteria that name the resources or principals that are meant, and isPublic = false, in filter.json.",
            ),
            Step::run(
                "Change it. Keep the old criteria to undo it.",
                "aws accessanalyzer update-archive-rule --analyzer-name ANALYZER_NAME --rule-name RULE_NAME --filter file://filter.json --region REGION",
            ),
            Step::think(
                "Findings that are archived stay so. Look through them, and take up those that are not meant.",
            ),
        ],
        console: "IAM > Access Analyzer > Analyzer settings > Archive rules",
    },
    page: include_str!("archive_rule_broad.md"),
    judge: Judge::ArchiveRule(judge),
};

fn judge(rule: &Placed<ArchiveRule>, analyzer: &Analyzer, cx: &Context<'_>) -> Judged {
    let ArchiveRule { name, filter, .. } = &rule.value;
    let whose = format!("archive rule {} of {} in {}", cut(name), cut(&analyzer.name), analyzer.region());
    let narrow = filter.iter().any(|(property, criterion)| names_somebody(property, criterion));
    let hides_public = analyzer.kind.finds() != Some(Finds::Unused)
        && analyzer.kind.finds() != Some(Finds::Internal)
        && may_be_public(filter);
    let criteria: Vec<&str> = filter.keys().map(|property| &**property).collect();
    let criteria = if criteria.is_empty() {
        "has no criteria".to_owned()
    } else {
        format!("looks only at {}", some(&criteria))
    };
    match (narrow, hides_public) {
        (true, false) => Ok(Verdict::PASS),
        (true, true) => cx
            .fail(format!("{whose} archives public access too: isPublic is not set to false"))
            .at(rule.at)
            .severity(Severity::Low, "it names resources or principals, which may become public later")
            .judged(),
        (false, true) => cx
            .fail(format!(
                "{whose} {criteria}: it names no resource, principal or condition, and archives public access too"
            ))
            .at(rule.at)
            .judged(),
        (false, false) => cx
            .fail(format!("{whose} {criteria}: it names no resource, principal or condition"))
            .at(rule.at)
            .severity(Severity::Low, "what it archives is not public")
            .judged(),
    }
}

/// Whether a criterion bounds the rule to certain resources, principals or conditions. What only excludes some, or asks whether
/// something is there, does not.
fn names_somebody(property: &str, criterion: &Criterion) -> bool {
    let is_bound =
        property == "resource" || property.starts_with("principal.") || property.starts_with("condition.");
    // The beginning that all ARNs share names nobody.
    let is_name = |value: &str| !value.is_empty() && value != "*" && !"arn:aws:".contains(value);
    let mut values = criterion.eq.iter().chain(&criterion.contains).peekable();
    is_bound && values.peek().is_some() && values.all(|value| is_name(value))
}

/// Whether public access can meet the criteria. Its principal is everybody.
fn may_be_public(filter: &BTreeMap<Box<str>, Criterion>) -> bool {
    let is_false = |value: &str| value.eq_ignore_ascii_case("false");
    let by_flag = filter.get("isPublic").is_none_or(|criterion| {
        let excluded = criterion.neq.iter().any(|value| value.eq_ignore_ascii_case("true"));
        let only_false = !criterion.eq.is_empty() && criterion.eq.iter().all(|value| is_false(value));
        !excluded && !only_false
    });
    let by_principal = filter
        .get("principal.AWS")
        .is_none_or(|criterion| criterion.eq.is_empty() || criterion.eq.iter().any(|value| &**value == "*"));
    by_flag && by_principal
}
