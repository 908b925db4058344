//! The fold of CloudTrail files, against a plain second reader and against laws.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

mod damage;
mod laws;
mod records;
mod reference;
mod traps;
mod usual;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use iam_core::cloudtrail::{Activity, Fold, Limits, SeenEvents, Selection, TrailFile};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The same source runs the same cases everywhere.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_260_115),
        failure_persistence: None,
        max_shrink_iters: 1_000,
        ..ProptestConfig::default()
    }
}

/// Everything that was ever seen.
#[derive(Debug, Default)]
struct AllSeen(Mutex<BTreeSet<(String, String)>>);

impl SeenEvents for AllSeen {
    fn is_first(&self, id: &str, account: &str) -> bool {
        self.0.lock().unwrap().insert((id.to_owned(), account.to_owned()))
    }
}

fn fold(files: &[(TrailFile, Vec<u8>)], selection: &Selection, limits: Limits) -> Activity {
    let mut fold = Fold::new(selection.clone(), limits);
    for (file, bytes) in files {
        fold.read(file.clone(), bytes);
    }
    fold.finish()
}

fn fold_once(files: &[(TrailFile, Vec<u8>)], seen: &Arc<AllSeen>, limits: Limits) -> Activity {
    let mut fold = Fold::new(Selection::default(), limits).with_seen(Arc::<AllSeen>::clone(seen));
    for (file, bytes) in files {
        fold.read(file.clone(), bytes);
    }
    fold.finish()
}

/// What a single file says.
fn fold_of(bytes: &[u8]) -> Activity {
    fold(&[(TrailFile::named("trail.json"), bytes.to_vec())], &Selection::default(), Limits::default())
}

/// Limits so tight that everything is cut.
fn tiny() -> Limits {
    Limits {
        principals: 3,
        calls: 2,
        addresses: 2,
        quarters: 2,
        credentials: 1,
        events: 2,
        places: 2,
        gaps: 2,
    }
}
