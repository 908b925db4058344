//! Which actions leave a record in `CloudTrail` without anybody asking for data events.

use iam_policy::catalogue::{Action, ActionId, ActionSet, Catalogue, Levels};

use super::event_action::EventActions;
use crate::cloudtrail::{Call, EventKinds, data_calls};

/// Services all of whose calls are management events, apart from the data events that are known by name. Of others nothing
/// is concluded from records that are not there.
///
/// Source: `CloudTrail` User Guide, "Logging data events", which lists those with data events.
const SERVICES: &[&str] = &[
    "acm",
    "autoscaling",
    "cloudformation",
    "cloudtrail",
    "config",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elasticloadbalancing",
    "iam",
    "kms",
    "lambda",
    "organizations",
    "rds",
    "redshift",
    "route53",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "sts",
];

/// Services that log in one Region, whichever one a call was sent to.
const GLOBAL: &[&str] = &["iam", "organizations", "route53"];

/// Actions of these services of which no record can be counted on: permissions without a call of their own, which are asked
/// for by other calls, by consoles, agents or services; and calls that leave data events or nothing.
///
/// Source: the page of each service in the Service Authorization Reference, where it says "permission only"; `CloudTrail` User
/// Guide, "Logging data events".
const WITHOUT_RECORD: &[(&str, &[&str])] = &[
    ("cloudformation", &["CreateUploadBucket", "TagResource", "UntagResource"]),
    (
        "cloudtrail",
        &[
            "CreateServiceLinkedChannel",
            "DeleteServiceLinkedChannel",
            "GetEventDataStoreData",
            "GetServiceLinkedChannel",
            "ListServiceLinkedChannels",
            "UpdateServiceLinkedChannel",
        ],
    ),
    (
        "dynamodb",
        &[
            "AssociateTableReplica",
            "CreateGlobalTableWitness",
            "CreateTableReplica",
            "DeleteGlobalTableWitness",
            "DeleteTableReplica",
            "DescribeReservedCapacity",
            "DescribeReservedCapacityOfferings",
            "GetAbacStatus",
            "InjectError",
            "PurchaseReservedCapacityOfferings",
            "ReadDataForReplication",
            "ReplicateSettings",
            "RestoreTableFromAwsBackup",
            "SearchVectors",
            "StartAwsBackupJob",
            "UpdateAbacStatus",
            "UpdateGlobalTableVersion",
            "WriteDataForReplication",
        ],
    ),
    (
        "ec2",
        &[
            "AssociateVerifiedAccessInstanceWebAcl",
            "DeleteResourcePolicy",
            "DescribeVerifiedAccessInstanceWebAclAssociations",
            "DisassociateVerifiedAccessInstanceWebAcl",
            "GetResourcePolicy",
            "GetVerifiedAccessInstanceWebAcl",
            "InjectApiError",
            "InjectVolumeIOLatency",
            "PauseVolumeIO",
            "PutResourcePolicy",
            "SendSpotInstanceInterruptions",
        ],
    ),
    (
        "ecr",
        &["BatchCheckLayerAvailability", "BatchImportUpstreamImage", "GetImageCopyStatus", "ReplicateImage"],
    ),
    ("ecs", &["AllowVendedLogDeliveryForResource", "Poll", "PutSystemLogEvents", "StartTelemetrySession"]),
    (
        "eks",
        &["AccessKubernetesApi", "ListDashboardData", "ListDashboardResources", "MutateViaKubernetesApi"],
    ),
    (
        "elasticloadbalancing",
        &[
            "AllowVendedLogDeliveryForResource",
            "CreateWebACLAssociation",
            "DeleteWebACLAssociation",
            "DescribeWebACLAssociation",
            "GetLoadBalancerWebACL",
            "SetWebAcl",
        ],
    ),
    (
        "iam",
        &[
            "DeleteCloudFrontPublicKey",
            "GetCloudFrontPublicKey",
            "ListCloudFrontPublicKeys",
            "ListSTSRegionalEndpointsStatus",
            "SetSTSRegionalEndpointStatus",
            "UpdateCloudFrontPublicKey",
            "UploadCloudFrontPublicKey",
        ],
    ),
    ("kms", &["SynchronizeMultiRegionKey"]),
    (
        "lambda",
        &[
            "CheckpointDurableExecution",
            "ConnectMicrovm",
            "DisableReplication",
            "EnableReplication",
            "GetDurableExecutionState",
            "InvokeAsync",
            "PassCapacityProvider",
            "PassNetworkConnector",
            "SendDurableExecutionCallbackFailure",
            "SendDurableExecutionCallbackHeartbeat",
            "SendDurableExecutionCallbackSuccess",
        ],
    ),
    (
        "rds",
        &[
            "CrossRegionCommunication",
            "DescribeRecommendationGroups",
            "DescribeRecommendations",
            "DownloadCompleteDBLogFile",
            "ModifyRecommendation",
        ],
    ),
    (
        "redshift",
        &[
            "AuthorizeInboundIntegration",
            "CancelQuery",
            "CancelQuerySession",
            "CreateClusterUser",
            "CreateInboundIntegration",
            "CreateSavedQuery",
            "DeleteSavedQueries",
            "DescribeQuery",
            "DescribeSavedQueries",
            "DescribeTable",
            "ExecuteQuery",
            "FetchResults",
            "GetIdentityCenterAuthToken",
            "JoinGroup",
            "ListDatabases",
            "ListSavedQueries",
            "ListSchemas",
            "ListTables",
            "ModifySavedQuery",
            "ViewQueriesFromConsole",
            "ViewQueriesInConsole",
        ],
    ),
    (
        "s3",
        &[
            "AllowVendedLogDeliveryForResource",
            "BypassGovernanceRetention",
            "GetDataAccess",
            "GetStorageLensDashboard",
            "PauseReplication",
        ],
    ),
    (
        "sts",
        &["GetServiceBearerToken", "SetContext", "SetSourceIdentity", "TagGetWebIdentityToken", "TagSession"],
    ),
];

