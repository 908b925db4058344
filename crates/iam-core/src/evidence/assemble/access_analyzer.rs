//! Sorts the answers of IAM Access Analyzer by analyzer and Region, and makes one of findings that several tell.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::monitoring::{is_path_of, region_in};
use crate::evidence::access_analyzer::{AccessAnalyzer, ReportedFinding, Sighting, identity};
use crate::evidence::{ReadFile, Supplied};
use crate::fact::{FileId, Gap, Place, Reason, Source};
use crate::input::access_analyzer::{
    Analyzer, AnalyzerFinding, AnalyzerStatus, Answer, ArchiveRule, Details, FindingStatus, Finds, OfAnalyzer,
};
use crate::input::manifest::{Manifest, Status};
use crate::input::monitoring::Placed;
use crate::input::{Artefact, Parsed, quoted};

/// What was handed in about Access Analyzer, with the paths of the files.
#[derive(Default)]
pub(super) struct Board {
    pub(super) analyzers: Vec<(String, Answer<Analyzer>)>,
    pub(super) rules: Vec<(String, Answer<ArchiveRule>)>,
    pub(super) findings: Vec<(String, Answer<AnalyzerFinding>)>,
    /// Files with no answer, and why.
    pub(super) failed: Vec<(String, Artefact, Arc<Gap>)>,
}

impl Board {
    /// Takes an answer; gives back what is none of these.
    pub(super) fn put(&mut self, path: &str, parsed: Parsed) {
        match parsed {
            Parsed::Analyzers(answer) => self.analyzers.push((path.to_owned(), answer)),
            Parsed::ArchiveRules(answer) => self.rules.push((path.to_owned(), answer)),
            Parsed::AnalyzerFindings(answer) => self.findings.push((path.to_owned(), answer)),
            _ => {}
        }
    }
}

/// Joins the answers; gives back the gaps that come of it.
pub(super) fn join(
    board: Board,
    manifests: &[Manifest],
    files: &[ReadFile],
) -> (AccessAnalyzer, Vec<Arc<Gap>>) {
    let mut joining = Joining::default();
    for (path, artefact, gap) in board.failed {
        joining.fail(artefact, region_in(&path).map(Box::from), gap);
    }
    joining.because_of_manifests(manifests, files);
    for (path, answer) in board.analyzers {
        joining.analyzers(&path, answer);
    }
    for (path, answer) in board.rules {
        joining.rules(&path, answer);
    }
    for (path, answer) in board.findings {
        joining.findings(&path, answer);
    }
    joining.end()
}

#[derive(Default)]
struct Joining {
    found: AccessAnalyzer,
    /// Why the answers of a Region are not there, or not whole.
    failed: BTreeMap<(Artefact, Box<str>), Arc<Gap>>,
    /// By id and resource.
    findings: BTreeMap<(Box<str>, Option<Box<str>>), ReportedFinding>,
    gaps: Vec<Arc<Gap>>,
}

impl Joining {
    fn fail(&mut self, artefact: Artefact, region: Option<Box<str>>, gap: Arc<Gap>) {
        match region {
            Some(region) => drop(self.failed.entry((artefact, region)).or_insert(gap)),
            None => drop(self.found.failed.entry(artefact).or_insert(gap)),
        }
    }

    /// Calls that a manifest says failed, and answers that it says are there and that are not.
    fn because_of_manifests(&mut self, manifests: &[Manifest], files: &[ReadFile]) {
        for call in manifests.iter().flat_map(|manifest| &manifest.calls) {
            let artefact = call.artefact();
            let Some(artefact) = artefact.filter(|artefact| artefact.is_of_access_analyzer()) else {
                continue;
            };
            let region = call.region.as_deref().or_else(|| region_in(call.file.as_deref()?));
            let is_there =
                call.file.as_ref().is_none_or(|file| files.iter().any(|own| is_path_of(&own.path, file)));
            let (reason, said) = match call.status.reason() {
                Some(reason) => {
                    (reason, if call.status == Status::Denied { "was denied" } else { "did not finish" })
                }
                None if is_there => continue,
                None => (Reason::CutOff, "gave an answer, which is missing"),
            };
            // Without its settings an analyzer is still listed.
            if call.operation == "GetAnalyzer" {
                continue;
            }
            let place = region.map(|region| format!(" in {}", quoted(region))).unwrap_or_default();
            let error = call.error.as_deref().map(|error| format!(": {}", quoted(error))).unwrap_or_default();
            let gap = Arc::new(Gap {
                reason,
                artefact: Some(artefact),
                source: None,
                what: format!("manifest.json says that {}{place} {said}{error}", call.operation).into(),
                remedy: format!(
                    "allow {} and take the snapshot again",
                    artefact.permission_for(&call.operation)
                )
                .into(),
            });
            self.fail(artefact, region.map(Box::from), gap);
        }
    }

