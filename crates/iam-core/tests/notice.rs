//! Events of `EventBridge`, and what there is to tell of them.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a helper of a test fails like one"
)]

use iam_core::check::Severity;
use iam_core::event::{Delivery, Kind};
use iam_core::ident::KeyIdDisplay;
use iam_core::notice::{Answer, Notice, of_event};
use proptest::prelude::*;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const ID: &str = "1a2b3c4d-0000-4000-8000-000000a00001";

/// An event of CloudTrail about what root did; fields given replace those of an everyday call.
fn event(fields: &Value) -> Value {
    let mut event = json!({
        "version": "0", "id": "e0000000-0000-4000-8000-000000a00000", "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.iam", "account": ACCOUNT, "time": "2026-01-15T08:00:00Z", "region": "us-east-1", "resources": [],
        "detail": {
            "eventVersion": "1.11", "eventTime": "2026-01-15T08:00:00Z", "eventSource": "iam.amazonaws.com",
            "eventName": "CreateUser", "awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2.15",
            "eventID": ID, "readOnly": false, "eventType": "AwsApiCall", "recipientAccountId": ACCOUNT,
            "userIdentity": {"type": "Root", "principalId": ACCOUNT, "arn": format!("arn:aws:iam::{ACCOUNT}:root"),
                "accountId": ACCOUNT, "accessKeyId": "ASIAIOSFODNN7EXAMPLE"},
        },
    });
    merge(&mut event, fields);
    event
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

fn call(source: &str, name: &str) -> Value {
    json!({"detail": {"eventSource": format!("{source}.amazonaws.com"), "eventName": name}})
}

fn user(fields: &Value) -> Value {
    let mut of_user = json!({"detail": {"userIdentity": {"type": "IAMUser", "userName": "anna", "accountId": ACCOUNT,
        "principalId": "AIDAIOSFODNN7EXAMPLE", "arn": format!("arn:aws:iam::{ACCOUNT}:user/anna")}}});
    merge(&mut of_user, fields);
    event(&of_user)
}

fn sign_in(result: &str, mfa: &str) -> Value {
    json!({"detail-type": "AWS Console Sign In via CloudTrail", "source": "aws.signin", "detail": {
        "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn",
        "responseElements": {"ConsoleLogin": result}, "additionalEventData": {"MFAUsed": mfa}}})
}

fn answer(event: &Value) -> Answer {
    let delivery = Delivery::read(event.to_string().as_bytes());
    assert_eq!(delivery.unread, []);
    of_event(&delivery.events[0], KeyIdDisplay::Shortened)
}

fn notice(event: &Value) -> Notice {
    match answer(event) {
        Answer::Notice(notice) => *notice,
        Answer::Nothing(why) | Answer::Unreadable(why) => panic!("{why}"),
    }
}

fn detail<'n>(notice: &'n Notice, label: &str) -> &'n str {
    notice.details.iter().find(|detail| detail.label == label).map_or("", |detail| &detail.value)
}

