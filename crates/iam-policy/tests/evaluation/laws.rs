//! What holds for all policies and requests.

use iam_policy::arn::{Arn, Fields};
use iam_policy::condition::Operator;
use iam_policy::context::Context;
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, evaluate};
use iam_policy::glob::{Case, Glob, Token};
use iam_policy::pattern::{ActionPattern, ResourcePattern, Syntax, Text};
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::config;
use crate::scene::{Choices, QUESTIONS, Scene, compiled, document, scene};

/// Decides a scene in one word.
fn answer(scene: &Scene) -> &'static str {
    let (policies, request) = (scene.policies(), scene.request().unwrap());
    crate::name(&evaluate(&request, &scene.set(&policies)))
}

/// How much an answer allows.
fn rank(answer: &str) -> u8 {
    match answer {
        "allowed" => 2,
        "depends" => 1,
        _ => 0,
    }
}

/// The documents of a scene that hold statements.
fn documents(scene: &mut Scene) -> Vec<&mut Value> {
    let alone = scene.identity.iter_mut().chain(&mut scene.boundary).chain(&mut scene.session);
    let others = scene.resource_control.iter_mut().chain(&mut scene.attached).chain(&mut scene.endpoint);
    alone.chain(others).chain(scene.levels.iter_mut().flatten()).collect()
}

fn statements(document: &mut Value) -> &mut Vec<Value> {
    let statement = &mut document["Statement"];
    if !statement.is_array() {
        *statement = json!([statement.take()]);
    }
    statement.as_array_mut().unwrap()
}

fn scenes() -> impl Strategy<Value = Scene> {
    vec(any::<u8>(), 0..320).prop_map(|numbers| scene(&mut Choices::new(&numbers)))
}

