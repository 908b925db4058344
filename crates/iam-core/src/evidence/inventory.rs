use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{AccessKey, Account, PasswordUse, Root, SigningCertificate, User};
use crate::fact::{Fact, Gap};
use crate::ident::AccessKeyId;
use crate::input::user_credentials::UploadedCredential;

/// A credential that exists, with its owner and what is known about it.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The user's name; `root` for root.
    pub owner: String,
    /// The owner's ARN, where anything tells it.
    pub owner_arn: Option<String>,
    /// The kind.
    pub kind: CredentialKind,
    /// The slot in the credential report.
    pub slot: Option<u8>,
    /// The id of an access key.
    pub access_key_id: Option<AccessKeyId>,
    /// The id of any other credential.
    pub id: Option<String>,
    /// Whether it works.
    pub active: Fact<bool>,
    /// When it was made; `None` where AWS does not say.
    pub created: Fact<Option<DateTime<Utc>>>,
    /// The last use; `None` where AWS has recorded none.
    pub last_used: Fact<Option<DateTime<Utc>>>,
    /// Service and Region of the last use, or the service that the credential is for.
    pub used_for: Option<String>,
    /// For a password, whether the owner has MFA.
    pub mfa: Option<Fact<bool>>,
}

/// The kinds of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialKind {
    /// A console password.
    Password,
    /// An access key.
    AccessKey,
    /// An X.509 signing certificate.
    SigningCertificate,
    /// A password or API key for one service.
    ServiceSpecificCredential,
    /// An SSH public key, for CodeCommit.
    SshPublicKey,
}

impl CredentialKind {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::AccessKey => "access key",
            Self::SigningCertificate => "signing certificate",
            Self::ServiceSpecificCredential => "service credential",
            Self::SshPublicKey => "SSH public key",
        }
    }
}

/// Every credential of an account that the evidence shows, root's first, then by user in the order of the report.
pub fn inventory(account: &Account) -> impl Iterator<Item = Credential> {
    let root = account.root();
    let of_root = of_root(&root);
    let users = account.users().flat_map(move |user| of_user(&user, account));
    of_root.into_iter().chain(users).chain(service_specific(account))
}

struct Owner<'a> {
    name: &'a str,
    arn: Option<&'a str>,
}

impl Owner<'_> {
    fn credential(
        &self,
        kind: CredentialKind,
        active: Fact<bool>,
        created: Fact<Option<DateTime<Utc>>>,
    ) -> Credential {
        Credential {
            owner: self.name.to_owned(),
            owner_arn: self.arn.map(str::to_owned),
            kind,
            slot: None,
            access_key_id: None,
            id: None,
            last_used: Fact::Unknown(never_recorded()),
            active,
            created,
            used_for: None,
            mfa: None,
        }
    }

    fn access_key(&self, key: &AccessKey<'_>) -> Credential {
        let service = key.last_used_service.known().ok().flatten();
        let region = key.last_used_region.known().ok().flatten();
        Credential {
            slot: key.slot,
            access_key_id: key.id.cloned(),
            last_used: key.last_used.clone(),
            used_for: service.map(|service| match region {
                Some(region) => format!("{service} in {region}"),
                None => service.to_owned(),
            }),
            ..self.credential(CredentialKind::AccessKey, key.active.clone(), key.created.clone())
        }
    }

    fn certificate(&self, certificate: &SigningCertificate) -> Credential {
        Credential {
            slot: Some(certificate.slot),
            ..self.credential(
                CredentialKind::SigningCertificate,
                certificate.active.clone(),
                certificate.uploaded.clone(),
            )
        }
    }

    fn password(
        &self,
        enabled: &Fact<bool>,
        changed: Fact<Option<DateTime<Utc>>>,
        last_used: &Fact<PasswordUse>,
        mfa: &Fact<bool>,
    ) -> Option<Credential> {
        if matches!(enabled, Fact::Seen(false, _)) {
            return None;
        }
        Some(Credential {
            last_used: last_used.clone().map(PasswordUse::at),
            mfa: Some(mfa.clone()),
            ..self.credential(CredentialKind::Password, enabled.clone(), changed)
        })
    }
}

