//! How far an event gets on its way to somebody who is told of it.

use std::sync::Arc;

use crate::fact::{Gap, Reason, Source};
use crate::input::Artefact;

/// How far an event gets.
#[derive(Debug, Clone)]
pub(super) enum Reach {
    /// Somebody is told; by what.
    Told(String),
    /// It may be that somebody is told: a link was not seen.
    Unknown(Arc<Gap>),
    /// Nobody is told.
    Broken(Break),
}

/// The first link that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Break {
    /// How far along.
    pub(super) link: Link,
    /// What is missing.
    pub(super) what: String,
    /// Where that stands.
    pub(super) at: Vec<Source>,
}

/// The links of a chain, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// There is a trail for all Regions.
    Trail,
    /// It logs.
    Logging,
    /// It logs such events.
    Selectors,
    /// It delivers to a log group.
    LogGroup,
    /// A metric filter or a rule catches the event, and not everything else too.
    Catch,
    /// An alarm watches the metric.
    Alarm,
    /// One event is enough for the alarm.
    Threshold,
    /// It tells a topic.
    Action,
    /// Somebody has subscribed to the topic.
    Subscription,
}

impl Reach {
    pub(super) fn broken(link: Link, what: String, at: impl IntoIterator<Item = Source>) -> Self {
        Self::Broken(Break { link, what, at: at.into_iter().collect() })
    }

    /// Of two ways the better one. What is unknown is better than what is known to be broken.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (told @ Self::Told(_), _) | (_, told @ Self::Told(_)) => told,
            (unknown @ Self::Unknown(_), _) | (_, unknown @ Self::Unknown(_)) => unknown,
            (Self::Broken(one), Self::Broken(other)) => {
                Self::Broken(if other.link > one.link { other } else { one })
            }
        }
    }

    /// The best of several ways, none of which may be there. Where the list of them is not whole, there may be a better one.
    pub(super) fn best(
        ways: impl Iterator<Item = Self>,
        incomplete: Option<&Arc<Gap>>,
        none: impl FnOnce() -> Self,
    ) -> Self {
        let best = ways.reduce(Self::or).unwrap_or_else(none);
        match (best, incomplete) {
            (Self::Broken(_), Some(gap)) => Self::Unknown(Arc::clone(gap)),
            (best, _) => best,
        }
    }

    /// The next link where this one holds.
    pub(super) fn and_then(self, next: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Told(_) => next(),
            other => other,
        }
    }
}

/// The gap for something that is there and is not judged.
pub(super) fn undecided(artefact: Artefact, at: Source, what: String) -> Reach {
    Reach::Unknown(Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(artefact),
        source: Some(at),
        what: what.into(),
        remedy: "look at it yourself".into(),
    }))
}
