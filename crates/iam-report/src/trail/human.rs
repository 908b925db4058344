use std::io::{self, Write};

use anstyle::Style;
use iam_core::cloudtrail::{Activity, Event, EventClass, EventPlace, Selection, Tally};

use super::rows::{rows, shown_day};
use super::summary::{self, RootActivity, SignInCounts, SignInsOf, counted, moment, shown, to_u64};
use super::table::{self, cut, cut_to, more};
use super::{By, Options};
use crate::human::paint::{BOLD, CAUTION, DIM, GOOD, Page};
use crate::neutral;

/// Times without events that are named before the rest is only counted.
const MOST_TIMES: usize = 4;

/// Regions, and names of a selection, before the rest is only counted.
const MOST_NAMES: usize = 8;

/// Writes the overview, or one table where the options group events. The last line says whether everything was read.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(activity: &Activity, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    if let Some(by) = options.by {
        grouped(&mut page, activity, by, options)?;
    } else {
        window(&mut page, activity)?;
        coverage(&mut page, activity, options)?;
        gaps(&mut page, activity, options)?;
        principals(&mut page, activity, options)?;
        denied(&mut page, activity, options)?;
        sign_ins(&mut page, activity, options)?;
        root(&mut page, activity, options)?;
    }
    closing(&mut page, activity)
}

fn grouped(page: &mut Page<'_>, activity: &Activity, by: By, options: &Options) -> io::Result<()> {
    page.heading(BOLD, &format!("Activity by {}", by.as_str()))?;
    page.paragraph(2, "from   ", Style::new(), &from_to(&activity.all().all()))?;
    page.blank()?;
    let rows = rows(activity, by);
    table::write(page, &rows, options)?;
    if rows.elsewhere > 0 {
        let text = format!(
            "{} in no row: beyond the limits of what is kept, or without what rows are grouped by",
            counted(rows.elsewhere, "event")
        );
        page.paragraph(2, "", DIM, &text)?;
    }
    page.blank()
}

fn from_to(tally: &Tally) -> String {
    if tally.count == 0 {
        return "no events".to_owned();
    }
    format!("{} to {}, {}", moment(tally.first), moment(tally.last), counted(tally.count, "event"))
}

fn window(page: &mut Page<'_>, activity: &Activity) -> io::Result<()> {
    let files = &activity.files;
    page.heading(BOLD, "Activity")?;
    page.paragraph(2, "from   ", Style::new(), &from_to(&activity.all().all()))?;
    let mut read = vec![format!(
        "{} in {}, {}",
        counted(files.records, "record"),
        counted(files.read, "file"),
        size(files.bytes)
    )];
    if files.counted != files.records {
        read.push(format!("{} counted", files.counted));
    }
    for (count, noun) in [(files.insights, "Insights record"), (files.digests, "digest file")] {
        if count > 0 {
            read.push(counted(count, noun));
        }
    }
    if files.passed_over > 0 {
        read.push(format!("{} passed over by their path", counted(files.passed_over, "file")));
    }
    let read = read.join("; ");
    page.paragraph(2, "read   ", Style::new(), &read)?;
    let selections = || activity.selections.iter().filter(|selection| !selection.is_all());
    for selection in selections().take(MOST_NAMES) {
        page.paragraph(2, "only   ", Style::new(), &selected(selection))?;
    }
    more(page, selections().count(), MOST_NAMES, "selection")?;
    page.blank()
}

/// `since 2026-01-01T00:00:00Z; services iam, sts`
fn selected(selection: &Selection) -> String {
    let mut parts = Vec::new();
    parts.extend(selection.since.map(|since| format!("since {}", moment(since))));
    parts.extend(selection.until.map(|until| format!("before {}", moment(until))));
    for (noun, texts) in [
        ("accounts", &selection.accounts),
        ("Regions", &selection.regions),
        ("principals", &selection.principals),
        ("services", &selection.services),
        ("actions", &selection.actions),
    ] {
        if !texts.is_empty() {
            let shown: Vec<String> = texts.iter().take(MOST_NAMES).map(|text| cut(text)).collect();
            let dots = if texts.len() > MOST_NAMES { ", ..." } else { "" };
            parts.push(format!("{noun} {}{dots}", shown.join(", ")));
        }
    }
    parts.join("; ")
}

