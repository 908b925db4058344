//! Made-up requests and policies: the evaluator says what the plain second evaluator says.
#![no_main]

#[path = "../../crates/iam-policy/tests/evaluation/reference.rs"]
mod reference;
#[path = "../../crates/iam-policy/tests/evaluation/scene.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod scene;

use iam_policy::evaluate::{Answer, evaluate};
use libfuzzer_sys::fuzz_target;
use reference::Verdict;
use scene::Choices;

fuzz_target!(|numbers: (Vec<u8>, Vec<u8>)| {
    let scene = scene::scene(&mut Choices::new(&numbers.0));
    let (policies, request) = (scene.policies(), scene.request().unwrap());
    let decision = evaluate(&request, &scene.set(&policies));
    let world = reference::world(&scene, &mut Choices::new(&numbers.1));
    let verdict = reference::decide(&world);
    match decision.answer {
        Answer::Allowed { .. } => assert_eq!(verdict, Verdict::Allowed),
        Answer::ExplicitDeny { .. } => assert_eq!(verdict, Verdict::ExplicitDeny),
        Answer::ImplicitDeny { .. } => assert_ne!(verdict, Verdict::Allowed),
        Answer::Depends { .. } => assert!(world.is_doubtful.get()),
    }
});
