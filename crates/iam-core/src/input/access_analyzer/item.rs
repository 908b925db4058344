//! Reading answers of Access Analyzer one value at a time, plain or wrapped.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Answer, OfAnalyzer};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source, parse_time};
use crate::input::monitoring::Placed;
use crate::input::{Artefact, quoted};

/// How many things of one answer that this version does not know are told one by one.
const MOST_NOT_UNDERSTOOD: usize = 20;

pub(super) struct Reader {
    artefact: Artefact,
    file: FileId,
    /// The field that stands for an item in proofs.
    name: &'static str,
    gaps: Vec<Arc<Gap>>,
    /// What was not understood, so that each is told once.
    strange: BTreeSet<String>,
}

/// Where an item stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    /// It is the file, or the object under a key of it.
    Under(&'static str),
    /// In a list under a key; in the list that the file is, under the empty key.
    In(&'static str, u32),
    /// In a list of an analyzer of a wrapper.
    Within(u32, &'static str, u32),
}

/// An item and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'v> {
    pub(super) value: &'v Value,
    pub(super) at: At,
}

impl At {
    pub(super) fn place(self, field: &'static str) -> Place {
        match self {
            Self::Under(key) => Place::Json { list: key, item: None, field },
            Self::In(list, item) => Place::Json { list, item: Some(item), field },
            Self::Within(item, inner, position) => {
                Place::Nested { list: ANALYZERS, item, inner, position, field }
            }
        }
    }
}

const ANALYZERS: &str = "analyzers";

impl Reader {
    pub(super) fn new(artefact: Artefact, file: FileId, name: &'static str) -> Self {
        Self { artefact, file, name, gaps: Vec::new(), strange: BTreeSet::new() }
    }

    pub(super) fn into_gaps(self) -> Vec<Arc<Gap>> {
        self.gaps
    }

    pub(super) fn source(&self, place: Place) -> Source {
        Source { file: self.file, place }
    }

    /// The object under a key, as an answer about this one thing.
    pub(super) fn one<T>(
        &mut self,
        document: &Value,
        key: &'static str,
        read: impl Fn(&mut Self, Item<'_>) -> Option<T>,
    ) -> Answer<T> {
        let value = if key.is_empty() { document } else { document.get(key).unwrap_or(&Value::Null) };
        let item = Item { value, at: At::Under(key) };
        let (items, incomplete) = self.items(std::iter::once(item), read);
        self.answer(false, vec![OfAnalyzer { analyzer: None, items, incomplete }])
    }

    /// A list as AWS prints it, under a key; for the empty key the list that the file is.
    pub(super) fn listed<T>(
        &mut self,
        document: &Value,
        key: &'static str,
        read: impl Fn(&mut Self, Item<'_>) -> Option<T>,
    ) -> Answer<T> {
        let list = if key.is_empty() { Some(document) } else { document.get(key) };
        let Some(list) = list.and_then(Value::as_array) else {
            let gap = self.malformed(Place::Json { list: key, item: None, field: "" }, list, "a list");
            let none = OfAnalyzer { analyzer: None, items: Vec::new(), incomplete: Some(gap) };
            return self.answer(true, vec![none]);
        };
        let places = (0..).map(|index| At::In(key, index));
        let items = list.iter().zip(places).map(|(value, at)| Item { value, at });
        let (items, unread) = self.items(items, read);
        let incomplete = self.cut(document, Place::File, list.len()).or(unread);
        self.answer(!key.is_empty(), vec![OfAnalyzer { analyzer: None, items, incomplete }])
    }

    /// Lists of several analyzers in the wrapper of a snapshot.
    pub(super) fn wrapped<T>(
        &mut self,
        document: &Value,
        key: &'static str,
        read: impl Fn(&mut Self, Item<'_>) -> Option<T>,
    ) -> Answer<T> {
        let region = document.get("region").and_then(Value::as_str).map(Box::from);
        let mut incomplete = None;
        if document.get("version").and_then(Value::as_u64) != Some(1) {
            let place = Place::Json { list: "version", item: None, field: "" };
            let expected = "the number 1, or a newer iam-audit";
            incomplete = Some(self.malformed(place, document.get("version"), expected));
        }
        let list = document.get(ANALYZERS);
        let Some(analyzers) = list.and_then(Value::as_array) else {
            let place = Place::Json { list: ANALYZERS, item: None, field: "" };
            incomplete = Some(self.malformed(place, list, "a list"));
            return Answer { region, is_list: true, of: Vec::new(), incomplete, file: self.file };
        };
        let mut of = Vec::with_capacity(analyzers.len());
        for (analyzer, outer) in analyzers.iter().zip(0..) {
            let place = |field| Place::Json { list: ANALYZERS, item: Some(outer), field };
            let arn = analyzer
                .get("analyzerArn")
                .and_then(Value::as_str)
                .filter(|arn| super::analyzers::is_arn(arn));
            let Some(arn) = arn else {
                let found = analyzer.get("analyzerArn");
                incomplete = Some(self.malformed(place("analyzerArn"), found, "the ARN of an analyzer"));
                continue;
            };
            let Some(list) = analyzer.get(key).and_then(Value::as_array) else {
                let gap = self.malformed(place(key), analyzer.get(key), "a list");
                let analyzer = Some(arn.into());
                of.push(OfAnalyzer { analyzer, items: Vec::new(), incomplete: Some(gap) });
                continue;
            };
            let places = (0..).map(|position| At::Within(outer, key, position));
            let items = list.iter().zip(places).map(|(value, at)| Item { value, at });
            let (items, unread) = self.items(items, &read);
            let incomplete = self.cut(analyzer, place(""), list.len()).or(unread);
            of.push(OfAnalyzer { analyzer: Some(arn.into()), items, incomplete });
        }
        if document.get("incomplete").is_some_and(|flag| flag != &Value::Bool(false)) {
            let what = format!("the file says that its {} is incomplete", self.artefact.noun());
            incomplete =
                Some(self.gap(Reason::CutOff, Place::File, what, "take the snapshot again".to_owned()));
        }
        Answer { region, is_list: true, of, incomplete, file: self.file }
    }

    fn answer<T>(&self, is_list: bool, of: Vec<OfAnalyzer<T>>) -> Answer<T> {
        Answer { region: None, is_list, of, incomplete: None, file: self.file }
    }

    /// The items that `read` takes, and the gap for one that it declined; it has said why.
    fn items<'v, T>(
        &mut self,
        items: impl Iterator<Item = Item<'v>>,
        read: impl Fn(&mut Self, Item<'_>) -> Option<T>,
    ) -> (Vec<Placed<T>>, Option<Arc<Gap>>) {
        let (mut taken, mut unread) = (Vec::new(), None);
        for item in items {
            let before = self.gaps.len();
            let is_object = item.value.is_object();
            if !is_object {
                self.malformed(item.at.place(""), Some(item.value), "an object");
            }
            match is_object.then(|| read(self, item)).flatten() {
                Some(value) => {
                    let at = self.source(item.at.place(self.name));
                    taken.push(Placed { value, at });
                }
                None => unread = self.gaps.get(before).or(self.gaps.last()).cloned(),
            }
        }
        (taken, unread)
    }

    /// The gap for a list that goes on elsewhere.
    pub(super) fn cut_off(&mut self, place: Place, seen: usize) -> Arc<Gap> {
        let what = format!("the {} goes on after item {seen}", self.artefact.noun());
        let remedy = format!("run `{}` without --max-items or --no-paginate", self.artefact.command());
        self.gap(Reason::CutOff, place, what, remedy)
    }

    /// Why a list goes on, if it does.
    fn cut(&mut self, document: &Value, place: Place, seen: usize) -> Option<Arc<Gap>> {
        let token =
            ["nextToken", "NextToken"].iter().any(|key| document.get(key).is_some_and(|it| !it.is_null()));
        let is_cut = token || document.get("IsTruncated").and_then(Value::as_bool) == Some(true);
        is_cut.then(|| self.cut_off(place, seen))
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, item: Item<'_>, field: &'static str) -> Option<Box<str>> {
        let found = item.value.get(field);
        let text = found.and_then(Value::as_str).map(Box::from);
        if text.is_none() {
            self.malformed(item.at.place(field), found, "a text");
        }
        text
    }

    /// A text that may be absent; one that cannot be read counts as absent, and a gap says so.
    pub(super) fn optional_text(&mut self, item: Item<'_>, field: &'static str) -> Option<Box<str>> {
        match item.value.get(field) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.as_str().into()),
            found => {
                self.malformed(item.at.place(field), found, "a text");
                None
            }
        }
    }

    /// A moment that must be there.
    pub(super) fn time(&mut self, item: Item<'_>, field: &'static str) -> Fact<DateTime<Utc>> {
        let found = item.value.get(field);
        let place = item.at.place(field);
        match found.and_then(moment) {
            Some(at) => Fact::Seen(at, self.source(place)),
            None => Fact::Unknown(self.malformed(place, found, "an RFC 3339 timestamp")),
        }
    }

    /// A moment that may be absent.
    pub(super) fn optional_time(&mut self, item: Item<'_>, field: &'static str) -> Option<DateTime<Utc>> {
        let found = item.value.get(field).filter(|found| !found.is_null())?;
        let at = moment(found);
        if at.is_none() {
            self.malformed(item.at.place(field), Some(found), "an RFC 3339 timestamp");
        }
        at
    }

    /// A word that this version of the program does not know. It is kept as it is, and told once in each file.
    pub(super) fn not_understood(&mut self, place: Place, what: &str, word: &str) -> Arc<Gap> {
        let what = format!("{what} {} is not understood", quoted(word));
        let is_new = self.strange.insert(what.clone());
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(self.artefact),
            source: Some(self.source(place)),
            what: what.into(),
            remedy: "look at it in the console; a newer iam-audit may know it".into(),
        });
        if is_new && self.strange.len() <= MOST_NOT_UNDERSTOOD {
            self.gaps.push(Arc::clone(&gap));
        }
        gap
    }

    pub(super) fn malformed(&mut self, place: Place, found: Option<&Value>, expected: &str) -> Arc<Gap> {
        let found = found.map_or_else(|| "nothing".to_owned(), |value| quoted(&value.to_string()));
        let pointer = place.pointer().unwrap_or_default();
        let what = format!("at {pointer}: found {found}, expected {expected}");
        let remedy = format!("save the output of `{}` again", self.artefact.command());
        self.gap(Reason::Malformed, place, what, remedy)
    }

    fn gap(&mut self, reason: Reason, place: Place, what: String, remedy: String) -> Arc<Gap> {
        let gap = Arc::new(Gap {
            reason,
            artefact: Some(self.artefact),
            source: Some(self.source(place)),
            what: what.into(),
            remedy: remedy.into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }
}

/// A moment in UTC.
pub(super) fn moment(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str().and_then(parse_time)
}
