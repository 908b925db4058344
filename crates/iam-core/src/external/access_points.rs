//! Access points of S3. A request through one is allowed only where its policy and that of the bucket allow it, so that the two are
//! looked at together. A bucket that leaves the decision to access points is as open as these are.
//!
//! Source: Amazon S3 User Guide, "Configuring IAM policies for using access points", "Delegating access control to access points".

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_policy::policy::Policy;
use iam_policy::symbolic::Access;

use super::answer::Asker;
use super::way::{Opened, Way};
use super::{Finding, Open, Question, ResourceAccess, SharedKind, Via, Who, actions, block, elsewhere};
use crate::evidence::{Account, Resource, Supplied};
use crate::fact::{Gap, Reason};
use crate::ident::{AccountId, Arn};
use crate::input::resource_policies::{NetworkOrigin, ResourceKind};
use crate::input::{Artefact, PolicyDocument, quoted};

/// The keys that requests through access points have, and no others. Source: Service Authorization Reference, "Condition keys for
/// Amazon S3".
const POINT: &str = "s3:DataAccessPointArn";
const POINT_ACCOUNT: &str = "s3:DataAccessPointAccount";
const POINT_ORIGIN: &str = "s3:AccessPointNetworkOrigin";
const KEYS: [&str; 3] = [POINT_ORIGIN, POINT_ACCOUNT, POINT];

/// By the owner of an access point, which a requester does not choose where a policy names it.
pub(super) const TRUSTED: [&str; 2] = [POINT_ACCOUNT, POINT];

/// How requests come to a bucket, as far as that is told apart.
pub(super) enum Route<'a> {
    /// In any way.
    Any,
    /// Not through an access point.
    Direct,
    /// Through this access point.
    Through(&'a Point<'a>),
    /// Through an access point of one of the Regions that is none of these, of this account.
    Unseen(AccountId, Vec<&'a str>),
    /// Through an access point of this account that leads to buckets of several Regions.
    OfSeveralRegions(AccountId),
    /// Through an access point of an account that is none of these.
    Foreign(BTreeSet<AccountId>),
}

impl Route<'_> {
    /// What is asked about of a bucket, by requests of the route.
    pub(super) fn within(&self, access: &Access) -> Access {
        let access = access.clone();
        let of_account = |account: &AccountId, arns: &str| {
            let (id, arns) = (account.to_string(), arns.replace("ACCOUNT", &account.to_string()));
            access.clone().with_value(POINT_ACCOUNT, &id).with_value_like(POINT, [arns.as_str()])
        };
        match self {
            Self::Any => access,
            Self::Direct => KEYS.iter().fold(access, |access, key| access.without_key(key)),
            Self::Through(point) => {
                let access = access.with_value(POINT, point.arn);
                let access = match point.account {
                    Some(account) => access.with_value(POINT_ACCOUNT, &account.to_string()),
                    None => access,
                };
                match &point.origin {
                    Ok(NetworkOrigin::Internet) => access.with_value(POINT_ORIGIN, "Internet"),
                    Ok(NetworkOrigin::Vpc(vpc)) => {
                        access.with_value(POINT_ORIGIN, "VPC").with_value("aws:SourceVpc", vpc)
                    }
                    Err(_) => access,
                }
            }
            Self::Unseen(account, known) => of_account(account, "arn:*:s3:?*:ACCOUNT:accesspoint/*")
                .with_other_value(POINT, known.iter().copied()),
            Self::OfSeveralRegions(account) => of_account(account, "arn:*:s3::ACCOUNT:accesspoint/*"),
            Self::Foreign(own) => {
                let ids: Vec<String> = own.iter().map(ToString::to_string).collect();
                let arns: Vec<String> = ids.iter().map(|id| format!("arn:*:s3:*:{id}:*")).collect();
                access
                    .with_other_value(POINT_ACCOUNT, ids.iter().map(String::as_str))
                    .with_other_value(POINT, arns.iter().map(String::as_str))
            }
        }
    }
}

/// An access point of a bucket.
pub(super) struct Point<'a> {
    pub(super) arn: &'a str,
    account: Option<AccountId>,
    /// From where it can be reached.
    origin: Supplied<&'a NetworkOrigin>,
    bucket: &'a str,
    /// Its policy as it stands, and in terms of the bucket; `None` where it was not seen, so that it may allow everything.
    policy: Option<(&'a PolicyDocument, Policy)>,
}

