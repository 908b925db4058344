//! The names of subjects, made only for verdicts that are listed.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::check::{About, CredentialName, PolicyName, Subject, SubjectKind};
use crate::cloudtrail::{Event, Principal, PrincipalKind};
use crate::evidence::{
    AccessKey, Account, AccountRegion, ActivePrincipal, CustomerPolicy, Identity, ManagedPolicy, OwnPolicy,
    ReportSubject, ReportSubjectKind, ReportedFinding, Resource, Root, SigningCertificate, User,
};
use crate::fact::Fact;
use crate::ident::{AccessKeyId, Arn, KeyIdDisplay};
use crate::input::access_analyzer::{Analyzer, ArchiveRule, FindingDetail};
use crate::input::credential_report::UnreadRow;
use crate::input::mfa_devices::VirtualMfaDevice;
use crate::input::resource_policies::ResourceKind;
use crate::input::server_certificates::ServerCertificate;
use crate::input::service_specific_credentials::ServiceSpecificCredential;

/// A subject, and what tells it from its siblings besides the moment it was made.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) subject: Subject,
    /// Whether the owner has another credential of the same kind made in the same second.
    pub(super) shares_moment: bool,
    /// The whole id. The one in the subject may be shortened, so that siblings look alike there.
    pub(super) whole_id: Option<Box<str>>,
    /// What identifies the subject, where that is not its ARN or its owner and date.
    pub(super) identity: Option<Box<str>>,
}

impl From<Subject> for Named {
    fn from(subject: Subject) -> Self {
        Self { subject, shares_moment: false, whole_id: None, identity: None }
    }
}

pub(super) fn account(account: &Account) -> Named {
    let arn =
        account.id().map(|id| format!("arn:{}:iam::{id}:root", account.partition())).unwrap_or_default();
    let name = account.id().map_or_else(|| account.location().to_owned(), |id| id.to_string());
    plain(SubjectKind::Account, arn.into(), name.into())
}

pub(super) fn root(root: &Root<'_>) -> Named {
    plain(SubjectKind::Root, root.arn.as_deref().unwrap_or_default().into(), "root".into())
}

/// A user whom only listings show has no ARN: the path is not known, and none is made up.
pub(super) fn user(user: &User<'_>) -> Named {
    let arn = user.arn.map_or_else(Arc::default, Arc::from);
    plain(SubjectKind::User, arn, user.name.into())
}

pub(super) fn access_key(owner: Named, key: &AccessKey<'_>, moments: &Moments, ids: KeyIdDisplay) -> Named {
    let credential = CredentialName {
        slot: key.slot,
        id: key.id.map(|id| id.shown(ids).into()),
        created: key.created.known().ok().flatten(),
    };
    Named {
        subject: Subject {
            kind: SubjectKind::AccessKey,
            credential: Some(Box::new(credential)),
            ..owner.subject
        },
        shares_moment: moments.are_several_at(&key.created),
        whole_id: key.id.map(|id| id.full().into()),
        identity: None,
    }
}

pub(super) fn signing_certificate(
    owner: Named,
    certificate: &SigningCertificate,
    moments: &Moments,
) -> Named {
    let created = certificate.uploaded.known().ok().flatten();
    let credential = CredentialName { slot: Some(certificate.slot), id: None, created };
    Named {
        subject: Subject {
            kind: SubjectKind::SigningCertificate,
            credential: Some(Box::new(credential)),
            ..owner.subject
        },
        shares_moment: moments.are_several_at(&certificate.uploaded),
        whole_id: None,
        identity: None,
    }
}

pub(super) fn service_specific_credential(
    account: &Account,
    credential: &ServiceSpecificCredential,
) -> Named {
    let arn = account.credential_owner_arn(&credential.user_name).unwrap_or_default();
    let id: Box<str> = credential.id.as_str().into();
    let name = CredentialName { slot: None, id: Some(id.clone()), created: credential.created.known().ok() };
    Named {
        subject: Subject {
            kind: SubjectKind::ServiceSpecificCredential,
            arn: arn.into(),
            name: credential.user_name.as_str().into(),
            credential: Some(Box::new(name)),
            policy: None,
        },
        // Several may be made in the same second, and each has an id.
        shares_moment: true,
        whole_id: Some(id),
        identity: None,
    }
}

pub(super) fn server_certificate(certificate: &ServerCertificate) -> Named {
    plain(SubjectKind::ServerCertificate, certificate.arn.as_str().into(), certificate.name.as_str().into())
}

