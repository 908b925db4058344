use std::fmt;

use crate::ident::Arn;

/// The types of resources whose own policy, or list of those it is shared with, lets others in.
///
/// Each has a folder of a snapshot, `resource-policies/REGION/FOLDER/NAME.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ResourceKind {
    /// A bucket of S3.
    Bucket,
    /// A bucket of S3 Express One Zone.
    DirectoryBucket,
    /// An access point of S3.
    AccessPoint,
    /// A key of KMS.
    Key,
    /// A function of Lambda.
    Function,
    /// A version of a layer of Lambda; its name is `LAYER:VERSION`.
    LayerVersion,
    /// A queue of SQS.
    Queue,
    /// A topic of SNS.
    Topic,
    /// A secret of Secrets Manager.
    Secret,
    /// A file system of EFS.
    FileSystem,
    /// A repository of ECR.
    Repository,
    /// A table of `DynamoDB`.
    Table,
    /// A stream of a table of `DynamoDB`; its name is `TABLE/stream/LABEL`.
    TableStream,
    /// A vault of S3 Glacier.
    Vault,
    /// The data catalogue of Glue, of which there is one in each Region.
    DataCatalog,
    /// A domain of `OpenSearch` Service.
    SearchDomain,
    /// A vault of AWS Backup.
    BackupVault,
    /// A stream of Kinesis.
    DataStream,
    /// A registered consumer of a stream of Kinesis; its name is `STREAM/consumer/NAME:TIME`.
    StreamConsumer,
    /// A domain of `CodeArtifact`.
    ArtifactDomain,
    /// An event bus of EventBridge.
    EventBus,
    /// An event data store of CloudTrail Lake; its name is its id.
    EventDataStore,
    /// A snapshot of an EBS volume.
    VolumeSnapshot,
    /// A snapshot of a database of RDS.
    DatabaseSnapshot,
    /// A snapshot of a database cluster of RDS.
    ClusterSnapshot,
}

/// What is constant about a type.
struct About {
    folder: &'static str,
    aws: &'static str,
    noun: &'static str,
    service: &'static str,
    /// What the last field of the ARN begins with.
    prefix: &'static str,
    /// The call that lists them, and the one that tells who gets in; empty where several calls do.
    calls: [&'static str; 2],
}

impl ResourceKind {
    /// Every type.
    pub const ALL: &[Self] = &[
        Self::Bucket,
        Self::DirectoryBucket,
        Self::AccessPoint,
        Self::Key,
        Self::Function,
        Self::LayerVersion,
        Self::Queue,
        Self::Topic,
        Self::Secret,
        Self::FileSystem,
        Self::Repository,
        Self::Table,
        Self::TableStream,
        Self::Vault,
        Self::DataCatalog,
        Self::SearchDomain,
        Self::BackupVault,
        Self::DataStream,
        Self::StreamConsumer,
        Self::ArtifactDomain,
        Self::EventBus,
        Self::EventDataStore,
        Self::VolumeSnapshot,
        Self::DatabaseSnapshot,
        Self::ClusterSnapshot,
    ];

