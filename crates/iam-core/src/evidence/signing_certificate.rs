use chrono::{DateTime, Utc};

use crate::fact::Fact;
use crate::input::credential_report::{Column, Row, Stamp};

/// An X.509 signing certificate of a user or of root, or the empty slot for one.
#[derive(Debug, Clone)]
pub struct SigningCertificate {
    /// The slot in the credential report, 1 or 2.
    pub slot: u8,
    /// Whether it works.
    pub active: Fact<bool>,
    /// When it was uploaded; `None` when there is none.
    pub uploaded: Fact<Option<DateTime<Utc>>>,
}

impl SigningCertificate {
    /// Both slots of a row.
    pub(super) fn of_row(row: Row<'_>) -> [Self; 2] {
        let slot = |slot, active, rotated| {
            let active = row.switch(active);
            let mut uploaded = row.stamp(rotated).map(Stamp::at);
            if let (Fact::Seen(true, _), Fact::Seen(None, _)) = (&active, &uploaded) {
                uploaded = Fact::Unknown(row.contradiction(rotated));
            }
            Self { slot, active, uploaded }
        };
        [
            slot(1, Column::Cert1Active, Column::Cert1LastRotated),
            slot(2, Column::Cert2Active, Column::Cert2LastRotated),
        ]
    }

    /// Whether the slot holds a certificate, active or not; an unknown state counts as one.
    pub fn exists(&self) -> bool {
        !matches!((&self.active, &self.uploaded), (Fact::Seen(false, _), Fact::Seen(None, _)))
    }
}
