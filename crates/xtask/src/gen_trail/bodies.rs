//! What is asked and answered: the part of a record that differs from call to call.

use super::actors::{Actor, Manner, PEOPLE, key, principal};
use super::calls::{Call, Shape};
use super::moment;
use super::random::Random;

/// Texts are JSON values.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) request: String,
    pub(super) response: String,
    pub(super) additional: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) resources: Option<String>,
    pub(super) event_type: &'static str,
    /// The host that was called.
    pub(super) host: String,
    /// The ARN of what the call is about, for messages.
    pub(super) about: String,
}

/// Where and when a call is made, and on what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    /// Seconds since the start of the archive's first day.
    pub(super) time: u64,
    /// The name of a thing; often that of the record before.
    pub(super) object: &'a str,
    pub(super) actor: &'a Actor,
}

pub(super) fn body(call: &Call, setting: Setting<'_>, random: &mut Random) -> Body {
    let Setting { account, region, object, actor, .. } = setting;
    let mut body = Body {
        request: "null".to_owned(),
        response: "null".to_owned(),
        additional: None,
        request_id: Some(random.uuid()),
        resources: None,
        event_type: "AwsApiCall",
        host: format!("{}.{region}.amazonaws.com", call.service),
        about: format!("arn:aws:{}:{region}:{account}:{}/{object}", call.service, call.noun),
    };
    match call.shape {
        Shape::Plain => plain(call, setting, &mut body, random),
        Shape::Object => object_in_s3(call, setting, &mut body, random),
        Shape::Invoke => {
            let function = format!("arn:aws:lambda:{region}:{account}:function:{}-handler", actor.work);
            body.request = format!(
                "{{\"functionName\":\"{function}\",\"invocationType\":\"Event\",\"clientContext\":\"\"}}"
            );
            body.additional = Some(format!("{{\"functionVersion\":\"{function}:$LATEST\"}}"));
            body.resources = Some(resource(account, "AWS::Lambda::Function", &function));
            body.about = function;
        }
        Shape::Item => {
            let table = format!("{}-table", actor.work);
            let arn = format!("arn:aws:dynamodb:{region}:{account}:table/{table}");
            let key = if call.reads { "\"key\":{\"pk\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}," } else { "" };
            body.request = format!(
                "{{\"tableName\":\"{table}\",{key}\"consistentRead\":false,\"returnConsumedCapacity\":\"NONE\"}}"
            );
            body.request_id = Some(random.base32(52));
            body.resources = Some(resource(account, "AWS::DynamoDB::Table", &arn));
            body.about = arn;
        }
        Shape::Key => {
            let arn = format!("arn:aws:kms:{region}:{account}:key/{}", key_of(&actor.work));
            let context = if actor.work.len() % 2 == 0 {
                format!("\"aws:s3:arn\":\"arn:aws:s3:::{}-data-{account}\"", actor.work)
            } else {
                format!(
                    "\"PARAMETER_ARN\":\"arn:aws:ssm:{region}:{account}:parameter/{}/{object}\"",
                    actor.work
                )
            };
            let more = if call.name.starts_with("Generate") {
                format!(",\"keyId\":\"{arn}\",\"keySpec\":\"AES_256\"")
            } else {
                ",\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"".to_owned()
            };
            body.request = format!("{{\"encryptionContext\":{{{context}}}{more}}}");
            body.resources = Some(resource(account, "AWS::KMS::Key", &arn));
            body.about = arn;
        }
        Shape::AssumeRole | Shape::AssumeRoleFederated => assume_role(call, setting, &mut body, random),
        Shape::Document => document(call, setting, &mut body, random),
        Shape::ConsoleLogin => console_login(setting, &mut body, random),
        Shape::CreateAccessKey | Shape::AttachUserPolicy | Shape::CreateServiceLinkedRole => {
            write_in_iam(call, setting, &mut body, random);
        }
        Shape::ServiceEvent => {
            body.event_type = "AwsServiceEvent";
            body.request_id = None;
            let arn = format!("arn:aws:kms:{region}:{account}:key/{}", random.uuid());
            body.resources = Some(resource(account, "AWS::KMS::Key", &arn));
        }
    }
    body
}