/// `24.1 KB`, in powers of 1000.
fn size(bytes: u64) -> String {
    let mut units = ["KB", "MB", "GB", "TB"].into_iter();
    let (mut tenths, mut unit) = (u128::from(bytes) * 10, "bytes");
    while tenths >= 10_000
        && let Some(next) = units.next()
    {
        tenths /= 1_000;
        unit = next;
    }
    if unit == "bytes" { format!("{bytes} bytes") } else { format!("{}.{} {unit}", tenths / 10, tenths % 10) }
}

fn coverage(page: &mut Page<'_>, activity: &Activity, options: &Options) -> io::Result<()> {
    let accounts = summary::coverage(activity);
    let hints = summary::hints(activity);
    if accounts.is_empty() && hints.is_empty() {
        return Ok(());
    }
    page.heading(BOLD, "Coverage")?;
    for account in accounts.iter().take(options.most) {
        let name = if account.account.is_empty() { "no account  " } else { account.account };
        let mut regions: Vec<String> = account.regions.iter().take(MOST_NAMES).map(region).collect();
        if account.regions.len() > MOST_NAMES {
            regions.push(format!("and {} more", account.regions.len() - MOST_NAMES));
        }
        page.paragraph(2, &neutral::line(name), Style::new(), &regions.join(", "))?;
        if !account.quiet.is_empty() {
            let days = counted(u64::try_from(summary::days_in(&account.quiet)).unwrap_or(0), "day");
            let text = format!("no events on {days} in between: {}", times(&account.quiet));
            page.paragraph(16, "", CAUTION, &text)?;
        }
    }
    more(page, accounts.len(), options.most, "account")?;
    for hint in hints {
        page.paragraph(2, "", CAUTION, &hint)?;
    }
    page.blank()
}

fn region((region, count): &(&str, u64)) -> String {
    let region = if region.is_empty() { "no Region".to_owned() } else { cut(region) };
    format!("{region} {count}")
}

