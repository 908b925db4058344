//! Joins pages of reports of last uses, and finds whom they are about.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::shelf::Found;
use crate::evidence::{
    Identities, LastAccessed, LastAccessedReports, ReportSubject, ReportSubjectKind, Supplied,
};
use crate::fact::{Gap, Place, Reason, Source};
use crate::input::last_accessed_entities::EntityAccess;
use crate::input::policies_granting_service_access::ServicePolicies;
use crate::input::service_last_accessed::{Access, Job, Page, ServiceAccess, ServiceLastAccessed};
use crate::input::{Artefact, Listing, quoted};

/// The artefacts about last uses, with the paths of their files.
#[derive(Default)]
pub(super) struct Boards {
    pub(super) reports: Vec<(String, Found<ServiceLastAccessed>)>,
    pub(super) entities: Vec<(String, Listing<EntityAccess>)>,
    pub(super) policies: Vec<(String, Listing<ServicePolicies>)>,
}

/// Joins them. `hint` is the ARN of the one whom reports are about that do not say it.
pub(super) fn join(
    boards: Boards,
    hint: Option<&str>,
    identities: Option<&Identities>,
    missing: Arc<Gap>,
) -> (LastAccessedReports, Vec<Arc<Gap>>) {
    let mut gaps = Vec::new();
    let mut joined = LastAccessedReports {
        reports: BTreeMap::new(),
        names: BTreeMap::new(),
        entities: BTreeMap::new(),
        policies: BTreeMap::new(),
        missing,
    };
    for (subject, candidate) in by_subject(boards.reports, hint, &mut gaps) {
        let Candidates { name, files } = candidate;
        let name = identities.and_then(|identities| arn_of(&subject, identities)).unwrap_or(name);
        joined.names.insert(subject.clone(), Arc::clone(&name));
        let report = Joining { subject: &subject, name, identities, gaps: &mut gaps }.report(files);
        joined.reports.insert(subject, report);
    }
    for (path, listing) in boards.entities {
        match of_path(&path, Artefact::LastAccessedEntities)
            .and_then(|(subject, rest)| Some((subject, rest?)))
        {
            Some((subject, service)) => {
                joined.entities.insert((subject, service.to_ascii_lowercase().into()), listing);
            }
            None => gaps.push(nobody_named(
                Artefact::LastAccessedEntities,
                Source { file: listing.file, place: Place::File },
                "service-last-accessed-entities/policy/NAME/SERVICE.json",
            )),
        }
    }
    for (path, listing) in boards.policies {
        match of_path(&path, Artefact::PoliciesGrantingServiceAccess) {
            Some((subject, None)) => drop(joined.policies.insert(subject, listing)),
            _ => gaps.push(nobody_named(
                Artefact::PoliciesGrantingServiceAccess,
                Source { file: listing.file, place: Place::File },
                "policies-granting-service-access/role/NAME.json",
            )),
        }
    }
    (joined, gaps)
}

/// The files about one.
struct Candidates {
    name: Arc<str>,
    files: Vec<ServiceLastAccessed>,
}

fn by_subject(
    mut reports: Vec<(String, Found<ServiceLastAccessed>)>,
    hint: Option<&str>,
    gaps: &mut Vec<Arc<Gap>>,
) -> BTreeMap<ReportSubject, Candidates> {
    // The same file twice is one.
    reports.sort_by_key(|(_, found)| (found.sha256, found.file));
    let mut subjects: BTreeMap<ReportSubject, Candidates> = BTreeMap::new();
    let mut last: Option<(ReportSubject, [u8; 32])> = None;
    for (path, found) in reports {
        let named = found.value.principal.as_deref();
        let subject = match named {
            Some(arn) => ReportSubject::of_arn(arn).map(|subject| (subject, Arc::from(arn))),
            None => of_path(&path, Artefact::ServiceLastAccessed)
                .filter(|(_, rest)| rest.is_none())
                .map(|(subject, _)| {
                    let name = own_arn(&subject, &found.value).unwrap_or_else(|| name_in(&path).into());
                    (subject, name)
                })
                .or_else(|| Some((ReportSubject::of_arn(hint?)?, Arc::from(hint?)))),
        };
        let Some((subject, name)) = subject else {
            let source = found.value.source;
            gaps.push(match named {
                Some(arn) => gap(
                    Reason::Malformed,
                    Source { place: Place::Json { list: "principal", item: None, field: "" }, ..source },
                    format!("{} is not the ARN of a user, group, role or managed policy", quoted(arn)),
                    "name the principal that the report was made for",
                ),
                None => nobody_named(
                    Artefact::ServiceLastAccessed,
                    source,
                    "service-last-accessed/role/NAME.json, or name it with --principal ARN",
                ),
            });
            continue;
        };
        let is_copy =
            last.as_ref().is_some_and(|(other, sha256)| *other == subject && *sha256 == found.sha256);
        last = Some((subject.clone(), found.sha256));
        let candidates = subjects
            .entry(subject)
            .or_insert_with(|| Candidates { name: Arc::clone(&name), files: Vec::new() });
        if name.starts_with("arn:") && !candidates.name.starts_with("arn:") {
            candidates.name = name;
        }
        if !is_copy {
            candidates.files.push(found.value);
        }
    }
    subjects
}

