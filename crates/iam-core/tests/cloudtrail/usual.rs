//! Records in the form in which CloudTrail writes them, which the fold compares with those before them: many that are alike,
//! and now and then one that is a little different.

use iam_core::cloudtrail::{Limits, Selection, TrailFile};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::laws::{agree, in_pieces};
use crate::records::Choices;
use crate::{config, fold, fold_of, reference, tiny};

const IDENTITIES: &[&str] = &[
    r#"{"type":"AssumedRole","principalId":"AROAEXAMPLE:anna","arn":"arn:aws:sts::111122223333:assumed-role/ci/anna","accountId":"111122223333","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/ci","accountId":"111122223333"}}}"#,
    r#"{"type":"AssumedRole","principalId":"AROAEXAMPLE:bert","arn":"arn:aws:sts::111122223333:assumed-role/ci/bert","accountId":"111122223333","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/ci","accountId":"111122223333"}}}"#,
    r#"{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/carl","accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"carl"}"#,
    r#"{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/carl","accountId":"111122223333","accessKeyId":"AKIAI44QH8DHBEXAMPLE","userName":"carl"}"#,
    r#"{"type":"Root","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"}"#,
    r#"{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}"#,
    r#"{"invokedBy":"config.amazonaws.com"}"#,
    r#"{"eventVersion":"1.11","userIdentity":{"type":"Root"},"type":"IAMUser","userName":"dora"}"#,
    "null",
];
const CALLS: &[(&str, &str)] = &[
    ("s3.amazonaws.com", "GetObject"),
    ("sts.amazonaws.com", "AssumeRole"),
    ("sts.amazonaws.com", "GetCallerIdentity"),
    ("iam.amazonaws.com", "CreateAccessKey"),
    ("signin.amazonaws.com", "ConsoleLogin"),
    ("iam.amazonaws.com", "ListUsers"),
    ("s3.amazonaws.com", ""),
];
const ORIGINS: &[&str] = &[
    r#""awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.7","userAgent":"aws-cli/2""#,
    r#""awsRegion":"us-east-1","sourceIPAddress":"192.0.2.7","userAgent":"a \"quoted\" agent""#,
    r#""awsRegion":"us-east-1","sourceIPAddress":"192.0.2.8""#,
    r#""awsRegion":"us-east-1","sourceIPAddress":"192.0.2.8","userAgent":"""#,
    r#""awsRegion":"us-east-1","sourceIPAddress":"lambda.amazonaws.com","userAgent":null"#,
    r#""awsRegion":"us\u002deast-1","sourceIPAddress":"192.0.2.9","userAgent":"x""#,
    r#""awsRegion":"us-east-1""#,
];
const MIDDLES: &[&str] = &[
    r#""requestParameters":null,"responseElements":null,"#,
    r#""requestParameters":{"bucketName":"b","key":"k"},"responseElements":null,"#,
    r#""errorCode":"AccessDenied","errorMessage":"no \"way\"","requestParameters":null,"#,
    r#""errorCode":"ThrottlingException","requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/z"},"#,
    r#""requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/x"},"responseElements":{"ConsoleLogin":"Success"},"#,
    r#""requestParameters":{"policy":"{\"a\":\"arn:aws:s3:::no\"}","x":["arn:aws:s3:::b/k1","\u0061rn:aws:s3:::b/k2"]},"#,
    r#""errorCode":"","additionalEventData":{"MFAUsed":"No"},"#,
    "",
];
const RESOURCES: &[&str] = &[
    "",
    r#","resources":[{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}]"#,
    r#","resources":[{"ARN":"arn:aws:s3:::b/1"},{"ARN":"arn:aws:s3:::b/2"}]"#,
    r#","resources":[]"#,
];
const ENDS: &[&str] = &[
    r#","eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}"#,
    r#","eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","sharedEventID":"c1a26c27","eventCategory":"Data"}"#,
    r#","eventType":"AwsApiCall","recipientAccountId":"444455556666","tlsDetails":{"tlsVersion":"TLSv1.3"}}"#,
    r#","eventType":"AwsApiCall","recipientAccountId":"111122223333","sharedEventID":"d2","sharedEventID":"d3"}"#,
    r#","eventType":"AwsConsoleSignIn","recipientAccountId":"111122223333","eventCategory":"Management"}"#,
    r#","eventType":"AwsServiceEvent","recipientAccountId":"111122223333"}"#,
    r#","eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","eventCategory":"Insight"}"#,
    r#","eventType":"AwsApiCall","recipientAccountId":"111122223333","eventCategory":"Management","eventName":"DeleteObject"}"#,
    r#","eventType":"AwsApiCall","recipientAccountId":"111122223333","errorCode":"AccessDenied"}"#,
    r#","eventType":"AwsApiCall"}"#,
    r#","recipientAccountId":"111122223333","Records":[1]}"#,
    "}",
];

/// One of them, and mostly the first.
fn mostly<T: Copy>(c: &mut Choices<'_>, of: &[T]) -> T {
    if c.once_in(3) { c.of(of) } else { of[0] }
}