pub(super) fn resource(resource: &Resource) -> Named {
    plain(SubjectKind::Resource(resource.kind), resource.arn.as_str().into(), resource.name().into())
}

pub(super) fn virtual_mfa_device(device: &VirtualMfaDevice) -> Named {
    let serial = device.serial_number.known().unwrap_or_default();
    let name = serial.rsplit('/').next().unwrap_or_default().into();
    plain(SubjectKind::VirtualMfaDevice, serial.as_str().into(), name)
}

/// A principal at work. Its ARN is the one that the records tell.
pub(super) fn principal(active: &ActivePrincipal<'_>) -> Named {
    let Principal { kind, name, .. } = active.principal;
    let arn = if name.starts_with("arn:") { Arc::clone(name) } else { Arc::default() };
    let kind = match kind {
        PrincipalKind::Root => SubjectKind::Root,
        PrincipalKind::User => SubjectKind::User,
        _ => SubjectKind::Role,
    };
    let name = if kind == SubjectKind::Root { "root" } else { active.principal.last_name() };
    plain(kind, arn, name.into())
}

/// One whom events are about. Users have their ARN where the report or the records tell it.
pub(super) fn about(
    about: &About,
    events: &[&Event],
    root: &Root<'_>,
    arns: &BTreeMap<String, Arc<str>>,
    ids: KeyIdDisplay,
) -> Named {
    let arn_of = |user: &str| arns.get(&user.to_ascii_lowercase()).cloned().unwrap_or_default();
    let identified = |named: Named, identity: &str| Named { identity: Some(identity.into()), ..named };
    match about {
        About::Root => self::root(root),
        About::User(name) => identified(plain(SubjectKind::User, arn_of(name), Arc::clone(name)), name),
        About::Role(name) => identified(plain(SubjectKind::Role, "".into(), Arc::clone(name)), name),
        About::Group(name) => identified(plain(SubjectKind::Group, "".into(), Arc::clone(name)), name),
        About::AccessKey { user, id } => {
            let credential = CredentialName {
                slot: None,
                id: Some(AccessKeyId::new(id).shown(ids).into()),
                created: events.first().map(|event| event.time()),
            };
            let subject = Subject {
                kind: SubjectKind::AccessKey,
                arn: arn_of(user),
                name: Arc::clone(user),
                credential: Some(Box::new(credential)),
                policy: None,
            };
            identified(subject.into(), id)
        }
    }
}

/// A user, group or role of the account authorization details.
pub(super) fn identity(identity: &Identity<'_>) -> Named {
    let kind = match identity {
        Identity::User(_) => SubjectKind::User,
        Identity::Group(_) => SubjectKind::Group,
        Identity::Role(_) => SubjectKind::Role,
    };
    plain(kind, identity.arn().into(), identity.name().into())
}

/// A policy of a user, group or role, known by its owner and its own name; a managed one by its ARN.
pub(super) fn own_policy(owner: &Identity<'_>, policy: &OwnPolicy<'_>) -> Named {
    let kind = match owner {
        Identity::User(_) => SubjectKind::UserPolicy,
        Identity::Group(_) => SubjectKind::GroupPolicy,
        Identity::Role(_) => SubjectKind::RolePolicy,
    };
    let own = match policy.arn() {
        Some(arn) => arn.to_owned(),
        None => format!("inline/{}", policy.name()),
    };
    let named = plain(kind, owner.arn().into(), owner.name().into());
    Named {
        identity: Some(format!("{} {own}", owner.arn()).into()),
        subject: Subject {
            policy: Some(Box::new(PolicyName {
                name: policy.name().into(),
                arn: policy.arn().map(Box::from),
            })),
            ..named.subject
        },
        ..named
    }
}

pub(super) fn managed_policy(policy: &ManagedPolicy<'_>) -> Named {
    plain(SubjectKind::ManagedPolicy, (*policy.detail.arn).into(), (*policy.detail.name).into())
}

pub(super) fn customer_policy(policy: &CustomerPolicy<'_>) -> Named {
    match policy {
        CustomerPolicy::Managed(policy) => managed_policy(policy),
        CustomerPolicy::Inline { policy, owner } => own_policy(owner, &OwnPolicy::Inline(policy)),
    }
}

pub(super) fn region(region: &AccountRegion) -> Named {
    let named = plain(SubjectKind::Region, "".into(), (*region.name).into());
    Named { identity: Some(region.name.clone()), ..named }
}

