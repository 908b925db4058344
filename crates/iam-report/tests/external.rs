//! Access from outside as JSON, against its schema.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    dead_code,
    reason = "functions that tests share, of which this one needs few"
)]

mod schema;

use iam_core::evidence::{Given, assemble};
use iam_core::external::{Question, external};
use iam_core::input::InputFile;
use iam_report::external::{self, Inside, NotRead, Options};
use iam_report::who_can;
use serde_json::{Value, to_value};

#[test]
fn the_committed_schemas_are_those_of_the_code() {
    schema::assert_committed("external-v1.json", &to_value(external::schema()).unwrap());
    schema::assert_committed("who-can-v1.json", &to_value(who_can::schema()).unwrap());
}

#[test]
fn json_is_as_its_schema_says() {
    let policy = r#"{"Statement": [
        {"Sid": "=1+1", "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example1234"}}},
        {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sqs:SendMessage", "Resource": "*"}]}"#;
    let files = [
        ("manifest.json", r#"{"tool": "aws", "account": "111122223333", "calls": []}"#),
        ("resource-policies/eu-west-1/sqs-queue/jobs.json", policy),
        ("resource-policies/eu-west-1/sqs-queue/broken.json", "{"),
    ];
    let files = files.map(|(name, text)| {
        (InputFile { path: format!("account/{name}"), bytes: text.into() }, Given::InFolder)
    });
    let evidence = assemble(files.into());
    let account = &evidence.accounts[0];
    let all = [external(account, &Question::of(account))];
    let inside =
        Inside { organization: None, accounts: &[], is_concise: false, not_read: &NotRead::all(&evidence) };
    let mut out = Vec::new();
    external::json(&all, inside, &Options::default(), &mut out).unwrap();
    let document: Value = serde_json::from_slice(&out).unwrap();
    let schema = to_value(external::schema()).unwrap();
    schema::assert_valid(&schema, &document);
    assert!(document["not_read"][0]["path"].as_str().unwrap().ends_with("sqs-queue/broken.json"));
    assert_eq!(document["accounts"][0]["resources"].as_array().unwrap().len(), 2);

    let mut table = Vec::new();
    external::csv(&all, &mut table).unwrap();
    assert!(String::from_utf8_lossy(&table).contains("'=1+1"), "formulas are neutralised");
}
