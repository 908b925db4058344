//! The services of the small account that answer per Region.

use serde_json::{Value, json};

use super::account::{json as json_text, unexpected, xml};
use super::{Asked, Reply};

const TRAIL: &str = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all";
const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:alarms";
const EVENTS_TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:events";
pub(super) const POLICY: &str = "{\"Version\": \"2012-10-17\", \"Statement\": []}";

pub(super) fn answer(asked: &Asked) -> Reply {
    let operation = asked.operation.as_str();
    match asked.service.as_str() {
        "cloudtrail" => cloudtrail(asked),
        "monitoring" => alarms(None),
        "organizations" => organizations(asked),
        "dynamodb" | "ec2" | "elasticfilesystem" | "rds" | "glue" | "backup" | "es" | "s3express" | "glacier"
        | "kinesis" => {
            super::untyped::answer(asked)
        }
        "s3" if asked.path.starts_with("/v20180820/") => super::untyped::answer(asked),
        "s3" => s3(asked),
        "sns" => sns(asked),
        _ => json_text(
            &match operation {
                "DescribeMetricFilters" => json!({"metricFilters": [{
                    "filterName": "root", "filterPattern": "{ $.userIdentity.type = \"Root\" }", "logGroupName": "trail",
                    "metricTransformations": [{"metricName": "root", "metricNamespace": "iam", "metricValue": "1"}],
                    "creationTime": 1_768_464_000_000_u64
                }]}),
                "ListRules" => json!({"Rules": [
                    {"Name": "root", "Arn": "arn:aws:events:eu-west-1:111122223333:rule/root", "State": "ENABLED", "EventBusName": "default",
                     "EventPattern": "{\"source\": [\"aws.signin\"]}"},
                    {"Name": "nightly", "Arn": "arn:aws:events:eu-west-1:111122223333:rule/nightly", "State": "ENABLED", "EventBusName": "default",
                     "ScheduleExpression": "rate(1 day)"}
                ]}),
                "ListTargetsByRule" => json!({"Targets": [{"Id": "1", "Arn": EVENTS_TOPIC}]}),
                "ListKeys" => json!({"Keys": [{"KeyId": "k-1", "KeyArn": "arn:aws:kms:eu-west-1:111122223333:key/k-1"}], "Truncated": false}),
                "ListGrants" => json!({"Grants": [{
                    "KeyId": "arn:aws:kms:eu-west-1:111122223333:key/k-1", "GrantId": "g-1", "CreationDate": 1_768_464_000.0,
                    "GranteePrincipal": "arn:aws:iam::444455556666:role/reader", "IssuingAccount": "arn:aws:iam::111122223333:root",
                    "Operations": ["Decrypt"], "Constraints": {"EncryptionContextSubset": {"b": "2", "a": "1"}}
                }], "Truncated": false}),
                "ListEventBuses" => json!({"EventBuses": [{"Name": "default", "Arn": "arn:aws:events:eu-west-1:111122223333:event-bus/default"}]}),
                "DescribeEventBus" => json!({"Name": "default", "Arn": "arn:aws:events:eu-west-1:111122223333:event-bus/default"}),
                "ListLayers" => json!({"Layers": [{"LayerName": "shared", "LayerArn": "arn:aws:lambda:eu-west-1:111122223333:layer:shared"}]}),
                "ListLayerVersions" => json!({"LayerVersions": [{"Version": 2}, {"Version": 1}]}),
                "GetLayerVersionPolicy" if asked.path.contains("/versions/2/") => json!({"Policy": POLICY, "RevisionId": "r"}),
                "GetLayerVersionPolicy" => return asked.error(404, "ResourceNotFoundException", "No policy is associated with the given resource."),
                "GetKeyPolicy" => json!({"Policy": POLICY, "PolicyName": "default"}),
                "ListQueues" => json!({"QueueUrls": ["https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"]}),
                "GetQueueAttributes" => json!({"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Policy": POLICY}}),
                "ListFunctions" => json!({"Functions": [
                    {"FunctionName": "open", "Environment": {"Variables": {"PASSWORD": super::SECRET}}},
                    {"FunctionName": "closed"}
                ]}),
                "GetPolicy" if asked.path.contains("/open/") => json!({"Policy": POLICY, "RevisionId": "r"}),
                "GetPolicy" => return asked.error(404, "ResourceNotFoundException", "The resource you requested does not exist."),
                "ListSecrets" => json!({"SecretList": [{"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-x", "Name": "prod/db"}]}),
                "GetResourcePolicy" => json!({"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-x", "Name": "prod/db"}),
                "DescribeRepositories" => json!({"repositories": [{"repositoryName": "app", "registryId": "111122223333"}]}),
                "GetRepositoryPolicy" => return asked.error(400, "RepositoryPolicyNotFoundException", "there is none"),
                _ => return unexpected(asked),
            }
            .to_string(),
        ),
    }
}