/// Parameters that follow from the name of the call, so that two records of one call look alike.
fn plain(call: &Call, setting: Setting<'_>, body: &mut Body, random: &mut Random) {
    let fields = (call.style >> 8) % 4;
    let mut request = String::new();
    for number in 0..fields {
        field((call.style >> (12 + 4 * number)) % 16, call, setting, body, &mut request, random);
    }
    if fields > 0 {
        body.request = format!("{{{request}}}");
    }
    if !call.reads {
        let mut answer = String::new();
        for number in 0..2 + (call.style >> 5) % 6 {
            field((call.style >> (9 + 5 * number)) % 16, call, setting, body, &mut answer, random);
        }
        let status = if call.service == "ec2" { "pending" } else { "ACTIVE" };
        body.response = format!(
            "{{\"{}\":{{\"status\":\"{status}\",\"createdTime\":\"{}\",{answer}}}}}",
            call.noun,
            long_date(setting.time),
        );
    }
}

fn field(kind: u64, call: &Call, setting: Setting<'_>, body: &Body, out: &mut String, random: &mut Random) {
    let Setting { account, region, object, actor, .. } = setting;
    let (noun, work, about) = (&call.noun, &actor.work, &body.about);
    let text = match kind {
        0 => format!("\"{noun}Name\":\"{work}-{object}\""),
        1 => format!("\"{noun}Id\":\"{object}\""),
        2 => format!("\"resourceArn\":\"{about}\""),
        3 => "\"maxResults\":100".to_owned(),
        4 => format!(
            "\"filterSet\":{{\"items\":[{{\"name\":\"tag:Name\",\"valueSet\":{{\"items\":[{{\"value\":\"{work}\"}}]}}}}]}}"
        ),
        5 if !call.reads => format!(
            "\"tags\":[{{\"key\":\"Service\",\"value\":\"{work}\"}},{{\"key\":\"CostCentre\",\"value\":\"4711\"}},\
             {{\"key\":\"ManagedBy\",\"value\":\"terraform\"}},{{\"key\":\"Stage\",\"value\":\"prod\"}}]"
        ),
        6 if !call.reads => format!("\"clientToken\":\"{}\"", random.uuid()),
        7 => {
            format!("\"description\":\"Made for {work}; ask the owners before you change \\\"{object}\\\".\"")
        }
        8 => format!("\"roleArn\":\"arn:aws:iam::{account}:role/{work}-service-role\""),
        9 => "\"includeDetails\":false".to_owned(),
        10 => {
            // Now and then somebody asks for very many.
            let count = if random.permille(120) { 20 + random.skewed(600) } else { random.skewed(16) };
            let ids: Vec<String> =
                (0..=count).map(|n| format!("{{\"{noun}Id\":\"{object}-{n:03}\"}}")).collect();
            format!("\"{noun}Set\":{{\"items\":[{}]}}", ids.join(","))
        }
        11 if random.permille(100) => format!("\"nextToken\":\"{}\"", random.base64(180)),
        12 if !call.reads => format!(
            "\"vpcConfig\":{{\"subnetIds\":[\"subnet-{region}-a\",\"subnet-{region}-b\",\"subnet-{region}-c\"],\
             \"securityGroupIds\":[\"sg-{work}\"],\"assignPublicIp\":\"DISABLED\"}}"
        ),
        13 if !call.reads => format!(
            "\"environment\":{{\"STAGE\":\"prod\",\"LOG_LEVEL\":\"info\",\"TABLE\":\"{work}-table\",\
             \"BUCKET\":\"{work}-data-{account}\"}}"
        ),
        14 => format!("\"startTime\":\"{}\"", moment(setting.time / 3600 * 3600)),
        _ => "\"dryRun\":false".to_owned(),
    };
    if !out.is_empty() {
        out.push(',');
    }
    out.push_str(&text);
}

fn object_in_s3(call: &Call, setting: Setting<'_>, body: &mut Body, random: &mut Random) {
    let Setting { account, region, object, actor, .. } = setting;
    let bucket = format!("{}-data-{account}", actor.work);
    body.host = format!("{bucket}.s3.{region}.amazonaws.com");
    let host = &body.host;
    let of_bucket = resource_parts(account, "AWS::S3::Bucket", &format!("arn:aws:s3:::{bucket}"));
    if call.name == "ListObjects" {
        body.request = format!(
            "{{\"list-type\":\"2\",\"bucketName\":\"{bucket}\",\"prefix\":\"exports/\",\"Host\":\"{host}\"}}"
        );
        body.resources = Some(format!(
            "[{{\"type\":\"AWS::S3::Object\",\"ARNPrefix\":\"arn:aws:s3:::{bucket}/\"}},{{{of_bucket}}}]"
        ));
        body.about = format!("arn:aws:s3:::{bucket}");
    } else {
        let day = 1 + setting.time / 86_400;
        let key = format!("exports/2026/01/{day:02}/{object}.parquet");
        body.request = format!("{{\"bucketName\":\"{bucket}\",\"key\":\"{key}\"}}");
        body.about = format!("arn:aws:s3:::{bucket}/{key}");
        body.resources =
            Some(format!("[{{\"type\":\"AWS::S3::Object\",\"ARN\":\"{}\"}},{{{of_bucket}}}]", body.about));
        if call.name == "PutObject" {
            "{\"x-amz-server-side-encryption\":\"AES256\"}".clone_into(&mut body.response);
        }
    }
    let (sent, got) = if call.reads { (0, random.below(60_000)) } else { (random.below(60_000), 0) };
    body.additional = Some(format!(
        "{{\"SignatureVersion\":\"SigV4\",\"CipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"bytesTransferredIn\":{sent},\
         \"AuthenticationMethod\":\"AuthHeader\",\"x-amz-id-2\":\"{}=\",\"bytesTransferredOut\":{got}}}",
        random.base64(75),
    ));
    body.request_id = Some(random.base32(16));
}

