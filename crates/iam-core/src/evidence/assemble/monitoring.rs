//! Sorts the answers about monitoring by Region, trail, topic and rule.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::evidence::monitoring::{Monitoring, Part};
use crate::evidence::{Supplied, is_region};
use crate::fact::{FileId, Gap, Place, Reason, Source};
use crate::ident::Arn;
use crate::input::monitoring::Placed;
use crate::input::monitoring::event_rules::EventTarget;
use crate::input::monitoring::trails::{Trail, TrailStatus};
use crate::input::{Artefact, Listing, Parsed, quoted};

/// Joins the answers; gives back a gap for each file that does not tell what it is about. `cut` holds the paths of answers
/// of which a manifest says that pages are missing.
pub(super) fn join(
    answers: Vec<(String, Parsed)>,
    failed: &BTreeMap<Artefact, Arc<Gap>>,
    cut: &[(String, Arc<Gap>)],
) -> (Monitoring, Vec<Arc<Gap>>) {
    let failed = failed.iter().filter(|(artefact, _)| artefact.is_of_monitoring());
    let mut joining = Joining {
        found: Monitoring {
            failed: failed.map(|(artefact, gap)| (*artefact, Arc::clone(gap))).collect(),
            ..Monitoring::default()
        },
        gaps: Vec::new(),
    };
    let mut nameless = Vec::new();
    for (path, mut parsed) in answers {
        let gap = cut.iter().find(|(file, _)| is_path_of(&path, file)).map(|(_, gap)| gap);
        if let Some(gap) = gap {
            cut_off(&mut parsed, gap);
        }
        joining.place(path, parsed, &mut nameless);
    }
    // These are about what the others name.
    for (path, parsed) in nameless {
        joining.place_nameless(&path, parsed);
    }
    (joining.found, joining.gaps)
}

/// Whether a path ends in this path.
pub(super) fn is_path_of(path: &str, file: &str) -> bool {
    path.strip_suffix(file).is_some_and(|above| above.is_empty() || above.ends_with('/'))
}

fn cut_off(parsed: &mut Parsed, gap: &Arc<Gap>) {
    let incomplete = match parsed {
        Parsed::Trails(listing) => &mut listing.incomplete,
        Parsed::MetricFilters(listing) => &mut listing.incomplete,
        Parsed::Alarms(alarms) => &mut alarms.metric.incomplete,
        Parsed::Subscriptions(listing) => &mut listing.incomplete,
        Parsed::EventRules(listing) => &mut listing.incomplete,
        Parsed::EventTargets(listing) => &mut listing.incomplete,
        _ => return,
    };
    incomplete.get_or_insert_with(|| Arc::clone(gap));
}

struct Joining {
    found: Monitoring,
    gaps: Vec<Arc<Gap>>,
}

impl Joining {
    fn place(&mut self, path: String, parsed: Parsed, nameless: &mut Vec<(String, Parsed)>) {
        match parsed {
            Parsed::Trails(listing) => {
                let trails = self.found.trails.get_or_insert_default();
                add(trails, Artefact::Trails, listing, &mut self.gaps, |trail| trail.arn.clone());
            }
            Parsed::TrailSelectors(selectors) => {
                let trail = selectors.value.trail.clone();
                once(&mut self.found.selectors, trail, selectors, Artefact::TrailSelectors, &mut self.gaps);
            }
            Parsed::Alarms(alarms) => {
                let arn = alarms.metric.items.first().map(|alarm| alarm.value.arn.as_str());
                let Some(region) = region_of(arn, &path) else {
                    return self.no_region(Artefact::Alarms, alarms.metric.file);
                };
                let part = self.found.alarms.entry(region.clone()).or_default();
                add(part, Artefact::Alarms, alarms.metric, &mut self.gaps, |alarm| alarm.name.clone());
                let part = self.found.composite_alarms.entry(region).or_default();
                add(part, Artefact::Alarms, alarms.composite, &mut self.gaps, |alarm| alarm.name.clone());
            }
            Parsed::EventRules(listing) => {
                let arn = listing.items.first().map(|rule| rule.value.arn.as_str());
                let Some(region) = region_of(arn, &path) else {
                    return self.no_region(Artefact::EventRules, listing.file);
                };
                let part = self.found.event_rules.entry(region).or_default();
                add(part, Artefact::EventRules, listing, &mut self.gaps, |rule| rule.arn.clone());
            }
            Parsed::Subscriptions(listing) if !listing.items.is_empty() => {
                let topics: BTreeSet<String> =
                    listing.items.iter().map(|subscription| subscription.value.topic.clone()).collect();
                for topic in topics {
                    let own = listing.items.iter().filter(|item| item.value.topic == topic);
                    let own = own.cloned().collect();
                    let incomplete = listing.incomplete.clone();
                    let part = self.found.subscriptions.entry(topic).or_default();
                    let own = Listing { items: own, file: listing.file, incomplete };
                    // Those that are not confirmed have no ARN of their own, and are told apart by where they stand.
                    add(part, Artefact::Subscriptions, own, &mut self.gaps, |item| {
                        if item.is_confirmed() {
                            item.arn.clone()
                        } else {
                            format!("{} {}", item.arn, item.protocol)
                        }
                    });
                }
            }
            parsed => nameless.push((path, parsed)),
        }
    }

