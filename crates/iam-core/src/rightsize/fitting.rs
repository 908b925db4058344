//! From ARNs in records to the resources that an action can be about.

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_policy::catalogue::Action;
use iam_policy::glob::{Case, Glob};

/// Those ARNs that are of a kind of resource that the action works on.
pub(super) fn fitting<'r>(action: &Action<'_>, arns: &'r BTreeSet<Arc<str>>) -> Vec<&'r str> {
    let patterns: Vec<Glob> = action
        .resources()
        .filter_map(|resource| resource.resource_type())
        .flat_map(|kind| kind.arn_patterns().collect::<Vec<_>>())
        .map(|pattern| Glob::parse(&pattern, Case::Sensitive))
        .collect();
    let fits = |arn: &&str| patterns.iter().any(|pattern| pattern.matches(arn));
    arns.iter().map(|arn| &**arn).filter(fits).collect()
}

/// An ARN as a pattern that matches it alone: without characters that would be wildcards or begin a variable. Source: IAM User
/// Guide, "IAM policy elements: Variables and tags", "Characters".
pub(super) fn escaped(arn: &str) -> String {
    let mut escaped = String::with_capacity(arn.len());
    for character in arn.chars() {
        match character {
            '*' => escaped.push_str("${*}"),
            '?' => escaped.push_str("${?}"),
            '$' => escaped.push_str("${$}"),
            other => escaped.push(other),
        }
    }
    escaped
}
