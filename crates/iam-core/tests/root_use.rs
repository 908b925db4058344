//! What root did: how events become sessions, and whether they needed root.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like one")]

use std::fmt::Write as _;

use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};
use iam_core::evidence::{Evidence, assemble};
use iam_core::root_use::{Need, root_use};
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";

/// A record of root; fields given replace those of an everyday call.
fn record(time: &str, source: &str, name: &str, fields: &Value) -> Value {
    let mut record = json!({
        "eventVersion": "1.11", "eventTime": format!("2026-01-10T{time}Z"), "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name, "awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7", "userAgent": "Mozilla/5.0",
        "eventID": format!("{time}-{name}"), "readOnly": false, "eventType": "AwsApiCall", "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "Root", "principalId": ACCOUNT, "arn": format!("arn:aws:iam::{ACCOUNT}:root"),
            "accountId": ACCOUNT, "accessKeyId": "ASIAIOSFODNN7EXAMPLE"},
    });
    merge(&mut record, fields);
    record
}

fn merge(into: &mut Value, fields: &Value) {
    match (into, fields) {
        (Value::Object(into), Value::Object(fields)) => {
            for (key, value) in fields {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, other) => *into = other.clone(),
    }
}

fn sign_in(time: &str, mfa: &str, result: &str) -> Value {
    record(
        time,
        "signin",
        "ConsoleLogin",
        &json!({"eventType": "AwsConsoleSignIn", "userIdentity": {"accessKeyId": ""},
            "responseElements": {"ConsoleLogin": result}, "additionalEventData": {"MFAUsed": mfa}}),
    )
}

fn read(time: &str, source: &str, name: &str) -> Value {
    record(time, source, name, &json!({"readOnly": true}))
}

fn write(time: &str, source: &str, name: &str) -> Value {
    record(time, source, name, &json!({}))
}

fn evidence(records: &[Value]) -> Evidence {
    let mut fold = Fold::new(Selection::default(), Limits::default());
    fold.read(TrailFile::named("trail.json"), json!({ "Records": records }).to_string().as_bytes());
    let mut evidence = assemble(Vec::new());
    evidence.join_activity(fold.finish());
    evidence
}

/// One line for each session, one for each event that is not the console's.
fn told(records: &[Value]) -> String {
    let evidence = evidence(records);
    let account =
        evidence.accounts.iter().find(|it| it.id().is_some_and(|id| id.to_string() == ACCOUNT)).unwrap();
    let use_of = root_use(account.activity().unwrap());
    let mut told = String::new();
    for session in &use_of.sessions {
        let folded = session.deeds.len() - session.own_deeds().count();
        let mfa = session.mfa.map_or("unknown", |mfa| if mfa { "yes" } else { "no" });
        write!(told, "{} mfa={mfa} new={:?} folded={folded}", session.way.as_str(), session.new_addresses)
            .unwrap();
        if let Some(made_by) = session.made_by {
            write!(told, " by {}", made_by.principal.name).unwrap();
        }
        told.push('\n');
        for deed in session.own_deeds() {
            let need = match &deed.need {
                Need::Needed { task } => format!("needed: {task}"),
                Need::May { task, .. } => format!("may: {task}"),
                Need::NotNeeded { permission } => permission.clone(),
                Need::None => "-".to_owned(),
            };
            writeln!(told, "  {} {need}", deed.event.call).unwrap();
        }
    }
    write!(told, "{} by services", use_of.by_services).unwrap();
    told
}

#[test]
fn what_the_console_reads_is_folded_under_the_sign_in() {
    let records = [
        sign_in("08:00:00", "Yes", "Success"),
        read("08:00:05", "ec2", "DescribeRegions"),
        read("08:00:06", "iam", "ListUsers"),
        write("08:01:00", "iam", "CreateUser"),
        record(
            "08:02:00",
            "ec2",
            "DescribeInstances",
            &json!({"readOnly": true, "userAgent": "aws-cli/2.15 cloudshell"}),
        ),
        record("08:03:00", "kms", "Decrypt", &json!({"userIdentity": {"invokedBy": "rds.amazonaws.com"}})),
    ];
    assert_eq!(
        told(&records),
        "sign-in mfa=yes new={\"198.51.100.7\"} folded=2\n  signin:ConsoleLogin -\n  iam:CreateUser iam:CreateUser\n  \
         ec2:DescribeInstances ec2:DescribeInstances\n1 by services"
    );
}

#[test]
fn sessions_end_after_twelve_hours_or_with_another_key_or_address() {
    let other_address =
        json!({"sourceIPAddress": "203.0.113.9", "userIdentity": {"accessKeyId": "ASIAI44QH8DHBEXAMPLE"}});
    let records = [
        sign_in("08:00:00", "No", "Success"),
        write("08:01:00", "iam", "CreateUser"),
        record("08:02:00", "iam", "DeleteUser", &other_address),
        write("20:00:00", "iam", "CreateGroup"),
        write("20:00:01", "iam", "DeleteGroup"),
    ];
    assert_eq!(
        told(&records),
        "sign-in mfa=no new={\"198.51.100.7\"} folded=0\n  signin:ConsoleLogin -\n  iam:CreateUser iam:CreateUser\n  \
         iam:CreateGroup iam:CreateGroup\n\
         unseen mfa=unknown new={\"203.0.113.9\"} folded=0\n  iam:DeleteUser iam:DeleteUser\n\
         unseen mfa=unknown new={} folded=0\n  iam:DeleteGroup iam:DeleteGroup\n0 by services"
    );
}

#[test]
fn keys_are_sessions_of_their_own_and_nothing_of_them_is_folded() {
    let key = json!({"userIdentity": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE"}, "userAgent": "Mozilla/5.0", "readOnly": true});
    let records = [
        record("08:00:00", "s3", "ListBuckets", &key),
        record("09:00:00", "s3", "GetBucketPolicy", &key),
        record("10:00:01", "monitoring", "DescribeAlarms", &key),
    ];
    assert_eq!(
        told(&records),
        "access-key mfa=unknown new={\"198.51.100.7\"} folded=0\n  s3:ListBuckets s3:ListAllMyBuckets\n  \
         s3:GetBucketPolicy may: change a policy that denies everybody\n\
         access-key mfa=unknown new={} folded=0\n  monitoring:DescribeAlarms cloudwatch:DescribeAlarms\n0 by services"
    );
}

#[test]
fn only_what_the_console_does_by_itself_is_folded() {
    let sign_in = sign_in("08:00:00", "Yes", "Success");
    // It ties the key to the sign-in.
    let read_before = self::read("08:00:30", "monitoring", "DescribeAlarms");
    let folded = |source: &str, name: &str, fields: Value| {
        let mut read = json!({"readOnly": true});
        merge(&mut read, &fields);
        let records = [sign_in.clone(), read_before.clone(), record("08:01:00", source, name, &read)];
        told(&records).contains("folded=2")
    };
    for (source, name, fields, expected) in [
        ("iam", "ListUsers", json!({}), true),
        ("iam", "ListUsers", json!({"userAgent": "console.amazonaws.com"}), true),
        ("ec2", "DescribeRegions", json!({"sourceIPAddress": "ec2.amazonaws.com"}), true),
        (
            "s3",
            "ListBuckets",
            json!({"userAgent": "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11]"}),
            true,
        ),
        ("iam", "ListUsers", json!({"sourceIPAddress": "203.0.113.9"}), false),
        ("iam", "ListUsers", json!({"userAgent": "rclone/1.65"}), false),
        ("iam", "ListUsers", json!({"userAgent": ""}), false),
        ("secretsmanager", "GetSecretValue", json!({}), false),
        ("ssm", "GetParameters", json!({}), false),
        ("kms", "Decrypt", json!({}), false),
        ("ec2", "GetPasswordData", json!({}), false),
        ("s3", "GetObject", json!({}), false),
    ] {
        assert_eq!(folded(source, name, fields.clone()), expected, "{source}:{name} {fields}");
    }
    // Nobody was seen to sign in: nothing tells whose reads these are.
    assert!(told(&[read("08:01:00", "iam", "ListUsers")]).contains("folded=0"));
}

#[test]
fn a_failed_try_makes_no_address_known() {
    let records = [sign_in("08:00:00", "No", "Failure"), sign_in("08:10:00", "No", "Success")];
    let new = "new={\"198.51.100.7\"}";
    assert_eq!(told(&records).matches(new).count(), 2);
    // Where root was before, a failed try is from nowhere new.
    let records = [sign_in("07:00:00", "Yes", "Success"), sign_in("08:00:00", "No", "Failure")];
    assert_eq!(told(&records).matches(new).count(), 1);
}

#[test]
fn failed_sign_ins_are_told_together() {
    let records = [
        sign_in("08:00:00", "No", "Failure"),
        sign_in("08:10:00", "No", "Failure"),
        sign_in("10:00:00", "No", "Failure"),
    ];
    let failed = "failed-sign-in mfa=no";
    assert_eq!(
        told(&records),
        format!(
            "{failed} new={{\"198.51.100.7\"}} folded=0\n  signin:ConsoleLogin -\n  signin:ConsoleLogin -\n\
             {failed} new={{\"198.51.100.7\"}} folded=0\n  signin:ConsoleLogin -\n0 by services"
        )
    );
}

#[test]
fn a_session_of_assume_root_names_who_made_it() {
    let session = json!({"userIdentity": {"sessionContext": {"assumedRoot": "true"}}});
    let made = json!({"recipientAccountId": "444455556666", "userIdentity": {"type": "AssumedRole", "accountId": "444455556666",
        "arn": "arn:aws:sts::444455556666:assumed-role/central/anna", "accessKeyId": "ASIAI44QH8DHBEXAMPLE",
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::444455556666:role/central",
            "accountId": "444455556666", "userName": "central"}}},
        "requestParameters": {"targetPrincipal": ACCOUNT, "taskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials"}},
        "responseElements": {"credentials": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "sessionToken": "x"}}});
    let records = [
        record("08:00:00", "sts", "AssumeRoot", &made),
        record("08:01:00", "iam", "DeleteLoginProfile", &session),
    ];
    assert_eq!(
        told(&records),
        "assume-root mfa=unknown new={\"198.51.100.7\"} folded=0 by arn:aws:iam::444455556666:role/central\n  \
         iam:DeleteLoginProfile needed: a task of central root access, for which the session was made\n0 by services"
    );
    assert!(told(&records[1..]).starts_with("assume-root mfa=unknown new={\"198.51.100.7\"} folded=0\n"));
}

