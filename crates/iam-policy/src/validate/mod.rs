//! What is wrong with a policy, all of it at once: grammar, names that do not exist, ARNs, conditions, variables, sizes, what
//! is said twice, and what is allowed that probably should not be.
//!
//! ```
//! use iam_policy::catalogue::Catalogue;
//! use iam_policy::document::PolicyKind;
//! use iam_policy::issue::IssueCode;
//! use iam_policy::validate::validate;
//!
//! let text = r#"{
//!   "Version": "2012-10-17",
//!   "Statement": {"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "arn:aws:s3:::example/*"}
//! }"#;
//! let validation = validate(text, PolicyKind::Identity, Catalogue::embedded());
//! let issue = &validation.issues[0];
//! assert_eq!(issue.code, IssueCode::InvalidAction);
//! assert_eq!(issue.span.of(text), "\"s3:GetObjct\"");
//! assert_eq!(issue.help(), "did you mean `s3:GetObject`?");
//! ```
//!
//! Source: IAM User Guide, "IAM policy validation check reference". What it lists and we do not look at stands in
//! `docs/policy-issues.md`.

mod action;
mod arn;
mod attached;
mod condition;
mod cover;
mod element;
mod fit;
mod principal;
mod reach;
mod redundancy;
mod region;
mod size;
mod trust;
mod variable;

pub use attached::{AttachedType, UnknownType};

use crate::catalogue::Catalogue;
use crate::document::{Document, PolicyKind, Reading, Statement, Version};
use crate::issue::{Issue, IssueCode};
use crate::span::{At, Span};

/// What a validation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// The kind of policy that the text was taken for.
    pub kind: PolicyKind,
    /// What is wrong, in the order of the text.
    pub issues: Vec<Issue>,
    /// Whether the text could be read as a document; else the issues say only why not.
    pub is_readable: bool,
}

/// More issues are not listed; whoever has as many will not read on.
const MOST_ISSUES: usize = 1_000;

/// Names that are searched for what they may have meant, which takes a walk through the catalogue.
const MOST_GUESSES: u32 = 64;

/// Comparisons of one thing with another. No policy within AWS's quotas comes near it.
const MOST_COMPARISONS: u64 = 20_000_000;

/// Says what is wrong with the text of a policy, with the names that the catalogue knows.
///
/// A statement that cannot be read as a whole is validated in its parts, but not for what it allows.
pub fn validate(text: &str, kind: PolicyKind, catalogue: &Catalogue) -> Validation {
    checked(text, kind, None, catalogue)
}

/// As [`validate`] of the policy of a resource, with what such a policy cannot name.
///
/// ```
/// use iam_policy::catalogue::Catalogue;
/// use iam_policy::issue::IssueCode;
/// use iam_policy::validate::{AttachedType, validate_attached};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"},
///     "Action": "s3:GetObject", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}}"#;
/// let found = validate_attached(text, AttachedType::Bucket, Catalogue::embedded());
/// assert!(found.issues.iter().any(|issue| issue.code == IssueCode::UnsupportedResourceArn));
/// ```
pub fn validate_attached(text: &str, attached_to: AttachedType, catalogue: &Catalogue) -> Validation {
    checked(text, PolicyKind::Resource, Some(attached_to), catalogue)
}

fn checked(
    text: &str,
    kind: PolicyKind,
    attached_to: Option<AttachedType>,
    catalogue: &Catalogue,
) -> Validation {
    let Reading { document, fragments, issues } = Document::read(text);
    let version = document.as_ref().map_or(Version::V2012, Document::version);
    let is_readable = document.is_some() || !fragments.is_empty();
    let mut findings = Findings {
        catalogue,
        kind,
        attached_to,
        version,
        issues,
        guesses_left: MOST_GUESSES,
        comparisons_left: MOST_COMPARISONS,
        is_incomplete: false,
    };
    if is_readable {
        element::check_characters(text, &mut findings);
        size::check(text, &mut findings);
    }
    if let Some(document) = &document {
        element::check_document(document, &mut findings);
        for statement in &document.statements {
            check_statement(statement, &mut findings);
        }
        redundancy::check_statements(&document.statements.items, &mut findings);
    }
    for fragment in &fragments {
        check_parts(fragment, &mut findings);
    }
    Validation { kind, issues: findings.finish(), is_readable }
}