    fn analyzers(&mut self, path: &str, answer: Answer<Analyzer>) {
        let Answer { is_list, of, file, .. } = answer;
        for OfAnalyzer { items, incomplete, .. } in of {
            let by_arn = items.first().map(|analyzer| analyzer.value.region().to_owned());
            let region = by_arn.as_deref().or_else(|| region_in(path)).map(Box::<str>::from);
            if is_list {
                match region {
                    Some(region) => self.region(region, file, incomplete),
                    None => self.nameless(Artefact::Analyzers, file, "which Region", "analyzers.json"),
                }
            }
            for analyzer in items {
                self.analyzer(analyzer);
            }
        }
    }

    /// A list of the analyzers of a Region.
    fn region(&mut self, region: Box<str>, file: FileId, incomplete: Option<Arc<Gap>>) {
        let source = Source { file, place: Place::Json { list: "analyzers", item: None, field: "" } };
        let seen = incomplete.map_or(Ok(source), Err);
        match self.found.regions.entry(region) {
            Entry::Vacant(entry) => drop(entry.insert(seen)),
            // One whole list is enough.
            Entry::Occupied(mut entry) => {
                if entry.get().is_err() {
                    drop(entry.insert(seen));
                }
            }
        }
    }

    /// Lists leave the settings out. Where two answers differ, the analyzer counts as not at work.
    fn analyzer(&mut self, analyzer: Placed<Analyzer>) {
        let known = match self.found.analyzers.entry(analyzer.value.arn.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(analyzer);
                return;
            }
            Entry::Occupied(entry) => entry.into_mut(),
        };
        let Placed { value, at } = analyzer;
        if known.value.status != value.status {
            self.gaps.push(contradiction(Artefact::Analyzers, &value.name, at));
        }
        if known.value.status == AnalyzerStatus::Active && value.status != AnalyzerStatus::Active {
            known.value.status = value.status;
            known.value.status_reason = value.status_reason;
            known.at = at;
        }
        match (&known.value.configuration, value.configuration) {
            (None, told) => known.value.configuration = told,
            (Some(known), Some(told)) if *known != told => {
                self.gaps.push(contradiction(Artefact::Analyzers, &value.name, at));
            }
            _ => {}
        }
    }

    fn rules(&mut self, path: &str, answer: Answer<ArchiveRule>) {
        let Answer { region, is_list, of, incomplete: whole, file } = answer;
        let region = region.or_else(|| region_in(path).map(Box::from));
        for OfAnalyzer { analyzer, items, incomplete } in of {
            let Some(analyzer) = analyzer.or_else(|| self.only(region.as_deref(), None)) else {
                self.nameless(Artefact::ArchiveRules, file, "which analyzer", "archive-rules.json");
                continue;
            };
            let single = || partly(Artefact::ArchiveRules, file);
            let complete = match incomplete.or_else(|| whole.clone()) {
                Some(gap) => Err(gap),
                None if is_list => Ok(()),
                None => Err(single()),
            };
            let (rules, seen) =
                self.found.rules.entry(analyzer).or_insert_with(|| (Vec::new(), Err(single())));
            for rule in items {
                match rules.iter().find(|known| known.value.name == rule.value.name) {
                    None => rules.push(rule),
                    Some(known) if known.value == rule.value => {}
                    Some(_) => {
                        self.gaps.push(contradiction(Artefact::ArchiveRules, &rule.value.name, rule.at));
                        rules.push(rule);
                    }
                }
            }
            rules.sort_by(|a, b| a.value.name.cmp(&b.value.name).then_with(|| a.at.cmp(&b.at)));
            if seen.is_err() {
                *seen = complete;
            }
        }
    }

    fn findings(&mut self, path: &str, answer: Answer<AnalyzerFinding>) {
        let Answer { region, is_list, of, incomplete: whole, file } = answer;
        let region = region.or_else(|| region_in(path).map(Box::from));
        for OfAnalyzer { analyzer, items, incomplete } in of {
            let finds: Vec<Finds> = items.iter().filter_map(|item| item.value.kind.finds()).collect();
            let one = finds.first().copied().filter(|first| finds.iter().all(|other| other == first));
            let analyzer = match analyzer {
                None if finds.is_empty() || one.is_some() => self.only(region.as_deref(), one),
                analyzer => analyzer,
            };
            if is_list {
                let complete = incomplete.or_else(|| whole.clone()).map_or(Ok(()), Err);
                match &analyzer {
                    Some(analyzer) => self.listed(analyzer, complete),
                    None => {
                        self.nameless(Artefact::AnalyzerFindings, file, "which analyzer", "findings.json");
                    }
                }
            }
            for finding in items {
                self.finding(finding, analyzer.as_deref(), region.as_deref());
            }
        }
    }

    fn listed(&mut self, analyzer: &str, complete: Supplied<()>) {
        let seen = self.found.listed.entry(analyzer.into()).or_insert_with(|| complete.clone());
        if seen.is_err() {
            *seen = complete;
        }
    }

    fn finding(&mut self, finding: Placed<AnalyzerFinding>, analyzer: Option<&str>, region: Option<&str>) {
        let Placed { value: finding, at: source } = finding;
        let by_analyzer =
            analyzer.and_then(|arn| self.found.analyzers.get(arn)).map(|one| one.value.region());
        let by_arn = analyzer.and_then(|arn| crate::ident::Arn::parse(arn).ok()).map(|arn| arn.region);
        let sighting = Sighting {
            region: by_analyzer.or(by_arn).or(region).map(Box::from),
            analyzer: analyzer.map(Box::from),
            id: finding.id.clone(),
            status: finding.status.clone(),
            source,
        };
        match self.findings.entry((finding.id.clone(), finding.resource.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(ReportedFinding { finding, source, sightings: vec![sighting] });
            }
            Entry::Occupied(mut entry) => self.gaps.extend(again(entry.get_mut(), finding, sighting)),
        }
    }

    /// The only analyzer of a Region, or of all, that looks for this.
    fn only(&self, region: Option<&str>, finds: Option<Finds>) -> Option<Box<str>> {
        let mut fitting = self.found.analyzers.values().filter(|analyzer| {
            region.is_none_or(|region| analyzer.value.region() == region)
                && finds.is_none_or(|finds| analyzer.value.kind.finds().is_none_or(|own| own == finds))
        });
        let first = fitting.next()?;
        fitting.next().is_none().then(|| first.value.arn.clone())
    }

    fn nameless(&mut self, artefact: Artefact, file: FileId, what: &str, name: &str) {
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(artefact),
            source: Some(Source { file, place: Place::File }),
            what: format!("the {} does not say {what} it is about", artefact.noun()).into(),
            remedy: format!("keep it as access-analyzer/REGION/{name}, beside the list of analyzers").into(),
        });
        self.found.failed.entry(artefact).or_insert_with(|| Arc::clone(&gap));
        self.gaps.push(gap);
    }

    fn end(mut self) -> (AccessAnalyzer, Vec<Arc<Gap>>) {
        for ((artefact, region), gap) in self.failed {
            if artefact == Artefact::Analyzers {
                self.found.regions.insert(region, Err(gap));
                continue;
            }
            let of_region = self.found.analyzers.values().filter(|one| one.value.region() == &*region);
            for arn in of_region.map(|analyzer| analyzer.value.arn.clone()) {
                let gap = Arc::clone(&gap);
                if artefact == Artefact::ArchiveRules {
                    self.found.rules.entry(arn).or_insert_with(|| (Vec::new(), Ok(()))).1 = Err(gap);
                } else {
                    self.found.listed.insert(arn, Err(gap));
                }
            }
        }
        // What several analyzers tell is one finding.
        let mut findings: BTreeMap<String, ReportedFinding> = BTreeMap::new();
        for mut reported in self.findings.into_values() {
            reported.sightings.sort();
            match findings.entry(identity(&reported.finding)) {
                Entry::Vacant(entry) => drop(entry.insert(reported)),
                Entry::Occupied(mut entry) => together(entry.get_mut(), reported),
            }
        }
        self.found.findings = findings.into_values().collect();
        (self.found, self.gaps)
    }
}

