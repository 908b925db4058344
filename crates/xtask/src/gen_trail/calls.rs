//! The calls that are made in a made-up archive: about 800 over some 60 services.

use super::random::Random;

/// One operation of one service.
#[derive(Debug)]
pub(super) struct Call {
    /// The first label of `eventSource`, as in `ec2`.
    pub(super) service: &'static str,
    pub(super) name: String,
    /// What it is about, in the singular and beginning with a small letter.
    pub(super) noun: String,
    pub(super) reads: bool,
    pub(super) shape: Shape,
    /// The same for all records of this call, so that they look alike.
    pub(super) style: u64,
}

impl Call {
    /// Whether CloudTrail files it under us-east-1, wherever it was made.
    pub(super) fn is_global(&self) -> bool {
        matches!(self.service, "iam" | "organizations" | "route53" | "cloudfront" | "support" | "signin")
    }

    pub(super) fn is_data(&self) -> bool {
        matches!(self.shape, Shape::Object | Shape::Invoke | Shape::Item)
    }
}

/// How the parameters and the answer of a call look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Made up from the name.
    Plain,
    /// An object in S3; a data event.
    Object,
    /// A function of Lambda; a data event.
    Invoke,
    /// An item in `DynamoDB`; a data event.
    Item,
    /// A use of a KMS key.
    Key,
    AssumeRole,
    /// `AssumeRoleWithSAML` and `AssumeRoleWithWebIdentity`.
    AssumeRoleFederated,
    /// A policy or another document as escaped text.
    Document,
    ConsoleLogin,
    CreateAccessKey,
    AttachUserPolicy,
    CreateServiceLinkedRole,
    /// Something that a service did by itself.
    ServiceEvent,
}

/// The calls, the most frequent first.
#[derive(Debug)]
pub(super) struct Calls(Vec<Call>);

impl Calls {
    pub(super) fn new() -> Self {
        let mut calls: Vec<Call> = Vec::new();
        let specials = SPECIAL.iter().flat_map(|&(service, shape, names)| {
            names.split(' ').map(move |name| (service, name.to_owned(), lower(name), shape))
        });
        let plain = PLAIN.iter().flat_map(|&(service, verbs, nouns)| {
            verbs.split(' ').flat_map(move |verb| {
                nouns.split(' ').map(move |noun| {
                    let name = match verb.strip_suffix('*') {
                        Some(verb) => format!("{verb}{}", plural(noun)),
                        None => format!("{verb}{noun}"),
                    };
                    (service, name, lower(noun), Shape::Plain)
                })
            })
        });
        for (service, name, noun, shape) in specials.chain(plain) {
            if calls.iter().any(|call| call.service == service && call.name == name) {
                continue;
            }
            let reads = READING.iter().any(|verb| name.starts_with(verb));
            let style = Random::new(
                name.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))),
            )
            .next();
            calls.push(Call { service, name, noun, reads, shape, style });
        }
        calls.sort_by_key(|call| {
            let frequent =
                FREQUENT.iter().position(|&frequent| frequent == (call.service, call.name.as_str()));
            (frequent.unwrap_or(usize::MAX), call.style)
        });
        Self(calls)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Call> {
        self.0.get(index)
    }

    /// Zero, the most frequent, when there is none of that name.
    pub(super) fn named(&self, service: &str, name: &str) -> usize {
        self.0.iter().position(|call| call.service == service && call.name == name).unwrap_or(0)
    }

    /// A call that anyone might make.
    pub(super) fn any(&self, random: &mut Random) -> usize {
        for _ in 0..20 {
            let index =
                if random.permille(600) { random.skewed(self.len()) } else { random.index(self.len()) };
            let is_ordinary = self.get(index).is_some_and(|call| {
                let is_wanted = match call.shape {
                    Shape::Plain | Shape::Key => true,
                    Shape::AssumeRole | Shape::Document => random.permille(300),
                    _ => false,
                };
                is_wanted && (call.reads || random.permille(280))
            });
            if is_ordinary {
                return index;
            }
        }
        0
    }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with('s') || noun.ends_with('h') || noun.ends_with('x') => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

const READING: &[&str] = &[
    "Describe",
    "List",
    "Get",
    "Head",
    "Lookup",
    "Search",
    "BatchGet",
    "Query",
    "Scan",
    "Decrypt",
    "Check",
    "Simulate",
    "Filter",
    "Validate",
    "Select",
    "AssumeRole",
    "GenerateDataKey",
];

