//! Whether somebody is told, where the links of a chain lie in several accounts or Regions.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like one")]

use iam_core::audit::{AsOf, AsOfFrom, Keep, Settings, audit};
use iam_core::checks;
use iam_core::evidence::{Given, assemble, default_regions};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;
use serde_json::{Value, json};

const MANAGEMENT: &str = "111122223333";
const MEMBER: &str = "444455556666";
const SECURITY: &str = "777788889999";

/// A folder of account folders; each account has a password policy, so that it is one, and a certificate that names it.
#[derive(Default)]
struct Run(Vec<(InputFile, Given)>);

impl Run {
    fn with(mut self, path: &str, value: &Value) -> Self {
        self.0.push((
            InputFile { path: path.to_owned(), bytes: value.to_string().into_bytes() },
            Given::InFolder,
        ));
        self
    }

    fn account(self, folder: &str, id: &str) -> Self {
        let certificate = json!({"ServerCertificateMetadataList": [{"ServerCertificateName": "web",
            "Arn": format!("arn:aws:iam::{id}:server-certificate/web"), "ServerCertificateId": "ASCAEXAMPLE",
            "Expiration": "2030-01-01T00:00:00Z"}]});
        self.with(&format!("{folder}/server-certificates.json"), &certificate)
    }

    /// The organisation's trail, as every account sees it.
    fn trail(self, folder: &str) -> Self {
        let trail = json!({"trailList": [{"Name": "all", "IsMultiRegionTrail": true, "IsOrganizationTrail": true,
            "TrailARN": format!("arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/all"), "HasCustomEventSelectors": false,
            "CloudWatchLogsLogGroupArn": format!("arn:aws:logs:us-east-1:{MANAGEMENT}:log-group:trail:*")}]});
        self.with(&format!("{folder}/monitoring/us-east-1/trails.json"), &trail)
            .with(&format!("{folder}/monitoring/us-east-1/status.json"), &json!({"IsLogging": true}))
            .with(&format!("{folder}/monitoring/us-east-1/event-rules.json"), &json!({"Rules": []}))
    }

    /// The management account with one alarm, changed so.
    fn with_alarm(filters: &Value, alarm: &Value) -> Self {
        let run = Self::default().account("management", MANAGEMENT).trail("management");
        let mut run = run.alarm("management", ROOT, MANAGEMENT).subscription("management", MANAGEMENT);
        run.change("metric-filters.json", filters);
        run.change("alarms.json", alarm);
        run
    }

    /// The management account with one alarm, whose trail has these event selectors.
    fn with_selectors(selectors: &Value) -> Self {
        let trail = format!("arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/all");
        let mut selectors = selectors.clone();
        selectors.as_object_mut().unwrap().insert("TrailARN".to_owned(), json!(trail));
        Self::with_alarm(&json!({}), &json!({}))
            .with("management/monitoring/us-east-1/event-selectors.json", &selectors)
    }

    /// Changes what stands at these pointers in the files of this name.
    fn change(&mut self, name: &str, changes: &Value) {
        for (file, _) in self.0.iter_mut().filter(|(file, _)| file.path.ends_with(name)) {
            let mut document: Value = serde_json::from_slice(&file.bytes).unwrap();
            for (pointer, change) in changes.as_object().unwrap() {
                let (parent, field) = pointer.rsplit_once('/').unwrap();
                match document.pointer_mut(parent).unwrap() {
                    Value::Array(items) => items.push(change.clone()),
                    object => object[field] = change.clone(),
                }
            }
            file.bytes = document.to_string().into_bytes();
        }
    }

