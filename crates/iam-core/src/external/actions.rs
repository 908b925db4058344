use iam_policy::catalogue::{ActionSet, Catalogue};

/// Whether patterns of actions mean all that others mean: see [`beyond`].
pub(super) fn cover<T: AsRef<str>>(wider: &[T], narrower: &[impl AsRef<str>]) -> bool {
    beyond(narrower, wider).is_empty()
}

/// The actions that patterns mean and others do not. Actions that exist are compared one by one; those that work on no resource are
/// left aside, as no policy of a resource gives them. A pattern of none that exists means itself only, in any case.
pub(super) fn beyond<T: AsRef<str>>(patterns: &[T], others: &[impl AsRef<str>]) -> Vec<String> {
    let catalogue = Catalogue::embedded();
    let mut known = ActionSet::default();
    for pattern in others {
        known.union_with(&catalogue.expand(pattern.as_ref()));
    }
    let is_named = |text: &str| {
        others.iter().map(AsRef::as_ref).any(|other| other == "*" || other.eq_ignore_ascii_case(text))
    };
    let (mut more, mut unknown) = (ActionSet::default(), Vec::new());
    for pattern in patterns.iter().map(AsRef::as_ref) {
        let own = catalogue.expand(pattern);
        if own.is_empty() && !is_named(pattern) {
            unknown.push(pattern.to_owned());
        }
        more.union_with(&own.difference(&known));
    }
    let works_nowhere = catalogue.members(&more).filter(|action| !action.has_resources());
    let works_nowhere: Vec<_> = works_nowhere.map(|action| action.id()).collect();
    for id in works_nowhere {
        more.remove(id);
    }
    let mut names = catalogue.shrink(&more);
    names.extend(unknown);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_compared_by_the_actions_that_they_mean() {
        let check = |patterns: &[&str], others: &[&str], expected: &[&str]| {
            assert_eq!(beyond(patterns, others), expected, "{patterns:?} {others:?}");
        };
        check(&["s3:GetObject"], &["s3:Get*"], &[]);
        check(&["S3:getobject"], &["s3:GetObject"], &[]);
        check(&["s3:GetObject", "s3:PutObject"], &["s3:GetObject"], &["s3:PutObject"]);
        check(&["sqs:*Permission", "sqs:SendMessage"], &["sqs:*Message*"], &["sqs:*Permission"]);
        // Nobody is given it by the policy of a bucket.
        check(&["s3:ListAllMyBuckets"], &["s3:GetObject"], &[]);
        check(&["s3:NoSuchAction"], &["s3:*"], &["s3:NoSuchAction"]);
        check(&["s3:NoSuchAction"], &["s3:nosuchaction"], &[]);
        check(&["s3:NoSuchAction"], &["*"], &[]);
    }
}
