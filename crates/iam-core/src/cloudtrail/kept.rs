use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Event, EventClass};

/// The events that are kept: of each class the latest, each once however often it was delivered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct KeptEvents {
    classes: BTreeMap<EventClass, BTreeMap<Key, Event>>,
    cut: BTreeSet<EventClass>,
}

/// What makes two records the same event: the moment, `eventID`, and the account in whose trail it stands. An event that is
/// logged in two accounts has two ids.
type Key = (i64, Arc<str>, Arc<str>);

impl KeptEvents {
    /// Keeps an event, and at most `most` of its class.
    pub fn add(&mut self, event: Event, most: usize) {
        let key = (event.second, Arc::clone(&event.id), Arc::clone(&event.account));
        let class = event.class;
        let events = self.classes.entry(class).or_default();
        let is_too_early =
            events.len() >= most && events.first_key_value().is_some_and(|(first, _)| key < *first);
        if !is_too_early && events.get(&key).is_none_or(|own| event < *own) {
            events.insert(key, event);
        }
        if is_too_early {
            self.cut.insert(class);
        }
        self.cut(class, most);
    }

    /// Keeps at most `most` events of a class, the latest.
    fn cut(&mut self, class: EventClass, most: usize) {
        let Some(events) = self.classes.get_mut(&class) else { return };
        while events.len() > most {
            events.pop_first();
            self.cut.insert(class);
        }
        if events.is_empty() {
            self.classes.remove(&class);
        }
    }

    /// Adds the events of another collection.
    pub fn merge(&mut self, other: Self, most: usize) {
        self.cut.extend(other.cut);
        for event in other.classes.into_values().flat_map(BTreeMap::into_values) {
            self.add(event, most);
        }
        // The other one may have brought a tighter limit than the own events were kept under.
        for class in EventClass::ALL {
            self.cut(*class, most);
        }
    }

    /// The events of a class, by time.
    pub fn of(&self, class: EventClass) -> impl DoubleEndedIterator<Item = &Event> {
        self.classes.get(&class).into_iter().flat_map(BTreeMap::values)
    }

    /// All events, class by class, each by time.
    pub fn iter(&self) -> impl Iterator<Item = &Event> {
        self.classes.values().flat_map(BTreeMap::values)
    }

    /// Whether there were earlier events of the class than those kept.
    pub fn is_cut(&self, class: EventClass) -> bool {
        self.cut.contains(&class)
    }

    /// Says that there were earlier events of the class than those kept.
    pub(super) fn mark_cut(&mut self, class: EventClass) {
        self.cut.insert(class);
    }
}
