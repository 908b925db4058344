use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::grouping::Group;
use super::{Evidence, Hints, UnusedFile, join};
use crate::cloudtrail::{Activity, Event, KeyUse, Merge as _, Place, Principal, PrincipalKind, TrailGap};
use crate::evidence::activity::lacking;
use crate::evidence::{Account, AccountActivity};
use crate::fact::{Gap, Reason};
use crate::ident::{AccountId, Arn, Partition};

/// Gaps of an archive that are listed one by one; a damaged archive can have many.
const MOST_GAPS: usize = 50;

/// Where accounts come from of which nothing but CloudTrail records was handed in.
const LOCATION: &str = "cloudtrail";

impl Evidence {
    /// Joins what CloudTrail records tell to the accounts. Accounts that only the records know become accounts of their own.
    ///
    /// The one account whose id nothing else tells is taken for the account of the records, when they are about one account
    /// that no other evidence is about.
    pub fn join_activity(&mut self, activity: Activity) {
        let parts = Parts::of(&activity);
        self.name_the_unnamed(&parts);
        let known: BTreeSet<AccountId> = self.accounts.iter().filter_map(Account::id).collect();
        for (id, part) in parts.0.iter().filter(|(id, part)| part.has_records() && !known.contains(id)) {
            let mut account = join::join(
                Group { location: LOCATION.to_owned(), id: Some(*id), files: Vec::new() },
                Hints::default(),
            );
            account.partition = part.partition().unwrap_or_default();
            self.accounts.push(account);
        }
        let gaps = Gaps::of(&activity);
        let whole = Arc::new(activity);
        for account in &mut self.accounts {
            let Some(id) = account.id else {
                account.gaps.extend(gaps.about(None));
                account.activity = Err(nobodys());
                continue;
            };
            // Several folders may tell of one account, so that a part is copied and not taken.
            let part = parts.0.get(&id).cloned().unwrap_or_default();
            account.take(id, part, &whole, &gaps);
        }
        self.accounts.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.location.cmp(&b.location)));
        self.unused.extend(gaps.about_nobody_here(&self.accounts));
        self.unused.sort();
    }

    fn name_the_unnamed(&mut self, parts: &Parts) {
        let mut ids = parts.0.iter().filter(|(_, part)| part.has_records()).map(|(id, _)| *id);
        let (Some(id), None) = (ids.next(), ids.next()) else { return };
        if self.accounts.iter().any(|account| account.id == Some(id)) {
            return;
        }
        let mut unnamed = self.accounts.iter_mut().filter(|account| account.id.is_none());
        if let (Some(account), None) = (unnamed.next(), unnamed.next()) {
            account.id = Some(id);
        }
    }
}

impl Account {
    fn take(&mut self, id: AccountId, part: Part, whole: &Arc<Activity>, gaps: &Gaps) {
        // The usual partition is also the one that is assumed where nothing tells.
        if self.partition == Partition::Aws
            && let Some(partition) = part.partition()
        {
            self.partition = partition;
        }
        let own = gaps.about(Some(id));
        self.gaps.extend(own.iter().cloned());
        if part.is_empty() {
            self.activity = Err(own.first().cloned().unwrap_or_else(|| no_record(id)));
            return;
        }
        let Part { mut events, principals, keys, places } = part;
        events.sort_by(|a, b| (a.second, &a.id, &a.place).cmp(&(b.second, &b.id, &b.place)));
        self.activity = Ok(Box::new(AccountActivity {
            whole: Arc::clone(whole),
            account: id,
            partition: self.partition.clone(),
            events,
            principals,
            keys,
            places,
            gaps: own,
            narrowed: gaps.narrowed.clone(),
        }));
    }
}

/// What an activity holds, by account.
struct Parts(BTreeMap<AccountId, Part>);

/// What an activity holds of one account.
#[derive(Default, Clone)]
struct Part {
    events: Vec<Event>,
    principals: Vec<Principal>,
    keys: BTreeMap<Arc<str>, KeyUse>,
    places: Vec<Place>,
}