fn assume_role(call: &Call, setting: Setting<'_>, body: &mut Body, random: &mut Random) {
    let Setting { account, region, actor, .. } = setting;
    let role = format!("{}-TaskRole", actor.work);
    let arn = format!("arn:aws:iam::{account}:role/{role}");
    let session = match actor.manner {
        Manner::Service => format!("{}-{}", actor.work, setting.object),
        _ => format!("{}-session", actor.work),
    };
    let more = match actor.manner {
        Manner::Outsider => ",\"externalId\":\"collector-0001\",\"durationSeconds\":3600",
        Manner::Service => "",
        _ => ",\"durationSeconds\":900",
    };
    body.request = format!("{{\"roleArn\":\"{arn}\",\"roleSessionName\":\"{session}\"{more}}}");
    let federated = match call.name.as_str() {
        "AssumeRoleWithSAML" => {
            body.request = format!(
                "{{\"sAMLAssertionID\":\"_{}\",\"roleSessionName\":\"{session}\",\"durationSeconds\":3600,\"roleArn\":\"{arn}\",\
                 \"principalArn\":\"arn:aws:iam::{account}:saml-provider/example-idp\"}}",
                random.uuid(),
            );
            ",\"subjectType\":\"persistent\",\"issuer\":\"https://idp.example.com/\",\"audience\":\"https://signin.aws.amazon.com/saml\""
        }
        "AssumeRoleWithWebIdentity" => {
            ",\"provider\":\"arn:aws:iam::aws:oidc-provider/token.actions.githubusercontent.com\",\"audience\":\"sts.amazonaws.com\""
        }
        _ => "",
    };
    let id = principal("AROA", &mut Random::new(u64::try_from(role.len()).unwrap_or(0)));
    // Tokens are shorter than real ones, or the archive would not compress as real ones do.
    let token = random.base64(if actor.manner == Manner::Service { 48 } else { 240 });
    body.response = format!(
        "{{\"credentials\":{{\"accessKeyId\":\"{}\",\"sessionToken\":\"IQoJ{token}==\",\"expiration\":\"{}\"}},\
         \"assumedRoleUser\":{{\"assumedRoleId\":\"{id}:{session}\",\"arn\":\"arn:aws:sts::{account}:assumed-role/{role}/{session}\"}}{federated}}}",
        key("ASIA", random),
        long_date(setting.time + 3600),
    );
    body.resources = Some(resource(account, "AWS::IAM::Role", &arn));
    body.host = format!("sts.{region}.amazonaws.com");
    body.about = arn;
}