#[test]
fn what_root_did_is_as_bad_as_the_checks_say() {
    let own_key = json!({"detail": {"eventName": "CreateAccessKey",
        "responseElements": {"accessKey": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "root"}}}});
    let reads = json!({"detail": {"eventName": "ListUsers", "readOnly": true}});
    let denied = json!({"detail": {"errorCode": "AccessDenied", "errorMessage": "no"}});
    let central = json!({"detail": {"userIdentity": {"sessionContext": {"assumedRoot": "true"}}}});
    let mfa = json!({"detail": {"eventName": "DeactivateMFADevice", "requestParameters": {"userName": "AWS ROOT USER"}}});
    let policy = json!({"detail": {"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy"}});
    let versioning = json!({"detail": {"eventSource": "s3.amazonaws.com", "eventName": "PutBucketVersioning",
        "requestParameters": {"VersioningConfiguration": {"MfaDelete": "Enabled"}}}});
    for (fields, severity, check, title, needed) in [
        (
            json!({}),
            Severity::High,
            "root-activity",
            "called iam:CreateUser",
            "no: a role or user with iam:CreateUser could have done it",
        ),
        (
            own_key,
            Severity::Critical,
            "root-access-key-created",
            "made an access key for itself",
            "yes: manage root's own access keys",
        ),
        (
            reads,
            Severity::Low,
            "root-activity",
            "called iam:ListUsers",
            "no: a role or user with iam:ListUsers could have done it",
        ),
        (
            denied,
            Severity::High,
            "root-activity",
            "called iam:CreateUser and was denied",
            "no: a role or user with iam:CreateUser could have done it",
        ),
        (
            central,
            Severity::Medium,
            "root-assumed-centrally",
            "called iam:CreateUser in a session of sts:AssumeRoot",
            "yes: a task of central root access, for which the session was made",
        ),
        (
            mfa,
            Severity::High,
            "root-mfa-changed",
            "called iam:DeactivateMFADevice",
            "yes: manage root's own MFA device",
        ),
        (
            policy,
            Severity::High,
            "root-activity",
            "called s3:PutBucketPolicy",
            "perhaps, to change a policy that denies everybody: needed root only if the policy denied everybody; a session of \
             sts:AssumeRoot does it as well; else s3:PutBucketPolicy would have done",
        ),
        (
            versioning,
            Severity::Medium,
            "root-activity",
            "called s3:PutBucketVersioning",
            "yes: switch MFA Delete of a bucket on or off",
        ),
        (
            sign_in("Success", "Yes"),
            Severity::High,
            "root-console-login",
            "signed in to the console with MFA",
            "",
        ),
        (
            sign_in("Success", "No"),
            Severity::High,
            "root-console-login",
            "signed in to the console without MFA",
            "",
        ),
        (sign_in("Failure", "No"), Severity::Medium, "", "failed to sign in to the console", ""),
    ] {
        let notice = notice(&event(&fields));
        let got =
            (notice.severity, notice.check.as_str(), notice.title.as_str(), detail(&notice, "Needed root"));
        let title = format!("Root of account {ACCOUNT} {title}");
        assert_eq!(got, (severity, check, title.as_str(), needed), "{fields}");
        assert!(
            notice.next.and_then(|next| next.command).is_some_and(|command| command.starts_with("aws ")),
            "{fields}"
        );
        assert_eq!(detail_of(&event(&fields), "From"), "198.51.100.7");
    }
}

fn detail_of(event: &Value, label: &str) -> String {
    detail(&notice(event), label).to_owned()
}

