use chrono::{DateTime, Utc};

use super::{AccessKey, Account, PasswordUse, SigningCertificate, Supplied};
use crate::fact::{Fact, Source, shown_time};
use crate::input::credential_report::{Column, Flag, Row, Stamp};

/// The root user of an account.
#[derive(Debug, Clone)]
pub struct Root<'a> {
    /// The ARN, where the account is known.
    pub arn: Option<String>,
    /// Root's row in the credential report, or why there is none.
    pub row: Supplied<Row<'a>>,
    /// When the account was made.
    pub created: Fact<DateTime<Utc>>,
    /// Whether root has a console password. A report from before 2015 does not say; then one must be assumed, as every
    /// account had one.
    pub password_present: Fact<bool>,
    /// The last sign-in with the password.
    pub password_last_used: Fact<PasswordUse>,
    /// Whether root has an MFA device of any kind.
    pub mfa_active: Fact<bool>,
    /// Both slots of the report; empty when there is no row.
    pub access_keys: Vec<AccessKey<'a>>,
    /// Both slots of the report; empty when there is no row.
    pub signing_certificates: Vec<SigningCertificate>,
    /// Where the credential report and the account summary say different things.
    pub disagreements: Vec<Disagreement>,
}

/// Two artefacts that say different things about root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// What about: `a password`, `an MFA device`, ...
    pub about: &'static str,
    /// What the credential report says.
    pub report: bool,
    /// Where it says so.
    pub report_source: Source,
    /// What the account summary says.
    pub summary: bool,
    /// Where it says so.
    pub summary_source: Source,
    /// Which of the two was taken, and why, as a sentence.
    pub decision: String,
    /// The value that was taken.
    pub taken: bool,
}

impl<'a> Root<'a> {
    pub(super) fn of(account: &'a Account) -> Self {
        let row = account.root_row();
        let mut root = Self {
            arn: account.id().map(|id| format!("arn:{}:iam::{id}:root", account.partition())),
            created: match &row {
                Ok(row) => row.created(),
                Err(gap) => Fact::Unknown(gap.clone()),
            },
            password_present: match row.flag_of(Column::PasswordEnabled) {
                Fact::Seen(flag, source) => Fact::Seen(flag != Flag::No, source),
                Fact::Unknown(gap) => Fact::Unknown(gap),
            },
            password_last_used: PasswordUse::of(row.stamp_of(Column::PasswordLastUsed)),
            mfa_active: match &row {
                Ok(row) => row.switch(Column::MfaActive),
                Err(gap) => Fact::Unknown(gap.clone()),
            },
            access_keys: row.as_ref().map(|row| AccessKey::of_row(*row).into()).unwrap_or_default(),
            signing_certificates: row
                .as_ref()
                .map(|row| SigningCertificate::of_row(*row).into())
                .unwrap_or_default(),
            disagreements: Vec::new(),
            row,
        };
        root.settle_with_summary(account);
        root
    }

    /// What the summary adds, and what decides when it contradicts the report: the newer of the two; if that cannot be
    /// told, the worse value.
    fn settle_with_summary(&mut self, account: &Account) {
        let Ok(summary) = account.account_summary() else {
            return;
        };
        let order = Order::of(account);
        let mut settle = |about, report: &Fact<bool>, summary: &Fact<bool>, worse| match (report, summary) {
            (Fact::Unknown(_), Fact::Seen(..)) => summary.clone(),
            (Fact::Seen(seen, report_source), Fact::Seen(other, summary_source)) if seen != other => {
                let (taken, decision) = order.decide(*seen, *other, worse);
                self.disagreements.push(Disagreement {
                    about,
                    report: *seen,
                    report_source: *report_source,
                    summary: *other,
                    summary_source: *summary_source,
                    decision,
                    taken,
                });
                if taken == *seen { report.clone() } else { summary.clone() }
            }
            _ => report.clone(),
        };
        let keys = any_active(self.access_keys.iter().map(|key| (&key.active, key.exists())));
        let certificates = any_active(
            self.signing_certificates.iter().map(|certificate| (&certificate.active, certificate.exists())),
        );

        let password_stated =
            matches!(self.row.flag_of(Column::PasswordEnabled), Fact::Seen(Flag::Yes | Flag::No, _));
        self.password_present = if password_stated {
            settle("a password", &self.password_present, &summary.root_password_present, true)
        } else if let Fact::Seen(..) = summary.root_password_present {
            summary.root_password_present.clone()
        } else {
            self.password_present.clone()
        };
        self.mfa_active = settle("an MFA device", &self.mfa_active, &summary.root_mfa_enabled, false);
        if let Some(keys) = keys {
            settle("an access key", &keys, &summary.root_access_keys_present, true);
        }
        if let Some(certificates) = certificates {
            settle("a signing certificate", &certificates, &summary.root_signing_certificates_present, true);
        }
    }

    /// The disagreement about this, if there is one.
    pub fn disagreement(&self, about: &str) -> Option<&Disagreement> {
        self.disagreements.iter().find(|disagreement| disagreement.about == about)
    }
}

/// Whether any slot is in use; `None` where no slot is known. An inactive credential still exists, and AWS does not
/// document whether the summary counts those, so that it contradicts neither answer.
fn any_active<'f>(slots: impl Iterator<Item = (&'f Fact<bool>, bool)>) -> Option<Fact<bool>> {
    let slots: Vec<_> = slots.collect();
    if let Some((active, _)) = slots.iter().find(|(active, _)| matches!(active, Fact::Seen(true, _))) {
        return Some((*active).clone());
    }
    if slots.iter().any(|(_, exists)| *exists) {
        return None;
    }
    slots.first().map(|(active, _)| (*active).clone())
}

/// Which of report and summary is newer.
enum Order {
    ReportNewer(String),
    SummaryNewer(String),
    Unknown,
}

impl Order {
    fn of(account: &Account) -> Self {
        let report = account.credential_report().ok().and_then(|report| report.generated().known().ok());
        match (report, account.account_summary_time()) {
            (Some(report), Some(summary)) if report > summary => {
                Self::ReportNewer(format!("the report of {} is newer and decides", shown_time(report)))
            }
            (Some(report), Some(summary)) if report < summary => {
                Self::SummaryNewer(format!("the summary of {} is newer and decides", shown_time(summary)))
            }
            _ => Self::Unknown,
        }
    }

    fn decide(&self, report: bool, summary: bool, worse: bool) -> (bool, String) {
        match self {
            Self::ReportNewer(why) => (report, why.clone()),
            Self::SummaryNewer(why) => (summary, why.clone()),
            Self::Unknown => {
                (worse, "it cannot be told which is newer, so that the worse one decides".to_owned())
            }
        }
    }
}

/// Cells of a row that may not be there.
trait MaybeRow {
    fn flag_of(&self, column: Column) -> Fact<Flag>;
    fn stamp_of(&self, column: Column) -> Fact<Stamp>;
}

impl MaybeRow for Supplied<Row<'_>> {
    fn flag_of(&self, column: Column) -> Fact<Flag> {
        match self {
            Ok(row) => row.flag(column),
            Err(gap) => Fact::Unknown(gap.clone()),
        }
    }

    fn stamp_of(&self, column: Column) -> Fact<Stamp> {
        match self {
            Ok(row) => row.stamp(column),
            Err(gap) => Fact::Unknown(gap.clone()),
        }
    }
}
