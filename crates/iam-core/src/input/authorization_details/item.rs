//! Reading the items of a page one by one, so that what is damaged costs only the item that it stands in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use iam_policy::document::PolicyKind;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::json_text::{Fields, Slice, items_of};
use super::super::policy_document::PolicyDocument;
use super::super::{Artefact, quoted};
use super::{AttachedPolicy, InlinePolicy, Tag};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source, parse_time};

/// Gaps of a file that are told one by one. A file of nothing but damage would otherwise cost many times its size.
const MOST_GAPS: usize = 200;

/// Reads the items of one file and keeps the gaps.
pub(super) struct Reader<'t> {
    pub(super) text: &'t Arc<str>,
    pub(super) file: FileId,
    pub(super) gaps: Vec<Arc<Gap>>,
}

/// An object in a list of the file, or in a list within such an object.
pub(super) struct Item<'t> {
    fields: Fields<'t>,
    at: At,
    raw: &'t RawValue,
}

/// Which object.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) list: &'static str,
    pub(super) item: u32,
    pub(super) inner: Option<(&'static str, u32)>,
}

impl At {
    fn place(self, field: &'static str) -> Place {
        let Self { list, item, inner } = self;
        match inner {
            None => Place::Json { list, item: Some(item), field },
            Some((inner, position)) => Place::Nested { list, item, inner, position, field },
        }
    }
}

/// What it means that AWS left a list out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// That it is empty: AWS leaves out this list when there is nothing in it.
    Empty,
    /// That it was taken out of the answer: AWS always writes this list.
    Unseen,
}

