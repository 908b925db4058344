//! Made-up files of every shape: the fold says what the plain second reader says, and keeps nothing secret.
#![no_main]

#[path = "../../crates/iam-core/tests/cloudtrail/records.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod records;
#[path = "../../crates/iam-core/tests/cloudtrail/reference.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod reference;

use std::sync::Arc;

use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};
use libfuzzer_sys::fuzz_target;
use records::{Choices, SECRET};

fuzz_target!(|numbers: &[u8]| {
    let mut choices = Choices::new(numbers);
    let account = choices.of(&[None, Some("444455556666")]).map(Arc::from);
    let file = TrailFile { account, ..TrailFile::named("trail.json") };
    let bytes = records::file(&mut choices);
    let all = Selection::default();
    let mut fold = Fold::new(all.clone(), Limits::default());
    fold.read(file.clone(), &bytes);
    let activity = fold.finish();
    assert!(!format!("{activity:?}").contains(SECRET));
    let expected = reference::activity(&[(file, bytes)], &all, Limits::default(), false).unwrap();
    assert_eq!(reference::comparable(activity), reference::comparable(expected));
});