/// The ARN of a user or role whose report tells of a use, which is its own.
fn own_arn(subject: &ReportSubject, report: &ServiceLastAccessed) -> Option<Arc<str>> {
    let services = report.pages.iter().flat_map(|page| &page.services);
    let mut entities = services.filter_map(|service| service.last.as_ref()?.entity.as_deref());
    entities.find(|arn| ReportSubject::of_arn(arn).as_ref() == Some(subject)).map(Arc::from)
}

/// The name of a file without its ending, in the case in which it is written.
fn name_in(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".json").unwrap_or(name)
}

/// Whom a path such as `service-last-accessed/role/NAME.json` names, and what stands between the name and the ending in a
/// longer one.
fn of_path(path: &str, artefact: Artefact) -> Option<(ReportSubject, Option<&str>)> {
    let folder = format!("{}/", artefact.name());
    let at = path
        .rfind(&folder)
        .filter(|at| *at == 0 || path.get(..*at).is_some_and(|above| above.ends_with('/')))?;
    let rest = path.get(at.checked_add(folder.len())?..)?;
    let rest = rest.strip_suffix(".json").unwrap_or(rest);
    let (kind, rest) = rest.split_once('/')?;
    let (name, rest) = rest.split_once('/').map_or((rest, None), |(name, rest)| (name, Some(rest)));
    let kind = ReportSubjectKind::named(kind)?;
    (!name.is_empty() && !rest.is_some_and(|rest| rest.contains('/')))
        .then(|| (ReportSubject::named(kind, name), rest))
}

/// The ARN of a subject that only a path names.
fn arn_of(subject: &ReportSubject, identities: &Identities) -> Option<Arc<str>> {
    let is_it = |arn: &str| ReportSubject::of_arn(arn).as_ref() == Some(subject);
    match subject.kind {
        ReportSubjectKind::User => identities.users().map(|user| &*user.detail.arn).find(|arn| is_it(arn)),
        ReportSubjectKind::Group => identities.group(&subject.key).ok().map(|group| &*group.detail.arn),
        ReportSubjectKind::Role => identities.roles().map(|role| &*role.detail.arn).find(|arn| is_it(arn)),
        ReportSubjectKind::Policy => {
            identities.policies().map(|policy| &*policy.detail.arn).find(|arn| is_it(arn))
        }
    }
    .map(Arc::from)
}

struct Joining<'j> {
    subject: &'j ReportSubject,
    name: Arc<str>,
    identities: Option<&'j Identities>,
    gaps: &'j mut Vec<Arc<Gap>>,
}