/// The same finding in another answer: the later word counts, and of two that are of the same time the less harmless.
fn again(known: &mut ReportedFinding, other: AnalyzerFinding, sighting: Sighting) -> Option<Arc<Gap>> {
    let source = sighting.source;
    let mut gap = None;
    if known.finding.status != other.status {
        let (before, after) = (known.finding.updated, other.updated);
        let is_clear = before.is_some() && after.is_some() && before != after;
        let is_newer =
            if is_clear { after > before } else { weight(&other.status) < weight(&known.finding.status) };
        if !is_clear {
            gap = Some(contradiction(Artefact::AnalyzerFindings, &other.id, source));
        }
        if is_newer {
            known.finding.status = other.status.clone();
            known.source = source;
        }
    }
    let status = known.finding.status.clone();
    let is_same = |own: &&mut Sighting| {
        own.analyzer == sighting.analyzer || own.analyzer.is_none() || sighting.analyzer.is_none()
    };
    match known.sightings.iter_mut().find(is_same) {
        Some(own) => {
            if own.analyzer.is_none() {
                own.analyzer.clone_from(&sighting.analyzer);
                own.region = sighting.region.or(own.region.take());
            }
            own.status = status;
        }
        None => known.sightings.push(sighting),
    }
    let finding = &mut known.finding;
    finding.updated = finding.updated.max(other.updated);
    finding.analyzed = finding.analyzed.max(other.analyzed);
    finding.error = finding.error.take().or(other.error);
    add_details(&mut finding.details, other.details);
    gap
}

