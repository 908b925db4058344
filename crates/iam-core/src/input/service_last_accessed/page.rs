//! Reading pages one value at a time. A row without its namespace, or with a moment that cannot be read, is left out, and the
//! page is then known not to be whole.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::{Artefact, quoted};
use super::{Access, ActionAccess, Granularity, Job, Page, ServiceAccess, ServiceLastAccessed};
use crate::fact::{FileId, Gap, Place, Reason, Source, parse_time};

const SERVICES: &str = "ServicesLastAccessed";
const ACTIONS: &str = "TrackedActionsLastAccessed";

pub(super) struct Reader {
    file: FileId,
    gaps: Vec<Arc<Gap>>,
}

/// A moment that cannot be read; a gap says so.
struct Unreadable;

/// Which row: of which page of a wrapper, and which service in it.
#[derive(Clone, Copy)]
struct At {
    page: Option<u32>,
    service: u32,
    action: Option<u32>,
}

/// The keys on the way to a field of a row, one list for each field that is read.
struct Field {
    name: &'static str,
    /// With the field of an action in a page of a wrapper.
    path: &'static [&'static str; 4],
}

macro_rules! field {
    ($name:ident, $key:literal) => {
        const $name: Field = Field { name: $key, path: &["pages", SERVICES, ACTIONS, $key] };
    };
}

field!(ROW, "");
field!(SERVICE_NAME, "ServiceName");
field!(NAMESPACE, "ServiceNamespace");
field!(AUTHENTICATED, "LastAuthenticated");
field!(AUTHENTICATED_ENTITY, "LastAuthenticatedEntity");
field!(AUTHENTICATED_REGION, "LastAuthenticatedRegion");
field!(ENTITIES, "TotalAuthenticatedEntities");
field!(TRACKED, "TrackedActionsLastAccessed");
field!(ACTION_NAME, "ActionName");
field!(ACCESSED, "LastAccessedTime");
field!(ACCESSED_ENTITY, "LastAccessedEntity");
field!(ACCESSED_REGION, "LastAccessedRegion");

impl At {
    fn place(self, field: &Field) -> Place {
        let Self { page, service, action } = self;
        match (page, action) {
            (None, None) => Place::Json { list: SERVICES, item: Some(service), field: field.name },
            (Some(page), None) => Place::Nested {
                list: "pages",
                item: page,
                inner: SERVICES,
                position: service,
                field: field.name,
            },
            (None, Some(action)) => Place::Nested {
                list: SERVICES,
                item: service,
                inner: ACTIONS,
                position: action,
                field: field.name,
            },
            (Some(page), Some(action)) => Place::Deep { keys: field.path, items: [page, service, action] },
        }
    }
}

impl Reader {
    pub(super) fn new(file: FileId) -> Self {
        Self { file, gaps: Vec::new() }
    }

    pub(super) fn into_gaps(self) -> Vec<Arc<Gap>> {
        self.gaps
    }

    pub(super) fn whole(&self) -> Source {
        Source { file: self.file, place: Place::File }
    }

    pub(super) fn wrapper(&mut self, document: &Value) -> Option<ServiceLastAccessed> {
        let principal = self.top(document, None, "principal", "the ARN of a principal", |value| {
            value.as_str().filter(|arn| arn.starts_with("arn:")).map(Box::from)
        })?;
        let version = document.get("version").and_then(Value::as_u64);
        if version != Some(1) {
            let place = Place::Json { list: "version", item: None, field: "" };
            self.malformed(place, document.get("version"), "the number 1, or a newer iam-audit");
            return None;
        }
        let Some(list) = document.get("pages").and_then(Value::as_array) else {
            let place = Place::Json { list: "pages", item: None, field: "" };
            self.malformed(place, document.get("pages"), "a list of answers of AWS");
            return None;
        };
        let gaps = self.gaps.len();
        let mut pages = Vec::with_capacity(list.len());
        let mut incomplete = None;
        for (index, page) in (0..).zip(list) {
            match self.page(page, Some(index)) {
                Some(page) => pages.push(page),
                None => incomplete = incomplete.or_else(|| self.gaps.get(gaps).cloned()),
            }
        }
        if list.is_empty() {
            let place = Place::Json { list: "pages", item: None, field: "" };
            incomplete = Some(self.malformed(place, document.get("pages"), "at least one answer of AWS"));
        }
        Some(ServiceLastAccessed {
            principal: Some(principal),
            principal_id: document.get("principal_id").and_then(Value::as_str).map(Box::from),
            pages,
            incomplete,
            source: self.whole(),
        })
    }

