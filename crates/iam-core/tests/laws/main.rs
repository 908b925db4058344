//! Laws that hold for every input, tried on generated accounts.
//!
//! An account is made from a list of small numbers, so that a failing case shrinks to few users and few artefacts. The
//! seed is fixed: the same source runs the same cases everywhere.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

mod age;
mod details;
mod generated;
mod less_evidence;
mod order;
mod reading;
mod subjects;
#[path = "../testdata/mod.rs"]
mod testdata;
mod trail;
mod verdicts;

use chrono::{DateTime, Utc};
use iam_core::fact::parse_time;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const ACCOUNT: &str = "111122223333";
const DETAILS: &str = "account-authorization-details.json";
const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_260_115),
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    }
}

fn now() -> DateTime<Utc> {
    parse_time(testdata::NOW).unwrap()
}

/// Fisher and Yates, with a generator that needs nothing but the seed.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for end in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = (seed >> 33) % (end as u64 + 1);
        items.swap(end, usize::try_from(index).unwrap());
    }
}
