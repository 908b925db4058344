//! Names have numbers, so that counting compares numbers; they are looked up by their bytes.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::{Equivalent, IndexMap};

use crate::cloudtrail::scan::Text;
use crate::cloudtrail::{Call, Place, Principal, PrincipalKind};

pub(super) type Map<K, V> = IndexMap<K, V, FixedState>;

/// The number of an entry in one of the tables.
pub(super) type Number = u32;

pub(super) fn to_index(number: Number) -> usize {
    number as usize
}

/// Tables are summed up long before they hold four billion entries.
pub(super) fn to_number(index: usize) -> Number {
    Number::try_from(index).unwrap_or(Number::MAX)
}

/// A name by its bytes, to look up what it stands for without making a text of it. Hashes as the text does.
pub(super) struct Single<'p>(pub(super) &'p [u8]);

/// Two names.
pub(super) struct Pair<'p>(pub(super) &'p [u8], pub(super) &'p [u8]);

/// A kind of principal, its account and its name.
pub(super) struct OfKind<'p>(pub(super) PrincipalKind, pub(super) Pair<'p>);

impl Hash for Single<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // As `str` does; a test holds it to that.
        state.write(self.0);
        state.write_u8(0xFF);
    }
}

impl Hash for Pair<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Single(self.0).hash(state);
        Single(self.1).hash(state);
    }
}

impl Hash for OfKind<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
        self.1.hash(state);
    }
}

impl Pair<'_> {
    fn equals(&self, first: &str, second: &str) -> bool {
        self.0 == first.as_bytes() && self.1 == second.as_bytes()
    }
}

impl Equivalent<Arc<str>> for Single<'_> {
    fn equivalent(&self, text: &Arc<str>) -> bool {
        self.0 == text.as_bytes()
    }
}

impl Equivalent<Call> for Pair<'_> {
    fn equivalent(&self, call: &Call) -> bool {
        self.equals(&call.source, &call.name)
    }
}

impl Equivalent<Place> for Pair<'_> {
    fn equivalent(&self, place: &Place) -> bool {
        self.equals(&place.account, &place.region)
    }
}

impl Equivalent<Principal> for OfKind<'_> {
    fn equivalent(&self, principal: &Principal) -> bool {
        self.0 == principal.kind && self.1.equals(&principal.account, &principal.name)
    }
}

/// Whether the bytes of two texts are the texts.
pub(super) fn plain(first: Text<'_>, second: Text<'_>) -> bool {
    !first.has_escapes && !second.has_escapes
}
