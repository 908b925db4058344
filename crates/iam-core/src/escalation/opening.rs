//! Which users, roles, groups and policies a caller may use an action on at all, seen quickly: most are in none of its
//! statements.

use iam_policy::arn::Fields;
use iam_policy::context::Context;
use iam_policy::pattern::ResourcePattern;

use super::caller::Caller;

/// What the statements of a caller that allow an action are about, whatever their conditions.
pub(super) struct Opening<'a> {
    /// Whether one of them does not say what it is about, or says what it is not about.
    is_wide: bool,
    patterns: Vec<(String, &'a ResourcePattern)>,
    /// Nothing is known of a request before it is made.
    context: Context,
}

impl<'a> Opening<'a> {
    pub(super) fn of(caller: &Caller<'a>, action: &str) -> Self {
        let mut opening = Self { is_wide: false, patterns: Vec::new(), context: Context::open() };
        let (service, name) = action.split_once(':').unwrap_or_default();
        for statement in caller.statements().map(|cited| cited.statement) {
            if !statement.allows() || !statement.actions.cover_name(service, name) {
                continue;
            }
            match &statement.resources {
                Some(resources) if !resources.negated => {
                    opening.patterns.extend(resources.values.iter().map(|pattern| (head(pattern), pattern)));
                }
                _ => opening.is_wide = true,
            }
        }
        opening
    }

    /// Whether one of them may be about something in IAM. If none is, no identity policy allows the action on it.
    pub(super) fn may_reach(&self, arn: &str) -> bool {
        self.is_wide
            || self.patterns.iter().any(|(head, pattern)| {
                arn.starts_with(head)
                    && !pattern.matches(Fields::split(arn), &self.context).covers().is_false()
            })
    }
}

/// What every ARN begins with that matches: the pattern up to its first wildcard or variable.
fn head(pattern: &ResourcePattern) -> String {
    let ResourcePattern::Fields { fields, resource, .. } = pattern else { return String::new() };
    let [prefix, partition, service, region, account] = fields;
    let mut text = format!("{prefix}:{partition}:{service}:{region}:{account}:{resource}");
    text.truncate(text.find(['*', '?', '$']).unwrap_or(text.len()));
    text
}