impl Point<'_> {
    /// Its policy in terms of the bucket.
    pub(super) fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref().map(|(_, policy)| policy)
    }

    /// Its policy as it stands.
    pub(super) fn document(&self) -> Option<&PolicyDocument> {
        self.policy.as_ref().map(|(document, _)| *document)
    }

    /// What it is called that is called so in terms of the bucket.
    pub(super) fn resource(&self, of_bucket: &str) -> Option<String> {
        let rest = of_bucket.strip_prefix(self.bucket)?;
        match rest.strip_prefix('/') {
            Some(key) => Some(format!("{}/object/{key}", self.arn)),
            None => rest.is_empty().then(|| self.arn.to_owned()),
        }
    }

    /// What is not known of it and matters.
    pub(super) fn doubt(&self) -> Option<String> {
        let is_unknown = self.origin.is_err();
        is_unknown.then(|| "from where the access point can be reached, which was not seen".to_owned())
    }
}

/// Whether a policy asks through which access point a request comes.
pub(super) fn asks_for_point(policy: &Policy) -> bool {
    let tests = policy.statements().flat_map(|cited| cited.statement.conditions.iter());
    tests.map(|test| test.key.folded()).any(|key| KEYS.iter().any(|own| own.eq_ignore_ascii_case(key)))
}

/// How requests come that the policy of a resource decides alone: to a bucket whose policy asks, not through an access point.
pub(super) fn route(resource: &Resource) -> Route<'static> {
    let policy = resource.policy().ok().flatten().and_then(|document| document.policy().ok());
    let is_asked = resource.kind == ResourceKind::Bucket && policy.is_some_and(asks_for_point);
    if is_asked { Route::Direct } else { Route::Any }
}

/// Who gets into a bucket through access points and not without them, and what of that is not known.
pub(super) fn of_bucket(
    account: &Account,
    bucket: &Resource,
    asker: &Asker<'_>,
    question: &Question<'_>,
    direct: &[Finding],
) -> (Vec<Finding>, Vec<Open>) {
    let policy =
        bucket.policy().ok().flatten().filter(|document| document.policy().is_ok_and(asks_for_point));
    let Some(document) = policy else { return (Vec::new(), Vec::new()) };
    let ask = |via: Via, route: Route<'_>| {
        let way = Way { via, opened: Ok(Some(Opened::Document(document))), incomplete: Vec::new() };
        let (mut findings, open) = asker.ask_along(way, &route);
        findings.retain(|finding| !direct.iter().any(|wider| covers(wider, finding)));
        (findings, open)
    };
    let (mut findings, mut open) = (Vec::new(), Vec::new());
    let not_seen =
        |why: String, gap: Option<Arc<Gap>>| Open { via: Via::AccessPoint, why, gap, is_public: false };
    let mut known = Vec::new();
    for point in points_of(account, bucket) {
        known.push(point.arn.as_str());
        let (through, unclear) = match joined(bucket, point) {
            Ok(Some(joined)) => ask(Via::AccessPoint, Route::Through(&joined)),
            Ok(None) => continue,
            Err(why) => {
                let unseen = unseen(bucket, point);
                let (may_get_in, _) = ask(Via::AccessPoint, Route::Through(&unseen));
                open.extend((!may_get_in.is_empty()).then(|| not_seen(why, None)));
                continue;
            }
        };
        let mut through = through;
        block::apply_through(account, bucket, point, &mut through);
        findings.extend(through);
        open.extend(unclear);
    }
    let own: BTreeSet<AccountId> = question.zone.accounts.iter().copied().chain(bucket.account).collect();
    for id in &own {
        let is_owner = bucket.account == Some(*id);
        if !(is_owner && all_seen(account, bucket)) {
            let (may_get_in, unclear) = ask(Via::AccessPoint, Route::Unseen(*id, known.clone()));
            let why = format!(
                "the policy leaves it to access points of the account {id} who gets in, and not all of them were seen with \
                 their settings"
            );
            open.extend((!may_get_in.is_empty() || !unclear.is_empty()).then(|| not_seen(why, None)));
        }
        let (may_get_in, _) = ask(Via::AccessPoint, Route::OfSeveralRegions(*id));
        let why =
            format!("the policy leaves it to multi-Region access points of the account {id} who gets in");
        let gap = Gap {
            reason: Reason::NotSupplied,
            artefact: Some(Artefact::ResourcePolicy),
            source: None,
            what: format!("{why}, which are not read").into(),
            remedy: "see what `aws s3control list-multi-region-access-points` lists".into(),
        };
        open.extend(
            (!may_get_in.is_empty())
                .then(|| not_seen(format!("{why}, which are not read"), Some(Arc::new(gap)))),
        );
    }
    let (mut foreign, unclear) = ask(Via::ForeignAccessPoint, Route::Foreign(own));
    block::apply(account, bucket, &mut foreign);
    // Whoever may come through any access point has one of his own.
    for finding in foreign.iter_mut().filter(|finding| !finding.is_public) {
        finding
            .depends_on
            .push("the policy of the access point of the other account, which is not known".to_owned());
    }
    findings.extend(foreign);
    open.extend(unclear);
    (findings, open)
}

