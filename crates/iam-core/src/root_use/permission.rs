use crate::cloudtrail::Call;

/// Services whose name in records is not the prefix of their permissions. Source: Service Authorization Reference.
const PREFIXES: &[(&str, &str)] = &[
    ("agreement-marketplace", "aws-marketplace"),
    ("amazonmq", "mq"),
    ("application-insights", "applicationinsights"),
    ("appstream2", "appstream"),
    ("billingconsole", "billing"),
    ("chime-sdk-voice", "chime"),
    ("cloudcontrolapi", "cloudformation"),
    ("email", "ses"),
    ("management-marketplace", "aws-marketplace-management"),
    ("marketplacecatalog", "aws-marketplace"),
    ("migrationhub", "mgh"),
    ("monitoring", "cloudwatch"),
    ("opensearchservice", "es"),
    ("pinpoint", "mobiletargeting"),
    ("pricelist", "pricing"),
    ("tagging", "tag"),
    ("taxconsole", "tax"),
];

/// Calls of S3 whose permission has another name.
const S3: &[(&str, &str)] = &[
    ("HeadBucket", "ListBucket"),
    ("ListBuckets", "ListAllMyBuckets"),
    ("ListObjects", "ListBucket"),
    ("ListObjectsV2", "ListBucket"),
    ("ListObjectVersions", "ListBucketVersions"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("GetBucketEncryption", "GetEncryptionConfiguration"),
    ("PutBucketEncryption", "PutEncryptionConfiguration"),
    ("DeleteBucketEncryption", "PutEncryptionConfiguration"),
    ("GetBucketLifecycle", "GetLifecycleConfiguration"),
    ("PutBucketLifecycle", "PutLifecycleConfiguration"),
    ("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
    ("GetBucketReplication", "GetReplicationConfiguration"),
    ("PutBucketReplication", "PutReplicationConfiguration"),
    ("DeleteBucketReplication", "PutReplicationConfiguration"),
    ("DeleteBucketTagging", "PutBucketTagging"),
];

/// The permission by which an IAM identity could have made the call: `iam:CreateUser`. It is that of the call's own name, which
/// is nearly always right; `None` where there is none, as for signing in, and for what is no name.
///
/// ```
/// use iam_core::cloudtrail::Call;
/// use iam_core::root_use::permission_for;
///
/// let call = |source: &str, name: &str| Call { source: source.into(), name: name.into() };
/// let permission = permission_for(&call("monitoring.amazonaws.com", "PutMetricAlarm"));
/// assert_eq!(permission.as_deref(), Some("cloudwatch:PutMetricAlarm"));
/// let permission = permission_for(&call("lambda.amazonaws.com", "ListFunctions20150331"));
/// assert_eq!(permission.as_deref(), Some("lambda:ListFunctions"));
/// ```
pub fn permission_for(call: &Call) -> Option<String> {
    let service = call.service();
    if service == "signin"
        || matches!((service, &*call.name), ("sts", "GetCallerIdentity" | "GetSessionToken"))
    {
        return None;
    }
    let service = service.split('.').next().unwrap_or_default();
    let prefix = PREFIXES.iter().find(|(own, _)| *own == service).map_or(service, |(_, prefix)| prefix);
    let name = without_version(&call.name);
    let renamed = S3.iter().find(|(own, _)| service == "s3" && *own == name).map(|(_, name)| *name);
    (is_name(prefix) && is_name(name)).then(|| format!("{prefix}:{}", renamed.unwrap_or(name)))
}

/// Whether a service or an action could be called so. Records are not always AWS's own.
fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Some services put the version of their API behind the name: `ListFunctions20150331`, `UpdateFunctionCode20150331v2`,
/// `CreateDistribution2020_05_31`.
pub(super) fn without_version(name: &str) -> &str {
    let (stem, revision) = name.rsplit_once('v').unwrap_or((name, ""));
    let is_revision = (1..=2).contains(&revision.len()) && revision.bytes().all(|byte| byte.is_ascii_digit());
    let dated = if is_revision { stem } else { name };
    for date in [8, 10] {
        let split = dated.len().checked_sub(date).and_then(|at| dated.split_at_checked(at));
        if let Some((before, end)) = split
            && is_date(end)
            && !before.is_empty()
        {
            return before;
        }
    }
    name
}

/// `20150331` or `2020_05_31`
fn is_date(text: &str) -> bool {
    let digits: String = text.split('_').collect();
    let has_right_form = text.len() == 8 || text.split('_').map(str::len).eq([4, 2, 2]);
    digits.len() == 8
        && digits.starts_with("20")
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && has_right_form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_has_no_permission() {
        for (source, name, expected) in [
            ("iam.amazonaws.com", "CreateUser", Some("iam:CreateUser")),
            ("iam.amazonaws.com", "", None),
            ("", "CreateUser", None),
            ("iam.amazonaws.com", "Create User", None),
            ("iam.amazonaws.com", "\u{1b}[31m", None),
            ("<b>.amazonaws.com", "CreateUser", None),
            ("iam.amazonaws.com", &"A".repeat(101), None),
        ] {
            let call = Call { source: source.into(), name: name.into() };
            assert_eq!(permission_for(&call).as_deref(), expected, "{source} {name}");
        }
    }

    #[test]
    fn versions_are_taken_off_and_nothing_else() {
        for (name, expected) in [
            ("ListFunctions20150331", "ListFunctions"),
            ("UpdateFunctionCode20150331v2", "UpdateFunctionCode"),
            ("CreateDistribution2020_05_31", "CreateDistribution"),
            ("ListObjectsV2", "ListObjectsV2"),
            ("CreateEnvironmentEC2", "CreateEnvironmentEC2"),
            ("20150331", "20150331"),
            ("Übung20150331", "Übung"),
            ("", ""),
            ("v2", "v2"),
        ] {
            assert_eq!(without_version(name), expected, "{name}");
        }
    }
}