impl Parts {
    fn of(activity: &Activity) -> Self {
        let mut parts: BTreeMap<AccountId, Part> = BTreeMap::new();
        for (place, _) in activity.coverage.iter() {
            if let Ok(id) = place.account.parse() {
                parts.entry(id).or_default().places.push(place.clone());
            }
        }
        for (principal, deeds) in activity.principals.iter() {
            let Ok(id) = principal.account.parse() else { continue };
            let part = parts.entry(id).or_default();
            part.principals.push(principal.clone());
            for (key, used) in deeds.keys.iter() {
                part.keys.entry(Arc::clone(key)).or_default().merge(used.clone());
            }
        }
        for event in activity.events.iter() {
            if let Ok(id) = owner(event).parse() {
                parts.entry(id).or_default().events.push(event.clone());
            }
        }
        Self(parts)
    }
}

/// The account that an event is filed under: what root does belongs to root's account, wherever it is logged.
fn owner(event: &Event) -> &str {
    let (first, second) = if event.principal.kind == PrincipalKind::Root {
        (&event.principal.account, &event.account)
    } else {
        (&event.account, &event.principal.account)
    };
    if first.is_empty() { second } else { first }
}

impl Part {
    /// Whether records stand in a trail of this account; principals may also be known from the trails of others.
    fn has_records(&self) -> bool {
        !self.places.is_empty()
    }

    fn is_empty(&self) -> bool {
        self.places.is_empty() && self.events.is_empty() && self.principals.is_empty()
    }

    /// The partition, by the ARNs of the account's principals, else by the names of its Regions.
    fn partition(&self) -> Option<Partition> {
        let of_arn = |principal: &Principal| Some(Arn::parse(&principal.name).ok()?.partition());
        self.principals.iter().find_map(of_arn).or_else(|| {
            let region = &self.places.first()?.region;
            if region.starts_with("cn-") {
                Some(Partition::China)
            } else if region.starts_with("us-gov-") {
                Some(Partition::GovCloud)
            } else {
                None
            }
        })
    }
}

/// Something that could not be read.
struct Unread {
    /// The account in whose folder the file lies, where the path tells.
    account: Option<AccountId>,
    /// The file, if it is about one.
    file: Arc<str>,
    gap: Arc<Gap>,
}

/// What an activity lacks.
struct Gaps {
    unread: Vec<Unread>,
    narrowed: Option<Arc<Gap>>,
}

impl Gaps {
    fn of(activity: &Activity) -> Self {
        let in_file = |gap: &TrailGap| Unread {
            account: account_of_path(&gap.file),
            file: Arc::clone(&gap.file),
            gap: unreadable(gap),
        };
        let anywhere = |gap| Unread { account: None, file: "CloudTrail records".into(), gap };
        let mut unread: Vec<Unread> = activity.gaps.iter().map(in_file).collect();
        let unplaced =
            activity.coverage.iter().filter(|(place, _)| place.account.parse::<AccountId>().is_err());
        let unplaced: u64 = unplaced.map(|(_, coverage)| coverage.all.count).sum();
        if unplaced > 0 {
            let what = format!("{unplaced} CloudTrail records do not say which account they belong to");
            let remedy = "keep the files in the folders in which CloudTrail put them";
            unread.push(anywhere(lacking(Reason::Malformed, what, remedy)));
        }
        if activity.coverage.is_cut() {
            let most = activity.limits.places;
            let what = format!(
                "the CloudTrail records tell of more than {most} accounts and Regions, and the others are not kept"
            );
            let remedy = "hand in the records of fewer accounts at a time";
            unread.push(anywhere(lacking(Reason::CutOff, what, remedy)));
        }
        if activity.gaps_are_cut {
            let most = activity.gaps.len();
            let what = format!("more than {most} places in the CloudTrail files could not be read");
            unread.push(anywhere(lacking(Reason::Malformed, what, "fetch the files again")));
        }
        let is_narrowed = activity.selections.iter().any(|selection| {
            !selection.principals.is_empty()
                || !selection.services.is_empty()
                || !selection.actions.is_empty()
        });
        let narrowed = is_narrowed.then(|| {
            let what = "the CloudTrail records were narrowed to some principals, services or actions, so that what is \
                        not there proves nothing";
            lacking(Reason::NotSupplied, what.to_owned(), "hand in all records of the time in question")
        });
        Self { unread, narrowed }
    }

