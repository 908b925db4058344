//! How the answers about monitoring are recognised, placed and joined.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a helper of a test fails like one"
)]

use iam_core::evidence::{Account, Given, assemble};
use iam_core::fact::FileId;
use iam_core::input::monitoring::trail_selectors::TrailSelector;
use iam_core::input::{Artefact, InputFile, Parsed, read};
use serde_json::{Value, json};

const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";

fn trail(name: &str, region: &str) -> Value {
    json!({"Name": name, "TrailARN": format!("arn:aws:cloudtrail:{region}:111122223333:trail/{name}"),
        "IsMultiRegionTrail": true, "HomeRegion": region, "HasCustomEventSelectors": false,
        "CloudWatchLogsLogGroupArn": format!("arn:aws:logs:{region}:111122223333:log-group:trail:*")})
}

fn filters(name: &str) -> Value {
    json!({"metricFilters": [{"filterName": name, "filterPattern": "{ $.a = 1 }", "logGroupName": "trail",
        "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]}]})
}

fn account(files: &[(&str, Value)]) -> Account {
    let files = files.iter().map(|(path, value)| {
        (InputFile { path: (*path).to_owned(), bytes: value.to_string().into_bytes() }, Given::InFolder)
    });
    let mut evidence = assemble(files.collect());
    assert_eq!(evidence.unused, []);
    assert_eq!(evidence.accounts.len(), 1, "one folder, one account");
    evidence.accounts.remove(0)
}

/// Why the status of the trail `main` is not known; `None` when it is.
fn status_gap(files: &[(&str, Value)]) -> Option<String> {
    let account = account(files);
    let trails = account.monitoring().trails().unwrap();
    let main = trails.items().find(|trail| trail.value.name == "main").unwrap();
    account.monitoring().status(&main.value).err().map(|gap| gap.what.to_string())
}

#[test]
fn files_are_recognised_by_what_they_hold() {
    let recognised =
        |value: Value| read(value.to_string().into_bytes(), FileId(0)).unwrap().map(|read| read.artefact);
    for (value, artefact) in [
        (json!({"trailList": []}), Artefact::Trails),
        (json!({"IsLogging": true}), Artefact::TrailStatus),
        (json!({"TrailARN": TRAIL, "EventSelectors": []}), Artefact::TrailSelectors),
        (json!({"TrailARN": TRAIL, "AdvancedEventSelectors": []}), Artefact::TrailSelectors),
        (json!({"metricFilters": []}), Artefact::MetricFilters),
        (json!({"MetricAlarms": [], "CompositeAlarms": []}), Artefact::Alarms),
        (json!({"Subscriptions": []}), Artefact::Subscriptions),
        (json!({"Rules": []}), Artefact::EventRules),
        (json!({"Targets": []}), Artefact::EventTargets),
    ] {
        assert_eq!(recognised(value.clone()), Some(artefact), "{value}");
    }
    for other in [
        json!({"TrailARN": TRAIL, "InsightSelectors": []}),
        json!({"EventDataStoreArn": "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/x", "AdvancedEventSelectors": []}),
        json!({"Rules": [{"RuleArn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/x"}]}),
        json!({"Targets": [{"WindowTargetId": "x"}]}),
    ] {
        assert_eq!(recognised(other.clone()), None, "{other}");
    }
}

#[test]
fn a_status_is_that_of_the_trail_which_its_path_names_or_of_the_only_one() {
    let one = || json!({"trailList": [trail("main", "us-east-1")]});
    let two = || json!({"trailList": [trail("main", "us-east-1"), trail("other", "us-east-1")]});
    let twins = || json!({"trailList": [trail("main", "us-east-1"), trail("main", "us-west-2")]});
    let status = || json!({"IsLogging": true});
    let missing = Some("no status of the trail `main` was handed in".to_owned());
    let nobody = Some("the answer does not say which trail it is about".to_owned());
    let at = "monitoring/us-east-1/trails.json";

    assert_eq!(status_gap(&[(at, one()), ("monitoring/us-east-1/trail-status/main.json", status())]), None);
    assert_eq!(status_gap(&[(at, one()), ("monitoring/us-east-1/status.json", status())]), None);
    assert_eq!(status_gap(&[(at, two()), ("monitoring/us-east-1/trail-status/main.json", status())]), None);
    assert_eq!(status_gap(&[(at, two()), ("monitoring/us-east-1/status.json", status())]), nobody);
    assert_eq!(status_gap(&[(at, one()), ("monitoring/us-east-1/trail-status/old.json", status())]), nobody);
    assert_eq!(
        status_gap(&[(at, two()), ("monitoring/us-east-1/trail-status/other.json", status())]),
        missing
    );
    assert_eq!(status_gap(&[(at, twins()), ("monitoring/us-east-1/trail-status/main.json", status())]), None);
    assert_eq!(status_gap(&[(at, one())]), missing);
}

#[test]
fn files_that_differ_about_the_same_thing_both_count_for_nothing() {
    let trails = || json!({"trailList": [trail("main", "us-east-1")]});
    let differing = status_gap(&[
        ("monitoring/eu-west-1/trails.json", trails()),
        ("a/trail-status/main.json", json!({"IsLogging": true})),
        ("b/trail-status/main.json", json!({"IsLogging": false})),
        ("c/trail-status/main.json", json!({"IsLogging": true})),
        // Makes one account of these folders.
        ("account-aliases.json", json!({"AccountAliases": []})),
    ]);
    assert_eq!(differing.unwrap(), format!("two files say different things of `{}...`", &TRAIL[..40]));
}

#[test]
fn the_region_is_that_of_the_arns_or_of_the_path_or_the_only_one() {
    let trails = || json!({"trailList": [trail("main", "eu-west-1")]});
    let filters_in = |path: &str, region: &str| {
        let account = account(&[("monitoring/eu-west-1/trails.json", trails()), (path, filters("f"))]);
        account.monitoring().metric_filters(region).map(|part| part.items().count())
    };
    assert_eq!(filters_in("monitoring/eu-west-1/metric-filters.json", "eu-west-1"), Ok(1));
    assert_eq!(filters_in("monitoring/us-east-1/metric-filters.json", "us-east-1"), Ok(1));
    assert_eq!(filters_in("monitoring/filters.json", "eu-west-1"), Ok(1));
    assert!(filters_in("monitoring/us-east-1/metric-filters.json", "eu-west-1").is_err());
    let nowhere = account(&[("monitoring/filters.json", filters("f"))]);
    let gap = nowhere.monitoring().metric_filters("eu-west-1").unwrap_err();
    assert_eq!(&*gap.what, "the list of metric filters does not say which Region it is about");
    let alarms = json!({"MetricAlarms": [{"AlarmName": "a", "MetricName": "m", "Namespace": "n",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a", "Statistic": "Sum", "Period": 300,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "ActionsEnabled": true}]});
    let account = account(&[("monitoring/us-east-1/alarms.json", alarms)]);
    assert_eq!(account.id().unwrap().to_string(), "111122223333");
    assert_eq!(account.monitoring().alarms("eu-west-1").unwrap().items().count(), 1);
}

#[test]
fn a_damaged_or_cut_item_makes_its_list_incomplete() {
    let cut = |value: Value| {
        let account = account(&[("monitoring/eu-west-1/metric-filters.json", value)]);
        let part = account.monitoring().metric_filters("eu-west-1").unwrap();
        (part.items().count(), part.incomplete().map(|gap| gap.what.to_string()))
    };
    let mut damaged = filters("f");
    damaged["metricFilters"][0]["metricTransformations"] = json!("none");
    let (items, gap) = cut(damaged);
    assert_eq!(items, 0);
    assert_eq!(
        gap.unwrap(),
        "at /metricFilters/0/metricTransformations: found `\\\"none\\\"`, expected a list of metric transformations"
    );
    let mut more = filters("f");
    more["nextToken"] = json!("x");
    assert_eq!(cut(more), (1, Some("the list of metric filters goes on after item 1".to_owned())));
}

/// Which of a read of EC2, a write of EC2 and a write of KMS the selectors take.
fn taken(selectors: &Value) -> [bool; 3] {
    let mut document = selectors.clone();
    document["TrailARN"] = json!(TRAIL);
    let read = read(document.to_string().into_bytes(), FileId(0)).unwrap().unwrap();
    let Parsed::TrailSelectors(found) = read.parsed else { panic!("{document}: {:?}", read.gaps) };
    [("true", "ec2.amazonaws.com"), ("false", "ec2.amazonaws.com"), ("false", "kms.amazonaws.com")].map(
        |(read_only, source)| {
            let field = |name: &str| match name {
                "readOnly" => Some(read_only.to_owned()),
                "eventSource" => Some(source.to_owned()),
                "eventCategory" => Some("Management".to_owned()),
                _ => None,
            };
            let takes = |selector: &TrailSelector| selector.takes(&field);
            found.value.selectors.iter().any(takes)
        },
    )
}

#[test]
fn selectors_take_the_events_that_they_name() {
    let basic = |fields: Value| json!({"EventSelectors": [fields]});
    let advanced = |fields: Value| json!({"AdvancedEventSelectors": [{"FieldSelectors": fields}]});
    let management = json!({"Field": "eventCategory", "Equals": ["Management"]});
    for (selectors, expected) in [
        (json!({"EventSelectors": []}), [false, false, false]),
        (basic(json!({})), [true, true, true]),
        (basic(json!({"ReadWriteType": "WriteOnly"})), [false, true, true]),
        (basic(json!({"ReadWriteType": "ReadOnly"})), [true, false, false]),
        (basic(json!({"IncludeManagementEvents": false})), [false, false, false]),
        (basic(json!({"ExcludeManagementEventSources": ["kms.amazonaws.com"]})), [true, true, false]),
        (advanced(json!([management])), [true, true, true]),
        (advanced(json!([{"Field": "eventCategory", "Equals": ["Data"]}])), [false, false, false]),
        (advanced(json!([management, {"Field": "readOnly", "Equals": ["false"]}])), [false, true, true]),
        (
            advanced(json!([management, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}])),
            [true, true, false],
        ),
        (
            advanced(json!([management, {"Field": "eventSource", "NotStartsWith": ["ec2."]}])),
            [false, false, true],
        ),
        (
            advanced(
                json!([management, {"Field": "eventSource", "StartsWith": ["ec2."], "NotEndsWith": [".com"]}]),
            ),
            [false, false, false],
        ),
    ] {
        assert_eq!(taken(&selectors), expected, "{selectors}");
    }
}