fn record(c: &mut Choices<'_>) -> String {
    let version = mostly(c, &["1.11", "1.08"]);
    let identity = c.of(IDENTITIES);
    let time = format!("2026-01-1{}T0{}:00:0{}Z", c.below(3), c.below(10), c.below(4));
    let time = mostly(
        c,
        &[&*time, "2026-01-15T24:00:00Z", "2026-01-15 08:00:00Z", "never", "20260115T080000Z...\\"],
    );
    let (source, name) = if c.once_in(2) { CALLS[0] } else { c.of(CALLS) };
    let (origin, middle, end) = (mostly(c, ORIGINS), c.of(MIDDLES), mostly(c, ENDS));
    let id =
        if c.once_in(3) { "short".to_owned() } else { format!("00000000-0000-4000-8000-{:012}", c.below(9)) };
    let read_only = mostly(c, &["true", "false", "\"true\"", "null"]);
    let resources = mostly(c, RESOURCES);
    let record = format!(
        r#"{{"eventVersion":"{version}","userIdentity":{identity},"eventTime":"{time}","eventSource":"{source}","eventName":"{name}",{origin},{middle}"requestID":"{id}","eventID":"{id}","readOnly":{read_only}{resources}{end}"#
    );
    match c.below(40) {
        37 => record.replacen("\":", "\": ", 1 + c.below(9)),
        38 => record.replacen("event", "\\u0065vent", 1 + c.below(9)),
        39 => record.replacen("\"readOnly\":", "\"eventTime\":", 1),
        _ => record,
    }
}

fn file(numbers: &[u8]) -> Vec<(TrailFile, Vec<u8>)> {
    let mut c = Choices::new(numbers);
    let account = c.of(&[None, Some("111122223333"), Some("444455556666")]);
    let records: Vec<String> = (0..12).map(|_| record(&mut c)).collect();
    let json =
        if c.once_in(3) { records.join("\n") } else { format!("{{\"Records\":[{}]}}", records.join(",")) };
    let file = TrailFile { account: account.map(Into::into), ..TrailFile::named("trail.json") };
    vec![(file, json.into_bytes())]
}

proptest! {
    #![proptest_config(config(3_000))]

    #[test]
    fn comparing_says_what_reading_says(numbers in vec(any::<u8>(), 0..400), sizes in vec(1_usize..4_000, 1..6)) {
        let files = file(&numbers);
        let all = Selection::default();
        let Some(expected) = reference::activity(&files, &all, Limits::default(), false) else { return Ok(()) };
        let whole = fold(&files, &all, Limits::default());
        agree(whole.clone(), expected, &files)?;
        agree(in_pieces(&files, &sizes, Limits::default()), whole, &files)?;
        let expected = reference::activity(&files, &all, tiny(), false).unwrap();
        agree(fold(&files, &all, tiny()), expected, &files)?;
    }
}

/// What a record says behind its `userAgent`, and whether it is an authorised call that shows an ARN.
#[test]
fn calls_that_show_an_arn_are_counted() {
    const ON_ARN: &str = r#""requestParameters":{"queue":"arn:aws:sqs:eu-west-1:111122223333:orders"},"#;
    const ON_URL: &str =
        r#""requestParameters":{"queue":"https://sqs.eu-west-1.amazonaws.com/111122223333/orders"},"#;
    const ON_KEY: &str = r#""requestParameters":{"arn:aws:sqs:eu-west-1:111122223333:orders":1},"#;
    const ON_ESCAPES: &str = r#""requestParameters":{"a":"\u0061rn:aws:sqs:eu-west-1:111122223333:orders"},"#;
    const DENIED: &str = r#""errorCode":"AccessDenied","requestParameters":{"queue":"arn:aws:sqs:eu-west-1:111122223333:orders"},"#;
    const THROTTLED: &str = r#""errorCode":"ThrottlingException","requestParameters":{"queue":"arn:aws:sqs:eu-west-1:111122223333:orders"},"#;
    const LISTED: &str = r#","resources":[{"ARN":"arn:aws:sqs:eu-west-1:111122223333:orders"}]"#;
    let check = |parts: &[(&str, &str)], shown: u64| {
        let (identity, (source, name), origin, end) = (IDENTITIES[0], CALLS[0], ORIGINS[0], ENDS[0]);
        let records = parts.iter().map(|(middle, resources)| {
            format!(
                r#"{{"eventVersion":"1.11","userIdentity":{identity},"eventTime":"2026-01-15T08:00:00Z","eventSource":"{source}","eventName":"{name}",{origin},{middle}"eventID":"1","readOnly":true{resources}{end}"#
            )
        });
        let json = format!("{{\"Records\":[{}]}}", records.collect::<Vec<_>>().join(","));
        let activity = fold_of(json.as_bytes());
        assert_eq!(activity.files.counted, u64::try_from(parts.len()).unwrap(), "{json}");
        let (_, deeds) = activity.principals.iter().next().unwrap();
        let (_, usage) = deeds.calls.iter().next().unwrap();
        assert_eq!(usage.with_resources, shown, "{json}");
    };
    check(&[(ON_ARN, ""), (ON_ARN, ""), (ON_URL, ""), (ON_ARN, "")], 3);
    check(&[(ON_ARN, ""), (ON_URL, ""), (ON_URL, "")], 1);
    check(&[(ON_ARN, ""), ("", ""), (ON_ARN, "")], 2);
    check(&[(ON_URL, LISTED), (ON_URL, LISTED), (ON_URL, ""), ("", LISTED)], 3);
    check(&[(ON_ARN, LISTED), (ON_URL, LISTED), (ON_URL, "")], 2);
    check(&[(ON_KEY, ""), (ON_KEY, ""), (ON_ESCAPES, ""), (ON_ESCAPES, "")], 2);
    check(&[(ON_ARN, ""), (DENIED, ""), (ON_URL, ""), (DENIED, LISTED), (ON_ARN, "")], 2);
    check(&[(ON_URL, LISTED), (DENIED, ""), (ON_URL, LISTED)], 2);
    check(&[(THROTTLED, ""), (ON_ARN, ""), (THROTTLED, LISTED)], 1);
}
