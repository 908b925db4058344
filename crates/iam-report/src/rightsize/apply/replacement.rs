//! New managed policies that take the place of one that cannot be changed where it stands.

use iam_core::evidence::ReportSubjectKind;
use iam_core::rightsize::{Outcome, RightSized};

/// A managed policy that has to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewPolicy<'r> {
    /// Its name.
    pub(super) name: String,
    /// Its text.
    pub(super) text: &'r str,
}

/// How a policy changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change<'r> {
    /// The text that the policy gets itself, if it stays.
    pub(super) in_place: Option<&'r str>,
    /// Policies that whoever has it gets as well, or instead.
    pub(super) new: Vec<NewPolicy<'r>>,
}

/// Characters of the name of a policy. Source: IAM API Reference, `CreatePolicy`.
const LONGEST_NAME: usize = 128;

impl<'r> Change<'r> {
    /// What becomes of a policy; `None` where it gets no new text.
    pub(super) fn of(own: &'r RightSized) -> Option<Self> {
        let texts: Vec<&str> = match &own.outcome {
            Outcome::Smaller(text) => vec![text],
            Outcome::Split(parts) => parts.iter().map(String::as_str).collect(),
            _ => return None,
        };
        let (first, rest) = texts.split_first()?;
        let is_managed = own.owner.kind == ReportSubjectKind::Policy;
        if rest.is_empty() && !own.is_of_aws {
            return Some(Self { in_place: Some(first), new: Vec::new() });
        }
        let numbered = |texts: &[&'r str], from: usize, start: &str| {
            let named = |(number, text): (usize, &&'r str)| NewPolicy {
                name: name(start, &format!("-{}", number.saturating_add(from))),
                text,
            };
            texts.iter().enumerate().map(named).collect()
        };
        let (in_place, new) = match (is_managed, own.is_of_aws, rest.is_empty()) {
            (_, true, true) => {
                (None, vec![NewPolicy { name: name(&own.policy, "-rightsized"), text: first }])
            }
            (_, true, false) => (None, numbered(&texts, 1, &format!("{}-rightsized", own.policy))),
            (true, false, _) => (Some(*first), numbered(rest, 2, &own.policy)),
            (false, false, _) => (None, numbered(&texts, 1, &format!("{}-{}", own.owner.name, own.policy))),
        };
        Some(Self { in_place, new })
    }
}

/// The partition that the policy is in: `aws`, `aws-cn`.
pub(super) fn partition(own: &RightSized) -> &str {
    own.owner.arn.split(':').nth(1).filter(|partition| !partition.is_empty()).unwrap_or("aws")
}

fn name(start: &str, end: &str) -> String {
    let room = LONGEST_NAME.saturating_sub(end.len());
    start.chars().take(room).chain(end.chars()).collect()
}
