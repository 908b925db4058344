//! Any bytes: nothing panics, nothing grows beyond its limit, and pieces say what the whole says.
#![no_main]

use iam_core::cloudtrail::{Activity, EventClass, Fold, Limits, Selection, TrailFile};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    principals: 3,
    calls: 2,
    addresses: 2,
    quarters: 2,
    credentials: 1,
    events: 2,
    places: 2,
    gaps: 4,
};

/// Folds bytes that arrive in pieces of this size.
fn folded(bytes: &[u8], size: usize) -> Activity {
    let mut fold = Fold::new(Selection::default(), LIMITS);
    fold.start(TrailFile::named("trail.json"));
    let mut ahead = Vec::new();
    for piece in bytes.chunks(size) {
        ahead.extend_from_slice(piece);
        let used = fold.feed(&ahead, false);
        assert!(used <= ahead.len());
        ahead.drain(..used);
    }
    fold.feed(&ahead, true);
    fold.end(None);
    fold.finish()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((size, bytes)) = bytes.split_first() else { return };
    let mut fold = Fold::new(Selection::default(), LIMITS);
    fold.read(TrailFile::named("trail.json"), bytes);
    let whole = fold.finish();

    assert_eq!(whole.files.bytes, bytes.len() as u64);
    assert!(whole.files.counted <= whole.files.records);
    assert_eq!(whole.all().all().count, whole.files.counted);
    assert!(whole.principals.len() <= LIMITS.principals);
    assert!(whole.coverage.len() <= LIMITS.places);
    assert!(whole.gaps.len() <= LIMITS.gaps);
    for class in EventClass::ALL {
        assert!(whole.events.of(*class).count() <= LIMITS.events);
    }
    for (_, deeds) in whole.principals.iter() {
        assert!(deeds.calls.len() <= LIMITS.calls);
        assert!(deeds.addresses.len() <= LIMITS.addresses);
        assert!(deeds.quarters.len() <= LIMITS.quarters);
    }

    // A byte order mark that comes in pieces is known to be taken for damage, and what stands behind damage is known to
    // depend on the pieces.
    if !bytes.starts_with(&[0xef]) && whole.gaps.is_empty() {
        assert_eq!(folded(bytes, usize::from(*size).max(1)), whole);
    }
});