    fn place_nameless(&mut self, path: &str, parsed: Parsed) {
        match parsed {
            Parsed::TrailStatus(status) => self.status(path, status),
            Parsed::MetricFilters(listing) => {
                let region = region_in(path).map(str::to_owned).or_else(|| self.only_log_region());
                let Some(region) = region else {
                    return self.no_region(Artefact::MetricFilters, listing.file);
                };
                let part = self.found.metric_filters.entry(region).or_default();
                add(part, Artefact::MetricFilters, listing, &mut self.gaps, |filter| {
                    format!("{} {}", filter.log_group, filter.name)
                });
            }
            Parsed::EventTargets(listing) => self.targets(path, listing),
            Parsed::Subscriptions(listing) => {
                let topics = self.topics();
                let Some(topic) = named(path, Artefact::Subscriptions, &topics) else {
                    return self.nobody(
                        Artefact::Subscriptions,
                        listing.file,
                        "an empty list of subscriptions names no topic",
                        "keep it as monitoring/REGION/subscriptions/TOPIC_NAME.json",
                    );
                };
                let part = self.found.subscriptions.entry(topic).or_default();
                add(part, Artefact::Subscriptions, listing, &mut self.gaps, |subscription| {
                    subscription.arn.clone()
                });
            }
            _ => {}
        }
    }

    fn status(&mut self, path: &str, status: Placed<TrailStatus>) {
        let trails: Vec<String> = self.trails().map(|trail| trail.arn.clone()).collect();
        match named(path, Artefact::TrailStatus, &trails) {
            Some(trail) => {
                once(&mut self.found.statuses, trail, status, Artefact::TrailStatus, &mut self.gaps);
            }
            None => self.nobody(
                Artefact::TrailStatus,
                status.at.file,
                "the answer does not say which trail it is about",
                "keep it as monitoring/REGION/trail-status/TRAIL_NAME.json, beside the list of trails",
            ),
        }
    }

    fn targets(&mut self, path: &str, listing: Listing<Placed<EventTarget>>) {
        let rules: Vec<String> = self
            .found
            .event_rules
            .values()
            .flat_map(Part::items)
            .map(|rule| rule.value.arn.clone())
            .collect();
        match named(path, Artefact::EventTargets, &rules) {
            Some(rule) => {
                let part = self.found.event_targets.entry(rule).or_default();
                add(part, Artefact::EventTargets, listing, &mut self.gaps, |target| target.id.clone());
            }
            None => self.nobody(
                Artefact::EventTargets,
                listing.file,
                "the answer does not say which rule of EventBridge it is about",
                "keep it as monitoring/REGION/event-targets/RULE_NAME.json, beside the list of rules",
            ),
        }
    }

    fn trails(&self) -> impl Iterator<Item = &Trail> {
        self.found.trails.iter().flat_map(Part::items).map(|trail| &trail.value)
    }

    /// The Region of all log groups that trails deliver to, if it is one.
    fn only_log_region(&self) -> Option<String> {
        let regions: BTreeSet<&str> = self
            .trails()
            .filter_map(|trail| Some(Arn::parse(trail.log_group.as_deref()?).ok()?.region))
            .collect();
        regions.first().filter(|_| regions.len() == 1).map(|region| (*region).to_owned())
    }