    pub(super) fn page(&mut self, document: &Value, page: Option<u32>) -> Option<Page> {
        let created = self.top(document, page, "JobCreationDate", "an RFC 3339 timestamp", moment)?;
        let job = self.job(document, page)?;
        let mut services = Vec::new();
        let mut incomplete = None;
        let list = document.get(SERVICES).filter(|list| !list.is_null());
        match (list, &job) {
            (Some(Value::Array(rows)), _) => {
                services.reserve_exact(rows.len());
                for (service, row) in (0..).zip(rows) {
                    let gaps = self.gaps.len();
                    match self.service(row, At { page, service, action: None }) {
                        Some(service) => services.push(service),
                        None => incomplete = incomplete.or_else(|| self.gaps.get(gaps).cloned()),
                    }
                }
            }
            // The list is only there when the report is.
            (None, Job::InProgress | Job::Failed { .. }) => {}
            (found, _) => incomplete = Some(self.malformed(top(page, SERVICES), found, "a list")),
        }
        let is_truncated = match document.get("IsTruncated") {
            None | Some(Value::Null) => document.get("Marker").is_some_and(|marker| !marker.is_null()),
            Some(Value::Bool(is_truncated)) => *is_truncated,
            found => {
                self.malformed(top(page, "IsTruncated"), found, "`true` or `false`");
                true
            }
        };
        let place =
            page.map_or(Place::File, |page| Place::Json { list: "pages", item: Some(page), field: "" });
        let source = Source { file: self.file, place };
        Some(Page { job, created, services, incomplete, is_truncated, source })
    }

    fn job(&mut self, document: &Value, page: Option<u32>) -> Option<Job> {
        let expected = "`IN_PROGRESS`, `COMPLETED` or `FAILED`";
        let status = self.top(document, page, "JobStatus", expected, |value| {
            value.as_str().filter(|word| ["IN_PROGRESS", "COMPLETED", "FAILED"].contains(word))
        })?;
        Some(match status {
            "COMPLETED" => Job::Completed {
                at: self.top(document, page, "JobCompletionDate", "an RFC 3339 timestamp", moment)?,
                granularity: match document.get("JobType") {
                    // Older answers have no type; they list services only.
                    None | Some(Value::Null) => Granularity::Service,
                    _ => {
                        self.top(document, page, "JobType", "`SERVICE_LEVEL` or `ACTION_LEVEL`", |value| {
                            match value.as_str()? {
                                "SERVICE_LEVEL" => Some(Granularity::Service),
                                "ACTION_LEVEL" => Some(Granularity::Action),
                                _ => None,
                            }
                        })?
                    }
                },
            },
            "FAILED" => {
                let code = document.pointer("/Error/Code").and_then(Value::as_str);
                Job::Failed { code: code.unwrap_or_default().into() }
            }
            _ => Job::InProgress,
        })
    }

    fn service(&mut self, row: &Value, at: At) -> Option<ServiceAccess> {
        if !row.is_object() {
            self.malformed(at.place(&ROW), Some(row), "an object");
            return None;
        }
        let namespace = self.text(row, at, &NAMESPACE)?;
        let last = self.access(row, at, [&AUTHENTICATED, &AUTHENTICATED_ENTITY, &AUTHENTICATED_REGION]);
        let last = last.ok()?;
        let entities = match row.get(ENTITIES.name).filter(|value| !value.is_null()) {
            None => None,
            Some(value) => {
                let count = value.as_u64();
                if count.is_none() {
                    self.malformed(at.place(&ENTITIES), Some(value), "a whole number");
                }
                count
            }
        };
        // Somebody used it, and nothing tells when.
        if last.is_none() && entities.is_some_and(|count| count > 0) {
            self.malformed(at.place(&AUTHENTICATED), None, "an RFC 3339 timestamp");
            return None;
        }
        let mut actions = Vec::new();
        let mut actions_incomplete = None;
        let tracked = row.get(ACTIONS).filter(|list| !list.is_null());
        match tracked {
            None => {}
            Some(Value::Array(entries)) => {
                actions.reserve_exact(entries.len());
                for (action, entry) in (0..).zip(entries) {
                    let gaps = self.gaps.len();
                    match self.action(entry, At { action: Some(action), ..at }) {
                        Some(action) => actions.push(action),
                        None => {
                            actions_incomplete = actions_incomplete.or_else(|| self.gaps.get(gaps).cloned());
                        }
                    }
                }
            }
            found => actions_incomplete = Some(self.malformed(at.place(&TRACKED), found, "a list")),
        }
        Some(ServiceAccess {
            name: row.get(SERVICE_NAME.name).and_then(Value::as_str).unwrap_or_default().into(),
            namespace,
            last,
            entities,
            actions,
            has_actions: tracked.is_some(),
            actions_incomplete,
            source: Source { file: self.file, place: at.place(&ROW) },
        })
    }