    #[expect(clippy::too_many_lines, reason = "one entry for each kind")]
    fn about(self) -> About {
        let about =
            |folder, aws, noun, service, prefix, calls| About { folder, aws, noun, service, prefix, calls };
        match self {
            Self::Bucket => about(
                "s3-bucket",
                "AWS::S3::Bucket",
                "bucket",
                "s3",
                "",
                ["ListBuckets", "aws s3api get-bucket-policy --bucket NAME"],
            ),
            Self::DirectoryBucket => about(
                "s3-directory-bucket",
                "AWS::S3Express::DirectoryBucket",
                "directory bucket",
                "s3express",
                "bucket/",
                ["ListDirectoryBuckets", "aws s3api get-bucket-policy --bucket NAME"],
            ),
            Self::AccessPoint => about(
                "s3-access-point",
                "AWS::S3::AccessPoint",
                "access point",
                "s3",
                "accesspoint/",
                ["ListAccessPoints", "aws s3control get-access-point-policy --account-id ID --name NAME"],
            ),
            Self::Key => about(
                "kms-key",
                "AWS::KMS::Key",
                "KMS key",
                "kms",
                "key/",
                ["ListKeys", "aws kms get-key-policy --key-id ID"],
            ),
            Self::Function => about(
                "lambda-function",
                "AWS::Lambda::Function",
                "function",
                "lambda",
                "function:",
                ["ListFunctions", "aws lambda get-policy --function-name NAME"],
            ),
            Self::LayerVersion => about(
                "lambda-layer-version",
                "AWS::Lambda::LayerVersion",
                "layer version",
                "lambda",
                "layer:",
                ["ListLayers", "aws lambda get-layer-version-policy --layer-name NAME --version-number N"],
            ),
            Self::Queue => about(
                "sqs-queue",
                "AWS::SQS::Queue",
                "queue",
                "sqs",
                "",
                [
                    "ListQueues",
                    "aws sqs get-queue-attributes --queue-url URL --attribute-names QueueArn Policy",
                ],
            ),
            Self::Topic => about(
                "sns-topic",
                "AWS::SNS::Topic",
                "topic",
                "sns",
                "",
                ["ListTopics", "aws sns get-topic-attributes --topic-arn ARN"],
            ),
            Self::Secret => about(
                "secret",
                "AWS::SecretsManager::Secret",
                "secret",
                "secretsmanager",
                "secret:",
                ["ListSecrets", "aws secretsmanager get-resource-policy --secret-id ARN"],
            ),
            Self::FileSystem => about(
                "efs-file-system",
                "AWS::EFS::FileSystem",
                "file system",
                "elasticfilesystem",
                "file-system/",
                ["DescribeFileSystems", "aws efs describe-file-system-policy --file-system-id ID"],
            ),
            Self::Repository => about(
                "ecr-repository",
                "AWS::ECR::Repository",
                "repository",
                "ecr",
                "repository/",
                ["DescribeRepositories", "aws ecr get-repository-policy --repository-name NAME"],
            ),
            Self::Table => about(
                "dynamodb-table",
                "AWS::DynamoDB::Table",
                "table",
                "dynamodb",
                "table/",
                ["ListTables", "aws dynamodb get-resource-policy --resource-arn ARN"],
            ),
            Self::TableStream => about(
                "dynamodb-stream",
                "AWS::DynamoDB::Stream",
                "table stream",
                "dynamodb",
                "table/",
                ["ListStreams", "aws dynamodb get-resource-policy --resource-arn ARN"],
            ),
            Self::Vault => about(
                "glacier-vault",
                "AWS::Glacier::Vault",
                "vault",
                "glacier",
                "vaults/",
                ["ListVaults", "aws glacier get-vault-access-policy --account-id - --vault-name NAME"],
            ),
            Self::DataCatalog => about(
                "glue-catalog",
                "AWS::Glue::Catalog",
                "data catalogue",
                "glue",
                "",
                ["GetResourcePolicies", "aws glue get-resource-policy"],
            ),
            Self::SearchDomain => about(
                "opensearch-domain",
                "AWS::OpenSearchService::Domain",
                "OpenSearch domain",
                "es",
                "domain/",
                ["ListDomainNames", "aws opensearch describe-domain --domain-name NAME"],
            ),
            Self::BackupVault => about(
                "backup-vault",
                "AWS::Backup::BackupVault",
                "backup vault",
                "backup",
                "backup-vault:",
                ["ListBackupVaults", "aws backup get-backup-vault-access-policy --backup-vault-name NAME"],
            ),
            Self::DataStream => about(
                "kinesis-stream",
                "AWS::Kinesis::Stream",
                "data stream",
                "kinesis",
                "stream/",
                ["ListStreams", "aws kinesis get-resource-policy --resource-arn ARN"],
            ),
            Self::StreamConsumer => about(
                "kinesis-stream-consumer",
                "AWS::Kinesis::StreamConsumer",
                "stream consumer",
                "kinesis",
                "stream/",
                ["ListStreamConsumers", "aws kinesis get-resource-policy --resource-arn ARN"],
            ),
            Self::ArtifactDomain => about(
                "codeartifact-domain",
                "AWS::CodeArtifact::Domain",
                "CodeArtifact domain",
                "codeartifact",
                "domain/",
                ["ListDomains", "aws codeartifact get-domain-permissions-policy --domain NAME"],
            ),
            Self::EventBus => about(
                "event-bus",
                "AWS::Events::EventBus",
                "event bus",
                "events",
                "event-bus/",
                ["ListEventBuses", "aws events describe-event-bus --name NAME"],
            ),
            Self::EventDataStore => about(
                "cloudtrail-event-data-store",
                "AWS::CloudTrail::EventDataStore",
                "event data store",
                "cloudtrail",
                "eventdatastore/",
                ["ListEventDataStores", "aws cloudtrail get-resource-policy --resource-arn ARN"],
            ),
            Self::VolumeSnapshot => about(
                "ec2-snapshot",
                "AWS::EC2::Snapshot",
                "volume snapshot",
                "ec2",
                "snapshot/",
                [
                    "DescribeSnapshots",
                    "aws ec2 describe-snapshot-attribute --attribute createVolumePermission --snapshot-id ID",
                ],
            ),
            Self::DatabaseSnapshot => about(
                "rds-db-snapshot",
                "AWS::RDS::DBSnapshot",
                "database snapshot",
                "rds",
                "snapshot:",
                [
                    "DescribeDBSnapshots",
                    "aws rds describe-db-snapshot-attributes --db-snapshot-identifier NAME",
                ],
            ),
            Self::ClusterSnapshot => about(
                "rds-db-cluster-snapshot",
                "AWS::RDS::DBClusterSnapshot",
                "database cluster snapshot",
                "rds",
                "cluster-snapshot:",
                [
                    "DescribeDBClusterSnapshots",
                    "aws rds describe-db-cluster-snapshot-attributes --db-cluster-snapshot-identifier NAME",
                ],
            ),
        }
    }

