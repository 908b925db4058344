use wildmatch::WildMatch;

use super::table::kind_of;
use crate::audit::nearest;
use crate::evidence::{Account, Identity, ReportSubjectKind};

/// Whom a question is about: those whose name, ARN, or kind and name matches one of the patterns; everybody without patterns.
#[derive(Debug, Clone, Default)]
pub struct Whom(Vec<Pattern>);

#[derive(Debug, Clone)]
struct Pattern {
    text: Box<str>,
    glob: WildMatch,
}

/// A pattern that nobody matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nobody {
    /// The pattern.
    pub pattern: Box<str>,
    /// Whom it may have meant: a name, ARN, or kind and name, as the pattern has it.
    pub near: Option<Box<str>>,
}

/// Somebody of whom an account tells.
struct Somebody<'a> {
    kind: ReportSubjectKind,
    name: &'a str,
    arn: &'a str,
}

/// An ARN has no more characters than this; longer patterns are not compared.
const LONGEST: usize = 2_048;

impl Whom {
    /// Those who match: `deploy*`, `role/ci*`, `arn:aws:iam::111122223333:user/*`. `*` stands for any text, `?` for any one
    /// character, whatever the case.
    ///
    /// ```
    /// use iam_core::evidence::ReportSubjectKind;
    /// use iam_core::usage::Whom;
    ///
    /// let whom = Whom::of(["role/Deploy*"]);
    /// assert!(whom.has(ReportSubjectKind::Role, "deployer", "arn:aws:iam::111122223333:role/ci/deployer"));
    /// assert!(!whom.has(ReportSubjectKind::User, "deployer", "arn:aws:iam::111122223333:user/deployer"));
    /// ```
    pub fn of<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Self {
        let pattern = |text: &str| Pattern { text: text.into(), glob: WildMatch::new_case_insensitive(text) };
        Self(patterns.into_iter().map(pattern).collect())
    }

    /// Whether it is about this one.
    pub fn has(&self, kind: ReportSubjectKind, name: &str, arn: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|own| own.matches(&Somebody { kind, name, arn }))
    }

    /// The patterns that match nobody of whom these accounts tell; none where the accounts tell of nobody at all.
    pub fn nobody(&self, accounts: &[Account]) -> Vec<Nobody> {
        let all: Vec<Somebody<'_>> = accounts.iter().flat_map(everybody).collect();
        if all.is_empty() {
            return Vec::new();
        }
        let idle = self.0.iter().filter(|own| !all.iter().any(|somebody| own.matches(somebody)));
        idle.map(|own| Nobody { pattern: own.text.clone(), near: own.near(&all) }).collect()
    }
}

impl Pattern {
    fn matches(&self, somebody: &Somebody<'_>) -> bool {
        self.glob.matches(somebody.name)
            || self.glob.matches(somebody.arn)
            || self.glob.matches(&somebody.short())
    }

    fn near(&self, all: &[Somebody<'_>]) -> Option<Box<str>> {
        let form = |somebody: &Somebody<'_>| match &*self.text {
            text if text.starts_with("arn:") => somebody.arn.to_owned(),
            text if text.contains('/') => somebody.short(),
            _ => somebody.name.to_owned(),
        };
        let forms: Vec<String> = all.iter().map(form).collect();
        let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
        meant(&self.text, &forms).map(Box::from)
    }
}

/// The one of these that a name, ARN or pattern may have meant that is none of them.
pub(crate) fn meant<'f>(text: &str, forms: &[&'f str]) -> Option<&'f str> {
    if text.len() > LONGEST {
        return None;
    }
    // Somebody of this name, of another kind, path or account.
    let name_of = |form: &str| form.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    if let Some(same) = forms.iter().find(|form| name_of(form) == name_of(text)) {
        return Some(same);
    }
    // Of a pattern, what stands before its first wildcard is compared with beginnings.
    let head = text.split(['*', '?']).next().unwrap_or_default();
    let length = head.chars().count();
    let is_glob = head.len() < text.len();
    let start = |form: &&'f str| match form.char_indices().nth(length) {
        Some((end, _)) if is_glob => form.get(..end).unwrap_or(form),
        _ => form,
    };
    let starts: Vec<&str> = forms.iter().map(start).collect();
    let near = nearest(head, starts.iter().copied()).filter(|_| length > 2)?;
    let at = starts.iter().position(|own| *own == near)?;
    forms.get(at).copied()
}

impl Somebody<'_> {
    /// `role/deployer`
    fn short(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

/// The users, groups, roles and managed policies of an account; where nothing lists them, those whom reports are about.
fn everybody(account: &Account) -> Vec<Somebody<'_>> {
    let Ok(identities) = account.identities() else {
        let reports = account.last_accessed().iter();
        let reports = reports.filter_map(|(subject, arn, report)| {
            Some(Somebody { kind: subject.kind, name: report.ok()?.short_name(), arn })
        });
        return reports.collect();
    };
    let all = identities.users().map(Identity::User);
    let all =
        all.chain(identities.groups().map(Identity::Group)).chain(identities.roles().map(Identity::Role));
    let policies = identities.policies().map(|policy| Somebody {
        kind: ReportSubjectKind::Policy,
        name: &policy.detail.name,
        arn: &policy.detail.arn,
    });
    all.map(|own| Somebody { kind: kind_of(&own), name: own.name(), arn: own.arn() })
        .chain(policies)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        let long = "x".repeat(1 << 20);
        for (text, expected) in [
            ("deplyoer", Some("deployer")),
            ("Deployer", Some("deployer")),
            ("deplyo*", Some("deployer")),
            ("user/deployer", Some("deployer")),
            ("somebody-else", None),
            ("*nobody*", None),
            ("x", None),
            ("", None),
            (&long, None),
        ] {
            assert_eq!(meant(text, &["deployer", "auditor"]), expected, "{text:.40}");
        }
        let arns = ["arn:aws:iam::111122223333:role/ci/app", "arn:aws:iam::111122223333:user/anna"];
        for text in ["arn:aws:iam::111122223333:role/app", "arn:aws:iam::123456789012:role/ci/app"] {
            assert_eq!(meant(text, &arns), Some(arns[0]));
        }
    }
}
