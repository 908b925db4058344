//! From a CloudTrail event to the actions that policies grant.
//!
//! Nearly all events are named after their action. The rest have another prefix, a date at the end, or another name; and
//! some calls need several actions, or none.

use iam_policy::catalogue::{Action, ActionId, Catalogue};

use super::event_table::{ALIASES, API_GATEWAY, PASSED_TO, PASSING, PERMISSION_FREE, RENAMED};
use crate::cloudtrail::{Call, EventKinds};

/// What an event says about actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventActions {
    /// It needed these.
    Needs(Vec<NeededAction>),
    /// It needs no permission, or is no call of an API.
    NeedsNone,
    /// Nothing is known of it. For the service's other actions, the records then prove no disuse.
    Unmapped,
}

/// An action that an event needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NeededAction {
    /// The action.
    pub id: ActionId,
    /// Whether it was needed whatever was asked for. Otherwise it depends on parameters that are not kept: a version of an
    /// object, a list of access rights.
    pub is_certain: bool,
}

impl EventActions {
    /// The actions of a call whose events are of these kinds.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use iam_core::cloudtrail::{Call, EventKinds};
    /// use iam_core::usage::EventActions;
    /// use iam_policy::catalogue::Catalogue;
    ///
    /// let catalogue = Catalogue::embedded();
    /// let call = Call { source: "s3.amazonaws.com".into(), name: "ListBuckets".into() };
    /// let EventActions::Needs(needed) = EventActions::of(catalogue, &call, EventKinds::API_CALL) else { panic!() };
    /// assert_eq!(catalogue.by_id(needed[0].id).unwrap().to_string(), "s3:ListAllMyBuckets");
    /// ```
    pub fn of(catalogue: &Catalogue, call: &Call, kinds: EventKinds) -> Self {
        let calls =
            EventKinds(EventKinds::API_CALL.0 | EventKinds::CONSOLE_ACTION.0 | EventKinds::VPC_ENDPOINT.0);
        if kinds.0 & calls.0 == 0 || call.service() == "signin" {
            return Self::NeedsNone;
        }
        let mut found = Found { catalogue, needed: Vec::new() };
        let prefixes = prefixes(&call.source);
        let name = without_date(&call.name);
        for prefix in &prefixes {
            if PERMISSION_FREE.iter().any(|(own, free)| own == prefix && free.eq_ignore_ascii_case(name)) {
                return Self::NeedsNone;
            }
            found.by_name(prefix, &call.name);
            if name.len() < call.name.len() {
                found.by_name(prefix, name);
            }
            found.by_table(prefix, name);
            if *prefix == "apigateway" && found.needed.is_empty() {
                found.by_method(name);
            }
        }
        let mut needed = found.needed;
        if needed.is_empty() {
            // What the console calls for itself is not expected to be an action.
            return if kinds.has(EventKinds::API_CALL) { Self::Unmapped } else { Self::NeedsNone };
        }
        let mut seen = iam_policy::catalogue::ActionSet::new();
        needed.retain(|action| seen.insert(action.id));
        Self::Needs(needed)
    }
}

/// The prefixes of actions that events of a source may be about.
pub(super) fn prefixes(source: &str) -> Vec<&str> {
    let service = source.strip_suffix(".cn").unwrap_or(source);
    let service = service.strip_suffix(".amazonaws.com").unwrap_or(service);
    if service == "autoscaling" {
        // Three services share one source.
        return vec!["autoscaling", "application-autoscaling", "autoscaling-plans"];
    }
    let alias = ALIASES.binary_search_by(|(own, _)| (*own).cmp(service)).ok().and_then(|at| ALIASES.get(at));
    match alias {
        Some((_, prefix)) => vec![prefix],
        None => vec![service.split('.').next().unwrap_or(service)],
    }
}

/// Whether the call may hand a role to a service, which needs `iam:PassRole`.
pub(super) fn may_pass_role(action: &Action<'_>) -> bool {
    let known = PASSING.binary_search_by(|(own, _)| (*own).cmp(action.prefix())).ok();
    let known = known.and_then(|at| PASSING.get(at));
    known.is_some_and(|(_, names)| names.contains(&action.name()))
        || action.dependents().any(|name| name.eq_ignore_ascii_case("iam:PassRole"))
}