    /// The topics that alarms and rules tell.
    fn topics(&self) -> Vec<String> {
        let alarms = self.found.alarms.values().flat_map(Part::items).flat_map(|alarm| &alarm.value.actions);
        let targets = self.found.event_targets.values().flat_map(Part::items).map(|target| &target.value.arn);
        let composite = self.found.composite_alarms.values().flat_map(Part::items);
        let composite = composite.flat_map(|alarm| &alarm.value.actions);
        let topics: BTreeSet<&String> = alarms
            .chain(targets)
            .chain(composite)
            .filter(|arn| Arn::parse(arn).is_ok_and(|arn| arn.service == "sns"))
            .collect();
        topics.into_iter().cloned().collect()
    }

    fn no_region(&mut self, artefact: Artefact, file: FileId) {
        let what = format!("the {} does not say which Region it is about", artefact.noun());
        let remedy = format!("keep it as monitoring/REGION/{artefact}.json");
        self.nobody(artefact, file, &what, &remedy);
    }

    /// What cannot be placed may be what is missing elsewhere.
    fn nobody(&mut self, artefact: Artefact, file: FileId, what: &str, remedy: &str) {
        let gap = Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(artefact),
            source: Some(Source { file, place: Place::File }),
            what: what.into(),
            remedy: remedy.into(),
        });
        self.found.failed.entry(artefact).or_insert_with(|| Arc::clone(&gap));
        self.gaps.push(gap);
    }
}

/// The Region of an ARN, else the one in the path.
fn region_of(arn: Option<&str>, path: &str) -> Option<String> {
    let of_arn = arn.and_then(|arn| Arn::parse(arn).ok()).map(|arn| arn.region);
    of_arn.filter(|region| is_region(region)).or_else(|| region_in(path)).map(str::to_owned)
}

/// The last folder of a path that looks like a Region.
pub(super) fn region_in(path: &str) -> Option<&str> {
    let (folders, _) = path.rsplit_once('/')?;
    folders.rsplit('/').find(|folder| is_region(folder))
}

/// Which of these resources the path names: by the file's name in a folder named after the artefact, and in that Region
/// where the path has one. In any other folder it is the only one there is.
fn named(path: &str, artefact: Artefact, arns: &[String]) -> Option<String> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let is_in_folder = folders.rsplit('/').next() == Some(artefact.name());
    let region = region_in(path);
    let mut fitting = arns.iter().filter(|arn| {
        let Ok(parsed) = Arn::parse(arn) else { return false };
        let name = parsed.resource.rsplit('/').next().unwrap_or_default();
        (!is_in_folder || name == stem) && region.is_none_or(|region| parsed.region == region)
    });
    let first = fitting.next()?;
    fitting.next().is_none().then(|| first.clone())
}

/// Adds items to a part. The same item in two files is one; where the files differ, neither counts.
fn add<T: PartialEq>(
    part: &mut Part<T>,
    artefact: Artefact,
    listing: Listing<Placed<T>>,
    gaps: &mut Vec<Arc<Gap>>,
    key: impl Fn(&T) -> String,
) {
    part.file.get_or_insert(listing.file);
    if let Some(gap) = listing.incomplete {
        part.incomplete.get_or_insert(gap);
    }
    for item in listing.items {
        match part.items.entry(key(&item.value)) {
            Entry::Vacant(entry) => drop(entry.insert(Some(item))),
            Entry::Occupied(mut entry) => {
                if entry.get().as_ref().is_some_and(|known| known.value != item.value) {
                    let gap = contradiction(artefact, entry.key(), item.at);
                    part.incomplete = Some(Arc::clone(&gap));
                    gaps.push(gap);
                    entry.insert(None);
                }
            }
        }
    }
}

/// Adds the answer about one trail, likewise.
fn once<T: PartialEq>(
    all: &mut BTreeMap<String, Supplied<Placed<T>>>,
    trail: String,
    item: Placed<T>,
    artefact: Artefact,
    gaps: &mut Vec<Arc<Gap>>,
) {
    match all.entry(trail) {
        Entry::Vacant(entry) => drop(entry.insert(Ok(item))),
        Entry::Occupied(mut entry) => {
            if entry.get().as_ref().is_ok_and(|known| known.value != item.value) {
                let gap = contradiction(artefact, entry.key(), item.at);
                gaps.push(Arc::clone(&gap));
                drop(entry.insert(Err(gap)));
            }
        }
    }
}

fn contradiction(artefact: Artefact, name: &str, at: Source) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::Contradiction,
        artefact: Some(artefact),
        source: Some(at),
        what: format!("two files say different things of {}", quoted(name)).into(),
        remedy: "hand in the newest answers only".into(),
    })
}