impl Joining<'_> {
    /// The report that counts: the newest finished one.
    fn report(&mut self, files: Vec<ServiceLastAccessed>) -> Supplied<LastAccessed> {
        let mut jobs: BTreeMap<DateTime<Utc>, Vec<PageOf>> = BTreeMap::new();
        let mut unusable = None;
        for file in files {
            if let Some(gap) = self.foreign(&file) {
                unusable = Some(gap);
                continue;
            }
            unusable = unusable.or_else(|| file.incomplete.clone());
            let in_order = file.principal.is_some();
            for page in file.pages {
                let lacks = file.incomplete.clone();
                jobs.entry(page.created).or_default().push(PageOf { page, in_order, lacks });
            }
        }
        let mut finished = None;
        // The newest comes last.
        for (_, pages) in jobs {
            match self.joined(pages) {
                Ok(report) => {
                    if let Some(older) = finished.replace(report) {
                        self.older(&older);
                    }
                }
                Err(gap) => unusable = Some(gap),
            }
        }
        finished.ok_or_else(|| {
            unusable.unwrap_or_else(|| {
                let what = format!("the last accessed report of {} has no page", self.shown());
                gap(Reason::CutOff, Source { file: crate::fact::FileId(0), place: Place::File }, what, AGAIN)
            })
        })
    }

    /// One job's pages made one report.
    fn joined(&mut self, pages: Vec<PageOf>) -> Supplied<LastAccessed> {
        let count = pages.len();
        let mut report: Option<LastAccessed> = None;
        let mut truncated = 0_usize;
        let mut is_last_whole = false;
        let all_in_order = pages.iter().all(|page| page.in_order);
        for PageOf { page, lacks, .. } in pages {
            let (completed, granularity) = match page.job {
                Job::Completed { at, granularity } => (at, granularity),
                Job::InProgress => {
                    let what = format!(
                        "the last accessed report of {} was not finished when it was asked for",
                        self.shown()
                    );
                    return Err(self.keep(gap(
                        Reason::CutOff,
                        page.source,
                        what,
                        "ask for the report again",
                    )));
                }
                Job::Failed { code } => {
                    let code = if code.is_empty() { String::new() } else { format!(": {}", quoted(&code)) };
                    let what =
                        format!("AWS could not make the last accessed report of {}{code}", self.shown());
                    return Err(self.keep(gap(Reason::CutOff, page.source, what, AGAIN)));
                }
            };
            truncated = truncated.saturating_add(usize::from(page.is_truncated));
            is_last_whole = !page.is_truncated;
            let report = report.get_or_insert_with(|| LastAccessed {
                subject: self.subject.clone(),
                name: Arc::clone(&self.name),
                completed,
                granularity,
                services: BTreeMap::new(),
                incomplete: None,
                source: page.source,
            });
            if report.granularity != granularity || report.completed != completed {
                let what =
                    format!("pages of the last accessed report of {} are of different reports", self.shown());
                return Err(self.keep(gap(Reason::Contradiction, page.source, what, AGAIN)));
            }
            report.incomplete = report.incomplete.take().or(lacks).or_else(|| page.incomplete.clone());
            self.add(report, page)?;
        }
        let Some(mut report) = report else {
            let what = format!("the last accessed report of {} has no page", self.shown());
            let source = Source { file: crate::fact::FileId(0), place: Place::File };
            return Err(self.keep(gap(Reason::CutOff, source, what, AGAIN)));
        };
        // The answers of AWS do not count their pages: only who wrote them one after the other knows that none is missing.
        let is_whole =
            (count == 1 || all_in_order) && is_last_whole && truncated.checked_add(1) == Some(count);
        if !is_whole && report.incomplete.is_none() {
            let what = if truncated == count {
                format!("the last accessed report of {} goes on after what was handed in", self.shown())
            } else {
                format!(
                    "nothing tells whether all pages of the last accessed report of {} are there",
                    self.shown()
                )
            };
            let remedy = "ask for the pages after it with --marker, or for all in one with --max-items 1000";
            report.incomplete = Some(self.keep(gap(Reason::CutOff, report.source, what, remedy)));
        }
        Ok(report)
    }

    fn add(&mut self, report: &mut LastAccessed, page: Page) -> Supplied<()> {
        for service in page.services {
            self.check_owner(&service)?;
            match report.services.entry(service.namespace.to_ascii_lowercase().into()) {
                Entry::Vacant(entry) => drop(entry.insert(service)),
                Entry::Occupied(entry) if says_the_same(entry.get(), &service) => {}
                Entry::Occupied(entry) => {
                    let what = format!(
                        "the last accessed report of {} lists {} twice",
                        self.shown(),
                        quoted(&entry.get().namespace)
                    );
                    return Err(self.keep(gap(Reason::Contradiction, service.source, what, AGAIN)));
                }
            }
        }
        Ok(())
    }

    /// In a report about a user or role all uses are its own.
    fn check_owner(&mut self, service: &ServiceAccess) -> Supplied<()> {
        if !matches!(self.subject.kind, ReportSubjectKind::User | ReportSubjectKind::Role) {
            return Ok(());
        }
        let uses =
            service.last.iter().chain(service.actions.iter().filter_map(|action| action.last.as_deref()));
        for Access { entity, source, .. } in uses {
            let Some(entity) = entity.as_deref() else { continue };
            let is_own = ReportSubject::of_arn(entity).as_ref() == Some(self.subject)
                && (!self.name.starts_with("arn:") || *self.name == *entity);
            if !is_own {
                let what = format!(
                    "the last accessed report of {} tells of {}: it is about somebody else, or about a group or policy",
                    self.shown(),
                    quoted(entity)
                );
                let source = Source { place: source.place, file: source.file };
                return Err(self.keep(gap(Reason::Contradiction, source, what, AGAIN)));
            }
        }
        Ok(())
    }

    /// A report about one who had the same name before, or of another account.
    fn foreign(&mut self, file: &ServiceLastAccessed) -> Option<Arc<Gap>> {
        let source = file.source;
        if let Some(arn) = file.principal.as_deref()
            && self.name.starts_with("arn:")
            && *arn != *self.name
        {
            let what =
                format!("a last accessed report is about {}, which is not {}", quoted(arn), self.shown());
            return Some(self.keep(gap(Reason::Contradiction, source, what, AGAIN)));
        }
        let told = file.principal_id.as_deref()?;
        let identities = self.identities?;
        let id = match self.subject.kind {
            ReportSubjectKind::User => identities.user(&self.name).ok()?.detail.id.known().ok()?,
            ReportSubjectKind::Group => identities.group(&self.subject.key).ok()?.detail.id.known().ok()?,
            ReportSubjectKind::Role => identities.role(&self.name).ok()?.detail.id.known().ok()?,
            ReportSubjectKind::Policy => {
                let policy = identities.policies().find(|policy| *policy.detail.arn == *self.name)?;
                policy.detail.id.known().ok()?
            }
        };
        if *id == *told {
            return None;
        }
        let what = format!(
            "the last accessed report of {} is about {}, the account authorization details know {}",
            self.shown(),
            quoted(told),
            quoted(&id)
        );
        let remedy = "one of both is older than the other: take both again";
        Some(self.keep(gap(Reason::Contradiction, source, what, remedy)))
    }

    fn older(&mut self, older: &LastAccessed) {
        let what = format!("an older last accessed report of {} is not used", self.shown());
        let gap = gap(Reason::NotSupplied, older.source, what, "hand in the newest one only");
        self.gaps.push(gap);
    }

    fn shown(&self) -> String {
        format!("{} {}", self.subject.kind, quoted(self.name.rsplit('/').next().unwrap_or_default()))
    }

    fn keep(&mut self, gap: Arc<Gap>) -> Arc<Gap> {
        self.gaps.push(Arc::clone(&gap));
        gap
    }
}