fn cloudtrail(asked: &Asked) -> Reply {
    let answer = match asked.operation.as_str() {
        "DescribeTrails" => json!({"trailList": [{
            "Name": "all", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "HomeRegion": "eu-west-1",
            "TrailARN": TRAIL, "LogFileValidationEnabled": true, "HasCustomEventSelectors": false, "HasInsightSelectors": false,
            "IsOrganizationTrail": false, "MemberOfTomorrow": true
        }]}),
        "GetTrailStatus" => json!({"IsLogging": true, "StartLoggingTime": 1_768_464_000.5}),
        "GetEventSelectors" => json!({"TrailARN": TRAIL, "EventSelectors": [
            {"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [], "ExcludeManagementEventSources": []}
        ]}),
        "LookupEvents"
            if asked.field("LookupAttributes").contains("root") && asked.field("NextToken").is_empty() =>
        {
            json!({"Events": [event("1")], "NextToken": "two"})
        }
        "LookupEvents" if asked.field("LookupAttributes").contains("root") => json!({"Events": [event("2")]}),
        "LookupEvents" => json!({"Events": []}),
        _ => return unexpected(asked),
    };
    json_text(&answer.to_string())
}

fn event(id: &str) -> Value {
    let record = json!({
        "eventVersion": "1.08", "eventID": id, "eventTime": "2026-01-14T10:00:00Z", "eventSource": "iam.amazonaws.com", "eventName": "GetUser",
        "awsRegion": "eu-west-1", "eventType": "AwsApiCall", "recipientAccountId": "111122223333", "readOnly": true,
        "userIdentity": {"type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333"}
    });
    json!({
        "EventId": id, "EventName": "GetUser", "ReadOnly": "true", "EventTime": 1_768_384_800.0, "EventSource": "iam.amazonaws.com",
        "Username": "root", "Resources": [], "CloudTrailEvent": record.to_string()
    })
}

fn organizations(asked: &Asked) -> Reply {
    let summary = json!({
        "Id": "p-FullAWSAccess", "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": true
    });
    let is_scp = asked.field("Filter") == "SERVICE_CONTROL_POLICY";
    let answer = match asked.operation.as_str() {
        "DescribeOrganization" => {
            json!({"Organization": {"Id": "o-example1234", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}})
        }
        "ListRoots" => json!({"Roots": [{"Id": "r-ab12", "Name": "Root"}]}),
        "ListChildren" => {
            let is_account = asked.field("ChildType") == "ACCOUNT";
            let children: &[&str] = match (asked.field("ParentId"), is_account) {
                ("r-ab12", true) => &["111122223333"],
                ("r-ab12", false) => &["ou-ab12-11111111"],
                ("ou-ab12-11111111", true) => &["444455556666", "777788889999"],
                _ => &[],
            };
            let children: Vec<Value> =
                children.iter().map(|id| json!({"Id": id, "Type": asked.field("ChildType")})).collect();
            json!({"Children": children})
        }
        "ListAccounts" => {
            json!({"Accounts": [
                {"Id": "111122223333", "Arn": "arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/111122223333", "Name": "management", "Status": "ACTIVE", "JoinedTimestamp": 1_768_464_000.0},
                {"Id": "444455556666", "Arn": "arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/444455556666", "Name": "member", "Status": "ACTIVE"},
                {"Id": "777788889999", "Arn": "arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/777788889999", "Name": "closed", "Status": "SUSPENDED"}
            ]})
        }
        "ListPolicies" if is_scp => json!({"Policies": [summary]}),
        "ListPolicies" => json!({"Policies": []}),
        "DescribePolicy" => json!({"Policy": {"PolicySummary": summary, "Content": POLICY}}),
        "ListTargetsForPolicy" => {
            json!({"Targets": [{"TargetId": "r-ab12", "Name": "Root", "Type": "ROOT"}]})
        }
        _ => return unexpected(asked),
    };
    json_text(&answer.to_string())
}

fn s3(asked: &Asked) -> Reply {
    let xml = |text: &str| Reply::ok("application/xml", text);
    let is_logs = asked.path.trim_end_matches('/') == "/logs";
    match asked.operation.as_str() {
        "ListBuckets" => xml(
            "<ListAllMyBucketsResult><Buckets><Bucket><Name>logs</Name></Bucket><Bucket><Name>bare</Name></Bucket></Buckets></ListAllMyBucketsResult>",
        ),
        "GetBucketPolicy" if is_logs => Reply::ok("application/json", POLICY),
        "GetBucketPolicyStatus" if is_logs => xml("<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>"),
        "GetBucketAcl" => xml("<AccessControlPolicy><Owner><ID>o-1</ID></Owner><AccessControlList><Grant>\
             <Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>\
             <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"),
        "GetPublicAccessBlock" if is_logs => xml(
            "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>\
             <BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
        ),
        "GetPublicAccessBlock" => asked.error(
            404,
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        ),
        "GetBucketPolicy" | "GetBucketPolicyStatus" => {
            asked.error(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
        }
        "ListObjectsV2" => {
            let keys = [
                "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/14/a.json.gz",
                "AWSLogs/../x.json.gz",
                "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/d.json.gz",
                "AWSLogs/notes.txt",
            ];
            let contents = keys.map(|key| format!("<Contents><Key>{key}</Key><Size>3</Size></Contents>"));
            xml(&format!(
                "<ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>",
                contents.concat()
            ))
        }
        "GetObject" => Reply::ok("application/octet-stream", "log"),
        _ => unexpected(asked),
    }
}

fn sns(asked: &Asked) -> Reply {
    let inner = match asked.operation.as_str() {
        "ListTopics" => format!("<Topics><member><TopicArn>{TOPIC}</TopicArn></member></Topics>"),
        "GetTopicAttributes" => format!(
            "<Attributes><entry><key>TopicArn</key><value>{TOPIC}</value></entry><entry><key>Policy</key><value>{}</value></entry></Attributes>",
            POLICY.replace('"', "&quot;")
        ),
        "ListSubscriptionsByTopic" => {
            let topic = asked.field("TopicArn");
            format!(
                "<Subscriptions><member><SubscriptionArn>{topic}:s-1</SubscriptionArn><Owner>111122223333</Owner><Protocol>email</Protocol><Endpoint>security@example.com</Endpoint><TopicArn>{topic}</TopicArn></member></Subscriptions>"
            )
        }
        _ => return unexpected(asked),
    };
    xml("sns", &asked.operation, &inner)
}

/// Alarms, with another page if there is to be one.
pub(crate) fn alarms(next: Option<&str>) -> Reply {
    let mut alarms = json!({
        "MetricAlarms": [{
            "AlarmName": "root", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:root", "ActionsEnabled": true,
            "AlarmActions": [TOPIC], "MetricName": "root", "Namespace": "iam", "Statistic": "Sum", "Period": 300,
            "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Dimensions": []
        }],
        "CompositeAlarms": []
    });
    if let Some(next) = next {
        alarms["NextToken"] = next.into();
    }
    cbor(&alarms)
}

/// An answer of services that speak CBOR. Source: RFC 8949.
pub(super) fn cbor(value: &Value) -> Reply {
    let mut bytes = Vec::new();
    encode(value, &mut bytes);
    let mut reply = Reply::ok("application/cbor", bytes);
    reply.headers.push(("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned()));
    reply
}

fn encode(value: &Value, bytes: &mut Vec<u8>) {
    let head = |kind: u8, length: usize, bytes: &mut Vec<u8>| {
        bytes.push(kind << 5 | 0x1A);
        bytes.extend(u32::try_from(length).unwrap().to_be_bytes());
    };
    match value {
        Value::Null => bytes.push(0xF6),
        Value::Bool(flag) => bytes.push(if *flag { 0xF5 } else { 0xF4 }),
        Value::Number(number) if number.is_u64() => {
            head(0, usize::try_from(number.as_u64().unwrap()).unwrap(), bytes);
        }
        Value::Number(number) => {
            bytes.push(0xFB);
            bytes.extend(number.as_f64().unwrap().to_be_bytes());
        }
        Value::String(text) => {
            head(3, text.len(), bytes);
            bytes.extend(text.as_bytes());
        }
        Value::Array(items) => {
            head(4, items.len(), bytes);
            for item in items {
                encode(item, bytes);
            }
        }
        Value::Object(fields) => {
            head(5, fields.len(), bytes);
            for (name, value) in fields {
                encode(&Value::from(name.as_str()), bytes);
                encode(value, bytes);
            }
        }
    }
}
