//! What to tell of a report.

use super::{Item, Notice};
use crate::check::{RemedyStep, Severity};
use crate::diff::Look;

/// What to tell of the accounts of a report, one notice each: how many findings there are, and the `most` worst of them. Findings that a
/// waiver accepts are only counted, and an account without findings gives a notice that says so. Where something was not seen the notice
/// is at least medium, as nobody knows what it hides.
pub fn of_look(look: &Look, most: usize) -> Vec<Notice> {
    let accounts = look.accounts.iter().map(|(name, account)| {
        let waived = account.findings.values().filter(|standing| standing.is_waived).count();
        let mut open: Vec<_> = account.findings.iter().filter(|(_, standing)| !standing.is_waived).collect();
        open.sort_by_key(|(print, standing)| {
            (
                std::cmp::Reverse(standing.severity),
                standing.check.clone(),
                standing.subject.clone(),
                (*print).clone(),
            )
        });
        let counts = Severity::WORST_FIRST.iter().filter_map(|severity| {
            let count = open.iter().filter(|(_, standing)| standing.severity == *severity).count();
            (count > 0).then(|| format!("{count} {severity}"))
        });
        let counts: Vec<String> = counts.collect();
        let is_id = name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit());
        let mut notice = Notice {
            id: name.clone(),
            title: match open.len() {
                0 => format!("Account {name} has no findings"),
                1 => format!("Account {name} has 1 finding: {}", counts.join(", ")),
                number => format!("Account {name} has {number} findings: {}", counts.join(", ")),
            },
            severity: open.first().map_or(Severity::Info, |(_, standing)| standing.severity),
            reason: "the worst of its findings".to_owned(),
            account: if is_id { name.clone() } else { String::new() },
            region: String::new(),
            at: account.as_of,
            details: Vec::new(),
            items: Vec::new(),
            next: None,
            link: None,
            check: String::new(),
        };
        if open.is_empty() {
            "nothing was found".clone_into(&mut notice.reason);
        }
        // What was not seen is never a pass.
        let unknown = account.unknown.len();
        if unknown > 0 && open.is_empty() {
            notice.title = format!("Account {name} has no findings, but {unknown} verdicts are not known");
        }
        if unknown > 0 && notice.severity < Severity::Medium {
            notice.severity = Severity::Medium;
            "what was not seen may be worse than what was found".clone_into(&mut notice.reason);
        }
        if waived > 0 {
            notice.add("Waived", waived.to_string());
        }
        if unknown > 0 {
            notice.add("Not known", format!("{unknown} verdicts, because something was not seen"));
        }
        let items = open.iter().take(most).map(|(_, standing)| Item {
            severity: standing.severity,
            check: standing.check.clone(),
            message: format!("{}: {}", standing.subject, standing.message),
        });
        notice.items = items.collect();
        if let Some(further) = open.len().checked_sub(most).filter(|further| *further > 0) {
            notice.add("Not listed", format!("{further} more"));
        }
        notice.next = open.first().map(|(_, worst)| RemedyStep {
            text: "Read what the worst of them means and what to do about it.".to_owned(),
            command: Some(format!("iam-audit explain {}", worst.check)),
        });
        notice
    });
    accounts.collect()
}
