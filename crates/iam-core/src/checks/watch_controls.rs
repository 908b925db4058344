//! What has to be noticed, for each control: events that must raise an alarm, and events that must not.
//!
//! Source of the lists of calls: CIS Amazon Web Services Foundations Benchmark, section "Monitoring".

use super::watch_events::Sample;
use crate::check::Severity;

/// A control: what somebody has to be told of.
#[derive(Debug)]
pub(super) struct Control {
    /// What it is about, to stand behind "nobody is told of".
    pub(super) about: &'static str,
    /// Events that somebody has to be told of.
    pub(super) must: &'static [Sample<'static>],
    /// The event that is meant whatever service it calls. Somebody has to be told of it for each service that event selectors
    /// name, too.
    pub(super) anywhere: Option<Sample<'static>>,
    /// The severity where nothing but calls to services goes unnoticed that AWS itself offers to leave out, and why.
    pub(super) but_for_offered: Option<(Severity, &'static str)>,
    /// Events that nobody is to be told of, because an alarm that always sounds is none.
    pub(super) must_not: &'static [Sample<'static>],
    /// The fields of a record that tell whether an event is meant. The samples show all that may stand in them; a pattern that
    /// asks for another field may miss events.
    pub(super) decisive: &'static [&'static str],
    /// Values that a pattern may leave out, by field, though the field is not decisive.
    pub(super) may_skip: &'static [(&'static str, &'static str)],
}

/// What is decisive for calls that are told by their names. Those that fail change nothing, so that a pattern may leave them out.
const OF_CALLS: &[&str] = &[
    "eventType",
    "eventCategory",
    "managementEvent",
    "recipientAccountId",
    "eventSource",
    "eventName",
    "errorCode",
];

/// What is decisive for sign-ins that fail.
const OF_SIGN_INS: &[&str] = &[
    "eventType",
    "eventCategory",
    "managementEvent",
    "recipientAccountId",
    "eventSource",
    "eventName",
    "errorMessage",
    "additionalEventData.MFAUsed",
    "responseElements.ConsoleLogin",
];

pub(super) static ROOT_USE: Control = Control {
    about: "what root does",
    must: &[
        Sample::ROOT_SIGN_IN,
        Sample::ROOT_CHANGE,
        Sample::ROOT_KEY,
        Sample::ROOT_READ,
        Sample::ROOT_IN_REGION,
        Sample::ROOT_IN_CONSOLE,
        Sample::ROOT_SESSION,
    ],
    anywhere: Some(Sample::ROOT_ANYWHERE),
    but_for_offered: Some((Severity::Low, "what root does elsewhere is noticed")),
    must_not: &[Sample::ROOT_SERVICE_EVENT, Sample::ROOT_BY_SERVICE, Sample::EVERYDAY_CHANGE],
    decisive: &[
        "eventType",
        "eventCategory",
        "managementEvent",
        "recipientAccountId",
        "userIdentity.type",
        "userIdentity.arn",
        "userIdentity.accountId",
        "userIdentity.invokedBy",
    ],
    may_skip: &[],
};

pub(super) static SIGN_IN_WITHOUT_MFA: Control = Control {
    about: "sign-ins without MFA",
    must: &[Sample::SIGN_IN_WITHOUT_MFA],
    anywhere: None,
    but_for_offered: None,
    must_not: &[Sample::SIGN_IN_WITH_MFA, Sample::EVERYDAY_CHANGE],
    decisive: &[
        "eventType",
        "eventCategory",
        "managementEvent",
        "recipientAccountId",
        "eventSource",
        "eventName",
        "additionalEventData.MFAUsed",
        "responseElements.ConsoleLogin",
        "userIdentity.type",
    ],
    may_skip: &[],
};

pub(super) static SIGN_IN_FAILURES: Control = Control {
    about: "sign-ins that fail",
    must: &[Sample::SIGN_IN_FAILED],
    anywhere: None,
    but_for_offered: None,
    must_not: &[Sample::SIGN_IN_WITH_MFA, Sample::EVERYDAY_CHANGE],
    decisive: OF_SIGN_INS,
    may_skip: &[],
};

pub(super) static DENIED_CALLS: Control = Control {
    about: "calls that are denied",
    must: &[Sample::DENIED_BY_EC2, Sample::DENIED_BY_IAM, Sample::DENIED_BY_KMS],
    anywhere: Some(Sample::DENIED_ANYWHERE),
    but_for_offered: None,
    must_not: &[Sample::EVERYDAY_READ, Sample::EVERYDAY_CHANGE],
    decisive: &["eventType", "eventCategory", "managementEvent", "recipientAccountId", "errorCode"],
    // The benchmark's own pattern leaves these out.
    may_skip: &[("sourceIPAddress", "delivery.logs.amazonaws.com"), ("eventName", "HeadBucket")],
};

