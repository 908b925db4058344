use iam_policy::document::PolicyKind;
use iam_policy::policy::Policy;
use iam_policy::symbolic::{Limit, Outcome, Settings, compare};
use iam_policy::truth::Truth;
use proptest::prelude::*;

use crate::oracle::{allows, may_allow, may_hold, requests};
use crate::{config, made_up, policy};

/// What must hold of any two policies.
fn check(kind: PolicyKind, existing: &Policy, new: &Policy) -> Result<(), TestCaseError> {
    let comparison = compare(existing, new, &Settings::default());
    let is_new = |request: &_| Truth::all([allows(new, request), !allows(existing, request)]);
    match &comparison.new_access {
        Outcome::Witnessed(request) => {
            prop_assert!(is_new(request).is_true(), "{request:?}");
            prop_assert!(!comparison.through.is_empty());
        }
        Outcome::Possible { witness, depends_on } => {
            prop_assert!(!depends_on.is_empty());
            if let Some(request) = witness {
                prop_assert!(!is_new(request).is_false(), "{request:?}");
            }
        }
        Outcome::Never { assuming } => {
            prop_assert!(assuming.is_empty());
            for request in requests(kind, &[existing, new]) {
                // Where both depend on a rule, it is the same reading on both sides, which truth does not show.
                let [before, after] = [existing, new].map(|policy| allows(policy, &request));
                let is_open = matches!((&before, &after), (Truth::Unknown(_), Truth::Unknown(_)));
                let is_missed =
                    !is_open && may_allow(new, &request) && may_hold(&Truth::all([after, !before]));
                prop_assert!(!is_missed, "missed {request:?}");
            }
        }
        Outcome::Undetermined(Limit::Disagreement { .. }) => {
            return Err(TestCaseError::fail(format!("{comparison:?}")));
        }
        Outcome::Undetermined(_) => {}
    }
    Ok(())
}

fn both_kinds() -> impl Strategy<Value = PolicyKind> {
    prop_oneof![Just(PolicyKind::Identity), Just(PolicyKind::Resource)]
}

fn kind_and_two() -> impl Strategy<Value = (PolicyKind, Vec<String>, Vec<String>)> {
    both_kinds().prop_flat_map(|kind| (Just(kind), made_up::statements(kind), made_up::statements(kind)))
}

/// A key that is there without a value passes `ForAllValues`, as one that is absent does.
#[test]
fn a_key_without_a_value_passes_for_all_values() {
    let statement = |condition: &str| {
        let action = r#""Action": "s3:GetObject", "Resource": "*""#;
        let text = format!(r#"{{"Effect": "Allow", {action}, "Condition": {{{condition}}}}}"#);
        crate::policy(PolicyKind::Identity, &text)
    };
    let present = statement(r#""Null": {"aws:TagKeys": "false"}"#);
    let some = statement(r#""ForAnyValue:StringLike": {"aws:TagKeys": "*"}"#);
    let all_a = statement(r#""ForAllValues:StringEquals": {"aws:TagKeys": "a"}"#);
    let a_or_absent = statement(
        r#""ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}"#,
    );
    let never =
        |existing: &Policy, new: &Policy| compare(existing, new, &Settings::default()).new_access.is_never();
    assert!(never(&all_a, &a_or_absent) && never(&a_or_absent, &all_a));
    assert!(never(&present, &some));
    // AWS leaves open whether a key without a value is present.
    let outcome = compare(&some, &present, &Settings::default()).new_access;
    assert!(matches!(outcome, Outcome::Possible { .. }), "{outcome}");
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn a_plain_search_finds_nothing_else((kind, existing, new) in kind_and_two()) {
        let policy = |statements: &[String]| made_up::policy(kind, statements);
        let both = [existing.clone(), new.clone()].concat();
        check(kind, &policy(&existing), &policy(&new))?;
        // Policies that have much in common.
        check(kind, &policy(&both), &policy(&new))?;
        check(kind, &policy(&existing), &policy(&both))?;
    }

    #[test]
    fn a_policy_and_what_is_added_to_it((kind, one, other) in kind_and_two()) {
        let allows: Vec<String> =
            other.iter().filter(|statement| statement.contains(r#""Allow""#)).cloned().collect();
        let base = made_up::policy(kind, &one);
        let more = made_up::policy(kind, &[one.clone(), allows].concat());
        let never = |existing: &Policy, new: &Policy| {
            let comparison = compare(existing, new, &Settings::default());
            prop_assert!(comparison.new_access.is_never(), "{:?}", comparison);
            Ok(())
        };
        never(&base, &base)?;
        never(&more, &base)?;
        let denies: Vec<String> = one.iter().map(|statement| statement.replace("Allow", "Deny")).collect();
        never(&base, &made_up::policy(kind, &[one, denies].concat()))?;
    }
}

/// AWS STS API Reference, "`AssumedRoleUser`": the ARN of a session does not say the path of the role. IAM User Guide, "IAM name
/// requirements": an account has one role of a name.
#[test]
fn a_session_may_be_one_of_a_role_with_a_path() {
    let trust = |principal: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "sts:AssumeRole"}}"#
        );
        policy(PolicyKind::Trust, &statement)
    };
    let role = trust("arn:aws:iam::111122223333:role/a/b");
    let session = trust("arn:aws:sts::111122223333:assumed-role/b/s1");
    let outcome = compare(&role, &session, &Settings::default()).new_access;
    assert!(matches!(outcome, Outcome::Possible { .. }), "{outcome}");
    assert!(compare(&session, &role, &Settings::default()).new_access.is_witnessed());
    let other = trust("arn:aws:sts::111122223333:assumed-role/c/s1");
    assert!(compare(&role, &other, &Settings::default()).new_access.is_witnessed());
}

/// IAM User Guide, "AWS JSON policy elements: Principal", "AWS account principals": an administrator of the account must then
/// grant access.
#[test]
fn naming_an_account_delegates_and_naming_a_principal_grants() {
    let allow = |principal: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": {principal}}}, "Action": "kms:*", "Resource": "*"}}"#
        );
        policy(PolicyKind::Resource, &statement)
    };
    let account = allow(r#""111122223333""#);
    let anna = allow(r#""arn:aws:iam::111122223333:user/anna""#);
    let both = allow(r#"["111122223333", "arn:aws:iam::111122223333:user/anna"]"#);
    let ask = |existing, new| {
        let comparison = compare(existing, new, &Settings::default());
        (comparison.new_access.is_never(), comparison.undelegated.is_some())
    };
    assert_eq!(ask(&account, &anna), (true, true));
    assert_eq!(ask(&both, &anna), (true, false));
    assert_eq!(ask(&account, &account), (true, false));
    assert_eq!(ask(&anna, &account), (false, false));
}

/// IAM User Guide, "AWS global condition context keys": the keys of the principal tell of principals of accounts.
#[test]
fn a_service_is_no_principal_of_an_account() {
    let allow = |principal: &str, condition: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "sqs:SendMessage", "Resource": "*",
                "Condition": {{{condition}}}}}"#
        );
        policy(PolicyKind::Resource, &statement)
    };
    let role = r#""ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/r"}"#;
    let everyone = allow(r#""*""#, role);
    let named = allow(r#"{"AWS": "arn:aws:iam::111122223333:role/r"}"#, "");
    let outcome = compare(&named, &everyone, &Settings::default()).new_access;
    assert!(outcome.is_never(), "{outcome}: {:?}", outcome.witness());
}