pub(super) fn analyzer(analyzer: &Analyzer) -> Named {
    plain(SubjectKind::Analyzer, (*analyzer.arn).into(), (*analyzer.name).into())
}

/// A rule is known by its analyzer and its own name.
pub(super) fn archive_rule(rule: &ArchiveRule, analyzer: &Analyzer) -> Named {
    let name = format!("{} of {}", rule.name, analyzer.name);
    let named = plain(SubjectKind::ArchiveRule, (*analyzer.arn).into(), name.into());
    Named { identity: Some(format!("{} {}", analyzer.arn, rule.name).into()), ..named }
}

/// What a finding of Access Analyzer is about.
pub(super) fn analyzer_finding(reported: &ReportedFinding, ids: KeyIdDisplay) -> Named {
    let arn = reported.finding.resource.as_deref().unwrap_or_default();
    let identity = Arn::parse(arn).ok().filter(|arn| arn.service == "iam");
    let kind = identity.and_then(|arn| arn.resource.split_once('/')).map(|(kind, _)| kind);
    let name = arn.rsplit('/').next().unwrap_or_default();
    let named = match kind {
        Some("role") => plain(SubjectKind::Role, arn.into(), name.into()),
        Some("user") => plain(SubjectKind::User, arn.into(), name.into()),
        _ if arn.is_empty() => {
            let name = format!("finding {}", reported.finding.id);
            plain(SubjectKind::OtherResource, "".into(), name.into())
        }
        _ => match ResourceKind::ALL.iter().find(|kind| kind.as_str() == &*reported.finding.resource_type) {
            Some(kind) => plain(SubjectKind::Resource(*kind), arn.into(), kind.name_in(arn).into()),
            None => plain(SubjectKind::OtherResource, arn.into(), arn.into()),
        },
    };
    let key = reported.finding.details().find_map(|detail| match detail {
        FindingDetail::UnusedAccessKey { id, .. } => Some(id),
        _ => None,
    });
    let subject = match key {
        None => named.subject,
        Some(id) => Subject {
            kind: SubjectKind::AccessKey,
            credential: Some(Box::new(CredentialName {
                slot: None,
                id: Some(id.shown(ids).into()),
                created: None,
            })),
            ..named.subject
        },
    };
    Named { subject, identity: Some(reported.identity().into()), shares_moment: false, whole_id: None }
}

/// One whom a report of last uses is about, by its ARN or, where nothing tells that, by its name.
pub(super) fn report_subject(subject: &ReportSubject, name: &str) -> Named {
    let kind = match subject.kind {
        ReportSubjectKind::User => SubjectKind::User,
        ReportSubjectKind::Group => SubjectKind::Group,
        ReportSubjectKind::Role => SubjectKind::Role,
        ReportSubjectKind::Policy => SubjectKind::ManagedPolicy,
    };
    let arn = if name.starts_with("arn:") { name } else { "" };
    plain(kind, arn.into(), name.rsplit('/').next().unwrap_or(name).into())
}

pub(super) fn unread_row(row: &UnreadRow) -> Named {
    let name = match row.rows {
        1 => format!("line {} of the credential report", row.line),
        rows => format!("{rows} rows of the credential report, the first of them in line {}", row.line),
    };
    plain(SubjectKind::UnreadRow, "".into(), name.into())
}

fn plain(kind: SubjectKind, arn: Arc<str>, name: Arc<str>) -> Named {
    Subject { kind, arn, name, credential: None, policy: None }.into()
}

/// How many of an owner's credentials of a kind were made at each moment.
pub(super) struct Moments(BTreeMap<DateTime<Utc>, usize>);

impl Moments {
    pub(super) fn of_keys(keys: &[AccessKey<'_>]) -> Self {
        Self::of(keys.iter().map(|key| &key.created))
    }

    pub(super) fn of_certificates(certificates: &[SigningCertificate]) -> Self {
        Self::of(certificates.iter().map(|certificate| &certificate.uploaded))
    }

    fn of<'f>(facts: impl Iterator<Item = &'f Fact<Option<DateTime<Utc>>>>) -> Self {
        let mut moments = BTreeMap::new();
        for at in facts.filter_map(|fact| fact.known().ok().flatten()) {
            *moments.entry(at).or_default() += 1;
        }
        Self(moments)
    }

    /// Whether another credential was made in the same second as this one.
    fn are_several_at(&self, made: &Fact<Option<DateTime<Utc>>>) -> bool {
        made.known().ok().flatten().and_then(|at| self.0.get(&at)).is_some_and(|count| *count > 1)
    }
}
