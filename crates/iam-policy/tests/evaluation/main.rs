//! The evaluator against a plain second one, and against laws.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

mod laws;
#[allow(clippy::match_same_arms, clippy::similar_names, reason = "a plain reader has one line for each rule")]
mod reference;
mod scene;

use std::cell::RefCell;
use std::collections::BTreeMap;

use iam_policy::evaluate::{Answer, Decision, evaluate};
use iam_policy::truth::Doubt;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::reference::Verdict;
use crate::scene::{Choices, Scene};

/// The same source runs the same cases everywhere.
fn config(cases: u32, seed: u64) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

#[test]
fn the_evaluator_agrees_with_the_reference() {
    agree_in(50_000, 20_261_125);
}

#[test]
fn the_evaluator_agrees_with_the_reference_in_other_cases() {
    agree_in(50_000, 20_261_126);
}

fn agree_in(cases: u32, seed: u64) {
    let counts = RefCell::new(BTreeMap::<&str, u32>::new());
    let count = |what| *counts.borrow_mut().entry(what).or_default() += 1;
    let scenes = (vec(any::<u8>(), 0..320), vec(any::<u8>(), 40));
    let run = TestRunner::new(config(cases, seed)).run(&scenes, |(numbers, filling)| {
        let scene = scene::scene(&mut Choices::new(&numbers));
        let policies = scene.policies();
        let request = scene.request().expect("scenes do not contradict themselves");
        let decision = evaluate(&request, &scene.set(&policies));
        let world = reference::world(&scene, &mut Choices::new(&filling));
        let verdict = reference::decide(&world);
        count(name(&decision));
        if !world.is_doubtful.get() {
            count("exact");
        }
        agree(&scene, &decision, verdict, world.is_doubtful.get())
    });
    run.unwrap_or_else(|failure| panic!("{failure}"));
    // The cases are worth their time only if all answers occur.
    for (what, one_in) in
        [("allowed", 10), ("explicit deny", 12), ("implicit deny", 4), ("depends", 30), ("exact", 2)]
    {
        let counted = counts.borrow().get(what).copied().unwrap_or(0);
        assert!(counted >= cases / one_in, "{what}: {counted} of {:?}", counts.borrow());
    }
}

fn name(decision: &Decision<'_>) -> &'static str {
    match decision.answer {
        Answer::Allowed { .. } => "allowed",
        Answer::ExplicitDeny { .. } => "explicit deny",
        Answer::ImplicitDeny { .. } => "implicit deny",
        Answer::Depends { .. } => "depends",
    }
}

/// What is certain is so however the doubts are resolved, and where there are none the answer is certain.
fn agree(
    scene: &Scene,
    decision: &Decision<'_>,
    verdict: Verdict,
    is_doubtful: bool,
) -> Result<(), TestCaseError> {
    let agrees = match &decision.answer {
        Answer::Allowed { by } => verdict == Verdict::Allowed && !by.is_empty(),
        Answer::ExplicitDeny { by } => verdict == Verdict::ExplicitDeny && !by.is_empty(),
        // A statement that may deny as well does not make the denial less certain.
        Answer::ImplicitDeny { missing } => {
            let expected =
                verdict == Verdict::ImplicitDeny || (is_doubtful && verdict == Verdict::ExplicitDeny);
            expected && !missing.is_empty()
        }
        Answer::Depends { on, .. } => {
            is_doubtful && !on.is_empty() && on.iter().all(|doubt| is_real(scene, doubt))
        }
    };
    prop_assert!(agrees, "{scene:#?}\n{decision}\nreference: {verdict:?}, doubtful: {is_doubtful}");
    Ok(())
}

/// Whether a scene leaves open what a doubt is about.
fn is_real(scene: &Scene, doubt: &Doubt) -> bool {
    match doubt {
        Doubt::Key(key) => !scene.context.iter().any(|(said, value)| {
            said.eq_ignore_ascii_case(key.as_str())
                && matches!(value, scene::Said::One(_) | scene::Said::Many(_))
        }),
        Doubt::ResourceAccount => scene.owner.is_none(),
        Doubt::SessionName => matches!(scene.who, scene::Who::Role(_, None)),
        Doubt::FederatingUser => matches!(scene.who, scene::Who::FederatedUser(_, None)),
        Doubt::Rule(_) => true,
        Doubt::Unseen(_) | Doubt::CanonicalUser | Doubt::RolePath => false,
    }
}