    fn alarm(self, folder: &str, pattern: &str, topic_owner: &str) -> Self {
        let filters = json!({"metricFilters": [{"filterName": "root", "filterPattern": pattern, "logGroupName": "trail",
            "metricTransformations": [{"metricName": "root", "metricNamespace": "n", "metricValue": "1"}]}]});
        let alarms = json!({"MetricAlarms": [{"AlarmName": "root", "MetricName": "root", "Namespace": "n",
            "AlarmArn": format!("arn:aws:cloudwatch:us-east-1:{MANAGEMENT}:alarm:root"), "Statistic": "Sum", "Period": 300,
            "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "ActionsEnabled": true, "AlarmActions": [format!("arn:aws:sns:us-east-1:{topic_owner}:tell")]}]});
        self.with(&format!("{folder}/monitoring/us-east-1/metric-filters.json"), &filters)
            .with(&format!("{folder}/monitoring/us-east-1/alarms.json"), &alarms)
    }

    fn subscription(self, folder: &str, topic_owner: &str) -> Self {
        let topic = format!("arn:aws:sns:us-east-1:{topic_owner}:tell");
        let list = json!({"Subscriptions": [{"SubscriptionArn": format!("{topic}:1"), "TopicArn": topic, "Protocol": "email",
            "Owner": topic_owner, "Endpoint": "security@example.com"}]});
        self.with(&format!("{folder}/monitoring/us-east-1/subscriptions/tell.json"), &list)
    }

    /// What the check on root's use says of an account.
    fn says_of(&self, id: &str) -> String {
        self.says_by("root-use-unmonitored", id)
    }

    fn says_by(&self, check: &str, id: &str) -> String {
        let check = checks::find(check).unwrap();
        let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
        let settings = Settings { keep: Keep::All, ..Settings::default() };
        let report = audit(&assemble(self.0.clone()), &[check], &settings, as_of);
        let account =
            report.accounts.iter().find(|account| account.id.is_some_and(|own| own.to_string() == id));
        let account = account.unwrap();
        let fails = account.findings.iter().map(|finding| {
            let lowered = finding.severity_reason.map(|_| format!(" [{}]", finding.severity.as_str()));
            format!("fail: {}{}", finding.message, lowered.unwrap_or_default())
        });
        let unknown = account.unknown.iter().map(|unknown| {
            let gap = account.gaps.get(unknown.gap).unwrap();
            format!("unknown: {}", gap.what)
        });
        let silent =
            account.silent.iter().map(|silent| format!("{}: {}", silent.status.as_str(), silent.reason));
        fails.chain(unknown).chain(silent).collect::<Vec<_>>().join("; ")
    }
}

const ROOT: &str = r"{ $.userIdentity.type = Root && $.userIdentity.invokedBy NOT EXISTS && $.eventType != AwsServiceEvent }";

#[test]
fn a_member_is_watched_by_the_trail_of_its_organisation() {
    let run = Run::default()
        .account("management", MANAGEMENT)
        .trail("management")
        .alarm("management", ROOT, MANAGEMENT)
        .subscription("management", MANAGEMENT)
        .account("member", MEMBER)
        .trail("member");
    for account in [MANAGEMENT, MEMBER] {
        assert_eq!(
            run.says_of(account),
            "pass: somebody is told of what root does by topic `tell`",
            "{account}"
        );
    }
    let alone = Run::default().account("member", MEMBER).trail("member");
    assert_eq!(
        alone.says_of(MEMBER),
        format!(
            "unknown: the trail `all` delivers to a log group of account {MANAGEMENT}, of which nothing was handed in"
        )
    );
}

#[test]
fn a_filter_for_one_account_watches_no_other() {
    let only =
        format!("{{ $.recipientAccountId = {MANAGEMENT} && ({}) }}", &ROOT.trim_matches(['{', '}', ' ']));
    let run = Run::default()
        .account("management", MANAGEMENT)
        .trail("management")
        .alarm("management", &only, MANAGEMENT)
        .subscription("management", MANAGEMENT)
        .account("member", MEMBER)
        .trail("member");
    assert_eq!(run.says_of(MANAGEMENT), "pass: somebody is told of what root does by topic `tell`");
    assert_eq!(
        run.says_of(MEMBER),
        "fail: nobody is told of what root does: no metric filter of the log group `trail` matches"
    );
}

#[test]
fn the_topic_may_be_another_accounts() {
    let run = || {
        Run::default().account("management", MANAGEMENT).trail("management").alarm(
            "management",
            ROOT,
            SECURITY,
        )
    };
    assert_eq!(
        run().says_of(MANAGEMENT),
        format!("unknown: who is subscribed to the topic `tell` of account {SECURITY} was not handed in")
    );
    let pass = "pass: somebody is told of what root does by topic `tell`";
    let here = run().subscription("management", SECURITY);
    assert_eq!(here.says_of(MANAGEMENT), pass);
    let there = run().account("security", SECURITY).subscription("security", SECURITY);
    assert_eq!(there.says_of(MANAGEMENT), pass);
}

#[test]
fn what_aws_refuses_to_show_is_unknown() {
    let denied = "An error occurred (AuthorizationError) when calling the ListSubscriptionsByTopic operation: not authorized";
    let mut run = Run::default().account("management", MANAGEMENT).trail("management").alarm(
        "management",
        ROOT,
        MANAGEMENT,
    );
    run.0.push((
        InputFile {
            path: "management/monitoring/us-east-1/subscriptions/tell.json".to_owned(),
            bytes: denied.into(),
        },
        Given::InFolder,
    ));
    assert_eq!(
        run.says_of(MANAGEMENT),
        "unknown: AWS answered `AuthorizationError` to ListSubscriptionsByTopic: `not authorized`"
    );
}

/// The management account with a rule of EventBridge in these Regions, and no alarm.
fn with_rules(pattern: &Value, regions: &[&str]) -> Run {
    let mut run = Run::default().account("management", MANAGEMENT).trail("management");
    run.0.retain(|(file, _)| !file.path.ends_with("event-rules.json"));
    let none = json!({"metricFilters": []});
    let run = run.with("management/monitoring/us-east-1/metric-filters.json", &none);
    regions.iter().fold(run, |run, region| {
        let rules = json!({"Rules": [{"Name": "watch", "Arn": format!("arn:aws:events:{region}:{MANAGEMENT}:rule/watch"),
            "EventPattern": pattern.to_string(), "State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}]});
        let chat = format!("arn:aws:events:{region}:{MANAGEMENT}:api-destination/chat/1");
        run.with(&format!("management/monitoring/{region}/event-rules.json"), &rules).with(
            &format!("management/monitoring/{region}/event-targets/watch.json"),
            &json!({"Targets": [{"Id": "1", "Arn": chat}]}),
        )
    })
}

fn root_rule() -> Value {
    json!({"detail": {"userIdentity": {"type": ["Root"], "invokedBy": [{"exists": false}]},
        "eventType": [{"anything-but": "AwsServiceEvent"}]}})
}

#[test]
fn what_may_come_in_any_region_needs_a_rule_in_each() {
    let all = default_regions("aws");
    let sign_in = json!({"detail": {"eventName": ["ConsoleLogin"], "userIdentity": {"type": ["IAMUser"]},
        "additionalEventData": {"MFAUsed": ["No"]}, "responseElements": {"ConsoleLogin": ["Success"]}}});
    for (check, pattern, about) in [
        ("root-use-unmonitored", root_rule(), "what root does"),
        ("signin-without-mfa-unmonitored", sign_in, "sign-ins without MFA"),
    ] {
        let says = |run: &Run| run.says_by(check, MANAGEMENT);
        let pass = format!("pass: somebody is told of {about} by rule `watch`");
        assert_eq!(says(&with_rules(&pattern, all)), pass);
        for regions in [&["us-east-1"][..], &all[1..]] {
            let one = says(&with_rules(&pattern, regions));
            assert!(
                one.starts_with("unknown: ") && one.contains("in `ap-northeast-1` was handed in"),
                "{one}"
            );
        }
        for further in ["eu-west-1", "af-south-1"] {
            let regions: Vec<&str> = all.iter().copied().filter(|region| *region != further).collect();
            let run = with_rules(&pattern, &regions);
            let path = format!("management/monitoring/{further}/event-rules.json");
            let says = says(&run.with(&path, &json!({"Rules": []})));
            assert!(says.starts_with("fail: nobody is told of "), "{says}");
        }
    }
    let global = json!({"source": ["aws.iam"], "detail": {"eventSource": ["iam.amazonaws.com"]}});
    let says = with_rules(&global, &["us-east-1"]).says_by("policy-changes-unmonitored", MANAGEMENT);
    assert_eq!(says, "pass: somebody is told of changes of IAM policies by rule `watch`");
}

#[test]
fn a_pattern_has_to_catch_every_shape_of_an_event() {
    const MAY_MISS: &str = "unknown: the metric filter `root` asks for fields that do not tell what is meant";
    const PASS: &str = "pass: ";
    let cases = [
        ("$.recipientAccountId = 111122223333", PASS),
        (r#"$.userIdentity.arn = "*:root""#, PASS),
        // What is asked beside does no harm.
        (r#"($.userIdentity.arn = "*:root" || $.userAgent = "x*")"#, PASS),
        (r#"($.eventType = "AwsApiCall" || $.eventType = "AwsConsoleSignIn")"#, "fail: "),
        (r#"$.userAgent = "Mozilla*""#, "fail: nobody is told of what root does: no metric filter"),
        (r#"$.userAgent != "*aws-cli*""#, "fail: "),
        (r#"$.userAgent != "Terraform*""#, MAY_MISS),
        (r#"$.sourceIPAddress != "203.0.113.*""#, "fail: "),
        (r#"$.sourceIPAddress != "100.64.*""#, MAY_MISS),
        ("$.errorCode NOT EXISTS", "fail: "),
        (r#"$.eventName != "CreateAccessKey""#, "fail: "),
        (r#"$.eventName != "DeleteTrail""#, MAY_MISS),
        ("$.eventName = %^[A-Z]%", MAY_MISS),
        ("$.userIdentity.accessKeyId NOT EXISTS", "fail: "),
        ("$.requestParameters IS NULL", "fail: "),
        (r#"$.eventVersion = "1.11""#, "fail: "),
        ("$.vpcEndpointId NOT EXISTS", "fail: "),
        ("$.sessionCredentialFromConsole NOT EXISTS", "fail: "),
        (r#"$.userIdentity.sessionContext.attributes.mfaAuthenticated = "true""#, "fail: "),
        (r#"$.awsRegion = "us-east-1""#, "fail: "),
        (r#"$.awsRegion != "af-south-1""#, MAY_MISS),
    ];
    for (more, expected) in cases {
        let pattern = format!("{{ {} && {more} }}", ROOT.trim_matches(['{', '}', ' ']));
        let change = json!({"/metricFilters/0/filterPattern": pattern});
        let says = Run::with_alarm(&change, &json!({})).says_of(MANAGEMENT);
        assert!(says.starts_with(expected), "{more}: {says}");
    }
    let rules = [
        ("userAgent", json!([{"prefix": "Mozilla"}]), "fail: "),
        ("userAgent", json!([{"anything-but": "x"}]), "unknown: "),
        ("requestParameters", json!([null]), "fail: "),
        ("sourceIPAddress", json!([{"anything-but": ["203.0.113.9"]}]), "fail: "),
        ("awsRegion", json!([{"exists": true}]), PASS),
        ("managementEvent", json!([true]), PASS),
        ("eventType", json!(["AwsApiCall", "AwsConsoleSignIn"]), "fail: "),
        ("eventType", json!(["AwsApiCall", "AwsConsoleSignIn", "AwsConsoleAction"]), PASS),
    ];
    for (field, matchers, expected) in rules {
        let mut pattern = root_rule();
        pattern["detail"][field] = matchers;
        let says = with_rules(&pattern, default_regions("aws")).says_of(MANAGEMENT);
        assert!(says.starts_with(expected), "{pattern}: {says}");
    }
}

#[test]
fn a_topic_that_tells_programs_alone_is_no_pass() {
    let says = |protocols: &[&str]| {
        let topic = format!("arn:aws:sns:us-east-1:{MANAGEMENT}:tell");
        let all: Vec<Value> = protocols
            .iter()
            .enumerate()
            .map(|(number, protocol)| {
                json!({"SubscriptionArn": format!("{topic}:{number}"), "TopicArn": topic, "Protocol": protocol,
                    "Owner": MANAGEMENT, "Endpoint": "x"})
            })
            .collect();
        let mut run = Run::with_alarm(&json!({}), &json!({}));
        run.change("tell.json", &json!({ "/Subscriptions": all }));
        run.says_of(MANAGEMENT)
    };
    let pass = "pass: somebody is told of what root does by topic `tell`";
    for protocol in ["email", "email-json", "sms", "https", "http", "application"] {
        assert_eq!(says(&[protocol]), pass);
    }
    assert_eq!(says(&["sqs", "email"]), pass);
    for protocol in ["sqs", "lambda", "firehose", "pigeon"] {
        let unknown = format!(
            "unknown: the topic `tell` tells programs alone (`{protocol}`), which cannot be followed"
        );
        assert_eq!(says(&[protocol]), unknown);
    }
}

#[test]
fn a_filter_is_more_than_its_pattern() {
    for (field, value, expected) in [
        (
            "applyOnTransformedLogs",
            json!(true),
            "unknown: the metric filter `root` sees log events as a transformer",
        ),
        ("applyOnTransformedLogs", json!(false), "pass: "),
        (
            "fieldSelectionCriteria",
            json!("@aws.account != \"111122223333\""),
            "unknown: the metric filter `root` sees only log",
        ),
        ("fieldSelectionCriteria", json!(""), "pass: "),
        // The alarm watches the metric without dimensions, which nothing feeds.
        (
            "emitSystemFieldDimensions",
            json!(["@aws.account"]),
            "fail: nobody is told of what root does: no alarm watches",
        ),
        ("emitSystemFieldDimensions", json!([]), "pass: "),
        ("applyOnTransformedLogs", json!("yes"), "unknown: "),
    ] {
        let mut run = Run::with_alarm(&json!({}), &json!({}));
        let pointer = format!("/metricFilters/0/{field}");
        run.change("metric-filters.json", &json!({ pointer: value }));
        let says = run.says_of(MANAGEMENT);
        assert!(says.starts_with(expected), "{field}: {says}");
    }
    let second = json!({"/metricFilters/1": {"filterName": "other", "filterPattern": ROOT, "logGroupName": "other",
        "applyOnTransformedLogs": true,
        "metricTransformations": [{"metricName": "root", "metricNamespace": "n", "metricValue": "1"}]}});
    let says = Run::with_alarm(&second, &json!({})).says_of(MANAGEMENT);
    assert!(says.starts_with("unknown: the metric filter `other` feeds the alarm `root` too"), "{says}");
}

#[test]
fn a_rule_for_some_types_of_events_sees_no_others() {
    let types = [
        "AWS API Call via CloudTrail",
        "AWS Console Sign In via CloudTrail",
        "AWS Console Action via CloudTrail",
    ];
    for (types, expected) in [(&types[..], "pass: "), (&types[..2], "fail: "), (&types[..1], "fail: ")] {
        let mut pattern = root_rule();
        pattern["detail-type"] = json!(types);
        let says = with_rules(&pattern, default_regions("aws")).says_of(MANAGEMENT);
        assert!(says.starts_with(expected), "{types:?}: {says}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn what_event_selectors_leave_out_is_named() {
    let leaves_out = |what: &str, which: &str| {
        format!(
            "fail: nobody is told of what root does: the event selectors of the trail `all` leave out {what}{which}"
        )
    };
    let to = |services: &[&str]| {
        let calls = services.iter().map(|service| format!("a call of root to `{service}.amazonaws.com`"));
        format!(" ({})", calls.collect::<Vec<_>>().join(", "))
    };
    let basic = |kind: &str, excluded: &[&str]| {
        json!({"EventSelectors": [{"ReadWriteType": kind, "IncludeManagementEvents": true, "DataResources": [],
            "ExcludeManagementEventSources": excluded}]})
    };
    let condition = |field: &str, operator: &str, values: &[&str]| json!({"Field": field, operator: values});
    // A selector of management events with these conditions.
    let selector = |conditions: &[Value]| {
        let mut all = vec![condition("eventCategory", "Equals", &["Management"])];
        all.extend_from_slice(conditions);
        json!({ "FieldSelectors": all })
    };
    let advanced = |selectors: &[Value]| json!({ "AdvancedEventSelectors": selectors });
    let one = |field: &str, operator: &str, values: &[&str]| {
        advanced(&[selector(&[condition(field, operator, values)])])
    };
    let pass = || "pass: somebody is told of what root does by topic `tell`".to_owned();
    let (kms, rds) = ("kms.amazonaws.com", "rdsdata.amazonaws.com");
    let writes = condition("readOnly", "Equals", &["false"]);
    let cases = [
        (basic("All", &[]), pass()),
        (basic("All", &[kms]), leaves_out("such calls", &to(&["kms"])) + " [low]"),
        (basic("All", &[rds]), leaves_out("such calls", &to(&["rdsdata"])) + " [low]"),
        (basic("All", &[kms, rds]), leaves_out("such calls", &to(&["kms", "rdsdata"])) + " [low]"),
        (basic("WriteOnly", &[]), leaves_out("calls that only read", " (a call of root that only reads)")),
        (
            basic("ReadOnly", &[]),
            leaves_out(
                "calls that do more than read",
                " (a sign-in of root, a call of root to IAM, an access key that root makes, a call of root to EC2 and 2 more)",
            ),
        ),
        (
            basic("WriteOnly", &[kms]),
            // The call to any other service that only reads, and those to KMS.
            leaves_out(
                "calls that only read",
                " (a call of root that only reads, a call of root to any other service that only reads)",
            ) + "; 2 more fail elsewhere",
        ),
        (advanced(&[selector(&[])]), pass()),
        (one("eventSource", "NotEquals", &[kms]), leaves_out("such calls", &to(&["kms"])) + " [low]"),
        (one("eventSource", "NotEquals", &[rds]), leaves_out("such calls", &to(&["rdsdata"])) + " [low]"),
        // AWS does not offer to leave this out.
        (one("eventSource", "NotEquals", &["s3.amazonaws.com"]), leaves_out("such calls", &to(&["s3"]))),
        (
            one("eventSource", "NotEquals", &["s3.amazonaws.com", kms]),
            leaves_out("such calls", &to(&["kms", "s3"])),
        ),
        (one("eventSource", "NotStartsWith", &["kms.", "x"]), leaves_out("such calls", &to(&["kms.", "x"]))),
        (
            one("eventSource", "Equals", &["iam.amazonaws.com", "ec2.amazonaws.com", "signin.amazonaws.com"]),
            leaves_out(
                "such calls",
                " (what root does in the console without a call, a call of root to any other service)",
            ),
        ),
        (
            one("eventSource", "Equals", &["ec2.amazonaws.com", "signin.amazonaws.com"]),
            leaves_out(
                "such calls",
                " (a call of root to IAM, an access key that root makes, a call of root that only reads, \
                 what root does in the console without a call and 2 more)",
            ),
        ),
        (one("eventSource", "EndsWith", &[".amazonaws.com"]), pass()),
        (
            one("eventName", "NotEquals", &["StopLogging"]),
            leaves_out("such calls", " (a call of root to any other service, `StopLogging`)"),
        ),
        (
            one("userIdentity.arn", "NotEquals", &["arn:aws:iam::111122223333:root"]),
            leaves_out("such calls", ""),
        ),
        (one("userIdentity.arn", "NotEndsWith", &[":root"]), leaves_out("such calls", "")),
        (one("userIdentity.arn", "NotEquals", &["arn:aws:iam::444455556666:root"]), pass()),
        (
            one("eventType", "NotEquals", &["AwsConsoleSignIn"]),
            leaves_out("such calls", " (a sign-in of root)"),
        ),
        (
            one("eventType", "Equals", &["AwsConsoleSignIn"]),
            leaves_out(
                "such calls",
                " (a call of root to IAM, an access key that root makes, a call of root that only reads, a call of root to EC2 \
                 and 2 more)",
            ),
        ),
        (
            one("sessionCredentialFromConsole", "NotEquals", &["true"]),
            leaves_out(
                "such calls where it is made in the console",
                " (a call of root to IAM, an access key that root makes, a call of root that only reads, a call of root to EC2 \
                 and 2 more)",
            ),
        ),
        (json!({"AdvancedEventSelectors": []}), leaves_out("such calls", "")),
        // What is asked of other events says nothing of these.
        (
            advanced(&[
                selector(&[]),
                json!({"FieldSelectors": [condition("eventCategory", "Equals", &["Data"]),
                    condition("resources.type", "Equals", &["AWS::S3::Object"]),
                    condition("eventName", "NotEquals", &["GetObject"])]}),
            ]),
            pass(),
        ),
        // Another selector takes what the first leaves out, or some of it.
        (
            advanced(&[
                selector(&[condition("eventSource", "NotEquals", &[kms])]),
                selector(&[condition("eventSource", "Equals", &[kms])]),
            ]),
            pass(),
        ),
        (
            advanced(&[
                selector(&[condition("eventSource", "NotEquals", &[kms])]),
                selector(&[condition("eventSource", "Equals", &[kms]), writes]),
            ]),
            leaves_out("calls that only read", " (a call of root to `kms.amazonaws.com` that only reads)")
                + " [low]",
        ),
        (
            advanced(&[
                selector(&[condition("eventSource", "NotEquals", &[kms])]),
                selector(&[condition("eventName", "NotEquals", &["Decrypt"])]),
            ]),
            leaves_out("such calls", " (a call of root to `kms.amazonaws.com`, `Decrypt`)") + " [low]",
        ),
    ];
    for (selectors, expected) in cases {
        assert_eq!(Run::with_selectors(&selectors).says_of(MANAGEMENT), expected, "{selectors}");
    }
}

#[test]
fn more_services_than_can_be_followed_are_no_pass() {
    let services: Vec<String> = (0..200).map(|number| format!("s{number}.amazonaws.com")).collect();
    let says = |condition: Value| {
        let management = json!({"Field": "eventCategory", "Equals": ["Management"]});
        let selector = |conditions: &[&Value]| json!({ "FieldSelectors": conditions });
        // The second takes what the first leaves out.
        let twin = json!({"Field": "eventSource", "Equals": services});
        let both = [selector(&[&management, &condition]), selector(&[&management, &twin])];
        Run::with_selectors(&json!({ "AdvancedEventSelectors": both })).says_of(MANAGEMENT)
    };
    let unknown = "unknown: the event selectors of trails name 200 services and 0 calls, more than the 100 that are followed";
    assert_eq!(says(json!({"Field": "eventSource", "NotEquals": services})), unknown);
    // What is broken is so, whatever cannot be followed.
    let reads = json!({"Field": "readOnly", "Equals": ["true"]});
    let broken = "fail: nobody is told of what root does: the event selectors of the trail `all` leave out calls that do more than read";
    assert!(says(reads.clone()).starts_with(broken), "{}", says(reads));
}

#[test]
fn denied_calls_to_services_that_are_left_out_are_named() {
    let denied = r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }"#;
    for (service, expected) in [
        ("rdsdata.amazonaws.com", " (a denied call to `rdsdata.amazonaws.com`)"),
        ("kms.amazonaws.com", " (a call that KMS denied, a denied call to `kms.amazonaws.com`)"),
    ] {
        let selectors = json!({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true,
            "ExcludeManagementEventSources": [service]}]});
        let mut run = Run::with_selectors(&selectors);
        run.change("metric-filters.json", &json!({"/metricFilters/0/filterPattern": denied}));
        assert_eq!(
            run.says_by("denied-calls-unmonitored", MANAGEMENT),
            format!(
                "fail: nobody is told of calls that are denied: the event selectors of the trail `all` leave out such calls{expected}"
            )
        );
    }
}

#[test]
fn what_only_roles_do_is_not_all() {
    let changes = r#"$.eventSource = "iam.amazonaws.com" && $.eventName = "*Policy*""#;
    let denied = r#"($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket")"#;
    let check = "policy-changes-unmonitored";
    for (check, pattern, expected) in [
        (check, changes.to_owned(), "pass: "),
        (check, format!("{changes} && $.errorCode NOT EXISTS"), "pass: "),
        (check, format!("{changes} && $.userIdentity.type = AssumedRole"), "fail: "),
        (check, format!("{changes} && $.userIdentity.invokedBy NOT EXISTS"), "unknown: "),
        (
            "key-deletion-unmonitored",
            r#"$.eventSource = "kms.amazonaws.com" && $.eventName = "*Key*" && $.awsRegion = us-east-1"#
                .to_owned(),
            "fail: ",
        ),
        ("denied-calls-unmonitored", denied.to_owned(), "pass: "),
        ("denied-calls-unmonitored", format!("({denied}) && $.eventName != x"), "unknown: "),
    ] {
        let change = json!({"/metricFilters/0/filterPattern": format!("{{ {pattern} }}")});
        let says = Run::with_alarm(&change, &json!({})).says_by(check, MANAGEMENT);
        assert!(says.starts_with(expected), "{pattern}: {says}");
    }
}

#[test]
fn an_alarm_that_is_never_quiet_tells_nobody() {
    const PASS: &str = "pass: somebody is told of what root does by topic `tell`";
    let default = "/metricFilters/0/metricTransformations/0/defaultValue";
    let unit = "/metricFilters/0/metricTransformations/0/unit";
    let field = |name: &str| format!("/MetricAlarms/0/{name}");
    let missing = |value: &str| json!({ field("TreatMissingData"): value });
    let sum_of_zero = json!({ field("Threshold"): 0.0 });
    let second = |pattern: &str| {
        json!({"/metricFilters/1": {"filterName": "all", "filterPattern": pattern, "logGroupName": "other",
            "metricTransformations": [{"metricName": "root", "metricNamespace": "n", "metricValue": "1"}]}})
    };
    let always = "is in ALARM without an event: the default value of its metric sets it off";
    let cases = [
        (json!({}), json!({}), PASS),
        (json!({}), missing("missing"), PASS),
        (json!({}), missing("notBreaching"), PASS),
        (
            json!({}),
            missing("breaching"),
            "is in ALARM without an event: it treats missing data as breaching",
        ),
        (
            json!({default: 0.0}),
            missing("breaching"),
            "unknown: the alarm `root` treats missing data as breaching",
        ),
        (json!({}), missing("ignore"), "stays in ALARM after the first event: it ignores missing data"),
        (json!({default: 0.0}), missing("ignore"), PASS),
        (json!({}), missing("often"), "unknown: "),
        (json!({default: 0.0}), json!({}), PASS),
        (json!({default: 1.0}), json!({}), always),
        // Five minutes of it reach the threshold.
        (json!({default: 0.2}), json!({}), always),
        (json!({default: 0.1}), json!({}), PASS),
        (json!({default: -1.0}), json!({}), "looks at a sum from which default values are taken away"),
        (json!({default: 0.0}), sum_of_zero.clone(), always),
        (json!({}), sum_of_zero, PASS),
        (json!({default: 0.0}), json!({field("Statistic"): "SampleCount"}), always),
        (json!({}), json!({field("Unit"): "Count"}), "looks at values in `Count` only"),
        (json!({}), json!({field("Unit"): "None"}), PASS),
        (json!({unit: "Count"}), json!({field("Unit"): "Count"}), PASS),
        (json!({unit: "Count"}), json!({}), PASS),
        (
            second("{ $.eventName = * }"),
            json!({}),
            "the metric filter `all` feeds the alarm `root` too and matches",
        ),
        (
            second("[a, b]"),
            json!({}),
            "unknown: the metric filter `all` feeds the alarm `root` too, and its pattern",
        ),
        (
            second("{ $.x = "),
            json!({}),
            "unknown: the metric filter `all` feeds the alarm `root` too, and its pattern",
        ),
        (second("{ $.userIdentity.type = Nobody }"), json!({}), PASS),
    ];
    for (filters, alarm, expected) in cases {
        let says = Run::with_alarm(&filters, &alarm).says_of(MANAGEMENT);
        let starts = expected.starts_with("pass") || expected.starts_with("unknown");
        let holds = if starts {
            says.starts_with(expected)
        } else {
            says.starts_with("fail") && says.contains(expected)
        };
        assert!(holds, "{filters} {alarm}: {says}");
    }
}
