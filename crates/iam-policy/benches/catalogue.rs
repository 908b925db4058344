//! What the catalogue of actions costs: decoding it once, expanding patterns, shrinking sets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on fails"
)]

use divan::Bencher;
use iam_policy::catalogue::{ActionSet, Catalogue, Levels};

fn main() {
    divan::main();
}

#[divan::bench]
fn decode() -> Catalogue {
    Catalogue::read(include_bytes!("../data/catalogue.txt.gz")).unwrap()
}

#[divan::bench(args = ["*", "s3:GetObject", "s3:Get*", "ec2:*Tags*", "*:Get*", "*Object"])]
fn expand(bencher: Bencher<'_, '_>, pattern: &str) {
    let catalogue = Catalogue::embedded();
    bencher.bench_local(|| catalogue.expand(divan::black_box(pattern)));
}

#[divan::bench(args = ["iam:PassRole", "EC2:describeinstances", "s3:NoSuchAction"])]
fn find(bencher: Bencher<'_, '_>, text: &str) {
    let catalogue = Catalogue::embedded();
    bencher.bench_local(|| catalogue.find(divan::black_box(text)).known().map(|action| action.id()));
}

#[divan::bench(args = ["aws:SourceIp", "s3:ExistingObjectTag/class", "token.actions.githubusercontent.com:sub"])]
fn condition_key(bencher: Bencher<'_, '_>, name: &str) {
    let catalogue = Catalogue::embedded();
    bencher.bench_local(|| catalogue.condition_key(divan::black_box(name)).map(|key| key.kind()));
}

#[divan::bench]
fn shrink_all_that_reads() -> Vec<String> {
    let catalogue = Catalogue::embedded();
    let reads = Levels::READ.union(Levels::LIST);
    let set: ActionSet =
        catalogue.actions().filter(|it| it.levels().intersects(reads)).map(|it| it.id()).collect();
    catalogue.shrink(&set)
}

/// Every other action of the service with the most actions: hardly anything can be joined.
#[divan::bench]
fn shrink_half_of_ec2() -> Vec<String> {
    let catalogue = Catalogue::embedded();
    let set: ActionSet = catalogue.service("ec2").unwrap().actions().step_by(2).map(|it| it.id()).collect();
    catalogue.shrink(&set)
}