/// A page, and whether the file tells that its pages stand one after the other.
struct PageOf {
    page: Page,
    in_order: bool,
    lacks: Option<Arc<Gap>>,
}

/// Whether two rows about a service say the same, wherever they stand.
fn says_the_same(a: &ServiceAccess, b: &ServiceAccess) -> bool {
    let moment = |access: Option<&Access>| access.map(|access| access.at);
    let actions = |row: &ServiceAccess| -> Vec<(Box<str>, Option<DateTime<Utc>>)> {
        row.actions.iter().map(|action| (action.name.clone(), moment(action.last.as_deref()))).collect()
    };
    moment(a.last.as_ref()) == moment(b.last.as_ref())
        && a.has_actions == b.has_actions
        && actions(a) == actions(b)
}

const AGAIN: &str = "have the report made again and hand in the new one only";

fn gap(reason: Reason, source: Source, what: String, remedy: &str) -> Arc<Gap> {
    let artefact = Some(Artefact::ServiceLastAccessed);
    Arc::new(Gap { reason, artefact, source: Some(source), what: what.into(), remedy: remedy.into() })
}

fn nobody_named(artefact: Artefact, source: Source, layout: &str) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::Malformed,
        artefact: Some(artefact),
        source: Some(source),
        what: "the answer does not say whom it is about".into(),
        remedy: format!("keep it as {layout}").into(),
    })
}
