//! What to tell of a finding of IAM Access Analyzer.

use std::fmt::Write as _;

use super::{Answer, Notice, console};
use crate::check::{RemedyStep, Severity};
use crate::checks;
use crate::event::{Envelope, FindingEvent};
use crate::ident::Arn;
use crate::input::access_analyzer::{FindingKind, FindingStatus, InternalAccess};

/// Actions and conditions that a notice tells before the rest is only counted.
const MOST_TOLD: usize = 6;

/// What an event of Access Analyzer says.
pub(super) fn of(envelope: &Envelope) -> Answer {
    match FindingEvent::of(envelope) {
        Ok(finding) => Answer::Notice(Box::new(notice(&finding, envelope))),
        Err(why) => Answer::Unreadable(why),
    }
}

fn notice(finding: &FindingEvent, envelope: &Envelope) -> Notice {
    let (severity, reason, check) = severity(finding);
    let mut notice = Notice {
        id: if finding.id.is_empty() { envelope.id.clone() } else { finding.id.clone() },
        title: title(finding),
        severity,
        reason,
        account: finding.account.clone(),
        region: finding.region.clone(),
        at: finding.created.or(envelope.time),
        details: Vec::new(),
        items: Vec::new(),
        next: next(finding),
        link: console::findings(&finding.region),
        check,
    };
    notice.add("Resource", &*finding.resource);
    notice.add("Type", &*finding.resource_type);
    tell_access(&mut notice, &finding.access);
    if let Some(number) = finding.unused_services {
        notice.add("Unused services", number.to_string());
    }
    if let Some(number) = finding.unused_actions {
        notice.add("Unused actions", number.to_string());
    }
    notice.add("Status", finding.status.as_str());
    notice.add("Status before", finding.previous.as_ref().map_or("", FindingStatus::as_str));
    notice.add("Error", finding.error.as_deref().unwrap_or_default());
    notice.add("Analyzer", finding.analyzer.as_deref().unwrap_or_default());
    notice.add("Finding", &*finding.id);
    notice
}

/// An event with an error states nothing about access, nor does one of a deleted finding.
fn title(finding: &FindingEvent) -> String {
    let resource = named(finding);
    if finding.is_deleted {
        return format!(
            "IAM Access Analyzer has deleted its finding about {resource}; the access may still be there"
        );
    }
    if finding.error.is_some() {
        return format!("IAM Access Analyzer could not look at {resource}");
    }
    let what = match &finding.kind {
        FindingKind::ExternalAccess if finding.access.access.is_public == Some(true) => {
            format!("Anybody has access to {resource}")
        }
        FindingKind::ExternalAccess => {
            format!("{} from outside has access to {resource}", who(&finding.access))
        }
        FindingKind::InternalAccess => format!("{} has access to {resource}", who(&finding.access)),
        FindingKind::UnusedRole => format!("{resource} is not used"),
        FindingKind::UnusedAccessKey => format!("{resource} has an access key that is not used"),
        FindingKind::UnusedPassword => format!("{resource} has a password that is not used"),
        FindingKind::UnusedPermission => format!("{resource} has permissions that are not used"),
        FindingKind::Other(word) => format!("IAM Access Analyzer found {word} of {resource}"),
    };
    match &finding.status {
        FindingStatus::Active => what,
        FindingStatus::Archived => format!("Archived: {what}"),
        FindingStatus::Resolved => format!("Resolved: {what}"),
        FindingStatus::Other(word) => format!("{word}: {what}"),
    }
}

/// `bucket example-logs`, `role/ci/deploy`, or whatever stands there.
fn named(finding: &FindingEvent) -> String {
    let name = Arn::parse(&finding.resource).map_or(finding.resource.as_str(), |arn| arn.resource);
    let name = if name.is_empty() { "a resource" } else { name };
    // ARNs of buckets do not say what they are of.
    match finding.resource_type.rsplit("::").next().filter(|_| !name.contains(['/', ':'])) {
        Some(kind) if !kind.is_empty() => format!("{} {name}", kind.to_lowercase()),
        _ => name.to_owned(),
    }
}

fn who(access: &InternalAccess) -> String {
    let all: Vec<&str> = access.access.principal.values().map(|value| &**value).collect();
    if all.is_empty() { "Somebody".to_owned() } else { all.join(", ") }
}

