//! Answers of the services that are asked without a typed client. Everything that can have pages has two.

use serde_json::json;

use super::account::{json as json_text, unexpected};
use super::regional::POLICY;
use super::{Asked, Reply};

const HERE: &str = "eu-west-1:111122223333";

pub(super) fn answer(asked: &Asked) -> Reply {
    let tokens =
        ["Marker", "marker", "NextToken", "nextToken", "ExclusiveStartTableName", "ExclusiveStartStreamArn"];
    let is_first = tokens.iter().all(|name| asked.field(name).is_empty());
    let json = |value: serde_json::Value| json_text(&value.to_string());
    match (asked.service.as_str(), asked.operation.as_str()) {
        ("dynamodb", "ListTables") if is_first => {
            json(json!({"TableNames": ["orders"], "LastEvaluatedTableName": "orders"}))
        }
        ("dynamodb", "ListTables") => json(json!({"TableNames": ["people"]})),
        ("dynamodb", "ListStreams") => json(json!({"Streams": [{
            "StreamArn": format!("arn:aws:dynamodb:{HERE}:table/orders/stream/2026-01-15T08:00:00.000"), "TableName": "orders"
        }]})),
        ("dynamodb", "GetResourcePolicy") if asked.field("ResourceArn").ends_with("table/orders") => {
            json(json!({"Policy": POLICY, "RevisionId": "1768464000000"}))
        }
        ("dynamodb", "GetResourcePolicy") => asked.error(400, "PolicyNotFoundException", "there is none"),
        ("glue", "GetResourcePolicy") => {
            json(json!({"PolicyInJson": POLICY, "PolicyHash": "h", "CreateTime": 1_768_464_000.5}))
        }
        ("elasticfilesystem", "DescribeFileSystems") if is_first => {
            json(json!({"FileSystems": [{"FileSystemId": "fs-1"}], "NextMarker": "a b/&"}))
        }
        ("elasticfilesystem", "DescribeFileSystems") => {
            json(json!({"FileSystems": [{"FileSystemId": "fs-2"}]}))
        }
        ("elasticfilesystem", _) if asked.path.contains("fs-1") => {
            json(json!({"FileSystemId": "fs-1", "Policy": POLICY}))
        }
        ("elasticfilesystem", "DescribeFileSystemPolicy") => {
            asked.error(404, "PolicyNotFound", "there is none")
        }
        ("backup", "ListBackupVaults") => json(json!({"BackupVaultList": [
            {"BackupVaultName": "Default", "BackupVaultArn": format!("arn:aws:backup:{HERE}:backup-vault:Default")},
            {"BackupVaultName": "shared", "BackupVaultArn": format!("arn:aws:backup:{HERE}:backup-vault:shared")}
        ]})),
        ("backup", "GetBackupVaultAccessPolicy") if asked.path.contains("shared") => json(json!({
            "BackupVaultName": "shared", "BackupVaultArn": format!("arn:aws:backup:{HERE}:backup-vault:shared"), "Policy": POLICY
        })),
        ("backup", "GetBackupVaultAccessPolicy") => {
            asked.error(400, "ResourceNotFoundException", "there is none")
        }
        ("es", "ListDomainNames") => {
            json(json!({"DomainNames": [{"DomainName": "search", "EngineType": "OpenSearch"}]}))
        }
        ("es", "DescribeDomain") => json(json!({"DomainStatus": {
            "DomainId": "111122223333/search", "DomainName": "search", "ARN": format!("arn:aws:es:{HERE}:domain/search"),
            "AccessPolicies": POLICY, "ClusterConfig": {"InstanceCount": 3}
        }})),
        ("glacier", "ListVaults") if is_first => json(json!({
            "VaultList": [{"VaultName": "shared", "VaultARN": format!("arn:aws:glacier:{HERE}:vaults/shared")}],
            "Marker": format!("arn:aws:glacier:{HERE}:vaults/bare")
        })),
        ("glacier", "ListVaults") => json(json!({
            "VaultList": [{"VaultName": "bare", "VaultARN": format!("arn:aws:glacier:{HERE}:vaults/bare")}], "Marker": null
        })),
        ("glacier", "GetVaultAccessPolicy") if asked.path.contains("shared") => {
            json(json!({"Policy": POLICY}))
        }
        ("glacier", "GetVaultAccessPolicy") => asked.error(404, "ResourceNotFoundException", "there is none"),
        ("kinesis", _) => kinesis(asked, is_first),
        ("rds", operation) => rds(asked, operation, is_first),
        ("ec2", "DescribeSnapshots") if is_first => xml(
            "<DescribeSnapshotsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><snapshotSet><item><snapshotId>snap-1</snapshotId></item></snapshotSet><nextToken>two</nextToken></DescribeSnapshotsResponse>",
        ),
        ("ec2", "DescribeSnapshots") => xml(
            "<DescribeSnapshotsResponse><snapshotSet><item><snapshotId>snap-2</snapshotId></item></snapshotSet></DescribeSnapshotsResponse>",
        ),
        ("ec2", "DescribeIamInstanceProfileAssociations") => {
            let (item, next) = if is_first { ("i-1", "<nextToken>two</nextToken>") } else { ("i-2", "") };
            xml(&format!(
                "<DescribeIamInstanceProfileAssociationsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><iamInstanceProfileAssociationSet><item><associationId>iip-assoc-{item}</associationId><iamInstanceProfile><arn>arn:aws:iam::111122223333:instance-profile/web</arn><id>AIPAEXAMPLE</id></iamInstanceProfile><instanceId>{item}</instanceId><state>associated</state></item></iamInstanceProfileAssociationSet>{next}</DescribeIamInstanceProfileAssociationsResponse>"
            ))
        }
        ("ec2", "DescribeSnapshotAttribute") => {
            let item = match asked.field("SnapshotId") {
                "snap-1" => "<item><group>all</group></item><item><userId>444455556666</userId></item>",
                _ => "",
            };
            let id = asked.field("SnapshotId");
            xml(&format!(
                "<DescribeSnapshotAttributeResponse><snapshotId>{id}</snapshotId><createVolumePermission>{item}</createVolumePermission></DescribeSnapshotAttributeResponse>"
            ))
        }
        ("s3", "GetPublicAccessBlock") => xml(
            "<?xml version=\"1.0\"?><PublicAccessBlockConfiguration xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
        ),
        ("s3", "ListAccessPoints") => xml(
            "<ListAccessPointsResult><AccessPointList><AccessPoint><Name>open</Name></AccessPoint><AccessPoint><Name>bare</Name></AccessPoint></AccessPointList></ListAccessPointsResult>",
        ),
        ("s3", "GetAccessPoint") if asked.path.ends_with("/open") => xml(
            "<GetAccessPointResult><Name>open</Name><Bucket>logs</Bucket><NetworkOrigin>Internet</NetworkOrigin><PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration><BucketAccountId>111122223333</BucketAccountId></GetAccessPointResult>",
        ),
        ("s3", "GetAccessPoint") => xml(
            "<GetAccessPointResult><Name>bare</Name><Bucket>logs</Bucket><NetworkOrigin>VPC</NetworkOrigin><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration><PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration></GetAccessPointResult>",
        ),
        ("s3", "GetAccessPointPolicy") if asked.path.contains("/open/") => xml(&format!(
            "<GetAccessPointPolicyResult><Policy>{}</Policy></GetAccessPointPolicyResult>",
            POLICY.replace('"', "&quot;")
        )),
        ("s3", "GetAccessPointPolicy") => asked.error(404, "NoSuchAccessPointPolicy", "there is none"),
        ("s3express", "ListDirectoryBuckets") => xml(
            "<ListAllMyDirectoryBucketsResult><Buckets><Bucket><Name>fast--euw1-az1--x-s3</Name></Bucket></Buckets></ListAllMyDirectoryBucketsResult>",
        ),
        ("s3express", "GetBucketPolicy") => Reply::ok("application/json", POLICY),
        _ => unexpected(asked),
    }
}