/// `2026-01-17, 2026-01-19 to 2026-01-20 and 3 more times`
fn times(quiet: &[(i32, i32)]) -> String {
    let shown: Vec<String> = quiet
        .iter()
        .take(MOST_TIMES)
        .map(|(first, last)| match (shown_day((*first).into()), shown_day((*last).into())) {
            (first, last) if first == last => first,
            (first, last) => format!("{first} to {last}"),
        })
        .collect();
    let rest = quiet.len().saturating_sub(MOST_TIMES);
    let rest = if rest > 0 { format!(" and {}", counted(to_u64(rest), "more time")) } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

fn gaps(page: &mut Page<'_>, activity: &Activity, options: &Options) -> io::Result<()> {
    if activity.gaps.is_empty() {
        return Ok(());
    }
    let least = if activity.gaps_are_cut { "at least " } else { "" };
    page.heading(CAUTION, &format!("Not read: {least}{}", counted(to_u64(activity.gaps.len()), "gap")))?;
    for gap in activity.gaps.iter().take(options.most) {
        let offset = gap.offset.map(|offset| format!(":{offset}")).unwrap_or_default();
        let text = format!("{}{offset}: {}: {}", cut_path(&gap.file), gap.reason, cut(&gap.what));
        page.paragraph(2, "", CAUTION, &text)?;
    }
    more(page, activity.gaps.len(), options.most, "gap")?;
    page.blank()
}

fn principals(page: &mut Page<'_>, activity: &Activity, options: &Options) -> io::Result<()> {
    let rows = rows(activity, By::Principal);
    page.heading(BOLD, &format!("Principals: {}", rows.rows.len()))?;
    table::write(page, &rows, options)?;
    if rows.elsewhere > 0 {
        let text = format!("and {} of principals beyond the limit", counted(rows.elsewhere, "event"));
        page.paragraph(2, "", DIM, &text)?;
    }
    page.blank()
}

fn denied(page: &mut Page<'_>, activity: &Activity, options: &Options) -> io::Result<()> {
    let calls = summary::denied(activity);
    let all = activity.all().denied.count;
    page.heading(BOLD, &format!("Denied calls: {}", counted(all, "event")))?;
    if all == 0 {
        page.line("  none")?;
    }
    let digits = calls.first().map_or(0, |denied| denied.tally.count.to_string().len());
    for denied in calls.iter().take(options.most) {
        let call = cut(&denied.call.to_string());
        let principals = counted(denied.principals, "principal");
        let text = format!("{call}, by {principals}, last {}", moment(denied.tally.last));
        page.paragraph(2, &format!("{:>digits$}", denied.tally.count), Style::new(), &text)?;
        if let Some((principal, example)) = denied.example {
            let text = format!(
                "{} at {} from {}, event {} in {}",
                cut(&shown(principal)),
                moment(example.second),
                or_nothing(&example.address, "no address"),
                or_nothing(&example.id, "without an id"),
                place(&example.place)
            );
            page.paragraph(4 + digits, "", DIM, &text)?;
        }
    }
    more(page, calls.len(), options.most, "call")?;
    let named = calls.iter().fold(0_u64, |sum, denied| sum.saturating_add(denied.tally.count));
    if all > named {
        let text = format!("and {} of calls beyond the limit", counted(all - named, "event"));
        page.paragraph(2, "", CAUTION, &text)?;
    }
    page.blank()
}

fn sign_ins(page: &mut Page<'_>, activity: &Activity, options: &Options) -> io::Result<()> {
    let sign_ins = summary::sign_ins(activity);
    page.heading(BOLD, "Sign-ins to the console")?;
    if sign_ins.succeeded.all() + sign_ins.failed.all() == 0 {
        page.line("  none")?;
        return page.blank();
    }
    page.paragraph(2, "succeeded", Style::new(), &ended(sign_ins.succeeded))?;
    page.paragraph(2, "failed   ", Style::new(), &ended(sign_ins.failed))?;
    if sign_ins.is_cut {
        page.paragraph(2, "", CAUTION, "There were more; only the latest events are kept.")?;
    }
    principals_of(page, "Succeeded without MFA", &sign_ins.without_mfa, options)?;
    principals_of(page, "Failed", &sign_ins.failures, options)?;
    page.blank()
}

/// `3: 2 with MFA, 1 federated`
fn ended(counts: SignInCounts) -> String {
    let parts = [
        (counts.with_mfa, "with MFA"),
        (counts.without_mfa, "without MFA"),
        (counts.mfa_unknown, "where the record does not tell of MFA"),
        (counts.federated, "federated, where MFA is up to the identity provider"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    if parts.is_empty() { "0".to_owned() } else { format!("{}: {}", counts.all(), parts.join(", ")) }
}

fn principals_of(
    page: &mut Page<'_>,
    title: &str,
    groups: &[SignInsOf<'_>],
    options: &Options,
) -> io::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    page.line(&format!("  {title}:"))?;
    let digits = groups.first().map_or(0, |of| of.count.to_string().len());
    for of in groups.iter().take(options.most) {
        let latest = of.latest;
        let why = if latest.error_message.is_empty() {
            String::new()
        } else {
            format!(": {}", cut(&latest.error_message))
        };
        let text = format!(
            "{}, last {} from {}{why}",
            cut(&shown(&latest.principal)),
            moment(latest.second),
            or_nothing(&latest.address, "no address")
        );
        page.paragraph(4, &format!("{:>digits$}", of.count), Style::new(), &text)?;
    }
    more(page, groups.len(), options.most, "principal")
}

fn root(page: &mut Page<'_>, activity: &Activity, options: &Options) -> io::Result<()> {
    let accounts = summary::root(activity);
    page.heading(if accounts.is_empty() { BOLD } else { CAUTION }, "Root")?;
    if accounts.is_empty() {
        page.line("  none")?;
    }
    for account in accounts.iter().take(options.most) {
        root_of(page, account, options)?;
    }
    more(page, accounts.len(), options.most, "account")?;
    if [EventClass::Root, EventClass::RootRead, EventClass::FailedSignIn]
        .iter()
        .any(|class| activity.events.is_cut(*class))
    {
        page.paragraph(2, "", CAUTION, "There was more; only the latest events are kept.")?;
    }
    page.blank()
}

fn root_of(page: &mut Page<'_>, root: &RootActivity<'_>, options: &Options) -> io::Result<()> {
    let name = if root.account.is_empty() { "no account" } else { root.account };
    let mut counts = vec![
        counted(to_u64(root.writes()), "write"),
        counted(to_u64(root.sign_ins(true)), "sign-in"),
        counted(to_u64(root.sign_ins(false)), "failed sign-in"),
    ];
    if root.by_assume_root() > 0 {
        let writes = counted(to_u64(root.by_assume_root()), "write");
        counts.push(format!("{writes} by others through AssumeRoot"));
    }
    let counts = counts.join(", ");
    page.paragraph(2, &neutral::line(name), Style::new(), &counts)?;
    if root.reads.count > 0 {
        let reads = counted(root.reads.count, "call");
        let text =
            format!("{reads} that only read, {} to {}", moment(root.reads.first), moment(root.reads.last));
        page.paragraph(4, "", Style::new(), &text)?;
    }
    for event in root.events.iter().rev().take(options.most) {
        root_event(page, event)?;
    }
    more(page, root.events.len(), options.most, "event")
}

fn root_event(page: &mut Page<'_>, event: &Event) -> io::Result<()> {
    let ended = match event.sign_in() {
        Some(sign_in) if sign_in.success => match sign_in.mfa {
            Some(true) => ", succeeded with MFA".to_owned(),
            Some(false) => ", succeeded without MFA".to_owned(),
            None => ", succeeded".to_owned(),
        },
        Some(_) => ", failed".to_owned(),
        None if event.error_code.is_empty() => String::new(),
        None => format!(", {}", cut(&event.error_code)),
    };
    let call = cut(&event.call.to_string());
    let how = if event.assumed_root {
        ", in a session of AssumeRoot".to_owned()
    } else if event.invoked_by.is_empty() {
        String::new()
    } else {
        format!(", by {} in its name", cut(&event.invoked_by))
    };
    let text = format!("{call}{ended}{how}, from {}", or_nothing(&event.address, "no address"));
    page.paragraph(4, &moment(event.second), Style::new(), &text)?;
    if !event.agent.is_empty() {
        page.paragraph(6, "", DIM, &cut(&event.agent))?;
    }
    let id = or_nothing(&event.id, "without an id");
    page.paragraph(6, "", DIM, &format!("event {id} in {}", place(&event.place)))
}

/// The last line, for whoever looks at the end of a long output only.
fn closing(page: &mut Page<'_>, activity: &Activity) -> io::Result<()> {
    match summary::not_counted(activity) {
        Some(text) => page.paragraph(0, "", CAUTION, &text),
        None if activity.is_whole() => page.paragraph(0, "", GOOD, "Everything that was handed in was read."),
        None => page.paragraph(
            0,
            "",
            CAUTION,
            "Everything that was handed in was read, but not all of it is kept.",
        ),
    }
}

/// Where an event stands: the file and the byte of it. Paths are not cut in the middle of the output: one has to be able to
/// open them.
fn place(place: &EventPlace) -> String {
    format!("{}:{}", cut_path(&place.file), place.offset)
}

/// A path as it is, unless no file system has such a path.
fn cut_path(path: &str) -> String {
    cut_to(path, 4_096)
}

fn or_nothing(text: &str, nothing: &str) -> String {
    if text.is_empty() { nothing.to_owned() } else { cut(text) }
}
