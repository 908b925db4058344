//! What CloudTrail records show root doing.

use super::told::{citing, told};
use crate::check::{Context, Judged, Verdict};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Supplied;

/// Events of root that a check looks for.
pub(super) struct Looked {
    /// The classes that they belong to.
    pub(super) classes: &'static [EventClass],
    /// Which of those.
    pub(super) is_wanted: fn(&Event) -> bool,
    /// What a pass says before the window.
    pub(super) none: &'static str,
}

impl Looked {
    /// The events, by time.
    pub(super) fn events<'a>(&self, cx: &Context<'a>) -> Supplied<Vec<&'a Event>> {
        let events = cx.activity()?.root_events();
        Ok(events.filter(|event| self.classes.contains(&event.class) && (self.is_wanted)(event)).collect())
    }

    /// The pass, if everything was seen.
    pub(super) fn pass(&self, cx: &Context<'_>) -> Judged {
        let window = cx.activity()?.complete_globally(self.classes)?;
        Ok(Verdict::pass(format!("{} {window}", self.none)))
    }

    /// Fails when there are any, and says what they are.
    pub(super) fn judge(&self, cx: &Context<'_>, said: impl FnOnce(&[&Event]) -> String) -> Judged {
        let events = self.events(cx)?;
        if events.is_empty() {
            return self.pass(cx);
        }
        let message = format!("{}: {}", said(&events), told(&events));
        citing(cx.fail(message), &events).judged()
    }
}