#[test]
fn tasks_that_need_root_are_told_from_others() {
    let need = |source: &str, name: &str, request: Value| {
        let evidence = evidence(&[record("08:00:00", source, name, &json!({"requestParameters": request}))]);
        let use_of = root_use(evidence.accounts[0].activity().unwrap());
        use_of.sessions[0].deeds[0].need.clone()
    };
    for (source, name, request, expected) in [
        ("iam", "CreateAccessKey", json!(null), "needed"),
        ("iam", "CreateAccessKey", json!({"userName": "anna"}), "not-needed"),
        ("iam", "EnableMFADevice", json!({"userName": "AWS ROOT USER"}), "needed"),
        ("iam", "EnableMFADevice", json!({"userName": "anna"}), "not-needed"),
        ("iam", "CreateVirtualMFADevice", json!({"virtualMFADeviceName": "phone"}), "may-have-needed"),
        ("iam", "AttachUserPolicy", json!({"userName": "anna"}), "may-have-needed"),
        ("iam", "CreateLoginProfile", json!({"userName": "anna"}), "may-have-needed"),
        (
            "s3",
            "PutBucketVersioning",
            json!({"VersioningConfiguration": {"Status": "Enabled", "MfaDelete": "Enabled"}}),
            "needed",
        ),
        (
            "s3",
            "PutBucketVersioning",
            json!({"VersioningConfiguration": {"Status": "Enabled", "MfaDelete": "Disabled"}}),
            "may-have-needed",
        ),
        (
            "s3",
            "PutBucketVersioning",
            json!({"VersioningConfiguration": {"Status": "Enabled"}}),
            "not-needed",
        ),
        ("s3", "DeleteBucketPolicy", json!({"bucketName": "b"}), "may-have-needed"),
        ("sqs", "SetQueueAttributes", json!(null), "may-have-needed"),
        ("account", "CloseAccount", json!(null), "may-have-needed"),
        ("signin", "PasswordUpdated", json!(null), "needed"),
        ("signin", "PasswordRecoveryCompleted", json!(null), "needed"),
        ("signin", "PasswordRecoveryRequested", json!(null), ""),
        ("iam", "CreateAccessKey", json!({"userName": "root"}), "not-needed"),
        ("organizations", "LeaveOrganization", json!(null), "not-needed"),
        ("support", "CreateCase", json!(null), "may-have-needed"),
        ("sts", "GetCallerIdentity", json!(null), ""),
    ] {
        assert_eq!(need(source, name, request).as_str(), expected, "{source}:{name}");
    }
}