/// The same finding of another analyzer.
fn together(known: &mut ReportedFinding, other: ReportedFinding) {
    known.sightings.extend(other.sightings);
    known.sightings.sort();
    known.sightings.dedup();
    if weight(&other.finding.status) < weight(&known.finding.status) {
        known.finding.status = other.finding.status;
        known.source = other.source;
    }
    let (own, theirs) = (known.finding.created.known().ok(), other.finding.created.known().ok());
    if own.is_none() || theirs.is_some_and(|theirs| own.is_some_and(|own| theirs < own)) {
        known.finding.created = other.finding.created;
    }
    known.finding.updated = known.finding.updated.max(other.finding.updated);
    known.finding.analyzed = known.finding.analyzed.max(other.finding.analyzed);
    add_details(&mut known.finding.details, other.finding.details);
}

/// How harmless a finding of this status is.
fn weight(status: &FindingStatus) -> u8 {
    match status {
        FindingStatus::Active => 0,
        FindingStatus::Other(_) => 1,
        FindingStatus::Archived => 2,
        FindingStatus::Resolved => 3,
    }
}

/// Pages of details, and the same details once more.
fn add_details(known: &mut Details, other: Details) {
    let Details::Told { details: more, incomplete: more_follow } = other else { return };
    match known {
        Details::NotTold => *known = Details::Told { details: more, incomplete: more_follow },
        Details::Told { details, incomplete } => {
            for (detail, source) in more {
                if !details.iter().any(|(own, _)| *own == detail) {
                    details.push((detail, source));
                }
            }
            if more_follow.is_none() {
                *incomplete = None;
            }
        }
    }
}

fn partly(artefact: Artefact, file: FileId) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(artefact),
        source: Some(Source { file, place: Place::File }),
        what: format!("no whole {} was handed in", artefact.noun()).into(),
        remedy: format!("add the output of `{}`", artefact.command()).into(),
    })
}

fn contradiction(artefact: Artefact, name: &str, at: Source) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::Contradiction,
        artefact: Some(artefact),
        source: Some(at),
        what: format!("two answers say different things of {}", quoted(name)).into(),
        remedy: "hand in the newest answers only".into(),
    })
}
