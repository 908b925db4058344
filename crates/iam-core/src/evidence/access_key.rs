use chrono::{DateTime, Utc};

use crate::fact::Fact;
use crate::ident::AccessKeyId;
use crate::input::access_keys::{AccessKeyLastUsed, ListedAccessKey};
use crate::input::credential_report::{Column, Row, Stamp};

/// An access key of a user or of root, or the empty slot for one.
#[derive(Debug, Clone)]
pub struct AccessKey<'a> {
    /// The slot in the credential report, 1 or 2. Slot 1 is not the older key: AWS promises no order. `None` for a key
    /// that only `list-access-keys` shows.
    pub slot: Option<u8>,
    /// Whether a key that only `list-access-keys` shows may be the one in a slot whose date cannot be read.
    pub may_be_in_slot: bool,
    /// The key's id, where `list-access-keys` tells it.
    pub id: Option<&'a AccessKeyId>,
    /// Whether the key works.
    pub active: Fact<bool>,
    /// When it was made; `None` when there is no key. AWS calls this "last rotated", because a key is never changed in
    /// place.
    pub created: Fact<Option<DateTime<Utc>>>,
    /// The last use, kept by AWS to within 15 minutes; `None` when AWS has seen none since 2015-04-22.
    pub last_used: Fact<Option<DateTime<Utc>>>,
    /// The Region of the last use. `None` also for global services: no proof of disuse.
    pub last_used_region: Fact<Option<&'a str>>,
    /// The service namespace of the last use, such as `s3`.
    pub last_used_service: Fact<Option<&'a str>>,
}

/// The five columns of a slot.
struct Columns {
    active: Column,
    rotated: Column,
    used: Column,
    region: Column,
    service: Column,
}

const SLOT_1: Columns = Columns {
    active: Column::AccessKey1Active,
    rotated: Column::AccessKey1LastRotated,
    used: Column::AccessKey1LastUsedDate,
    region: Column::AccessKey1LastUsedRegion,
    service: Column::AccessKey1LastUsedService,
};

const SLOT_2: Columns = Columns {
    active: Column::AccessKey2Active,
    rotated: Column::AccessKey2LastRotated,
    used: Column::AccessKey2LastUsedDate,
    region: Column::AccessKey2LastUsedRegion,
    service: Column::AccessKey2LastUsedService,
};

impl<'a> AccessKey<'a> {
    /// Both slots of a row.
    pub(super) fn of_row(row: Row<'a>) -> [Self; 2] {
        [Self::in_slot(row, 1, &SLOT_1), Self::in_slot(row, 2, &SLOT_2)]
    }

    fn in_slot(row: Row<'a>, slot: u8, columns: &Columns) -> Self {
        let active = row.switch(columns.active);
        let mut created = row.stamp(columns.rotated).map(Stamp::at);
        let last_used = row.stamp(columns.used).map(Stamp::at);
        // A key that works or was used is there, whatever its date says.
        let is_there = matches!(active, Fact::Seen(true, _)) || matches!(last_used, Fact::Seen(Some(_), _));
        if is_there && matches!(created, Fact::Seen(None, _)) {
            created = Fact::Unknown(row.contradiction(columns.rotated));
        }
        Self {
            slot: Some(slot),
            may_be_in_slot: false,
            id: None,
            active,
            created,
            last_used,
            last_used_region: row.text(columns.region).map(stated),
            last_used_service: row.text(columns.service).map(stated),
        }
    }

    /// A key that no slot of the report shows.
    pub(super) fn listed(
        key: &'a ListedAccessKey,
        last_used: Option<&'a AccessKeyLastUsed>,
        missing: &Fact<()>,
        may_be_in_slot: bool,
    ) -> Self {
        fn field<'a>(
            last_used: Option<&'a AccessKeyLastUsed>,
            missing: &Fact<()>,
            read: impl FnOnce(&'a AccessKeyLastUsed) -> &'a Fact<Option<String>>,
        ) -> Fact<Option<&'a str>> {
            match last_used.map(read) {
                Some(Fact::Seen(text, source)) => Fact::Seen(text.as_deref().and_then(stated), *source),
                Some(Fact::Unknown(gap)) => Fact::Unknown(gap.clone()),
                None => missing.clone().map(|()| None),
            }
        }
        Self {
            slot: None,
            may_be_in_slot,
            id: Some(&key.id),
            active: key.active.clone(),
            created: key.created.clone().map(Some),
            last_used: last_used.map_or_else(|| missing.clone().map(|()| None), |used| used.at.clone()),
            last_used_region: field(last_used, missing, |used| &used.region),
            last_used_service: field(last_used, missing, |used| &used.service),
        }
    }

    /// Whether the slot holds a key, active or not. An unknown state counts as one, so that it is judged and not lost.
    pub fn exists(&self) -> bool {
        !matches!((&self.active, &self.created), (Fact::Seen(false, _), Fact::Seen(None, _)))
    }
}

/// The text, unless it is one of the words for "none".
fn stated(text: &str) -> Option<&str> {
    let is_none = text.is_empty()
        || ["N/A", "not_supported", "no_information"].iter().any(|word| text.eq_ignore_ascii_case(word));
    (!is_none).then_some(text)
}
