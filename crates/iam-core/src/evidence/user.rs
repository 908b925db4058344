use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{AccessKey, Account, DetailedUser, PasswordUse, SigningCertificate, Supplied};
use crate::fact::{Fact, Gap, Reason, Source};
use crate::input::credential_report::{Column, Row, Stamp};
use crate::input::mfa_devices::MfaDevice;
use crate::input::{Artefact, quoted};

/// An IAM user; never root.
#[derive(Debug, Clone)]
pub struct User<'a> {
    /// The name, unique in the account.
    pub name: &'a str,
    /// The ARN; `None` for a user whom only listings without ARNs show.
    pub arn: Option<&'a str>,
    /// Where the user's row stands in the report; `None` for a user whom the report does not show.
    pub source: Option<Source>,
    /// When the user was made.
    pub created: Fact<DateTime<Utc>>,
    /// Whether the user has a console password that works.
    pub password_enabled: Fact<bool>,
    /// The last sign-in with the password.
    pub password_last_used: Fact<PasswordUse>,
    /// When the password was set; `None` when there is none.
    pub password_last_changed: Fact<Option<DateTime<Utc>>>,
    /// When the password policy makes the user change it; `None` when it does not.
    pub password_next_rotation: Fact<Option<DateTime<Utc>>>,
    /// Whether the user has an MFA device of any kind.
    pub mfa_active: Fact<bool>,
    /// Both slots of the report, then keys that only `list-access-keys` shows.
    pub access_keys: Vec<AccessKey<'a>>,
    /// Both slots of the report.
    pub signing_certificates: Vec<SigningCertificate>,
    /// AWS's note that the row does not show all credentials; empty when it does.
    pub additional_credentials_info: Fact<&'a str>,
    /// Whether all the user's access keys were listed by `list-access-keys`.
    pub access_keys_listed: Supplied<()>,
    /// The user's MFA devices, from `list-mfa-devices`.
    pub mfa_devices: Supplied<&'a [MfaDevice]>,
    /// Groups, policies, boundary and tags.
    pub detail: Supplied<DetailedUser<'a>>,
}

impl<'a> User<'a> {
    pub(super) fn of_row(row: Row<'a>, account: &'a Account) -> Self {
        let name = row.user();
        let mut access_keys = Vec::with_capacity(2);
        access_keys.extend(AccessKey::of_row(row));
        account.name_access_keys(name, &mut access_keys);
        let mfa_active = row.switch(Column::MfaActive);
        let mfa_devices = account.mfa_devices_of(name).and_then(|devices| match mfa_active {
            Fact::Seen(true, source) if devices.is_empty() => Err(no_device_listed(name, source)),
            _ => Ok(devices),
        });
        Self {
            name,
            arn: Some(row.arn()),
            source: Some(row.source()),
            created: row.created(),
            password_enabled: row.switch(Column::PasswordEnabled),
            password_last_used: PasswordUse::of(row.stamp(Column::PasswordLastUsed)),
            password_last_changed: row.stamp(Column::PasswordLastChanged).map(Stamp::at),
            password_next_rotation: row.stamp(Column::PasswordNextRotation).map(Stamp::at),
            mfa_active,
            access_keys,
            signing_certificates: account.signing_certificates_of(row),
            additional_credentials_info: row.text(Column::AdditionalCredentialsInfo),
            access_keys_listed: account.access_keys_listed(name),
            mfa_devices,
            detail: account.detail_of(row),
        }
    }

    /// A user whom the report does not show, made from the listings that name them.
    pub(super) fn listed(
        name: &'a str,
        detail: Option<DetailedUser<'a>>,
        account: &'a Account,
        no_row: &Arc<Gap>,
    ) -> Self {
        fn unknown<T>(gap: &Arc<Gap>) -> Fact<T> {
            Fact::Unknown(Arc::clone(gap))
        }
        let mut access_keys = Vec::new();
        account.name_access_keys(name, &mut access_keys);
        Self {
            name,
            arn: detail.map(|user| &*user.detail.arn),
            source: None,
            created: detail.map_or_else(|| unknown(no_row), |user| user.detail.created.clone()),
            password_enabled: unknown(no_row),
            password_last_used: unknown(no_row),
            password_last_changed: unknown(no_row),
            password_next_rotation: unknown(no_row),
            mfa_active: unknown(no_row),
            access_keys,
            signing_certificates: Vec::new(),
            additional_credentials_info: unknown(no_row),
            access_keys_listed: account.access_keys_listed(name),
            mfa_devices: account.mfa_devices_of(name),
            detail: detail.map_or_else(|| Err(account.no_detail(name)), Ok),
        }
    }

    /// The keys that exist, active or not.
    pub fn existing_access_keys(&self) -> impl Iterator<Item = &AccessKey<'a>> {
        self.access_keys.iter().filter(|key| key.exists())
    }
}

/// An empty list beside a report that speaks of a device says nothing about the kind of that device.
fn no_device_listed(user: &str, source: Source) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::Contradiction,
        artefact: Some(Artefact::MfaDevices),
        source: Some(source),
        what: format!(
            "user {} has an MFA device by the credential report and none by the list of the user's MFA devices",
            quoted(user)
        )
        .into(),
        remedy: "have a new credential report made and list again, both at the same time".into(),
    })
}
