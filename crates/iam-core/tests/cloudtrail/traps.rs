//! Inputs that a reader in a hurry gets wrong, each with what it has to say.

use std::fmt::Write as _;

use iam_core::cloudtrail::{Activity, Fold, Limits, PrincipalKind, Selection, TrailFile};
use iam_core::fact::Reason;

use crate::reference::{self, comparable};
use crate::{fold, fold_of};

/// The members of a record that a user's `iam:CreateUser` has.
const MEMBERS: &str = r#""eventTime":"2026-01-15T08:00:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","recipientAccountId":"111122223333","eventID":"1","readOnly":false,"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333"}"#;

fn record() -> String {
    record_with("")
}

/// The record with further members.
fn record_with(more: &str) -> String {
    format!("{{{MEMBERS}{more}}}")
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Checks that so many records are counted, that they are the record above, and that the reference agrees.
fn counts(text: &str, records: u64) -> Activity {
    let activity = counts_alone(text, records);
    let files = [(TrailFile::named("trail.json"), text.as_bytes().to_vec())];
    let expected = reference::activity(&files, &Selection::default(), Limits::default(), false).unwrap();
    assert_eq!(comparable(activity.clone()), comparable(expected));
    activity
}

/// The same without the reference.
fn counts_alone(text: &str, records: u64) -> Activity {
    let activity = fold_of(text.as_bytes());
    assert_eq!((activity.files.records, activity.files.counted), (records, records), "{:?}", activity.gaps);
    assert!(activity.is_whole(), "{:?}", activity.gaps);
    for (principal, deeds) in activity.principals.iter() {
        assert_eq!(&*principal.name, "arn:aws:iam::111122223333:user/anna");
        let calls: Vec<String> = deeds.calls.iter().map(|(call, _)| call.to_string()).collect();
        assert_eq!(calls, ["iam:CreateUser"]);
    }
    assert_eq!(activity.principals.len(), usize::from(records > 0));
    activity
}

/// The only principal of the only record.
fn principal_of(record: &str) -> (PrincipalKind, String, String) {
    let files = [(TrailFile::named("trail.json"), record.as_bytes().to_vec())];
    let activity = fold(&files, &Selection::default(), Limits::default());
    let expected = reference::activity(&files, &Selection::default(), Limits::default(), false).unwrap();
    assert_eq!(comparable(activity.clone()), comparable(expected));
    let (principal, _) = activity.principals.iter().next().unwrap();
    assert_eq!(activity.principals.len(), 1);
    (principal.kind, principal.account.to_string(), principal.name.to_string())
}

// ---- shapes ----

#[test]
fn no_records() {
    counts(r#"{"Records":[]}"#, 0);
    counts("{\n  \"Records\" : [ ]\n}\n", 0);
    counts("", 0);
    counts("[]", 0);
    counts(" \r\n", 0);
}

#[test]
fn a_byte_order_mark_alone_is_an_empty_file() {
    counts("\u{feff}", 0);
    counts("\u{feff}\n", 0);
}

#[test]
fn a_byte_order_mark_may_come_in_pieces() {
    let bytes = "\u{feff}{\"Records\":[]}".as_bytes();
    let mut fold = Fold::new(Selection::default(), Limits::default());
    fold.start(TrailFile::named("trail.json"));
    let used = fold.feed(&bytes[..1], false);
    fold.feed(&bytes[used..], true);
    fold.end(None);
    assert!(fold.finish().is_whole());
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let activity = counts(&format!("\u{feff}{{\"Records\":[{}]}}", record()), 1);
    assert_eq!(activity.events.iter().next().unwrap().place.offset, 15);
}

#[test]
fn pretty_printing_changes_nothing_but_places() {
    let value: serde_json::Value = serde_json::from_str(&record()).unwrap();
    let whole = serde_json::json!({ "Records": [value, value] });
    counts(&serde_json::to_string_pretty(&whole).unwrap(), 2);
    counts(&serde_json::to_string_pretty(&whole).unwrap().replace('\n', "\r\n"), 2);
    counts(&serde_json::to_string_pretty(&value).unwrap(), 1);
}

#[test]
fn records_on_lines() {
    let record = record();
    counts(&format!("{record}\n{record}"), 2);
    counts(&format!("{record}\n{record}\n"), 2);
    counts(&format!("{record}\r\n\r\n{record}\r\n"), 2);
    counts(&format!("{record}{record}"), 2);
    counts(&format!("[{record},{record}]\n[{record}]"), 3);
}

#[test]
fn several_files_in_one() {
    let whole = format!("{{\"Records\":[{}]}}", record());
    counts(&format!("{whole}{whole}\n{whole}"), 3);
}

#[test]
fn members_around_the_list() {
    counts(&format!("{{\"x\":[{{\"eventName\":\"Fake\"}}],\"Records\":[{}],\"y\":{{}}}}", record()), 1);
}

#[test]
fn lookup_events() {
    let entry = format!(
        r#"{{"EventId":"1","EventName":"Fake","Resources":[{{"ResourceName":"x"}}],"CloudTrailEvent":{}}}"#,
        quoted(&record())
    );
    let activity = counts(&format!(r#"{{"Events":[{entry},{entry}],"NextToken":"x"}}"#), 2);
    assert_eq!(activity.events.iter().next().unwrap().place.offset, 11, "the entry's start");
}

#[test]
fn an_event_of_event_bridge() {
    let event = format!(
        r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","detail":{}}}"#,
        record()
    );
    counts(&event, 1);
    counts(&format!("{event}\n{event}\n"), 2);
    let turned = format!(r#"{{"detail":{},"detail-type":"AWS API Call via CloudTrail"}}"#, record());
    counts(&turned, 1);
}

#[test]
fn a_listing_of_cloudwatch_logs() {
    let entry = format!(r#"{{"timestamp":1768464000000,"message":{}}}"#, quoted(&record()));
    counts(&format!(r#"{{"events":[{entry},{entry}],"nextForwardToken":"f/1"}}"#), 2);
}

#[test]
fn a_payload_of_a_subscription() {
    let entry = format!(r#"{{"id":"1","timestamp":1768464000000,"message":{}}}"#, quoted(&record()));
    let payload = format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"trail","logStream":"1","subscriptionFilters":["all"],"logEvents":[{entry}]}}"#
    );
    counts(&payload, 1);
    counts(&format!("{payload}{payload}"), 2);
}

#[test]
fn a_control_message_of_a_subscription_holds_no_record() {
    let payload = r#"{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1768464000000,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}"#;
    assert_eq!(fold_of(payload.as_bytes()).files.counted, 0);
}

#[test]
fn exported_lines() {
    let line = format!("2026-01-15T08:00:00.000Z {}", record());
    let activity = counts(&format!("{line}\n{line}"), 2);
    assert_eq!(activity.events.iter().next().unwrap().place.offset, 25, "the record, not the line");
    counts(&format!("{line}\r\n{line}\r\n"), 2);
}

#[test]
fn rows_of_lake() {
    let rows = r#"{"QueryStatus":"FINISHED","QueryResultRows":[
        [{"eventID":"1"},{"eventTime":"2026-01-15 08:00:00.000"},{"eventSource":"iam.amazonaws.com"},
         {"eventName":"CreateUser"},{"awsRegion":"us-east-1"},{"recipientAccountId":"111122223333"},{"readOnly":"false"},
         {"userIdentity":"{type=IAMUser, principalid=AIDAEXAMPLE, arn=arn:aws:iam::111122223333:user/anna, accountid=111122223333, accesskeyid=AKIAIOSFODNN7EXAMPLE, username=anna}"}]
    ]}"#;
    let activity = counts_alone(rows, 1);
    let plain = fold_of(record().as_bytes());
    assert_eq!(activity.coverage, plain.coverage);
    assert_eq!(activity.all(), plain.all());
    let (_, deeds) = activity.principals.iter().next().unwrap();
    assert!(deeds.keys.iter().any(|(key, _)| &**key == "AKIAIOSFODNN7EXAMPLE"));
    assert_eq!(activity.events.iter().count(), 1);
}

#[test]
fn results_of_logs_insights() {
    let row = |message: &str| {
        let message = quoted(message);
        format!(
            r#"[{{"field":"@timestamp","value":"2026-01-15 08:00:00.000"}},{{"field":"@message","value":{message}}},{{"field":"@ptr","value":"CmEK"}}]"#
        )
    };
    let rows = format!("{},\n{}", row(&record()), row(&record()));
    let end = r#""statistics":{"recordsMatched":2.0,"recordsScanned":9.0,"bytesScanned":9000.0}"#;
    counts_alone(&format!(r#"{{"results":[{rows}],{end},"status":"Complete"}}"#), 2);
    counts_alone(&format!(r#"{{"queryLanguage":"CWLI","status":"Complete","results":[{rows}],{end}}}"#), 2);
    for (file, gap) in [
        (format!(r#"{{"results":[{rows}],{end},"status":"Running"}}"#), "query with the status `Running`"),
        (format!(r#"{{"status":"Timeout","results":[{rows}],{end}}}"#), "query with the status `Timeout`"),
        (
            format!(r#"{{"QueryStatus":"RUNNING","QueryResultRows":[],"Records":[{0},{0}]}}"#, record()),
            "`RUNNING`",
        ),
        (format!(r#"{{"results":[{rows},{}]}}"#, row("no record")), "without a record in @message"),
        (
            format!(r#"{{"results":[{rows},[{{"field":"eventName","value":"CreateUser"}}]]}}"#),
            "without a record in @message",
        ),
    ] {
        let activity = fold_of(file.as_bytes());
        assert_eq!(activity.files.counted, 2, "{file}");
        assert_eq!(activity.gaps.len(), 1, "{:?}", activity.gaps);
        assert!(activity.gaps.iter().all(|found| found.what.contains(gap)), "{:?}", activity.gaps);
    }
}

#[test]
fn a_digest_holds_no_records() {
    let digest = r#"{"awsAccountId":"111122223333","digestStartTime":"2026-01-15T07:00:00Z","digestEndTime":"2026-01-15T08:00:00Z","logFiles":[{"s3Bucket":"example-bucket","s3Object":"a.json.gz","newestEventTime":"2026-01-15T08:00:00Z"}]}"#;
    let activity = counts(digest, 0);
    assert_eq!(activity.files.digests, 1);
}

#[test]
fn an_insight_is_no_call() {
    for more in [r#","eventType":"AwsCloudTrailInsight""#, r#","eventCategory":"Insight""#] {
        let activity = fold_of(record_with(more).as_bytes());
        let files = &activity.files;
        assert_eq!((files.records, files.insights, files.counted), (1, 1, 0));
        assert!(activity.principals.is_empty() && activity.coverage.is_empty() && activity.gaps.is_empty());
    }
}

// ---- keys and texts ----

#[test]
fn keys_in_nested_objects_are_not_the_records() {
    let nested = r#"{"eventName":"Fake","eventSource":"fake","eventTime":"1970-01-01T00:00:00Z","readOnly":true,"recipientAccountId":"444455556666","userIdentity":{"type":"Root"},"Records":[{"eventName":"Fake"}]}"#;
    let more = format!(
        r#","requestParameters":{nested},"responseElements":[{nested}],"serviceEventDetails":{{"x":[{nested}]}}"#
    );
    counts(&record_with(&more), 1);
    counts(&format!("{{\"Records\":[{0},{0}]}}", record_with(&more)), 2);
    let before = format!(r#"{{"requestParameters":{nested},{MEMBERS}}}"#);
    counts(&before, 1);
}

#[test]
fn a_record_within_a_text_is_text() {
    let trap = r#"","eventName":"Fake","errorCode":"AccessDenied"}]},{"eventName":"Fake"#;
    for key in ["userAgent", "errorMessage", "sourceIPAddress", "requestID", "somethingNew"] {
        for text in [trap.to_owned(), record(), format!("{}\\", record()), format!("{trap}\\\\")] {
            counts(
                &format!(r#"{{"Records":[{}]}}"#, record_with(&format!(r#","{key}":{}"#, quoted(&text)))),
                1,
            );
        }
    }
    let twice = quoted(&quoted(&record()));
    counts(&record_with(&format!(r#","requestParameters":{{"document":{twice}}}"#)), 1);
}

#[test]
fn backslashes_before_the_closing_mark() {
    for backslashes in 0..140 {
        let text = quoted(&"\\".repeat(backslashes));
        let more = format!(r#","userAgent":{text},"errorMessage":{text}"#);
        counts(&format!(r#"{{"Records":[{0},{0}]}}"#, record_with(&more)), 2);
    }
}

#[test]
fn marks_at_every_place_of_a_block() {
    for at in 0..130 {
        let more = format!(r#","somethingNew":["{}\"}}]",{{"a":"\\"}}]"#, " ".repeat(at));
        counts(&format!(r#"{{"Records":[{0},{0}]}}"#, record_with(&more)), 2);
    }
}

#[test]
fn escapes_in_keys_and_values() {
    let escaped = record()
        .replace("eventName", "event\\u004eame")
        .replace("CreateUser", "Create\\u0055ser")
        .replace("iam.amazonaws.com", "\\u0069am.amazonaws.com")
        .replace("userIdentity", "\\u0075serIdentity")
        .replace("type", "t\\u0079pe")
        .replace("user/anna", "user\\/anna");
    counts(&escaped, 1);
}

#[test]
fn escapes_in_the_key_of_a_list() {
    counts(&format!(r#"{{"\u0052ecords":[{}]}}"#, record()), 1);
}

#[test]
fn escapes_in_words() {
    let more = r#","readOnly":"\u0074rue","eventCategory":"D\u0061ta","managementEvent":"\u0066alse""#;
    counts(&record_with(more), 1);
    let session = r#"{"type":"IAMUser","sessionContext":{"attributes":{"mfaAuthenticated":"\u0074rue"}},"#;
    counts(&record().replace(r#"{"type":"IAMUser","#, session), 1);
}

#[test]
fn an_empty_key_is_a_key() {
    counts(&record_with(r#","requestParameters":{"":{"a":"b"},"a":"c"}"#), 1);
}

#[test]
fn surrogate_pairs() {
    let record = record_with(r#","sourceIPAddress":"\ud83d\udddd\u00e4""#);
    let activity = counts(&record, 1);
    let (_, deeds) = activity.principals.iter().next().unwrap();
    assert!(deeds.addresses.iter().any(|(address, _)| &**address == "🗝ä"));
}

#[test]
fn half_a_surrogate_pair_costs_one_character() {
    let record = record_with(r#","userAgent":"a\ud83d""#);
    let activity = fold_of(format!("{record}\n{record}").as_bytes());
    assert_eq!(activity.files.records, 2);
}

#[test]
fn the_last_of_several_keys_counts() {
    let before = format!(r#"{{"eventName":"Fake","userIdentity":{{"type":"Root"}},{MEMBERS}}}"#);
    counts(&before, 1);
    let nothing = record_with(r#","eventName":null"#);
    let activity = fold_of(nothing.as_bytes());
    assert_eq!((activity.files.records, activity.files.counted, activity.gaps.len()), (1, 0, 1));
}

#[test]
fn values_of_other_kinds_count_as_absent() {
    for value in ["null", "1", "true", "[]", "{}", r#"["text"]"#, r#"{"arn":"x"}"#] {
        let keys = ["userAgent", "sourceIPAddress", "errorCode", "errorMessage", "eventType", "resources"];
        let more = keys.map(|key| format!(r#","{key}":{value}"#)).concat();
        counts(&record_with(&more), 1);
    }
}

#[test]
fn a_record_without_what_every_record_has_is_a_gap() {
    let records = [
        "{}",
        r#"{"eventName":"GetUser","eventSource":"iam.amazonaws.com"}"#,
        r#"{"eventName":"GetUser","eventSource":"iam.amazonaws.com","eventTime":"yesterday"}"#,
        r#"{"eventName":"GetUser","eventSource":"iam.amazonaws.com","eventTime":"1969-12-31T23:59:59Z"}"#,
        r#"{"eventName":"","eventSource":"iam.amazonaws.com","eventTime":"2026-01-15T08:00:00Z"}"#,
        r#"{"eventName":"GetUser","eventSource":7,"eventTime":"2026-01-15T08:00:00Z"}"#,
    ];
    for record in records {
        let activity = fold_of(format!(r#"{{"Records":[{record}]}}"#).as_bytes());
        let records = u64::from(record != "{}");
        assert_eq!((activity.files.records, activity.files.counted), (records, 0), "{record}");
        let gap = activity.gaps.first().unwrap();
        assert_eq!((gap.offset, gap.reason), (Some(12), Reason::Malformed));
    }
}

// ---- sizes ----

#[test]
fn a_text_of_a_megabyte() {
    let text = "x\\\"]}{[".repeat(150_000);
    counts(
        &format!(
            r#"{{"Records":[{0},{1}]}}"#,
            record_with(&format!(r#","errorMessage":"{text}""#)),
            record()
        ),
        2,
    );
}

#[test]
fn a_record_of_five_megabytes() {
    let mut items = String::from("0");
    for at in 0..400_000 {
        write!(items, ",{{\"a\":{at}}}").unwrap();
    }
    assert!(items.len() > 5_000_000);
    let large = record_with(&format!(r#","requestParameters":{{"items":[{items}]}}"#));
    counts_alone(&format!(r#"{{"Records":[{large},{}]}}"#, record()), 2);
}

#[test]
fn ten_thousand_levels() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        for key in ["requestParameters", "responseElements", "resources", "userAgent", "somethingNew"] {
            let activity = fold_of(
                format!(r#"{{"Records":[{},{}]}}"#, record_with(&format!(r#","{key}":{deep}"#)), record())
                    .as_bytes(),
            );
            assert_eq!(activity.files.counted, 2, "{key}");
        }
        let identity =
            record_with("").replace(r#""type":"IAMUser""#, &format!(r#""x":{deep},"type":"IAMUser""#));
        assert_eq!(fold_of(identity.as_bytes()).files.counted, 1);
        fold_of(deep.as_bytes());
        fold_of(format!(r#"{{"Records":{deep}}}"#).as_bytes());
        fold_of(open.repeat(10_000).as_bytes());
    }
}

#[test]
fn envelopes_within_envelopes_end() {
    let mut text = record();
    for _ in 0..12 {
        text = format!(r#"{{"events":[{{"message":{}}}]}}"#, quoted(&text));
    }
    fold_of(text.as_bytes());
    let mut text = record();
    for _ in 0..10_000 {
        text = format!(r#"{{"detail-type":"x","detail":{text}}}"#);
    }
    fold_of(text.as_bytes());
}

// ---- who it was ----

/// A record with this `userIdentity` and further members.
fn record_of(identity: &str, more: &str) -> String {
    format!(
        r#"{{"eventTime":"2026-01-15T08:00:00Z","eventSource":"kms.amazonaws.com","eventName":"RotateKey","recipientAccountId":"111122223333"{identity}{more}}}"#
    )
}

fn is(record: &str, kind: PrincipalKind, account: &str, name: &str) {
    assert_eq!(principal_of(record), (kind, account.to_owned(), name.to_owned()), "{record}");
}

#[test]
fn a_service_event_without_type() {
    let service = r#","eventType":"AwsServiceEvent""#;
    is(&record_of("", service), PrincipalKind::Service, "", "kms.amazonaws.com");
    let by = r#","userIdentity":{"accountId":"111122223333","invokedBy":"AWS Internal"}"#;
    is(&record_of(by, service), PrincipalKind::Service, "", "kms.amazonaws.com");
}

#[test]
fn nobody_is_named() {
    is(&record_of("", ""), PrincipalKind::Unknown, "", "");
    is(&record_of(r#","userIdentity":null"#, ""), PrincipalKind::Unknown, "", "");
    is(&record_of(r#","userIdentity":{}"#, ""), PrincipalKind::Unknown, "", "");
    let by = r#","userIdentity":{"invokedBy":"cloudformation.amazonaws.com"}"#;
    is(&record_of(by, ""), PrincipalKind::Service, "", "cloudformation.amazonaws.com");
}

#[test]
fn a_web_identity_has_no_arn() {
    let identity = r#","userIdentity":{"type":"WebIdentityUser","principalId":"accounts.example.com:app:123","userName":"123","identityProvider":"accounts.example.com"}"#;
    is(&record_of(identity, ""), PrincipalKind::WebIdentity, "", "accounts.example.com");
}

#[test]
fn sessions_belong_to_their_role() {
    let issued = r#","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:one","arn":"arn:aws:sts::111122223333:assumed-role/deploy/one","accountId":"111122223333","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/ci/deploy"}}}"#;
    is(
        &record_of(issued, ""),
        PrincipalKind::Role,
        "111122223333",
        "arn:aws:iam::111122223333:role/ci/deploy",
    );
    let unissued = r#","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:one","arn":"arn:aws:sts::111122223333:assumed-role/deploy/one"}"#;
    is(
        &record_of(unissued, ""),
        PrincipalKind::Role,
        "111122223333",
        "arn:aws:sts::111122223333:assumed-role/deploy",
    );
    let nameless = r#","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:one"}"#;
    is(&record_of(nameless, ""), PrincipalKind::Unknown, "", "AROAEXAMPLE:one");
}

#[test]
fn the_account_of_root_is_in_its_name() {
    let root = r#","userIdentity":{"type":"Root","accountId":"444455556666"}"#;
    is(&record_of(root, ""), PrincipalKind::Root, "444455556666", "arn:aws:iam::444455556666:root");
}

// ---- secrets ----

#[test]
fn secrets_are_left_out_wherever_they_stand() {
    let secrets = [
        r#"{"password":"SECRETVALUE"}"#,
        r#"{"newPassword":"SECRETVALUE","oldPassword":"SECRETVALUE"}"#,
        r#"{"credentials":{"secretAccessKey":"SECRETVALUE","sessionToken":"SECRETVALUE"}}"#,
        r#"{"accessKey":{"SecretAccessKey":"SECRETVALUE"}}"#,
        r#"{"a":[{"PRIVATEKEY":"SECRETVALUE"}]}"#,
        r#"{"p\u0061ssword":"SECRETVALUE"}"#,
        r#"{"tokenCode":"SECRETVALUE","x-amz-security-token":"SECRETVALUE"}"#,
    ];
    for secret in secrets {
        for key in ["requestParameters", "responseElements", "additionalEventData"] {
            let activity = fold_of(record_with(&format!(r#","{key}":{secret}"#)).as_bytes());
            assert_eq!(activity.events.iter().count(), 1);
            assert!(!format!("{activity:?}").contains("SECRETVALUE"), "{key} {secret}");
        }
    }
}

#[test]
fn a_secret_need_not_be_a_text() {
    for secret in
        [r#"{"password":20260115}"#, r#"{"tokenCode":20260115}"#, r#"{"secret":{"value":"20260115"}}"#]
    {
        let activity = fold_of(record_with(&format!(r#","requestParameters":{secret}"#)).as_bytes());
        assert!(!format!("{activity:?}").contains("20260115"), "{secret}");
    }
}

#[test]
fn what_only_sounds_secret_is_kept() {
    let more = r#","requestParameters":{"passwordResetRequired":true,"userName":"anna"},"responseElements":{"accessKey":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"},"ConsoleLogin":"Success"}"#;
    let activity = counts(&record_with(more), 1);
    let event = activity.events.iter().next().unwrap();
    assert_eq!(event.requested("passwordResetRequired"), Some("true"));
    assert_eq!(event.responded("accessKey/accessKeyId"), Some("AKIAIOSFODNN7EXAMPLE"));
    assert_eq!(event.responded("ConsoleLogin"), Some("Success"));
}
