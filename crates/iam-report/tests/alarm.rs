//! Alarms as code: formatted, valid, and such that the check on root's use passes.
#![expect(
    clippy::unwrap_used,
    reason = "functions that tests share; clippy excuses only the tests themselves"
)]

mod terraform;

use std::path::{Path, PathBuf};
use std::process::Command;

use iam_core::audit::{AsOf, AsOfFrom, Keep, Settings, audit};
use iam_core::checks;
use iam_core::evidence::{Given, assemble, default_regions};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;
use iam_report::alarm::{
    Alarm, Chat, FINDINGS, ROOT_EVENTS, Receiver, Rules, Trail, cloudformation, eventbridge, terraform,
};
use serde_json::{Value, json};

fn alarms() -> Vec<(&'static str, Alarm)> {
    let email = Some("security+root@example.com".to_owned());
    let existing = Trail::Existing { log_group: "aws-cloudtrail-logs/main".to_owned() };
    vec![
        ("new", Alarm { email: email.clone(), ..Alarm::default() }),
        ("organization", Alarm { email: email.clone(), organization: true, ..Alarm::default() }),
        ("existing", Alarm { email, trail: existing.clone(), ..Alarm::default() }),
        ("silent", Alarm { trail: existing, region: "us-gov-west-1".to_owned(), ..Alarm::default() }),
    ]
}

fn rules(to: Receiver) -> Rules {
    Rules { name: "root-activity".to_owned(), region: "us-east-1".to_owned(), to }
}

fn all_terraform() -> Vec<(String, String)> {
    let topic = Receiver::Topic { email: Some("security@example.com".to_owned()) };
    let mut all: Vec<(String, String)> =
        alarms().into_iter().map(|(name, alarm)| (name.to_owned(), terraform(&alarm).unwrap())).collect();
    all.push(("rules-to-topic".to_owned(), eventbridge(&rules(topic)).unwrap()));
    all.push(("rules-to-nobody".to_owned(), eventbridge(&rules(Receiver::Topic { email: None })).unwrap()));
    for (name, chat) in [("slack", Chat::Slack), ("teams", Chat::Teams)] {
        all.push((format!("rules-to-{name}"), eventbridge(&rules(Receiver::Webhook(chat))).unwrap()));
    }
    all
}

#[test]
fn templates_are_filled_in_wholly() {
    let texts = all_terraform().into_iter();
    let texts = texts
        .chain(alarms().into_iter().map(|(name, alarm)| (name.to_owned(), cloudformation(&alarm).unwrap())));
    for (name, text) in texts {
        let left = text.split('@').skip(1).step_by(2).find(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        });
        assert_eq!(left, None, "{name}");
        assert!(text.ends_with('\n') && !text.contains("\n\n\n") && !text.contains(" \n"), "{name}");
    }
}

#[test]
fn what_is_written() {
    for (name, text) in all_terraform() {
        insta::assert_snapshot!(format!("terraform_{name}"), text);
    }
    for (name, alarm) in alarms() {
        insta::assert_snapshot!(format!("cloudformation_{name}"), cloudformation(&alarm).unwrap());
    }
}

/// The texts between quotation marks behind `key`, with `\"` as they are meant.
fn quoted(text: &str, key: &str) -> String {
    let line = text.lines().find(|line| line.trim_start().starts_with(key)).unwrap();
    let (_, value) = line.split_once(['=', ':']).unwrap();
    let value = value.trim();
    value.trim_matches(['"', '\'']).replace("\\\"", "\"")
}

/// What the check on root's use says of an account with these files.
fn judged(files: &[(impl AsRef<str>, Value)]) -> String {
    let files = files.iter().map(|(path, value)| {
        let path = path.as_ref();
        // Without a Region in front it is that of global services.
        let region = if path.contains('/') { "" } else { "us-east-1/" };
        let path = format!("monitoring/{region}{path}");
        (InputFile { path, bytes: value.to_string().into_bytes() }, Given::InFolder)
    });
    let evidence = assemble(files.collect());
    assert_eq!(evidence.unused, []);
    let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
    let settings = Settings { keep: Keep::All, ..Settings::default() };
    let check = checks::find("root-use-unmonitored").unwrap();
    let report = audit(&evidence, &[check], &settings, as_of);
    let account = report.accounts.first().unwrap();
    let fails = account.findings.iter().map(|finding| format!("fail: {}", finding.message));
    let unknown = account.unknown.iter().map(|unknown| account.gaps.get(unknown.gap).unwrap().what.clone());
    let silent = account.silent.iter().map(|silent| format!("{}: {}", silent.status.as_str(), silent.reason));
    fails.chain(unknown).chain(silent).collect::<Vec<_>>().join("; ")
}