/// The actions that leave records, and what may keep the records away.
#[derive(Debug)]
pub(super) struct Logged {
    /// By number of the action: how it is recorded, and whether it only looks.
    records: Vec<(Record, bool)>,
}

/// Whether the record of an action would be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record {
    /// As a management event of one Region.
    Global,
    /// As a management event of the Region that the call was sent to.
    Regional,
    /// As a data event, if somebody asked for them.
    Data,
    /// Nothing tells.
    Unclear,
}

impl Logged {
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let mut data = ActionSet::new();
        for (service, name) in data_calls() {
            let call = Call { source: format!("{service}.amazonaws.com").into(), name: name.into() };
            if let EventActions::Needs(needed) = EventActions::of(catalogue, &call, EventKinds::API_CALL) {
                for action in needed {
                    data.insert(action.id);
                }
            }
        }
        let mut records = vec![(Record::Unclear, false); catalogue.len()];
        for action in catalogue.actions() {
            if let Some(own) = records.get_mut(action.id().number() as usize) {
                *own = (record(&data, &action), is_reading(&action));
            }
        }
        Self { records }
    }

    /// How a use of the action would be recorded.
    pub(super) fn record(&self, id: ActionId) -> Record {
        self.records.get(id.number() as usize).map_or(Record::Unclear, |own| own.0)
    }

    /// Whether the action only looks.
    pub(super) fn is_reading(&self, id: ActionId) -> bool {
        self.records.get(id.number() as usize).is_some_and(|own| own.1)
    }
}

fn record(data: &ActionSet, action: &Action<'_>) -> Record {
    let prefix = action.prefix();
    if data.contains(action.id()) || is_object_level(action) {
        return Record::Data;
    }
    let is_left_out =
        WITHOUT_RECORD.iter().any(|(own, names)| *own == prefix && names.contains(&action.name()));
    if is_left_out || SERVICES.binary_search(&prefix).is_err() {
        return Record::Unclear;
    }
    if GLOBAL.contains(&prefix) { Record::Global } else { Record::Regional }
}

/// What S3 does with objects, and `DynamoDB` with the rows of tables, under whatever name.
fn is_object_level(action: &Action<'_>) -> bool {
    let touches = |kind: &str| {
        action.resources().any(|resource| resource.resource_type().is_some_and(|own| own.name() == kind))
    };
    match action.prefix() {
        "s3" => touches("object"),
        "dynamodb" => action.name().starts_with("PartiQL") || touches("stream"),
        _ => false,
    }
}

fn is_reading(action: &Action<'_>) -> bool {
    !action.levels().intersects(
        Levels::WRITE.union(Levels::PERMISSIONS_MANAGEMENT).union(Levels::TAGGING).union(Levels::OTHER),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_actions() {
        assert!(SERVICES.is_sorted());
        let catalogue = Catalogue::embedded();
        for service in SERVICES.iter().chain(GLOBAL) {
            assert!(catalogue.service(service).is_some(), "{service}");
        }
        for (prefix, names) in WITHOUT_RECORD {
            assert!(SERVICES.contains(prefix) && names.is_sorted(), "{prefix}");
            for name in *names {
                assert!(catalogue.action(prefix, name).known().is_some(), "{prefix}:{name}");
            }
        }
        let logged = Logged::new(catalogue);
        for (action, record) in [
            ("iam:CreateUser", Record::Global),
            ("ec2:RunInstances", Record::Regional),
            ("s3:CreateBucket", Record::Regional),
            ("s3:GetObject", Record::Data),
            ("s3:GetObjectVersion", Record::Data),
            ("dynamodb:GetItem", Record::Data),
            ("dynamodb:CreateTable", Record::Regional),
            ("lambda:InvokeFunction", Record::Data),
            ("sqs:SendMessage", Record::Data),
            ("sts:TagSession", Record::Unclear),
            ("ecs:Poll", Record::Unclear),
            ("lambda:InvokeFunctionUrl", Record::Data),
            ("kinesis:PutRecord", Record::Unclear),
        ] {
            assert_eq!(logged.record(catalogue.find(action).known().unwrap().id()), record, "{action}");
        }
    }
}
