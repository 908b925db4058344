use iam_policy::document::PolicyKind;
use iam_policy::symbolic::{Access, Limit, Outcome, Settings, granted};
use proptest::prelude::*;
use proptest::sample::select;

use crate::oracle::{allows, may_allow, requests};
use crate::{config, made_up};

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn a_plain_search_finds_nothing_else(
        statements in made_up::statements(PolicyKind::Identity),
        action in select(vec!["s3:GetObject", "s3:PutObject", "iam:GetUser"]),
        any_resource: bool,
    ) {
        let resource = "arn:aws:s3:::a/x";
        let resources = if any_resource { Vec::new() } else { vec![resource] };
        let policy = made_up::policy(PolicyKind::Identity, &statements);
        let found = granted(&policy, &Access::new([action], resources), &Settings::default());
        let is_asked = |request: &iam_policy::request::Request| {
            request.action().to_string() == action && (any_resource || request.resource() == Some(resource))
        };
        match &found.outcome {
            Outcome::Witnessed(request) => {
                prop_assert!(is_asked(request) && allows(&policy, request).is_true(), "{:?}", request);
                prop_assert!(!found.through.is_empty());
            }
            Outcome::Possible { witness, .. } => {
                prop_assert!(witness.as_deref().is_none_or(|request| !allows(&policy, request).is_false()));
            }
            Outcome::Never { .. } => {
                let mut asked = requests(PolicyKind::Identity, &[&policy]);
                asked.retain(is_asked);
                prop_assert!(!asked.is_empty());
                for request in asked {
                    prop_assert!(!may_allow(&policy, &request), "missed {:?}", request);
                }
            }
            Outcome::Undetermined(limit) => prop_assert_eq!(limit, &Limit::Blocks),
        }
    }
}
