//! Reading and printing documents: every form of the grammar, every problem with its place, nothing lost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use iam_policy::document::{
    ConditionElement, ConditionKey, ConditionOperator, Document, Effect, Items, MAX_TEXT, PatternElement,
    PrincipalElement, PrincipalEntry, PrincipalKind, Principals, Scalar, ScalarForm, Statement, Text,
    Version, VersionElement, decoded,
};
use iam_policy::span::{At, Position};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

/// The issues of a text, each as `line:column: CODE` and the text it points at.
fn issues(text: &str) -> Vec<String> {
    let reading = Document::read(text);
    reading
        .issues
        .iter()
        .map(|issue| {
            let position = Position::of(text, issue.span.start);
            format!("{position} {} {}", issue.code, issue.span.of(text))
        })
        .collect()
}

fn has_issues(text: &str, expected: &[&str]) {
    assert_eq!(issues(text), expected);
    assert!(Document::parse(text).is_err(), "{text}");
}

#[test]
fn every_form_of_the_grammar_is_read() {
    let statement = |members: &str| format!(r#"{{"Statement": {{"Effect": "Deny", {members}}}}}"#);
    let action = r#""Action": "s3:*""#;
    for text in [
        statement(action),
        statement(r#""NotAction": ["s3:*", "iam:*"]"#),
        statement(r#""Action": []"#),
        statement(&format!(r#""Sid": "", {action}, "NotResource": ["*"]"#)),
        statement(&format!(r#"{action}, "Principal": "*""#)),
        statement(&format!(
            r#"{action}, "NotPrincipal": {{"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"}}"#
        )),
        statement(&format!(r#"{action}, "Principal": {{}}"#)),
        statement(&format!(r#"{action}, "Condition": {{}}"#)),
        statement(&format!(r#"{action}, "Condition": {{"Bool": {{"aws:SecureTransport": false}}}}"#)),
        statement(&format!(r#"{action}, "Condition": {{"NumericLessThan": {{"a": [1, 2.50, "3"]}}}}"#)),
        r#"{"Statement": []}"#.to_owned(),
        r#"{"Id": "x", "Version": "2008-10-17", "Statement": []}"#.to_owned(),
    ] {
        let document = Document::parse(&text).unwrap_or_else(|issues| panic!("{text}: {issues:?}"));
        assert_eq!(Document::parse(&document.to_json()), Ok(document.clone()), "{text}");
        assert_eq!(Document::parse(&document.to_compact_json()), Ok(document), "{text}");
    }
}

#[test]
fn numbers_keep_their_digits() {
    let text = r#"{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"NumericEquals":{"k":[1.10,12345678901234567890,1e3]}}}]}"#;
    assert_eq!(Document::parse(text).unwrap().to_compact_json(), text);
}

#[test]
fn nodes_know_where_they_stand() {
    let text = r#"{
  "Statement": [
    {"Sid": "One", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"},
    {"Sid": "\u0054wo", "Effect": "Deny", "Principal": {"AWS": "111122223333"}, "NotAction": "iam:*",
     "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a", "b"]}}}
  ]
}"#;
    let document = Document::parse(text).unwrap();
    let two = &document.statements.items[1];
    assert_eq!(two.sid(), Some("Two"));
    let places = [
        two.sid.as_ref().unwrap().at,
        two.action.key,
        two.action.patterns.at,
        two.condition.as_ref().unwrap().operators[0].name.at,
        two.condition.as_ref().unwrap().operators[0].keys[0].values.items[1].at,
    ];
    let expected = ["\"\\u0054wo\"", "\"NotAction\"", "\"iam:*\"", "\"StringEquals\"", "\"b\""];
    assert_eq!(places.map(|place| place.0.of(text)), expected);
    assert_eq!(Position::of(text, two.at.0.start), Position { line: 4, column: 5 });
}

#[test]
fn all_problems_are_told_with_their_places() {
    has_issues("", &["1:1 JSON_SYNTAX_ERROR "]);
    has_issues("{\n  \"Statement\": [,]\n}", &["2:17 JSON_SYNTAX_ERROR "]);
    has_issues("[]", &["1:1 DATA_TYPE_MISMATCH []"]);
    has_issues("{}", &["1:1 MISSING_STATEMENT {}"]);
    has_issues(r#"{"Statement": null}"#, &["1:15 DATA_TYPE_MISMATCH null"]);
    has_issues("{\"Statement\": \"\\ud800\"}", &["1:16 JSON_SYNTAX_ERROR \\ud800\""]);
    has_issues("{\"Statement\": [], \"Id\": \"a\tb\"}", &["1:26 JSON_SYNTAX_ERROR "]);
    has_issues(
        "{\"version\": 1, \"Version\": \"2012\",\n \"Statement\": [{}, 7, {\"Effect\": \"allow\", \"Action\": [1]}]}",
        &[
            "1:2 INVALID_POLICY_ELEMENT \"version\"",
            "1:27 INVALID_VERSION \"2012\"",
            "2:16 MISSING_EFFECT {}",
            "2:16 MISSING_ACTION {}",
            "2:20 DATA_TYPE_MISMATCH 7",
            "2:34 INVALID_EFFECT \"allow\"",
            "2:54 DATA_TYPE_MISMATCH 1",
        ],
    );
    has_issues(
        r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "NotAction": "a:b", "Resource": "*", "NotResource": "*", "Principal": "*", "NotPrincipal": "*"}}"#,
        &[
            "1:52 UNSUPPORTED_ELEMENT_COMBINATION \"NotAction\"",
            "1:89 UNSUPPORTED_ELEMENT_COMBINATION \"NotResource\"",
            "1:127 UNSUPPORTED_ELEMENT_COMBINATION \"NotPrincipal\"",
        ],
    );
    has_issues(
        r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Principal": "arn:aws:iam::111122223333:root"}}"#,
        &["1:65 INVALID_PRINCIPAL_FORMAT \"arn:aws:iam::111122223333:root\""],
    );
    has_issues(
        r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Principal": {"aws": "*"}, "Condition": {"Bool": {"k": [{}]}, "Null": 1}}}"#,
        &["1:66 INVALID_PRINCIPAL_KEY \"aws\"", "1:108 DATA_TYPE_MISMATCH {}", "1:122 DATA_TYPE_MISMATCH 1"],
    );
}

#[test]
fn a_key_twice_is_never_chosen_silently() {
    let text = r#"{"Statement": [], "Statement": [{"Effect": "Allow", "Effect": "Deny", "Action": "*",
        "Condition": {"Bool": {"k": "a", "k": "b"}}}]}"#;
    has_issues(text, &["1:19 DUPLICATE_KEY \"Statement\""]);
    let text = r#"{"Statement": [{"Effect": "Allow", "Effect": "Deny", "Action": "*", "Condition": {"Bool": {"k": "a", "k": "b"}, "Bool": {}}}]}"#;
    has_issues(
        text,
        &["1:36 DUPLICATE_KEY \"Effect\"", "1:102 DUPLICATE_KEY \"k\"", "1:113 DUPLICATE_KEY \"Bool\""],
    );
    // Keys that differ by case only are two keys here; validation says so.
    assert!(Document::parse(r#"{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"k": "a", "K": "b"}}}}"#).is_ok());
}

#[test]
fn what_is_understood_of_a_document_with_problems_is_there() {
    let text = r#"{"Statement": [{"Effect": "Allow", "Action": "*"}, {"Effect": "Allow", "Action": 1}]}"#;
    let reading = Document::read(text);
    assert_eq!(reading.document.unwrap().statements.items.len(), 1);
    assert_eq!(reading.issues.len(), 1);
}

#[test]
fn hostile_texts_are_refused() {
    for text in ["[".repeat(100_000), format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))] {
        let issues = Document::parse(&text).unwrap_err();
        assert_eq!(issues.len(), 1);
        assert_eq!(issues[0].code.as_str(), "JSON_SYNTAX_ERROR");
        assert!(issues[0].message.len() < 100, "{}", issues[0].message);
    }
    let large = format!("{{\"Id\": \"{}\"}}", "x".repeat(MAX_TEXT));
    assert_eq!(Document::read(&large).issues[0].code.as_str(), "POLICY_TOO_LARGE_TO_READ");
}

#[test]
fn messages_are_one_line_whatever_was_read() {
    let text = r#"{"Version": "a\n\u001b[31m", "x\n": 1, "Statement": {"Effect": "\r", "Action": "a", "Principal": {"\n": "*"}}}"#;
    let issues = Document::parse(text).unwrap_err();
    assert_eq!(issues.len(), 4);
    for issue in issues {
        assert!(!issue.in_text(text).contains(char::is_control), "{issue:?}");
    }
}

#[test]
fn encoded_text_is_decoded_and_other_text_left_alone() {
    for (encoded, plain) in [
        ("%7B%22Id%22%3A%22a%2Bb+c%22%7D", "{\"Id\":\"a+b+c\"}"),
        ("  {\"Id\": \"%22\"}", "  {\"Id\": \"%22\"}"),
        ("%0A%7B%7D", "\n{}"),
        ("%FF", "%FF"),
        ("%41", "%41"),
        ("", ""),
    ] {
        assert_eq!(decoded(encoded), plain);
    }
}

fn text() -> BoxedStrategy<Text> {
    prop_oneof!["[a-z]{0,3}(:[A-Z][a-z*?]{0,4})?", any::<String>()]
        .prop_map(|text| Text::from(&*text))
        .boxed()
}

fn items<T: std::fmt::Debug + Clone + 'static>(item: BoxedStrategy<T>) -> BoxedStrategy<Items<T>> {
    prop_oneof![item.clone().prop_map(Items::one), vec(item, 0..3).prop_map(Items::list)].boxed()
}

fn patterns() -> BoxedStrategy<PatternElement> {
    (any::<bool>(), items(text()))
        .prop_map(|(negated, patterns)| PatternElement { negated, patterns, key: At::default() })
        .boxed()
}

fn principal() -> BoxedStrategy<PrincipalElement> {
    let entries = vec(of(items(text())), 4).prop_map(|lists| {
        let entries = PrincipalKind::ALL.iter().zip(lists).filter_map(|(kind, values)| {
            Some(PrincipalEntry { kind: *kind, values: values?, key: At::default() })
        });
        Principals::Listed(entries.collect(), At::default())
    });
    let principals = prop_oneof![Just(Principals::Everybody(At::default())), entries];
    (any::<bool>(), principals)
        .prop_map(|(negated, principals)| PrincipalElement { negated, principals, key: At::default() })
        .boxed()
}

fn scalar() -> BoxedStrategy<Scalar> {
    let scalar = |form| move |text: String| Scalar { text: text.into(), form, at: At::default() };
    prop_oneof![
        any::<String>().prop_map(scalar(ScalarForm::Text)),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?".prop_map(scalar(ScalarForm::Number)),
        "true|false".prop_map(scalar(ScalarForm::Bool)),
    ]
    .boxed()
}

fn condition() -> BoxedStrategy<ConditionElement> {
    let key = (text(), items(scalar())).prop_map(|(name, values)| ConditionKey { name, values });
    let keys = vec(key, 0..3).prop_map(|mut keys| {
        keys.sort_by(|one, other| one.name.value.cmp(&other.name.value));
        keys.dedup_by(|one, other| one.name == other.name);
        keys
    });
    let operator = (text(), keys).prop_map(|(name, keys)| ConditionOperator { name, keys });
    vec(operator, 0..3)
        .prop_map(|mut operators| {
            operators.sort_by(|one, other| one.name.value.cmp(&other.name.value));
            operators.dedup_by(|one, other| one.name == other.name);
            ConditionElement { operators, at: At::default() }
        })
        .boxed()
}

fn statement() -> BoxedStrategy<Statement> {
    (
        of(text()),
        prop_oneof![Just(Effect::Allow), Just(Effect::Deny)],
        of(principal()),
        patterns(),
        of(patterns()),
        of(condition()),
    )
        .prop_map(|(sid, effect, principal, action, resource, condition)| Statement {
            sid,
            effect,
            principal,
            action,
            resource,
            condition,
            at: At::default(),
        })
        .boxed()
}

fn document() -> BoxedStrategy<Document> {
    let version = prop_oneof![Just(None), Just(Some(Version::V2008)), Just(Some(Version::V2012))];
    (version, of(text()), items(statement()))
        .prop_map(|(version, id, statements)| Document {
            version: version.map(|version| VersionElement { version, at: At::default() }),
            id,
            statements,
            at: At::default(),
        })
        .boxed()
}

proptest! {
    #[test]
    fn what_is_printed_reads_as_what_it_was(document in document()) {
        prop_assert_eq!(Document::parse(&document.to_json()), Ok(document.clone()));
        prop_assert_eq!(Document::parse(&document.to_compact_json()), Ok(document));
    }

    #[test]
    fn no_text_does_harm(text in any::<String>()) {
        let reading = Document::read(&text);
        prop_assert!(reading.document.is_some() || !reading.issues.is_empty());
    }

    /// Insertions into a document reach further than random text.
    #[test]
    fn no_damaged_document_does_harm(document in document(), at in any::<prop::sample::Index>(), with in "[\\[\\]{}\",:0-9a-z\\\\]{0,2}") {
        let mut text = document.to_json();
        let at = (0..=at.index(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.insert_str(at, &with);
        let reading = Document::read(&text);
        for issue in &reading.issues {
            prop_assert!(issue.span.start <= issue.span.end && issue.span.end as usize <= text.len());
            prop_assert!(!issue.in_text(&text).contains('\n'));
        }
    }
}