    /// What may be missing of this account, or of one that nothing names: the first gaps one by one, then the number of the
    /// rest.
    fn about(&self, id: Option<AccountId>) -> Vec<Arc<Gap>> {
        let may_be = |unread: &&Unread| unread.account.is_none() || id.is_none() || unread.account == id;
        let mut own: Vec<Arc<Gap>> =
            self.unread.iter().filter(may_be).map(|unread| Arc::clone(&unread.gap)).collect();
        if let Some(further) = own.len().checked_sub(MOST_GAPS).filter(|further| *further > 0) {
            own.truncate(MOST_GAPS);
            let what = format!("{further} more places in the CloudTrail files could not be read");
            own.push(lacking(Reason::Malformed, what, "fetch the files again"));
        }
        own
    }

    /// What none of the accounts lists.
    fn about_nobody_here(&self, accounts: &[Account]) -> impl Iterator<Item = UnusedFile> {
        let ids: BTreeSet<Option<AccountId>> = accounts.iter().map(Account::id).collect();
        let is_listed = move |unread: &&Unread| match unread.account {
            None => !ids.is_empty(),
            id => ids.contains(&id) || ids.contains(&None),
        };
        self.unread.iter().filter(move |unread| !is_listed(unread)).map(|unread| UnusedFile {
            path: unread.file.to_string(),
            why: unread.gap.what.to_string(),
            remedy: unread.gap.remedy.to_string(),
            is_fault: true,
        })
    }
}

fn unreadable(unread: &TrailGap) -> Arc<Gap> {
    let place = unread.offset.map(|offset| format!(", byte {offset}")).unwrap_or_default();
    lacking(unread.reason, format!("{}{place}: {}", unread.file, unread.what), "fetch the file again")
}

/// For an account of which nothing tells which one it is.
fn nobodys() -> Arc<Gap> {
    let what = "nothing tells which account this is, so that no CloudTrail records can be said to be its own";
    let remedy = "add an artefact that names the account, such as the credential report";
    lacking(Reason::NotSupplied, what.to_owned(), remedy)
}

fn no_record(id: AccountId) -> Arc<Gap> {
    lacking(
        Reason::NotSupplied,
        format!("the CloudTrail records hold nothing of account {id}"),
        "add the records of its trail, or of the organisation's",
    )
}

