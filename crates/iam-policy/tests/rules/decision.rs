//! From layers to the answer. Page "Policy evaluation logic" unless another is named.

use iam_policy::document::PolicyKind;
use iam_policy::principal::Principal;

use crate::{
    ALL, ANNA, Ask, BUILD, DEPLOY, FOREIGN_QUEUE, FRED, KEY, OBJECT, QUEUE, ROOT, TARGET, allow, ask, deny,
    to,
};

const NOTHING: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;
const DENY_ALL: &str = r#"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;

fn send(principal: &str) -> Ask {
    ask(principal, "sqs:SendMessage", QUEUE)
}

fn deny_all_to_everyone() -> String {
    deny(r#""Principal": "*", "Action": "*", "Resource": "*""#)
}

#[test]
fn nothing_is_allowed_unless_something_allows_it() {
    send(ANNA).is("missing [Identity]");
    send(ANNA).identity(ALL).is("allowed");
}

#[test]
fn an_explicit_deny_in_any_layer_wins() {
    let with_principal = deny_all_to_everyone();
    let everyone = to(r#""*""#);
    let open = |principal| send(principal).identity(ALL).resource(&everyone);
    open(ANNA).identity(DENY_ALL).is("denied");
    open(ANNA).policy(PolicyKind::Boundary, DENY_ALL).is("denied");
    open(BUILD).policy(PolicyKind::Session, DENY_ALL).is("denied");
    open(ANNA).level(&[ALL, DENY_ALL]).is("denied");
    open(ANNA).policy(PolicyKind::ResourceControl, &with_principal).is("denied");
    open(ANNA).resource(&with_principal).is("denied");
    open(ANNA).policy(PolicyKind::VpcEndpoint, &with_principal).is("denied");
}

#[test]
fn either_side_grants_in_one_account() {
    send(ANNA).identity(ALL).is("allowed");
    send(ANNA).resource(&to(&format!(r#"{{"AWS": "{ANNA}"}}"#))).is("allowed");
}

/// Pages "Policy evaluation logic", "AWS JSON policy elements: Principal" and "Permissions boundaries for IAM entities".
#[test]
fn a_resource_policy_replaces_other_layers_by_how_it_names_the_principal() {
    let check = |principal: Principal, named: &str, identity: bool, boundary: bool, session: bool| {
        let named = to(named);
        let asked = send(ANNA).by(principal).resource(&named);
        let (without, with) = (NOTHING, ALL);
        // FRED needs a session policy to have any permission.
        let asked_with = |identity: &str, boundary: &str, session: &str| {
            asked
                .clone()
                .identity(identity)
                .policy(PolicyKind::Boundary, boundary)
                .policy(PolicyKind::Session, session)
                .is_allowed()
        };
        assert_eq!(asked_with(without, with, with), identity, "{named} identity");
        assert_eq!(asked_with(with, without, with), boundary, "{named} boundary");
        assert_eq!(asked_with(with, with, without), session, "{named} session");
    };
    let anna = || Principal::user(ANNA).unwrap();
    let build = || Principal::role_session(DEPLOY, Some("build")).unwrap();
    let fred = || Principal::federated_user(FRED, Some(ANNA)).unwrap();
    let aws = |arn: &str| format!(r#"{{"AWS": "{arn}"}}"#);
    // Users have no session policies.
    check(anna(), &aws(ANNA), true, true, true);
    check(build(), &aws(BUILD), true, true, true);
    check(fred(), &aws(FRED), true, true, true);
    check(fred(), &aws(ANNA), true, true, false);
    check(build(), &aws(DEPLOY), true, false, false);
    check(build(), r#""*""#, true, true, true);
    check(build(), &aws("*"), true, true, true);
    check(build(), &aws(ROOT), false, false, false);
    check(build(), &aws("111122223333"), false, false, false);
}

#[test]
fn boundaries_and_session_policies_have_to_allow_as_well() {
    send(ANNA).identity(ALL).policy(PolicyKind::Boundary, NOTHING).is("missing [Boundary]");
    send(BUILD).identity(ALL).policy(PolicyKind::Session, NOTHING).is("missing [Session]");
    let session = allow(r#""Action": "sqs:Send*", "Resource": "*""#);
    send(BUILD).identity(ALL).policy(PolicyKind::Session, &session).is("allowed");
    send(BUILD).policy(PolicyKind::Session, &session).is("missing [Identity]");
}

/// Page "Session policies"; AWS STS API Reference, `GetFederationToken`.
#[test]
fn a_federated_session_without_session_policy_has_only_what_names_it() {
    send(FRED).identity(ALL).is("missing [Session]");
    send(FRED).identity(ALL).policy(PolicyKind::Session, ALL).is("allowed");
    send(FRED).resource(&to(&format!(r#"{{"AWS": "{FRED}"}}"#))).is("allowed");
}

/// Page "Cross-account policy evaluation logic".
#[test]
fn both_sides_grant_across_accounts() {
    let foreign = |principal| ask(principal, "sqs:SendMessage", FOREIGN_QUEUE);
    let named = to(&format!(r#"{{"AWS": "{ANNA}"}}"#));
    foreign(ANNA).identity(ALL).is("missing [Resource]");
    foreign(ANNA).resource(&named).is("missing [Identity]");
    foreign(ANNA).identity(ALL).resource(&named).is("allowed");
    foreign(ANNA).identity(ALL).resource(&to(r#"{"AWS": "111122223333"}"#)).is("allowed");
    foreign(ANNA)
        .identity(ALL)
        .resource(&named)
        .policy(PolicyKind::Boundary, NOTHING)
        .is("missing [Boundary]");
    foreign(ANNA).identity(ALL).resource(&named).level(&[]).is("missing [ServiceControl(0)]");
}

/// AWS Organizations User Guide, "SCP evaluation".
#[test]
fn each_level_of_service_control_policies_needs_one_that_allows() {
    let only_s3 = allow(r#""Action": "s3:*", "Resource": "*""#);
    send(ANNA).identity(ALL).level(&[&only_s3, ALL]).level(&[ALL]).is("allowed");
    send(ANNA).identity(ALL).level(&[ALL]).level(&[&only_s3]).is("missing [ServiceControl(1)]");
    send(ANNA).identity(ALL).level(&[ALL]).level(&[]).is("missing [ServiceControl(1)]");
    send(ANNA).level(&[ALL]).is("missing [Identity]");
}

/// AWS Organizations User Guide, "Service control policies (SCPs)", "Tasks and entities not restricted by SCPs".
#[test]
fn service_control_policies_spare_the_management_account_and_service_linked_roles() {
    let bound = |principal| send(principal).identity(ALL).level(&[DENY_ALL]);
    bound(ANNA).is("denied");
    bound(ROOT).is("denied");
    bound(ANNA).managed_by("444455556666").is("denied");
    bound(ANNA).managed_by("111122223333").is("allowed");
    bound("arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
        .is("allowed");
}

/// AWS Organizations User Guide, "Resource control policies (RCPs)".
#[test]
fn resource_control_policies_only_deny_and_spare_the_management_account_and_service_linked_roles() {
    let guarded =
        |principal, policy: &str| send(principal).identity(ALL).policy(PolicyKind::ResourceControl, policy);
    guarded(ANNA, NOTHING).is("allowed");
    let deny_all = deny_all_to_everyone();
    guarded(ANNA, &deny_all).is("denied");
    guarded(ANNA, &deny_all).managed_by("111122223333").is("allowed");
    guarded(
        "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        &deny_all,
    )
    .is("allowed");
    let anonymous = ask("anonymous", "sqs:SendMessage", QUEUE).resource(&to(r#""*""#));
    anonymous.policy(PolicyKind::ResourceControl, &deny_all).is("denied");
}

/// Page "Roles terms and concepts", "Trust policy".
#[test]
fn a_role_is_assumed_only_by_whom_its_trust_policy_allows() {
    let assume = |principal, named: &str| {
        let text = allow(&format!(r#""Principal": {named}, "Action": "sts:AssumeRole""#));
        ask(principal, "sts:AssumeRole", TARGET).policy(PolicyKind::Trust, &text)
    };
    let anna = format!(r#"{{"AWS": "{ANNA}"}}"#);
    let account = format!(r#"{{"AWS": "{ROOT}"}}"#);
    ask(ANNA, "sts:AssumeRole", TARGET).identity(ALL).is("missing [Resource]");
    assume(ANNA, &anna).is("allowed");
    assume(ANNA, &account).is("missing [Identity]");
    assume(ANNA, &account).identity(ALL).is("allowed");
    assume("ec2.amazonaws.com", r#"{"Service": "ec2.amazonaws.com"}"#).is("allowed");
    let other = "arn:aws:iam::444455556666:user/bert";
    let bert = format!(r#"{{"AWS": "{other}"}}"#);
    assume(other, &bert).is("missing [Identity]");
    assume(other, &bert).identity(ALL).is("allowed");
}

/// AWS Key Management Service Developer Guide, "Key policies in AWS KMS" and "Default key policy".
#[test]
fn identity_policies_reach_a_kms_key_only_if_its_policy_names_the_account() {
    let decrypt = ask(ANNA, "kms:Decrypt", KEY);
    decrypt.clone().identity(ALL).is("missing [Resource]");
    decrypt.clone().resource(&to(r#"{"AWS": "111122223333"}"#)).is("missing [Identity]");
    decrypt.clone().identity(ALL).resource(&to(r#"{"AWS": "111122223333"}"#)).is("allowed");
    decrypt.clone().resource(&to(&format!(r#"{{"AWS": "{ANNA}"}}"#))).is("allowed");
    decrypt.identity(DENY_ALL).resource(&to(&format!(r#"{{"AWS": "{ANNA}"}}"#))).is("denied");
    let alias = "arn:aws:kms:eu-west-1:111122223333:alias/a";
    ask(ANNA, "kms:DeleteAlias", alias).identity(ALL).is("allowed");
}

#[test]
fn anonymous_callers_and_services_have_only_the_policy_of_the_resource() {
    let get = |principal| ask(principal, "s3:GetObject", OBJECT);
    get("anonymous").identity(ALL).is("missing [Resource]");
    get("anonymous").resource(&to(r#""*""#)).level(&[]).is("allowed");
    get("anonymous").resource(&to(r#"{"AWS": "444455556666"}"#)).is("missing [Resource]");
    get("ec2.amazonaws.com").resource(&to(r#"{"Service": "ec2.amazonaws.com"}"#)).is("allowed");
    get("ec2.amazonaws.com").identity(ALL).is("missing [Resource]");
}

/// Page "AWS account root user".
#[test]
fn identity_policies_do_not_bind_the_root_user() {
    send(ROOT).is("allowed");
    send(ROOT).identity(DENY_ALL).is("allowed");
    send(ROOT).resource(&deny_all_to_everyone()).is("denied");
    send(ROOT).level(&[]).is("missing [ServiceControl(0)]");
    ask(ROOT, "sqs:SendMessage", FOREIGN_QUEUE).is("missing [Resource]");
}

/// AWS STS API Reference, `AssumeRole`, which root users cannot call.
#[test]
fn root_users_cannot_assume_roles() {
    let trust = allow(r#""Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole""#);
    let assume = |principal| ask(principal, "sts:AssumeRole", TARGET).policy(PolicyKind::Trust, &trust);
    assume(ROOT).is("missing [RootUser]");
    assume(ANNA).identity(ALL).is("allowed");
}

/// AWS STS API Reference, `GetCallerIdentity`.
#[test]
fn everybody_may_ask_who_they_are() {
    ask(ANNA, "sts:GetCallerIdentity", "").identity(DENY_ALL).is("allowed");
    ask("anonymous", "sts:GetCallerIdentity", "").is("missing [Resource]");
}

/// IAM User Guide, "Managed policies and inline policies", "Update a service-linked role"; IAM API Reference, `UnmodifiableEntity`.
#[test]
fn what_aws_owns_cannot_be_changed() {
    let change = |action, resource| ask(ROOT, action, resource).is("missing [Protection]");
    change("iam:DeletePolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess");
    change(
        "iam:PutRolePolicy",
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1",
    );
    let linked =
        "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
    change("iam:AttachRolePolicy", linked);
    change("iam:UpdateAssumeRolePolicy", linked);
    ask(ANNA, "iam:UpdateRoleDescription", linked).identity(ALL).is("allowed");
    ask(ANNA, "iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess").identity(ALL).is("allowed");
    ask(ANNA, "iam:DeletePolicy", "arn:aws:iam::111122223333:policy/own").identity(ALL).is("allowed");
}

/// AWS `PrivateLink` Guide, "Control access to VPC endpoints using endpoint policies".
#[test]
fn the_policy_of_a_vpc_endpoint_is_one_more_filter() {
    let through = |policy: &str| send(ANNA).identity(ALL).policy(PolicyKind::VpcEndpoint, policy);
    through(&to(r#""*""#)).is("allowed");
    through(&allow(r#""Principal": "*", "Action": "s3:*", "Resource": "*""#)).is("missing [VpcEndpoint]");
}

/// Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", `RestrictPublicBuckets`.
#[test]
fn a_restricted_public_bucket_lets_in_only_services_and_its_account() {
    let public = to(r#""*""#);
    let get =
        |principal| ask(principal, "s3:GetObject", OBJECT).identity(ALL).resource(&public).restricting();
    get(ANNA).is("allowed");
    get("ec2.amazonaws.com").is("allowed");
    get("anonymous").is("missing [PublicAccessBlock]");
    get("arn:aws:iam::444455556666:user/bert").is("missing [PublicAccessBlock]");
}

/// Page "Policy evaluation logic": only the statements that decide are cited, and where they stand is known.
#[test]
fn answers_cite_statements_with_policy_place_and_name() {
    use iam_policy::context::Context;
    use iam_policy::document::Document;
    use iam_policy::evaluate::{Answer, Grant, PolicySet, evaluate};
    use iam_policy::policy::Policy;
    use iam_policy::request::{Request, RequestParts};

    let text = r#"{"Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Sid": "Send", "Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    ]}"#;
    let policy = Policy::compile("sender", PolicyKind::Identity, &Document::parse(text).unwrap());
    let set = PolicySet::new().with(&policy);
    let parts = RequestParts::new(
        Principal::user(ANNA).unwrap(),
        "sqs:SendMessage".parse().unwrap(),
        Context::open(),
    );
    let decision = evaluate(&Request::new(parts.on(QUEUE)).unwrap(), &set);
    let Answer::Allowed { by } = decision.answer else {
        panic!("{decision}");
    };
    let [Grant::Statement(cited)] = by[..] else {
        panic!("{by:?}");
    };
    assert_eq!(
        (cited.policy.name(), cited.index, cited.statement.sid.as_deref()),
        ("sender", 1, Some("Send"))
    );
    assert!(cited.statement.at.of(text).starts_with(r#"{"Sid": "Send""#));
}
