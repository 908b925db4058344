//! Whether somebody is told of what a control is about.

use std::fmt::Write as _;
use std::sync::Arc;

use super::watch_chain::Watch;
use super::watch_controls::Control;
use super::watch_events::Sample;
use super::watch_reach::{Break, Reach};
use crate::check::{Context, Failure, Judged, Minutes, Verdict};
use crate::evidence::Account;
use crate::fact::{Gap, Reason};

/// Events that a message names before the rest is only counted.
const MOST_NAMED: usize = 4;

impl Control {
    /// Fails when somebody is not told of one of the events; every event is followed on its own, as several alarms may share
    /// the work.
    pub(super) fn judge(&'static self, account: &Account, cx: &Context<'_>, slowest: Minutes) -> Judged {
        let Some(global) = account.partition().global_region() else {
            return Err(Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: None,
                source: None,
                what: format!("nothing tells in which Region of {} IAM is logged", account.partition())
                    .into(),
                remedy: "look into the alarms of that partition yourself".into(),
            }));
        };
        let watch = Watch {
            account,
            // Without an id any will do: patterns that name one are rare.
            id: account.id().map_or_else(|| "123456789012".to_owned(), |id| id.to_string()),
            control: self,
            slowest: chrono::TimeDelta::try_minutes(i64::from(slowest.0)).unwrap_or_default(),
        };
        let mut told = Vec::new();
        let mut broken: Vec<(Break, Sample<'_>)> = Vec::new();
        let (anywhere, mut unknown) = match watch.anywhere() {
            Ok(samples) => (samples, None),
            Err(gap) => (Vec::new(), Some(gap)),
        };
        for sample in self.must.iter().chain(&anywhere) {
            let by_alarm = watch.by_alarm(sample, global);
            let reach = match by_alarm {
                told @ Reach::Told(_) => told,
                other => either(other, watch.by_rules(sample, global)),
            };
            match reach {
                Reach::Told(by) => told.push(by),
                Reach::Broken(first) => broken.push((first, *sample)),
                Reach::Unknown(gap) => unknown = unknown.or(Some(gap)),
            }
        }
        if let Some((first, _)) = broken.iter().min_by_key(|(broken, _)| broken.link) {
            let failure = self.fail(cx, first, &broken, broken.len() == self.must.len() + anywhere.len());
            let is_offered = broken.iter().all(|(_, sample)| sample.is_of_offered());
            return match self.but_for_offered.filter(|_| is_offered && unknown.is_none()) {
                Some((severity, why)) => failure.severity(severity, why).judged(),
                None => failure.judged(),
            };
        }
        if let Some(gap) = unknown {
            return Err(gap);
        }
        told.sort();
        told.dedup();
        Ok(Verdict::pass(format!("somebody is told of {} by {}", self.about, told.join(", "))))
    }

    fn fail(&self, cx: &Context<'_>, first: &Break, broken: &[(Break, Sample<'_>)], is_all: bool) -> Failure {
        let same: Vec<&Sample<'_>> =
            broken.iter().filter(|(other, _)| other.what == first.what).map(|(_, sample)| sample).collect();
        let which = if is_all && same.len() == broken.len() {
            String::new()
        } else {
            // Where calls to a service are not followed, those that only read need no words of their own.
            let twin = |sample: &&Sample<'_>| same.contains(&&sample.that_does_more());
            let told =
                same.iter().filter(|sample| !sample.reads || !twin(sample)).map(|sample| sample.told());
            let told: Vec<String> = told.collect();
            let mut named = told.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
            if let Some(further) = told.len().checked_sub(MOST_NAMED).filter(|further| *further > 0) {
                // Writing to a String cannot fail.
                let _ = write!(named, " and {further} more");
            }
            format!(" ({named})")
        };
        let others = broken.len() - same.len();
        let others = if others == 0 { String::new() } else { format!("; {others} more fail elsewhere") };
        let message = format!("nobody is told of {}: {}{which}{others}", self.about, first.what);
        first.at.iter().fold(cx.fail(message), |failure, at| failure.at(*at))
    }
}

/// The better of both ways. Where the one by alarm is broken and the one by rules was not seen, both have to be said.
fn either(by_alarm: Reach, by_rules: Reach) -> Reach {
    match (by_alarm, by_rules) {
        (Reach::Broken(broken), Reach::Unknown(gap)) => Reach::Unknown(Arc::new(Gap {
            what: format!("{}; by EventBridge somebody may be told, but {}", broken.what, gap.what).into(),
            ..(*gap).clone()
        })),
        (by_alarm, by_rules) => by_alarm.or(by_rules),
    }
}