/// Two streams, the first with a consumer. AWS has an empty document for those without a policy.
fn kinesis(asked: &Asked, is_first: bool) -> Reply {
    let arn = |name: &str| format!("arn:aws:kinesis:{HERE}:stream/{name}");
    let consumer = arn("clicks/consumer/partner:1768464000");
    let stream = |name: &str| json!({"StreamName": name, "StreamARN": arn(name), "StreamStatus": "ACTIVE"});
    let answer = match (asked.operation.as_str(), asked.field("ResourceARN"), asked.field("StreamARN")) {
        ("ListStreams", ..) if is_first => json!({
            "StreamNames": ["clicks"], "StreamSummaries": [stream("clicks")], "HasMoreStreams": true, "NextToken": "two"
        }),
        ("ListStreams", ..) => {
            json!({"StreamNames": ["bare"], "StreamSummaries": [stream("bare")], "HasMoreStreams": false})
        }
        ("ListStreamConsumers", _, stream) if stream == arn("clicks") => json!({"Consumers": [
            {"ConsumerName": "partner", "ConsumerARN": consumer, "ConsumerStatus": "ACTIVE", "ConsumerCreationTimestamp": 1_768_464_000}
        ]}),
        ("ListStreamConsumers", ..) => json!({"Consumers": []}),
        ("GetResourcePolicy", resource, _) if resource == arn("bare") => json!({"Policy": "{}"}),
        ("GetResourcePolicy", ..) => json!({"Policy": POLICY}),
        _ => return unexpected(asked),
    };
    json_text(&answer.to_string())
}

fn xml(text: &str) -> Reply {
    Reply::ok("text/xml", text)
}

fn rds(asked: &Asked, operation: &str, is_first: bool) -> Reply {
    let word = if operation.contains("Cluster") { "DBClusterSnapshot" } else { "DBSnapshot" };
    let inner = match operation {
        "DescribeDBSnapshots" | "DescribeDBClusterSnapshots" => {
            let (name, marker) = if is_first { ("rds:a", "<Marker>two</Marker>") } else { ("b", "") };
            format!("<{word}s><{word}><{word}Identifier>{name}</{word}Identifier></{word}></{word}s>{marker}")
        }
        "DescribeDBSnapshotAttributes" | "DescribeDBClusterSnapshotAttributes" => {
            let name = asked.field(&format!("{word}Identifier"));
            let values = if name == "b" { "<AttributeValue>all</AttributeValue>" } else { "" };
            format!(
                "<{word}AttributesResult><{word}Identifier>{name}</{word}Identifier><{word}Attributes><{word}Attribute>\
                 <AttributeName>restore</AttributeName><AttributeValues>{values}</AttributeValues></{word}Attribute>\
                 </{word}Attributes></{word}AttributesResult>"
            )
        }
        _ => return unexpected(asked),
    };
    xml(&format!(
        "<{operation}Response xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><{operation}Result>{inner}</{operation}Result></{operation}Response>"
    ))
}