/// A policy as text within the text of the record; now and then a very long one.
fn document(call: &Call, setting: Setting<'_>, body: &mut Body, random: &mut Random) {
    let Setting { account, object, actor, .. } = setting;
    let work = &actor.work;
    let statements = match random.below(100) {
        0..=69 => 1 + random.below(4),
        70..=95 => 8 + random.below(110),
        _ => 450 + random.below(200),
    };
    let text: Vec<String> = (0..statements)
        .map(|number| {
            let service = random.pick(&["s3", "dynamodb", "sqs", "logs", "kms", "sns"]);
            format!(
                "{{\\\"Sid\\\":\\\"Statement{number}\\\",\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":[\\\"{service}:Get*\\\",\\\"{service}:List*\\\"],\
                 \\\"Resource\\\":\\\"arn:aws:{service}:*:{account}:{work}-{}/*\\\"}}",
                random.hex(6),
            )
        })
        .collect();
    let policy =
        format!("{{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{}]}}", text.join(",\\n  "));
    let user = user_name(random);
    body.request = match call.name.as_str() {
        "PutUserPolicy" => {
            format!("{{\"userName\":\"{user}\",\"policyName\":\"{work}\",\"policyDocument\":\"{policy}\"}}")
        }
        "PutBucketPolicy" => {
            format!(
                "{{\"bucketName\":\"{work}-data-{account}\",\"policy\":\"\",\"bucketPolicy\":\"{policy}\"}}"
            )
        }
        "CreateDocument" => {
            format!("{{\"name\":\"{work}-{object}\",\"documentType\":\"Command\",\"content\":\"{policy}\"}}")
        }
        _ => format!("{{\"roleName\":\"{work}\",\"policyName\":\"{work}\",\"policyDocument\":\"{policy}\"}}"),
    };
}

fn console_login(setting: Setting<'_>, body: &mut Body, random: &mut Random) {
    let Setting { account, region, actor, .. } = setting;
    body.event_type = "AwsConsoleSignIn";
    body.request_id = None;
    body.host = format!("{region}.signin.aws.amazon.com");
    let failed = random.permille(150);
    body.response = format!("{{\"ConsoleLogin\":\"{}\"}}", if failed { "Failure" } else { "Success" });
    let mfa = if random.permille(700) { "Yes" } else { "No" };
    let (mfa, saml) = if actor.identity.starts_with("{\"type\":\"AssumedRole\"") {
        ("No", format!(",\"SamlProviderArn\":\"arn:aws:iam::{account}:saml-provider/example-idp\""))
    } else {
        (mfa, String::new())
    };
    body.additional = Some(format!(
        "{{\"LoginTo\":\"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_{region}_{}\",\
         \"MobileVersion\":\"No\",\"MFAUsed\":\"{mfa}\"{saml}}}",
        random.hex(16),
    ));
}

fn write_in_iam(call: &Call, setting: Setting<'_>, body: &mut Body, random: &mut Random) {
    let account = setting.account;
    match call.shape {
        Shape::CreateAccessKey => {
            let user = user_name(random);
            body.request = format!("{{\"userName\":\"{user}\"}}");
            body.response = format!(
                "{{\"accessKey\":{{\"accessKeyId\":\"{}\",\"status\":\"Active\",\"userName\":\"{user}\",\"createDate\":\"{}\"}}}}",
                key("AKIA", random),
                long_date(setting.time),
            );
            body.about = format!("arn:aws:iam::{account}:user/{user}");
        }
        Shape::AttachUserPolicy => {
            let policy = random.pick(&[
                "AdministratorAccess",
                "AWSCompromisedKeyQuarantineV3",
                "ReadOnlyAccess",
                "PowerUserAccess",
            ]);
            let user = user_name(random);
            body.request =
                format!("{{\"userName\":\"{user}\",\"policyArn\":\"arn:aws:iam::aws:policy/{policy}\"}}");
            body.about = format!("arn:aws:iam::{account}:user/{user}");
        }
        _ => {
            "{\"aWSServiceName\":\"autoscaling.amazonaws.com\"}".clone_into(&mut body.request);
            let name = "AWSServiceRoleForAutoScaling";
            let path = "aws-service-role/autoscaling.amazonaws.com";
            body.response = format!(
                "{{\"role\":{{\"assumeRolePolicyDocument\":\"%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Action\
                 %22%3A%5B%22sts%3AAssumeRole%22%5D%2C%22Effect%22%3A%22Allow%22%7D%5D%7D\",\"arn\":\"arn:aws:iam::{account}:role/{path}/{name}\",\
                 \"roleId\":\"{}\",\"createDate\":\"{}\",\"roleName\":\"{name}\",\"path\":\"/{path}/\"}}}}",
                principal("AROA", random),
                long_date(setting.time),
            );
        }
    }
}

fn resource(account: &str, kind: &str, arn: &str) -> String {
    format!("[{{{}}}]", resource_parts(account, kind, arn))
}

fn resource_parts(account: &str, kind: &str, arn: &str) -> String {
    format!("\"accountId\":\"{account}\",\"type\":\"{kind}\",\"ARN\":\"{arn}\"")
}

/// The id of the key that belongs to this work.
fn key_of(work: &str) -> String {
    Random::new(work.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))))
        .uuid()
}

fn user_name(random: &mut Random) -> String {
    format!("{}-{}", random.pick(PEOPLE), random.pick(&["deploy", "backup", "laptop", "ci"]))
}

/// As the answers of some services write a time: `Jan 15, 2026, 9:05:00 AM`.
fn long_date(time: u64) -> String {
    let (day, hour) = (time / 86_400, time / 3600 % 24);
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    format!("Jan {}, 2026, {hour}:{:02}:{:02} {half}", day + 1, time / 60 % 60, time % 60)
}
