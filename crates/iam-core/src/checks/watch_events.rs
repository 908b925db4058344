//! Events that stand for what a control is about: what would have to be noticed, and what must not raise an alarm.

use serde_json::{Value, json};

use crate::input::quoted;

/// An event as CloudTrail would record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample<'a> {
    told: Told,
    pub(super) who: Who,
    /// The service without `.amazonaws.com`.
    pub(super) service: &'a str,
    call: &'a str,
    pub(super) event_type: &'static str,
    /// Whether it only reads.
    pub(super) reads: bool,
    /// Whether it is recorded in the Region of global services, wherever it was made.
    pub(super) is_global: bool,
    pub(super) error: Option<(&'static str, &'static str)>,
    /// Whether it was made with MFA, for sign-ins.
    mfa: bool,
}

/// What a message calls an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// By service and name.
    Call,
    /// By these words.
    Words(&'static str),
    /// By these words and the service, which may be any.
    To(&'static str),
}

/// A service and a call that stand for all which nothing names.
const ANY_SERVICE: &str = "example";
const ANY_CALL: &str = "AnyCall";

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Root,
    /// Root in a session of `sts:AssumeRoot`.
    RootSession,
    /// A service in root's name.
    ServiceAsRoot,
    User,
    Role,
}

impl<'a> Sample<'a> {
    /// A call of a role that changes something.
    pub(super) const fn call(service: &'a str, call: &'a str) -> Self {
        Self {
            told: Told::Call,
            who: Who::Role,
            service,
            call,
            event_type: "AwsApiCall",
            reads: false,
            is_global: false,
            error: None,
            mfa: true,
        }
    }

    /// A call to a service whose events are all recorded in one Region.
    pub(super) const fn global(service: &'a str, call: &'a str) -> Self {
        Self { is_global: true, ..Self::call(service, call) }
    }

    /// What a message calls it.
    const fn named(self, told: &'static str) -> Self {
        Self { told: Told::Words(told), ..self }
    }

    /// The same as a call in any Region to this service, or to one that nothing names.
    pub(super) fn to<'b>(self, service: Option<&'b str>, call: Option<&'b str>, reads: bool) -> Sample<'b> {
        let service = service.unwrap_or(ANY_SERVICE);
        Sample {
            told: self.told,
            who: self.who,
            service: service.strip_suffix(".amazonaws.com").unwrap_or(service),
            call: call.unwrap_or(ANY_CALL),
            event_type: self.event_type,
            reads,
            is_global: false,
            error: self.error,
            mfa: self.mfa,
        }
    }

    /// The same as a call that does more than read.
    pub(super) const fn that_does_more(self) -> Self {
        Self { reads: false, ..self }
    }

    const fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    const fn reading(self) -> Self {
        Self { reads: true, ..self }
    }

    const fn refused(self, code: &'static str) -> Self {
        Self { error: Some((code, "not authorized to perform the operation")), ..self }
    }

    /// What a message calls it.
    pub(super) fn told(&self) -> String {
        match self.told {
            Told::Call => format!("{}:{}", self.service, self.call),
            Told::Words(words) => words.to_owned(),
            Told::To(words) => {
                let service = match self.service {
                    ANY_SERVICE => "any other service".to_owned(),
                    service => quoted(&format!("{service}.amazonaws.com")),
                };
                let call = match self.call {
                    ANY_CALL => String::new(),
                    call => format!(", {}", quoted(call)),
                };
                let reads = if self.reads { " that only reads" } else { "" };
                format!("{words} to {service}{call}{reads}")
            }
        }
    }

    /// The record, as it would stand in the trail of this account.
    pub(super) fn record(&self, account: &str, region: &str) -> Value {
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": self.who.identity(account),
            "eventTime": "2026-01-15T08:00:00Z",
            "eventSource": format!("{}.amazonaws.com", self.service),
            "eventName": self.call,
            "awsRegion": region,
            "sourceIPAddress": "198.51.100.7",
            "userAgent": "Mozilla/5.0",
            "requestParameters": null,
            "responseElements": null,
            "eventID": "11111111-2222-3333-4444-5555eeeeffff",
            "readOnly": self.reads,
            "eventType": self.event_type,
            "managementEvent": true,
            "recipientAccountId": account,
            "eventCategory": "Management",
        });
        let Some(fields) = record.as_object_mut() else { return record };
        if let Some((code, message)) = self.error {
            if !code.is_empty() {
                fields.insert("errorCode".to_owned(), json!(code));
            }
            fields.insert("errorMessage".to_owned(), json!(message));
        }
        if self.event_type == "AwsConsoleSignIn" {
            let mfa = if self.mfa { "Yes" } else { "No" };
            let result = if self.error.is_some() { "Failure" } else { "Success" };
            let login_to = "https://console.aws.amazon.com/console/home";
            fields.insert(
                "additionalEventData".to_owned(),
                json!({"LoginTo": login_to, "MobileVersion": "No", "MFAUsed": mfa}),
            );
            fields.insert("responseElements".to_owned(), json!({ "ConsoleLogin": result }));
        }
        record
    }

    /// The same as `EventBridge` gets it.
    pub(super) fn event(&self, account: &str, region: &str) -> Value {
        self.event_of(&self.record(account, region), account, region)
    }

    /// A record of it as `EventBridge` gets it. Source: EventBridge User Guide, "AWS service events delivered via CloudTrail".
    pub(super) fn event_of(&self, record: &Value, account: &str, region: &str) -> Value {
        let detail_type = match self.event_type {
            "AwsConsoleSignIn" => "AWS Console Sign In via CloudTrail",
            "AwsConsoleAction" => "AWS Console Action via CloudTrail",
            "AwsServiceEvent" => "AWS Service Event via CloudTrail",
            _ => "AWS API Call via CloudTrail",
        };
        json!({
            "version": "0",
            "id": "66666666-7777-8888-9999-aaaabbbbcccc",
            "detail-type": detail_type,
            "source": format!("aws.{}", self.service),
            "account": account,
            "time": "2026-01-15T08:00:00Z",
            "region": region,
            "resources": [],
            "detail": record,
        })
    }
}