/// First in the order of frequency; the rest comes in any order.
const FREQUENT: &[(&str, &str)] = &[
    ("kms", "Decrypt"),
    ("ec2", "DescribeInstances"),
    ("logs", "CreateLogStream"),
    ("sts", "GetCallerIdentity"),
    ("ssm", "UpdateInstanceInformation"),
    ("secretsmanager", "GetSecretValue"),
    ("kms", "GenerateDataKey"),
    ("ssm", "GetParameters"),
    ("ecr", "GetAuthorizationToken"),
    ("ec2", "DescribeTags"),
    ("elasticloadbalancing", "DescribeTargetHealth"),
    ("autoscaling", "DescribeAutoScalingGroups"),
    ("sts", "AssumeRole"),
    ("cloudformation", "DescribeStacks"),
    ("ecs", "DescribeTasks"),
    ("rds", "DescribeDBInstances"),
    ("monitoring", "DescribeAlarms"),
    ("logs", "DescribeLogGroups"),
    ("dynamodb", "DescribeTables"),
    ("ec2", "DescribeVolumes"),
    ("iam", "GetRole"),
    ("ec2", "DescribeNetworkInterfaces"),
    ("s3", "GetBucketLocation"),
    ("lambda", "GetFunction"),
    ("sqs", "GetQueueAttributes"),
    ("ecr", "BatchGetImage"),
    ("elasticloadbalancing", "DescribeLoadBalancers"),
    ("eks", "DescribeClusters"),
    ("iam", "ListRoles"),
    ("tagging", "GetResources"),
];

/// Calls with a shape of their own.
const SPECIAL: &[(&str, Shape, &str)] = &[
    ("s3", Shape::Object, "GetObject PutObject HeadObject ListObjects DeleteObject CopyObject"),
    ("lambda", Shape::Invoke, "Invoke"),
    ("dynamodb", Shape::Item, "GetItem PutItem Query UpdateItem BatchGetItem Scan"),
    ("kms", Shape::Key, "Decrypt GenerateDataKey Encrypt GenerateDataKeyWithoutPlaintext"),
    ("sts", Shape::AssumeRole, "AssumeRole"),
    ("sts", Shape::AssumeRoleFederated, "AssumeRoleWithSAML AssumeRoleWithWebIdentity"),
    ("iam", Shape::Document, "PutUserPolicy PutRolePolicy CreatePolicyVersion UpdateAssumeRolePolicy"),
    ("s3", Shape::Document, "PutBucketPolicy"),
    ("ssm", Shape::Document, "CreateDocument"),
    ("signin", Shape::ConsoleLogin, "ConsoleLogin"),
    ("iam", Shape::CreateAccessKey, "CreateAccessKey"),
    ("iam", Shape::AttachUserPolicy, "AttachUserPolicy"),
    ("iam", Shape::CreateServiceLinkedRole, "CreateServiceLinkedRole"),
    ("kms", Shape::ServiceEvent, "RotateKey SynchronizeMultiRegionKey"),
    ("sts", Shape::Plain, "GetCallerIdentity GetSessionToken GetFederationToken DecodeAuthorizationMessage"),
    (
        "logs",
        Shape::Plain,
        "CreateLogStream CreateLogGroup FilterLogEvents StartQuery GetQueryResults PutRetentionPolicy",
    ),
    (
        "ssm",
        Shape::Plain,
        "UpdateInstanceInformation GetParametersByPath PutInventory SendCommand StartSession",
    ),
    ("secretsmanager", Shape::Plain, "GetSecretValue PutSecretValue RotateSecret"),
    (
        "ecr",
        Shape::Plain,
        "GetAuthorizationToken BatchGetImage BatchCheckLayerAvailability GetDownloadUrlForLayer PutImage",
    ),
    ("elasticloadbalancing", Shape::Plain, "DescribeTargetHealth RegisterTargets DeregisterTargets"),
    ("tagging", Shape::Plain, "GetResources GetTagKeys TagResources"),
    (
        "sqs",
        Shape::Plain,
        "GetQueueAttributes SetQueueAttributes ListQueues CreateQueue DeleteQueue PurgeQueue",
    ),
    (
        "ec2",
        Shape::Plain,
        "RunInstances StartInstances StopInstances TerminateInstances GetPasswordData GetConsoleOutput AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress CreateTags DeleteTags ModifyInstanceAttribute AttachVolume DetachVolume ModifySnapshotAttribute AssociateAddress",
    ),
    (
        "iam",
        Shape::Plain,
        "PassRole GetAccountSummary GetAccountAuthorizationDetails GenerateCredentialReport GetCredentialReport SimulatePrincipalPolicy AddUserToGroup RemoveUserFromGroup CreateLoginProfile UpdateLoginProfile DeactivateMFADevice EnableMFADevice GetAccessKeyLastUsed",
    ),
    (
        "ecs",
        Shape::Plain,
        "RunTask StopTask RegisterTaskDefinition DeregisterTaskDefinition SubmitTaskStateChange",
    ),
    ("cloudtrail", Shape::Plain, "LookupEvents StopLogging StartLogging PutEventSelectors"),
    ("guardduty", Shape::Plain, "ArchiveFindings UnarchiveFindings"),
    ("config", Shape::Plain, "PutEvaluations SelectResourceConfig BatchGetResourceConfig"),
    ("codebuild", Shape::Plain, "StartBuild BatchGetBuilds BatchGetProjects"),
    ("states", Shape::Plain, "StartExecution StopExecution"),
    ("athena", Shape::Plain, "StartQueryExecution GetQueryExecution GetQueryResults"),
    ("bedrock", Shape::Plain, "InvokeModel InvokeModelWithResponseStream Converse"),
    ("health", Shape::Plain, "DescribeEventAggregates"),
    ("ce", Shape::Plain, "GetCostAndUsage GetCostForecast GetDimensionValues"),
];

