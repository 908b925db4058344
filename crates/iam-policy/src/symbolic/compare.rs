use super::Settings;
use super::block::Block;
use super::outcome::{Limit, Outcome};
use super::policies::{Sides, allowing, allows, statements, unseen_by};
use super::space::Space;
use super::witness::decide;
use crate::pattern::PrincipalPattern;
use crate::policy::{Policy, StatementRef};
use crate::request::Request;

/// Whether a policy allows what another does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison<'p> {
    /// Whether there is a request that the new policy allows and the existing one does not.
    pub new_access: Outcome,
    /// The statements of the new policy that allow the witness.
    pub through: Vec<StatementRef<'p>>,
    /// Of policies of resources and trust policies: a request of a principal whom the new policy names himself, and the existing
    /// one only through his account. It is not new access, as the account could give it already. But in the account of the
    /// resource he needs no identity policy any more. Source: IAM User Guide, "AWS JSON policy elements: Principal", "AWS account
    /// principals".
    pub undelegated: Option<Box<Request>>,
}

/// Looks for a request that `new` allows and `existing` does not. Each policy is taken alone: what it allows is what one of its
/// `Allow` statements covers and none of its `Deny` statements.
///
/// Two policies are equivalent if neither allows what the other does not.
///
/// This is what `CheckNoNewAccess` of IAM Access Analyzer asks.
///
/// ```
/// use iam_policy::document::{Document, PolicyKind};
/// use iam_policy::policy::Policy;
/// use iam_policy::symbolic::{Settings, compare};
///
/// let policy = |resource: &str| {
///     let text = format!(
///         r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "s3:Get*", "Resource": "{resource}"}}}}"#
///     );
///     Policy::compile("policy", PolicyKind::Identity, &Document::parse(&text).unwrap())
/// };
/// let (wide, narrow) = (policy("arn:aws:s3:::*"), policy("arn:aws:s3:::reports/*"));
/// assert!(compare(&wide, &narrow, &Settings::default()).new_access.is_never());
/// let wider = compare(&narrow, &wide, &Settings::default());
/// assert!(wider.new_access.is_witnessed());
/// assert_eq!(wider.through.len(), 1);
/// ```
pub fn compare<'p>(existing: &Policy, new: &'p Policy, settings: &Settings) -> Comparison<'p> {
    let new_access = match new_access(existing, new, settings) {
        Ok(outcome) => outcome,
        Err(limit) => Outcome::Undetermined(limit),
    };
    let through = new_access.witness().map(|witness| allowing(new, witness)).unwrap_or_default();
    let undelegated = if new_access.is_never() { undelegated(existing, new, settings) } else { None };
    Comparison { new_access, through, undelegated }
}

/// What the new policy allows without, and the existing one only by, naming an account.
fn undelegated(existing: &Policy, new: &Policy, settings: &Settings) -> Option<Box<Request>> {
    let names_account = |cited: StatementRef<'_>| {
        let principals = cited.statement.principals.iter().flat_map(|principals| &principals.values);
        principals.into_iter().any(|principal| matches!(principal, PrincipalPattern::Account(_)))
    };
    if !existing.statements().any(names_account) {
        return None;
    }
    let outcome = new_access(&existing.without_accounts(), &new.without_accounts(), settings).ok()?;
    outcome.witness().cloned().map(Box::new)
}

fn new_access(existing: &Policy, new: &Policy, settings: &Settings) -> Result<Outcome, Limit> {
    let mut space = Space::of(&statements([existing, new]), settings)?;
    let (old, new_sides) = (Sides::of(existing, &mut space)?, Sides::of(new, &mut space)?);
    let judge = |request: &Request| allows(new, request).and(|| !allows(existing, request));

    let mut never = new_sides.denies;
    never.extend(unseen_by(new.kind(), &space));
    // What the existing policy does not allow in any statement.
    let beyond: Vec<Block> = never.iter().chain(&old.allows).cloned().collect();
    let outcome = decide(&space, &new_sides.allows, &beyond, &judge, settings);
    if matches!(outcome, Outcome::Witnessed(_) | Outcome::Undetermined(_)) {
        return Ok(outcome);
    }
    // What it denies.
    let overlaps = |allow: &Block| old.denies.iter().filter_map(|deny| allow.and(deny)).collect::<Vec<_>>();
    let denied: Vec<Block> = new_sides.allows.iter().flat_map(overlaps).collect();
    let denied = decide(&space, &denied, &never, &judge, settings);
    Ok(if denied.is_never() { outcome } else { denied })
}