/// All rules about one statement.
fn check_statement(statement: &Statement, findings: &mut Findings<'_>) {
    element::check(statement, findings);
    let actions = check_parts(statement, findings);
    condition::check_with_actions(statement, &actions, findings);
    fit::check(statement, &actions, findings);
    attached::check(statement, &actions, findings);
    reach::check(statement, findings);
    trust::check(statement, findings);
    redundancy::check(statement, &actions, findings);
}

/// The rules about single values, which need not know the rest of the statement.
fn check_parts<'c>(statement: &Statement, findings: &mut Findings<'c>) -> Vec<action::Meaning<'c>> {
    let actions = action::check(&statement.action, findings);
    arn::check(statement, findings);
    principal::check(statement, findings);
    condition::check(statement, findings);
    actions
}

/// What the rules know besides the statement, and what they found.
struct Findings<'c> {
    catalogue: &'c Catalogue,
    kind: PolicyKind,
    attached_to: Option<AttachedType>,
    version: Version,
    issues: Vec<Issue>,
    guesses_left: u32,
    comparisons_left: u64,
    is_incomplete: bool,
}

impl Findings<'_> {
    fn report(&mut self, code: IssueCode, at: At, message: impl Into<String>) {
        self.add(Issue::new(code, at.0, message));
    }

    fn report_with(&mut self, code: IssueCode, at: At, message: impl Into<String>, hint: Option<String>) {
        let issue = Issue::new(code, at.0, message);
        self.add(Issue { hint, ..issue });
    }

    fn add(&mut self, issue: Issue) {
        if self.issues.len() < MOST_ISSUES {
            let (message, hint) = (harmless(issue.message), issue.hint.map(harmless));
            self.issues.push(Issue { message, hint, ..issue });
        } else {
            self.is_incomplete = true;
        }
    }

    /// Whether so many comparisons may still be made.
    fn may_compare(&mut self, comparisons: usize) -> bool {
        let wanted = u64::try_from(comparisons).unwrap_or(u64::MAX);
        match self.comparisons_left.checked_sub(wanted) {
            Some(left) => self.comparisons_left = left,
            None => self.is_incomplete = true,
        }
        !self.is_incomplete
    }

    /// `did you mean ...?`, from a search that takes time.
    fn guess(&mut self, search: impl FnOnce(&Catalogue) -> Vec<String>) -> Option<String> {
        self.guesses_left = self.guesses_left.checked_sub(1)?;
        did_you_mean(&search(self.catalogue))
    }

    /// `the catalogue of 2026-09-26`: what is unknown to it may be newer.
    fn catalogue_name(&self) -> String {
        let date = self.catalogue.data_date();
        date.map_or_else(|| "the catalogue".to_owned(), |date| format!("the catalogue of {date}"))
    }

    fn finish(mut self) -> Vec<Issue> {
        if self.is_incomplete {
            let message = format!(
                "stopped after {MOST_ISSUES} issues or {MOST_COMPARISONS} comparisons; more may be wrong"
            );
            self.issues.push(Issue::new(IssueCode::CheckIncomplete, Span::NONE, message));
        }
        self.issues.sort_by(|one, other| {
            (one.span, one.code, &one.message).cmp(&(other.span, other.code, &other.message))
        });
        self.issues.dedup();
        self.issues
    }
}

fn did_you_mean(names: &[String]) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (last, others) = quoted.split_last()?;
    if others.is_empty() {
        return Some(format!("did you mean {last}?"));
    }
    Some(format!("did you mean {} or {last}?", others.join(", ")))
}

/// A text that quotes what was read, without control characters and of bounded length.
fn harmless(text: String) -> String {
    const MOST: usize = 400;
    // All bytes are looked at, which is quicker than stopping at the first.
    let is_plain = |plain: bool, byte: u8| plain & (b' '..=b'~').contains(&byte);
    if text.len() <= MOST && text.bytes().fold(true, is_plain) {
        return text;
    }
    let mut shown = String::with_capacity(text.len().min(2 * MOST));
    for character in text.chars().take(MOST) {
        // Quotes are no danger here, and would only be harder to read.
        match character {
            '\'' | '"' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    if text.chars().nth(MOST).is_some() {
        shown.push_str("...");
    }
    shown
}
