//! Access from outside as JSON, against its schema.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "functions that tests share, of which this one needs few"
)]

mod schema;

use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::external::{ExternalAccess, Question, external};
use iam_core::input::InputFile;
use iam_report::external::{self, Inside, NotRead, Options};
use iam_report::who_can;
use serde_json::{Value, to_value};

#[test]
fn the_committed_schemas_are_those_of_the_code() {
    schema::assert_committed("external-v1.json", &to_value(external::schema()).unwrap());
    schema::assert_committed("who-can-v1.json", &to_value(who_can::schema()).unwrap());
}

fn evidence() -> Evidence {
    let policy = r#"{"Statement": [
        {"Sid": "=1+1", "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example1234"}}},
        {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sqs:SendMessage", "Resource": "*"}]}"#;
    let open = r#"{
        "Statement":
         {"Sid": "[here](https://example.com)", "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}}"#;
    let files = [
        ("manifest.json", r#"{"tool": "aws", "account": "111122223333", "calls": []}"#),
        ("resource-policies/eu-west-1/sqs-queue/jobs.json", policy),
        ("resource-policies/eu-west-1/sqs-queue/jobs2.json", open),
        ("resource-policies/eu-west-1/sqs-queue/broken.json", "{"),
    ];
    let files = files.map(|(name, text)| {
        (InputFile { path: format!("account/{name}"), bytes: text.into() }, Given::InFolder)
    });
    assemble(files.into())
}

fn accessed(evidence: &Evidence) -> Vec<ExternalAccess> {
    evidence.accounts.iter().map(|account| external(account, &Question::of(account))).collect()
}

#[test]
fn json_is_as_its_schema_says() {
    let evidence = evidence();
    let all = accessed(&evidence);
    let inside =
        Inside { organization: None, accounts: &[], is_concise: false, not_read: &NotRead::all(&evidence) };
    let mut out = Vec::new();
    external::json(&all, inside, &Options::default(), &mut out).unwrap();
    let document: Value = serde_json::from_slice(&out).unwrap();
    let schema = to_value(external::schema()).unwrap();
    schema::assert_valid(&schema, &document);
    assert!(document["not_read"][0]["path"].as_str().unwrap().ends_with("sqs-queue/broken.json"));
    assert_eq!(document["accounts"][0]["resources"].as_array().unwrap().len(), 3);

    let mut table = Vec::new();
    external::csv(&all, &mut table).unwrap();
    assert!(String::from_utf8_lossy(&table).contains("'=1+1"), "formulas are neutralised");
}

#[test]
fn sarif_is_as_the_official_schema_says_and_points_at_statements() {
    let evidence = evidence();
    let mut out = Vec::new();
    let options = Options { exit_code: 1, ..Options::default() };
    external::sarif(&accessed(&evidence), &NotRead::all(&evidence), &options, &mut out).unwrap();
    let log: Value = serde_json::from_slice(&out).unwrap();
    schema::assert_valid(&schema::of_sarif(), &log);
    let run = &log["runs"][0];
    let told: Vec<String> =
        run["results"].as_array().unwrap().iter().map(|result| told(run, result)).collect();
    // The lines and columns of the statements, in the file.
    let expected = [
        ("external-access-public jobs2.json 3:10-3:121 anybody", " may sqs:* with the queue"),
        ("external-access-shared jobs.json 2:9-2:", "* may sqs:*"),
        ("external-access-shared jobs.json 4:9-4:", "444455556666 may sqs:SendMessage"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        let (place, message) = expected;
        assert!(told.starts_with(place) && told.contains(message), "found {told}, expected {expected:?}");
    }
    let text = String::from_utf8(out).unwrap();
    assert!(!text.contains("[here]("), "a name cannot become a link");
    let notifications = &run["invocations"][0]["toolExecutionNotifications"];
    assert!(notifications.to_string().contains("sqs-queue/broken.json"), "{notifications}");
}

/// The rule, the file and the place of a result, and its message.
fn told(run: &Value, result: &Value) -> String {
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    let place = &result["locations"][0]["physicalLocation"];
    let region = &place["region"];
    let file = place["artifactLocation"]["uri"].as_str().unwrap().rsplit('/').next().unwrap();
    let rule = result["ruleId"].as_str().unwrap();
    let [line, start, last, end] =
        ["startLine", "startColumn", "endLine", "endColumn"].map(|name| &region[name]);
    let message = result["message"]["text"].as_str().unwrap();
    format!("{rule} {file} {line}:{start}-{last}:{end} {message}")
}
