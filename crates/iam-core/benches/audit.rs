//! What it costs to read and to judge a report, by its number of users. Doubling the users should double the time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on fails"
)]

#[path = "../../xtask/src/gen_report.rs"]
#[expect(dead_code, reason = "the benchmark keeps reports in memory")]
mod gen_report;

use divan::Bencher;
use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
use iam_core::checks;
use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::fact::{FileId, parse_time};
use iam_core::input::{InputFile, credential_report};

const USERS: [u32; 4] = [5_000, 10_000, 20_000, 40_000];

fn main() {
    divan::main();
}

fn bytes(users: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    gen_report::report(users, 1, &mut bytes).unwrap();
    bytes
}

fn evidence(users: u32) -> Evidence {
    assemble(vec![(InputFile { path: "report.csv".to_owned(), bytes: bytes(users) }, Given::ByName)])
}

#[divan::bench(args = USERS)]
fn read_report(bencher: Bencher<'_, '_>, users: u32) {
    let bytes = bytes(users);
    bencher.bench_local(|| credential_report::parse(bytes.clone(), FileId(0)));
}

#[divan::bench(args = USERS)]
fn judge_report(bencher: Bencher<'_, '_>, users: u32) {
    let evidence = evidence(users);
    let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
    bencher.bench_local(|| audit(&evidence, checks::ALL, &Settings::default(), as_of));
}