const EVERYDAY: &[Sample<'static>] = &[Sample::EVERYDAY_READ, Sample::EVERYDAY_CHANGE];

pub(super) static POLICY_CHANGES: Control = Control {
    about: "changes of IAM policies",
    must: &[
        Sample::global("iam", "PutGroupPolicy"),
        Sample::global("iam", "PutRolePolicy"),
        Sample::global("iam", "PutUserPolicy"),
        Sample::global("iam", "DeleteGroupPolicy"),
        Sample::global("iam", "DeleteRolePolicy"),
        Sample::global("iam", "DeleteUserPolicy"),
        Sample::global("iam", "AttachGroupPolicy"),
        Sample::global("iam", "AttachRolePolicy"),
        Sample::global("iam", "AttachUserPolicy"),
        Sample::global("iam", "DetachGroupPolicy"),
        Sample::global("iam", "DetachRolePolicy"),
        Sample::global("iam", "DetachUserPolicy"),
        Sample::global("iam", "CreatePolicy"),
        Sample::global("iam", "DeletePolicy"),
        Sample::global("iam", "CreatePolicyVersion"),
        Sample::global("iam", "DeletePolicyVersion"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static TRAIL_CHANGES: Control = Control {
    about: "changes of CloudTrail",
    must: &[
        Sample::call("cloudtrail", "CreateTrail"),
        Sample::call("cloudtrail", "UpdateTrail"),
        Sample::call("cloudtrail", "DeleteTrail"),
        Sample::call("cloudtrail", "StartLogging"),
        Sample::call("cloudtrail", "StopLogging"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static KEY_DELETION: Control = Control {
    about: "KMS keys that are disabled or scheduled for deletion",
    must: &[Sample::call("kms", "DisableKey"), Sample::call("kms", "ScheduleKeyDeletion")],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static BUCKET_POLICY_CHANGES: Control = Control {
    about: "changes of bucket policies",
    must: &[
        Sample::call("s3", "PutBucketAcl"),
        Sample::call("s3", "PutBucketPolicy"),
        Sample::call("s3", "PutBucketCors"),
        Sample::call("s3", "PutBucketLifecycle"),
        Sample::call("s3", "PutBucketReplication"),
        Sample::call("s3", "DeleteBucketPolicy"),
        Sample::call("s3", "DeleteBucketCors"),
        Sample::call("s3", "DeleteBucketLifecycle"),
        Sample::call("s3", "DeleteBucketReplication"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static CONFIG_CHANGES: Control = Control {
    about: "changes of AWS Config",
    must: &[
        Sample::call("config", "StopConfigurationRecorder"),
        Sample::call("config", "DeleteDeliveryChannel"),
        Sample::call("config", "PutDeliveryChannel"),
        Sample::call("config", "PutConfigurationRecorder"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static SECURITY_GROUP_CHANGES: Control = Control {
    about: "changes of security groups",
    must: &[
        Sample::call("ec2", "AuthorizeSecurityGroupIngress"),
        Sample::call("ec2", "AuthorizeSecurityGroupEgress"),
        Sample::call("ec2", "RevokeSecurityGroupIngress"),
        Sample::call("ec2", "RevokeSecurityGroupEgress"),
        Sample::call("ec2", "CreateSecurityGroup"),
        Sample::call("ec2", "DeleteSecurityGroup"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static NETWORK_ACL_CHANGES: Control = Control {
    about: "changes of network ACLs",
    must: &[
        Sample::call("ec2", "CreateNetworkAcl"),
        Sample::call("ec2", "CreateNetworkAclEntry"),
        Sample::call("ec2", "DeleteNetworkAcl"),
        Sample::call("ec2", "DeleteNetworkAclEntry"),
        Sample::call("ec2", "ReplaceNetworkAclEntry"),
        Sample::call("ec2", "ReplaceNetworkAclAssociation"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static GATEWAY_CHANGES: Control = Control {
    about: "changes of network gateways",
    must: &[
        Sample::call("ec2", "CreateCustomerGateway"),
        Sample::call("ec2", "DeleteCustomerGateway"),
        Sample::call("ec2", "AttachInternetGateway"),
        Sample::call("ec2", "CreateInternetGateway"),
        Sample::call("ec2", "DeleteInternetGateway"),
        Sample::call("ec2", "DetachInternetGateway"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static ROUTE_CHANGES: Control = Control {
    about: "changes of route tables",
    must: &[
        Sample::call("ec2", "CreateRoute"),
        Sample::call("ec2", "CreateRouteTable"),
        Sample::call("ec2", "ReplaceRoute"),
        Sample::call("ec2", "ReplaceRouteTableAssociation"),
        Sample::call("ec2", "DeleteRouteTable"),
        Sample::call("ec2", "DeleteRoute"),
        Sample::call("ec2", "DisassociateRouteTable"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static VPC_CHANGES: Control = Control {
    about: "changes of VPCs",
    must: &[
        Sample::call("ec2", "CreateVpc"),
        Sample::call("ec2", "DeleteVpc"),
        Sample::call("ec2", "ModifyVpcAttribute"),
        Sample::call("ec2", "AcceptVpcPeeringConnection"),
        Sample::call("ec2", "CreateVpcPeeringConnection"),
        Sample::call("ec2", "DeleteVpcPeeringConnection"),
        Sample::call("ec2", "RejectVpcPeeringConnection"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};

pub(super) static ORGANIZATION_CHANGES: Control = Control {
    about: "changes of the organisation",
    must: &[
        Sample::global("organizations", "AcceptHandshake"),
        Sample::global("organizations", "AttachPolicy"),
        Sample::global("organizations", "CreateAccount"),
        Sample::global("organizations", "CreateOrganizationalUnit"),
        Sample::global("organizations", "CreatePolicy"),
        Sample::global("organizations", "DeclineHandshake"),
        Sample::global("organizations", "DeleteOrganization"),
        Sample::global("organizations", "DeleteOrganizationalUnit"),
        Sample::global("organizations", "DeletePolicy"),
        Sample::global("organizations", "DetachPolicy"),
        Sample::global("organizations", "DisablePolicyType"),
        Sample::global("organizations", "EnablePolicyType"),
        Sample::global("organizations", "InviteAccountToOrganization"),
        Sample::global("organizations", "LeaveOrganization"),
        Sample::global("organizations", "MoveAccount"),
        Sample::global("organizations", "RemoveAccountFromOrganization"),
        Sample::global("organizations", "UpdatePolicy"),
        Sample::global("organizations", "UpdateOrganizationalUnit"),
    ],
    anywhere: None,
    but_for_offered: None,
    must_not: EVERYDAY,
    decisive: OF_CALLS,
    may_skip: &[],
};
