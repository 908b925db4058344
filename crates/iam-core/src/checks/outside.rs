//! Who from outside gets into a resource, for the checks that ask.

use std::sync::Arc;

use crate::check::{Context, Failure, Judged, Verdict};
use crate::evidence::Resource;
use crate::external::{Finding, Question, ResourceAccess, of_resource};
use crate::fact::{Gap, Reason};

/// So many are told of.
const MOST_TOLD: usize = 5;

pub(super) fn access(resource: &Resource, question: &Question<'_>, cx: &Context<'_>) -> ResourceAccess {
    of_resource(cx.account(), resource, question)
}

/// Passes only where everything that could let somebody in was seen.
pub(super) fn pass_unless_open(access: &ResourceAccess) -> Judged {
    let Some(open) = access.open.first() else {
        return Ok(Verdict::PASS);
    };
    Err(open.gap.clone().unwrap_or_else(|| {
        Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: None,
            source: None,
            what: format!("the {} of {}: {}", open.via.noun(), access.arn, open.why).into(),
            remedy: "see what `iam-audit external` says of the resource".into(),
        })
    }))
}

/// The failure with what shows it.
pub(super) fn cite<'f>(failure: Failure, findings: impl IntoIterator<Item = &'f Finding>) -> Failure {
    let mut failure = failure;
    for finding in findings {
        for cited in &finding.statements {
            failure = failure.at(cited.source);
        }
        if !finding.is_exact() {
            failure = failure.inferred();
        }
    }
    failure
}

/// The actions of findings, each once.
pub(super) fn actions(findings: &[&Finding]) -> String {
    let mut actions: Vec<&str> =
        findings.iter().flat_map(|finding| &finding.actions).map(String::as_str).collect();
    actions.sort_unstable();
    actions.dedup();
    some_of(&actions)
}

/// As many as a sentence holds, and the number of the others.
pub(super) fn some_of(names: &[&str]) -> String {
    let told = names.iter().take(MOST_TOLD).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_TOLD) {
        0 => told,
        further => format!("{told} and {further} more"),
    }
}
