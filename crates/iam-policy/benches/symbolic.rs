//! What questions about all requests cost, for made-up policies in the manner of AWS's managed ones: many services, many
//! patterns of actions, ARNs with stars, conditions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a benchmark that cannot go on fails"
)]

use divan::Bencher;
use iam_policy::catalogue::Catalogue;
use iam_policy::document::{Document, PolicyKind};
use iam_policy::policy::Policy;
use iam_policy::symbolic::{Settings, compare};

fn main() {
    divan::main();
}

/// Numbers that look like chance and are the same in each run: the multiplier is Knuth's.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one_of<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.below(words.len())]
    }
}

/// A policy of up to 20 statements, with up to 40 actions each: most are small, some are as large as the largest.
fn policy(seed: u64) -> String {
    let mut numbers = Numbers(seed);
    let catalogue = Catalogue::embedded();
    let services: Vec<_> = catalogue.services().collect();
    let statements = 1 + numbers.below(5) * numbers.below(5);
    let text: Vec<String> = (0..statements)
        .map(|_| {
            let service = &services[numbers.below(services.len())];
            let all: Vec<String> = service.actions().map(|action| action.to_string()).collect();
            let actions: Vec<String> = (0..=numbers.below(7) * numbers.below(7))
                .map(|_| {
                    let action = &all[numbers.below(all.len())];
                    let cut = action.len() - numbers.below(action.len() - action.find(':').unwrap());
                    if cut < action.len() { format!("{}*", action.get(..cut).unwrap()) } else { action.clone() }
                })
                .collect();
            let name = service.prefix();
            let resources: Vec<String> = (0..=numbers.below(4))
                .map(|_| match numbers.below(5) {
                    0 | 1 => "*".to_owned(),
                    2 => format!("arn:aws:{name}:*:*:*"),
                    3 => format!("arn:aws:{name}:*:*:{}/*{}*", numbers.one_of(&["table", "function", "role"]), numbers.one_of(&["aws", "Amazon", "Service"])),
                    _ => format!("arn:aws:{}:::{}-*", numbers.one_of(&["s3", "iam", name]), numbers.one_of(&["aws", "logs", "codepipeline"])),
                })
                .collect();
            let condition = match numbers.below(4) {
                0 => format!(r#", "Condition": {{"StringEquals": {{"iam:PassedToService": "{name}.amazonaws.com"}}}}"#),
                1 => r#", "Condition": {"StringLike": {"aws:ResourceTag/managed": "aws-*"}, "Null": {"aws:RequestTag/x": "false"}}"#.to_owned(),
                _ => String::new(),
            };
            format!(r#"{{"Effect": "Allow", "Action": {actions:?}, "Resource": {resources:?}{condition}}}"#)
        })
        .collect();
    format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, text.join(","))
}

fn compiled(text: &str) -> Policy {
    Policy::compile("policy", PolicyKind::Identity, &Document::parse(text).unwrap())
}

/// One policy after the other out of 1,000, against itself without its last statement. The times of single comparisons, and
/// the slowest of all, are printed by `cargo bench -p iam-policy --bench symbolic`: median and slowest of the samples.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn compare_managed_like(bencher: Bencher<'_, '_>) {
    let seed = std::cell::Cell::new(0);
    bencher
        .with_inputs(|| {
            seed.set(seed.get() + 1);
            let text = policy(seed.get());
            let new = compiled(&text);
            let mut document = Document::parse(&text).unwrap();
            document.statements.items.pop();
            (Policy::compile("policy", PolicyKind::Identity, &document), new)
        })
        .bench_local_values(|(existing, new)| {
            compare(&existing, &new, &Settings::default()).new_access.is_never()
        });
}