/// The service that is handed the role by a call that passes one (`iam:PassedToService`); `None` where calls of that service
/// may hand it to several.
pub(super) fn service_of_pass(action: &Action<'_>) -> Option<&'static str> {
    let at = PASSED_TO.binary_search_by(|(prefix, _)| (*prefix).cmp(action.prefix())).ok()?;
    PASSED_TO.get(at).map(|(_, service)| *service)
}

/// The name without the version of the API that some services put at its end: `ListFunctions20150331`,
/// `CreateDistribution2020_05_31`, `GetFunctionConfiguration20150331v2`. No action is named so.
fn without_date(name: &str) -> &str {
    let versioned = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let undated =
        versioned.strip_suffix('v').filter(|_| versioned.len() < name.len()).map_or(name, |rest| rest);
    [undated, name].into_iter().find_map(before_date).unwrap_or(name)
}

fn before_date(name: &str) -> Option<&str> {
    let is_date = |text: &str| match text.as_bytes() {
        [b'2', b'0', rest @ ..] if rest.len() == 6 => rest.iter().all(u8::is_ascii_digit),
        [b'2', b'0', y1, y2, b'_', m1, m2, b'_', d1, d2] => {
            [y1, y2, m1, m2, d1, d2].into_iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    [8_usize, 10].into_iter().find_map(|length| {
        let (before, date) = name.split_at_checked(name.len().checked_sub(length)?)?;
        (is_date(date) && !before.is_empty()).then_some(before)
    })
}

struct Found<'c> {
    catalogue: &'c Catalogue,
    needed: Vec<NeededAction>,
}

impl Found<'_> {
    fn add(&mut self, prefix: &str, name: &str, is_certain: bool) {
        if let Some(action) = self.catalogue.action(prefix, name).known() {
            self.needed.push(NeededAction { id: action.id(), is_certain });
        }
    }

    fn by_name(&mut self, prefix: &str, name: &str) {
        self.add(prefix, name, true);
    }

    fn by_table(&mut self, prefix: &str, name: &str) {
        let name = name.to_ascii_lowercase();
        let row = RENAMED.binary_search_by(|(own, call, ..)| {
            (*own).cmp(prefix).then_with(|| call.to_ascii_lowercase().cmp(&name))
        });
        if let Some((_, _, certain, possible)) = row.ok().and_then(|at| RENAMED.get(at)) {
            certain.iter().for_each(|action| self.add(prefix, action, true));
            possible.iter().for_each(|action| self.add(prefix, action, false));
        }
    }

    /// The actions of API Gateway are HTTP methods.
    fn by_method(&mut self, name: &str) {
        if let Some((_, methods)) = API_GATEWAY.iter().find(|(start, _)| name.starts_with(start)) {
            let is_certain = methods.len() == 1;
            methods.iter().for_each(|method| self.add("apigateway", method, is_certain));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(source: &str, name: &str, kinds: EventKinds) -> String {
        let catalogue = Catalogue::embedded();
        let call = Call { source: source.into(), name: name.into() };
        match EventActions::of(catalogue, &call, kinds) {
            EventActions::NeedsNone => "none".to_owned(),
            EventActions::Unmapped => "unmapped".to_owned(),
            EventActions::Needs(needed) => {
                let shown = needed.iter().map(|needed| {
                    let action = catalogue.by_id(needed.id).unwrap();
                    format!("{action}{}", if needed.is_certain { "" } else { "?" })
                });
                shown.collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn events_need_the_actions_that_aws_says() {
        for (source, name, expected) in [
            ("iam", "CreateUser", "iam:CreateUser"),
            ("iam", "createuser", "iam:CreateUser"),
            ("monitoring", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"),
            ("tagging", "GetResources", "tag:GetResources"),
            ("runtime.lex", "PostText", "lex:PostText"),
            ("streams.dynamodb", "GetRecords", "dynamodb:GetRecords"),
            ("lambda", "ListFunctions20150331", "lambda:ListFunctions"),
            ("lambda", "GetFunctionConfiguration20150331v2", "lambda:GetFunctionConfiguration"),
            ("cloudfront", "CreateDistribution2020_05_31", "cloudfront:CreateDistribution"),
            ("kafka", "CreateClusterV2", "kafka:CreateClusterV2"),
            ("lambda", "Invoke", "lambda:InvokeFunction lambda:InvokeFunctionUrl?"),
            ("s3", "HeadBucket", "s3:ListBucket"),
            ("s3", "GetObject", "s3:GetObject s3:GetObjectVersion?"),
            ("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
            ("s3", "DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
            ("s3", "GetBucketCors", "s3:GetBucketCORS"),
            ("kms", "ReEncrypt", "kms:ReEncryptFrom kms:ReEncryptTo"),
            ("dynamodb", "DescribeEndpoints", "none"),
            ("sts", "GetCallerIdentity", "none"),
            ("sts", "AssumeRole", "sts:AssumeRole"),
            ("signin", "ConsoleLogin", "none"),
            ("apigateway", "GetRestApis", "apigateway:GET"),
            ("apigateway", "UpdateStage", "apigateway:PATCH"),
            ("apigateway", "TagResource", "apigateway:PUT? apigateway:POST?"),
            ("autoscaling", "DescribeScalableTargets", "application-autoscaling:DescribeScalableTargets"),
            ("autoscaling", "CreateLaunchConfiguration", "autoscaling:CreateLaunchConfiguration"),
            ("iam", "DoSomethingNew", "unmapped"),
            ("nosuchservice", "Do", "unmapped"),
            ("", "", "unmapped"),
        ] {
            let source = format!("{source}.amazonaws.com");
            assert_eq!(actions(&source, name, EventKinds::API_CALL), expected, "{source} {name}");
        }
        assert_eq!(actions("kms.amazonaws.com", "RotateKey", EventKinds::SERVICE_EVENT), "none");
        assert_eq!(actions("console.amazonaws.com", "Click", EventKinds::CONSOLE_ACTION), "none");
        assert_eq!(actions("iam.amazonaws.com.cn", "CreateUser", EventKinds::API_CALL), "iam:CreateUser");
    }

    #[test]
    fn every_row_leads_to_actions_that_exist() {
        let catalogue = Catalogue::embedded();
        assert!(ALIASES.is_sorted_by(|(a, _), (b, _)| a < b));
        assert!(PASSING.is_sorted_by(|(a, _), (b, _)| a < b));
        for (source, prefix) in ALIASES {
            assert!(catalogue.service(prefix).is_some(), "{source} -> {prefix}");
        }
        let key = |row: &(&str, &str, &[&str], &[&str])| (row.0.to_owned(), row.1.to_ascii_lowercase());
        assert!(RENAMED.is_sorted_by(|a, b| key(a) < key(b)));
        for (prefix, call, certain, possible) in RENAMED {
            for name in certain.iter().chain(*possible) {
                let action = catalogue.action(prefix, name).known();
                assert_eq!(action.map(|action| action.name()), Some(*name), "{prefix}:{call}");
            }
            let found = actions(&format!("{prefix}.amazonaws.com"), call, EventKinds::API_CALL);
            for name in *certain {
                assert!(found.contains(&format!("{prefix}:{name}")), "{prefix}:{call} gives {found}");
            }
        }
        for (prefix, names) in PASSING {
            for name in *names {
                assert!(catalogue.action(prefix, name).known().is_some(), "{prefix}:{name}");
            }
        }
        for (_, methods) in API_GATEWAY {
            for method in *methods {
                assert!(catalogue.action("apigateway", method).known().is_some(), "{method}");
            }
        }
    }

    #[test]
    fn no_action_ends_in_a_date() {
        for action in Catalogue::embedded().actions() {
            assert_eq!(without_date(action.name()), action.name(), "{action}");
        }
    }
}