/// Who gets in through an access point: by its policy together with that of its bucket. `None` where it is not known which bucket that
/// is; then its policy alone tells who may.
pub(super) fn of_point(
    account: &Account,
    point: &Resource,
    question: &Question<'_>,
) -> Option<(Vec<Finding>, Vec<Open>)> {
    let bucket = account.resources().named(&bucket_of(point)?)?;
    let bucket_policy = bucket.policy().ok()?;
    let joined = joined(bucket, point).ok()?;
    let nobody = (Vec::new(), Vec::new());
    let Some(joined) = joined else { return Some(nobody) };
    let Some(document) = bucket_policy else {
        // Then its access control list alone lets others in.
        return match bucket.acl() {
            Ok(acl) => acl.is_for_owner_only().then_some(nobody),
            Err(gap) => {
                let open =
                    Open { via: Via::Acl, why: gap.what.to_string(), gap: Some(gap), is_public: false };
                Some((Vec::new(), vec![open]))
            }
        };
    };
    let access = ResourceAccess::empty(SharedKind::Resource(bucket.kind), &bucket.arn, bucket.account);
    let asker = Asker::new(account, &access, question);
    let way =
        Way { via: Via::AccessPoint, opened: Ok(Some(Opened::Document(document))), incomplete: Vec::new() };
    let (mut findings, open) = asker.ask_along(way, &Route::Through(&joined));
    block::apply_through(account, bucket, point, &mut findings);
    Some((findings, open))
}

/// Why the policy of an access point alone does not tell who gets in.
pub(super) fn why_alone(account: &Account, point: &Resource) -> String {
    match bucket_of(point) {
        None => "the policy of the bucket of the access point, and nothing tells which that is".to_owned(),
        Some(bucket) if account.resources().named(&bucket).is_some_and(|bucket| bucket.policy().is_ok()) => {
            format!("what lets others into {bucket}, which could not be looked at together with this policy")
        }
        Some(bucket) => format!("the policy of {bucket}, which was not seen"),
    }
}

/// The ARN of the bucket of an access point.
fn bucket_of(point: &Resource) -> Option<String> {
    let name = point.access_point().ok()?.bucket.known().ok()?;
    let partition = Arn::parse(&point.arn).ok()?.partition().as_str().to_owned();
    Some(ResourceKind::Bucket.arn(&partition, "", "", &name))
}

/// The access points that lead to a bucket, as far as they were seen.
fn points_of<'a>(account: &'a Account, bucket: &'a Resource) -> impl Iterator<Item = &'a Resource> {
    let points = account.resources().iter().filter(|resource| resource.kind == ResourceKind::AccessPoint);
    points.filter(|point| bucket_of(point).is_some_and(|own| own == bucket.arn))
}

/// Whether all access points of the account that may lead to a bucket were seen, with the buckets that they lead to. They are in the
/// bucket's Region.
fn all_seen(account: &Account, bucket: &Resource) -> bool {
    let resources = account.resources();
    let is_listed = bucket
        .region
        .as_deref()
        .is_some_and(|region| resources.is_listed_in(ResourceKind::AccessPoint, region));
    let mut points = resources.iter().filter(|resource| resource.kind == ResourceKind::AccessPoint);
    is_listed && points.all(|point| bucket_of(point).is_some())
}

/// An access point together with its bucket; `None` where it has no policy and so lets nobody in from outside.
fn joined<'a>(bucket: &'a Resource, point: &'a Resource) -> Result<Option<Point<'a>>, String> {
    let not_seen =
        |gap: Arc<Gap>| format!("the policy of the access point {}: {}", quoted(&point.arn), gap.what);
    let Some(document) = point.policy().map_err(not_seen)? else { return Ok(None) };
    let policy = document.policy().map_err(not_seen)?;
    if let Some(about) = elsewhere::about(policy, &[point.arn.clone(), format!("{}/*", point.arn)]) {
        let name = quoted(&point.arn);
        return Err(format!("the policy of the access point {name} is about {about}, not about it"));
    }
    let policy = policy.of_bucket(&point.arn, &bucket.arn).ok_or_else(|| {
        format!(
            "it is not determined which objects the policy of the access point {} is about",
            quoted(&point.arn)
        )
    })?;
    Ok(Some(Point { policy: Some((document, policy)), ..unseen(bucket, point) }))
}

fn unseen<'a>(bucket: &'a Resource, point: &'a Resource) -> Point<'a> {
    let origin = point.access_point().and_then(|settings| settings.origin.seen());
    Point { arn: &point.arn, account: point.account, origin, bucket: &bucket.arn, policy: None }
}

/// Whether a finding says all that another says.
fn covers(wider: &Finding, finding: &Finding) -> bool {
    (wider.principal == Who::Anyone || wider.principal == finding.principal)
        && wider.blocked_by.is_none()
        && wider.condition.iter().all(|condition| finding.condition.contains(condition))
        && actions::cover(&wider.actions, &finding.actions)
}
