//! The shapes in which CloudTrail records one and the same event: by whom and from where, with which credentials and tools.
//!
//! Source: CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element".

use serde_json::{Value, json};

use super::watch_events::{Sample, Who};
use super::watch_reach::{Break, Reach};

/// A shape other than the plain one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// By the AWS CLI and an access key.
    AccessKey,
    /// By a page of the console, which calls from inside AWS.
    Console,
    /// By a program, through an endpoint of a VPC.
    Endpoint,
    /// Refused.
    Denied,
    /// A sign-in on a phone, from elsewhere.
    Phone,
}

impl Sample<'_> {
    /// How far it gets in the shape in which it gets least far. `reach` follows a record.
    pub(super) fn follow(&self, account: &str, region: &str, reach: impl Fn(&Value) -> Reach) -> Reach {
        let plain = self.record(account, region);
        let mut worst = reach(&plain);
        for shape in self.shapes() {
            if matches!(worst, Reach::Broken(_)) {
                break;
            }
            let shaped = match reach(&shape.record(*self, &plain, account)) {
                Reach::Broken(broken) => Reach::Broken(Break {
                    what: format!("{} where it is made {}", broken.what, shape.how()),
                    ..broken
                }),
                other => other,
            };
            if !matches!(shaped, Reach::Told(_))
                && !matches!(worst, Reach::Unknown(_) if matches!(shaped, Reach::Unknown(_)))
            {
                worst = shaped;
            }
        }
        worst
    }

    fn shapes(&self) -> &'static [Shape] {
        match (self.event_type, self.who) {
            ("AwsConsoleSignIn", _) => &[Shape::Phone],
            (_, Who::Root | Who::RootSession) => {
                &[Shape::AccessKey, Shape::Console, Shape::Endpoint, Shape::Denied]
            }
            _ => &[Shape::AccessKey, Shape::Console, Shape::Endpoint],
        }
    }
}

impl Shape {
    /// To stand behind "where it is made".
    fn how(self) -> &'static str {
        match self {
            Self::AccessKey => "with an access key",
            Self::Console => "in the console",
            Self::Endpoint => "through an endpoint of a VPC",
            Self::Denied => "and denied",
            Self::Phone => "on a phone",
        }
    }

    /// The record in this shape.
    fn record(self, sample: Sample<'_>, plain: &Value, account: &str) -> Value {
        let mut record = plain.clone();
        let Some(fields) = record.as_object_mut() else { return record };
        let mut set = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        set("userIdentity", self.identity(sample.who, account));
        set("requestID", json!("99999999-8888-7777-6666-5555eeeeffff"));
        match self {
            Self::AccessKey => {
                set(
                    "userAgent",
                    json!("aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 lang/python#3.13"),
                );
                set("sourceIPAddress", json!("203.0.113.9"));
                set("requestParameters", json!({"userName": "anna", "maxItems": 100}));
                set("tlsDetails", json!({"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}));
            }
            Self::Console => {
                set("userAgent", json!("AWS Internal"));
                set("sourceIPAddress", json!("AWS Internal"));
                set("sessionCredentialFromConsole", json!("true"));
                set("requestParameters", json!({"groupId": "sg-0example"}));
                set("responseElements", json!({"_return": true}));
                set("eventVersion", json!("1.09"));
            }
            Self::Endpoint => {
                set("userAgent", json!("Boto3/1.40.0 Botocore/1.40.0"));
                set("sourceIPAddress", json!("2001:db8::7"));
                set("vpcEndpointId", json!("vpce-0example"));
                set("vpcEndpointAccountId", json!(account));
                set("eventVersion", json!("1.08"));
            }
            Self::Denied => {
                set("sourceIPAddress", json!("192.0.2.44"));
                set("errorCode", json!("AccessDenied"));
                set("errorMessage", json!("not authorized to perform the operation"));
            }
            Self::Phone => {
                set("userAgent", json!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"));
                set("sourceIPAddress", json!("2001:db8::7"));
                set("eventVersion", json!("1.08"));
                if let Some(data) = fields.get_mut("additionalEventData").and_then(Value::as_object_mut) {
                    data.insert("MobileVersion".to_owned(), json!("Yes"));
                    data.insert(
                        "LoginTo".to_owned(),
                        json!("https://eu-north-1.console.aws.amazon.com/s3/home"),
                    );
                    if sample.who == Who::Root {
                        data.insert("MFAUsed".to_owned(), json!("No"));
                    }
                }
            }
        }
        record
    }

    fn identity(self, who: Who, account: &str) -> Value {
        // What a role may do, users and root may do as well.
        let who = match (self, who) {
            (Self::AccessKey, Who::Role) => Who::User,
            (Self::Endpoint, Who::Role) => Who::Root,
            _ => who,
        };
        let mut identity = who.identity(account);
        let Some(fields) = identity.as_object_mut() else { return identity };
        let is_long_lived =
            matches!(self, Self::AccessKey | Self::Endpoint) && matches!(who, Who::Root | Who::User);
        if is_long_lived {
            fields.remove("sessionContext");
        }
        if self != Self::Phone {
            let key = if is_long_lived { "AKIAIOSFODNN7EXAMPLE" } else { "ASIAIOSFODNN7EXAMPLE" };
            fields.insert("accessKeyId".to_owned(), json!(key));
        }
        identity
    }
}
