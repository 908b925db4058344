//! A small account as AWS would describe it, for every call that a fetch makes.

use super::{Asked, Reply};

pub(crate) const ACCOUNT: &str = "111122223333";

/// The report that `GetCredentialReport` gives.
pub(crate) const REPORT: &str = "\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
<root_account>,arn:aws:iam::111122223333:root,2019-02-01T10:00:00Z,true,2025-03-02T09:00:00Z,2024-05-05T12:00:00Z,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
anna,arn:aws:iam::111122223333:user/anna,2024-05-02T07:30:00Z,true,2026-01-14T09:12:00Z,2025-12-01T08:00:00Z,2026-03-01T08:00:00Z,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
deploy,arn:aws:iam::111122223333:user/ci/deploy,2025-06-10T08:00:00Z,false,N/A,N/A,N/A,false,true,2025-12-20T08:00:00Z,2026-01-14T23:45:00Z,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";

/// The answer of the account.
pub(crate) fn answer(asked: &Asked) -> Reply {
    match asked.service.as_str() {
        "sts" => xml("sts", "GetCallerIdentity", CALLER),
        "iam" => iam(asked),
        "access-analyzer" => analyzer(asked),
        "account" => json(
            "{\"Regions\": [{\"RegionName\": \"eu-west-1\", \"RegionOptStatus\": \"ENABLED_BY_DEFAULT\"}]}",
        ),
        _ => super::regional::answer(asked),
    }
}

pub(crate) fn unexpected(asked: &Asked) -> Reply {
    // What an emulator says that does not know the call.
    Reply::ok("text/html", format!("<html><body>{}</body></html>", asked.operation)).with_status(500)
}

const CALLER: &str = "<Arn>arn:aws:iam::111122223333:user/auditor</Arn><UserId>AIDAAUDITOR</UserId><Account>111122223333</Account>";

pub(crate) fn xml(service: &str, operation: &str, inner: &str) -> Reply {
    let namespace = match service {
        "sts" => "https://sts.amazonaws.com/doc/2011-06-15/",
        "sns" => "http://sns.amazonaws.com/doc/2010-03-31/",
        _ => "https://iam.amazonaws.com/doc/2010-05-08/",
    };
    Reply::ok(
        "text/xml",
        format!(
            "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{inner}</{operation}Result>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>"
        ),
    )
}

pub(crate) fn json(body: &str) -> Reply {
    Reply::ok("application/json", body)
}