/// Every verb with every noun; a star asks for the plural.
const PLAIN: &[(&str, &str, &str)] = &[
    (
        "ec2",
        "Describe*",
        "Instance Volume Snapshot Image SecurityGroup Subnet Vpc NetworkInterface Address RouteTable NatGateway VpcEndpoint KeyPair Tag Region AvailabilityZone LaunchTemplate FlowLog InternetGateway NetworkAcl TransitGateway InstanceType SpotInstanceRequest",
    ),
    (
        "ec2",
        "Create Delete",
        "Volume Snapshot SecurityGroup Subnet Vpc NetworkInterface RouteTable NatGateway VpcEndpoint KeyPair LaunchTemplate FlowLogs Route",
    ),
    ("iam", "Get Create Delete Update", "Role User Group InstanceProfile Policy SAMLProvider"),
    (
        "iam",
        "List*",
        "Role User Group InstanceProfile Policy SAMLProvider AccessKey MFADevice UserPolicy RolePolicy AttachedRolePolicy AttachedUserPolicy GroupsForUser AccountAlias",
    ),
    ("iam", "Attach Detach", "RolePolicy GroupPolicy"),
    (
        "s3",
        "Get Put Delete",
        "BucketPolicy BucketTagging BucketLifecycle BucketEncryption BucketCors BucketWebsite BucketReplication BucketPublicAccessBlock",
    ),
    (
        "s3",
        "Get",
        "BucketLocation BucketAcl BucketVersioning BucketLogging BucketNotification BucketPolicyStatus AccountPublicAccessBlock BucketOwnershipControls",
    ),
    ("s3", "Create Delete Head", "Bucket"),
    ("lambda", "Get List* Create Update Delete", "Function Alias EventSourceMapping FunctionUrlConfig"),
    ("lambda", "Get", "FunctionConfiguration Policy AccountSettings LayerVersion"),
    (
        "rds",
        "Describe* Create Delete Modify",
        "DBInstance DBCluster DBSnapshot DBParameterGroup DBSubnetGroup EventSubscription",
    ),
    ("ecs", "Describe* List*", "Cluster Service Task TaskDefinition ContainerInstance CapacityProvider"),
    ("ecs", "Create Update Delete", "Cluster Service CapacityProvider"),
    ("eks", "Describe* List* Create Delete", "Cluster Nodegroup Addon FargateProfile AccessEntry"),
    (
        "autoscaling",
        "Describe* Create Delete",
        "AutoScalingGroup LaunchConfiguration Policy ScheduledAction LifecycleHook",
    ),
    ("elasticloadbalancing", "Describe* Create Delete Modify", "LoadBalancer Listener Rule TargetGroup"),
    (
        "cloudformation",
        "Describe* List*",
        "Stack StackResource StackEvent StackSet StackInstance ChangeSet Type",
    ),
    ("cloudformation", "Create Update Delete", "Stack StackSet StackInstances ChangeSet"),
    ("monitoring", "Describe* Delete*", "Alarm AnomalyDetector InsightRule"),
    ("monitoring", "Get Put List*", "Dashboard MetricStream"),
    ("logs", "Describe*", "LogGroup LogStream MetricFilter SubscriptionFilter Destination Export"),
    ("logs", "Put Delete", "MetricFilter SubscriptionFilter ResourcePolicy LogGroup"),
    ("dynamodb", "Describe* List* Create Update Delete", "Table Backup GlobalTable"),
    ("kms", "Describe* List* Create Disable Enable", "Key Alias Grant"),
    ("ssm", "Get* Put Delete Describe*", "Parameter MaintenanceWindow PatchBaseline Association"),
    ("ssm", "List* Get Update", "Document Command Inventory ComplianceItem"),
    ("secretsmanager", "Describe* List* Create Update Delete", "Secret"),
    ("ecr", "Describe* Create Delete", "Repository LifecyclePolicy PullThroughCacheRule"),
    ("sns", "Get Set", "TopicAttributes SubscriptionAttributes"),
    ("sns", "List* Create Delete", "Topic Subscription PlatformApplication"),
    ("events", "Describe* List* Put Delete", "Rule Target EventBus Archive"),
    ("scheduler", "Get List* Create Update", "Schedule ScheduleGroup"),
    ("cloudtrail", "Get List* Create Update Delete", "Trail EventDataStore Channel"),
    ("cloudtrail", "Get", "TrailStatus EventSelectors InsightSelectors"),
    (
        "config",
        "Describe* Put Delete",
        "ConfigRule ConfigurationRecorder DeliveryChannel ConformancePack AggregationAuthorization",
    ),
    ("guardduty", "Get List* Create Update", "Detector Finding Filter IPSet Member"),
    ("securityhub", "Get* BatchUpdate* Describe*", "Finding Insight Standard ActionTarget"),
    ("inspector2", "List* BatchGet* Get", "Finding Coverage Member"),
    ("macie2", "Get* List* Create", "Finding ClassificationJob AllowList"),
    ("access-analyzer", "Get List* Create Update", "Analyzer Finding ArchiveRule"),
    ("organizations", "Describe* List* Create", "Account Organization OrganizationalUnit Policy Root"),
    ("sso", "Describe* List* Create Update", "PermissionSet AccountAssignment Instance Application"),
    ("identitystore", "Describe* List*", "User Group GroupMembership"),
    ("route53", "Get List* Create Delete", "HostedZone HealthCheck TrafficPolicy"),
    ("route53", "List* Change", "ResourceRecordSet"),
    ("cloudfront", "Get List* Create Update", "Distribution CachePolicy Function OriginAccessControl"),
    ("apigateway", "Get Create Update Delete", "RestApi Deployment Stage Resource UsagePlan ApiKey"),
    ("states", "Describe* List* Create", "StateMachine Execution Activity"),
    ("codebuild", "List* Create Update", "Project Build ReportGroup"),
    ("codepipeline", "Get List* Update", "Pipeline PipelineState PipelineExecution"),
    ("codedeploy", "Get List* Create", "Deployment Application DeploymentGroup"),
    ("glue", "Get Get* Create Update", "Table Database Partition Job Crawler Connection"),
    ("athena", "Get List* Create", "WorkGroup NamedQuery DataCatalog"),
    ("kinesis", "Describe* List* Create", "Stream StreamConsumer"),
    ("firehose", "Describe* List* Create", "DeliveryStream"),
    ("es", "Describe* List* Create", "Domain VpcEndpoint Package"),
    ("elasticache", "Describe* Create Modify", "CacheCluster ReplicationGroup Snapshot"),
    ("redshift", "Describe* Create Modify", "Cluster ClusterSnapshot ClusterParameterGroup"),
    ("sagemaker", "Describe* List* Create", "NotebookInstance TrainingJob Endpoint Model Domain"),
    ("bedrock", "Get List*", "FoundationModel Guardrail InferenceProfile"),
    ("elasticfilesystem", "Describe* Create Delete", "FileSystem MountTarget AccessPoint"),
    ("backup", "Describe* List* Create", "BackupVault BackupJob BackupPlan RecoveryPoint"),
    ("acm", "Describe* List* Request", "Certificate"),
    ("wafv2", "Get List* Update", "WebACL IPSet RuleGroup"),
    ("shield", "Describe* List*", "Protection Attack"),
    ("cognito-idp", "Describe* List* Create", "UserPool UserPoolClient IdentityProvider"),
    ("batch", "Describe* List* Submit", "Job JobQueue ComputeEnvironment"),
    ("servicequotas", "Get List*", "ServiceQuota RequestedServiceQuotaChange"),
    ("health", "Describe*", "Event EventDetail AffectedEntity"),
    ("support", "Describe*", "Case TrustedAdvisorCheck SeverityLevel"),
    ("ce", "Get*", "AnomalyMonitor CostCategory SavingsPlansUtilization"),
    ("transfer", "Describe* List* Create", "Server User Connector"),
    ("datasync", "Describe* List* Start", "TaskExecution Location Agent"),
    ("workspaces", "Describe*", "Workspace WorkspaceBundle WorkspaceDirectory"),
    ("ram", "Get*", "ResourceShare ResourceShareInvitation"),
    ("servicediscovery", "Get List* Register", "Instance Service Namespace"),
    ("application-autoscaling", "Describe* Register", "ScalableTarget ScalingPolicy"),
    ("mq", "Describe* List*", "Broker Configuration"),
    ("fsx", "Describe*", "FileSystem Backup Volume"),
];