fn of_root(root: &Root<'_>) -> Vec<Credential> {
    let owner = Owner { name: "root", arn: root.arn.as_deref() };
    let changed = match &root.row {
        Ok(row) => row
            .stamp(crate::input::credential_report::Column::PasswordLastChanged)
            .map(crate::input::credential_report::Stamp::at),
        Err(gap) => Fact::Unknown(Arc::clone(gap)),
    };
    let mut credentials = Vec::new();
    credentials.extend(owner.password(
        &root.password_present,
        changed,
        &root.password_last_used,
        &root.mfa_active,
    ));
    credentials.extend(root.access_keys.iter().filter(|key| key.exists()).map(|key| owner.access_key(key)));
    let certificates = root.signing_certificates.iter().filter(|certificate| certificate.exists());
    credentials.extend(certificates.map(|certificate| owner.certificate(certificate)));
    credentials
}

fn of_user(user: &User<'_>, account: &Account) -> Vec<Credential> {
    let owner = Owner { name: user.name, arn: user.arn };
    let mut credentials = Vec::new();
    credentials.extend(owner.password(
        &user.password_enabled,
        user.password_last_changed.clone(),
        &user.password_last_used,
        &user.mfa_active,
    ));
    credentials.extend(user.existing_access_keys().map(|key| owner.access_key(key)));
    let listings = account.listings_of(user.name);
    let listed: Vec<&UploadedCredential> =
        listings.iter().flat_map(|listings| listings.signing_certificates.values()).collect();
    credentials.extend(signing_certificates(&owner, user, &listed));
    if let Some(listings) = listings {
        credentials.extend(listings.ssh_public_keys.values().map(|key| Credential {
            id: Some(key.id.clone()),
            ..owner.credential(CredentialKind::SshPublicKey, key.active.clone(), key.uploaded.clone())
        }));
    }
    credentials
}

/// Those in the slots, with their ids where one listed certificate alone has the slot's moment; then the listed ones that no
/// slot shows.
fn signing_certificates(
    owner: &Owner<'_>,
    user: &User<'_>,
    listed: &[&UploadedCredential],
) -> Vec<Credential> {
    let moment = |uploaded: &Fact<Option<DateTime<Utc>>>| uploaded.known().ok().flatten();
    let in_slots =
        |at| user.signing_certificates.iter().filter(|slot| moment(&slot.uploaded) == Some(at)).count();
    let mut uploaded_at: BTreeMap<DateTime<Utc>, usize> = BTreeMap::new();
    for at in listed.iter().filter_map(|own| moment(&own.uploaded)) {
        *uploaded_at.entry(at).or_default() += 1;
    }
    let in_list = |at| uploaded_at.get(&at).copied().unwrap_or_default();
    let slots = user.signing_certificates.iter().filter(|slot| slot.exists()).map(|slot| {
        let at = moment(&slot.uploaded).filter(|at| (in_slots(*at), in_list(*at)) == (1, 1));
        let own = listed.iter().find(|own| at.is_some() && moment(&own.uploaded) == at);
        Credential { id: own.map(|own| own.id.clone()), ..owner.certificate(slot) }
    });
    let is_shown =
        |own: &UploadedCredential| moment(&own.uploaded).is_some_and(|at| in_slots(at) >= in_list(at));
    let others = listed.iter().filter(|own| !is_shown(own)).map(|own| Credential {
        id: Some(own.id.clone()),
        ..owner.credential(CredentialKind::SigningCertificate, own.active.clone(), own.uploaded.clone())
    });
    slots.chain(others).collect()
}

fn service_specific(account: &Account) -> impl Iterator<Item = Credential> {
    let listing = account.service_specific_credentials().ok();
    listing.into_iter().flat_map(|listing| &listing.items).map(|credential| {
        let arn = account.credential_owner_arn(&credential.user_name);
        let owner = Owner { name: &credential.user_name, arn };
        Credential {
            id: Some(credential.id.clone()),
            used_for: credential.service.known().ok(),
            ..owner.credential(
                CredentialKind::ServiceSpecificCredential,
                credential.active.clone(),
                credential.created.clone().map(Some),
            )
        }
    })
}

/// AWS keeps no last use for certificates, SSH keys and service-specific credentials.
fn never_recorded() -> Arc<Gap> {
    Arc::new(Gap {
        reason: crate::fact::Reason::NotSupplied,
        artefact: None,
        source: None,
        what: "AWS records no use of this kind of credential".into(),
        remedy: "look for it in CloudTrail".into(),
    })
}
