use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Region, ReportedGap, UnknownVerdict};
use crate::check::Subject;
use crate::evidence::Account;
use crate::fact::{Gap, Reason, shown_time};
use crate::input::Artefact;

/// Cells with moments after the as-of beyond this number are not listed.
const MOST_FUTURE_CELLS: usize = 100;

/// A verdict that is unknown because of a gap.
pub(super) type Blocked = (&'static str, Arc<Subject>, Arc<Gap>);

/// The gaps of an account, equal ones once, with the number of verdicts that each blocks; and the blocked verdicts, which
/// point into that list.
pub(super) fn report(
    account: &Account,
    as_of: DateTime<Utc>,
    blocked: Vec<Blocked>,
) -> (Vec<ReportedGap>, Vec<UnknownVerdict>) {
    let mut gaps: BTreeMap<Arc<Gap>, usize> = BTreeMap::new();
    for gap in account.gaps().iter().cloned().chain(future_cells(account, as_of)) {
        gaps.entry(gap).or_default();
    }
    // A missing column blocks a verdict about every user; such runs are counted in one step.
    for run in blocked.chunk_by(|(_, _, a), (_, _, b)| Arc::ptr_eq(a, b)) {
        if let [(_, _, gap), ..] = run {
            *gaps.entry(Arc::clone(gap)).or_default() += run.len();
        }
    }
    let index: BTreeMap<&Arc<Gap>, usize> = gaps.keys().zip(0..).collect();
    let mut last: Option<(Arc<Gap>, usize)> = None;
    let mut index_of = |gap: Arc<Gap>| match &last {
        Some((known, index)) if Arc::ptr_eq(known, &gap) => *index,
        _ => {
            let found = index.get(&gap).copied().unwrap_or_default();
            last = Some((gap, found));
            found
        }
    };
    let mut unknown: Vec<UnknownVerdict> = blocked
        .into_iter()
        .map(|(check, subject, gap)| UnknownVerdict { check, subject, gap: index_of(gap) })
        .collect();
    unknown.sort_by(|a, b| (a.check, &a.subject, a.gap).cmp(&(b.check, &b.subject, b.gap)));
    let gaps = gaps.iter().map(|(gap, blocks)| reported(account, gap, *blocks)).collect();
    (gaps, unknown)
}

fn reported(account: &Account, gap: &Gap, blocks: usize) -> ReportedGap {
    let quote = gap.source.and_then(|source| account.quote(source));
    let line = gap.source.and_then(|source| account.report_line(source));
    let region = quote.as_ref().and_then(|quote| quote.region);
    let region = region.map(|(line, start, end)| Region { line, start, end });
    // In a wrapped report the line is one of the decoded CSV, and is said in words.
    let what = match (line, region) {
        (Some(line), None) => format!("line {line} of the decoded report: {}", gap.what),
        _ => gap.what.to_string(),
    };
    ReportedGap {
        reason: gap.reason,
        artefact: gap.artefact,
        path: quote.as_ref().map(|quote| quote.path.clone()),
        label: quote.map(|quote| quote.label).unwrap_or_default(),
        region,
        what,
        remedy: gap.remedy.to_string(),
        blocks,
    }
}

/// Moments after the as-of: a wrong clock, or a wrong as-of.
fn future_cells(account: &Account, as_of: DateTime<Utc>) -> Vec<Arc<Gap>> {
    let Ok(report) = account.credential_report() else { return Vec::new() };
    if report.latest().is_none_or(|latest| latest <= as_of) {
        return Vec::new();
    }
    let cells = report.rows().flat_map(|row| row.moments_after(as_of));
    cells
        .take(MOST_FUTURE_CELLS)
        .map(|(source, time)| {
            Arc::new(Gap {
                reason: Reason::Contradiction,
                artefact: Some(Artefact::CredentialReport),
                source: Some(source),
                what: format!("{} lies after the as-of {}", shown_time(time), shown_time(as_of)).into(),
                remedy: "check --as-of and the clock; its age was taken as 0".into(),
            })
        })
        .collect()
}
