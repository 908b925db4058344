use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Region, ReportedGap, UnknownVerdict};
use crate::check::Subject;
use crate::evidence::Account;
use crate::fact::{Fact, Gap, Place, Reason, Source, shown_time};
use crate::input::Artefact;

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
    let found = account.gaps().iter().cloned();
    let found = found.chain(after_as_of(account, as_of)).chain(account.contradictions());
    for gap in found {
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

/// Moments after the as-of, which a wrong clock or a wrong as-of brings about. All ages are then measured too short, so that
/// one gap for all of them says as much as one for each.
fn after_as_of(account: &Account, as_of: DateTime<Utc>) -> Vec<Arc<Gap>> {
    let Ok(report) = account.credential_report() else { return Vec::new() };
    let gap = |source, what: String, remedy: &str| {
        Arc::new(Gap {
            reason: Reason::Contradiction,
            artefact: Some(Artefact::CredentialReport),
            source: Some(source),
            what: what.into(),
            remedy: remedy.into(),
        })
    };
    let mut gaps = Vec::new();
    if let Fact::Seen(generated, source) = report.generated()
        && *generated > as_of
    {
        let (generated, as_of) = (shown_time(*generated), shown_time(as_of));
        let what = format!("the report was generated at {generated}, after the as-of {as_of}");
        gaps.push(gap(*source, what, "check --as-of and the clock; the report tells of a later moment"));
    }
    if report.latest().is_none_or(|latest| latest <= as_of) {
        return gaps;
    }
    let mut latest: Option<(DateTime<Utc>, Source)> = None;
    let mut count = 0_usize;
    for (source, time) in report.rows().flat_map(|row| row.moments_after(as_of)) {
        count += 1;
        if latest.is_none_or(|(other, _)| time > other) {
            latest = Some((time, source));
        }
    }
    if let Some((time, cell)) = latest {
        let moments = match count {
            1 => "1 moment in the report lies".to_owned(),
            _ => format!("{count} moments in the report lie"),
        };
        let column = report.cell(cell.place).map(|(name, _)| name).unwrap_or_default();
        let line = account.report_line(cell).unwrap_or_default();
        let what = format!(
            "{moments} after the as-of {}, the latest is {} in line {line} column `{column}`",
            shown_time(as_of),
            shown_time(time)
        );
        // The line is in the sentence already; in a wrapped report it would stand before it once more.
        let source = if report.is_wrapped() { Source { place: Place::File, ..cell } } else { cell };
        gaps.push(gap(source, what, "check --as-of and the clock; their ages were taken as 0"));
    }
    gaps
}
