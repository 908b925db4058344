//! Any two texts as all the small things that policies and requests are made of: nothing panics, and what is read prints as it
//! was.
#![no_main]

use iam_policy::arn::{AccountId, Arn, Fields};
use iam_policy::condition::{Decimal, Instant, Operator};
use iam_policy::context::{Context, ContextValue};
use iam_policy::glob::Case;
use iam_policy::pattern::{ActionPattern, ArnPattern, ResourcePattern, Syntax, Text};
use iam_policy::principal::Principal;
use iam_policy::request::Action;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (text, other) = texts;
    if let Ok(arn) = Arn::parse(text) {
        assert!(Fields::split(text).is_some_and(|fields| fields.resource() == arn.resource));
    }
    if let Ok(account) = text.parse::<AccountId>() {
        assert_eq!(account.to_string(), text);
    }
    if let Ok(operator) = text.parse::<Operator>() {
        assert!(operator.to_string().eq_ignore_ascii_case(text));
    }
    if let Ok(action) = text.parse::<Action>() {
        assert!(ActionPattern::parse(text).matches(action.service(), action.name()));
    }
    if let Ok(principal) = Principal::parse(text) {
        let _ = principal.to_string();
    }
    let _ = Instant::parse(text);
    if let (Some(one), Some(two)) = (Decimal::parse(text), Decimal::parse(other)) {
        assert_eq!(one.cmp(&two), two.cmp(&one).reverse());
    }
    let context = Context::open().with("aws:username", ContextValue::single(other));
    for wildcards in [false, true] {
        for case in [Case::Sensitive, Case::Folded] {
            let _ = Text::parse(text, Syntax { wildcards, variables: true, case }).matches(other, &context);
        }
    }
    let _ = ArnPattern::parse(text, true).matches(other, &context);
    let _ = ResourcePattern::parse(text, true).matches(Fields::split(other), &context);
});