impl Sample<'static> {
    /// A sign-in of an IAM user, which is recorded in the Region of the endpoint where it is made. Source: CloudTrail User Guide,
    /// "AWS Management Console sign-in events".
    const SIGN_IN: Self =
        Self { event_type: "AwsConsoleSignIn", ..Self::call("signin", "ConsoleLogin").by(Who::User) };

    /// A sign-in of root, which is recorded in the Region of global services.
    pub(super) const ROOT_SIGN_IN: Self =
        Self { is_global: true, ..Self::SIGN_IN.by(Who::Root).named("a sign-in of root") };
    pub(super) const ROOT_KEY: Self =
        Self::global("iam", "CreateAccessKey").by(Who::Root).named("an access key that root makes");
    pub(super) const ROOT_CHANGE: Self =
        Self::global("iam", "CreateUser").by(Who::Root).named("a call of root to IAM");
    pub(super) const ROOT_READ: Self =
        Self::global("iam", "ListUsers").by(Who::Root).reading().named("a call of root that only reads");
    pub(super) const ROOT_IN_REGION: Self =
        Self::call("ec2", "RunInstances").by(Who::Root).named("a call of root to EC2");
    /// Source: AWS Billing User Guide, "Logging Billing and Cost Management API calls with AWS CloudTrail".
    pub(super) const ROOT_IN_CONSOLE: Self = Self {
        event_type: "AwsConsoleAction",
        ..Self::global("billingconsole", "SetContactAddress")
            .by(Who::Root)
            .named("what root does in the console without a call")
    };
    pub(super) const ROOT_ANYWHERE: Self =
        Self { told: Told::To("a call of root"), ..Self::call(ANY_SERVICE, ANY_CALL).by(Who::Root) };
    pub(super) const ROOT_SESSION: Self = Self::global("iam", "DeleteLoginProfile")
        .by(Who::RootSession)
        .named("a call in a root session of sts:AssumeRoot");
    pub(super) const ROOT_SERVICE_EVENT: Self = Self {
        event_type: "AwsServiceEvent",
        ..Self::call("acm", "RenewCertificate").by(Who::Root).named("an event of a service itself")
    };
    pub(super) const ROOT_BY_SERVICE: Self =
        Self::call("kms", "Decrypt").by(Who::ServiceAsRoot).named("a call of a service in root's name");

    pub(super) const SIGN_IN_WITHOUT_MFA: Self =
        Self { mfa: false, ..Self::SIGN_IN.named("a sign-in without MFA") };
    pub(super) const SIGN_IN_WITH_MFA: Self = Self::SIGN_IN.named("a sign-in with MFA");
    pub(super) const SIGN_IN_FAILED: Self = Self {
        error: Some(("", "Failed authentication")),
        mfa: false,
        ..Self::SIGN_IN.named("a sign-in that failed")
    };

    pub(super) const DENIED_BY_EC2: Self = Self::call("ec2", "RunInstances")
        .refused("Client.UnauthorizedOperation")
        .named("a call that EC2 denied");
    pub(super) const DENIED_BY_IAM: Self =
        Self::global("iam", "CreateUser").refused("AccessDenied").named("a call that IAM denied");
    pub(super) const DENIED_BY_KMS: Self =
        Self::call("kms", "CreateKey").refused("AccessDeniedException").named("a call that KMS denied");

    pub(super) const DENIED_ANYWHERE: Self =
        Self { told: Told::To("a denied call"), ..Self::call(ANY_SERVICE, ANY_CALL).refused("AccessDenied") };

    pub(super) const EVERYDAY_READ: Self =
        Self::call("ec2", "DescribeInstances").reading().named("a call that only reads");
    pub(super) const EVERYDAY_CHANGE: Self = Self::call("ec2", "StartInstances").named("an everyday call");
}

impl Who {
    pub(super) fn identity(self, account: &str) -> Value {
        let attributes = |mfa| json!({"creationDate": "2026-01-15T07:59:00Z", "mfaAuthenticated": mfa});
        let root = format!("arn:aws:iam::{account}:root");
        match self {
            Self::Root => json!({"type": "Root", "principalId": account, "arn": root, "accountId": account,
                "sessionContext": {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": attributes("true")}}),
            Self::RootSession => {
                json!({"type": "Root", "principalId": account, "arn": root, "accountId": account,
                "sessionContext": {"attributes": attributes("false"), "assumedRoot": "true"}})
            }
            Self::ServiceAsRoot => {
                json!({"type": "Root", "principalId": account, "arn": root, "accountId": account,
                "invokedBy": "rds.amazonaws.com"})
            }
            Self::User => json!({"type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "anna",
                "arn": format!("arn:aws:iam::{account}:user/anna"), "accountId": account}),
            Self::Role => {
                json!({"type": "AssumedRole", "principalId": "AROAEXAMPLE:session", "accountId": account,
                "arn": format!("arn:aws:sts::{account}:assumed-role/deploy/session"),
                "sessionContext": {"attributes": attributes("false"), "sessionIssuer": {"type": "Role",
                    "principalId": "AROAEXAMPLE", "accountId": account, "userName": "deploy",
                    "arn": format!("arn:aws:iam::{account}:role/deploy")}}})
            }
        }
    }
}
