//! What is not known, and what AWS leaves open: the answer depends on it where it matters, and only there.

use iam_policy::context::ContextValue;
use iam_policy::document::PolicyKind;
use iam_policy::principal::Principal;

use crate::{ALL, ANNA, Ask, BUILD, DEPLOY, FOREIGN_QUEUE, OBJECT, QUEUE, ROOT, allow, ask, deny, to};

fn under(condition: &str) -> Ask {
    let text = allow(&format!(r#""Action": "*", "Resource": "*", "Condition": {condition}"#));
    ask(ANNA, "s3:GetObject", OBJECT).identity(&text)
}

const VPC: &str = r#"{"StringEquals": {"aws:SourceVpc": "vpc-1"}}"#;

#[test]
fn unknown_keys_are_reported_where_they_matter() {
    let unknown = "depends on {Key(Key(aws:SourceVpc))}";
    let text = allow(&format!(r#""Action": "s3:*", "Resource": "*", "Condition": {VPC}"#));
    let open = || ask(ANNA, "s3:GetObject", OBJECT).open();
    open().identity(&text).is(unknown);
    open().identity(ALL).identity(&text).is("allowed");
    ask(ANNA, "sqs:SendMessage", QUEUE).open().identity(&text).is("missing [Identity]");
    let denied = deny(&format!(r#""Action": "*", "Resource": "*", "Condition": {VPC}"#));
    open().identity(&denied).is("missing [Identity]");
    open().identity(ALL).identity(&denied).is(unknown);
}

/// Page "AWS global condition context keys": some keys are always there, or never.
#[test]
fn keys_whose_presence_is_fixed_are_not_unknown() {
    let open = |condition: &str, principal: &str| {
        let text =
            allow(&format!(r#""Principal": "*", "Action": "*", "Resource": "*", "Condition": {condition}"#));
        ask(principal, "s3:GetObject", OBJECT).open().resource(&text)
    };
    open(r#"{"Null": {"aws:CurrentTime": "false"}}"#, ANNA).is("allowed");
    open(r#"{"Null": {"aws:PrincipalTag/Team": "true"}}"#, "anonymous").is("allowed");
    open(r#"{"StringEquals": {"aws:PrincipalAccount": "anonymous"}}"#, "anonymous").is("allowed");
    open(r#"{"Null": {"aws:username": "true"}}"#, BUILD).is("allowed");
    open(r#"{"Null": {"aws:PrincipalTag/Team": "true"}}"#, ANNA)
        .is("depends on {Key(Key(aws:PrincipalTag/Team))}");
}

#[test]
fn policies_that_were_not_seen_are_not_absent() {
    let send = || ask(ANNA, "sqs:SendMessage", QUEUE);
    send().unseen(PolicyKind::Identity).is("depends on {Unseen(Identity)}");
    send().identity(ALL).unseen(PolicyKind::ServiceControl).is("depends on {Unseen(ServiceControl)}");
    send().identity(ALL).unseen(PolicyKind::Boundary).is("depends on {Unseen(Boundary)}");
    send().identity(ALL).unseen(PolicyKind::Resource).is("depends on {Unseen(Resource)}");
    send().identity(ALL).unseen(PolicyKind::ResourceControl).is("depends on {Unseen(ResourceControl)}");
    send().identity(ALL).unseen(PolicyKind::VpcEndpoint).is("depends on {Unseen(VpcEndpoint)}");
    ask(BUILD, "sqs:SendMessage", QUEUE)
        .identity(ALL)
        .unseen(PolicyKind::Session)
        .is("depends on {Unseen(Session)}");
    send().unseen(PolicyKind::ServiceControl).is("missing [Identity]");
    let everything = deny(r#""Action": "*", "Resource": "*""#);
    send().identity(&everything).unseen(PolicyKind::ServiceControl).is("denied");
}

#[test]
fn the_name_of_a_session_and_the_owner_of_a_bucket_may_be_unknown() {
    let named = to(&format!(r#"{{"AWS": "{BUILD}"}}"#));
    ask(DEPLOY, "sqs:SendMessage", QUEUE).resource(&named).is("depends on {SessionName}");
    let get = ask(ANNA, "s3:GetObject", OBJECT).owned_by("");
    get.clone().identity(ALL).is("depends on {ResourceAccount}");
    get.clone().is("missing [Identity, Resource]");
    get.identity(ALL).resource(&to(r#""*""#)).is("allowed");
}

#[test]
fn the_caller_says_whether_unmentioned_keys_are_absent_or_unknown() {
    under(VPC).is("missing [Identity]");
    under(VPC).said("aws:SourceVpc", ContextValue::Unknown).is("depends on {Key(Key(aws:SourceVpc))}");
}

/// Page "IAM JSON policy elements: Resource".
#[test]
fn a_star_at_the_end_of_a_field_reaches_beyond_or_not() {
    let group = "arn:aws:logs:eu-west-1:111122223333:log-group:app";
    let check = |element: &str, pattern: &str, expected: &str| {
        let text = allow(&format!(r#""Action": "*", "{element}": "{pattern}""#));
        ask(ANNA, "logs:GetLogEvents", group).identity(&text).is(expected);
    };
    let open = "depends on {Rule(StarBeyondField)}";
    check("Resource", "arn:aws:logs:*:*:app", open);
    check("NotResource", "arn:aws:logs:*:*:app", open);
    check("Resource", "arn:aws:logs:*2:*:app", "missing [Identity]");
    check("Resource", "arn:aws:logs:*:*:log-group:app", "allowed");
    check("Resource", "arn:aws:sqs:*:*:app", "missing [Identity]");
    // Without its last field, such as is also read as if `*` stood for what is missing.
    check("Resource", "arn:aws:logs:*:app", open);
    check("Resource", "arn:aws:logs:*:other", "missing [Identity]");
    let text = deny(r#""Action": "sqs:*", "Resource": "arn:aws:sqs:*:queue""#);
    ask(ANNA, "sqs:SendMessage", QUEUE).identity(ALL).identity(&text).is(open);
}

/// Page "IAM identifiers": the ARN of a session has the name of the role, not its path; the ARN of the role has both. Page "AWS
/// global condition context keys": `aws:PrincipalArn` of a session is the ARN of the role.
#[test]
fn the_arn_of_a_session_does_not_say_the_path_of_its_role() {
    let session = |name: &str| {
        let arn = format!("arn:aws:sts::111122223333:assumed-role/{name}/anna");
        ask(ANNA, "sqs:SendMessage", QUEUE).by(Principal::parse(&arn).unwrap())
    };
    let of_role = |role: &str| format!(r#"{{"AWS": "arn:aws:iam::111122223333:role/{role}"}}"#);
    let open = "depends on {RolePath}";
    // It may be that role or another: neither an Allow nor a Deny is missed.
    session("r").resource(&to(&of_role("team/r"))).is(open);
    session("r").resource(&to(&of_role("r"))).is(open);
    session("r").resource(&to(&of_role("team/s"))).is("missing [Identity]");
    session("r").resource(&to(&of_role("team/xr"))).is("missing [Identity]");
    let denied = deny(&format!(r#""Principal": {}, "Action": "*", "Resource": "*""#, of_role("team/r")));
    session("r").identity(ALL).resource(&denied).is(open);
    session("s").identity(ALL).resource(&denied).is("allowed");
    // A condition on the role's ARN holds or not whatever the path is, or depends on it.
    let unless = |pattern: &str| {
        deny(&format!(
            r#""Action": "*", "Resource": "*", "Condition": {{"ArnNotLike": {{"aws:PrincipalArn": "{pattern}"}}}}"#
        ))
    };
    let admin = "AWSReservedSSO_Admin_0123456789abcdef";
    let reserved = "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*";
    let key = "depends on {Key(Key(aws:PrincipalArn))}";
    session(admin).identity(ALL).level(&[ALL, &unless(reserved)]).is(key);
    session("Other").identity(ALL).level(&[ALL, &unless("arn:aws:iam::*:role/*/Admin")]).is("denied");
    session(admin)
        .identity(ALL)
        .level(&[ALL, &unless("arn:aws:iam::*:role/*AWSReservedSSO_Admin_*")])
        .is("allowed");
    session(admin).identity(ALL).level(&[ALL, &unless("arn:aws:iam::444455556666:*")]).is("denied");
    // The key says it.
    let role = format!("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/{admin}");
    session(admin)
        .key("aws:PrincipalArn", &role)
        .identity(ALL)
        .level(&[ALL, &unless(reserved)])
        .is("allowed");
    session("r")
        .key("aws:PrincipalArn", "arn:aws:iam::111122223333:role/team/r")
        .identity(ALL)
        .resource(&denied)
        .is("denied");
    // Service control policies do not bind service-linked roles, which have a path. Page "Service control policies (SCPs)" of the
    // AWS Organizations User Guide.
    let nothing = deny(r#""Action": "*", "Resource": "*""#);
    session("AWSServiceRoleForSupport").identity(ALL).level(&[ALL, &nothing]).is(open);
    session("r").identity(ALL).level(&[ALL, &nothing]).is("denied");
}

/// Page "AWS JSON policy elements: Principal", "All principals", which says that `{"AWS": "*"}` is the same as `"*"` for resource
/// policies, and lists services and federated principals apart from those of AWS accounts.
#[test]
fn every_principal_of_aws_may_be_everybody() {
    let open = "depends on {Rule(AwsStarBeyondAws)}";
    let service = || ask("s3.amazonaws.com", "sqs:SendMessage", QUEUE);
    service().resource(&to(r#"{"AWS": "*"}"#)).is(open);
    service().resource(&to(r#"{"AWS": "*", "Service": "s3.amazonaws.com"}"#)).is("allowed");
    let denied = deny(r#""Principal": {"AWS": "*"}, "Action": "*", "Resource": "*""#);
    service().resource(&to(r#"{"Service": "s3.amazonaws.com"}"#)).resource(&denied).is(open);
    ask(ANNA, "sqs:SendMessage", QUEUE).identity(ALL).resource(&denied).is("denied");
}

/// Page "AWS JSON policy elements: `NotPrincipal`".
#[test]
fn not_principal_without_the_account_spares_or_not() {
    let text = deny(&format!(r#""NotPrincipal": {{"AWS": "{ANNA}"}}, "Action": "*", "Resource": "*""#));
    ask(ANNA, "sqs:SendMessage", QUEUE)
        .identity(ALL)
        .resource(&text)
        .is("depends on {Rule(NotPrincipalWithoutAccount)}");
    ask(ROOT, "sqs:SendMessage", QUEUE).resource(&text).is("denied");
}

/// Page "Set operators for multivalued context keys".
#[test]
fn a_multivalued_key_without_set_operator_matches_nothing_or_any() {
    let condition = r#"{"StringEquals": {"aws:TagKeys": "red"}}"#;
    let open = "depends on {Rule(MultivaluedKeyWithoutSetOperator)}";
    under(condition).keys("aws:TagKeys", &["red", "blue"]).is(open);
    under(condition).key("aws:TagKeys", "red").is(open);
    under(condition).keys("aws:TagKeys", &["blue"]).is("missing [Identity]");
}

/// Pages "IAM JSON policy elements: Condition operators" and "IAM policy elements: Variables and tags".
#[test]
fn variables_in_bool_work_or_not() {
    let condition = r#"{"Bool": {"svc:a": "${svc:b}"}}"#;
    under(condition).key("svc:a", "true").key("svc:b", "TRUE").is("depends on {Rule(VariableInBool)}");
    under(condition).key("svc:a", "true").key("svc:b", "false").is("missing [Identity]");
}

/// Page "IAM JSON policy elements: Condition operators".
#[test]
fn values_that_cannot_be_read_fail_negated_operators_or_not() {
    let open = "depends on {Rule(UnreadableValue)}";
    under(r#"{"NotIpAddress": {"svc:a": "10.0.0.0/8"}}"#).key("svc:a", "here").is(open);
    under(r#"{"NumericNotEquals": {"svc:a": "ten"}}"#).key("svc:a", "10").is(open);
    under(r#"{"NumericNotEquals": {"svc:a": ["ten", "10"]}}"#).key("svc:a", "10").is("missing [Identity]");
    under(r#"{"DateNotEquals": {"svc:a": "2026-01-01"}}"#).key("svc:a", "soon").is(open);
    under(r#"{"DateEquals": {"svc:a": "2026-01-01"}}"#).key("svc:a", "soon").is("missing [Identity]");
}

/// Page "IAM JSON policy elements: Condition operators", "Condition operator to check existence of condition keys".
#[test]
fn null_of_a_multivalued_key_without_values_is_open() {
    let open = "depends on {Rule(NullOfEmptySet)}";
    under(r#"{"Null": {"aws:TagKeys": "true"}}"#).keys("aws:TagKeys", &[]).is(open);
    under(r#"{"Null": {"aws:TagKeys": "false"}}"#).keys("aws:TagKeys", &[""]).is(open);
}

/// AWS Organizations User Guide, "Resource control policies (RCPs)".
#[test]
fn resource_control_policies_cover_other_services_or_not() {
    let text = deny(r#""Principal": "*", "Action": "*", "Resource": "*""#);
    let bound = |action, resource| {
        ask(ANNA, action, resource).identity(ALL).policy(PolicyKind::ResourceControl, &text)
    };
    bound("ec2:StopInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1")
        .is("depends on {Rule(ServiceUnderResourceControl)}");
    bound("logs:GetLogEvents", "arn:aws:logs:eu-west-1:111122223333:log-group:app").is("denied");
}

#[test]
fn what_an_identity_provider_vouches_for_has_an_open_principal_arn() {
    let text = allow(
        r#""Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:PrincipalArn": "true"}}"#,
    );
    let caller = Principal::Federated("accounts.google.com".into());
    ask(ANNA, "sqs:SendMessage", FOREIGN_QUEUE)
        .open()
        .by(caller)
        .resource(&text)
        .is("depends on {Key(Key(aws:PrincipalArn))}");
}
