//! The filter patterns of CloudWatch Logs: what they match, what is wrong with them, and laws.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like one")]

use iam_core::monitoring::filter_pattern::{
    Condition, FilterPattern, Match, Ordering, Role, Selector, Step, Test, Value, Word,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::json;

fn event() -> serde_json::Value {
    json!({
        "eventType": "AwsApiCall", "eventName": "RunInstances", "errorCode": "Client.UnauthorizedOperation",
        "readOnly": false, "recipientAccountId": "111122223333", "size": 20.5, "count": 1200, "nothing": null,
        "userIdentity": {"type": "Root", "session.issuer": {"name": "it's"}},
        "items": [{"name": "a", "port": 22}, {"name": "b", "port": 443}], "words": ["x", "y"]
    })
}

#[test]
fn patterns_match_what_they_say() {
    use Match::{No, Undecided, Yes};
    for (pattern, expected) in [
        ("", Yes),
        ("   ", Yes),
        (r#"{ $.userIdentity.type = "Root" }"#, Yes),
        ("{$.userIdentity.type=Root}", Yes),
        (r#"{ ($.userIdentity.type = "Root") }"#, Yes),
        (r#"{ $.userIdentity.type = "root" }"#, No),
        (r#"{ $.userIdentity.type != "IAMUser" }"#, Yes),
        (r#"{ $.userIdentity.type = "R*t" }"#, Yes),
        (r#"{ $.userIdentity.type = "R?ot" }"#, No),
        ("{ $.userIdentity.type = * }", Yes),
        (r#"{ $.errorCode = "*UnauthorizedOperation" }"#, Yes),
        ("{ $.errorCode = AccessDenied* }", No),
        ("{ $.errorCode = %Unauthorized% }", Yes),
        ("{ $.errorCode = %^Unauthorized% }", No),
        // A field that is not there equals nothing, and differs from nothing.
        (r#"{ $.absent = "*" }"#, No),
        (r#"{ $.absent != "x" }"#, No),
        ("{ $.absent NOT EXISTS }", Yes),
        ("{ $.nothing NOT EXISTS }", No),
        ("{ $.nothing IS NULL }", Yes),
        ("{ $.absent IS NULL }", No),
        ("{ $.readOnly IS FALSE }", Yes),
        ("{ $.readOnly IS TRUE }", No),
        ("{ $.readOnly is false }", Yes),
        ("{ $.readOnly = false }", Yes),
        // A number is one wherever it stands without quotation marks.
        ("{ $.recipientAccountId = 111122223333 }", Yes),
        ("{ $.count = 1200 }", Yes),
        ("{ $.count = 1.2e3 }", Yes),
        (r#"{ $.count = "1200" }"#, Yes),
        (r#"{ $.count = "1.2e3" }"#, No),
        ("{ $.size > 20 && $.size <= 20.5 }", Yes),
        ("{ $.size < 20 || $.count >= 1201 }", No),
        ("{ $.eventName > 1 }", No),
        ("{ $.items[0].port = 22 }", Yes),
        ("{ $.items[1].port = 22 }", No),
        ("{ $.items[9].port = 22 }", No),
        ("{ $.items[*].port = 443 }", Yes),
        ("{ $.words[*] = y }", Yes),
        ("{ $.*.type = Root }", Yes),
        ("{ $.items = a }", No),
        (r#"{ $.userIdentity.['session.issuer'].name = "it's" }"#, Yes),
        (r#"{ $['userIdentity']["session.issuer"]['name'] = "it's" }"#, Yes),
        // `&&` binds more than `||`.
        ("{ $.size = 0 && $.size = 0 || $.eventName = RunInstances }", Yes),
        ("{ $.size = 0 && ($.size = 0 || $.eventName = RunInstances) }", No),
        ("{ ((($.count = 1200))) }", Yes),
        ("RunInstances", Yes),
        ("RunInst", Yes),
        ("runinstances", No),
        ("RunInstances -Root", No),
        ("RunInstances Root", Yes),
        ("?Nothing ?Root", Yes),
        ("?Nothing", No),
        (r#""RunInstances""#, Yes),
        (r#""type\": \"Root""#, Undecided),
        ("%Run%", Undecided),
        ("[ip, user, ...]", Undecided),
    ] {
        let parsed = FilterPattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(parsed.matches(&event()), expected, "{pattern}");
    }
}

#[test]
fn errors_name_the_place() {
    let nested = format!("{{ {}$.a = 1{} }}", "(".repeat(33), ")".repeat(33));
    for (pattern, expected) in [
        ("{ $.a = }", "character 9: found `}`, expected a text or a number"),
        ("{ $.a == 1 }", "character 8: found `=`, expected a text or a number"),
        (
            "{ $.a 1 }",
            "character 7: found `1`, expected `=`, `!=`, `<`, `<=`, `>`, `>=`, `IS` or `NOT EXISTS`",
        ),
        ("{ a = 1 }", "character 3: found `a`, expected a field such as `$.eventName`"),
        ("{ $ = 1 }", "character 4: found ` `, expected `.` and the name of a field"),
        ("{ $. = 1 }", "character 5: found ` `, expected the name of a field"),
        ("{ $.a[x] = 1 }", "character 7: found `x`, expected a position, `*` or a name in quotation marks"),
        ("{ $.a[1 = 1 }", "character 9: found `=`, expected `]`"),
        ("{ $.a IS 1 }", "character 10: found `1`, expected `NULL`, `TRUE` or `FALSE`"),
        ("{ $.a NOT THERE }", "character 11: found `T`, expected `EXISTS`"),
        ("{ $.a > x }", "character 9: found `x`, expected a number"),
        ("{ $.a > inf }", "character 9: found `i`, expected a number"),
        ("{ $.a = \"x }", "character 9: found `\"`, expected a closing `\"`"),
        ("{ $.a = 1", "character 10: the pattern ends, expected `}`"),
        ("{ ($.a = 1 }", "character 12: found `}`, expected `)`"),
        ("{ $.a = 1 } x", "character 13: found `x`, expected nothing more"),
        ("{ $.a = 1 & $.b = 1 }", "character 11: found `&`, expected `}`"),
        ("{ $.ä = \"ö }", "character 9: found `\"`, expected a closing `\"`"),
        ("{ $.a = %[% }", "character 9: found `%`, expected a regular expression that can be understood"),
        ("{ $.a = %x }", "character 9: found `%`, expected a second `%` after the regular expression"),
        (&nested, "character 35: found `(`, expected at most 32 levels of parentheses"),
        ("{}", "character 2: found `}`, expected a field such as `$.eventName`"),
    ] {
        assert_eq!(FilterPattern::parse(pattern).unwrap_err().to_string(), expected, "{pattern}");
    }
    let long = format!("{{ $.a = {} }}", "x".repeat(FilterPattern::LONGEST));
    assert_eq!(
        FilterPattern::parse(&long).unwrap_err().to_string(),
        "character 1: the pattern is longer than 4096 bytes"
    );
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][A-Za-z0-9_-]{0,6}", "[ -~äé\\\\'\"]{0,6}"]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[ -~äé\\\\\"*]{0,8}".prop_map(Value::Quoted),
        "[A-Za-z0-9.*:_/-]{1,8}".prop_map(Value::Bare),
        "[A-Za-z0-9.^_-]{1,8}".prop_map(Value::Regex),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    let ordering = prop::sample::select(vec![
        Ordering::Less,
        Ordering::LessOrEqual,
        Ordering::Greater,
        Ordering::GreaterOrEqual,
    ]);
    prop_oneof![
        value().prop_map(Test::Equal),
        value().prop_map(Test::NotEqual),
        (ordering, -1e9..1e9).prop_map(|(ordering, number)| Test::Ordered(ordering, number)),
        Just(Test::IsNull),
        Just(Test::IsTrue),
        Just(Test::IsFalse),
        Just(Test::NotExists),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let step = prop_oneof![
        4 => name().prop_map(Step::Key),
        1 => any::<u32>().prop_map(Step::Index),
        1 => Just(Step::Every),
    ];
    let field = (vec(step, 1..4), test()).prop_map(|(steps, test)| Condition::Field(Selector(steps), test));
    field.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Condition::All),
            vec(inner, 2..4).prop_map(Condition::Any),
        ]
    })
}

fn pattern() -> impl Strategy<Value = FilterPattern> {
    let role = prop::sample::select(vec![Role::Required, Role::Excluded, Role::Optional]);
    let word =
        (role, "[A-Za-z0-9_-]{1,3}[ -~]{0,6}").prop_map(|(role, text)| Word { role, text, is_regex: false });
    prop_oneof![
        1 => Just(FilterPattern::Everything),
        6 => condition().prop_map(FilterPattern::Json),
        2 => vec(word, 1..4).prop_map(FilterPattern::Words),
        1 => "[a-z, .]{0,8}".prop_map(FilterPattern::Columns),
    ]
}

/// Conditions on the fields of [`event`], so that they match now and then.
fn likely() -> impl Strategy<Value = Condition> {
    prop::sample::select(vec![
        r#"{ $.userIdentity.type = "Root" }"#,
        "{ $.eventName = Run* }",
        "{ $.absent NOT EXISTS }",
        "{ $.readOnly IS TRUE }",
        "{ $.size > 21 }",
        "{ $.items[*].port = 22 }",
    ])
    .prop_map(|text| match FilterPattern::parse(text).unwrap() {
        FilterPattern::Json(condition) => condition,
        other => panic!("{other:?}"),
    })
    .prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Condition::All),
            vec(inner, 2..4).prop_map(Condition::Any),
        ]
    })
}

/// The same with all terms the other way round.
fn turned(condition: &Condition) -> Condition {
    let turned = |all: &[Condition]| all.iter().rev().map(turned).collect();
    match condition {
        Condition::All(all) => Condition::All(turned(all)),
        Condition::Any(all) => Condition::Any(turned(all)),
        field @ Condition::Field(..) => field.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, rng_seed: RngSeed::Fixed(20_260_115), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~äé\\n]{0,60}", start in prop::sample::select(vec!["", "{ $.a = ", "{ ($.", "%", "[", "-\""])) {
        if let Ok(pattern) = FilterPattern::parse(&format!("{start}{text}")) {
            let _ = pattern.matches(&event());
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same(pattern in pattern()) {
        let text = pattern.to_string();
        prop_assert_eq!(FilterPattern::parse(&text), Ok(pattern), "{}", text);
    }

    #[test]
    fn the_order_of_terms_does_not_matter(condition in likely()) {
        let other = turned(&condition);
        prop_assert_eq!(FilterPattern::Json(condition).matches(&event()), FilterPattern::Json(other).matches(&event()));
    }

    #[test]
    fn a_further_term_matches_less_and_an_alternative_more(one in likely(), other in likely()) {
        let matches = |condition| FilterPattern::Json(condition).matches(&event()) == Match::Yes;
        let (alone, both) = (matches(one.clone()), Condition::All(vec![one.clone(), other.clone()]));
        prop_assert!(alone || !matches(both));
        prop_assert!(!alone || matches(Condition::Any(vec![one, other])));
    }
}
