use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::subjects::{self, Moments, Named};
use super::verdicts::Verdicts;
use super::{CheckInRun, Coverage, Settings};
use crate::check::{About, Context, Judge, Judged, Verdict};
use crate::cloudtrail::{Event, PrincipalKind};
use crate::evidence::{
    Account, AccountActivity, CustomerPolicy, DetailedUser, Identity, LastAccessed, OwnPolicy, ReportSubject,
    ReportedFinding, Root, User,
};
use crate::fact::{Gap, Reason};
use crate::ident::KeyIdDisplay;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingKind, Finds};
use crate::input::credential_report::CredentialReport;
use crate::input::mfa_devices::VirtualMfaDevice;

/// Why nothing applies to a role that is linked to a service.
const SERVICE_LINKED: &str = "the role is linked to a service, which alone uses and changes it";

/// A check ready to judge, and the count of its verdicts.
pub(super) struct Active<'a> {
    pub(super) run: &'a CheckInRun,
    pub(super) severity_is_set: bool,
    pub(super) counts: Coverage,
    context: Context<'a>,
}

impl<'a> Active<'a> {
    pub(super) fn new(
        run: &'a CheckInRun,
        account: &'a Account,
        settings: &Settings,
        as_of: DateTime<Utc>,
    ) -> Self {
        let values = run.settings.iter().map(|setting| setting.value.clone()).collect();
        let own = settings.checks.get(run.check.id.as_str());
        Self {
            run,
            severity_is_set: own.is_some_and(|own| own.severity.is_some()),
            counts: Coverage::default(),
            context: Context::new(account, as_of, run.check.params, values, settings.key_ids),
        }
    }

    pub(super) fn coverage(&self) -> (&'static str, Coverage) {
        (self.run.check.id.as_str(), self.counts)
    }
}

/// Takes every check to each of its subjects, and tells how many users there are.
pub(super) fn walk<'a>(
    account: &'a Account,
    settings: &Settings,
    active: &mut [Active<'a>],
    verdicts: &mut Verdicts<'a>,
) -> usize {
    let mut walk = Walk { account, key_ids: settings.key_ids, verdicts };
    let root = account.root();
    for check in &mut *active {
        walk.account(check);
        walk.root(check, &root);
        walk.service_specific_credentials(check);
        walk.server_certificates(check);
        walk.resources(check);
        walk.virtual_mfa_devices(check);
        walk.unseen_users(check);
        walk.identities(check);
        walk.last_accessed(check);
        walk.principals(check);
        walk.events(check, &root);
        walk.regions(check);
        walk.access_analyzer(check);
    }
    let mut users = 0;
    for user in account.users() {
        users += 1;
        // Most users have no finding, and those who have one often have several.
        let named = OnceCell::new();
        let named = || named.get_or_init(|| subjects::user(&user)).clone();
        for check in &mut *active {
            walk.user(check, &user, &named);
        }
    }
    users
}

struct Walk<'w, 'a> {
    account: &'a Account,
    key_ids: KeyIdDisplay,
    verdicts: &'w mut Verdicts<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn judge(
        &mut self,
        active: &mut Active<'a>,
        named: impl FnOnce() -> Named,
        judge: impl FnOnce(&Context<'a>) -> Judged,
    ) {
        active.context.next_subject();
        let judged = judge(&active.context);
        self.verdicts.file(active, named, judged);
    }