#[test]
fn what_others_did() {
    let for_other = json!({"detail": {"eventName": "CreateAccessKey", "requestParameters": {"userName": "bob"},
        "responseElements": {"accessKey": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "bob"}}}});
    let attach = json!({"detail": {"eventName": "AttachUserPolicy", "requestParameters": {"userName": "anna",
        "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}}});
    for (fields, severity, check) in [
        (for_other, Severity::Medium, "access-key-created-for-other"),
        (attach, Severity::Low, ""),
        (call("iam", "TagUser"), Severity::Info, ""),
        (sign_in("Success", "No"), Severity::High, "console-login-without-mfa"),
        (sign_in("Success", "Yes"), Severity::Info, ""),
        (sign_in("Failure", "No"), Severity::Low, ""),
    ] {
        let notice = notice(&user(&fields));
        assert_eq!((notice.severity, notice.check.as_str()), (severity, check), "{fields}");
        assert!(notice.title.starts_with("User anna of account 111122223333 "), "{}", notice.title);
    }
}

#[test]
fn the_worst_of_several_checks_counts_and_the_most_telling_is_named() {
    let key = |user: &str| json!({"detail": {"eventName": "CreateAccessKey", "requestParameters": {"userName": user}}});
    for user in ["anna", "root", "Root"] {
        let notice = notice(&event(&key(user)));
        assert_eq!(
            (notice.severity, notice.check.as_str()),
            (Severity::High, "access-key-created-for-other")
        );
        assert!(notice.title.ends_with("called iam:CreateAccessKey"), "{}", notice.title);
        let told = if user == "anna" { user.to_owned() } else { format!("a user called {user}") };
        assert_eq!(detail(&notice, "User"), told);
    }
    let own = notice(&event(&key("AWS ROOT USER")));
    assert_eq!((own.severity, own.check.as_str()), (Severity::Critical, "root-access-key-created"));
}

#[test]
fn reads_of_secrets_are_not_told_as_the_consoles() {
    let by_itself = |source: &str, name: &str, agent: &str, key: &str| {
        let mut read = call(source, name);
        merge(
            &mut read,
            &json!({"detail": {"readOnly": true, "userAgent": agent, "userIdentity": {"accessKeyId": key}}}),
        );
        let notice = notice(&event(&read));
        (notice.severity, notice.reason.contains("by itself after a sign-in"))
    };
    let session = "ASIAIOSFODNN7EXAMPLE";
    assert_eq!(by_itself("iam", "ListUsers", "Mozilla/5.0", session), (Severity::Low, true));
    assert_eq!(by_itself("iam", "ListUsers", "aws-cli/2.15", session), (Severity::Low, false));
    assert_eq!(by_itself("iam", "ListUsers", "Mozilla/5.0", "AKIAIOSFODNN7EXAMPLE"), (Severity::Low, false));
    assert_eq!(by_itself("kms", "Decrypt", "Mozilla/5.0", session), (Severity::High, false));
    assert_eq!(
        by_itself("secretsmanager", "GetSecretValue", "Mozilla/5.0", session),
        (Severity::High, false)
    );
}

#[test]
fn sessions_of_root_in_members_are_told_with_account_and_policy() {
    let mut made = call("sts", "AssumeRoot");
    let policy = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
    for target in ["444455556666", "arn:aws:iam::444455556666:root"] {
        merge(
            &mut made,
            &json!({"detail": {"requestParameters": {"targetPrincipal": target, "taskPolicyArn": {"arn": policy}}}}),
        );
        let notice = notice(&user(&made));
        assert_eq!(notice.severity, Severity::Medium);
        assert!(notice.title.ends_with("called sts:AssumeRoot on account 444455556666"), "{}", notice.title);
        assert_eq!((detail(&notice, "Member account"), detail(&notice, "Task policy")), (target, policy));
    }
}

#[test]
fn anybody_can_ask_for_a_new_password_of_root() {
    let asked = json!({"detail-type": "AWS Console Sign In via CloudTrail", "source": "aws.signin", "detail": {
        "eventSource": "signin.amazonaws.com", "eventName": "PasswordRecoveryRequested", "eventType": "AwsConsoleSignIn",
        "responseElements": {"PasswordRecoveryRequested": "Success"}}});
    let notice = notice(&event(&asked));
    assert_eq!(notice.severity, Severity::Medium);
    assert_eq!(notice.title, format!("Somebody asked for a new password of root of account {ACCOUNT}"));
    assert!(notice.reason.contains("anybody who knows the address can"), "{}", notice.reason);
    assert_eq!(detail(&notice, "Needed root"), "");
}

#[test]
fn whatever_cloudtrail_calls_it_a_deed_of_root_is_told() {
    let action = json!({"detail": {"eventSource": "billingconsole.amazonaws.com", "eventName": "SetContactAddress",
        "eventType": "AwsConsoleAction"}});
    let password = json!({"detail": {"eventSource": "signin.amazonaws.com", "eventName": "PasswordUpdated",
        "eventType": "AwsConsoleSignIn", "responseElements": {"PasswordUpdated": "Success"}}});
    let refused = json!({"detail": {"eventType": "AwsVpceEvent", "eventCategory": "NetworkActivity", "errorCode": "VpceAccessDenied"}});
    for (detail_type, fields, expected) in [
        ("AWS Console Action via CloudTrail", &action, "called billingconsole:SetContactAddress"),
        ("AWS Console Sign In via CloudTrail", &password, "called signin:PasswordUpdated"),
        ("AWS Console Signin via CloudTrail", &password, "called signin:PasswordUpdated"),
        ("AWS Network Activity Event via CloudTrail", &refused, "called iam:CreateUser and was denied"),
    ] {
        let mut event = event(fields);
        merge(&mut event, &json!({ "detail-type": detail_type }));
        let notice = notice(&event);
        assert_eq!(notice.title, format!("Root of account {ACCOUNT} {expected}"), "{detail_type}");
        assert!(notice.severity >= Severity::Medium, "{detail_type}: {}", notice.severity);
    }
}

#[test]
fn federated_sign_ins_are_never_without_mfa() {
    let role = json!({"detail": {"userIdentity": {"type": "AssumedRole", "accountId": ACCOUNT, "userName": null,
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/anna"),
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "AWSReservedSSO_Admin_1", "accountId": ACCOUNT,
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/AWSReservedSSO_Admin_1")}}}}});
    let mut fields = sign_in("Success", "No");
    merge(&mut fields, &role);
    let notice = notice(&event(&fields));
    assert!(notice.title.ends_with("signed in to the console"), "{}", notice.title);
    assert_eq!(
        (notice.severity, detail(&notice, "MFA").contains("identity provider")),
        (Severity::Info, true)
    );
}

#[test]
fn what_there_is_nothing_to_tell_of_says_why() {
    let service = json!({"detail-type": "AWS Service Event via CloudTrail", "detail": {"eventType": "AwsServiceEvent"}});
    let by_service = json!({"detail": {"userIdentity": {"invokedBy": "support.amazonaws.com"}}});
    for (event, expected) in [
        (user(&call("s3", "GetObject")), "no deed of root"),
        (event(&service), "a service did it by itself"),
        (event(&by_service), "support.amazonaws.com did it in the name of root"),
        (
            event(&json!({"detail-type": "Access Preview State Change", "source": "aws.access-analyzer"})),
            "preview",
        ),
        (
            event(&json!({"detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2"})),
            "no event of",
        ),
        // Only AWS may send in the name of AWS; whoever else borrows the words is not believed.
        (event(&json!({"source": "my.program"})), "no event of"),
        (event(&json!({"detail": []})), "no record"),
    ] {
        let answer = if event["detail"].is_array() {
            let delivery = Delivery::read(event.to_string().as_bytes());
            assert_eq!((delivery.events.len(), delivery.unread.len()), (0, 1));
            continue;
        } else {
            answer(&event)
        };
        assert!(matches!(&answer, Answer::Nothing(why) if why.contains(expected)), "{answer:?}");
    }
}

#[test]
fn secrets_and_key_ids_are_not_told() {
    let password = json!({"detail": {"eventName": "CreateLoginProfile", "requestParameters": {"userName": "bob",
        "password": "hunter2-hunter2"}, "responseElements": {"credentials": {"sessionToken": "hunter2-hunter2",
        "secretAccessKey": "hunter2-hunter2"}}}});
    let all = format!("{:?}", notice(&event(&password)));
    assert!(!all.contains("hunter2") && !all.contains("ASIAIOSFODNN7EXAMPLE"), "{all}");
}

#[test]
fn a_hostile_region_or_id_gives_no_link_and_no_command_with_it() {
    for fields in [
        json!({"detail": {"awsRegion": "evil.example/x#", "userIdentity": {"type": "IAMUser"}}}),
        json!({"detail": {"eventID": "$(id)", "userIdentity": {"type": "IAMUser"}}}),
    ] {
        let notice = notice(&event(&fields));
        assert_eq!((notice.link, notice.next), (None, None));
    }
    let link = notice(&event(&json!({}))).link;
    let home = "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1";
    assert_eq!(link, Some(format!("{home}#/events/{ID}")));
}

/// An event of Access Analyzer; fields given replace those of a public bucket.
fn found(fields: &Value) -> Value {
    let mut event = json!({
        "version": "0", "id": "e0", "detail-type": "Access Analyzer Finding", "source": "aws.access-analyzer",
        "account": "777788889999", "time": "2026-01-15T09:00:00Z", "region": "eu-west-1",
        "resources": [format!("arn:aws:access-analyzer:eu-west-1:{ACCOUNT}:analyzer/outside")],
        "detail": {"id": "f0000000-1", "status": "ACTIVE", "resourceType": "AWS::S3::Bucket", "resource": "arn:aws:s3:::logs",
            "createdAt": "2026-01-14T10:00:00Z", "accountId": ACCOUNT, "isDeleted": false, "principal": {"AWS": "*"},
            "action": ["s3:GetObject"], "condition": {}, "isPublic": true, "region": "eu-west-1"},
    });
    merge(&mut event, fields);
    event
}

#[test]
fn a_finding_is_told_as_what_it_says_and_no_more() {
    let detail = |fields: Value| json!({ "detail": fields });
    let unused = |kind: &str| {
        json!({"detail-type": "Unused Access Finding for IAM entities", "detail": {"findingType": kind, "resourceType": "AWS::IAM::User",
            "resource": "arn:aws:iam::111122223333:user/ci/anna", "isPublic": null, "id": null, "findingId": "f0000000-1",
            "previousStatus": ""}})
    };
    for (fields, severity, title) in [
        (
            detail(
                json!({"resourceType": "AWS::IAM::Role", "resource": "arn:aws:iam::111122223333:role/ci/deploy"}),
            ),
            Severity::Critical,
            "Anybody has access to role/ci/deploy",
        ),
        (json!({}), Severity::High, "Anybody has access to bucket logs"),
        (
            detail(json!({"isPublic": false, "principal": {"AWS": "444455556666"}})),
            Severity::Medium,
            "444455556666 from outside has access to bucket logs",
        ),
        (detail(json!({"status": "ARCHIVED"})), Severity::Low, "Archived: Anybody has access to bucket logs"),
        (
            detail(json!({"status": "ARCHIVED", "isPublic": false, "principal": {"AWS": "444455556666"}})),
            Severity::Info,
            "Archived: 444455556666 from outside has access to bucket logs",
        ),
        (
            detail(json!({"status": "RESOLVED"})),
            Severity::Info,
            "Resolved: Anybody has access to bucket logs",
        ),
        (detail(json!({"status": "PAUSED"})), Severity::High, "PAUSED: Anybody has access to bucket logs"),
        // Whatever its status was: that the finding is gone does not say that the access is.
        (
            detail(json!({"isDeleted": true})),
            Severity::Info,
            "IAM Access Analyzer has deleted its finding about bucket logs; the access may still be there",
        ),
        (
            detail(json!({"isDeleted": true, "status": "RESOLVED"})),
            Severity::Info,
            "IAM Access Analyzer has deleted its finding about bucket logs; the access may still be there",
        ),
        (
            detail(json!({"error": "ACCESS_DENIED"})),
            Severity::Low,
            "IAM Access Analyzer could not look at bucket logs",
        ),
        (
            json!({"detail-type": "Internal Access Finding", "source": "aws.access-analyzer-beta"}),
            Severity::Low,
            "* has access to bucket logs",
        ),
        (unused("UnusedIAMRole"), Severity::Medium, "user/ci/anna is not used"),
        (
            unused("UnusedIAMUserAccessKey"),
            Severity::Medium,
            "user/ci/anna has an access key that is not used",
        ),
        (unused("UnusedIAMUserPassword"), Severity::Medium, "user/ci/anna has a password that is not used"),
        (unused("UnusedPermission"), Severity::Low, "user/ci/anna has permissions that are not used"),
        (
            unused("UnusedTelepathy"),
            Severity::Low,
            "IAM Access Analyzer found UnusedTelepathy of user/ci/anna",
        ),
    ] {
        let notice = notice(&found(&fields));
        assert_eq!((notice.severity, notice.title.as_str()), (severity, title), "{fields}");
        // The account that owns the resource, which need not be that of the analyzer.
        assert_eq!((notice.id.as_str(), notice.account.as_str()), ("f0000000-1", ACCOUNT), "{fields}");
        assert!(
            notice.check.is_empty() || iam_core::checks::find(&notice.check).is_some(),
            "{}",
            notice.check
        );
        let is_over = fields["detail"]["isDeleted"] == true || fields["detail"]["status"] == "RESOLVED";
        assert_eq!(notice.next.is_none(), is_over, "{fields}");
    }
}

#[test]
fn a_finding_without_what_matters_is_not_told() {
    for (fields, expected) in [
        (json!({"detail": {"status": null}}), "it has no `status`"),
        (json!({"detail-type": "Unused Access Finding for IAM entities"}), "it has no `findingType`"),
        (json!({"source": "my.program"}), "no event of"),
    ] {
        let answer = answer(&found(&fields));
        assert!(
            matches!(&answer, Answer::Nothing(why) | Answer::Unreadable(why) if why.contains(expected)),
            "{answer:?}"
        );
        assert_eq!(matches!(answer, Answer::Unreadable(_)), fields["source"].is_null(), "{fields}");
    }
    let hostile =
        notice(&found(&json!({"resources": ["arn:aws:access-analyzer:eu-west-1:1:analyzer/$(id)"]})));
    assert_eq!(hostile.next.unwrap().command, None);
}

/// Every way in which an event arrives, and how many there are.
#[test]
fn events_are_found_in_whatever_they_are_wrapped_in() {
    let one = event(&json!({}));
    let text = one.to_string();
    let sns = json!({"Type": "Notification", "MessageId": "1", "Message": text});
    for (name, input, events, unread) in [
        ("bare", text.clone(), 1, 0),
        ("pretty", serde_json::to_string_pretty(&one).unwrap(), 1, 0),
        ("byte order mark", format!("\u{feff}{text}"), 1, 0),
        ("array", json!([one, one]).to_string(), 2, 0),
        ("lines", format!("{text}\n\n{text}\r\n"), 2, 0),
        ("documents", format!("{0}{0}", serde_json::to_string_pretty(&one).unwrap()), 2, 0),
        ("damaged line", format!("{text}\n{{\"a\": \n{text}\n"), 2, 1),
        ("sns", sns.to_string(), 1, 0),
        ("sns to lambda", json!({"Records": [{"EventSource": "aws:sns", "Sns": sns}]}).to_string(), 1, 0),
        ("sqs", json!({"Messages": [{"Body": text}, {"Body": "x"}]}).to_string(), 1, 1),
        (
            "sqs to lambda",
            json!({"Records": [{"eventSource": "aws:sqs", "body": sns.to_string()}]}).to_string(),
            1,
            0,
        ),
        (
            "subscription",
            json!({"Type": "SubscriptionConfirmation", "Message": "x", "SubscribeURL": "https://x"})
                .to_string(),
            0,
            1,
        ),
        ("record", one["detail"].to_string(), 0, 1),
        ("records", json!({"Records": [one["detail"]]}).to_string(), 0, 1),
        ("cut off", text[..100].to_owned(), 0, 1),
        ("empty", String::new(), 0, 0),
        ("empty queue", r#"{"Messages": []}"#.to_owned(), 0, 0),
        ("empty queue, messages only", "null".to_owned(), 0, 0),
        ("numbers", "1 2".to_owned(), 0, 2),
        ("key twice", r#"{"detail-type": "a", "detail-type": "b", "detail": {}}"#.to_owned(), 0, 1),
        ("deep", "[".repeat(100_000), 0, 1),
    ] {
        let delivery = Delivery::read(input.as_bytes());
        assert_eq!(
            (delivery.events.len(), delivery.unread.len()),
            (events, unread),
            "{name}: {:?}",
            delivery.unread
        );
        assert!(delivery.events.iter().all(|event| event.kind() == Some(Kind::Call)), "{name}");
    }
    assert_eq!(Delivery::read(b"\xff\xfe{").unread.len(), 1);
    // A message in a message in a message has an end.
    let mut wrapped = text;
    for _ in 0..9 {
        wrapped = json!({"Message": wrapped}).to_string();
    }
    assert_eq!(Delivery::read(wrapped.as_bytes()).unread.len(), 1);
}

proptest! {
    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for event in Delivery::read(&bytes).events {
            of_event(&event, KeyIdDisplay::Full);
        }
    }

    #[test]
    fn no_field_of_an_event_makes_it_panic(path in prop::sample::select(vec!["eventTime", "eventName", "eventSource",
        "userIdentity", "awsRegion", "eventID", "responseElements", "requestParameters", "userAgent", "errorCode"]),
        value in prop::sample::select(vec![json!(null), json!(1e300), json!("\u{0}\u{202e}é"), json!([[]]), json!({"type": 1})])) {
        let changed = event(&json!({"detail": {path: value}}));
        answer(&changed);
    }
}