    /// The folder of a snapshot that holds the answers about resources of this type.
    pub fn folder(self) -> &'static str {
        self.about().folder
    }

    /// AWS's name, such as `AWS::S3::Bucket`.
    pub fn as_str(self) -> &'static str {
        self.about().aws
    }

    /// What a person calls it.
    pub fn noun(self) -> &'static str {
        self.about().noun
    }

    /// Whether it has no policy, but a list of accounts that it is shared with.
    pub fn is_shared_by_list(self) -> bool {
        matches!(self, Self::VolumeSnapshot | Self::DatabaseSnapshot | Self::ClusterSnapshot)
    }

    /// The service in its ARNs, which is also the prefix of its actions.
    pub fn service(self) -> &'static str {
        self.about().service
    }

    /// The AWS CLI command that tells who gets in.
    pub fn command(self) -> &'static str {
        let [_, command] = self.about().calls;
        command
    }

    /// The types that an API operation lists.
    pub fn listed_by(operation: &str) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |kind| {
            let [list, _] = kind.about().calls;
            list == operation
        })
    }

    /// The type whose answers lie in this folder, or in one of this name with a further word behind it, such as
    /// `s3-bucket-acl`.
    pub fn in_folder(folder: &str) -> Option<Self> {
        let is_it = |kind: &Self| {
            let rest = folder.strip_prefix(kind.folder());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        // The longest, as folders begin with one another's names.
        Self::ALL.iter().copied().filter(is_it).max_by_key(|kind| kind.folder().len())
    }

    /// The type of the resource with this ARN. Source: Service Authorization Reference.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let arn = Arn::parse(arn).ok()?;
        if arn.service == "dynamodb" && arn.resource.starts_with("table/") {
            let is_stream = arn.resource.contains("/stream/");
            return Some(if is_stream { Self::TableStream } else { Self::Table });
        }
        if arn.service == "kinesis" && arn.resource.starts_with("stream/") {
            let is_consumer = arn.resource.contains("/consumer/");
            return Some(if is_consumer { Self::StreamConsumer } else { Self::DataStream });
        }
        if arn.service == "glue" {
            return (arn.resource == "catalog").then_some(Self::DataCatalog);
        }
        let is_it =
            |kind: &Self| kind.service() == arn.service && arn.resource.starts_with(kind.about().prefix);
        let kind = Self::ALL.iter().copied().filter(is_it).max_by_key(|kind| kind.about().prefix.len())?;
        (kind != Self::Function || !arn.resource.starts_with("layer:")).then_some(kind)
    }

    /// The ARN of a resource of this type. Source: Service Authorization Reference.
    pub fn arn(self, partition: &str, region: &str, account: &str, name: &str) -> String {
        let About { service, prefix, .. } = self.about();
        match self {
            Self::Bucket => format!("arn:{partition}:s3:::{name}"),
            Self::DataCatalog => format!("arn:{partition}:glue:{region}:{account}:catalog"),
            Self::VolumeSnapshot => format!("arn:{partition}:ec2:{region}::snapshot/{name}"),
            _ => format!("arn:{partition}:{service}:{region}:{account}:{prefix}{name}"),
        }
    }

    /// The name in an ARN of this type.
    pub fn name_in(self, arn: &str) -> &str {
        let resource = Arn::parse(arn).map_or(arn, |arn| arn.resource);
        resource.strip_prefix(self.about().prefix).unwrap_or(resource)
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_leads_back_to_its_type_and_name() {
        for kind in ResourceKind::ALL.iter().copied() {
            let name = match kind {
                ResourceKind::DataCatalog => "catalog",
                ResourceKind::TableStream => "orders/stream/2026-01-15T08:00:00.000",
                ResourceKind::StreamConsumer => "clicks/consumer/partner:1768464000",
                _ => "example",
            };
            let arn = kind.arn("aws", "eu-west-1", "111122223333", name);
            assert_eq!(ResourceKind::of_arn(&arn), Some(kind), "{arn}");
            assert_eq!(kind.name_in(&arn), name);
            assert_eq!(ResourceKind::in_folder(kind.folder()), Some(kind));
        }
        assert_eq!(ResourceKind::in_folder("s3-bucket-acl"), Some(ResourceKind::Bucket));
        assert_eq!(ResourceKind::in_folder("s3-buckets"), None);
        assert_eq!(ResourceKind::of_arn("arn:aws:glue:eu-west-1:111122223333:table/a/b"), None);
    }
}