proptest! {
    #![proptest_config(config(1_000, 1))]

    #[test]
    fn an_unconditional_deny_never_grants(scene in scenes()) {
        let mut denied = scene.clone();
        denied.identity.push(json!({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}));
        prop_assert!(rank(answer(&denied)) <= rank(answer(&scene)));
    }

    #[test]
    fn a_statement_that_denies_never_grants(scene in scenes(), numbers in vec(any::<u8>(), 0..60)) {
        let mut more = document(&mut Choices::new(&numbers), PolicyKind::Identity, QUESTIONS[0]);
        for statement in statements(&mut more) {
            statement["Effect"] = json!("Deny");
        }
        let mut denied = scene.clone();
        denied.identity.push(more);
        prop_assert!(rank(answer(&denied)) <= rank(answer(&scene)));
    }

    #[test]
    fn a_boundary_or_a_level_never_grants(scene in scenes(), numbers in vec(any::<u8>(), 0..60)) {
        let more = |kind| document(&mut Choices::new(&numbers), kind, QUESTIONS[0]);
        let mut bounded = Scene { boundary: None, ..scene };
        let before = rank(answer(&bounded));
        bounded.boundary = Some(more(PolicyKind::Boundary));
        prop_assert!(rank(answer(&bounded)) <= before);
        bounded.boundary = None;
        bounded.levels.push(vec![more(PolicyKind::ServiceControl)]);
        prop_assert!(rank(answer(&bounded)) <= before);
    }

    #[test]
    fn the_order_of_statements_and_policies_does_not_matter(scene in scenes()) {
        let mut turned = scene.clone();
        for document in documents(&mut turned) {
            statements(document).reverse();
        }
        turned.identity.reverse();
        turned.levels.reverse();
        for level in &mut turned.levels {
            level.reverse();
        }
        prop_assert_eq!(answer(&turned), answer(&scene));
    }

    #[test]
    fn asking_again_is_asking_anew(scene in scenes(), other in 0..QUESTIONS.len()) {
        let new = scene.request().unwrap();
        let mut asked = Scene { action: QUESTIONS[other].0, resource: QUESTIONS[other].1, owner: None, ..scene.clone() }
            .request()
            .unwrap();
        let account = scene.owner.map(|owner| owner.parse().unwrap());
        asked.ask(scene.action.parse().unwrap(), scene.resource, account).unwrap();
        prop_assert_eq!(asked, new);
    }

    #[test]
    fn knowing_less_never_makes_the_answer_another_certain_one(scene in scenes(), which in any::<u8>()) {
        let known = answer(&scene);
        let mut less = scene;
        if less.context.is_empty() {
            return Ok(());
        }
        let which = usize::from(which) % less.context.len();
        less.context[which].1 = crate::scene::Said::Unknown;
        let unknown = answer(&less);
        // A statement that denies for certain may only do so perhaps, which leaves an implicit denial.
        prop_assert!(unknown == "depends" || rank(unknown) == rank(known), "{known} {unknown}");
    }

    #[test]
    fn documents_read_what_they_print(scene in scenes()) {
        let mut scene = scene;
        for document in documents(&mut scene) {
            let parsed = Document::parse(&document.to_string()).unwrap();
            for printed in [parsed.to_json(), parsed.to_compact_json()] {
                prop_assert_eq!(Document::parse(&printed), Ok(parsed.clone()));
            }
        }
    }

    #[test]
    fn nothing_panics_on_any_text(text in any::<String>(), other in any::<String>()) {
        let _ = Document::parse(&text);
        let _ = Arn::parse(&text);
        let _ = text.parse::<Operator>();
        let _ = Principal::parse(&text);
        let syntax = Syntax { wildcards: true, variables: true, case: Case::Folded };
        let _ = Text::parse(&text, syntax).matches(&other, &Context::open());
        let _ = ActionPattern::parse(&text).matches(&other, &text);
        let _ = ResourcePattern::parse(&text, true).matches(Fields::split(&other), &Context::open());
    }

    #[test]
    fn nothing_panics_on_any_json(numbers in vec(any::<u8>(), 0..200), cut in any::<prop::sample::Index>()) {
        let text = document(&mut Choices::new(&numbers), PolicyKind::Resource, QUESTIONS[0]).to_string();
        let cut = &text.as_bytes()[..cut.index(text.len())];
        if let Some(document) = Document::read(&String::from_utf8_lossy(cut)).document {
            let _ = Policy::compile("cut", PolicyKind::Resource, &document);
        }
    }

    #[test]
    fn globs_match_as_recursion_does(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        fn like(pattern: &[char], text: &[char]) -> bool {
            match (pattern.split_first(), text.split_first()) {
                (None, None) => true,
                (Some(('*', rest)), _) if like(rest, text) => true,
                (Some(('*', _)), Some((_, behind))) => like(pattern, behind),
                (Some(('?', rest)), Some((_, behind))) => like(rest, behind),
                (Some((p, rest)), Some((c, behind))) if p == c => like(rest, behind),
                _ => false,
            }
        }
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        let glob = Glob::parse(&pattern, Case::Sensitive);
        prop_assert_eq!(glob.matches(&text), like(&chars(&pattern), &chars(&text)));
        prop_assert!(glob.tokens().windows(2).all(|two| two != [Token::AnyText; 2]));
    }
}

/// The most that a hostile document can ask for.
#[test]
fn huge_patterns_are_matched_in_time() {
    let stars = "a*".repeat(10_000);
    let text = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "*", "Resource": format!("arn:aws:s3:::{stars}b"),
        "Condition": {"StringLike": {"aws:PrincipalTag/Team": vec![format!("{stars}b"); 10]}}
    }});
    let policy = compiled(&text, PolicyKind::Identity);
    let resource = format!("arn:aws:s3:::{}", "a".repeat(2_000));
    let principal = Principal::user("arn:aws:iam::111122223333:user/anna").unwrap();
    let parts =
        iam_policy::request::RequestParts::new(principal, "s3:GetObject".parse().unwrap(), Context::closed());
    let parts = parts.on(&resource).owned_by("111122223333".parse().unwrap());
    let request = iam_policy::request::Request::new(parts).unwrap();
    let set = iam_policy::evaluate::PolicySet::new().with(&policy);
    assert!(matches!(evaluate(&request, &set).answer, Answer::ImplicitDeny { .. }));
}