    fn action(&mut self, entry: &Value, at: At) -> Option<ActionAccess> {
        if !entry.is_object() {
            self.malformed(at.place(&ROW), Some(entry), "an object");
            return None;
        }
        let name = self.text(entry, at, &ACTION_NAME)?;
        let last = self.access(entry, at, [&ACCESSED, &ACCESSED_ENTITY, &ACCESSED_REGION]).ok()?;
        let last = last.map(Box::new);
        Some(ActionAccess { name, last, source: Source { file: self.file, place: at.place(&ROW) } })
    }

    /// The last use, if there was one.
    fn access(
        &mut self,
        row: &Value,
        at: At,
        [time, entity, region]: [&Field; 3],
    ) -> Result<Option<Access>, Unreadable> {
        let there = |field: &Field| row.get(field.name).filter(|value| !value.is_null());
        let place = at.place(time);
        let value = match there(time) {
            Some(value) => value,
            None if there(entity).is_none() && there(region).is_none() => return Ok(None),
            // Somebody used it, and nothing tells when.
            None => {
                self.malformed(place, None, "an RFC 3339 timestamp");
                return Err(Unreadable);
            }
        };
        let Some(moment) = moment(value) else {
            self.malformed(place, Some(value), "an RFC 3339 timestamp");
            return Err(Unreadable);
        };
        let text = |field: &Field| there(field).and_then(Value::as_str).map(Box::from);
        let source = Source { file: self.file, place };
        Ok(Some(Access { at: moment, entity: text(entity), region: text(region), source }))
    }

    fn text(&mut self, row: &Value, at: At, field: &Field) -> Option<Box<str>> {
        let found = row.get(field.name);
        let text = found.and_then(Value::as_str).filter(|text| !text.is_empty());
        if text.is_none() {
            self.malformed(at.place(field), found, "a text");
        }
        text.map(Box::from)
    }

    /// A value of a page or of the wrapper that must be there.
    fn top<'v, T>(
        &mut self,
        document: &'v Value,
        page: Option<u32>,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&'v Value) -> Option<T>,
    ) -> Option<T> {
        let found = document.get(key);
        let value = found.and_then(read);
        if value.is_none() {
            self.malformed(top(page, key), found, expected);
        }
        value
    }

    fn malformed(&mut self, place: Place, found: Option<&Value>, expected: &str) -> Arc<Gap> {
        let artefact = Artefact::ServiceLastAccessed;
        let found = found.map_or_else(|| "nothing".to_owned(), |value| quoted(&value.to_string()));
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(artefact),
            source: Some(Source { file: self.file, place }),
            what: format!("at {}: found {found}, expected {expected}", place.pointer().unwrap_or_default())
                .into(),
            remedy: format!("save the output of `{}` again", artefact.command()).into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }
}

/// The place of a value at the top of a page.
fn top(page: Option<u32>, key: &'static str) -> Place {
    match page {
        None => Place::Json { list: key, item: None, field: "" },
        Some(page) => Place::Json { list: "pages", item: Some(page), field: key },
    }
}

/// AWS's tools write `T` or a space between date and time.
fn moment(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    parse_time(text).or_else(|| parse_time(&text.replacen(' ', "T", 1)))
}
