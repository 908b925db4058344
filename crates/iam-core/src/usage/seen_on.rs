//! On which resources an action was used, as far as `CloudTrail` records show all of them.

use std::collections::BTreeSet;
use std::fmt;

use super::state::Why;
use crate::cloudtrail::Usage as CallUsage;

/// On what an action was used.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenOn<'a> {
    /// How often.
    pub(crate) count: u64,
    /// The calls that used it.
    pub(crate) calls: Vec<&'a CallUsage>,
    /// For `iam:PassRole`: the services that were handed roles; `None` where a call may mean several.
    pub(crate) passed_to: BTreeSet<Option<&'static str>>,
}

/// Why records may not show everything that an action was used on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unclear {
    /// They do not show all uses.
    Silent(Why),
    /// There were more resources than the summary of the records keeps.
    SampleCut,
    /// Calls do not tell the ARN of what they are about.
    NoArn,
    /// Some calls show an ARN, and some none.
    SomeNoArn,
    /// Calls show ARNs of other things, or not of all that the action works on.
    OtherArns,
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(Why::NoSource) => f.write_str("no CloudTrail records were handed in"),
            Self::Silent(why) => write!(f, "cloudtrail {why}"),
            Self::SampleCut => f.write_str("more resources were seen than are kept"),
            Self::NoArn => f.write_str("the calls do not tell the ARN"),
            Self::SomeNoArn => f.write_str("some calls do not tell the ARN"),
            Self::OtherArns => f.write_str("the calls may be about more than the ARNs that they tell"),
        }
    }
}
