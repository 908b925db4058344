#![doc = include_str!("signin_without_mfa_unmonitored.md")]

use super::watch_controls::SIGN_IN_WITHOUT_MFA;
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Minutes, Param, Remedy, Severity, Step,
};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("signin-without-mfa-unmonitored"),
    since: "0.1.0",
    title: "Sign-ins without MFA that nobody is told of",
    severity: Severity::Medium,
    severity_reason: "a stolen password is used unnoticed",
    enabled: true,
    needs: Artefact::OF_MONITORING,
    params: &[&SLOWEST],
    mappings: Mappings { cis: Cis::at("4.2", "4.2", "5.2", "5.2"), attack: &["T1496"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks. Alarms cost some cents a month, and a trail that logs more costs more.",
        steps: &[
            Step::LIST_TRAILS,
            Step::run(
                "Save the pattern of this check's page as pattern.txt, and make a metric filter of it on the trail's log group. It can be \
                 undone with `aws logs delete-metric-filter`.",
                "aws logs put-metric-filter --region {region} --log-group-name LOG_GROUP --filter-name signin-without-mfa \
                 --filter-pattern file://pattern.txt \
                 --metric-transformations metricName=signin-without-mfa,metricNamespace=iam-audit,metricValue=1",
            ),
            Step::run(
                "Make an alarm that one event sets off. It can be undone with `aws cloudwatch delete-alarms`.",
                "aws cloudwatch put-metric-alarm --region {region} --alarm-name signin-without-mfa --namespace iam-audit \
                 --metric-name signin-without-mfa --statistic Sum --period 300 --evaluation-periods 1 --threshold 1 \
                 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching \
                 --alarm-actions TOPIC_ARN",
            ),
            Step::SUBSCRIBE,
        ],
        console: "CloudWatch > Log groups > (the trail's) > Metric filters > Create metric filter, then Create alarm",
    },
    page: include_str!("signin_without_mfa_unmonitored.md"),
    judge: Judge::Account(judge),
};

static SLOWEST: Param<Minutes> = Param::new(
    "max-alarm-period-minutes",
    || Minutes(60),
    (1, 1_440),
    "fails when the alarm's period is longer than this",
);

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    SIGN_IN_WITHOUT_MFA.judge(account, cx, cx.get(&SLOWEST))
}