impl<'t> Reader<'t> {
    pub(super) fn item(&mut self, raw: &'t RawValue, at: At) -> Option<Item<'t>> {
        match Fields::of(raw.get()) {
            Ok(fields) => Some(Item { fields, at, raw }),
            Err(error) => {
                let is_object = raw.get().starts_with('{');
                if is_object && error.to_string().contains("stands twice") {
                    let cause = error.to_string();
                    let cause = cause.split(" at line ").next().unwrap_or_default().to_owned();
                    self.gap(at.place(""), format!("at {}: {cause}", pointer(at.place(""))));
                } else {
                    self.malformed(at, "", Some(raw), "an object");
                }
                None
            }
        }
    }

    pub(super) fn source(&self, item: &Item<'t>, field: &'static str) -> Source {
        Source { file: self.file, place: item.at.place(field) }
    }

    /// The item as it stands in the file.
    pub(super) fn slice(&self, item: &Item<'t>) -> Slice {
        Slice::new(self.text, item.raw.get())
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, item: &Item<'t>, field: &'static str) -> Fact<Box<str>> {
        self.required(item, field, "a text", |value| value.as_str().map(Box::from))
    }

    /// A moment that must be there.
    pub(super) fn time(&mut self, item: &Item<'t>, field: &'static str) -> Fact<DateTime<Utc>> {
        self.required(item, field, "an RFC 3339 timestamp", |value| value.as_str().and_then(parse_time))
    }

    /// A value that must be there.
    pub(super) fn required<T>(
        &mut self,
        item: &Item<'t>,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Fact<T> {
        let raw = item.fields.field(field);
        match raw.and_then(parsed).as_ref().and_then(read) {
            Some(value) => Fact::Seen(value, self.source(item, field)),
            None => Fact::Unknown(self.malformed(item.at, field, raw, expected)),
        }
    }

    /// A value that AWS leaves out when it is not set.
    pub(super) fn optional<T>(
        &mut self,
        item: &Item<'t>,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Fact<Option<T>> {
        match item.fields.field(field).filter(|raw| raw.get() != "null") {
            None => Fact::Seen(None, self.source(item, field)),
            Some(_) => self.required(item, field, expected, read).map(Some),
        }
    }

    /// A list of things of which each must be readable: with one that is not, nothing is known about the whole.
    pub(super) fn list<T>(
        &mut self,
        item: &Item<'t>,
        field: &'static str,
        absent: Absent,
        read: impl Fn(&mut Self, &Item<'t>) -> Option<T>,
    ) -> Fact<Vec<T>> {
        let raw = item.fields.field(field).filter(|raw| raw.get() != "null");
        if raw.is_none() && absent == Absent::Empty {
            return Fact::Seen(Vec::new(), self.source(item, field));
        }
        let Some(entries) = raw.and_then(items_of) else {
            return Fact::Unknown(self.malformed(item.at, field, raw, "a list"));
        };
        let mut list = Vec::with_capacity(entries.len());
        let mut first_gap = None;
        for (position, entry) in (0..).zip(entries) {
            let at = At { inner: Some((field, position)), ..item.at };
            let gaps = self.gaps.len();
            let value = self.item(entry, at).and_then(|entry| read(self, &entry));
            match value {
                Some(value) => list.push(value),
                None => first_gap = first_gap.or_else(|| self.gaps.get(gaps).or(self.gaps.last()).cloned()),
            }
        }
        match first_gap {
            None => Fact::Seen(list, self.source(item, field)),
            Some(gap) => Fact::Unknown(gap),
        }
    }

    /// A policy document in any of the forms in which AWS returns them.
    pub(super) fn document(
        &mut self,
        item: &Item<'t>,
        field: &'static str,
        kind: PolicyKind,
        name: &str,
    ) -> Fact<PolicyDocument> {
        let raw = item.fields.field(field);
        let source = self.source(item, field);
        match raw.and_then(|raw| PolicyDocument::of(Slice::new(self.text, raw.get()), source, kind, name)) {
            Some(document) => Fact::Seen(document, source),
            None => Fact::Unknown(self.malformed(item.at, field, raw, "a policy document")),
        }
    }

    /// The inline policies of a user, group or role.
    pub(super) fn inline_policies(
        &mut self,
        item: &Item<'t>,
        field: &'static str,
        absent: Absent,
    ) -> Fact<Vec<InlinePolicy>> {
        self.list(item, field, absent, |reader, entry| {
            let name = reader.text(entry, "PolicyName").known().ok()?;
            let document = reader.document(entry, "PolicyDocument", PolicyKind::Identity, &name);
            Some(InlinePolicy { name, document, source: reader.source(entry, "PolicyName") })
        })
    }

    /// The managed policies attached to a user, group or role.
    pub(super) fn attached_policies(&mut self, item: &Item<'t>) -> Fact<Vec<AttachedPolicy>> {
        self.list(item, "AttachedManagedPolicies", Absent::Unseen, |reader, entry| {
            let arn = reader.text(entry, "PolicyArn").known().ok()?;
            Some(AttachedPolicy::of(arn, reader.source(entry, "PolicyArn")))
        })
    }

    pub(super) fn boundary(&mut self, item: &Item<'t>) -> Fact<Option<AttachedPolicy>> {
        let source =
            Source { file: self.file, place: item.at.place("PermissionsBoundary/PermissionsBoundaryArn") };
        let expected = "an object with `PermissionsBoundaryArn`";
        self.optional(item, "PermissionsBoundary", expected, |value| {
            let arn = value.get("PermissionsBoundaryArn")?.as_str()?;
            Some(AttachedPolicy::of(arn.into(), source))
        })
    }

    pub(super) fn tags(&mut self, item: &Item<'t>) -> Fact<Vec<Tag>> {
        self.list(item, "Tags", Absent::Empty, |reader, entry| {
            let key = reader.text(entry, "Key").known();
            let value = reader.text(entry, "Value").known();
            Some(Tag { key: key.ok()?, value: value.ok()? })
        })
    }

    pub(super) fn malformed(
        &mut self,
        at: At,
        field: &'static str,
        found: Option<&RawValue>,
        expected: &str,
    ) -> Arc<Gap> {
        let place = at.place(field);
        let found = found.map_or_else(|| "nothing".to_owned(), |raw| quoted(raw.get()));
        self.gap(place, format!("at {}: found {found}, expected {expected}", pointer(place)))
    }

    fn gap(&mut self, place: Place, what: String) -> Arc<Gap> {
        if let Some(further) = self.gaps.get(MOST_GAPS) {
            return Arc::clone(further);
        }
        let artefact = Artefact::AuthorizationDetails;
        let (place, what) = if self.gaps.len() == MOST_GAPS {
            (Place::File, format!("more than {MOST_GAPS} places of the {} cannot be read", artefact.noun()))
        } else {
            (place, what)
        };
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(artefact),
            source: Some(Source { file: self.file, place }),
            what: what.into(),
            remedy: format!("save the output of `{}` again", artefact.command()).into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }
}

fn pointer(place: Place) -> String {
    place.pointer().unwrap_or_default()
}

/// A small value of its own. One that nests too deeply is none.
fn parsed(raw: &RawValue) -> Option<Value> {
    serde_json::from_str(raw.get()).ok()
}
