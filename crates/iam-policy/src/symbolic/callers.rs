//! Who may make a request: one principal for each way in which the policies of a question can tell principals apart.

use std::collections::BTreeSet;

use super::shape::Shape;
use super::text::{self, Matcher, Pattern, TooManyStates};
use crate::arn::Arn;
use crate::context::Context;
use crate::principal::Principal;
use crate::request::{Request, RequestParts};

/// What tells principals apart.
#[derive(Debug, Default)]
pub(super) struct CallerPatterns {
    /// Of the ARNs of users, roles, root users and federated sessions.
    pub(super) arns: BTreeSet<Pattern>,
    /// ARNs of roles.
    pub(super) roles: BTreeSet<Box<str>>,
    /// ARNs of role sessions.
    pub(super) sessions: BTreeSet<Box<str>>,
    /// Of the names of services.
    pub(super) services: BTreeSet<Pattern>,
    /// The providers by which the policies name principals.
    pub(super) providers: BTreeSet<Box<str>>,
}

/// A principal that stands for all of its kind, with what follows from it.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) principal: Principal,
    /// A request of which nothing but the principal matters.
    pub(super) request: Request,
}

impl Caller {
    fn new(principal: Principal) -> Option<Self> {
        let action = "sts:GetCallerIdentity".parse().ok()?;
        let parts = RequestParts::new(principal.clone(), action, Context::open());
        Some(Self { principal, request: Request::new(parts).ok()? })
    }
}

/// Accounts of AWS's documentation, which are taken where an account is free.
pub(super) const ACCOUNTS: [&str; 4] = ["444455556666", "777788889999", "123456789012", "111122223333"];

/// Names that are taken where they are free.
const SESSION: &str = "session";
const SERVICE: &str = "example.amazonaws.com";
const PROVIDER: &str = "arn:aws:iam::444455556666:saml-provider/Example";

/// The principals, users first. The ARN of each is short.
pub(super) fn callers(patterns: &CallerPatterns, max_states: usize) -> Result<Vec<Caller>, TooManyStates> {
    let arns: Vec<Pattern> = patterns.arns.iter().cloned().collect();
    let mut principals = Vec::new();
    for user in named(&arns, "iam", "user/", max_states)? {
        principals.extend(Principal::user(&user).ok());
    }
    for role in named(&arns, "iam", "role/", max_states)? {
        let sessions = names_of_sessions(&role, &patterns.sessions);
        let is_other = patterns
            .roles
            .iter()
            .any(|named| **named != *role && session_of(named, "") == session_of(&role, ""));
        let free = free_name(&sessions);
        principals.extend([&free].into_iter().chain(&sessions).filter_map(|name| {
            // An account has one role of a name: which path it has is not known where the policies name another.
            if is_other {
                Principal::parse(&session_of(&role, name)?).ok()
            } else {
                Principal::role_session(&role, Some(name)).ok()
            }
        }));
    }
    for root in named(&arns, "iam", "root", max_states)? {
        principals.extend(Principal::parse(&root).ok());
    }
    for session in named(&arns, "sts", "federated-user/", max_states)? {
        principals.extend(Principal::federated_user(&session, None).ok());
    }
    let services: Vec<Pattern> = patterns.services.iter().cloned().collect();
    let mut service_names = text::classes(&services, &Shape::text(false), max_states)?;
    Matcher::of(&services).prefer(&mut service_names, [SERVICE.to_owned()]);
    principals.extend(service_names.into_iter().map(|class| Principal::Service(class.sample.into())));
    let other = (!patterns.providers.contains(PROVIDER)).then(|| PROVIDER.into());
    principals.extend(patterns.providers.iter().cloned().chain(other).map(Principal::Federated));
    principals.push(Principal::Anonymous);
    Ok(principals.into_iter().filter_map(Caller::new).collect())
}

/// One ARN of each class.
fn named(
    patterns: &[Pattern],
    service: &str,
    resource: &str,
    max_states: usize,
) -> Result<Vec<String>, TooManyStates> {
    let mut classes = text::classes(patterns, &Shape::caller(service, resource), max_states)?;
    let name = if resource.ends_with('/') { "Example" } else { "" };
    let readable =
        ACCOUNTS.iter().rev().map(|account| format!("arn:aws:{service}::{account}:{resource}{name}"));
    Matcher::of(patterns).prefer(&mut classes, readable);
    Ok(classes.into_iter().map(|class| class.sample).collect())
}

/// The ARN of a session of a role.
fn session_of(role: &str, session: &str) -> Option<String> {
    let arn = Arn::parse(role).ok()?;
    let name = role.rsplit('/').next()?;
    Some(format!("arn:{}:sts::{}:assumed-role/{name}/{session}", arn.partition_field(), arn.account_field()))
}

/// The names of the sessions of a role among ARNs of sessions.
fn names_of_sessions(role: &str, sessions: &BTreeSet<Box<str>>) -> BTreeSet<String> {
    let Some(before) = session_of(role, "") else {
        return BTreeSet::new();
    };
    sessions.iter().filter_map(|session| session.strip_prefix(&before)).map(str::to_owned).collect()
}

fn free_name(taken: &BTreeSet<String>) -> String {
    let mut name = SESSION.to_owned();
    while taken.contains(&name) {
        name.push('x');
    }
    name
}

/// Patterns of the roles that an ARN of a session may belong to: the ARN does not say the role's path.
pub(super) fn roles_of_session(session: &str) -> Option<[Pattern; 2]> {
    let arn = Arn::parse(session).ok().filter(|arn| arn.service == "sts")?;
    let role = arn.resource.strip_prefix("assumed-role/")?.split('/').next()?;
    let before = format!("arn:{}:iam::{}:role/", arn.partition_field(), arn.account_field());
    let path = Pattern::empty().then_text(&before).then_any(None).then_text("/").then_text(role);
    Some([Pattern::empty().then_text(&before).then_text(role), path])
}
