//! What is to stay as it is, whatever was used: by `Sid`, by tag, by an entry in the settings.

use chrono::NaiveDate;
use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::document::Statement;
use wildmatch::WildMatch;

use crate::evidence::{Identity, Supplied};
use crate::usage::Usage;

/// What is to stay as it is.
#[derive(Debug, Clone, Default)]
pub struct OptOut {
    /// Statements whose `Sid` begins so; empty for none.
    pub sid_prefix: Box<str>,
    /// Users and roles with this tag: all policies that they have.
    pub tag: Option<TagMatch>,
    /// Entries of the settings.
    pub exemptions: Vec<Exemption>,
}

/// A tag by which users and roles keep their policies. Groups and, in the account authorization details, policies have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagMatch {
    /// The key, in its case.
    pub key: Box<str>,
    /// The value, in its case; `None` for any.
    pub value: Option<Box<str>>,
}

/// Actions that somebody is to keep until a day: `[[rightsize.keep]]` in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// A pattern with `*` and `?` that must match the whole ARN of a user, group, role or managed policy.
    pub subject: String,
    /// Patterns of actions, as in policies; none means all.
    pub actions: Vec<String>,
    /// The last day on which it counts, UTC.
    pub until: NaiveDate,
    /// Why.
    pub reason: String,
    /// The line of the settings file.
    pub line: usize,
}

impl TagMatch {
    /// Reads `KEY` or `KEY=VALUE`.
    ///
    /// ```
    /// use iam_core::rightsize::TagMatch;
    ///
    /// let tag = TagMatch::parse("rightsize=keep");
    /// assert_eq!((&*tag.key, tag.value.as_deref()), ("rightsize", Some("keep")));
    /// assert_eq!(TagMatch::parse("keep").value, None);
    /// ```
    pub fn parse(text: &str) -> Self {
        match text.split_once('=') {
            Some((key, value)) => Self { key: key.into(), value: Some(value.into()) },
            None => Self { key: text.into(), value: None },
        }
    }

    fn matches(&self, key: &str, value: &str) -> bool {
        *self.key == *key && self.value.as_deref().is_none_or(|own| own == value)
    }
}

impl Exemption {
    /// Whether it still counts on this day, UTC.
    pub fn counts_on(&self, day: NaiveDate) -> bool {
        day <= self.until
    }

    /// Whether it is about the one with this ARN.
    pub fn is_about(&self, arn: &str) -> bool {
        WildMatch::new(&self.subject).matches(arn)
    }

    /// The actions that are to stay; `None` for all.
    pub(super) fn kept(&self, catalogue: &Catalogue) -> Option<ActionSet> {
        if self.actions.is_empty() {
            return None;
        }
        let expanded = self.actions.iter().map(|pattern| catalogue.expand(pattern));
        Some(expanded.fold(ActionSet::new(), |all, own| all.union(&own)))
    }
}

impl OptOut {
    /// Whether the statement's `Sid` keeps it as it is.
    pub(super) fn is_by_sid(&self, statement: &Statement) -> bool {
        let start = &*self.sid_prefix;
        !start.is_empty() && statement.sid().is_some_and(|sid| sid.starts_with(start))
    }

    /// Entries of the settings that keep nothing: those that have expired, and those that are about nobody in the account.
    pub fn idle(&self, usage: &Usage<'_>) -> Vec<String> {
        let day = usage.as_of().date_naive();
        let mut notes = Vec::new();
        for own in &self.exemptions {
            let (line, subject) = (own.line, &own.subject);
            if !own.counts_on(day) {
                notes.push(format!("settings, line {line}: what keeps {subject} expired on {}", own.until));
                continue;
            }
            let is_about_one = usage.principals().any(|identity| own.is_about(identity.arn()))
                || usage.policies().any(|policy| own.is_about(&policy.detail.arn));
            if !is_about_one {
                notes.push(format!("settings, line {line}: {subject} is nobody in this account"));
            }
        }
        notes
    }

    /// Whether a tag keeps the policies of a user or role as they are.
    ///
    /// # Errors
    ///
    /// The gap, when the tags were asked about and not seen.
    pub(super) fn is_by_tag(&self, identity: &Identity<'_>) -> Supplied<bool> {
        let Some(tag) = &self.tag else { return Ok(false) };
        let tags = match identity {
            Identity::User(user) => &user.detail.tags,
            Identity::Role(role) => &role.detail.tags,
            Identity::Group(_) => return Ok(false),
        };
        Ok(tags.seen()?.iter().any(|own| tag.matches(&own.key, &own.value)))
    }
}
