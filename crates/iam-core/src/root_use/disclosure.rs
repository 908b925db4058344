use super::permission::without_version;
use crate::cloudtrail::Call;

/// Reads that hand out secrets, or the data that a service keeps. A name that ends in `*` stands for all that start so. Source: the
/// API references of the services.
const CALLS: &[(&str, &[&str])] = &[
    ("apigateway", &["GetApiKey*"]),
    ("athena", &["GetQueryResults*"]),
    ("cloudformation", &["GetTemplate"]),
    ("codecommit", &["GetBlob", "GetFile", "GetFolder", "GitPull"]),
    ("cognito-idp", &["DescribeUserPoolClient", "ListUsers"]),
    (
        "dynamodb",
        &["BatchGetItem", "ExecuteStatement", "GetItem", "GetRecords", "Query", "Scan", "TransactGetItems"],
    ),
    ("ebs", &["GetSnapshotBlock"]),
    (
        "ec2",
        &["DescribeInstanceAttribute", "DescribeLaunchTemplateVersions", "GetConsole*", "GetPasswordData"],
    ),
    ("kinesis", &["GetRecords"]),
    ("kms", &["Decrypt", "DeriveSharedSecret", "GenerateDataKey*", "ReEncrypt"]),
    ("lambda", &["GetFunction*", "GetLayerVersion*", "ListFunctions"]),
    (
        "lightsail",
        &["DownloadDefaultKeyPair", "GetInstanceAccessDetails", "GetRelationalDatabaseMasterUserPassword"],
    ),
    (
        "logs",
        &[
            "FilterLogEvents",
            "GetLogEvents",
            "GetLogRecord",
            "GetQueryResults",
            "StartLiveTail",
            "StartQuery",
            "Unmask",
        ],
    ),
    ("rds", &["DownloadCompleteDBLogFile", "DownloadDBLogFilePortion"]),
    ("rds-data", &["ExecuteStatement"]),
    ("redshift-data", &["GetStatementResult*"]),
    ("s3", &["GetObject*", "SelectObjectContent"]),
    ("secretsmanager", &["BatchGetSecretValue", "GetSecretValue"]),
    ("sqs", &["ReceiveMessage"]),
    ("ssm", &["GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory"]),
    ("sso", &["GetRoleCredentials"]),
    ("sts", &["Assume*", "GetFederationToken", "GetSessionToken"]),
];

/// Whether the call hands out a secret, a credential or the data that a service keeps, though it only reads. Besides the calls known by
/// name, whatever is called `Get...Credentials`, `...Token` or `...Password` does.
pub(crate) fn discloses(call: &Call) -> bool {
    let name = without_version(&call.name);
    let fits = |known: &&str| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => **known == *name,
    };
    let gives_credentials = name.starts_with("Get")
        && ["Credential", "Credentials", "Token", "Password"].iter().any(|end| name.ends_with(end));
    gives_credentials
        || CALLS.iter().any(|(service, calls)| *service == call.service() && calls.iter().any(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_data_are_told_from_settings() {
        for (service, name, expected) in [
            ("secretsmanager", "GetSecretValue", true),
            ("secretsmanager", "ListSecrets", false),
            ("ssm", "GetParametersByPath", true),
            ("ssm", "DescribeParameters", false),
            ("kms", "Decrypt", true),
            ("kms", "ListKeys", false),
            ("ec2", "GetPasswordData", true),
            ("ec2", "DescribeInstances", false),
            ("s3", "GetObject", true),
            ("s3", "GetBucketPolicy", false),
            ("dynamodb", "Scan", true),
            ("dynamodb", "DescribeTable", false),
            ("lambda", "GetFunction20150331v2", true),
            ("lambda", "GetPolicy20150331", false),
            ("ecr", "GetAuthorizationToken", true),
            ("redshift", "GetClusterCredentials", true),
            ("iam", "GetCredentialReport", false),
        ] {
            let call = Call { source: format!("{service}.amazonaws.com").into(), name: name.into() };
            assert_eq!(discloses(&call), expected, "{service}:{name}");
        }
    }
}