/// The account in whose folder CloudTrail put a file: `.../AWSLogs/111122223333/CloudTrail/us-east-1/...`.
fn account_of_path(path: &str) -> Option<AccountId> {
    let parts: Vec<&str> = path.split('/').collect();
    let folder = parts.windows(2).rev().find_map(|pair| match pair {
        [account, "CloudTrail"] => account.parse().ok(),
        _ => None,
    });
    folder.or_else(|| parts.last()?.split_once("_CloudTrail_")?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudtrail::{EventClass, Fold, Limits, Selection, TrailFile};
    use crate::evidence::{Given, assemble};
    use crate::input::InputFile;

    #[test]
    fn a_path_tells_its_account_only_in_the_layout_of_cloudtrail() {
        let of = |path| account_of_path(path).map(|id| id.to_string());
        let path = "logs/AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/2026/01/15/a.json.gz";
        assert_eq!(of(path).as_deref(), Some("111122223333"));
        assert_eq!(
            of("111122223333_CloudTrail_us-east-1_20260115T0800Z_aaaa.json.gz").as_deref(),
            Some("111122223333")
        );
        assert_eq!(of("111122223333/cloudtrail/a.json"), None);
        assert_eq!(of("a.json"), None);
    }
    fn record(account: &str, region: &str) -> String {
        let who = format!(r#"{{"type":"Root","arn":"arn:aws:iam::{account}:root","accountId":"{account}"}}"#);
        let what = r#""eventSource":"iam.amazonaws.com","eventName":"CreateUser","readOnly":false"#;
        let place = format!(r#""awsRegion":"{region}","recipientAccountId":"{account}""#);
        format!(r#"{{"userIdentity":{who},"eventTime":"2026-01-15T08:00:00Z",{what},{place}}}"#)
    }

    fn activity(files: &[(&str, &str)]) -> Activity {
        let mut fold = Fold::new(Selection::default(), Limits::default());
        for (path, text) in files {
            fold.read(TrailFile::named(path), text.as_bytes());
        }
        fold.finish()
    }

    fn evidence(files: &[(&str, &str)]) -> Evidence {
        let file = |(path, text): &(&str, &str)| {
            (InputFile { path: (*path).to_owned(), bytes: (*text).into() }, Given::InFolder)
        };
        assemble(files.iter().map(file).collect())
    }

    const SUMMARY: &str = r#"{"SummaryMap": {"Users": 1}}"#;

    #[test]
    fn accounts_that_only_the_records_know_are_accounts_too() {
        let mut all = evidence(&[]);
        let (one, two) = (record("111122223333", "us-east-1"), record("444455556666", "cn-north-1"));
        all.join_activity(activity(&[("a.json", &one), ("b.json", &two)]));
        let ids: Vec<String> = all.accounts.iter().map(|it| it.id().unwrap().to_string()).collect();
        assert_eq!(ids, ["111122223333", "444455556666"]);
        let events = |at: usize| all.accounts[at].activity().unwrap().root_events().count();
        assert_eq!((events(0), events(1)), (1, 1));
        assert_eq!(all.accounts[0].activity().unwrap().events()[0].account, "111122223333".into());
    }

    #[test]
    fn the_one_account_without_a_name_is_that_of_the_records() {
        let records = record("111122223333", "us-east-1");
        let mut all = evidence(&[("x/account-summary.json", SUMMARY)]);
        all.join_activity(activity(&[("a.json", &records)]));
        assert_eq!(all.accounts.len(), 1);
        assert_eq!(all.accounts[0].id().unwrap().to_string(), "111122223333");
        assert!(all.accounts[0].activity().unwrap().complete(EventClass::ALL).is_ok());

        let mut all = evidence(&[("x/account-summary.json", SUMMARY), ("y/account-summary.json", SUMMARY)]);
        all.join_activity(activity(&[("a.json", &records)]));
        let named: Vec<bool> = all.accounts.iter().map(|account| account.id().is_some()).collect();
        assert_eq!(named, [false, false, true]);
        assert!(all.accounts[0].activity().unwrap_err().what.contains("which account this is"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_gap_of_its_account_and_never_lost() {
        let records = record("111122223333", "us-east-1");
        let files = [
            ("AWSLogs/111122223333/CloudTrail/us-east-1/a.json", records.as_str()),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/b.json", "{"),
            ("AWSLogs/444455556666/CloudTrail/us-east-1/c.json", "{"),
        ];
        let mut all = evidence(&[]);
        all.join_activity(activity(&files));
        assert_eq!(all.accounts.len(), 1);
        let gaps: Vec<&str> = all.accounts[0].gaps().iter().map(|gap| &*gap.what).collect();
        assert!(gaps.len() == 1 && gaps[0].contains("b.json"), "{gaps:?}");
        assert!(all.accounts[0].activity().unwrap().complete(&[]).is_err());
        let unused: Vec<&str> = all.unused.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(unused, ["AWSLogs/444455556666/CloudTrail/us-east-1/c.json"]);
        assert!(all.has_failed());
    }

    #[test]
    fn many_gaps_are_counted() {
        let files: Vec<String> = (0..MOST_GAPS + 7).map(|number| format!("{number}.json")).collect();
        let mut files: Vec<(&str, &str)> = files.iter().map(|path| (path.as_str(), "{")).collect();
        let records = record("111122223333", "us-east-1");
        files.push(("whole.json", &records));
        let mut all = evidence(&[]);
        all.join_activity(activity(&files));
        let gaps = all.accounts[0].gaps();
        assert_eq!(gaps.len(), MOST_GAPS + 1);
        assert!(gaps[MOST_GAPS].what.starts_with("7 more places"), "{}", gaps[MOST_GAPS].what);
    }
}