fn iam(asked: &Asked) -> Reply {
    let user = asked.field("UserName");
    let is_deploy = user == "deploy";
    let inner = match asked.operation.as_str() {
        "GenerateCredentialReport" => "<State>COMPLETE</State>".to_owned(),
        "GetCredentialReport" => {
            use base64::Engine as _;
            let content = base64::engine::general_purpose::STANDARD.encode(REPORT);
            format!("<Content>{content}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-01-15T08:00:00Z</GeneratedTime>")
        }
        "GetAccountSummary" => {
            let totals = [
                ("AccountMFAEnabled", 1),
                ("AccountPasswordPresent", 1),
                ("AccountAccessKeysPresent", 0),
                ("AccountSigningCertificatesPresent", 0),
                ("GlobalEndpointTokenVersion", 2),
                ("MFADevices", 1),
                ("MFADevicesInUse", 1),
                ("ServerCertificates", 1),
                ("AccessKeysPerUserQuota", 2),
                ("SigningCertificatesPerUserQuota", 2),
                ("Users", 2),
            ];
            let entries: Vec<String> = totals
                .iter()
                .map(|(name, number)| format!("<entry><key>{name}</key><value>{number}</value></entry>"))
                .collect();
            format!("<SummaryMap>{}</SummaryMap>", entries.concat())
        }
        "GetAccountPasswordPolicy" => "<PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength><RequireSymbols>true</RequireSymbols><RequireNumbers>true</RequireNumbers><RequireUppercaseCharacters>true</RequireUppercaseCharacters><RequireLowercaseCharacters>true</RequireLowercaseCharacters><AllowUsersToChangePassword>true</AllowUsersToChangePassword><ExpirePasswords>true</ExpirePasswords><MaxPasswordAge>90</MaxPasswordAge><PasswordReusePrevention>24</PasswordReusePrevention><HardExpiry>false</HardExpiry></PasswordPolicy>".to_owned(),
        "ListVirtualMFADevices" => "<VirtualMFADevices><member><SerialNumber>arn:aws:iam::111122223333:mfa/anna</SerialNumber><User><Path>/</Path><UserName>anna</UserName><UserId>AIDAANNA</UserId><Arn>arn:aws:iam::111122223333:user/anna</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate></User><EnableDate>2024-05-02T08:00:00Z</EnableDate></member></VirtualMFADevices><IsTruncated>false</IsTruncated>".to_owned(),
        "ListOrganizationsFeatures" => "<OrganizationId>o-example1234</OrganizationId><EnabledFeatures><member>RootCredentialsManagement</member><member>RootSessions</member></EnabledFeatures>".to_owned(),
        "ListAccountAliases" => "<AccountAliases><member>example</member></AccountAliases><IsTruncated>false</IsTruncated>".to_owned(),
        "GetAccountAuthorizationDetails" => DETAILS.to_owned(),
        "ListServerCertificates" => "<ServerCertificateMetadataList><member><Path>/</Path><ServerCertificateName>www.example.com</ServerCertificateName><ServerCertificateId>ASCAEXAMPLE1EXAMPLE</ServerCertificateId><Arn>arn:aws:iam::111122223333:server-certificate/www.example.com</Arn><UploadDate>2025-02-03T10:00:00Z</UploadDate><Expiration>2027-01-15T23:59:59Z</Expiration></member></ServerCertificateMetadataList><IsTruncated>false</IsTruncated>".to_owned(),
        "ListServiceSpecificCredentials" => "<ServiceSpecificCredentials><member><UserName>deploy</UserName><Status>Active</Status><ServiceUserName>deploy-at-111122223333</ServiceUserName><CreateDate>2025-12-20T08:00:00Z</CreateDate><ServiceSpecificCredentialId>ACCAEXAMPLE1EXAMPLE</ServiceSpecificCredentialId><ServiceName>codecommit.amazonaws.com</ServiceName></member></ServiceSpecificCredentials><IsTruncated>false</IsTruncated>".to_owned(),
        "ListUsers" => format!("<Users>{}{}</Users><IsTruncated>false</IsTruncated>", listed_user("anna", ""), listed_user("deploy", "ci/")),
        "ListGroups" => "<Groups><member><Path>/</Path><GroupName>admins</GroupName><GroupId>AGPAADMINS</GroupId><Arn>arn:aws:iam::111122223333:group/admins</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate></member></Groups><IsTruncated>false</IsTruncated>".to_owned(),
        "ListRoles" => "<Roles><member><Path>/</Path><RoleName>app</RoleName><RoleId>AROAAPP</RoleId><Arn>arn:aws:iam::111122223333:role/app</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate></member></Roles><IsTruncated>false</IsTruncated>".to_owned(),
        "ListPolicies" => "<Policies><member><PolicyName>own</PolicyName><PolicyId>ANPAOWN</PolicyId><Arn>arn:aws:iam::111122223333:policy/own</Arn></member></Policies><IsTruncated>false</IsTruncated>".to_owned(),
        "ListAccessKeys" if is_deploy => "<AccessKeyMetadata><member><UserName>deploy</UserName><AccessKeyId>AKIADEPLOY00AEXAMPLE</AccessKeyId><Status>Active</Status><CreateDate>2025-12-20T08:00:00Z</CreateDate></member></AccessKeyMetadata><IsTruncated>false</IsTruncated>".to_owned(),
        "ListAccessKeys" => "<AccessKeyMetadata/><IsTruncated>false</IsTruncated>".to_owned(),
        "GetAccessKeyLastUsed" => "<UserName>deploy</UserName><AccessKeyLastUsed><LastUsedDate>2026-01-14T23:45:00Z</LastUsedDate><ServiceName>s3</ServiceName><Region>eu-west-1</Region></AccessKeyLastUsed>".to_owned(),
        "ListMFADevices" if !is_deploy => "<MFADevices><member><UserName>anna</UserName><SerialNumber>arn:aws:iam::111122223333:mfa/anna</SerialNumber><EnableDate>2024-05-02T08:00:00Z</EnableDate></member></MFADevices><IsTruncated>false</IsTruncated>".to_owned(),
        "ListMFADevices" => "<MFADevices/><IsTruncated>false</IsTruncated>".to_owned(),
        "ListSigningCertificates" => "<Certificates/><IsTruncated>false</IsTruncated>".to_owned(),
        "ListSSHPublicKeys" => "<SSHPublicKeys/><IsTruncated>false</IsTruncated>".to_owned(),
        "GenerateServiceLastAccessedDetails" => format!("<JobId>{}</JobId>", asked.field("Arn").rsplit('/').next().unwrap_or_default()),
        "GetServiceLastAccessedDetails" => "<JobStatus>COMPLETED</JobStatus><JobType>ACTION_LEVEL</JobType><JobCreationDate>2026-01-15T08:00:00.979Z</JobCreationDate><ServicesLastAccessed><member><ServiceName>Amazon S3</ServiceName><ServiceNamespace>s3</ServiceNamespace><TotalAuthenticatedEntities>0</TotalAuthenticatedEntities><TrackedActionsLastAccessed><member><ActionName>CreateBucket</ActionName></member></TrackedActionsLastAccessed></member></ServicesLastAccessed><JobCompletionDate>2026-01-15T08:00:01Z</JobCompletionDate><IsTruncated>false</IsTruncated>".to_owned(),
        _ => return unexpected(asked),
    };
    xml("iam", &asked.operation, &inner)
}

fn listed_user(name: &str, path: &str) -> String {
    format!(
        "<member><Path>/{path}</Path><UserName>{name}</UserName><UserId>AIDA{}</UserId><Arn>arn:aws:iam::111122223333:user/{path}{name}</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate></member>",
        name.to_uppercase()
    )
}

