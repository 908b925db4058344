//! What the policy of an access point of S3 says, in terms of its bucket.

use super::{Patterns, Policy};
use crate::arn::Fields;
use crate::context::Context;
use crate::pattern::ResourcePattern;
use crate::truth::Truth;

impl Policy {
    /// The same policy, about a bucket where this one is about an access point of it: what it says of `ARN` is said of the bucket,
    /// and of `ARN/object/KEY` of the object. Both ARNs are without wildcards. The statements keep their places. `None` where it
    /// depends on a variable, or on how far a `*` reaches, what a statement is about.
    ///
    /// Source: Amazon S3 User Guide, "Configuring IAM policies for using access points".
    ///
    /// ```
    /// use iam_policy::document::{Document, PolicyKind};
    /// use iam_policy::policy::Policy;
    ///
    /// let text = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
    ///     "Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/plans/object/a*"}}"#;
    /// let policy = Policy::compile("plans", PolicyKind::Resource, &Document::parse(text).unwrap());
    /// let point = "arn:aws:s3:eu-west-1:111122223333:accesspoint/plans";
    /// let policy = policy.of_bucket(point, "arn:aws:s3:::reports").unwrap();
    /// let statement = policy.statements().next().unwrap().statement;
    /// let resource = &statement.resources.as_ref().unwrap().values[0];
    /// assert!(format!("{resource:?}").contains("reports/a*"));
    /// ```
    #[must_use]
    pub fn of_bucket(&self, point: &str, bucket: &str) -> Option<Self> {
        let mut policy = self.clone();
        for statement in &mut policy.statements {
            let Some(resources) = &statement.resources else { continue };
            let mut values = Vec::new();
            for value in &resources.values {
                values.extend(value.renamed(&format!("{point}/object/"), &format!("{bucket}/"))?);
                let of_point = value.matches(Some(Fields::split(point)?), &Context::open()).covers();
                match of_point {
                    Truth::True => values.push(ResourcePattern::parse(bucket, false)),
                    Truth::False => {}
                    Truth::Unknown(_) => return None,
                }
            }
            statement.resources = Some(Patterns { negated: resources.negated, values: values.into() });
        }
        Some(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::ContextValue;
    use crate::document::{Document, PolicyKind};
    use crate::principal::Principal;
    use crate::request::{Request, RequestParts};

    const POINT: &str = "arn:aws:s3:eu-west-1:111122223333:accesspoint/plans";
    const BUCKET: &str = "arn:aws:s3:::reports";

    fn renamed(resource: &str) -> Option<Policy> {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": "*", "Action": "s3:*", {resource}}}}}"#
        );
        Policy::compile("p", PolicyKind::Resource, &Document::parse(&text).unwrap()).of_bucket(POINT, BUCKET)
    }

    fn covers(policy: &Policy, arn: &str) -> bool {
        let principal = Principal::user("arn:aws:iam::444455556666:user/anna").unwrap();
        let context = Context::closed().with("aws:username", ContextValue::single("anna"));
        let parts = RequestParts::new(principal, "s3:GetObject".parse().unwrap(), context);
        let request = Request::new(parts.on(arn)).unwrap();
        policy.statements().next().unwrap().statement.covers_question(&request).is_true()
    }

    #[test]
    fn what_is_said_of_an_access_point_is_said_of_its_bucket() {
        let arn = |rest: &str| format!(r#""Resource": "{POINT}{rest}""#);
        for (resource, inside, outside) in [
            (arn("/object/*"), &["/a", "/a/b", "/a:b"][..], &[""][..]),
            (arn("/object/a?c/*"), &["/abc/", "/a/c/d"], &["/abd/", "/abc"]),
            (arn(""), &[""], &["/a"]),
            (arn("*"), &["", "/a"], &[]),
            (arn("/*"), &["/a"], &[""]),
            (arn("/object/*/x"), &["/a/x", "//x"], &["/x"]),
            (arn("/object/${aws:username}/*"), &["/anna/1"], &["/bert/1"]),
            (arn("-other/object/*"), &[], &["", "/a"]),
            (r#""Resource": "*""#.to_owned(), &["", "/a"], &[]),
            (r#""Resource": "arn:aws:s3:*:*:accesspoint/*/object/b*""#.to_owned(), &["/b"], &["/a", ""]),
            (r#""Resource": "arn:aws:s3:*""#.to_owned(), &["", "/a"], &[]),
            (r#""Resource": "arn:aws:s3:::reports/*""#.to_owned(), &[], &["", "/a"]),
            (
                r#""Resource": "arn:aws:s3:us-east-1:111122223333:accesspoint/plans/object/*""#.to_owned(),
                &[],
                &["/a"],
            ),
            (arn("/object/a*").replace("Resource", "NotResource"), &["/b", ""], &["/a", "/ab"]),
        ] {
            let policy = renamed(&resource).unwrap();
            for (names, expected) in [(inside, true), (outside, false)] {
                for name in names {
                    assert_eq!(covers(&policy, &format!("{BUCKET}{name}")), expected, "{resource} {name}");
                }
            }
        }
    }

    #[test]
    fn what_depends_on_a_variable_or_on_the_reach_of_a_star_is_not_told() {
        for resource in [
            r#""Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/${aws:PrincipalTag/team}/object/*""#,
            r#""Resource": "arn:aws:s3:*:accesspoint/plans/object/*""#,
            r#""Resource": "arn:aws:s3:*/object/a""#,
        ] {
            assert!(renamed(resource).is_none(), "{resource}");
        }
    }
}
