#![doc = include_str!("root_use_unmonitored.md")]

use super::watch_controls::ROOT_USE;
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Minutes, Param, Remedy, Severity, Step,
};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-use-unmonitored"),
    since: "0.1.0",
    title: "Root's use that nobody is told of",
    severity: Severity::Medium,
    severity_reason: "whoever takes over root is not noticed",
    enabled: true,
    needs: Artefact::OF_MONITORING,
    params: &[&SLOWEST],
    mappings: Mappings {
        cis: Cis::at("4.3", "4.3", "5.3", "5.3"),
        security_hub: &["IAM.20"],
        attack: &["T1496"],
        ..Mappings::NONE
    },
    remedy: Remedy {
        risk: "Nothing breaks. Alarms cost some cents a month, and a trail that logs more costs more.",
        steps: &[
            Step::LIST_TRAILS,
            Step::run(
                "Save the pattern of this check's page as pattern.txt, and make a metric filter of it on the trail's log group. It can be \
                 undone with `aws logs delete-metric-filter`.",
                "aws logs put-metric-filter --region {region} --log-group-name LOG_GROUP --filter-name root-use \
                 --filter-pattern file://pattern.txt \
                 --metric-transformations metricName=root-use,metricNamespace=iam-audit,metricValue=1",
            ),
            Step::run(
                "Make an alarm that one event sets off. It can be undone with `aws cloudwatch delete-alarms`.",
                "aws cloudwatch put-metric-alarm --region {region} --alarm-name root-use --namespace iam-audit \
                 --metric-name root-use --statistic Sum --period 300 --evaluation-periods 1 --threshold 1 \
                 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching \
                 --alarm-actions TOPIC_ARN",
            ),
            Step::SUBSCRIBE,
        ],
        console: "CloudWatch > Log groups > (the trail's) > Metric filters > Create metric filter, then Create alarm",
    },
    page: include_str!("root_use_unmonitored.md"),
    judge: Judge::Account(judge),
};

static SLOWEST: Param<Minutes> = Param::new(
    "max-alarm-period-minutes",
    || Minutes(60),
    (1, 1_440),
    "fails when the alarm's period is longer than this",
);

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    ROOT_USE.judge(account, cx, cx.get(&SLOWEST))
}