    /// One verdict about the account as a whole.
    fn judge_account(&mut self, active: &mut Active<'a>, judge: impl FnOnce(&Context<'a>) -> Judged) {
        let account = self.account;
        self.judge(active, || subjects::account(account), judge);
    }

    fn account(&mut self, active: &mut Active<'a>) {
        let account = self.account;
        if let Judge::Account(judge) = active.run.check.judge {
            self.judge_account(active, |context| judge(account, context));
        }
    }

    fn root(&mut self, active: &mut Active<'a>, root: &Root<'_>) {
        match active.run.check.judge {
            Judge::Root(judge) => self.judge(active, || subjects::root(root), |context| judge(root, context)),
            Judge::RootAccessKey { each, account } => {
                let moments = OnceCell::new();
                let moments = || moments.get_or_init(|| Moments::of_keys(&root.access_keys));
                for key in &root.access_keys {
                    let ids = self.key_ids;
                    let named = || subjects::access_key(subjects::root(root), key, moments(), ids);
                    self.judge(active, named, |context| each(key, context));
                }
                self.root_by_summary(active, root, account);
            }
            Judge::RootSigningCertificate { each, account } => {
                let siblings = &root.signing_certificates;
                for certificate in siblings {
                    let moments = || Moments::of_certificates(siblings);
                    let named =
                        || subjects::signing_certificate(subjects::root(root), certificate, &moments());
                    self.judge(active, named, |context| each(certificate, context));
                }
                self.root_by_summary(active, root, account);
            }
            _ => {}
        }
    }

    /// Root's credentials as the account summary counts them: all there is without a row, a second opinion with one.
    fn root_by_summary(
        &mut self,
        active: &mut Active<'a>,
        root: &Root<'_>,
        judge: Option<fn(&Root<'_>, &Context<'_>) -> Judged>,
    ) {
        match (&root.row, judge) {
            (_, Some(judge)) if root.row.is_err() || !root.disagreements.is_empty() => {
                self.judge_account(active, |context| judge(root, context));
            }
            (Err(gap), None) => self.judge_account(active, |_| Err(Arc::clone(gap))),
            _ => {}
        }
    }

    fn user(&mut self, active: &mut Active<'a>, user: &User<'_>, named: &impl Fn() -> Named) {
        match active.run.check.judge {
            Judge::User(judge) => self.judge(active, named, |context| judge(user, context)),
            Judge::AccessKey(judge) => {
                // A listing decides how many keys there are: they are counted once, and not again for each of them.
                let moments = OnceCell::new();
                let moments = || moments.get_or_init(|| Moments::of_keys(&user.access_keys));
                for key in user.existing_access_keys() {
                    let ids = self.key_ids;
                    let named = || subjects::access_key(named(), key, moments(), ids);
                    self.judge(active, named, |context| judge(key, user, context));
                }
            }
            Judge::AccessKeyActivity(judge) => {
                let Ok(activity) = self.account.activity() else { return };
                let moments = OnceCell::new();
                let moments = || moments.get_or_init(|| Moments::of_keys(&user.access_keys));
                for key in user.existing_access_keys() {
                    let ids = self.key_ids;
                    let named = || subjects::access_key(named(), key, moments(), ids);
                    self.judge(active, named, |context| judge(key, user, activity, context));
                }
            }
            Judge::SigningCertificate(judge) => {
                let siblings = &user.signing_certificates;
                for certificate in siblings.iter().filter(|certificate| certificate.exists()) {
                    let moments = || Moments::of_certificates(siblings);
                    let named = || subjects::signing_certificate(named(), certificate, &moments());
                    self.judge(active, named, |context| judge(certificate, user, context));
                }
            }
            _ => {}
        }
    }

    /// Users who could not be enumerated still have to show up: as one unknown verdict a check.
    fn unseen_users(&mut self, active: &mut Active<'a>) {
        match active.run.check.judge {
            Judge::User(_) | Judge::AccessKey(_) | Judge::SigningCertificate(_) => {}
            Judge::AccessKeyActivity(_) => {
                if let Err(gap) = self.account.activity() {
                    self.judge_account(active, |_| Err(gap));
                    return;
                }
            }
            _ => return,
        }
        match self.account.credential_report() {
            Err(gap) => self.judge_account(active, |_| Err(gap)),
            Ok(report) => {
                for row in report.unread() {
                    self.judge(active, || subjects::unread_row(row), |_| Err(Arc::clone(&row.gap)));
                }
            }
        }
    }

    /// Users, groups, roles and policies of the account authorization details.
    fn identities(&mut self, active: &mut Active<'a>) {
        let judge = active.run.check.judge;
        let is_one = matches!(
            judge,
            Judge::DetailedUser(_)
                | Judge::Group(_)
                | Judge::Role(_)
                | Judge::Identity(_)
                | Judge::ManagedPolicy(_)
                | Judge::UserPolicy(_)
                | Judge::Policy(_)
        );
        if !is_one {
            return;
        }
        let identities = match self.account.identities() {
            Ok(identities) => identities,
            Err(gap) => return self.judge_account(active, |_| Err(gap)),
        };
        let users = || identities.users().map(Identity::User);
        let others =
            || identities.groups().map(Identity::Group).chain(identities.roles().map(Identity::Role));
        let all_seen = match judge {
            Judge::DetailedUser(judge) => {
                for user in identities.users() {
                    self.identity(active, &Identity::User(user), |context| judge(&user, context));
                }
                identities.complete_users()
            }
            Judge::Group(judge) => {
                for group in identities.groups() {
                    self.identity(active, &Identity::Group(group), |context| judge(&group, context));
                }
                identities.complete_groups()
            }
            Judge::Role(judge) => {
                for role in identities.roles() {
                    self.identity(active, &Identity::Role(role), |context| judge(&role, context));
                }
                identities.complete_roles()
            }
            Judge::Identity(judge) => {
                for identity in users().chain(others()) {
                    self.identity(active, &identity, |context| judge(&identity, context));
                }
                identities.complete()
            }
            Judge::ManagedPolicy(judge) => {
                for policy in identities.policies().filter(|policy| !policy.detail.is_of_aws()) {
                    let named = || subjects::managed_policy(&policy);
                    self.judge(active, named, |context| judge(&policy, context));
                }
                identities.complete_policies()
            }
            Judge::UserPolicy(judge) => {
                for user in identities.users() {
                    self.user_policies(active, &user, judge);
                }
                identities.complete_users()
            }
            Judge::Policy(judge) => {
                for policy in identities.policies().filter(|policy| !policy.detail.is_of_aws()) {
                    let policy = CustomerPolicy::Managed(policy);
                    let named = || subjects::customer_policy(&policy);
                    self.judge(active, named, |context| judge(&policy, context));
                }
                for owner in users().chain(others()).filter(|owner| !owner.is_service_linked()) {
                    self.inline_policies(active, owner, judge);
                }
                identities.complete_policies().and_then(|()| identities.complete())
            }
            _ => Ok(()),
        };
        if let Err(gap) = all_seen {
            self.judge_account(active, |_| Err(gap));
        }
    }

    fn identity(
        &mut self,
        active: &mut Active<'a>,
        identity: &Identity<'_>,
        judge: impl FnOnce(&Context<'a>) -> Judged,
    ) {
        let named = || subjects::identity(identity);
        if identity.is_service_linked() {
            return self.judge(active, named, |_| Ok(Verdict::not_applicable(SERVICE_LINKED)));
        }
        self.judge(active, named, judge);
    }

    /// The policies of a user's own. Where some of them were not seen, or where there are none, the user gets a verdict.
    fn user_policies(
        &mut self,
        active: &mut Active<'a>,
        user: &DetailedUser<'_>,
        judge: fn(&OwnPolicy<'_>, &DetailedUser<'_>, &Context<'_>) -> Judged,
    ) {
        let owner = Identity::User(*user);
        let inline = owner.inline().seen();
        let attached = owner.attached().seen();
        let unseen = inline.as_ref().err().or(attached.as_ref().err()).cloned();
        let inline = inline.ok().into_iter().flatten().map(OwnPolicy::Inline);
        let attached = attached.ok().into_iter().flatten().map(OwnPolicy::Attached);
        let mut has_any = false;
        for policy in inline.chain(attached) {
            has_any = true;
            let named = || subjects::own_policy(&owner, &policy);
            self.judge(active, named, |context| judge(&policy, user, context));
        }
        if let Some(gap) = unseen {
            self.identity(active, &owner, |_| Err(gap));
        } else if !has_any {
            self.identity(active, &owner, |_| Ok(Verdict::pass("no policy of its own")));
        }
    }

    fn inline_policies(
        &mut self,
        active: &mut Active<'a>,
        owner: Identity<'_>,
        judge: fn(&CustomerPolicy<'_>, &Context<'_>) -> Judged,
    ) {
        match owner.inline().seen() {
            Err(gap) => self.identity(active, &owner, |_| Err(gap)),
            Ok(inline) => {
                for policy in inline {
                    let policy = CustomerPolicy::Inline { policy, owner };
                    let named = || subjects::customer_policy(&policy);
                    self.judge(active, named, |context| judge(&policy, context));
                }
            }
        }
    }

    /// Everybody of whom there should be a report of last uses.
    fn last_accessed(&mut self, active: &mut Active<'a>) {
        let Judge::LastAccessed(judge) = active.run.check.judge else { return };
        let reports = self.account.last_accessed();
        if reports.is_empty() {
            let gap = reports.missing();
            return self.judge_account(active, |_| Err(gap));
        }
        let identities = self.account.identities();
        for (subject, name, report) in reports.iter() {
            let named = || subjects::report_subject(subject, name);
            if name.contains(":role/aws-service-role/") {
                self.judge(active, named, |_| Ok(Verdict::not_applicable(SERVICE_LINKED)));
                continue;
            }
            let report = report.and_then(LastAccessed::named);
            self.judge(active, named, |context| judge(report?, context));
        }
        let all_seen = match &identities {
            Err(gap) => Err(Arc::clone(gap)),
            Ok(identities) => {
                let users = identities.users().map(Identity::User);
                let groups = identities.groups().map(Identity::Group);
                for identity in users.chain(groups).chain(identities.roles().map(Identity::Role)) {
                    let Some(subject) = ReportSubject::of_arn(identity.arn()) else { continue };
                    if reports.has(&subject) {
                        continue;
                    }
                    self.identity(active, &identity, |_| reports.of(&subject).and(Ok(Verdict::PASS)));
                }
                identities.complete()
            }
        };
        if let Err(gap) = all_seen {
            self.judge_account(active, |_| Err(gap));
        }
    }

    /// Those who may have been at work unseen show up as one unknown verdict about the account.
    fn principals(&mut self, active: &mut Active<'a>) {
        let Judge::Principal { kinds, each } = active.run.check.judge else { return };
        let activity = match self.account.activity() {
            Ok(activity) => activity,
            Err(gap) => return self.judge_account(active, |_| Err(gap)),
        };
        for principal in activity.principals(kinds) {
            let named = || subjects::principal(&principal);
            self.judge(active, named, |context| each(&principal, context));
        }
        if let Err(gap) = activity.complete_principals() {
            self.judge_account(active, |_| Err(gap));
        }
    }

    fn events(&mut self, active: &mut Active<'a>, root: &Root<'_>) {
        let Judge::Events { classes, about, each } = active.run.check.judge else { return };
        let activity = match self.account.activity() {
            Ok(activity) => activity,
            Err(gap) => return self.judge_account(active, |_| Err(gap)),
        };
        let mut groups: BTreeMap<About, Vec<&Event>> = BTreeMap::new();
        for event in activity.events().iter().filter(|event| classes.contains(&event.class)) {
            if let Some(about) = about(event) {
                groups.entry(about).or_default().push(event);
            }
        }
        let arns = user_arns(self.account, activity, groups.keys());
        for (about, events) in &groups {
            let ids = self.key_ids;
            let named = || subjects::about(about, events, root, &arns, ids);
            self.judge(active, named, |context| each(events, activity, context));
        }
        let none = if groups.is_empty() { "none" } else { "no others" };
        self.judge_account(active, |_| {
            Ok(Verdict::pass(format!("{none} {}", activity.complete_globally(classes)?)))
        });
    }

    fn regions(&mut self, active: &mut Active<'a>) {
        let Judge::Region(judge) = active.run.check.judge else { return };
        let account = self.account;
        let is_told = !account.access_analyzer().is_empty()
            || account.access_analyzer_of_run().values().any(|other| !other.is_empty());
        let regions = if is_told { account.regions() } else { Vec::new() };
        for region in &regions {
            self.judge(active, || subjects::region(region), |context| judge(region, context));
        }
        if regions.is_empty() {
            self.judge_account(active, |_| {
                Err(account.access_analyzer().all_analyzers().err().unwrap_or_else(no_region))
            });
        }
    }

    /// What analyzers are there, what they found and what they put aside.
    fn access_analyzer(&mut self, active: &mut Active<'a>) {
        let analyzers = self.account.access_analyzer();
        match active.run.check.judge {
            Judge::Analyzer(judge) => {
                for analyzer in analyzers.analyzers() {
                    let named = || subjects::analyzer(&analyzer.value);
                    self.judge(active, named, |context| judge(analyzer, context));
                }
                if let Err(gap) = analyzers.all_analyzers() {
                    self.judge_account(active, |_| Err(gap));
                }
            }
            Judge::ArchiveRule(judge) => {
                for analyzer in analyzers.analyzers() {
                    for rule in analyzers.rules(&analyzer.value) {
                        let named = || subjects::archive_rule(&rule.value, &analyzer.value);
                        self.judge(active, named, |context| judge(rule, &analyzer.value, context));
                    }
                    if let Err(gap) = analyzers.all_rules(&analyzer.value) {
                        self.judge(active, || subjects::analyzer(&analyzer.value), |_| Err(gap));
                    }
                }
                if let Err(gap) = analyzers.all_analyzers() {
                    self.judge_account(active, |_| Err(gap));
                }
            }
            Judge::AnalyzerFinding { kinds, each } => self.analyzer_findings(active, kinds, each),
            _ => {}
        }
    }

    /// Each finding, and each analyzer that looks for such: whether there may be others. What may have been found by analyzers
    /// that were not seen shows up as one unknown verdict about the account.
    fn analyzer_findings(
        &mut self,
        active: &mut Active<'a>,
        kinds: &[FindingKind],
        each: fn(&ReportedFinding, &Context<'_>) -> Judged,
    ) {
        let analyzers = self.account.access_analyzer();
        let ids = self.key_ids;
        let mut telling: BTreeSet<&str> = BTreeSet::new();
        for reported in analyzers.findings().filter(|reported| kinds.contains(&reported.finding.kind)) {
            telling.extend(reported.sightings.iter().filter_map(|sighting| sighting.analyzer.as_deref()));
            let named = || subjects::analyzer_finding(reported, ids);
            self.judge(active, named, |context| each(reported, context));
        }
        let finds: BTreeSet<Finds> = kinds.iter().filter_map(FindingKind::finds).collect();
        let mut is_any = false;
        for analyzer in finds.into_iter().flat_map(|finds| analyzers.active(finds)) {
            is_any = true;
            let none = if telling.contains(&*analyzer.value.arn) { "no other finding" } else { "no finding" };
            let named = || subjects::analyzer(&analyzer.value);
            self.judge(active, named, |_| {
                analyzers.all_findings(&analyzer.value).map(|()| Verdict::pass(none))
            });
        }
        let all_seen = analyzers.all_analyzers().and_then(|()| analyzers.all_understood());
        if let Err(gap) = all_seen {
            self.judge_account(active, |_| Err(gap));
        } else if !is_any {
            self.judge_account(active, |_| {
                Ok(Verdict::not_applicable("no analyzer that is at work looks for it"))
            });
        }
    }

    fn service_specific_credentials(&mut self, active: &mut Active<'a>) {
        let Judge::ServiceSpecificCredential(judge) = active.run.check.judge else { return };
        let account = self.account;
        match account.service_specific_credentials() {
            Err(gap) => self.judge_account(active, |_| Err(gap)),
            Ok(listing) => {
                for credential in &listing.items {
                    let named = || subjects::service_specific_credential(account, credential);
                    self.judge(active, named, |context| judge(credential, context));
                }
                if let Some(gap) = listing.incomplete.clone() {
                    self.judge_account(active, |_| Err(gap));
                }
            }
        }
    }

    fn server_certificates(&mut self, active: &mut Active<'a>) {
        let Judge::ServerCertificate(judge) = active.run.check.judge else { return };
        match self.account.server_certificates() {
            Err(gap) => self.judge_account(active, |_| Err(gap)),
            Ok(listing) => {
                for certificate in &listing.items {
                    let named = || subjects::server_certificate(certificate);
                    self.judge(active, named, |context| judge(certificate, context));
                }
                if let Some(gap) = listing.incomplete.clone() {
                    self.judge_account(active, |_| Err(gap));
                }
            }
        }
    }

    fn resources(&mut self, active: &mut Active<'a>) {
        let Judge::Resource(judge) = active.run.check.judge else { return };
        let resources = self.account.resources();
        for resource in resources.iter() {
            let named = || subjects::resource(resource);
            self.judge(active, named, |context| judge(resource, context));
        }
        if let Err(gap) = resources.all_listed() {
            self.judge_account(active, |_| Err(gap));
        }
    }

    /// Where a function judges the account, a listing with gaps is its to answer for, so that the account gets one verdict.
    fn virtual_mfa_devices(&mut self, active: &mut Active<'a>) {
        let Judge::VirtualMfaDevice { each, account: whole } = active.run.check.judge else { return };
        let account = self.account;
        let listing = account.virtual_mfa_devices();
        let devices: &[VirtualMfaDevice] = listing.as_ref().map_or(&[], |listing| &listing.items);
        for device in devices {
            self.judge(active, || subjects::virtual_mfa_device(device), |context| each(device, context));
        }
        match (whole, listing.and_then(|listing| listing.complete().map(drop))) {
            (Some(judge), _) => self.judge_account(active, |context| judge(account, context)),
            (None, Err(gap)) => self.judge_account(active, |_| Err(gap)),
            (None, Ok(())) => {}
        }
    }
}

/// The gap of an account of which no Region is known.
fn no_region() -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::Analyzers),
        source: None,
        what: "nothing tells which Regions the account has".into(),
        remedy: format!("add the output of `{}` for each Region", Artefact::Analyzers.command()).into(),
    })
}

/// The ARNs of the users whom events are about, by name in small letters: the report's, else those of the records.
fn user_arns<'n>(
    account: &Account,
    activity: &AccountActivity,
    abouts: impl Iterator<Item = &'n About>,
) -> BTreeMap<String, Arc<str>> {
    let names: BTreeSet<String> = abouts
        .filter_map(|about| match about {
            About::User(name) | About::AccessKey { user: name, .. } => Some(name.to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    if names.is_empty() {
        return BTreeMap::new();
    }
    let seen = activity.principals(&[PrincipalKind::User]);
    let seen = seen
        .filter(|user| user.principal.name.starts_with("arn:"))
        .map(|user| (user.principal.last_name().to_ascii_lowercase(), Arc::clone(&user.principal.name)));
    let report = account.credential_report().ok();
    let rows = report.into_iter().flat_map(CredentialReport::users);
    let rows = rows.map(|row| (row.user().to_ascii_lowercase(), Arc::from(row.arn())));
    seen.chain(rows).filter(|(name, _)| names.contains(name)).collect()
}
