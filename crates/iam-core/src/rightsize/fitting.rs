//! From ARNs in records to the resources that an action was used on.

use std::collections::BTreeSet;

use iam_policy::catalogue::Action;
use iam_policy::glob::{Case, Glob};

use crate::cloudtrail::Usage as CallUsage;
use crate::usage::Unclear;

/// What an action was used on, as far as the calls are sure to show all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shown<'a> {
    /// The ARNs in the calls that the action can be about.
    pub(super) arns: BTreeSet<&'a str>,
    /// What may stand below them without an ARN of its own in the calls, such as the indexes of a table: as patterns.
    pub(super) parts: BTreeSet<String>,
}

/// A type of resources that the action works on.
struct Kind {
    is_required: bool,
    patterns: Vec<(String, Glob)>,
}

/// What calls of an action were about. Each of them shows an ARN, and all ARNs that they show are of what the action works on:
/// otherwise a call may show one thing by its ARN and name another in other words. Every type of resource that the action needs
/// is among them.
///
/// Calls that pass a role show the ARNs of much else beside it: see [`passed_by`].
///
/// # Errors
///
/// Why there may be more.
pub(super) fn shown_by<'a>(action: &Action<'_>, calls: &[&'a CallUsage]) -> Result<Shown<'a>, Unclear> {
    let kinds = kinds(action);
    let has_required = kinds.iter().any(|kind| kind.is_required);
    let mut shown = Shown::default();
    for call in calls {
        let arns = arns_of(call)?;
        let fitting: Vec<&str> =
            arns.iter().copied().filter(|arn| kinds.iter().any(|kind| kind.has(arn))).collect();
        if fitting.is_empty() && call.tallies.used.count > 0 {
            return Err(Unclear::NoArn);
        }
        // The bucket of an object is told beside it.
        let is_above = |arn: &str| fitting.iter().any(|own| is_part_of(own, arn));
        if !arns.iter().all(|arn| fitting.contains(arn) || is_above(arn)) {
            return Err(Unclear::OtherArns);
        }
        for missing in kinds.iter().filter(|kind| has_required && !fitting.iter().any(|arn| kind.has(arn))) {
            let parts = missing.parts_below(&kinds, &fitting);
            if parts.is_empty() && call.tallies.used.count > 0 {
                return Err(Unclear::OtherArns);
            }
            shown.parts.extend(parts);
        }
        shown.arns.extend(fitting);
    }
    Ok(shown)
}

/// The roles that calls passed. A call passes a role by its ARN if at all, or shows none.
///
/// # Errors
///
/// Why there may be more.
pub(super) fn passed_by<'a>(pass_role: &Action<'_>, calls: &[&'a CallUsage]) -> Result<Shown<'a>, Unclear> {
    let kinds = kinds(pass_role);
    let mut shown = Shown::default();
    for call in calls {
        let roles = arns_of(call)?.into_iter().filter(|arn| kinds.iter().any(|kind| kind.has(arn)));
        shown.arns.extend(roles);
    }
    Ok(shown)
}

/// The ARNs of a call, if these are all and every event shows one.
fn arns_of<'a>(call: &'a CallUsage) -> Result<Vec<&'a str>, Unclear> {
    if call.resources.is_cut() {
        return Err(Unclear::SampleCut);
    }
    match call.with_resources {
        0 if call.tallies.used.count > 0 => Err(Unclear::NoArn),
        some if some < call.tallies.used.count => Err(Unclear::SomeNoArn),
        _ => Ok(call.resources.iter().map(|arn| &**arn).collect()),
    }
}

fn kinds(action: &Action<'_>) -> Vec<Kind> {
    let kind = |patterns: Vec<String>, is_required| {
        let glob = |pattern: String| (pattern.clone(), Glob::parse(&pattern, Case::Sensitive));
        Kind { is_required, patterns: patterns.into_iter().map(glob).collect() }
    };
    let types = action.resources().filter_map(|own| Some((own.resource_type()?, own.is_required())));
    types.map(|(own, is_required)| kind(own.arn_patterns().collect(), is_required)).collect()
}

impl Kind {
    fn has(&self, arn: &str) -> bool {
        self.patterns.iter().any(|(_, glob)| glob.matches(arn))
    }

    /// What of this type stands below those ARNs, if it is a part of their type.
    fn parts_below(&self, kinds: &[Self], arns: &[&str]) -> BTreeSet<String> {
        let mut parts = BTreeSet::new();
        let above = kinds.iter().flat_map(|kind| &kind.patterns);
        for (pattern, glob) in above {
            let below = self.patterns.iter().filter_map(|(own, _)| own.strip_prefix(pattern.as_str()));
            for below in below.filter(|below| below.starts_with(['/', ':'])) {
                let own = arns.iter().filter(|arn| glob.matches(arn));
                parts.extend(own.map(|arn| format!("{}{below}", escaped(arn))));
            }
        }
        parts
    }
}

/// Whether an ARN stands below another: an object in its bucket.
fn is_part_of(arn: &str, above: &str) -> bool {
    arn.strip_prefix(above).is_some_and(|rest| rest.starts_with(['/', ':']))
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
