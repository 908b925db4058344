use std::collections::BTreeSet;
use std::sync::Arc;

use wildmatch::WildMatch;

use super::{Call, Principal};

/// Which records count. Empty lists select everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Selection {
    /// From this moment on, in seconds since 1970-01-01 UTC.
    pub since: Option<i64>,
    /// Before this moment, likewise.
    pub until: Option<i64>,
    /// Accounts in whose trail a record stands, as 12 digits.
    pub accounts: BTreeSet<Arc<str>>,
    /// Regions (`awsRegion`).
    pub regions: BTreeSet<Arc<str>>,
    /// Patterns with `*` and `?` of principals, see [`Selection::has_principal`].
    pub principals: BTreeSet<Arc<str>>,
    /// Patterns of services: `iam`, `s3`, or the whole `iam.amazonaws.com`; without regard to case.
    pub services: BTreeSet<Arc<str>>,
    /// Patterns of calls: `GetUser`, `*AccessKey*`, `iam:*`; without regard to case.
    pub actions: BTreeSet<Arc<str>>,
}

impl Selection {
    /// Whether it selects everything.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the moment is selected.
    pub fn has_second(&self, second: i64) -> bool {
        self.since.is_none_or(|since| second >= since) && self.until.is_none_or(|until| second < until)
    }

    /// Whether a record of this account and Region is selected.
    pub fn has_place(&self, account: &str, region: &str) -> bool {
        (self.accounts.is_empty() || self.accounts.contains(account))
            && (self.regions.is_empty() || self.regions.contains(region))
    }

    /// Whether a pattern matches the principal's ARN, its name with its kind (`role/deploy`), the last part of its name
    /// (`deploy`), or its kind (`root`).
    pub fn has_principal(&self, principal: &Principal) -> bool {
        let short = principal.short_name();
        let last = short.rsplit('/').next().unwrap_or(short);
        self.principals.is_empty()
            || self.principals.iter().any(|pattern| {
                let pattern = WildMatch::new(pattern);
                [&principal.name, short, last, principal.kind.as_str()]
                    .iter()
                    .any(|name| pattern.matches(name))
            })
    }

    /// Whether the call is selected by service and by action.
    pub fn has_call(&self, call: &Call) -> bool {
        let matches = |patterns: &BTreeSet<Arc<str>>, names: &[&str]| {
            patterns.is_empty()
                || patterns.iter().any(|pattern| {
                    let pattern = WildMatch::new_case_insensitive(pattern);
                    names.iter().any(|name| pattern.matches(name))
                })
        };
        matches(&self.services, &[call.service(), &call.source])
            && matches(&self.actions, &[&call.name, &call.to_string()])
    }
}
