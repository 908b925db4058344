//! How findings tell of CloudTrail events: the first few in the message, some more as proof, the rest as a number.

use crate::check::Failure;
use crate::cloudtrail::{Event, time_of};
use crate::fact::shown_time;

/// Events that a message tells of before the rest is only counted.
const MOST_TOLD: usize = 3;

/// Programs name themselves, and may do so at any length.
const LONGEST_AGENT: usize = 60;

/// `iam:CreateUser at 2026-01-15T08:00:00Z from 198.51.100.7 (aws-cli/2.15, event 1a2b); and 4 more`
pub(super) fn told(events: &[&Event]) -> String {
    let mut all: Vec<String> = events.iter().take(MOST_TOLD).map(|event| one(event)).collect();
    if let Some(further) = events.len().checked_sub(MOST_TOLD).filter(|further| *further > 0) {
        all.push(format!("and {further} more"));
    }
    all.join("; ")
}

/// The failure with the events as proof, as many as a finding cites.
pub(super) fn citing(failure: Failure, events: &[&Event]) -> Failure {
    events.iter().fold(failure, |failure, event| failure.event(event))
}

/// The moment so many seconds after 1970-01-01 UTC.
pub(super) fn moment(second: i64) -> String {
    time_of(second).map(shown_time).unwrap_or_default()
}

/// `1 event`, `2 events`
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn one(event: &Event) -> String {
    let mut told = format!("{} at {}", event.call, moment(event.second));
    if !event.address.is_empty() {
        told.push_str(" from ");
        told.push_str(&event.address);
    }
    let agent = match event.agent.char_indices().nth(LONGEST_AGENT) {
        Some((end, _)) => format!("{}...", event.agent.get(..end).unwrap_or_default()),
        None => event.agent.to_string(),
    };
    let id = if event.id.is_empty() { String::new() } else { format!("event {}", event.id) };
    let about: Vec<&str> = [agent.as_str(), &id].into_iter().filter(|text| !text.is_empty()).collect();
    if about.is_empty() { told } else { format!("{told} ({})", about.join(", ")) }
}
