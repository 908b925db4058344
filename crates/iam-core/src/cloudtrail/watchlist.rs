//! Calls that together tell of an intruder who looks around, or who tries to gain rights.
//!
//! A single one of them says nothing: administrators and inventory tools make them every day. Many different ones by one
//! principal within a day are worth a look. At most 64 in each list, as they are kept in the bits of a `u64`.

/// Calls by which an intruder finds out what there is.
pub const ENUMERATION: &[(&str, &str)] = &[
    ("access-analyzer", "ListAnalyzers"),
    ("access-analyzer", "ListFindings"),
    ("account", "GetContactInformation"),
    ("account", "ListRegions"),
    ("cloudtrail", "DescribeTrails"),
    ("cloudtrail", "GetEventSelectors"),
    ("cloudtrail", "GetTrailStatus"),
    ("config", "DescribeConfigurationRecorders"),
    ("dynamodb", "ListTables"),
    ("ec2", "DescribeAddresses"),
    ("ec2", "DescribeImages"),
    ("ec2", "DescribeInstanceAttribute"),
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeKeyPairs"),
    ("ec2", "DescribeRegions"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "DescribeSnapshots"),
    ("ec2", "DescribeSubnets"),
    ("ec2", "DescribeVolumes"),
    ("ec2", "DescribeVpcs"),
    ("ecr", "DescribeRepositories"),
    ("ecs", "ListClusters"),
    ("eks", "ListClusters"),
    ("guardduty", "GetDetector"),
    ("guardduty", "ListDetectors"),
    ("iam", "GetAccountAuthorizationDetails"),
    ("iam", "GetAccountPasswordPolicy"),
    ("iam", "GetAccountSummary"),
    ("iam", "GetCredentialReport"),
    ("iam", "GetPolicyVersion"),
    ("iam", "GetRolePolicy"),
    ("iam", "GetUser"),
    ("iam", "GetUserPolicy"),
    ("iam", "ListAccessKeys"),
    ("iam", "ListAccountAliases"),
    ("iam", "ListAttachedRolePolicies"),
    ("iam", "ListAttachedUserPolicies"),
    ("iam", "ListGroups"),
    ("iam", "ListGroupsForUser"),
    ("iam", "ListInstanceProfiles"),
    ("iam", "ListPolicies"),
    ("iam", "ListRolePolicies"),
    ("iam", "ListRoles"),
    ("iam", "ListUserPolicies"),
    ("iam", "ListUsers"),
    ("iam", "SimulatePrincipalPolicy"),
    ("kms", "ListKeys"),
    ("lambda", "ListFunctions20150331"),
    ("organizations", "DescribeOrganization"),
    ("organizations", "ListAccounts"),
    ("rds", "DescribeDBInstances"),
    ("rds", "DescribeDBSnapshots"),
    ("s3", "GetBucketAcl"),
    ("s3", "GetBucketPolicy"),
    ("s3", "ListBuckets"),
    ("secretsmanager", "ListSecrets"),
    ("securityhub", "DescribeHub"),
    ("ses", "GetSendQuota"),
    ("ses", "ListIdentities"),
    ("sns", "ListTopics"),
    ("sqs", "ListQueues"),
    ("ssm", "DescribeInstanceInformation"),
    ("ssm", "DescribeParameters"),
    ("sts", "GetCallerIdentity"),
];

/// Calls by which an intruder gains rights, or keeps them.
pub const ESCALATION: &[(&str, &str)] = &[
    ("cloudformation", "CreateStack"),
    ("cloudformation", "UpdateStack"),
    ("codebuild", "CreateProject"),
    ("codebuild", "StartBuild"),
    ("datapipeline", "CreatePipeline"),
    ("datapipeline", "PutPipelineDefinition"),
    ("ec2", "AssociateIamInstanceProfile"),
    ("ec2", "CreateKeyPair"),
    ("ec2", "ImportKeyPair"),
    ("ec2", "ModifyInstanceAttribute"),
    ("ec2", "ReplaceIamInstanceProfileAssociation"),
    ("ec2", "RunInstances"),
    ("eks", "AssociateAccessPolicy"),
    ("eks", "CreateAccessEntry"),
    ("glue", "CreateDevEndpoint"),
    ("glue", "CreateJob"),
    ("glue", "UpdateDevEndpoint"),
    ("glue", "UpdateJob"),
    ("iam", "AddRoleToInstanceProfile"),
    ("iam", "AddUserToGroup"),
    ("iam", "AttachGroupPolicy"),
    ("iam", "AttachRolePolicy"),
    ("iam", "AttachUserPolicy"),
    ("iam", "CreateAccessKey"),
    ("iam", "CreateGroup"),
    ("iam", "CreateLoginProfile"),
    ("iam", "CreateOpenIDConnectProvider"),
    ("iam", "CreatePolicyVersion"),
    ("iam", "CreateRole"),
    ("iam", "CreateSAMLProvider"),
    ("iam", "CreateUser"),
    ("iam", "DeactivateMFADevice"),
    ("iam", "DeleteRolePermissionsBoundary"),
    ("iam", "DeleteRolePolicy"),
    ("iam", "DeleteUserPermissionsBoundary"),
    ("iam", "DeleteUserPolicy"),
    ("iam", "DetachRolePolicy"),
    ("iam", "DetachUserPolicy"),
    ("iam", "PutGroupPolicy"),
    ("iam", "PutRolePermissionsBoundary"),
    ("iam", "PutRolePolicy"),
    ("iam", "PutUserPermissionsBoundary"),
    ("iam", "PutUserPolicy"),
    ("iam", "SetDefaultPolicyVersion"),
    ("iam", "UpdateAccessKey"),
    ("iam", "UpdateAssumeRolePolicy"),
    ("iam", "UpdateLoginProfile"),
    ("lambda", "AddPermission20150331v2"),
    ("lambda", "CreateEventSourceMapping20150331"),
    ("lambda", "CreateFunction20150331"),
    ("lambda", "UpdateFunctionCode20150331v2"),
    ("lambda", "UpdateFunctionConfiguration20150331v2"),
    ("sagemaker", "CreateNotebookInstance"),
    ("sagemaker", "CreatePresignedNotebookInstanceUrl"),
    ("ssm", "SendCommand"),
    ("ssm", "StartSession"),
    ("sts", "AssumeRole"),
    ("sts", "GetFederationToken"),
];

/// The bits of a call in the two lists; 0 for calls that are in neither.
pub(super) fn bits(service: &str, name: &str) -> (u64, u64) {
    let bit = |list: &[(&str, &str)]| {
        let at = list.binary_search(&(service, name)).ok();
        at.and_then(|at| 1_u64.checked_shl(u32::try_from(at).ok()?)).unwrap_or(0)
    };
    (bit(ENUMERATION), bit(ESCALATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_fit_into_the_bits() {
        for list in [ENUMERATION, ESCALATION] {
            assert!(list.is_sorted_by(|a, b| a < b));
            assert!(list.len() <= 64);
        }
        assert_eq!(bits("access-analyzer", "ListAnalyzers"), (1, 0));
        assert_eq!(bits("sts", "AssumeRole").0, 0);
        assert_eq!(bits("s3", "GetObject"), (0, 0));
    }
}