/// How bad it is, why, and the check that says the same of a snapshot.
fn severity(finding: &FindingEvent) -> (Severity, String, String) {
    let own = |severity, reason: &str| (severity, reason.to_owned(), String::new());
    let access = &finding.access.access;
    let is_public = access.is_public == Some(true);
    if finding.is_deleted {
        return own(
            Severity::Info,
            "findings are deleted with their analyzer, or when they have been kept long enough",
        );
    }
    if finding.error.is_some() {
        return judged("resource-not-analyzed");
    }
    match (&finding.status, &finding.kind) {
        (FindingStatus::Resolved, _) => own(Severity::Info, "it is no longer so"),
        (FindingStatus::Archived, _) if is_public => judged("archived-public-access"),
        (FindingStatus::Archived, _) => own(Severity::Info, "somebody, or a rule, has put it aside"),
        (_, FindingKind::ExternalAccess) => {
            let (severity, reason, check) = judged("external-access");
            match checks::worse_than_usual(is_public, &finding.resource_type, access.condition.is_empty()) {
                Some((severity, why)) => (severity, why.to_owned(), check),
                None => (severity, reason, check),
            }
        }
        (_, FindingKind::InternalAccess) => judged("internal-access-reported"),
        (_, FindingKind::UnusedRole) => judged("unused-role-reported"),
        (_, FindingKind::UnusedAccessKey) => judged("unused-key-reported"),
        (_, FindingKind::UnusedPassword) => judged("unused-password-reported"),
        (_, FindingKind::UnusedPermission) => judged("unused-permission-reported"),
        (_, FindingKind::Other(_)) => own(Severity::Low, "this kind of finding is not known here"),
    }
}

/// As the check says.
fn judged(id: &'static str) -> (Severity, String, String) {
    let check = checks::find(id);
    let severity = check.map_or(Severity::Medium, |check| check.severity);
    let reason = check.map_or("", |check| check.severity_reason);
    (severity, reason.to_owned(), id.to_owned())
}

fn tell_access(notice: &mut Notice, access: &InternalAccess) {
    let own = &access.access;
    let principals = own.principal.iter().map(|(kind, value)| format!("{kind} {value}"));
    notice.add("Who", told(principals));
    notice.add("Type of access", access.access_type.as_deref().unwrap_or_default());
    notice.add("Actions", told(own.actions.iter().map(ToString::to_string)));
    notice.add("Only if", told(own.condition.iter().map(|(key, value)| format!("{key} {value}"))));
    for (label, restriction) in [
        ("Resource control policies", &own.resource_control),
        ("Service control policies", &access.service_control),
    ] {
        let meaning = match restriction.as_deref() {
            Some("APPLICABLE") => "there are some, which were not taken into account: it may be less",
            Some("APPLIED") => "were taken into account",
            Some("NOT_APPLICABLE") | None => "",
            Some(word) if word.starts_with("FAILED") => "could not be taken into account: it may be less",
            Some(word) => word,
        };
        notice.add(label, meaning);
    }
}

fn told(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    let mut told = all.iter().take(MOST_TOLD).cloned().collect::<Vec<_>>().join(", ");
    if let Some(further) = all.len().checked_sub(MOST_TOLD).filter(|further| *further > 0) {
        let _ = write!(told, " and {further} more");
    }
    told
}

fn next(finding: &FindingEvent) -> Option<RemedyStep> {
    let analyzer = finding.analyzer.as_deref().filter(|arn| is_plain(arn));
    let is_safe = console::is_id(&finding.id) && console::findings(&finding.region).is_some();
    let command = analyzer.filter(|_| is_safe).map(|arn| {
        format!(
            "aws accessanalyzer get-finding-v2 --region {} --analyzer-arn {arn} --id {}",
            finding.region, finding.id
        )
    });
    let text = if finding.is_deleted {
        return None;
    } else if finding.error.is_some() {
        "See the whole finding, and let the analyzer look: mostly a policy denies it."
    } else {
        match (&finding.status, &finding.kind) {
            (FindingStatus::Resolved, _) => return None,
            (_, FindingKind::ExternalAccess | FindingKind::InternalAccess) => {
                "See the whole finding. If nobody knows of the access, take it out of the policy; if it is meant, archive the \
                 finding."
            }
            _ => "See what exactly is not used: the event tells numbers at most.",
        }
    };
    Some(RemedyStep { text: text.to_owned(), command })
}

/// Nothing that a shell would take for more than a word.
fn is_plain(text: &str) -> bool {
    text.len() <= 512 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/_.-".contains(&byte))
}