const DETAILS: &str = "<UserDetailList><member><Path>/</Path><UserName>anna</UserName><UserId>AIDAANNA</UserId><Arn>arn:aws:iam::111122223333:user/anna</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate><GroupList><member>admins</member></GroupList><AttachedManagedPolicies/><UserPolicyList><member><PolicyName>inline</PolicyName><PolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGet%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D</PolicyDocument></member></UserPolicyList><Tags><member><Key>team</Key><Value>a</Value></member></Tags></member><member><Path>/ci/</Path><UserName>deploy</UserName><UserId>AIDADEPLOY</UserId><Arn>arn:aws:iam::111122223333:user/ci/deploy</Arn><CreateDate>2025-06-10T08:00:00Z</CreateDate><GroupList/><AttachedManagedPolicies/></member></UserDetailList><GroupDetailList><member><Path>/</Path><GroupName>admins</GroupName><GroupId>AGPAADMINS</GroupId><Arn>arn:aws:iam::111122223333:group/admins</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate><GroupPolicyList/><AttachedManagedPolicies><member><PolicyName>AdministratorAccess</PolicyName><PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess</PolicyArn></member></AttachedManagedPolicies></member></GroupDetailList><RoleDetailList><member><Path>/</Path><RoleName>app</RoleName><RoleId>AROAAPP</RoleId><Arn>arn:aws:iam::111122223333:role/app</Arn><CreateDate>2024-05-02T07:30:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument><InstanceProfileList/><RolePolicyList/><AttachedManagedPolicies/><RoleLastUsed><LastUsedDate>2026-01-14T23:45:00Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed></member></RoleDetailList><Policies><member><PolicyName>own</PolicyName><PolicyId>ANPAOWN</PolicyId><Arn>arn:aws:iam::111122223333:policy/own</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>0</AttachmentCount><PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable><CreateDate>2024-05-02T07:30:00Z</CreateDate><UpdateDate>2024-05-02T07:30:00Z</UpdateDate><PolicyVersionList><member><Document>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D</Document><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion><CreateDate>2024-05-02T07:30:00Z</CreateDate></member></PolicyVersionList></member><member><PolicyName>AdministratorAccess</PolicyName><PolicyId>ANPAADMIN</PolicyId><Arn>arn:aws:iam::aws:policy/AdministratorAccess</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>1</AttachmentCount><PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable><CreateDate>2015-02-06T18:39:46Z</CreateDate><UpdateDate>2015-02-06T18:39:46Z</UpdateDate><PolicyVersionList><member><Document>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D</Document><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion><CreateDate>2015-02-06T18:39:46Z</CreateDate></member></PolicyVersionList></member></Policies><IsTruncated>false</IsTruncated>";

const ANALYZER: &str = "{\"arn\": \"arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/outside\", \"name\": \"outside\", \"type\": \"ACCOUNT\", \"createdAt\": \"2025-01-01T00:00:00Z\", \"status\": \"ACTIVE\", \"newMember\": {\"of\": \"tomorrow\"}}";

fn analyzer(asked: &Asked) -> Reply {
    let summary = |id: &str, status: &str| {
        format!(
            "{{\"id\": \"{id}\", \"analyzedAt\": \"2026-01-14T00:00:00Z\", \"createdAt\": \"2026-01-14T00:00:00Z\", \
             \"updatedAt\": \"2026-01-14T00:00:00Z\", \"resource\": \"arn:aws:iam::111122223333:role/app\", \
             \"resourceType\": \"AWS::IAM::Role\", \"resourceOwnerAccount\": \"111122223333\", \"status\": \"{status}\", \
             \"findingType\": \"ExternalAccess\""
        )
    };
    json(&match asked.operation.as_str() {
        "ListAnalyzers" => format!("{{\"analyzers\": [{ANALYZER}]}}"),
        "GetAnalyzer" => format!("{{\"analyzer\": {ANALYZER}}}"),
        "ListArchiveRules" => "{\"archiveRules\": [{\"ruleName\": \"known\", \"filter\": {\"isPublic\": {\"eq\": [\"false\"]}}, \"createdAt\": \"2025-01-01T00:00:00Z\", \"updatedAt\": \"2025-01-01T00:00:00Z\"}]}".to_owned(),
        "ListFindingsV2" => format!("{{\"findings\": [{}}}, {}}}]}}", summary("f-1", "ACTIVE"), summary("f-2", "RESOLVED")),
        "GetFindingV2" if asked.field("nextToken").is_empty() => format!(
            "{}, \"nextToken\": \"two\", \"findingDetails\": [{{\"externalAccessDetails\": {{\"condition\": {{}}, \"principal\": {{\"AWS\": \"999988887777\"}}}}}}]}}",
            summary("f-1", "ACTIVE")
        ),
        "GetFindingV2" => format!("{}, \"findingDetails\": [{{\"detailsOfTomorrow\": {{\"a\": 1}}}}]}}", summary("f-1", "ACTIVE")),
        _ => return unexpected(asked),
    })
}
