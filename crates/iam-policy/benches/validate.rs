//! What it costs to read and validate policies of the size of AWS's managed ones: 1 to 3 KB, one to eight statements, up to
//! sixty actions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on fails"
)]

use divan::Bencher;
use divan::counter::ItemsCount;
use iam_policy::catalogue::{Action, Catalogue};
use iam_policy::document::{Document, PolicyKind};
use iam_policy::validate::validate;

const POLICIES: usize = 500;

/// Of so many, about one in 150 has at most one issue.
const CANDIDATES: usize = 40_000;

fn main() {
    divan::main();
}

/// A generator of its own, so that every run measures the same (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

/// Made-up policies: actions of the catalogue and patterns of them, ARNs like its templates, one condition in four statements.
fn policies(count: usize) -> Vec<String> {
    let catalogue = Catalogue::embedded();
    let services: Vec<_> = catalogue.services().filter(|service| service.actions().count() > 20).collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    (0..count)
        .map(|_| {
            let size = 1_000 + random.below(2_000);
            let mut statements = Vec::new();
            let mut length = 0;
            while length < size {
                let service = services[random.below(services.len())];
                let actions: Vec<Action<'_>> = service.actions().collect();
                let mut names: Vec<String> = (0..=random.below(15))
                    .map(|_| actions[random.below(actions.len())].to_string())
                    .collect();
                if random.below(3) == 0 {
                    names.push(format!("{}:Describe*", service.prefix()));
                    names.push(format!("{}:List*", service.prefix()));
                }
                let template = service.resource_types().next().and_then(|kind| kind.arn_patterns().next());
                let resource = match random.below(2) {
                    0 => template.map_or("*".to_owned(), |arn| arn.replacen("arn:*", "arn:aws", 1)),
                    _ => "*".to_owned(),
                };
                let condition = match random.below(8) {
                    0 => r#","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}"#,
                    1 => r#","Condition":{"StringLike":{"aws:CalledViaFirst":["a.amazonaws.com","b.amazonaws.com"]}}"#,
                    _ => "",
                };
                let names: Vec<String> = names.iter().map(|name| format!("        \"{name}\"")).collect();
                let statement = format!(
                    "    {{\n      \"Sid\": \"S{}\",\n      \"Effect\": \"Allow\",\n      \"Action\": [\n{}\n      ],\n      \
                     \"Resource\": \"{resource}\"{condition}\n    }}",
                    statements.len(),
                    names.join(",\n")
                );
                length += statement.len();
                statements.push(statement);
            }
            format!("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}\n", statements.join(",\n"))
        })
        .collect()
}

#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    let policies = policies(POLICIES);
    bencher
        .counter(ItemsCount::new(POLICIES))
        .bench_local(|| policies.iter().filter(|text| Document::read(text).document.is_some()).count());
}

#[divan::bench]
fn read_and_validate(bencher: Bencher<'_, '_>) {
    let policies = policies(POLICIES);
    let catalogue = Catalogue::embedded();
    bencher.counter(ItemsCount::new(POLICIES)).bench_local(|| {
        policies
            .iter()
            .map(|text| validate(text, PolicyKind::Identity, catalogue).issues.len())
            .sum::<usize>()
    });
}

/// Policies of the same kind that have one issue at most, so that the time goes into looking and not into telling.
#[divan::bench]
fn read_and_validate_sound(bencher: Bencher<'_, '_>) {
    let catalogue = Catalogue::embedded();
    let policies: Vec<String> = policies(CANDIDATES)
        .into_iter()
        .filter(|text| validate(text, PolicyKind::Identity, catalogue).issues.len() <= 1)
        .collect();
    bencher.counter(ItemsCount::new(policies.len())).bench_local(|| {
        policies
            .iter()
            .map(|text| validate(text, PolicyKind::Identity, catalogue).issues.len())
            .sum::<usize>()
    });
}