fn trail_and_subscription() -> Vec<(&'static str, Value)> {
    vec![
        (
            "trails.json",
            json!({"trailList": [{"Name": "root-activity", "IsMultiRegionTrail": true, "HasCustomEventSelectors": true,
            "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/root-activity",
            "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:root-activity:*"}]}),
        ),
        (
            "event-selectors.json",
            json!({"TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/root-activity",
            "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}]}),
        ),
        ("status.json", json!({"IsLogging": true})),
        (
            "subscriptions.json",
            json!({"Subscriptions": [{"Protocol": "email", "Endpoint": "security@example.com",
            "SubscriptionArn": "arn:aws:sns:us-east-1:111122223333:root-activity:1", "Owner": "111122223333",
            "TopicArn": "arn:aws:sns:us-east-1:111122223333:root-activity"}]}),
        ),
    ]
}

#[test]
fn the_alarm_passes_the_check() {
    for (name, alarm) in alarms() {
        let tf = terraform(&alarm).unwrap();
        let yaml = cloudformation(&alarm).unwrap();
        let of_tf =
            ["pattern ", "statistic", "period", "threshold", "comparison_operator", "evaluation_periods"];
        let of_yaml =
            ["FilterPattern", "Statistic", "Period", "Threshold", "ComparisonOperator", "EvaluationPeriods"];
        for (text, keys) in [(&tf, of_tf), (&yaml, of_yaml)] {
            let [pattern, statistic, period, threshold, comparison, periods] =
                keys.map(|key| quoted(text, key));
            let mut files = trail_and_subscription();
            files.push((
                "metric-filters.json",
                json!({"metricFilters": [{"filterName": "root-activity",
                "filterPattern": pattern, "logGroupName": "root-activity", "metricTransformations":
                [{"metricName": "root-activity", "metricNamespace": "iam-audit", "metricValue": "1"}]}]}),
            ));
            files.push(("alarms.json", json!({"MetricAlarms": [{"AlarmName": "root-activity", "MetricName": "root-activity",
                "AlarmArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:root-activity", "Namespace": "iam-audit",
                "Statistic": statistic, "Period": period.parse::<u64>().unwrap(), "Threshold": threshold.parse::<f64>().unwrap(),
                "EvaluationPeriods": periods.parse::<u64>().unwrap(), "ComparisonOperator": comparison, "ActionsEnabled": true,
                "AlarmActions": ["arn:aws:sns:us-east-1:111122223333:root-activity"]}]})));
            assert_eq!(
                judged(&files),
                "pass: somebody is told of what root does by topic `root-activity`",
                "{name}"
            );
        }
    }
}

#[test]
fn the_rules_pass_the_check() {
    let text = eventbridge(&rules(Receiver::Topic { email: None })).unwrap();
    assert!(text.contains(ROOT_EVENTS) && text.contains(FINDINGS));
    let state = quoted(&text, "state ");
    let mut files = trail_and_subscription();
    files.push(("metric-filters.json", json!({"metricFilters": []})));
    let in_region = |region: &str| {
        let rules = json!({"Rules": [{"Name": "root-activity-root", "State": state, "EventPattern": ROOT_EVENTS,
            "Arn": format!("arn:aws:events:{region}:111122223333:rule/root-activity-root")}]});
        let targets =
            json!({"Targets": [{"Id": "1", "Arn": "arn:aws:sns:us-east-1:111122223333:root-activity"}]});
        [
            (format!("{region}/event-rules.json"), rules),
            (format!("{region}/event-targets/root-activity-root.json"), targets),
        ]
    };
    let common: Vec<(String, Value)> =
        files.into_iter().map(|(path, value)| (path.to_owned(), value)).collect();
    let of = |regions: &[&str]| {
        let rules = regions.iter().flat_map(|region| in_region(region));
        judged(&common.iter().cloned().chain(rules).collect::<Vec<_>>())
    };
    assert_eq!(
        of(default_regions("aws")),
        "pass: somebody is told of what root does by topic `root-activity`"
    );
    // One Region sees what root does in IAM, and not what it does elsewhere.
    let one = of(&["us-east-1"]);
    assert!(one.contains("such an event may come in any Region"), "{one}");
}

/// What `EventBridge` makes of an event: each `<name>` becomes what stands at its path, escaped, or nothing where there is nothing.
fn transformed(transformer: &hcl::Body, event: &Value) -> String {
    let attribute = |name: &str| {
        let found = transformer.attributes().find(|attribute| attribute.key() == name);
        hcl::eval::Evaluate::evaluate(found.unwrap().expr(), &hcl::eval::Context::new()).unwrap()
    };
    let template = attribute("input_template").as_str().unwrap().to_owned();
    attribute("input_paths").as_object().unwrap().iter().fold(template, |text, (name, path)| {
        let pointer = path.as_str().unwrap().trim_start_matches('$').replace('.', "/");
        let value = event.pointer(&pointer).and_then(Value::as_str).unwrap_or_default();
        let escaped = json!(value).to_string();
        text.replace(&format!("<{name}>"), escaped.trim_matches('"'))
    })
}

#[test]
fn a_webhook_gets_what_its_chat_takes() {
    let root = json!({"account": "111122223333", "detail": {"eventName": "CreateUser", "eventSource": "iam.amazonaws.com",
        "eventTime": "2026-01-15T08:00:00Z", "sourceIPAddress": "198.51.100.7"}});
    let finding = json!({"account": "111122223333", "detail-type": "Access Analyzer Finding",
        "detail": {"resource": "arn:aws:s3:::data", "status": "ACTIVE"}});
    let told = [
        (
            "root",
            root,
            "Root of account 111122223333: CreateUser of iam.amazonaws.com at 2026-01-15T08:00:00Z from 198.51.100.7",
        ),
        ("findings", finding, "Access Analyzer Finding in account 111122223333: arn:aws:s3:::data is ACTIVE"),
    ];
    for (chat, line) in
        [(Chat::Slack, "/text"), (Chat::Teams, "/attachments/0/content/body/0/inlines/0/text")]
    {
        let text = eventbridge(&rules(Receiver::Webhook(chat))).unwrap();
        let code: hcl::Body = hcl::parse(&text).unwrap();
        for (name, event, expected) in &told {
            let labels = ["aws_cloudwatch_event_target", name];
            let target = code
                .blocks()
                .find(|block| block.labels().iter().map(hcl::BlockLabel::as_str).eq(labels))
                .unwrap();
            let transformer = target.body().blocks().next().unwrap();
            let body: Value = serde_json::from_str(&transformed(transformer.body(), event)).unwrap();
            assert_eq!(body.pointer(line).and_then(Value::as_str), Some(*expected), "{chat:?}: {body}");
            if chat == Chat::Teams {
                assert_eq!(body.pointer("/type"), Some(&json!("message")));
                assert_eq!(body.pointer("/attachments/0/content/type"), Some(&json!("AdaptiveCard")));
                assert_eq!(
                    body.pointer("/attachments/0/contentType"),
                    Some(&json!("application/vnd.microsoft.card.adaptive"))
                );
            }
        }
    }
}

#[test]
fn what_cannot_stand_in_a_template_is_refused() {
    let with = |change: fn(&mut Alarm)| {
        let mut alarm = Alarm::default();
        change(&mut alarm);
        let both = (terraform(&alarm), cloudformation(&alarm));
        assert_eq!(both.0.as_ref().err(), both.1.as_ref().err());
        both.0.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let name = "is no name: 3 to 40 small letters, digits and hyphens, with a letter first";
    assert_eq!(with(|alarm| alarm.name = "a\"; x".to_owned()), format!("`a\\\"; x` {name}"));
    assert_eq!(with(|alarm| alarm.name = "-ab".to_owned()), format!("`-ab` {name}"));
    assert!(with(|alarm| alarm.region = "${x}".to_owned()).contains("is no Region"));
    for address in
        ["x", "a@b", "a@example.com\n", "${x}@example.com", "@example.com", "a@.com", "a b@example.com"]
    {
        let alarm = Alarm { email: Some(address.to_owned()), ..Alarm::default() };
        assert!(terraform(&alarm).is_err() && cloudformation(&alarm).is_err(), "{address}");
    }
    for group in ["", "a b", "a\"", "${x}", "123", "-a", "a#b"] {
        let alarm = Alarm { trail: Trail::Existing { log_group: group.to_owned() }, ..Alarm::default() };
        assert!(terraform(&alarm).is_err() && cloudformation(&alarm).is_err(), "{group}");
    }
    assert_eq!(with(|_| {}), "");
}

#[test]
fn names_are_strings_in_yaml_too() {
    for (group, expected) in [
        ("aws-logs/main", "aws-logs/main"),
        ("/aws/trail", "/aws/trail"),
        ("null", "\"null\""),
        ("Yes", "\"Yes\""),
        ("0x1F", "\"0x1F\""),
        ("1e5", "\"1e5\""),
        ("yes-man", "yes-man"),
    ] {
        let alarm = Alarm { trail: Trail::Existing { log_group: group.to_owned() }, ..Alarm::default() };
        let text = cloudformation(&alarm).unwrap();
        assert!(text.contains(&format!("\n      LogGroupName: {expected}\n")), "{group}: {text}");
    }
    let email = Some("1@example.com".to_owned());
    let text = cloudformation(&Alarm { name: "off".to_owned(), email, ..Alarm::default() }).unwrap();
    for name in ["TopicName", "LogGroupName", "FilterName", "MetricName", "AlarmName", "TrailName"] {
        assert!(text.contains(&format!(" {name}: \"off\"\n")), "{name}");
    }
    assert!(text.contains("Endpoint: \"1@example.com\"\n") && !text.contains(": off\n"));
}

#[test]
fn the_provider_would_take_it() {
    for (name, text) in all_terraform() {
        terraform::assert_valid(&name, &text);
    }
}

#[test]
fn what_the_provider_would_refuse_is_found() {
    let topic =
        |text: &str| terraform::problems(&format!("resource \"aws_sns_topic\" \"this\" {{\n{text}\n}}\n"));
    assert_eq!(topic("name = \"a\""), Vec::<String>::new());
    assert_eq!(topic("names = \"a\""), ["resource aws_sns_topic.this: no attribute names"]);
    assert_eq!(topic("policy {\n}"), ["resource aws_sns_topic.this: no block policy"]);
    assert_eq!(topic("name = aws_sns_topic.other.url"), ["aws_sns_topic.other.url: no such value"]);
    assert_eq!(
        terraform::problems("resource \"aws_sns\" \"a\" {\n}\n"),
        ["resource aws_sns.a: no such type"]
    );
    let alias = terraform::problems("resource \"aws_kms_alias\" \"a\" {\n  name = \"alias/a\"\n}\n");
    assert_eq!(alias, ["resource aws_kms_alias.a: target_key_id is missing"]);
}

#[test]
fn terraform_would_format_it_in_the_same_way() {
    for (name, text) in all_terraform() {
        terraform::assert_formatted(&name, &text);
    }
}

/// `cfn-lint`, on the machine or where `cargo xtask test` puts it.
fn cfn_lint() -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/cfn-lint/bin/cfn-lint");
    [PathBuf::from("cfn-lint"), tools]
        .into_iter()
        .find(|path| Command::new(path).arg("--version").output().is_ok_and(|output| output.status.success()))
}

#[test]
fn cfn_lint_finds_nothing() {
    let Some(cfn_lint) = cfn_lint() else {
        println!("NOT DONE: cfn-lint is not on this machine; cargo xtask test installs it");
        return;
    };
    for (name, alarm) in alarms() {
        let file = std::env::temp_dir().join(format!("iam-audit-{}-{name}.yaml", std::process::id()));
        std::fs::write(&file, cloudformation(&alarm).unwrap()).unwrap();
        let output = Command::new(&cfn_lint)
            .args(["--include-checks", "I", "--regions", &alarm.region, "--"])
            .arg(&file)
            .output();
        std::fs::remove_file(&file).unwrap();
        let output = output.unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
